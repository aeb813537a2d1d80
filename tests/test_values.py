"""The typed values: one canonical string each, equality by content, and nothing invented."""

from dataclasses import FrozenInstanceError, fields
from decimal import Decimal

import pytest

from pipeline.values import (
    Count,
    DateRange,
    Dose,
    Drug,
    Name,
    PartialDate,
    Period,
    RelativeTime,
    Result,
    Site,
    StageGroup,
    Target,
    Tnm,
    decimal_norm,
)


def of(amount: str | None, unit: str) -> Period:
    return Period(((None if amount is None else Decimal(amount), unit),))


NORMS = [
    (Name("ER"), "ER"),
    (Result("percent", ">90%"), ">90%"),
    (Tnm((("c", "T", "4b"), ("", "N", "3"), ("", "M", "0"))), "cT4bN3M0"),
    (Tnm((("yp", "T", "1"), ("yp", "N", "1"), ("", "M", "1"))), "ypT1N1M1"),
    (Tnm((("p", "T", "1"), ("p", "N", "X"))), "pT1pNX"),
    (Tnm((("p", "T", "3b"), ("p", "N", "2"), ("c", "M", "1"))), "pT3bpN2cM1"),
    (Tnm((("yp", "T", "0"), ("c", "M", "0"))), "ypT0cM0"),
    (StageGroup("IIIC"), "IIIC"),
    (Drug(("goserelin",)), "goserelin"),
    (Drug(("fluorouracil", "epirubicin", "cyclophosphamide")), "cyclophosphamide+epirubicin+fluorouracil"),
    (Dose("75", "mg/m2"), "75 mg/m2"),
    (Dose("50", "Gy", 25), "50 Gy/25"),
    (Dose("8", "Gy", 1), "8 Gy/1"),
    (Dose("6", "AUC"), "AUC 6"),
    (Count(6), "6"),
    (of("5", "Y"), "P5Y"),
    (of("4.5", "Y"), "P4Y6M"),
    (of("0.5", "Y"), "P6M"),
    (of("1.5", "W"), "P1.5W"),
    (of("2.5", "M"), "P2.5M"),
    (of("36", "H"), "PT36H"),
    (Period(((Decimal(4), "Y"), (Decimal(6), "M"))), "P4Y6M"),
    (Period(((Decimal(1), "D"), (Decimal(6), "H"))), "P1DT6H"),
    (PartialDate(2020, 3, 17), "2020-03-17"),
    (PartialDate(2019, 5), "2019-05"),
    (PartialDate(2017), "2017"),
    (DateRange(PartialDate(2020, 7, 6), PartialDate(2020, 8, 11)), "2020-07-06/2020-08-11"),
    (RelativeTime("+", of("3", "M")), "+P3M"),
    (RelativeTime("-", of("2", "Y")), "-P2Y"),
    (RelativeTime("age", of("35", "Y")), "age P35Y"),
    (Site("lung", "C34.9"), "lung"),
    (Target(("lung", "brain", "lung")), "brain+lung"),
]


@pytest.mark.parametrize(("value", "norm"), NORMS, ids=lambda x: x if isinstance(x, str) else type(x).__name__)
def test_norm(value: object, norm: str) -> None:
    assert value.norm() == norm


def test_unknown_parts_stay_unknown() -> None:
    assert PartialDate(month=5).norm() == "--05"
    assert PartialDate(month=5, day=3).norm() == "--05-03"
    assert PartialDate(2019).norm() == "2019"
    assert of(None, "W").norm() == "PXW"
    assert RelativeTime("+", of(None, "W")).norm() == "+PXW"
    assert Target().norm() == ""
    assert Site("lung").icdo3 == ""
    assert Dose("50", "Gy").norm() == "50 Gy"
    assert DateRange(PartialDate(month=7), PartialDate(2020, 8)).norm() == "--07/2020-08"


@pytest.mark.parametrize(
    ("number", "norm"),
    [("75", "75"), ("2.50", "2.5"), ("0.15", "0.15"), ("1E+3", "1000"), ("100", "100"), ("1.0", "1"), ("0", "0")],
)
def test_decimal_norm(number: str, norm: str) -> None:
    assert decimal_norm(Decimal(number)) == norm


@pytest.mark.parametrize("value", [value for value, _ in NORMS], ids=lambda v: v.norm())
def test_equal_by_content_and_frozen(value: object) -> None:
    parts = {f.name: getattr(value, f.name) for f in fields(value)}
    again = type(value)(**parts)
    assert again == value
    assert hash(again) == hash(value)
    first = fields(value)[0].name
    with pytest.raises(FrozenInstanceError):
        setattr(value, first, None)


def test_different_values_differ() -> None:
    values = [value for value, _ in NORMS]
    assert len(set(values)) == len(values)
    assert Name("ER") != StageGroup("ER")
    assert Dose("75", "mg") != Dose("75", "mg/m2")
    assert PartialDate(2019) != PartialDate(2019, 5)
