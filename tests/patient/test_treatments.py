"""When treatments began and ended, which line and what for: each case has a counter-example beside it."""

from __future__ import annotations

import pytest
from spacy.language import Language
from told import record, treatment

BASE = "A 52-year-old woman had breast cancer. In March 2021, CT showed liver metastases. "


@pytest.mark.parametrize(
    ("text", "name", "start"),
    [
        # a step of a dose is no step of the story
        ("From May 2021 to July 2021 she received trastuzumab (8 mg/kg, then 6 mg/kg) and pertuzumab 420 mg.",
         "pertuzumab", "2021-05"),
        ("From May 2021 to July 2021 she received paclitaxel, then capecitabine was started.",
         "capecitabine", "2021-07/.."),
        # a line without a date of its own is on the date told shortly before it, or later
        ("She was put on letrozole 2.5 mg daily.", "letrozole", "2021-03/.."),
        ("A hemangioma of the liver was known since 2011. She was put on letrozole 2.5 mg daily.",
         "letrozole", "2021-03/.."),
        # the day of a last visit is none on which something was begun
        ("Capecitabine 1000 mg/m2 was given, with good tolerance at the last control (June 2022).",
         "capecitabine", "2021-03/.."),
        ("Capecitabine 1000 mg/m2 was started in June 2021.", "capecitabine", "2021-06"),
        # the date is of what was replaced
        ("Anastrozole was begun in June 2021 and was changed to exemestane 25 mg after arthralgia.",
         "anastrozole", "2021-06"),
    ],
)  # fmt: skip
def test_start(nlp: Language, text: str, name: str, start: str | None) -> None:
    assert treatment(record(nlp, BASE + text), name).start == start


def test_what_takes_the_place_of_another_is_not_dated_by_it(nlp: Language) -> None:
    text = "Anastrozole was begun in June 2021 and was changed to exemestane 25 mg because of arthralgia."
    made = record(nlp, BASE + text)
    assert treatment(made, "exemestane").start != "2021-06"
    assert treatment(made, "anastrozole").status == "stopped"


@pytest.mark.parametrize(
    ("text", "name", "status", "end"),
    [
        ("Letrozole was started in April 2021. In October 2022, she was switched to fulvestrant 500 mg.",
         "letrozole", "stopped", "2022-10"),
        ("Letrozole was started in April 2021. In October 2022, the dose was changed to 5 mg and denosumab was added.",
         "letrozole", "given", None),
        ("Tamoxifen 20 mg was commenced in April 2021 but stopped in August 2021.", "tamoxifen", "stopped", "2021-08"),
        ("Tamoxifen 20 mg was commenced and radiotherapy was stopped.", "tamoxifen", "given", None),
        ("Tamoxifen was taken until bone metastases were found in May 2022.", "tamoxifen", "stopped", "2022-05"),
        ("Tamoxifen was not given until May 2022.", "tamoxifen", "not_given", None),
        # one drug takes 'was', and it is the one beside it
        ("Thrombosis was treated with enoxaparin and letrozole was stopped.", "enoxaparin", "given", None),
        ("Letrozole and palbociclib were stopped.", "letrozole", "stopped", None),
        ("Everolimus was discontinued and prednisone was given.", "prednisone", "given", None),
        # 'this drug' is the one told of last; the therapy of another illness is another
        ("Capecitabine was started. After 1 cycle, our team decided to suspend this drug.", "capecitabine",
         "stopped", None),
        ("Capecitabine was started. Pregabalin was added. This drug was stopped.", "capecitabine", "given", None),
        ("Capecitabine was started. Hormone replacement therapy was discontinued.", "capecitabine", "given", None),
        ("Capecitabine was started. The anti-fungal regimen was changed to micafungin.", "capecitabine", "given", None),
        ("Capecitabine was started. The antibiotic therapy was stopped.", "capecitabine", "given", None),
        ("Capecitabine was started. The therapy was stopped.", "capecitabine", "stopped", None),
        ("A man in therapy with ramipril came. Capecitabine was started.", "ramipril", "ongoing", None),
        ("A man came in May 2021. Therapy with ramipril was begun.", "ramipril", "given", None),
        # what is taken up again goes on
        ("Everolimus was started. Everolimus was suspended. Everolimus was resumed.", "everolimus", "given", None),
        ("Everolimus was started. Everolimus was suspended. Everolimus was not resumed.",
         "everolimus", "stopped", None),
        # what has a number of cycles is over when they are
        ("She received eight cycles of capecitabine. She remains well.", "capecitabine", "given", None),
        ("Capecitabine was started. After four cycles the nodule was smaller. She remains well.",
         "capecitabine", "ongoing", None),
        ("Capecitabine was given for four cycles. She remains well.", "capecitabine", "given", None),
        ("Capecitabine was started. Eribulin was considered. She remains well.", "capecitabine", "ongoing", None),
        ("Capecitabine was started. She remains well.", "capecitabine", "ongoing", None),
        ("Capecitabine was started. She is alive.", "capecitabine", "given", None),  # on it or not is not told
    ],
)  # fmt: skip
def test_end(nlp: Language, text: str, name: str, status: str, end: str | None) -> None:
    made = treatment(record(nlp, BASE + text), name)
    assert (made.status, made.end) == (status, end)


def test_what_is_thought_of_again_is_not_being_given(nlp: Language) -> None:
    text = BASE + "Capecitabine was started. Rechallenge with capecitabine was considered. She remains well."
    first, again = (t for t in record(nlp, text).treatments if t.name == "capecitabine")
    assert (first.status, again.status) == ("given", "considered")


def test_a_time_counted_from_a_treatment_does_not_date_it(nlp: Language) -> None:
    text = BASE + "She took letrozole 2.5 mg. In October 2022, 18 months after stopping letrozole, a nodule appeared."
    letrozole = treatment(record(nlp, text), "letrozole")
    assert (letrozole.status, letrozole.end) == ("stopped", "2021-04")
    text = BASE + "She received stereotactic radiosurgery. In October 2022, 18 months after radiosurgery, she was well."
    (rays,) = [t for t in record(nlp, text).treatments if t.kind == "radiotherapy"]
    assert rays.start != "2022-10"


def test_dates_suit_the_length_of_a_course(nlp: Language) -> None:
    text = BASE + "She received docetaxel for four cycles and tamoxifen 20 mg/day from January 2022 to May 2025."
    made = record(nlp, text)
    assert treatment(made, "tamoxifen").end == "2025-05"
    assert treatment(made, "docetaxel").end is None
    text = BASE + "She received docetaxel for four cycles from January 2022 to May 2022."
    assert treatment(record(nlp, text), "docetaxel").end == "2022-05"


@pytest.mark.parametrize(
    ("text", "name", "line"),
    [
        ("Paclitaxel was started. Paclitaxel was continued with exemestane 25 mg.", "exemestane", 1),
        ("Paclitaxel was started. On progression, exemestane 25 mg was begun.", "exemestane", 2),
        ("Dabrafenib was started. On dabrafenib fever came, so that a switch was made to encorafenib 450 mg.",
         "encorafenib", 1),
        ("Dabrafenib was started. On dabrafenib new lesions came, so that a switch was made to encorafenib 450 mg.",
         "encorafenib", 2),
        ("She received intrathecal methotrexate 12 mg. She was put on capecitabine.", "capecitabine", 1),
        ("She received methotrexate 40 mg/m2. CT showed new lesions. She was put on capecitabine.", "capecitabine", 2),
        # what follows without growth may be maintenance, and what follows that has no number either
        ("She received methotrexate 40 mg/m2. She was put on capecitabine.", "capecitabine", None),
        ("She received methotrexate 40 mg/m2. There was no progression. She was put on capecitabine.",
         "capecitabine", None),
        ("She received cisplatin. She took letrozole. On progression she was put on capecitabine.",
         "capecitabine", None),
        ("She received cisplatin, followed by capecitabine.", "capecitabine", None),
        ("She received trastuzumab (8 mg/kg, then 6 mg/kg) and pertuzumab 420 mg.", "pertuzumab", 1),
        # one that was stopped is followed by another line, if it is no hormone after chemotherapy
        ("Cisplatin was started. Cisplatin was stopped for deafness. In May 2022 capecitabine was begun.",
         "capecitabine", 2),
        ("Cisplatin was started. Cisplatin was stopped for deafness. In May 2022 letrozole was begun.",
         "letrozole", None),
        ("Cisplatin was started. There appeared two lesions in the lung. Letrozole was begun.", "letrozole", 2),
        # a line is of the drug that it stands beside
        ("On first-line cisplatin the lesions grew, and capecitabine was started.", "capecitabine", 2),
        ("First-line cisplatin and capecitabine were started.", "capecitabine", 1),
        ("Cisplatin was given as first-line and capecitabine as second-line treatment.", "cisplatin", 1),
        ("Cisplatin was given as first-line and capecitabine as second-line treatment.", "capecitabine", 2),
        ("In progression after cisplatin, she was treated with capecitabine.", "capecitabine", 2),
        ("Cisplatin was then given as fourth-line chemotherapy.", "cisplatin", 4),
        ("After heavily pretreated disease had grown, capecitabine was started.", "capecitabine", None),
    ],
)  # fmt: skip
def test_line(nlp: Language, text: str, name: str, line: int | None) -> None:
    assert treatment(record(nlp, BASE + text), name).line == line


def test_a_drug_resumed_is_no_new_line_but_one_with_others_is(nlp: Language) -> None:
    text = BASE + (
        "In April 2021, docetaxel 60 mg/m2 and trastuzumab 6 mg/kg were started. "
        "In May 2022, after progression, eribulin 1.4 mg/m2 was started. "
        "In May 2023, after a relapse, trastuzumab 6 mg/kg and lapatinib 1000 mg were started."
    )
    made = [(t.name, t.line) for t in record(nlp, text).treatments]
    assert made == [("docetaxel", 1), ("trastuzumab", 1), ("eribulin", 2), ("trastuzumab", 3), ("lapatinib", 3)]


def test_settings_that_follow_each_other(nlp: Language) -> None:
    text = (
        "A man underwent mastectomy for breast cancer and was then treated with adjuvant gemcitabine. After "
        "a year of adjuvant treatment, liver metastases appeared, for which gemcitabine and cisplatin were given as "
        "second-line chemotherapy. On progression, gemcitabine and capecitabine were given as third-line chemotherapy."
    )
    made = [(t.name, t.intent, t.line) for t in record(nlp, text).treatments if t.kind == "drug"]
    assert made == [
        ("gemcitabine", "adjuvant", None),
        ("gemcitabine", "palliative", 2),
        ("cisplatin", "palliative", 2),
        ("gemcitabine", "palliative", 3),
        ("capecitabine", "palliative", 3),
    ]
    again = "A woman had a mastectomy. She received adjuvant docetaxel. The adjuvant docetaxel was well tolerated."
    assert treatment(record(nlp, again), "docetaxel").intent == "adjuvant"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        # given once more after an operation, or after a relapse
        ("Docetaxel was given. Mastectomy followed. Docetaxel was given as adjuvant chemotherapy.", 2),
        ("Docetaxel was given. She was well. Docetaxel was given as adjuvant chemotherapy.", 1),
        ("Adjuvant docetaxel was given. Metastases appeared in the lung. She received two cycles of docetaxel.", 2),
        ("Adjuvant docetaxel was given. There was no recurrence. She received two cycles of docetaxel.", 1),
    ],
)  # fmt: skip
def test_a_drug_given_once_more(nlp: Language, text: str, told: int) -> None:
    made = record(nlp, "A 50-year-old woman had breast cancer. " + text)
    assert len([t for t in made.treatments if t.name == "docetaxel"]) == told


@pytest.mark.parametrize(
    ("text", "name", "intent"),
    [
        ("Metastatic disease was ruled out. She received carboplatin.", "carboplatin", None),
        ("Metastatic disease was found. She received carboplatin.", "carboplatin", "palliative"),
        ("The mass was a solitary metastasis. She received carboplatin.", "carboplatin", "palliative"),
        ("CT was done to evaluate metastatic lesions. She received carboplatin.", "carboplatin", None),
        ("She had metastatic malignant melanoma. She received nivolumab.", "nivolumab", "palliative"),
        ("She had a metastatic axillary node of the carcinoma. She received carboplatin.", "carboplatin", None),
        # what no list names, by its stem or its code
        ("She had liver metastases. Icotinib was started.", "icotinib", "palliative"),
        ("She had liver metastases. Tofacitinib was started.", "tofacitinib", "supportive"),
        ("Interferon alfa was administered as adjuvant therapy.", "interferon alfa", "adjuvant"),
        ("Interferon alfa was administered for hepatitis.", "interferon alfa", "supportive"),
    ],
)  # fmt: skip
def test_spread_and_purpose(nlp: Language, text: str, name: str, intent: str | None) -> None:
    assert treatment(record(nlp, "A woman had breast cancer. " + text), name).intent == intent


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Cisplatin was planned. He started his first chemotherapy session.", "given"),
        ("Cisplatin was planned. He died before he started his chemotherapy.", "planned"),
        ("Cisplatin was planned. He received docetaxel chemotherapy.", "planned"),
        ("Cisplatin was planned. He received no chemotherapy.", "planned"),
    ],
)
def test_a_plan_that_was_carried_out(nlp: Language, text: str, status: str) -> None:
    assert treatment(record(nlp, BASE + text), "cisplatin").status == status


def test_the_first_line_of_a_report_without_a_title(nlp: Language) -> None:
    rest = "\nShe had breast cancer.\nShe took erlotinib.\n"
    told = record(nlp, "A 54-year-old woman with lung metastases was treated with carboplatin." + rest)
    assert treatment(told, "carboplatin").intent == "palliative"
    titled = record(nlp, "A woman with lung metastases: response to carboplatin" + rest)
    assert "carboplatin" not in [t.name for t in titled.treatments]


def test_a_figure_is_no_drug(nlp: Language) -> None:
    text = BASE + "She was treated with surgery for the tumour ({} S1)."
    assert "gimeracil+oteracil+tegafur" not in [t.name for t in record(nlp, text.format("Fig.")).treatments]
    assert "gimeracil+oteracil+tegafur" in [t.name for t in record(nlp, text.format("and oral")).treatments]


def test_a_neighbour_of_the_primary_is_no_spread(nlp: Language) -> None:
    text = "A woman had cancer of the cervix. MRI showed a tumour with {} involvement. She received weekly cisplatin."
    assert treatment(record(nlp, text.format("parametrial")), "cisplatin").intent is None
    assert treatment(record(nlp, text.format("liver")), "cisplatin").intent == "palliative"


def test_the_days_of_a_cycle_are_not_its_length(nlp: Language) -> None:
    text = BASE + "She took capecitabine 1250 mg/m2 twice a day for 14 days{}."
    assert treatment(record(nlp, text.format(" repeated every 28 days")), "capecitabine").duration is None
    assert treatment(record(nlp, text.format("")), "capecitabine").duration == "P14D"


def test_what_was_given_with_a_drug_that_is_kept(nlp: Language) -> None:
    text = BASE + "She received trastuzumab and vinorelbine. She remains well{}."
    assert treatment(record(nlp, text.format("")), "vinorelbine").status == "ongoing"
    kept = record(nlp, text.format(" and continues to receive trastuzumab"))
    assert [treatment(kept, name).status for name in ("trastuzumab", "vinorelbine")] == ["ongoing", "given"]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("She had been treated two years ago with docetaxel after undergoing mastectomy.", "adjuvant"),
        ("She was treated with docetaxel after undergoing mastectomy.", "palliative"),
        ("She had been treated two years ago with docetaxel for lung metastases.", "palliative"),
        ("She had been treated two years ago with docetaxel followed by mastectomy.", "neoadjuvant"),
    ],
)  # fmt: skip
def test_what_is_told_back(nlp: Language, text: str, intent: str | None) -> None:
    assert treatment(
        record(nlp, "A woman with ocular metastasis of breast cancer came. " + text), "docetaxel"
    ).intent == (intent)


@pytest.mark.parametrize(
    ("text", "name", "intent"),
    [
        # a word of what is over says nothing of what comes next; of what it stands beside it does
        ("After adjuvant chemotherapy, capecitabine was begun.", "capecitabine", "palliative"),
        ("The board decided on adjuvant docetaxel, and later capecitabine was given.", "capecitabine", "adjuvant"),
        ("After adjuvant docetaxel and capecitabine, she was well.", "capecitabine", "adjuvant"),
        (
            "Adjuvant tamoxifen was taken until metastases appeared in the lung, and letrozole was begun.",
            "letrozole",
            "palliative",
        ),
        ("Adjuvant tamoxifen without recurrence and letrozole were taken.", "letrozole", "adjuvant"),
        ("The board opted for a perioperative strategy. She received oxaliplatin.", "oxaliplatin", "neoadjuvant"),
        ("The board met. She received oxaliplatin.", "oxaliplatin", "palliative"),
        ("On postoperative day 3 she received capecitabine.", "capecitabine", "palliative"),
        ("Postoperative capecitabine was given.", "capecitabine", "adjuvant"),
        ("She received intrathecal methotrexate 12 mg with leucovorin 15 mg.", "leucovorin", "supportive"),
        ("She received methotrexate, fluorouracil and leucovorin.", "leucovorin", "palliative"),
    ],
)
def test_intent(nlp: Language, text: str, name: str, intent: str) -> None:
    assert treatment(record(nlp, BASE + text), name).intent == intent


def test_growth_into_a_neighbour_is_no_distant_spread(nlp: Language) -> None:
    text = (
        "A 44-year-old woman had a cervical carcinoma {0}. Stage was T3bN1M0. "
        "Concurrent chemoradiation with cisplatin 40 mg/m2 was given."
    )
    near = treatment(record(nlp, text.format("extending into the vagina")), "cisplatin")
    assert (near.intent, near.line) == ("other", None)
    far = treatment(record(nlp, text.format("with metastases of the liver")), "cisplatin")
    assert far.intent == "palliative"


def test_after_a_relapse_nothing_is_adjuvant_by_its_place(nlp: Language) -> None:
    text = (
        "A 50-year-old woman with breast cancer underwent mastectomy in 2018. {0}She was put on letrozole 2.5 mg daily."
    )
    assert treatment(record(nlp, text.format("")), "letrozole").intent == "adjuvant"
    assert treatment(record(nlp, text.format("There was no local recurrence. ")), "letrozole").intent == "adjuvant"
    assert treatment(record(nlp, text.format("In 2021 a local recurrence was excised. ")), "letrozole").intent is None


@pytest.mark.parametrize(
    ("text", "cycles"),
    [
        ("She received docetaxel 75 mg/m2. After two cycles the skin paled; after six cycles it was normal.", "6"),
        ("She received docetaxel 75 mg/m2. After two cycles the skin paled. It was so by the end of six cycles.", "6"),
        ("She received two cycles of docetaxel 75 mg/m2. The end of six cycles was hoped for.", "2"),
        ("She received six cycles of docetaxel 75 mg/m2. After two cycles the skin paled.", "6"),
        ("She received docetaxel 75 mg/m2. Neutropenia after 2 cycles prompted a reduction.", None),
    ],
)
def test_cycles(nlp: Language, text: str, cycles: str | None) -> None:
    assert treatment(record(nlp, BASE + text), "docetaxel").cycles == cycles


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In May 2022 hysterectomy was discussed, but the patient preferred drugs.", [("hysterectomy", "declined")]),
        ("She went to mastectomy because she did not wish chemotherapy.", [("mastectomy", "given")]),
        ("She did not give consent to mastectomy.", [("mastectomy", "declined")]),
        ("The nephrostomies were removed.", []),
        ("Bilateral nephrostomies were inserted.", [("bilateral nephrostomy", "given")]),
        ("Post-splenectomy vaccines were given.", []),
        ("There were no metastases in the sentinel lymph node.", []),
        ("Left mastectomy + axillary levels I-II was performed.",
         [("mastectomy", "given"), ("axillary dissection", "given")]),
        ("Axillary levels I-II were normal on ultrasound.", []),
        ("The patient was candidate to pancreatoduodenectomy.", [("pancreatoduodenectomy", "considered")]),
        ("A parotidectomy was carried out.", [("parotidectomy", "given")]),
        ("The parotid gland was normal.", []),
        ("Endoscopic transsphenoidal resection was performed.", [("transsphenoidal resection", "given")]),
        ("A transsphenoidal biopsy was taken.", []),
    ],
)  # fmt: skip
def test_operations(nlp: Language, text: str, found: list[tuple[str, str]]) -> None:
    made = [(t.name, t.status) for t in record(nlp, BASE + text).treatments if t.kind == "surgery"]
    assert made == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The patient declined chemotherapy.", [("chemotherapy", "declined")]),
        ("Chemotherapy plus pembrolizumab was again rejected.",
         [("chemotherapy", "declined"), ("pembrolizumab", "declined")]),
        ("She refused surgery and endocrine therapy.", [("endocrine therapy", "declined")]),
        # the class of what is named is no second treatment
        ("Paclitaxel was discussed but she refused any chemotherapy.", [("paclitaxel", "declined")]),
        ("She received adjuvant chemotherapy.", []),
        ("After she had declined, chemotherapy was no longer an option.", []),
        ("Her mother had declined chemotherapy.", []),
    ],
)  # fmt: skip
def test_refused_classes(nlp: Language, text: str, found: list[tuple[str, str]]) -> None:
    made = [(t.name, t.status) for t in record(nlp, BASE + text).treatments if t.kind == "drug"]
    assert sorted(made) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("She received two red cell concentrates.", ["red cell transfusion"]),
        ("She was well without red cell transfusions.", []),
        ("She was no longer in need of red cell transfusions.", []),
    ],
)
def test_transfusions(nlp: Language, text: str, found: list[str]) -> None:
    assert [t.name for t in record(nlp, BASE + text).treatments if t.kind == "other"] == found


def test_radiation_after_an_operation_has_not_its_date(nlp: Language) -> None:
    text = "A woman with breast cancer. On 4 October 2016 mastectomy was made. {0}"
    after = text.format("Radiotherapy on the chest wall was delivered (50 Gy/25 fr) and tamoxifen followed.")
    (rays,) = [t for t in record(nlp, after).treatments if t.kind == "radiotherapy"]
    assert rays.start in (None, "2016-10-04/..")
    dated = text.format("Radiotherapy on the chest wall was started on 2 December 2016.")
    (rays,) = [t for t in record(nlp, dated).treatments if t.kind == "radiotherapy"]
    assert rays.start == "2016-12-02"


def test_a_summary_ends_with_its_conclusion(nlp: Language) -> None:
    text = (
        "A case report\n\nABSTRACT\nBackground: It is rare.\nCase: A woman with liver metastases received "
        "capecitabine.\n"
        "Conclusion: It is rare.\n\nCASE PRESENTATION\nA 40-year-old woman with breast cancer received four cycles of "
        "docetaxel 75 mg/m2. Mastectomy was performed in May 2020.\n"
    )
    made = record(nlp, text)
    assert treatment(made, "docetaxel").intent == "neoadjuvant"


@pytest.mark.parametrize(
    ("text", "name", "status"),
    [
        ("Tucatinib not being available, lapatinib 1250 mg was given.", "tucatinib", "not_given"),
        ("Tucatinib not being available, lapatinib 1250 mg was given.", "lapatinib", "given"),
        ("Sacituzumab govitecan: no access.", "sacituzumab govitecan", "not_given"),
        ("Bevacizumab, in spite of its rationale, was not prescribed.", "bevacizumab", "not_given"),
        ("Bevacizumab, which was not expensive, was prescribed.", "bevacizumab", "given"),
        ("Four cycles of capecitabine were foreseen.", "capecitabine", "planned"),
        ("Four cycles of capecitabine were given.", "capecitabine", "given"),
    ],
)
def test_what_could_not_be_had(nlp: Language, text: str, name: str, status: str) -> None:
    assert treatment(record(nlp, BASE + text), name).status == status


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Radiotherapy to the hilum offered for haemoptysis, declined.", "declined"),
        ("Radiotherapy to the hilum was given; surgery was offered, declined.", "given"),
        ("She asked that whole-brain radiotherapy never be given.", "declined"),
    ],
)
def test_radiation_refused(nlp: Language, text: str, status: str) -> None:
    (rays,) = [t for t in record(nlp, BASE + text).treatments if t.kind == "radiotherapy"]
    assert rays.status == status


def test_neoadjuvant_does_not_reach_beyond_the_operation(nlp: Language) -> None:
    text = "A woman with breast cancer completed neoadjuvant docetaxel, mastectomy and chest wall radiotherapy (50 Gy)."
    made = record(nlp, text)
    (rays,) = [t for t in made.treatments if t.kind == "radiotherapy"]
    assert (treatment(made, "docetaxel").intent, rays.intent) == ("neoadjuvant", "adjuvant")


@pytest.mark.parametrize(
    ("target", "intent"), [("chest wall", "adjuvant"), ("supraclavicular nodes", "adjuvant"), ("eye", "palliative")]
)
def test_a_target_that_is_no_region_of_the_breast(nlp: Language, target: str, intent: str) -> None:
    text = (
        f"A woman with breast cancer underwent mastectomy in 2016. She received radiotherapy of the {target} (40 Gy)."
    )
    (rays,) = [t for t in record(nlp, text).treatments if t.kind == "radiotherapy"]
    assert rays.intent == intent


def test_a_drug_named_as_replaced_is_no_course_of_its_own(nlp: Language) -> None:
    text = BASE + (
        "In April 2021, tamoxifen 20 mg was started. She had ceftriaxone. "
        "In January 2022 letrozole replaced tamoxifen after a thrombosis treated by tinzaparin."
    )
    assert treatment(record(nlp, text), "tamoxifen").status == "stopped"
