"""What became of a site of spread: found, gone after treatment, free in another examination."""

import pytest
from spacy.language import Language

import pipeline
from pipeline.patient.model import Metastasis
from pipeline.patient.nodal_yields import AXILLA

BASE = "A 50-year-old woman had an invasive ductal carcinoma of the left breast. "
FOUND = "CT showed liver metastases. "


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("Letrozole was started. After three months there were no liver metastases.", "resolved"),
        ("A hepatectomy was performed. After three months there were no liver metastases.", "resolved"),
        # no treatment lies between: one of the two examinations saw less
        ("Ultrasound showed no liver metastases.", "present"),
        ("Letrozole was considered. Ultrasound showed no liver metastases.", "present"),
        # the others are free, not these
        ("Letrozole was started. There were no other liver metastases.", "present"),
        ("Letrozole was started. The liver metastases grew.", "present"),
    ],
)
def test_a_site_that_is_free_after_treatment_is_resolved(nlp: Language, told: str, status: str) -> None:
    made = pipeline.record(nlp(BASE + FOUND + told))
    (liver,) = [site for site in made.metastases if site.site == "liver"]
    assert liver.status == status
    assert ("status" in liver.derived) == (status == "resolved")


def _sites(nlp: Language, text: str) -> dict[str, Metastasis]:
    made = pipeline.record(nlp(text))
    return {f"{site.laterality} {site.site}" if site.site == AXILLA else site.site: site for site in made.metastases}


def test_what_went_away_and_is_free_afterwards_stays_resolved(nlp: Language) -> None:
    told = "Letrozole was started. The liver metastases disappeared. Hepatectomy showed no liver metastases."
    assert _sites(nlp, BASE + FOUND + told)["liver"].status == "resolved"


@pytest.mark.parametrize(
    ("told", "count"),
    [
        ("Axillary clearance: none of 16 ganglions were invaded.", "0/16"),
        ("Mastectomy yielded nine innocent axillary nodes.", "0/9"),
        ("Mastectomy was done and 16 axillary nodes were free of disease.", "0/16"),
        ("Sentinel biopsy: three sentinel lymph nodes were clean.", "0/3"),
        ("There was no tumor in 3 incidentally removed axillary nodes.", "0/3"),
        ("Mastectomy: pT3N2a, 6N+/15 axillary nodes.", "6/15"),
        ("Clearing covered 26 axillary lymph nodes, of which 21 were metastatic.", "21/26"),
        ("Ten axillary lymph nodes were examined. ", None),
        # felt or seen, not counted under the microscope
        ("Ultrasound: two axillary nodes were free of suspicious features.", None),
    ],
)
def test_counts_of_nodes(nlp: Language, told: str, count: str | None) -> None:
    counts = [site.nodal_yield for site in _sites(nlp, BASE + told).values()]
    assert counts in ([count], [] if count is None else [count])


def test_a_count_goes_to_the_basin_that_is_as_it_says(nlp: Language) -> None:
    told = "Gastrectomy on 22 January 2019: ypN1 (2/41), with carcinoma in two perigastric nodes and none in the "
    sites = _sites(nlp, "A man had gastric cancer. " + told + "paraaortic nodes.")
    assert sites["perigastric lymph node"].nodal_yield == "2/41"
    assert sites["retroperitoneal lymph node"].nodal_yield is None


@pytest.mark.parametrize("operation", ["lumpectomy of the right breast", "right partial mastectomy"])
def test_the_two_sides_of_the_axilla_apart(nlp: Language, operation: str) -> None:
    told = (
        f"In 2011 {operation} was done. The axillary lymph nodes (0/12) were without metastases. "
        "In 2020 a tumour of the left breast was found. Aspiration of a left axillary node confirmed cancer cells."
    )
    sites = _sites(nlp, "A woman of 70 years had breast cancer.\n" + told)
    assert {side: site.status for side, site in sites.items()} == {
        f"right {AXILLA}": "absent",
        f"left {AXILLA}": "present",
    }


@pytest.mark.parametrize(
    ("told", "is_site"),
    [
        ("Mammography showed an opacity with skin infiltration.", False),
        ("The skin punch showed tumour emboli in dermal lymphatics.", False),
        ("The tumour had invaded the pectoralis muscle.", False),
        # spread to the skin, and a denial, which is kept
        ("She developed skin metastases.", True),
        ("Biopsy showed cutaneous lymphangitis carcinomatosa with emboli in the dermal lymphatics.", True),
        ("The overlying skin was not invaded.", True),
    ],
)
def test_growth_of_the_primary_into_its_cover_is_no_metastasis(nlp: Language, told: str, is_site: bool) -> None:
    assert bool({"skin", "muscle"} & _sites(nlp, BASE + told).keys()) == is_site


@pytest.mark.parametrize(
    ("told", "site", "how"),
    [
        # the first proof by tissue, not the operation that came later
        ("Aspiration of an axillary node held malignant cells. Axillary clearance: 2/14 axillary nodes were positive.",
         f"left {AXILLA}", "cytology"),
        # a sample of another site
        ("Laparoscopy allowed peritoneal biopsies, and there were no visible liver lesions.", "liver", "surgery"),
        ("Biopsies of the breast and of two mesenteric nodules confirmed metastases.", "mesentery", "biopsy"),
        ("CT showed lesions of the pelvis; biopsy of the breast was done.", "pelvis", "imaging"),
        # the sentence before, where this one tells of what the microscope showed, or of an image
        ("Deep biopsies were taken. The colon was infiltrated by carcinoma cells.", "colon", "biopsy"),
        ("Deep biopsies were taken. The colon was infiltrated.", "colon", None),
        ("Craniotomy followed. Histology confirmed metastatic carcinoma in the cerebellum.", "brain", "surgery"),
        ("Craniotomy followed. MRI showed cerebellar metastases.", "brain", "imaging"),
        ("CT was done. After six cycles two cerebellar metastases appeared.", "brain", None),
        ("MRI showed leptomeningeal disease. The cerebrospinal fluid contained malignant cells.",
         "meninges", "cytology"),
        ("Adrenal biopsy, a week later, was triple-negative carcinoma.", "adrenal gland", "biopsy"),
        ("PET-CT showed a hilar node. Cytology of the hilar node yielded no malignant cells.",
         "hilar lymph node", "cytology"),
        ("PET-CT was done, and no tumour cells were found in the cerebrospinal fluid.",
         "cerebrospinal fluid", "cytology"),
        ("Endobronchial ultrasound of the hilar node yielded metastatic cells.", "hilar lymph node", "cytology"),
    ],
)  # fmt: skip
def test_how_a_site_was_shown(nlp: Language, told: str, site: str, how: str | None) -> None:
    assert _sites(nlp, BASE + told)[site].confirmed_by == how


@pytest.mark.parametrize(
    ("told", "date"),
    [
        # told now, after a look back
        ("She came in May 2021.\n\nIn 2011 she had undergone left mastectomy.\n\nCT now showed liver metastases.\n\n"
         "On 24 June 2021 laparoscopy was done.", "2021-05"),
        ("She came in October 2017. She was a known case of breast cancer from 2014. CT showed liver metastases.",
         "2017-10/.."),
        ("She came in May 2021.\n\nIn 2011 she had undergone left mastectomy.\n\nCT now showed ascites. There were no "
         "liver metastases.\n\nOn 24 June 2021 laparoscopy was done.", "2021-05/2021-06-24"),
        # within one month
        ("In June 2020 she had pain. CT showed liver metastases. On June 29, 2020 biopsy was done.", "2020-06"),
        # counted from the site itself
        ("At the visit in January 2023, 31 months after the diagnosis of liver metastasis, she was well.", "2020-06"),
        ("Twenty-five months after radiotherapy liver metastases were seen in March 2019.", "2019-03"),
    ],
)  # fmt: skip
def test_since_when_a_site_is_known(nlp: Language, told: str, date: str) -> None:
    assert _sites(nlp, BASE + told)["liver"].date == date


@pytest.mark.parametrize(
    ("told", "site", "side"),
    [
        ("CT showed metastases of the dorsal vertebrae and of the left ilium.", "pelvis", "left"),
        ("CT showed metastases of the dorsal vertebrae and of the left ilium.", "spine", None),
        ("Colonoscopy and CT were both negative for recurrence.", "recurrence", None),
        ("CT showed metastases of both lungs.", "lung", "bilateral"),
        ("MRI showed metastases in the cerebellum and left parietal lobe.", "brain", None),
        ("MRI showed metastases in the left parietal lobe.", "brain", "left"),
        ("She saw a shadow in the right eye: two choroidal metastases.", "choroid", "right"),
    ],
)
def test_the_side_of_a_site(nlp: Language, told: str, site: str, side: str | None) -> None:
    assert _sites(nlp, BASE + told)[site].laterality == side


def test_the_womb_and_its_lining_are_one_site(nlp: Language) -> None:
    told = "Biopsy showed metastatic carcinoma in the endometrium. The uterine metastasis grew."
    assert [name for name in _sites(nlp, BASE + told) if name in ("uterus", "endometrium")] == ["uterus"]
    told = "Biopsy showed no metastasis in the endometrium. The uterine metastasis grew."
    assert {"uterus", "endometrium"} <= _sites(nlp, BASE + told).keys()


def test_nodes_felt_to_be_free_have_the_date_of_the_count(nlp: Language) -> None:
    told = "On 12 May 2018 the axilla was unremarkable. On 4 June 2018 all three sentinel lymph nodes were free (0/3)."
    (nodes,) = _sites(nlp, BASE + told).values()
    assert (nodes.date, nodes.confirmed_by) == ("2018-06-04", "surgery")
    told = "On 12 May 2018 all three sentinel lymph nodes were free. On 4 June 2018 the axilla was unremarkable."
    (nodes,) = _sites(nlp, BASE + told).values()
    assert nodes.date == "2018-05-12"
