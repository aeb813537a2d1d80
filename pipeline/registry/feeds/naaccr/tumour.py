"""Who the patient is and what the tumour was: sex, age, date of diagnosis, site, side, histology."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.patient.sites import topography
from pipeline.registry.feeds.naaccr.abstract import is_disputed, sentences
from pipeline.registry.feeds.naaccr.course import dated, diagnosis, tells_elsewhere
from pipeline.registry.feeds.naaccr.tables import rows

if TYPE_CHECKING:
    from pipeline.patient.model import Case
    from pipeline.registry.feeds.naaccr.abstract import Abstract
    from pipeline.registry.feeds.naaccr.course import FirstCourse

_SEX = {"male": "1", "female": "2"}
_SIDE = {"right": "1", "left": "2"}
_ADENOCARCINOMA = "8140"  # without a type: what a metastasis is often called
_BREAST = re.compile(r"\bbreast\b|\bmamma\w+", re.I)
_MORPHOLOGY = re.compile(r"(\d{4})/([0-3])")
# Of these the words 'man' and 'woman' do not tell the code.
_TRANSGENDER = re.compile(r"\btrans-?(?:gender|sexual|sex|wom[ae]n|m[ae]n|female|male)\b|\bintersex\b"
                          r"|\bassigned (?:fe)?male at birth\b|\b(?:male|female)-to-(?:fe)?male\b", re.I)  # fmt: skip


def add(abstract: Abstract, course: FirstCourse) -> None:
    """What is known of the patient and of the tumour at diagnosis."""
    case = abstract.record.case
    _sex(abstract, case)
    if case.age_at_diagnosis is not None:
        if is_disputed(abstract.record, "age at presentation"):
            abstract.leave_out("ageAtDiagnosis", "the text contradicts itself")
        else:
            abstract.put("ageAtDiagnosis", f"{case.age_at_diagnosis:03d}", sentences(case, "age_at_diagnosis"))
    if found := diagnosis(abstract.record, course):
        date, panel = found
        abstract.put("dateOfDiagnosis", date, dated(panel.evidence, panel.date))
    if site := primary_site(case):
        code, *keys = site
        abstract.put("primarySite", code, sentences(case, *keys))
    else:
        abstract.leave_out("primarySite", "its part of the organ has no code here")
    if case.laterality in _SIDE:
        abstract.put("laterality", _SIDE[case.laterality], sentences(case, "laterality"))
    _histology(abstract, case)


def _histology(abstract: Abstract, case: Case) -> None:
    """Type and behaviour; of a cancer of the breast not from a sentence that may speak of spread alone."""
    read, said = _MORPHOLOGY.fullmatch(case.morphology or ""), sentences(case, "histology")
    if read is None:
        return
    vague = read[1] == _ADENOCARCINOMA or all(tells_elsewhere(e) for e in said)
    if abstract.is_breast and vague and not any(_BREAST.search(e.text) for e in said):
        abstract.leave_out("histologicTypeIcdO3", "the sentence may tell the type of a metastasis")
        return
    abstract.put("histologicTypeIcdO3", read[1], said)
    abstract.put("behaviorCodeIcdO3", read[2], said)


def _sex(abstract: Abstract, case: Case) -> None:
    """Version 25 has `sex`, version 26 `sexAssignedAtBirth` in its place, with the same codes for male and female."""
    if case.sex is None:
        return
    untold = _TRANSGENDER.search(abstract.case.source.text)
    for naaccr_id in ("sex", "sexAssignedAtBirth"):
        if untold:
            abstract.leave_out(naaccr_id, "the text speaks of a transgender or intersex person")
        else:
            abstract.put(naaccr_id, _SEX[case.sex], sentences(case, "sex"))


def primary_site(case: Case) -> tuple[str, ...] | None:
    """The ICD-O-3 topography without its point, and the keys of the record that say it; None where there is none."""
    organ = topography(case.primary_site or "")
    if organ is None:
        return None
    if case.primary_site == "breast":
        part = _quadrant(case)
        return (part, "primary_site", "quadrant") if part else (organ.replace(".", ""), "primary_site")
    if case.quadrant is None:
        return organ.replace(".", ""), "primary_site"
    part = topography(case.quadrant)
    within = part is not None and part[:3] == organ[:3]
    return (part.replace(".", ""), "primary_site", "quadrant") if part and within else None


def _quadrant(case: Case) -> str | None:
    """The quadrant of the breast; a position on the clock tells it only with the side."""
    said = re.sub(r"[- ]+", " ", (case.quadrant or "").lower().replace("’", "'")).removesuffix(" quadrant")
    for row in rows("quadrants"):
        if row["place"] in (said, said.replace("'", " ").replace("o clock", "o'clock")):
            if row["right"] == row["left"]:
                return row["right"]
            return row[case.laterality] if case.laterality in _SIDE else None
    return None
