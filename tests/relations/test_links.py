"""Which dose, rhythm and count is said of which treatment."""

import pytest
from spacy.language import Language

DOUBLET = ("docetaxel", "carboplatin")
SENTENCES = [
    (
        "She took letrozole 2.5 mg daily.",
        {"DoseOf": {("2.5 mg", "letrozole")}, "FrequencyOf": {("daily", "letrozole")}},
    ),
    (
        "500 mg of fulvestrant was injected every 28 days.",
        {"DoseOf": {("500 mg", "fulvestrant")}, "FrequencyOf": {("every 28 days", "fulvestrant")}},
    ),
    (
        "Docetaxel and cyclophosphamide were given at 75 mg/m2 and 600 mg/m2, respectively.",
        {"DoseOf": {("75 mg/m2", "Docetaxel"), ("600 mg/m2", "cyclophosphamide")}},
    ),
    (
        "She received ifosfamide and mesna, both at 1.5 g/m2.",
        {"DoseOf": {("1.5 g/m2", "ifosfamide"), ("1.5 g/m2", "mesna")}},
    ),
    (
        "5-fluorouracil, epirubicin and cyclophosphamide, each at 500 mg/m2, were infused.",
        {"DoseOf": {("500 mg/m2", "5-fluorouracil"), ("500 mg/m2", "epirubicin"), ("500 mg/m2", "cyclophosphamide")}},
    ),
    (
        "Gemcitabine (1,000 mg/m2) and cisplatin (30 mg/m2) were given on days 1 and 8.",
        {
            "DoseOf": {("1,000 mg/m2", "Gemcitabine"), ("30 mg/m2", "cisplatin")},
            "FrequencyOf": {("on days 1 and 8", "Gemcitabine"), ("on days 1 and 8", "cisplatin")},
        },
    ),
    (
        "Weekly paclitaxel 80 mg/m2 was given with trastuzumab.",
        {"DoseOf": {("80 mg/m2", "paclitaxel")}, "FrequencyOf": {("Weekly", "paclitaxel")}},
    ),
    (
        "Dexamethasone 4 mg twice a day and pantoprazole 40 mg once daily were added.",
        {
            "DoseOf": {("4 mg", "Dexamethasone"), ("40 mg", "pantoprazole")},
            "FrequencyOf": {("twice a day", "Dexamethasone"), ("once daily", "pantoprazole")},
        },
    ),
    (
        "Capecitabine 1000 mg/m2 twice daily on days 1-14 and vinorelbine 60 mg/m2 on days 1 and 8 "
        "were given every 3 weeks.",
        {
            "DoseOf": {("1000 mg/m2", "Capecitabine"), ("60 mg/m2", "vinorelbine")},
            "FrequencyOf": {
                ("twice daily on days 1-14", "Capecitabine"),
                ("on days 1 and 8", "vinorelbine"),
                ("every 3 weeks", "Capecitabine"),
                ("every 3 weeks", "vinorelbine"),
            },
        },
    ),
    pytest.param(
        "Goserelin 3.6 mg every 28 days and exemestane 25 mg daily were started.",
        {
            "DoseOf": {("3.6 mg", "Goserelin"), ("25 mg", "exemestane")},
            "FrequencyOf": {("every 28 days", "Goserelin"), ("daily", "exemestane")},
        },
    ),
    pytest.param(
        "Letrozole 2.5 mg daily and goserelin 3.6 mg every 28 days were given.",
        {
            "DoseOf": {("2.5 mg", "Letrozole"), ("3.6 mg", "goserelin")},
            "FrequencyOf": {("daily", "Letrozole"), ("every 28 days", "goserelin")},
        },
    ),
    (
        "She received whole-brain radiotherapy (30 Gy in 10 fractions) and dexamethasone 4 mg.",
        {"DoseOf": {("30 Gy in 10 fractions", "whole-brain radiotherapy"), ("4 mg", "dexamethasone")}},
    ),
    (
        "She received six cycles of docetaxel and carboplatin.",
        {"CyclesOf": {("six cycles", "docetaxel"), ("six cycles", "carboplatin")}},
    ),
    (
        "Four cycles of doxorubicin were followed by twelve cycles of paclitaxel.",
        {"CyclesOf": {("Four cycles", "doxorubicin"), ("twelve cycles", "paclitaxel")}},
    ),
    (
        "Cisplatin at a dose of 75 mg/m2 every three weeks was given for six cycles.",
        {
            "DoseOf": {("75 mg/m2", "Cisplatin")},
            "FrequencyOf": {("every three weeks", "Cisplatin")},
            "CyclesOf": {("six cycles", "Cisplatin")},
        },
    ),
    (
        "She was started on capecitabine. After four cycles, pain had gone.",
        {"CyclesOf": {("four cycles", "capecitabine")}},
    ),
    (
        "Everolimus was begun. The dose was 10 mg daily.",
        {"DoseOf": {("10 mg", "Everolimus")}, "FrequencyOf": {("daily", "Everolimus")}},
    ),
    ("Everolimus was begun. Her pain was treated with 10 mg of morphine.", {"DoseOf": {("10 mg", "morphine")}}),
    (
        "Ibrutinib 420 mg and venetoclax 400 mg daily were taken.",
        {"DoseOf": {("420 mg", "Ibrutinib"), ("400 mg", "venetoclax")}, "FrequencyOf": {("daily", "venetoclax")}},
    ),
    (
        "Docetaxel (75 mg/m2) plus trastuzumab (8 mg/kg every 3 weeks) was given.",
        {
            "DoseOf": {("75 mg/m2", "Docetaxel"), ("8 mg/kg", "trastuzumab")},
            "FrequencyOf": {("every 3 weeks", "trastuzumab")},
        },
    ),
    ("Weekly docetaxel and carboplatin were chosen.", {"FrequencyOf": {("Weekly", d) for d in DOUBLET}}),
    ("Weekly docetaxel and bevacizumab were chosen.", {"FrequencyOf": {("Weekly", "docetaxel")}}),
    ("Tamoxifen was taken for 5 years.", {"DurationOf": {("for 5 years", "Tamoxifen")}}),
    ("She took letrozole and was well.", {}),
]


def related(nlp: Language, text: str) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for r in nlp(text)._.relations:
        found.setdefault(r.kind, set()).add((text[r.source.start : r.source.end], text[r.target.start : r.target.end]))
    return found


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_links(nlp: Language, text: str, expected: dict[str, set[tuple[str, str]]]) -> None:
    assert related(nlp, text) == expected


def test_relations_join_final_mentions_and_stand_once(nlp: Language) -> None:
    doc = nlp(" ".join(case.values[0] if hasattr(case, "values") else case[0] for case in SENTENCES))
    final = {id(m) for m in doc._.mentions}
    keys = [(r.kind, id(r.source), id(r.target)) for r in doc._.relations]
    assert len(keys) > 30
    assert len(set(keys)) == len(keys)
    assert {place for _, *places in keys for place in places} <= final
    order = [(r.source.start, r.kind, r.target.start) for r in doc._.relations]
    assert order == sorted(order)
