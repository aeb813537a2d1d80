"""Status that other sentences decide: each with the sentence that looks alike and decides nothing."""

import pytest
from spacy.language import Language

NOTE = "S: Cough. O: Liver metastases. A: Progression. "


def statuses(nlp: Language, text: str) -> dict[str, str]:
    return {text[m.start : m.end]: m.status for m in nlp(text)._.mentions if m.label in ("Drug", "Radiotherapy")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Docetaxel was recommended. She refused it.", {"Docetaxel": "declined"}),
        ("Tamoxifen and radiotherapy were advised. The patient declined both.", ["declined", "declined"]),
        ("Olaparib is planned. Both were rejected.", {"Olaparib": "declined"}),
        ("Docetaxel was recommended. She refused surgery.", {"Docetaxel": "considered"}),
        ("Docetaxel was recommended. She refused treatment with tamoxifen.", ["considered", "declined"]),
        ("Docetaxel was given. She refused it.", {"Docetaxel": "given"}),
        ("Docetaxel was recommended. The scan was clear. She refused it.", {"Docetaxel": "considered"}),
        (NOTE + "P: Letrozole 2.5 mg daily. Denosumab once dental work done.", ["planned", "planned"]),
        (NOTE + "P: Hold denosumab. Stop letrozole.", ["given", "given"]),
        (NOTE + "P: Letrozole. S: Well on fulvestrant.", ["planned", "given"]),
        ("Plan: fulvestrant and ribociclib.\nShe took letrozole.", ["planned", "planned", "given"]),
        ("Plan: surgery; she received letrozole.", {"letrozole": "given"}),
        ("ER, PR and P: letrozole was taken.", {"letrozole": "given"}),
        ("Were olaparib to be given, blood counts would be needed.", {"olaparib": "considered"}),
        ("Had olaparib been available, she might have lived.", {"olaparib": "considered"}),
        ("Should she progress, olaparib could follow.", {"olaparib": "considered"}),
        ("Were the scans clear? She took olaparib.", {"olaparib": "given"}),
        ("If she had pain, paracetamol was taken.", {"paracetamol": "given"}),
        ("Olaparib, in spite of its price, was not given.", {"Olaparib": "not_given"}),
        ("Olaparib, in spite of its price, was given.", {"Olaparib": "given"}),
        ("She took olaparib, and surgery, in spite of her wish, was not begun.", {"olaparib": "given"}),
        ("Options: fulvestrant (two injections a month; declined), exemestane.", ["declined", "given"]),
        ("She took exemestane (with fulvestrant; declined) daily.", {"exemestane": "given", "fulvestrant": "given"}),
        ("Radiotherapy (not given) and capecitabine (first dose not given at home).", ["not_given", "given"]),
        ("Denosumab was withheld.", {"Denosumab": "not_given"}),
        ("She took denosumab. Denosumab was withheld.", {"denosumab": "given", "Denosumab": "given"}),
        ("She took FOLFOX. Oxaliplatin was omitted.", {"FOLFOX": "given", "Oxaliplatin": "given"}),
    ],
)
def test_status(nlp: Language, text: str, expected: dict[str, str] | list[str]) -> None:
    found = statuses(nlp, text)
    assert (found if isinstance(expected, dict) else list(found.values())) == expected


def test_a_stage_is_possible_where_its_diagnosis_was_presumed(nlp: Language) -> None:
    text = (
        "A presumed ovarian primary, FIGO stage II, was discussed. Suspicious nodes were seen in her stage III cancer."
    )
    assert [m.status for m in nlp(text)._.mentions if m.label == "Stage"] == ["possible", None]
