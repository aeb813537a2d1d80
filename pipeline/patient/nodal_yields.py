"""Counts of positive among examined nodes: '2/14', '6N+/15', 'none of 16 nodes', 'nine innocent nodes'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.language.numbers import NUMBER, to_int
from pipeline.patient.model import Metastasis
from pipeline.patient.story import OWN, SAMPLING, Passage, Story, unique

if TYPE_CHECKING:
    from pipeline.patient.timeline import Timeline

AXILLA = "axillary lymph node"
_GLANDS = r"(?:nodes?|glands|ganglions?|ganglia)\b"
_FREE = r"(?:innocent|negative|clear|clean|benign|uninvolved|(?:tumou?r|cancer|disease|metastasis)[- ]free|free)"
_HELD = r"(?:metasta\w+|positive|involved|invaded|infiltrated|affected|malignant|contain\w*|harbou?r\w*|showed|held)"
_YIELD = re.compile(
    r"(?<![\d/])(?P<p>\d{1,2})\s?/\s?(?P<n>\d{1,2})(?![\d/])(?!\s*(?:mm|cm|%|fx|fractions))"
    r"|\b(?P<pn>\d{1,2})\s?N\s?(?P<sign>[+-])\s?/\s?(?P<nn>\d{1,2})\b"
    rf"|\b(?P<pw>{NUMBER}|none|no) (?:out )?of (?:the |her "
    rf"|his )?(?P<nw>{NUMBER})\b(?= (?:\w+ ){{0,3}}{_GLANDS})"
    rf"|\ball (?:of )?(?:the )?(?P<all>{NUMBER}) (?:\w+ ){{0,4}}{_GLANDS}"
    rf"|\bno (?:residual |viable )?(?:tumou?r|cancer|carcinoma|metasta\w+|malignan\w+)(?: cells)? (?:(?:was|were)"
    rf" )?(?:found |seen |detected |present )?in (?:the |any of the )?(?P<none>{NUMBER}) (?:[\w-]+ ){{0,4}}{_GLANDS}"
    rf"|\b(?P<innocent>{NUMBER}) {_FREE} (?:\w+ ){{0,3}}{_GLANDS}"
    rf"|\b(?P<free>{NUMBER}) (?!enlarged|suspicious|palpable)(?:\w+ ){{0,3}}{_GLANDS}"
    rf" (?:(?:was|were) )?(?:all )?{_FREE}\b"
    rf"|\b(?P<nof>{NUMBER}) (?:\w+ ){{0,4}}{_GLANDS},? of (?:which|these|them),? (?P<pof>{NUMBER}|none|all)\b"
    rf"(?= (?:\w+ ){{0,2}}?(?:{_HELD}|{_FREE}))"
    rf"|\bof (?:the )?(?P<nin>{NUMBER}) (?:\w+ ){{0,4}}{_GLANDS},? (?P<pin>{NUMBER}|none)\b"
    rf"(?= (?:\w+ ){{0,2}}?{_HELD})",
    re.I,
)
_NODES = re.compile(rf"\bnod(?:e|es|al)\b|\b{_GLANDS}|\baxilla\w*|\bsentinel\b|\blymphadenectom\w+|\bpN", re.I)
_CLEAR = re.compile(rf"\b(?:{_FREE}|without|no metasta\w+)\b", re.I)
_OPERATED = re.compile(r"\bsentinel\b|\b(?:yp|p)?N0\b|\bypT|\bpT|\bdissect|\bclearance\b|\blymphadenectomy\b", re.I)
_LAST_BASIN = re.compile(
    r"\b(?P<ax>axill\w+)\b|\b(?P<sentinel>sentinel)\b|\b(?P<other>pelvic|inguinal|mesenteric|perigastric|hilar"
    r"|regional)\b",
    re.I,
)


def add_yields(story: Story, timeline: Timeline, found: list[Metastasis], breast: bool, free: set[int]) -> None:
    """Put each count to the nodes that its sentence names; the last count stands.

    A count of nodes that were only seen or felt to be `free` before, places in `found`, is what shows that they were.
    """
    for passage in story.told():
        if passage.rank != OWN and any(f.nodal_yield for f in found):
            continue
        for start, end, positive, examined in _counts(passage):
            name = _basin(story, passage, breast, positive)
            place = passage.start + start, passage.start + end
            site = _of_basin(found, name, passage)
            if site is None:
                site = _new(story, timeline, passage, place[0], name, positive)
                found.append(site)
            elif site.nodal_yield and passage.rank != OWN:
                continue
            elif not positive and any(found[i] is site for i in free) and not site.nodal_yield:
                _date(timeline, passage, place[0], site)
            site.nodal_yield = f"{positive}/{examined}"
            if site.status == "possible":
                site.status = "present" if positive else "absent"
                site.derive("status", "count of positive nodes")
            site.cites.setdefault("nodal_yield", []).append(story.cite(*place))
            if site.confirmed_by in (None, "imaging"):
                site.confirmed_by = "surgery"
            site.evidence = unique([*site.evidence, story.quote(passage)])


def _of_basin(found: list[Metastasis], name: str, passage: Passage) -> Metastasis | None:
    """The site of a name; where both sides have one, that which the passage tells of."""
    named = [f for f in found if f.site == name]
    if len(named) > 1:
        told = [f for f in named if any(e.start == passage.start for e in f.evidence)]
        sides = [f for f in named if f.laterality and re.search(rf"\b{f.laterality}\b", passage.text, re.I)]
        named = told if len(told) == 1 else sides if len(sides) == 1 else named
    return named[0] if named else None


def _new(story: Story, timeline: Timeline, passage: Passage, place: int, name: str, positive: int) -> Metastasis:
    """The nodes of a count that no other mention tells of."""
    site = Metastasis(
        site=name,
        icd_o="C77.3" if name == AXILLA else "C77.9",
        status="present" if positive else "absent",
        confirmed_by="surgery",
        evidence=[story.quote(passage)],
    )
    _date(timeline, passage, place, site)
    return site


def _date(timeline: Timeline, passage: Passage, place: int, site: Metastasis) -> None:
    """Date a site by the place of its count."""
    when = timeline.at(place, passage)
    if when is not None:
        site.date = when.norm()
        site.derive("date", when.how or "date of the sentence that tells of it")


def _counts(passage: Passage) -> Iterator[tuple[int, int, int, int]]:
    """Start and end of each count in the passage, and its positive and examined nodes."""
    text = passage.text
    for match in _YIELD.finditer(text):
        count = _count(match, text)
        if count is None:
            continue
        positive, examined = count
        near = text[max(0, match.start() - 70) : match.end() + 60]
        if examined >= 1 and positive <= examined and _NODES.search(near):
            yield match.start(), match.end(), positive, examined


def _count(match: re.Match[str], text: str) -> tuple[int, int] | None:
    if match["n"]:
        return int(match["p"]), int(match["n"])
    if match["nn"]:
        return (int(match["pn"]) if match["sign"] == "+" else 0), int(match["nn"])
    if match["all"]:
        examined = _number(match["all"])
        return (0 if _CLEAR.search(text[match.start() : match.end() + 60]) else examined), examined
    if match["free"]:  # 'three nodes were free': a count only where nodes were taken out
        taken = _OPERATED.search(text) or any(w.lastgroup == "surgery" for w in SAMPLING.finditer(text))
        return (0, _number(match["free"])) if taken else None
    if match["none"] or match["innocent"]:
        return 0, _number(match["none"] or match["innocent"])
    if match["pw"]:
        return _number(match["pw"]), _number(match["nw"])
    said, examined = match["pof"] or match["pin"], _number(match["nof"] or match["nin"])
    clear = _CLEAR.search(text[match.end() : match.end() + 40]) is not None
    if said.lower() == "all":
        return (0 if clear else examined), examined
    return (examined - _number(said) if clear and _number(said) else _number(said)), examined


def _number(word: str) -> int:
    return 0 if word.lower() in ("none", "no") else (to_int(word) or 0)


def _basin(story: Story, passage: Passage, breast: bool, positive: int) -> str:
    """The nodes that were counted: the one basin that the sentence tells to be as the count has it, else the basin
    named last, else the axillary nodes where the breast is the primary site."""
    fitting = ("present", "resolved") if positive else ("absent",)
    told = [m for m in passage.of("Site") if m.value.norm().endswith("lymph node") and m.value.norm() != "lymph node"]
    names = {m.value.norm() for m in told if (m.status or "present") in fitting}
    if len(told) > 1 and len(names) == 1:
        return names.pop()
    near = " ".join(p.text for p in (story.neighbour(passage, -1), passage) if p is not None)
    named = list(_LAST_BASIN.finditer(near))
    last = named[-1].lastgroup if named else "sentinel"
    return AXILLA if last == "ax" or (last == "sentinel" and breast) else "lymph node"
