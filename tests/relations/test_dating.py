"""What a date dates in its own sentence."""

import pytest
from spacy.language import Language
from test_links import related

SENTENCES = [
    (
        "In May 2019 she began letrozole, and in June 2020 fulvestrant.",
        {("May 2019", "letrozole"), ("June 2020", "fulvestrant")},
    ),
    ("She began letrozole in May 2019.", {("May 2019", "letrozole")}),
    # All of the clause that a date ends, not of the clause before.
    (
        "Letrozole and palbociclib were started in May 2019.",
        {("May 2019", "Letrozole"), ("May 2019", "palbociclib")},
    ),
    (
        "Anastrozole was replaced by fulvestrant, and denosumab was begun in May 2019.",
        {("May 2019", "denosumab")},
    ),
    # What came after, and what was there already.
    ("In 2011 she had EC, followed by tamoxifen.", {("2011", "EC")}),
    ("A woman on metformin visited our clinic in May 2019.", set()),
    ("Metformin was begun in May 2019.", {("May 2019", "Metformin")}),
    ("In May 2019 letrozole was begun; ribociclib was declined by the patient.", {("May 2019", "letrozole")}),
    ("Progression on letrozole with liver metastases was seen in May 2019.", {("May 2019", "liver")}),
    # Two dates of one moment.
    (
        "In June 2018, 15 months after surgery, liver metastases appeared.",
        {("June 2018", "liver"), ("15 months after surgery", "liver")},
    ),
    (
        "Letrozole was begun in June 2018 and fulvestrant 15 months later.",
        {("June 2018", "Letrozole"), ("15 months later", "fulvestrant")},
    ),
    # A second date without a drug of its own.
    (
        "Everolimus was begun in May 2019, stopped after three weeks for stomatitis.",
        {("May 2019", "Everolimus"), ("after three weeks", "Everolimus")},
    ),
    ("Everolimus was begun in May 2019, and she died after three weeks.", {("May 2019", "Everolimus")}),
    ("Tamoxifen was commenced but stopped after 5 months.", {("after 5 months", "Tamoxifen")}),
    # The target of radiotherapy is not dated, nor the anchor of a relative date.
    ("SBRT was delivered to the liver in May 2019.", {("May 2019", "SBRT")}),
    ("Two weeks after docetaxel and carboplatin she had fever.", set()),
    ("Only one patient, reported in 2019, had liver metastases.", set()),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_dates(nlp: Language, text: str, expected: set[tuple[str, str]]) -> None:
    assert related(nlp, text).get("DateOf", set()) == expected


def test_the_age_of_a_relative_dates_no_treatment(nlp: Language) -> None:
    text = "Her sister had breast cancer at the age of 52 and took tamoxifen."
    assert "DateOf" not in related(nlp, text)
