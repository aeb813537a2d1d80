"""What a time is counted from: the event that it names, or nothing; each case has a counter-example beside it."""

from __future__ import annotations

import pytest
from spacy.language import Language
from told import record

FOUND = "A woman had cancer of the left breast."


def date_of(nlp: Language, text: str, words: str) -> str | None:
    """The date of the event of a sentence, None where the record gives it none."""
    events = [e for e in record(nlp, f"{FOUND} {text}").events if any(words in place.text for place in e.evidence)]
    return events[0].date if events else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The event's own date, not the last that was told before.
        ("Hepatectomy was done on 2 July 2020. In May 2021 a node was seen. Three years after the hepatectomy she is "
         "well.", "2023-07"),
        ("Left mastectomy was done in June 2014. Olaparib was started in August 2018. Six years after surgery she is "
         "well.", "2020-06"),
        ("She was diagnosed in March 2018. She was operated on in May 2019. Two years after the diagnosis she is "
         "well.", "2020-03"),
        ("Radiotherapy was given from 3 May 2019 to 12 June 2019. Three months after radiotherapy she is well.",
         "2019-09"),
        ("Letrozole was started in April 2018. Six months later she is well.", "2018-10"),
        # From an event of which the text gives no date nothing is counted: there is only the place in the telling.
        ("The tumour was resected. In November 2011 peritonitis occurred. Six years after the operation she is well.",
         "2011-11/.."),
        ("A lump was found. In January 2021 she fell. Thirteen years after the diagnosis she is well.", "2021-01/.."),
        ("Letrozole was started in April 2018. Two years after the fracture she fell. Six months later she is well.",
         "2018-04/.."),
        ("Letrozole was started in April 2018. A month after the fourth dose she is well.", "2018-04/.."),
        ("Radiotherapy was started in May 2019. Three months after completion of radiotherapy she is well.",
         "2019-05/.."),
        ("Letrozole was started in April 2018. Two days after its withdrawal she is well.", "2018-04/.."),
    ],
)  # fmt: skip
def test_a_time_is_counted_from_the_event_that_it_names(nlp: Language, text: str, expected: str | None) -> None:
    assert date_of(nlp, text, "is well") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Capecitabine was started on 6 February 2023. On day 9 she vomited.", "2023-02-14/2023-02-15"),
        ("Capecitabine was started on 6 February 2023. On day 9 she slept. On day 22 she vomited.",
         "2023-02-27/2023-02-28"),
        ("Mastectomy was done in June 2014. In postoperative month 18 she vomited.", "2015-11/2015-12"),
        ("Mastectomy was done on 2 September 2020. In the fourth year after the operation she vomited.",
         "2023-09/2024-09"),
        ("The scan of 6 February 2023 was clear. On day 9 she vomited.", "2023-02-06/.."),
    ],
)  # fmt: skip
def test_a_numbered_day_is_one_that_is_not_over(nlp: Language, text: str, expected: str | None) -> None:
    assert date_of(nlp, text, "vomited") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She was seen on 3 October 2018. On October 12 she was operated on.", "2018-10-12"),
        ("She was seen on 3 October 2018. In 2011 she had asthma.\n\nOn October 12 she was operated on.", None),
        ("In 2011 she had asthma. She was seen on 3 October 2018.\n\nOn October 12 she was operated on.",
         "2018-10-12"),
        ("She was seen on 3 October 2018. In 2011 she had asthma.\n\nTwo weeks later she was operated on.",
         "2011/.."),
    ],
)  # fmt: skip
def test_after_a_look_back_no_year_is_guessed(nlp: Language, text: str, expected: str | None) -> None:
    assert date_of(nlp, text, "operated on") == expected


def test_two_times_of_one_sentence_are_not_added_up(nlp: Language) -> None:
    text = "Prednisone was started on 12 February 2019. Fever ended nine days later and the rash after 10 weeks."
    dates = [e.date for e in record(nlp, f"{FOUND} {text}").events if any("Fever" in p.text for p in e.evidence)]
    assert dates == ["2019-02-21"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A count of cycles or doses moves the story on by an unknown time.
        ("Pembrolizumab was started in January 2017. After four courses colitis developed. Three weeks later she is "
         "well.", "2017-01/.."),
        ("Denosumab was started in July 2016. It was stopped, but after the second injection, and three months later "
         "she is well.", None),
        ("Pembrolizumab was started in January 2017. Grade 3 colitis after four courses was treated. Three months "
         "later she is well.", "2017-04"),
        ("On 5 May 2017, after four courses, colitis developed. Three months later she is well.", "2017-08"),
        # What she had done before the last date told goes on from before it.
        ("She was referred in May 2016. She had stopped tamoxifen after 14 months and is well.", None),
        ("She was referred in May 2016. After 14 months she had stopped tamoxifen and is well.", "2017-07"),
        # Nor does what she had done before lie after the last date, unless that is of what she had before, too.
        ("She was referred in May 2016. She had taken tamoxifen and is well.", None),
        ("She had been operated on in May 2016. She had taken tamoxifen and is well.", "2016-05/.."),
        ("She was referred in May 2016. She then took tamoxifen and is well.", "2016-05/.."),
        # A time that comes after the next date told was counted from something else.
        ("Letrozole was started in February 2023. It was held after three months. Eleven months later she is well. "
         "In January 2024 elacestrant was started.", "2023-05/2024-01"),
        ("Letrozole was started in February 2023. It was held after three months. Seven months later she is well. "
         "In January 2024 elacestrant was started.", "2023-12"),
        # A treatment begun without a date is what the numbered days are counted from.
        ("Letrozole was taken until May 2019. Fulvestrant and alpelisib were begun. On day 16 she is well.",
         "2019-05/.."),
        ("Alpelisib was started on 2 May 2019. Cetirizine was given. On day 16 she is well.",
         "2019-05-17/2019-05-18"),
        # Weeks and days from a month may end in the next one, and are counted on from all of it.
        ("Letrozole was started in May 2021. A week later she is well.", "2021-05/2021-06"),
        ("Letrozole was started in May 2021. A week later she fell. Ten days later she is well.", "2021-05/2021-07"),
        ("Letrozole was started in May 2021. A month later she is well.", "2021-06"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_not_counted_from(nlp: Language, text: str, expected: str | None) -> None:
    assert date_of(nlp, text, "is well") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Carboplatin AUC 5 every 3 weeks was started on 20 September 2021. After four cycles she is well. In March "
         "2022 she was operated on.", "2021-12-13/2022-03"),
        ("Carboplatin AUC 5 every 3 weeks was started on 20 September 2021. After four cycles she is well.",
         "2021-12-13/.."),
        # The date that the sentence gives says when; cycles of a drug begun at an unknown time say nothing.
        ("Carboplatin AUC 5 every 3 weeks was started on 20 September 2021. After four cycles, on 2 January 2022, she "
         "is well.", "2022-01-02"),
        ("Carboplatin AUC 5 every 3 weeks was started on 20 September 2021. Then docetaxel 75 mg/m2 every 3 weeks "
         "followed. In May 2022 it ended. After 2 cycles of fulvestrant every 4 weeks she is well.", "2022-05/.."),
    ],
)  # fmt: skip
def test_cycles_are_counted_from_a_known_start(nlp: Language, text: str, expected: str | None) -> None:
    assert date_of(nlp, text, "is well") == expected


def test_a_step_without_a_date_keeps_its_place(nlp: Language) -> None:
    text = "Letrozole was started. Later liver metastases appeared. In May 2020 fulvestrant was begun. She likes tea."
    found = record(nlp, f"{FOUND} {text}").events
    assert [(e.date, e.derived) for e in found] == [(None, False), (None, False), ("2020-05", False)]
    assert found[0].evidence[0].text == "Letrozole was started."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A course without a date was not before the last date told: what is counted from it has no end.
        ("In May 2020 the tumour grew. Fulvestrant was begun. Two years after the start of fulvestrant she is well.",
         "2022-05/.."),
        ("In May 2020 the tumour grew. Two sessions of bleomycin were carried out. Three months after the second "
         "session she is well.", "2020-08/.."),
        ("In May 2020 the tumour grew. Fulvestrant was begun. Two months later she is well.", "2020-07/.."),
        # Nothing was given since, or its date is told.
        ("In May 2020 the tumour grew. Fulvestrant was declined. Two months later she is well.", "2020-07"),
        ("In May 2020 fulvestrant was begun. Two years after the start of fulvestrant she is well.", "2022-05"),
        ("In May 2020 the tumour grew. Two years after the start of fulvestrant she is well.", "2020-05/.."),
    ],
)  # fmt: skip
def test_what_is_counted_from_a_course_without_date_has_no_end(nlp: Language, text: str, expected: str | None) -> None:
    assert date_of(nlp, text, "is well") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # After a look back 'now' and 'on examination' are of the visit that was told before it, …
        ("She came in May 2021. In 2011 she had undergone mastectomy. CT now showed liver metastases.", "2021-05"),
        ("She came on 4 May 2021. In 2011 she had undergone mastectomy. On examination there were liver metastases.",
         "2021-05"),
        # … without a look back, or of somebody who 'is now' well, they are not, …
        ("She came in May 2021. CT now showed liver metastases.", "2021-05/.."),
        ("She came in May 2021. In 2011 she had undergone mastectomy. She is now free of liver metastases.", None),
        # … and what has a date has that.
        ("She came in May 2021. In 2011 she had undergone mastectomy. In June 2021 CT now showed liver metastases.",
         "2021-06"),
        # What a look back goes on to tell was not before it; an examination comes back from it.
        ("She came in May 2021. Ten years before, she had undergone mastectomy. Tamoxifen was given for liver "
         "metastases.", "2011/.."),
        ("She came in May 2021. Ten years before, she had undergone mastectomy. CT showed liver metastases.",
         "2021-05/.."),
    ],
)  # fmt: skip
def test_a_look_back_ends_where_the_story_goes_on(nlp: Language, text: str, expected: str | None) -> None:
    assert date_of(nlp, text, "liver") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She came in May 2021. A haemangioma known since 2011 was unchanged. Capecitabine was given for liver "
         "metastases.", "2021-05/.."),
        ("She came in May 2021. In 2011 a haemangioma was seen. Capecitabine was given for liver metastases.",
         "2011/.."),
        ("In May 2021 the tumour grew. She has taken letrozole since June 2021. CT showed liver metastases.",
         "2021-06/.."),
    ],
)  # fmt: skip
def test_how_long_something_is_known_does_not_take_the_story_there(nlp: Language, text: str, expected: str) -> None:
    assert date_of(nlp, text, "liver") == expected


def test_two_lengths_of_one_unit_are_two_times(nlp: Language) -> None:
    text = "Brain metastases appeared in October 2015. She lived for 23 months, 15 months after the metastases."
    dates = [e.date for e in record(nlp, f"{FOUND} {text}").events]
    assert "2018-12" not in dates
