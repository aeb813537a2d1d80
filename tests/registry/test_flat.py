"""What the feeds that are tables share: dates as days, the day of diagnosis, values with their places."""

from __future__ import annotations

from datetime import date

import pytest
from flat_cases import TEXT, gold_cases, made_case, source

from pipeline.patient.model import Metastasis
from pipeline.registry.feeds.flat.days import day, days, diagnosis
from pipeline.registry.feeds.flat.told import Held, values


@pytest.mark.parametrize(
    ("told", "first", "last"),
    [
        ("2020-11-03", date(2020, 11, 3), date(2020, 11, 3)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2019", date(2019, 1, 1), date(2019, 12, 31)),
        ("2018-03/2018-04", date(2018, 3, 1), date(2018, 4, 30)),
        ("2020-11/..", date(2020, 11, 1), None),
        ("../2016-04", None, date(2016, 4, 30)),
        ("2021-02-30", None, None),
        ("2021-13", None, None),
        ("0000", None, None),
        ("May 2019", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_what_a_date_can_mean(told, first, last) -> None:
    assert days(told) == (first, last)


def test_only_a_full_date_is_a_day() -> None:
    assert day("2020-11-03") == date(2020, 11, 3)
    assert day("2020-11-03/2020-11-03") == date(2020, 11, 3)
    assert not any(map(day, ["2020-11", "2020", "2020-11-03/..", "2020-11-03/2020-11-04", "2021-02-30", None]))


def test_no_gold_date_is_read_as_nothing() -> None:
    told = [told.value for case in gold_cases() for told in values(case) if told.field in ("date", "start", "end")]
    assert len(told) > 300
    assert [value for value in told if days(value) == (None, None)] == []


def test_the_diagnosis_is_the_first_date_of_the_primary() -> None:
    case = made_case()
    case.record.stages[0].date = "2015-03"
    found = diagnosis(case.record, case.source)
    assert found.told == "2015-03"
    case.record.stages[0].date = "2016-01-01"
    assert diagnosis(case.record, case.source).told == "2015-03-02"


@pytest.mark.parametrize("basis", ["recurrence", "post-neoadjuvant"])
def test_a_later_stage_is_no_diagnosis(basis) -> None:
    case = made_case()
    case.record.receptor_panels.clear()
    case.record.stages[0].basis = basis
    assert diagnosis(case.record, case.source) is None


def test_where_the_disease_is_known_before_there_is_no_day_of_diagnosis() -> None:
    case = made_case()
    case.record.metastases.append(Metastasis(site="lung", date="2014"))
    assert diagnosis(case.record, case.source) is None
    case.record.metastases[-1] = Metastasis(site="lung", date="2014", status="absent")
    assert diagnosis(case.record, case.source) is not None


@pytest.mark.parametrize(
    ("change", "known"),
    [
        ({"name": "mastectomy", "kind": "surgery", "site": "breast"}, False),
        ({"name": "axillary dissection", "kind": "surgery", "site": "axillary lymph node"}, False),
        ({"name": "excision of ovarian cyst", "kind": "surgery", "site": "ovary"}, True),
        ({"name": "metformin", "intent": "other"}, True),
        ({"name": "tamoxifen", "intent": "adjuvant"}, False),
        ({"name": "tamoxifen", "intent": "adjuvant", "status": "declined"}, True),
    ],
)
def test_only_an_earlier_treatment_of_this_cancer_puts_the_diagnosis_in_doubt(change, known) -> None:
    case = made_case()
    earlier = {"start": "2010", "intent": None, **change}
    case.record.treatments.append(case.record.treatments[0].model_copy(update=earlier))
    assert (diagnosis(case.record, case.source) is not None) is known


def test_a_value_is_placed_where_it_is_said() -> None:
    held = Held(made_case())
    assert held.one("panel", 1, "ER.percent").place.text == "90%"
    assert held.one("case", 0, "age_at_diagnosis").place.text == "50-year-old"
    assert held.one("treatment", 4, "start").place.text == "Letrozole began in June 2019."
    assert held.one("panel", 1, "her2_category").derived
    assert held.one("panel", 1, "her2_category").rule == "IHC 1+ is HER2-low"
    assert held.value("case", 0, "grade") is None


def test_every_value_of_the_made_record_is_told_once() -> None:
    told = list(values(made_case()))
    assert len({one.path for one in told}) == len(told)
    assert source(TEXT).text[told[0].place.start : told[0].place.end] == told[0].place.text
