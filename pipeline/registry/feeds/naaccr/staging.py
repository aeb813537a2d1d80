"""TNM and stage group as the text states them, and the grade, each in the item of its time.

The items are those of AJCC's eighth edition: a stage that may be by another one is left out. A prefix holds for the
axes that follow until another stands there, `pT2N1` is pT2 pN1; no axis and no group is derived. M0 is written cM0 in
every classification, since there is no pM0; M1 after p or y may be clinical or proven and is written only where its
own prefix tells.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pipeline.registry.feeds.naaccr.abstract import is_disputed, sentences
from pipeline.registry.feeds.naaccr.course import bounds, initial_stages, names_other_cancer, tells_elsewhere

if TYPE_CHECKING:
    from pipeline.patient.model import Case, Evidence, Stage
    from pipeline.registry.feeds.naaccr.abstract import Abstract
    from pipeline.registry.feeds.naaccr.course import FirstCourse

_ITEMS = {
    "c": ("ajccTnmClinT", "ajccTnmClinN", "ajccTnmClinM", "ajccTnmClinStageGroup"),
    "p": ("ajccTnmPathT", "ajccTnmPathN", "ajccTnmPathM", "ajccTnmPathStageGroup"),
    "yc": ("ajccTnmPostTherapyClinT", "ajccTnmPostTherapyClinN", "ajccTnmPostTherapyClinM",
           "ajccTnmPostTherapyClinStageGrp"),
    "yp": ("ajccTnmPostTherapyT", "ajccTnmPostTherapyN", "ajccTnmPostTherapyM", "ajccTnmPostTherapyStageGroup"),
}  # fmt: skip
_OF_BASIS = {"clinical": ("c",), "pathological": ("p",), "post-neoadjuvant": ("yc", "yp")}
_AXIS = re.compile(r"(?P<prefix>[a-z]*?)(?P<axis>[TNM])(?P<value>is|X|x|[0-4](?:mi|[abd]|(?<=[14])c)?)"
                   r"(?P<slash>/is)?(?P<remarks>(?:\([^)]*\))*)")  # fmt: skip
_REMARK = re.compile(r"\(([^)]*)\)")
_OF_CATEGORY = frozenset({"i+", "mol+", "DCIS", "Paget"})
_SUFFIXES = {"T": frozenset({"m", "s"}), "N": frozenset({"sn", "f"}), "M": frozenset[str]()}
_EIGHTH_FROM = 2018
_ROMAN = {"0": "0", "I": "1", "II": "2", "III": "3", "IV": "4"}
_GROUP = re.compile(r"(0|IV|I{1,3})([A-C]?)")


class Axis(NamedTuple):
    """One axis of a TNM: `own` is the prefix written at it, `category` None where it is none of AJCC's."""

    axis: str
    own: str
    category: str | None
    suffix: str | None


def add(abstract: Abstract, course: FirstCourse) -> None:
    """The TNM, suffixes and groups of each classification that is stated once and without a doubt."""
    stages = [s for s in initial_stages(abstract.record, course) if "basis" not in s.derived]
    for prefix, ids in _ITEMS.items():
        own = [s for s in stages if prefix in _OF_BASIS[s.basis or ""] and (_prefix(s) or prefix) == prefix]
        if own and (chosen := _only(abstract, own, ids[0])):
            _classification(abstract, prefix, chosen)


def _prefix(stage: Stage) -> str:
    """The first prefix of a stage's TNM; of a bare group after therapy not known, and so none."""
    return re.match(r"[a-z]*", stage.tnm or "").group().replace("m", "")  # type: ignore[union-attr]


def _only(abstract: Abstract, stages: list[Stage], naaccr_id: str) -> Stage | None:
    """The one stage of a classification, unless a part of the record speaks against it."""
    with_tnm = [s for s in stages if s.tnm] or stages
    why = None
    if len({(s.tnm, s.group if not s.tnm else None) for s in with_tnm}) > 1:
        why = "two stages of one classification do not agree"
    elif any(not p.startswith("stated group") for p in with_tnm[0].problems):
        why = "prefix and words of the stage do not agree"
    elif not _is_eighth(abstract, with_tnm[0]):
        why = "not known to be staged by AJCC's eighth edition"
    elif any(is_disputed(abstract.record, f"stage: {s.tnm}") for s in with_tnm if s.tnm):
        why = "the text contradicts itself"
    elif not _prefix(with_tnm[0]) and with_tnm[0].basis == "post-neoadjuvant":
        why = "clinical or pathological after therapy is not told"
    if why:
        abstract.leave_out(naaccr_id, why)
    return None if why else with_tnm[0]


def _is_eighth(abstract: Abstract, stage: Stage) -> bool:
    """Whether a stage is by the eighth edition: as it says itself, or since its year has no other."""
    if stage.edition is not None:
        return stage.edition == "8"
    years = (bounds(stage.date)[0].year, int(abstract.values.get("dateOfDiagnosis", "0")[:4]))
    return max(years) >= _EIGHTH_FROM


def _classification(abstract: Abstract, prefix: str, stage: Stage) -> None:
    said = sentences(stage, "tnm")
    for axis in axes(stage.tnm or ""):
        naaccr_id = _ITEMS[prefix]["TNM".index(axis.axis)]
        value = _value(prefix, axis)
        if value is None:
            abstract.leave_out(naaccr_id, "no category of the item, or its prefix does not tell it")
            continue
        abstract.put(naaccr_id, value, said)
        if axis.suffix and abstract.has(naaccr_id):
            abstract.put(f"{naaccr_id}Suffix", f"({axis.suffix})", said)
    if stage.edition == "8" and abstract.has(*_ITEMS[prefix][:3]):
        abstract.put("tnmEditionNumber", "08", sentences(stage, "tnm"))
    if stage.group is None or "group" in stage.derived:
        return
    if stage.problems:
        abstract.leave_out(_ITEMS[prefix][3], "the stated group does not fit the TNM")
    elif read := _GROUP.fullmatch(stage.group):
        abstract.put(_ITEMS[prefix][3], _ROMAN[read[1]] + read[2], sentences(stage, "group"))


def axes(tnm: str) -> list[Axis]:
    """The axes of a TNM as the record writes it, each once; an axis written twice has no category.

    The c of `pT1cN0` is T1c, that of `pT2pN1cM0`, whose axes have their prefixes, is cM0; in `cT1cN0cM0` and `N1cM0`
    it may be either, and what it may belong to has no category.
    """
    found: dict[str, Axis] = {}
    read = list(_AXIS.finditer(tnm))
    prefixed = any(m["prefix"] for m in read[2:])
    for place, m in enumerate(read):
        value, suffix = m["value"].replace("x", "X"), None
        known = m["slash"] is None and m["axis"] not in found
        if value.endswith("c") and m.end("value") == m.end() and place + 1 < len(read):
            if m["axis"] == "N" and m["prefix"]:
                value = value[:-1]
            else:
                known = known and m["axis"] == "T" and not prefixed
        for remark in _REMARK.findall(m["remarks"]):
            if remark in _OF_CATEGORY:
                value += f"({remark})"
            elif remark == "mi" and value == "1":
                value = "1mi"
            elif remark in _SUFFIXES[m["axis"]] and suffix is None:
                suffix = remark
            else:
                known = False
        found[m["axis"]] = Axis(m["axis"], m["prefix"], value if known else None, suffix)
    return list(found.values())


def _value(prefix: str, axis: Axis) -> str | None:
    if axis.category is None:
        return None
    if axis.axis != "M":
        return f"{prefix}{axis.axis}{axis.category}" if axis.own in ("", prefix, "m" + prefix) else None
    if axis.category.startswith("0"):
        return f"cM{axis.category}"
    if axis.own in ("c", "p"):
        return f"{axis.own}M{axis.category}"
    return f"cM{axis.category}" if prefix == "c" and not axis.own else None


_BIOPSY = re.compile(r"\b(?:core|needle|biops\w+|FNAC?|fine[- ]needle|punch)\b", re.I)
_RESECTED = re.compile(r"\b(?:\w+ectomy|resect\w+|excis\w+|surgical specimen|post-?operat\w+|operative)\b", re.I)
_GRADED = re.compile(r"\bgrad(?:e|ing)\b|\bG[123]\b|\bdifferentiated\b", re.I)
_BY_WORD = {"1": "A", "2": "B", "3": "C"}  # well, moderately, poorly differentiated
_IN_SITU = {"1": "L", "2": "M", "3": "H"}


def add_grade(abstract: Abstract, course: FirstCourse) -> None:
    """The grade as clinical (of a biopsy), pathological (of an operation first) or after therapy (yp)."""
    case = abstract.record.case
    if case.grade is None or not abstract.is_breast:
        return
    said = tuple(e for e in sentences(case, "grade") if _GRADED.search(e.text))
    taken = _taken(abstract, said)
    code = _code(case)
    naaccr_id = {
        "biopsy": "gradeClinical",
        "surgery": "gradePostTherapy" if course.neoadjuvant else "gradePathological",
    }
    if taken is None or code is None or names_other_cancer(said, abstract.record):
        abstract.leave_out("gradeClinical", "the graded specimen is not told, or the grade has no code")
    else:
        abstract.put(naaccr_id[taken], code, said)


def _code(case: Case) -> str | None:
    cited = " ".join(e.text for e in case.cites.get("grade", ())).lower()
    in_situ, nuclear, grade = (case.morphology or "").endswith("/2"), "nuclear" in cited, case.grade or ""
    if "grade" in case.derived:
        return None if in_situ else _BY_WORD[grade]
    if in_situ:
        return _IN_SITU[grade]
    return None if nuclear else grade


def _taken(abstract: Abstract, said: tuple[Evidence, ...]) -> str | None:
    """`biopsy` or `surgery` of the primary, by the panel told in the same sentence or the sentence's own words."""
    kinds: set[str | None] = set()
    for place in said:
        panels = [p for p in abstract.record.receptor_panels if place in p.evidence]
        if any(p.specimen != "primary" for p in panels) or (not panels and tells_elsewhere(place)):
            return None
        if panels:
            kinds |= {"surgery" if p.procedure == "surgery" else "biopsy" if p.procedure else None for p in panels}
        else:
            kinds |= {kind for kind, words in (("biopsy", _BIOPSY), ("surgery", _RESECTED)) if words.search(place.text)}
    return kinds.pop() if len(kinds) == 1 else None
