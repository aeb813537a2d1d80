"""Cells of the series table: what is said, what is derived, what is not reported."""

from __future__ import annotations

import pytest
from made_series import case, told

from pipeline.series.cells import as_text
from pipeline.series.columns import COLUMNS
from pipeline.series.summary import summary
from pipeline.series.wording import date

EVIDENCE = [told("It was so.")]


def cell(key: str, **parts: object) -> str:
    return as_text(COLUMNS[key].read(case(**parts)))


def panel(specimen: str, when: str | None, **results: dict[str, str]) -> dict[str, object]:
    return {"specimen": specimen, "date": when, "results": results, "evidence": EVIDENCE}


@pytest.mark.parametrize("key", [key for key in COLUMNS if key not in ("case", "reference")])
def test_nothing_said_is_not_reported(key: str) -> None:
    assert cell(key) == "NR"


@pytest.mark.parametrize(
    ("norm", "words"),
    [
        ("2020-11", "2020-11"),
        ("2018-03/2018-04", "2018-03 to 2018-04"),
        ("2020-11/..", "2020-11 or later"),
        ("../2016-04", "by 2016-04"),
        (None, ""),
    ],
)
def test_dates_keep_their_precision(norm: str | None, words: str) -> None:
    assert date(norm) == words


def test_panels_by_specimen() -> None:
    er = {"status": "positive", "percent": "40%"}
    panels = [
        panel("primary", "2019-10", ER=er, HER2={"status": "negative", "score": "0"}),
        panel("metastasis:liver", None, PR={"status": "negative"}),
        panel("unstated", None, ER={"status": "positive"}),
    ]  # fmt: skip
    assert cell("primary", receptor_panels=panels) == (
        "2019-10: ER positive (40%), HER2 negative (IHC 0); specimen not stated: ER positive"
    )
    assert cell("metastasis", receptor_panels=panels) == "liver: PR negative"


def test_a_derived_value_carries_its_rule() -> None:
    stage = {"tnm": "cT2N0M0", "group": "IIA", "derived": ["group"], "how": {"group": "SEER"}, "evidence": EVIDENCE}
    (told_part,) = COLUMNS["stage"].read(case(stages=[stage]))
    assert told_part.text == "cT2N0M0, stage IIA (derived)"
    assert told_part.rule == "SEER"


def test_a_course_carries_the_places_and_rules_of_all_its_drugs() -> None:
    drug = {"kind": "drug", "status": "given", "intent": "palliative", "derived": ["intent"], "evidence": EVIDENCE}
    first = drug | {"name": "letrozole", "how": {"intent": "spread"}, "cites": {"name": [told("It")]}}
    second = drug | {"name": "palbociclib", "how": {"intent": "spread"}, "cites": {"dose": [told("was", 3)]}}
    (course,) = COLUMNS["systemic"].read(case(treatments=[first, second]))
    assert course.rule == "spread"
    assert [place.text for place in course.places] == ["It", "It was so.", "was"]


def test_treatments_that_were_not_given_say_so() -> None:
    drug = {"kind": "drug", "name": "eribulin", "status": "declined", "intent": "palliative", "evidence": EVIDENCE}
    assert cell("systemic", treatments=[drug]) == "declined: eribulin (palliative)"
    assert cell("systemic", treatments=[drug | {"intent": "supportive"}]) == "NR"


def test_an_uncertain_start_does_not_read_as_a_course() -> None:
    drug = {"kind": "drug", "name": "eribulin", "status": "given", "start": "2020-01/2020-03", "evidence": EVIDENCE}
    assert cell("systemic", treatments=[drug]) == "eribulin (start 2020-01 to 2020-03)"
    assert (
        cell("systemic", treatments=[drug | {"start": "2020-01", "end": "2020-03"}]) == "eribulin (2020-01 to 2020-03)"
    )


def test_diagnosis_is_when_it_was_known_at_the_latest() -> None:
    nodes = {"site": "axillary lymph node", "status": "present", "date": "2019-05/2019-10", "evidence": EVIDENCE}
    biopsy = panel("primary", "2019-10", ER={"status": "positive"})
    assert cell("diagnosed", receptor_panels=[biopsy], metastases=[nodes]) == "2019-10"
    assert cell("diagnosed", metastases=[nodes | {"status": "absent"}]) == "NR"


def test_summary_counts_only_what_is_reported() -> None:
    cases = [
        case(case={"sex": "female", "age_at_diagnosis": 40, "evidence": EVIDENCE}),
        case(case={"age_at_diagnosis": 51, "evidence": EVIDENCE}),
        case(receptor_panels=[panel("primary", None, ER={"status": "negative"})]),
        case(receptor_panels=[panel("metastasis:liver", None, ER={"status": "positive"})]),
    ]
    lines = {line.item: line for line in summary(cases)}
    assert lines["Age, years"].value == "median 45.5 (range 40 to 51)"
    assert lines["Sex: female"][1:] == ("1 (100%)", "1")
    assert lines["ER of the primary: negative"][1:] == ("1 (100%)", "1")
    assert "ER of the primary: positive" not in lines


def test_summary_takes_no_panel_of_an_unnamed_specimen_for_the_primary() -> None:
    lines = summary([case(receptor_panels=[panel("unstated", None, ER={"status": "positive"})])])
    assert not [line for line in lines if line.item.startswith("ER of the primary")]
