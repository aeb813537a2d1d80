"""Which drugs were given in how many cycles."""

import pytest
from spacy.language import Language
from test_links import related


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She received EC for 4 cycles, then docetaxel weekly x 12.", {("4 cycles", "EC"), ("12", "docetaxel")}),
        ("Paclitaxel was given weekly x 12 weeks.", set()),
        (
            "Five courses of R-CHOP every 21 days were given: rituximab 375 mg/m2 and vincristine 1.4 mg/m2.",
            {("Five courses", "R-CHOP"), ("Five courses", "rituximab"), ("Five courses", "vincristine")},
        ),
        (
            "AC x 4 cycles (doxorubicin 60 mg/m2, cyclophosphamide 600 mg/m2 with pegfilgrastim) was given.",
            {("4 cycles", "AC"), ("4 cycles", "doxorubicin"), ("4 cycles", "cyclophosphamide")},
        ),
        ("She had EC (four cycles) and radiotherapy, then letrozole.", {("four cycles", "EC")}),
        ("Four cycles of EC, tamoxifen for five years and radiotherapy followed.", {("Four cycles", "EC")}),
        (
            "Cisplatin 75 mg/m2 was begun. Granisetron was used against nausea. After three cycles the mass was gone.",
            {("three cycles", "Cisplatin")},
        ),
        ("Granisetron was used. After three cycles the mass was gone.", {("three cycles", "Granisetron")}),
    ],
)
def test_cycles(nlp: Language, text: str, expected: set[tuple[str, str]]) -> None:
    assert related(nlp, text).get("CyclesOf", set()) == expected
