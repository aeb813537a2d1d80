"""What a record says of short reports: each case has a counter-example beside it."""

from __future__ import annotations

import pytest
from spacy.language import Language
from told import check_places, record, site, treatment

import pipeline
from pipeline.patient.build import records
from pipeline.patient.model import Record, Records

STORY = (
    "A 52-year-old woman felt a lump in her left breast in May 2018. "
    "Core biopsy on 4 June 2018 showed grade 2 invasive ductal carcinoma, ER 90%, PR 0%, HER2 1+ and Ki-67 30%. "
    "She was staged as cT2N1M0. "
    "She received four cycles of neoadjuvant docetaxel 75 mg/m2 every 21 days with a partial response. "
    "On 2 November 2018 a left mastectomy with axillary clearance was performed; 2 of 14 axillary lymph nodes were "
    "metastatic (ypT1cN1a). "
    "Tamoxifen 20 mg daily was started in December 2018. "
    "In March 2021, CT showed liver metastases and no lung metastases. "
    "Biopsy of the liver confirmed metastatic carcinoma, ER 5%, PR negative, HER2 2+ and not amplified by FISH. "
    "Fulvestrant 500 mg every 28 days and palbociclib 125 mg on days 1-21 of 28 were started on 6 April 2021. "
    "After six cycles, the liver metastases had shrunk by half. "
    "At the last visit in May 2022 she was well and treatment continues."
)


@pytest.fixture(scope="module")
def told(nlp: Language) -> Record:
    return record(nlp, STORY)


def test_case(told: Record) -> None:
    case = told.case
    assert (case.sex, case.age_at_diagnosis, case.primary_site, case.laterality) == ("female", 52, "breast", "left")
    assert (case.histology, case.morphology, case.grade) == ("invasive ductal carcinoma", "8500/3", "2")
    assert case.quadrant is None
    assert "morphology" in case.derived


def test_panels(told: Record) -> None:
    primary, liver = told.receptor_panels
    assert (primary.specimen, primary.procedure, primary.date) == ("primary", "biopsy", "2018-06-04")
    assert primary.results["ER"].model_dump() == {"status": "positive", "percent": "90%", "score": None, "ish": None}
    assert primary.results["PR"].status == "negative"
    assert primary.her2_category == "low"
    assert primary.subtype == "luminal B HER2-negative"
    assert "ER.status" in primary.derived
    assert (liver.specimen, liver.date) == ("metastasis:liver", "2021-03/2021-04-06")  # told after it
    assert liver.results["ER"].status == "low"
    assert liver.results["PR"].percent is None  # said negative, no figure
    assert "PR.status" not in liver.derived
    assert liver.results["HER2"].model_dump() == {
        "status": "negative", "percent": None, "score": "2+", "ish": "not amplified",
    }  # fmt: skip
    assert "Ki-67" not in liver.results  # not reported
    assert liver.conversion == ["ER positive to low"]


def test_stages(told: Record) -> None:
    clinical, after = told.stages
    assert (clinical.tnm, clinical.basis, clinical.group) == ("cT2N1M0", "clinical", "IIB")
    assert "group" in clinical.derived
    assert clinical.date == "2018-06-04/2018-11-02"  # between the dates told around it
    assert (after.tnm, after.basis, after.date) == ("ypT1cN1a", "post-neoadjuvant", "2018-11-02")
    assert after.group is None  # no M: no group


def test_treatments(told: Record) -> None:
    docetaxel = treatment(told, "docetaxel")
    assert (docetaxel.dose, docetaxel.frequency, docetaxel.cycles) == ("75 mg/m2", "every 21 days", "4")
    assert (docetaxel.intent, docetaxel.response, docetaxel.start) == ("neoadjuvant", "partial response", None)
    mastectomy = treatment(told, "mastectomy")
    assert (mastectomy.kind, mastectomy.start, mastectomy.end) == ("surgery", "2018-11-02", "2018-11-02")
    tamoxifen = treatment(told, "tamoxifen")
    assert (tamoxifen.start, tamoxifen.intent, tamoxifen.line) == ("2018-12", "adjuvant", None)
    for name in ("fulvestrant", "palbociclib"):
        given = treatment(told, name)
        assert (given.start, given.intent, given.line, given.status) == ("2021-04-06", "palliative", 1, "ongoing")
        assert (given.response, given.cycles) == ("partial response", "6")


def test_metastases(told: Record) -> None:
    axilla, liver, lung = (site(told, name) for name in ("axillary lymph node", "liver", "lung"))
    assert (axilla.icd_o, axilla.laterality, axilla.nodal_yield) == ("C77.3", "left", "2/14")
    assert "laterality" in axilla.derived
    assert (liver.icd_o, liver.status, liver.date, liver.confirmed_by) == ("C22.0", "present", "2021-03", "biopsy")
    assert (lung.status, lung.confirmed_by) == ("absent", "imaging")


def test_events_are_never_too_precise(told: Record) -> None:
    dates = {event.date: event for event in told.events}
    assert not dates["2021-04-06"].derived
    later = dates["2021-09-21/2022-05"]  # six cycles of 28 days from 6 April 2021, or later, but before the visit
    assert later.derived
    assert later.how is not None
    assert "28 days" in later.how


def test_nothing_is_contradicted_and_nothing_published(told: Record) -> None:
    assert told.contradictions == []
    assert told.literature_cases == []


def test_public_function(nlp: Language) -> None:
    found = pipeline.record(nlp(STORY))
    assert isinstance(found, Record)
    assert list(found.model_dump())[1:] == [
        "case", "receptor_panels", "stages", "treatments", "metastases", "events", "contradictions", "literature_cases",
        "outcome",
    ]  # fmt: skip


def test_a_text_that_says_nothing(nlp: Language) -> None:
    text = "The weather was fine."
    found = pipeline.record(nlp(text))
    assert isinstance(found, Record)
    assert found.case.sex is None
    assert not any((found.receptor_panels, found.stages, found.treatments, found.metastases, found.events))


def test_several_patients(nlp: Language) -> None:
    text = (
        "We report two patients.\n\nPatient 1\n\nA 40-year-old woman with cancer of the left breast took letrozole.\n\n"
        "Patient 2\n\nA 70-year-old man with cancer of the right breast took tamoxifen 20 mg daily."
    )
    found = pipeline.record(nlp(text))
    assert isinstance(found, Records)
    one, two = found.root
    for each in found.root:
        check_places(each, text)
    assert (one.case_id, one.case.sex, one.case.age_at_diagnosis, one.case.laterality) == ("1", "female", 40, "left")
    assert (two.case_id, two.case.sex, two.case.age_at_diagnosis, two.case.laterality) == ("2", "male", 70, "right")
    assert [t.name for t in one.treatments] == ["letrozole"]
    assert [t.name for t in two.treatments] == ["tamoxifen"]
    assert isinstance(found.model_dump(), list)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("A 45-year-old woman was diagnosed with breast cancer.", 45),
        ("A 45-year-old woman with a 2-month history of a breast mass was seen.", 45),
        ("A 45-year-old woman had undergone mastectomy for breast cancer ten years earlier.", None),
        ("A 61-year-old woman was seen. At the age of 53 she had a mastectomy for carcinoma.", 53),
        ("A woman with breast cancer was seen.", None),
    ],
)
def test_age_is_that_of_the_diagnosis(nlp: Language, text: str, age: int | None) -> None:
    assert record(nlp, text).case.age_at_diagnosis == age


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("Histology showed grade 3 invasive ductal carcinoma.", "3"),
        ("Histology showed invasive ductal carcinoma, grade II.", "2"),
        ("Histology showed poorly differentiated carcinoma of the breast.", "3"),
        ("The carcinoma showed a Miller-Payne grade 3 response.", None),
        ("The carcinoma was treated; grade 3 neutropenia followed.", None),
    ],
)
def test_grade_is_histological(nlp: Language, text: str, grade: str | None) -> None:
    assert record(nlp, f"A woman had breast cancer. {text}").case.grade == grade


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("She took letrozole 2.5 mg daily.", "given"),
        ("Letrozole was discontinued.", "stopped"),
        ("Letrozole was proposed, but she declined it.", "declined"),
        ("She continues on letrozole and is ongoing treatment so far; she is currently well.", "ongoing"),
    ],
)
def test_status_of_a_drug(nlp: Language, sentence: str, status: str) -> None:
    found = record(nlp, f"A woman had breast cancer. {sentence}")
    assert treatment(found, "letrozole").status == status


def test_a_restart_after_spread_is_a_course_of_its_own(nlp: Language) -> None:
    found = record(
        nlp,
        "A woman had cancer of the right breast. She underwent mastectomy in 2015. Docetaxel 75 mg/m2 was given for "
        "four cycles. In 2019 liver metastases were found. Docetaxel 60 mg/m2 was started for six cycles.",
    )
    first, second = (t for t in found.treatments if t.name == "docetaxel")
    assert (first.intent, first.cycles, first.dose) == ("adjuvant", "4", "75 mg/m2")
    assert (second.intent, second.cycles, second.dose) == ("palliative", "6", "60 mg/m2")


@pytest.mark.parametrize(
    ("sentence", "name", "status"),
    [
        ("She underwent left mastectomy on 3 May 2019.", "mastectomy", "given"),
        ("Mastectomy was recommended, but she refused mastectomy.", "mastectomy", "declined"),
        ("A hysterectomy is planned.", "hysterectomy", "planned"),
        ("She underwent left partial mastectomy.", "lumpectomy", "given"),
        ("She underwent right modified radical mastectomy.", "modified radical mastectomy", "given"),
    ],
)
def test_operations(nlp: Language, sentence: str, name: str, status: str) -> None:
    found = record(nlp, f"A woman had cancer of the left breast. {sentence}")
    assert status in [t.status for t in found.treatments if t.name == name]


@pytest.mark.parametrize("sentence", ["The mastectomy scar was clear.", "She was referred to neurosurgery clinics."])
def test_no_operation_in_the_name_of_something_else(nlp: Language, sentence: str) -> None:
    assert record(nlp, f"A woman had breast cancer. {sentence}").treatments == []


@pytest.mark.parametrize(
    ("sentence", "counted"),
    [
        ("Metastases were found in all 13 dissected axillary lymph nodes (13/13).", "13/13"),
        ("None of 16 axillary lymph nodes was involved.", "0/16"),
        ("All three sentinel lymph nodes were clear.", "0/3"),
        ("Two of 14 axillary lymph nodes were positive.", "2/14"),
    ],
)
def test_nodal_yield(nlp: Language, sentence: str, counted: str) -> None:
    found = record(nlp, f"A woman had cancer of the left breast. A mastectomy was performed. {sentence}")
    assert site(found, "axillary lymph node").nodal_yield == counted


@pytest.mark.parametrize(
    ("sentence", "anastrozole", "tamoxifen"),
    [
        ("Tamoxifen 20 mg daily was replaced by anastrozole.", "given", "stopped"),
        ("Tamoxifen 20 mg daily was stopped and exchanged for anastrozole.", "given", "stopped"),
        ("Tamoxifen was started after stopping the anastrozole.", "stopped", "given"),
    ],
)
def test_what_replaces_a_drug_is_not_stopped(nlp: Language, sentence: str, anastrozole: str, tamoxifen: str) -> None:
    found = record(nlp, f"A woman had breast cancer. {sentence}")
    assert treatment(found, "anastrozole").status == anastrozole
    assert treatment(found, "tamoxifen").status == tamoxifen


@pytest.mark.parametrize(
    ("cancer", "sentence", "name"),
    [
        ("GIST of the jejunum", "Lymph nodes (0/11) were free of tumor.", "lymph node"),
        ("melanoma of the left thigh", "Sentinel lymph nodes (1/2) were positive.", "lymph node"),
        ("melanoma of the left arm", "Axillary lymph nodes (1/12) were positive.", "axillary lymph node"),
        ("cancer of the left breast", "Lymph nodes (0/11) were free of tumor.", "axillary lymph node"),
    ],
)
def test_counted_nodes_are_axillary_by_word_or_of_a_breast_cancer(
    nlp: Language, cancer: str, sentence: str, name: str
) -> None:
    found = record(nlp, f"A woman had a {cancer}. A resection was performed. {sentence}")
    assert [m.site for m in found.metastases if m.nodal_yield] == [name]


@pytest.mark.parametrize("sentence", ["The tumour measured 4/5 cm near the axillary nodes.", "IRS was 0/12."])
def test_no_nodal_yield(nlp: Language, sentence: str) -> None:
    found = record(nlp, f"A woman had cancer of the left breast. {sentence}")
    assert all(m.nodal_yield is None for m in found.metastases)


def test_general_statements_do_not_reach_the_record(nlp: Language) -> None:
    text = (
        "A case\n\nCase report\n\nA 50-year-old woman with cancer of the left breast took letrozole.\n\n"
        "Discussion\n\nPalbociclib is a standard in patients with liver metastases."
    )
    (found,) = records(nlp(text), text)
    assert [t.name for t in found.treatments] == ["letrozole"]
    assert found.metastases == []
