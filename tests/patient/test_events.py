"""The events of a record: what is a step of its own, what belongs to another, and how long one may have been."""

from __future__ import annotations

import pytest
from spacy.language import Language
from told import record, treatment

FOUND = "A woman had cancer of the left breast."


def told(nlp: Language, text: str) -> list[tuple[str | None, int]]:
    """The date of each event and the number of its sentences."""
    return [(e.date, len(e.evidence)) for e in record(nlp, f"{FOUND} {text}").events]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Receptors and stage are results of the biopsy …
        ("Core biopsy was done on 28 March 2017. ER was 70%, PR was 20% and HER2 was negative. The stage was cT2N0M0. "
         "In June 2017 letrozole was begun.", [("2017-03-28", 3), ("2017-06", 1)]),
        ("In 2011 she had a mastectomy. Two of 16 axillary nodes were positive. She is well in May 2020.",
         [("2011", 2), ("2020-05", 1)]),
        # … a treatment told with them is not, …
        ("Core biopsy was done on 28 March 2017. HER2 was positive, and trastuzumab was given. In June 2017 she is "
         "well.", [("2017-03-28", 1), ("2017-03-28/..", 1), ("2017-06", 1)]),
        # … however far down the report they stand, unless another examination stands between, …
        ("Mastectomy was done on 28 March 2017. The cut was grey. The edge was soft. It was large. There was necrosis. "
         "Mitoses were many. The skin was clear. The stage was pT2N0. In June 2017 she is well.",
         [("2017-03-28", 2), ("2017-06", 1)]),
        ("Mastectomy was done on 28 March 2017. A CT was clear. The stage was pT2N0. In June 2017 she is well.",
         [("2017-03-28", 1), ("2017-03-28/2017-06", 1), ("2017-06", 1)]),
        # … another examination is a step of its own, …
        ("Core biopsy was done on 28 March 2017. A CT scan showed liver metastases. In June 2017 letrozole was begun.",
         [("2017-03-28", 1), ("2017-03-28/2017-06", 1), ("2017-06", 1)]),
        # … and after what examined nothing so are results.
        ("In June 2017 letrozole was begun. HER2 was negative. In May 2020 she is well.",
         [("2017-06", 1), ("2017-06/2020-05", 1), ("2020-05", 1)]),
    ],
)  # fmt: skip
def test_a_result_belongs_to_its_examination(nlp: Language, text: str, expected: list[tuple[str, int]]) -> None:
    assert told(nlp, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A relapse or a visit says nothing of the end of a course that has no dates …
        ("Left mastectomy was done in June 2014. Tamoxifen was given. In May 2020 liver metastases appeared.",
         "2014-06/.."),
        ("Left mastectomy was done in June 2014. Tamoxifen was given. She is well in May 2020.", "2014-06/.."),
        # … the next treatment does, and so do the words that it was stopped.
        ("Core biopsy was done in June 2014. Docetaxel was given. Left mastectomy was done in May 2015.",
         "2014-06/2015-05"),
        ("Left mastectomy was done in June 2014. Tamoxifen was stopped. In May 2020 liver metastases appeared.",
         "2014-06/2020-05"),
    ],
)  # fmt: skip
def test_a_course_without_dates_has_an_end_where_the_text_gives_one(nlp: Language, text: str, expected: str) -> None:
    assert [date for date, _ in told(nlp, text)][1] == expected


def test_what_was_found_and_what_was_given_are_two_steps(nlp: Language) -> None:
    text = "She came in June 2014. CT showed liver metastases. Docetaxel was given. Mastectomy was done in May 2015."
    assert [date for date, _ in told(nlp, text)] == ["2014-06", "2014-06/2015-05", "2014-06/2015-05", "2015-05"]


def test_a_site_is_a_step_each_time_that_it_is_found(nlp: Language) -> None:
    text = (
        "CT showed liver metastases in June 2014. Docetaxel was begun in July 2014. CT showed smaller liver "
        "metastases. She is well in May 2020."
    )
    assert [date for date, _ in told(nlp, text)] == ["2014-06", "2014-07", "2014-07/2020-05", "2020-05"]
    aside = text.replace("CT showed smaller", "We describe the second case of")
    assert [date for date, _ in told(nlp, aside)] == ["2014-06", "2014-07", "2020-05"]
    free = text.replace("smaller liver metastases", "no liver metastases")
    assert [date for date, _ in told(nlp, free)] == ["2014-06", "2014-07", "2020-05"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("In May 2014 exemestane was approved by the ethics committee.", None),
        ("In May 2014 exemestane was begun.", "2014-05"),
    ],
)
def test_an_approval_begins_nothing(nlp: Language, text: str, expected: str | None) -> None:
    assert treatment(record(nlp, f"{FOUND} Liver metastases appeared. {text}"), "exemestane").start == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She underwent whole-brain radiotherapy and died 5 weeks later.", "2020-07/.."),
        ("She underwent whole-brain radiotherapy 5 weeks later.", "2020-08"),
    ],
)
def test_the_date_of_a_death_is_not_that_of_the_course_before_it(nlp: Language, text: str, expected: str) -> None:
    found = record(nlp, f"{FOUND} In July 2020 brain metastases appeared. {text}")
    assert treatment(found, "whole-brain radiotherapy").start == expected


def test_a_dorsal_vertebra_is_no_day(nlp: Language) -> None:
    begun = "Paclitaxel was begun on 4 May 2020."
    spine = record(nlp, f"{FOUND} {begun} The MRI showed metastases of the sacrum and of D8.").events
    assert [e.date for e in spine] == ["2020-05-04", "2020-05-04/.."]
    fever = record(nlp, f"{FOUND} {begun} Fever came at D8.").events
    assert [e.date for e in fever] == ["2020-05-04", "2020-05-11/2020-05-12"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # From when the day is counted is not said, the step is told all the same, …
        ("In May 2019 fulvestrant was stopped. Alpelisib was begun. On day 16 she vomited. In July 2019 she is well.",
         ["2019-05", "2019-05/..", "2019-05/2019-07", "2019-07"]),
        # … a time that does not open its sentence tells of no step.
        ("In May 2019 fulvestrant was stopped. Alpelisib was begun. She eats well on day 16. In July 2019 she is well.",
         ["2019-05", "2019-05/..", "2019-07"]),
    ],
)  # fmt: skip
def test_a_time_that_opens_its_sentence_tells_of_a_step(nlp: Language, text: str, expected: list[str]) -> None:
    assert [date for date, _ in told(nlp, text)] == expected
