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
        # each drug with a rhythm of its own: the count is of the one beside it, else of none
        ("12 cycles of weekly paclitaxel 80 mg/m2 and carboplatin AUC 6 every 3 weeks.", {("12 cycles", "paclitaxel")}),
        (
            "Six cycles of paclitaxel 175 mg/m2 every 3 weeks and carboplatin AUC 6 every 3 weeks.",
            {("Six cycles", "paclitaxel"), ("Six cycles", "carboplatin")},
        ),
        (
            "She received pembrolizumab 400 mg every six weeks with carboplatin AUC 2 and gemcitabine 1 g/m2 on days 1 "
            "and 8, eight cycles.",
            {("eight cycles", "carboplatin"), ("eight cycles", "gemcitabine")},
        ),
        ("She received carboplatin AUC 5 every 3 weeks and paclitaxel 80 mg/m2 weekly for 4 cycles.", set()),
        (
            "She received docetaxel 75 mg/m2, trastuzumab 6 mg/kg and carboplatin AUC 6 every 3 weeks for 6 cycles.",
            {("6 cycles", "docetaxel"), ("6 cycles", "trastuzumab"), ("6 cycles", "carboplatin")},
        ),
        # one of the courses is not all of them
        ("She had three courses of therapy: the first course with cisplatin, the others with carboplatin.", set()),
        ("She had three courses of therapy with cisplatin.", {("three courses", "cisplatin")}),
        ("Granisetron was used. After three cycles the mass was gone.", {("three cycles", "Granisetron")}),
    ],
)
def test_cycles(nlp: Language, text: str, expected: set[tuple[str, str]]) -> None:
    assert related(nlp, text).get("CyclesOf", set()) == expected
