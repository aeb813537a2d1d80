"""Typed values of the mentions: frozen, comparable, each with one canonical string, `norm()`.

The norms are those of the annotation guidelines. A part that the text does not give stays unknown
(`--05`, `+PXW`): nothing is filled in.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol


class Value(Protocol):
    """What every value offers: its canonical string."""

    def norm(self) -> str: ...


def decimal_norm(number: Decimal) -> str:
    """`75`, `2.5`, `0.15`: no exponent, no trailing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Name:
    """A name out of a closed list: a marker (`ER`), a written schedule, a word result."""

    name: str

    def norm(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Result:
    """A receptor result: `kind` is word, percent or score; `text` is its canonical form."""

    kind: str
    text: str

    def norm(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Tnm:
    """A TNM string as its axes in the order written: (prefix, axis, category), e.g. ('yp', 'T', '2')."""

    axes: tuple[tuple[str, str, str], ...]

    def norm(self) -> str:
        """Prefix lower case, axis upper case; a compound prefix repeated on later axes is written once.

        'ypT1 ypN1 M1' is one pathological stage after therapy: `ypT1N1M1`; 'pT1 pNX' keeps both,
        because a single letter can change from axis to axis ('pT3bpN2cM1').
        """
        out = []
        standing = ""
        for prefix, axis, category in self.axes:
            out.append(("" if len(prefix) > 1 and prefix == standing else prefix) + axis + category)
            standing = prefix or standing
        return "".join(out)


@dataclass(frozen=True, slots=True)
class StageGroup:
    """A stage group in Roman numerals with its letter: `IIIC`, `IV`, `0`."""

    group: str

    def norm(self) -> str:
        return self.group


@dataclass(frozen=True, slots=True)
class Drug:
    """A medicine or a regimen: the generic names of its components."""

    components: tuple[str, ...]

    def norm(self) -> str:
        return "+".join(sorted(self.components))


@dataclass(frozen=True, slots=True)
class Dose:
    """An amount with its unit (UCUM-like, `mg/m2`), for radiotherapy the number of fractions too."""

    amount: str
    unit: str
    fractions: int | None = None

    def norm(self) -> str:
        if self.unit == "AUC":
            return f"AUC {self.amount}"
        return f"{self.amount} {self.unit}" + (f"/{self.fractions}" if self.fractions else "")


@dataclass(frozen=True, slots=True)
class Count:
    """A number of cycles or courses."""

    number: int

    def norm(self) -> str:
        return str(self.number)


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time by calendar unit (`Y`, `M`, `W`, `D`, `H`) as (amount, unit); amount None is unknown."""

    parts: tuple[tuple[Decimal | None, str], ...]

    def norm(self) -> str:
        """ISO 8601 duration; a broken number is carried to the next unit (4.5 years is P4Y6M)."""
        out: list[str] = []
        clock = ""
        for amount, unit in self.parts:
            written = [("X", unit)] if amount is None else _whole(amount, unit)
            for number, name in written:
                if name == "H":
                    clock += f"{number}H"
                else:
                    out.append(f"{number}{name}")
        return "P" + "".join(out) + (f"T{clock}" if clock else "")


def _whole(amount: Decimal, unit: str) -> list[tuple[str, str]]:
    whole = int(amount)
    rest = amount - whole
    smaller = {"Y": ("M", 12), "W": ("D", 7)}.get(unit)
    if rest and smaller and (rest * smaller[1]) % 1 == 0:
        part = (str(int(rest * smaller[1])), smaller[0])
        return [(str(whole), unit), part] if whole else [part]
    return [(decimal_norm(amount), unit)]


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A calendar date of which only the parts given are known."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def norm(self) -> str:
        year = f"{self.year:04d}" if self.year is not None else "-"
        if self.month is None:
            return year
        return f"{year}-{self.month:02d}" + (f"-{self.day:02d}" if self.day is not None else "")


@dataclass(frozen=True, slots=True)
class DateRange:
    """From one partial date to another, both as given."""

    start: PartialDate
    end: PartialDate

    def norm(self) -> str:
        return f"{self.start.norm()}/{self.end.norm()}"


@dataclass(frozen=True, slots=True)
class RelativeTime:
    """A time against another event: sign `+` or `-` and a period; or the patient's age then."""

    sign: str
    period: Period

    def norm(self) -> str:
        return f"age {self.period.norm()}" if self.sign == "age" else self.sign + self.period.norm()


@dataclass(frozen=True, slots=True)
class Site:
    """An anatomical site of spread, with its ICD-O-3 topography code where the lexicon has one."""

    name: str
    icdo3: str = ""

    def norm(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Target:
    """What a radiotherapy was aimed at; empty where the text does not say."""

    sites: tuple[str, ...] = ()

    def norm(self) -> str:
        return "+".join(sorted(set(self.sites)))
