"""Whether a bundle has the shape of FHIR R4: known elements, of the right kind, as often as they may stand.

`elements.tsv` lists the elements of each type that a Bundle of this feed can hold: kind, least and most number, the
choice that it is one of (`value[x]`), and what a reference may point to.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.registry.feeds.mcode.tables import rows

if TYPE_CHECKING:
    from pipeline.registry.feeds.mcode.fhir import Json

_DATE = r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"
_ZONE = r"(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?"
_TEXTS = {
    name: re.compile(pattern)
    for name, pattern in {
        "string": r"(?s)(?=.*\S)[^\x00-\x08\x0b\x0c\x0e-\x1f]{1,1048576}",
        "markdown": r"(?s)(?=.*\S)[^\x00-\x08\x0b\x0c\x0e-\x1f]{1,1048576}",
        "code": r"\S+( \S+)*",
        "id": r"[A-Za-z0-9.-]{1,64}",
        "uri": r"\S+",
        "url": r"\S+",
        "canonical": r"\S+",
        "oid": r"urn:oid:[0-2](\.(0|[1-9][0-9]*))+",
        "uuid": r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        "date": _DATE,
        "dateTime": rf"{_DATE}(T{_CLOCK}{_ZONE})?",
        "instant": rf"[0-9]{{4}}-[0-9][0-9]-[0-9][0-9]T{_CLOCK}{_ZONE}",
        "time": _CLOCK,
        "base64Binary": r"[0-9A-Za-z+/=\s]+",
    }.items()
}
_LEAST = {"positiveInt": 1, "unsignedInt": 0, "integer": -(2**31)}


class Element(NamedTuple):
    """One row of the table."""

    kind: str
    required: bool
    many: bool
    choice: str
    targets: tuple[str, ...]


class Reference(NamedTuple):
    """A reference met in a bundle: where it stands, what it may point to (nothing named: anything), where it does."""

    path: str
    targets: tuple[str, ...]
    to: str


@cache
def elements() -> dict[str, dict[str, Element]]:
    """Types to their elements."""
    found: dict[str, dict[str, Element]] = {}
    for row in rows("elements"):
        targets = tuple(filter(None, row["targets"].split("|")))
        element = Element(row["kind"], row["min"] == "1", row["max"] == "*", row["choice"], targets)
        found.setdefault(row["type"], {})[row["element"]] = element
    return found


@cache
def _required(kind: str) -> tuple[str, ...]:
    """What an object of a kind must have: names of elements, and of choices without their `[x]`."""
    needed = [element.choice or name for name, element in elements()[kind].items() if element.required]
    return tuple(dict.fromkeys(needed))


class Shape:
    """Reads a bundle once: `problems` are what is not FHIR R4, `references` what it points to."""

    def __init__(self, bundle: Json) -> None:
        self.problems: list[str] = []
        self.references: list[Reference] = []
        self._resource(bundle, "Bundle", ("Bundle",))

    def _say(self, path: str, what: str) -> None:
        self.problems.append(f"{path}: {what}")

    def _resource(self, body: Any, path: str, allowed: tuple[str, ...] = ()) -> None:
        kind = body.get("resourceType") if isinstance(body, dict) else None
        known = isinstance(kind, str) and kind in elements() and "meta" in elements()[kind]
        if not isinstance(body, dict) or not known or (allowed and kind not in allowed):
            self._say(path, f"{kind!r} is no resource that this feed writes")
            return
        here = path if kind == "Bundle" else f"{path}:{kind}"
        self._object({key: value for key, value in body.items() if key != "resourceType"}, str(kind), here)

    def _object(self, body: Any, kind: str, path: str) -> None:
        if not isinstance(body, dict) or not body:
            self._say(path, f"not an object of {kind} with something in it")
            return
        table = elements()[kind]
        for key, value in body.items():
            element = table.get(key.removeprefix("_"))
            if element is None or (key.startswith("_") and element.kind in elements()):
                self._say(f"{path}.{key}", f"{kind} has no such element in R4")
            else:
                self._element(value, "Element" if key.startswith("_") else element.kind, element, f"{path}.{key}")
        self._counts(body, kind, path)

    def _counts(self, body: Json, kind: str, path: str) -> None:
        """Required elements, and no two of one choice."""
        table = elements()[kind]
        there = {key.removeprefix("_") for key in body}
        names = [table[name].choice or name for name in there if name in table]
        if len(set(names)) < len(names):
            for name, number in sorted(Counter(names).items()):
                if number > 1:
                    self._say(path, f"{number} kinds of {name}[x], of which only one may stand")
        for name in _required(kind):
            if name not in names:
                self._say(path, f"{name if name in table else f'{name}[x]'} is missing")

    def _element(self, value: Any, kind: str, element: Element, path: str) -> None:
        if isinstance(value, list) != element.many:
            self._say(path, "must be a list" if element.many else "must be no list")
            return
        items = value if isinstance(value, list) else [value]
        if not items:
            self._say(path, "an empty list")
        for number, item in enumerate(items):
            self._value(item, kind, element.targets, f"{path}[{number}]" if element.many else path)

    def _value(self, value: Any, kind: str, targets: tuple[str, ...], path: str) -> None:
        if kind == "Resource":
            self._resource(value, path)
        elif kind == "Element":
            known = isinstance(value, dict) and bool(value) and set(value) <= {"id", "extension"}
            if not known:
                self._say(path, "what stands beside a value is an id or an extension")
            else:
                self._element(value.get("extension", []), "Extension", elements()["Patient"]["extension"], path)
        elif kind in elements():
            if kind == "Reference" and isinstance(value, dict) and "reference" in value:
                self.references.append(Reference(path, targets, str(value["reference"])))
            self._object(value, kind, path)
        elif not _is_primitive(value, kind):
            self._say(path, f"{value!r:.80} is no {kind}")


def _is_primitive(value: Any, kind: str) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if kind == "decimal":
        return isinstance(value, int | float) and abs(value) < 10**18  # FHIR's 18 digits; not NaN either
    if kind in _LEAST:
        return isinstance(value, int) and _LEAST[kind] <= value < 2**31
    pattern = _TEXTS[kind]
    return isinstance(value, str) and pattern.fullmatch(value) is not None and _is_text(value, kind)


def _is_text(value: str, kind: str) -> bool:
    """No lone surrogate; a date that the calendar has."""
    try:
        value.encode()
        if kind in ("date", "dateTime", "instant") and len(value) >= 10:
            date.fromisoformat(value[:10])
    except ValueError:
        return False
    return True


def walk(value: Any, path: str) -> list[tuple[str, Json]]:
    """Every object in a resource and where it stands."""
    found: list[tuple[str, Json]] = []
    todo = [(path, value)]
    while todo:
        here, at = todo.pop()
        if isinstance(at, dict):
            found.append((here, at))
            todo += [(f"{here}.{key}", inner) for key, inner in at.items() if isinstance(inner, dict | list)]
        else:
            todo += [(f"{here}[{number}]", inner) for number, inner in enumerate(at) if isinstance(inner, dict | list)]
    return found
