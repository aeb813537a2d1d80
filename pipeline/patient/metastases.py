"""Sites of spread, one a site: where, since when, how shown, what became of it, and how many nodes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pipeline.language.numbers import NUMBER, to_int
from pipeline.patient.model import Contradiction, Evidence, Metastasis
from pipeline.patient.sites import topography
from pipeline.patient.story import OWN, SAMPLING, Passage, Story, unique

if TYPE_CHECKING:
    from pipeline.mentions.mention import Mention
    from pipeline.patient.model import Case
    from pipeline.patient.timeline import Timeline

Side = Literal["right", "left", "bilateral"]
Method = Literal["biopsy", "cytology", "surgery", "imaging", "autopsy"]
Status = Literal["present", "absent", "possible", "resolved"]
_SIDE = re.compile(
    r"\b(?P<side>right|left|bilateral|both)(?:[ -](?:sided|\w+(?<!right)(?<!left)(?<!and))){0,2}?[ -]*$", re.I
)
_SIDE_AFTER = re.compile(r"^\W{0,2}(?:\w+ ){0,2}?(?:on|of|in) the (?P<side>right|left)(?: side)?\b", re.I)
_YIELD = re.compile(
    r"(?<![\d/])(?P<p>\d{1,2})\s?/\s?(?P<n>\d{1,2})(?![\d/])(?!\s*(?:mm|cm|%|fx|fractions))"
    rf"|\b(?P<pw>{NUMBER}|none|no) (?:out )?of (?:the |her "
    rf"|his )?(?P<nw>{NUMBER})\b(?= (?:\w+ ){{0,3}}(?:nodes?|glands))"
    rf"|\ball (?:of )?(?:the )?(?P<all>{NUMBER}) (?:\w+ ){{0,4}}(?:nodes?|glands)\b",
    re.I,
)
_NODES = re.compile(r"\bnod(?:e|es|al)\b|\bglands?\b|\baxilla\w*|\bsentinel\b|\blymphadenectom\w+|\bpN", re.I)
_CLEAR = re.compile(r"\b(?:clear|negative|free|uninvolved|without|benign|no metasta\w+|tumou?r[- ]free)\b", re.I)
_SIDES: dict[str, Side] = {"right": "right", "left": "left", "both": "bilateral", "bilateral": "bilateral"}
_AXILLA = "axillary lymph node"
_METHOD_RANK: tuple[Method, ...] = ("autopsy", "surgery", "biopsy", "cytology", "imaging")
_UNPAIRED = frozenset({"liver", "stomach", "colon", "peritoneum", "spleen", "bladder", "uterus"})


@dataclass(slots=True)
class _Draft:
    """The mentions of one site, and side where two sides of it differ in the telling."""

    name: str
    icd_o: str | None
    said: list[tuple[Passage, Mention]] = field(default_factory=list)
    sides: set[str] = field(default_factory=set)


def metastases(story: Story, timeline: Timeline, case: Case) -> tuple[list[Metastasis], list[Contradiction]]:
    """The sites in order of the telling, and sites that one section denies and another has."""
    drafts: dict[str, _Draft] = {}
    for passage in story.told():
        if passage.kind == "title" and drafts:
            continue
        for m in passage.of("Site"):
            name = m.value.norm()
            draft = drafts.setdefault(name, _Draft(name, topography(name) or getattr(m.value, "icdo3", "") or None))
            draft.said.append((passage, m))
            if side := _side(passage, m):
                draft.sides.add(side)
    _without_body(drafts)
    renamed = _renamed(story, drafts)
    found = [_finish(story, timeline, draft) for draft in drafts.values()]
    breast = case.primary_site == "breast"
    _yields(story, timeline, found, breast)
    found = _without_general(found)
    for site in found:
        if breast and site.site == _AXILLA and site.laterality is None and case.laterality in ("right", "left"):
            site.laterality = case.laterality
            site.derive("laterality", "side of the breast cancer")
    return found, [*renamed, *(c for d in drafts.values() for c in _contradictions(story, d))]


def _without_body(drafts: dict[str, _Draft]) -> None:
    """Drop what only another section hints at: a general word where the body names the site."""
    for name, draft in list(drafts.items()):
        if all(p.kind in ("caption", "alt") and m.status == "possible" for p, m in draft.said):
            del drafts[name]
    if any((d.icd_o or "").startswith(("C70", "C71", "C41.0")) for n, d in drafts.items() if n != "intracranial"):
        drafts.pop("intracranial", None)
    for name in ("distant", "viscera", "bone"):
        said = drafts[name].said if name in drafts else []
        if said and all(p.rank != OWN for p, _ in said) and len(drafts) > 1:
            del drafts[name]


def _renamed(story: Story, drafts: dict[str, _Draft]) -> list[Contradiction]:
    """A site of another section that the body calls otherwise: same group of ICD-O-3 topography, another code."""
    found = []
    for draft in list(drafts.values()):
        if any(p.rank == OWN for p, _ in draft.said) or not draft.icd_o:
            continue
        told = [(p, m) for p, m in draft.said if m.status in (None, "present") and p.kind not in ("caption", "alt")]
        near = [d for d in drafts.values() if d is not draft and (d.icd_o or "")[:3] == (draft.icd_o or "")[:3]]
        own = [(p, m) for d in near for p, m in d.said if p.rank == OWN and m.status in (None, "present")]
        if not own:
            continue
        del drafts[draft.name]
        if told:
            (passage, m), (ours, n) = told[0], own[0]
            names = f"{story.text[n.start : n.end]} (body) or {story.text[m.start : m.end]} ({passage.kind})"
            evidence = [story.quote(passage), story.quote(ours)]
            found.append(Contradiction(what=f"site: {names}", slot="site", evidence=evidence, confidence=0.7))
    return found


def _without_general(found: list[Metastasis]) -> list[Metastasis]:
    """Take general words for what they stand for: 'bone metastases' settles bones held possible, 'nodes' a basin."""
    bones = [s for s in found if (s.icd_o or "")[:3] in ("C40", "C41") and s.site != "bone"]
    nodes = [s for s in found if s.site.endswith("lymph node") and s.site != "lymph node"]
    kept = []
    for site in found:
        specific = bones if site.site == "bone" else nodes if site.site == "lymph node" else []
        if site.site == "bone" and site.status in ("present", "resolved"):
            for bone in specific:
                if bone.status == "possible":
                    bone.status = "present"
                    bone.derive("status", "later called bone metastases")
        alike = [s for s in specific if s.status == site.status or s.status in ("present", "resolved")]
        if alike:
            if site.nodal_yield and not alike[0].nodal_yield:
                alike[0].nodal_yield = site.nodal_yield
            continue
        kept.append(site)
    return kept


def _side(passage: Passage, m: Mention) -> Side | None:
    found = _SIDE.search(passage.before(m.start)[-40:])
    if found is None:
        found = _SIDE_AFTER.match(passage.after(m.end))
    if found is None:
        return None
    return _SIDES[found["side"].lower()]


def _status(story: Story, draft: _Draft) -> tuple[Status, list[tuple[Passage, Mention]]]:
    """What became of the site, and the mentions that say so: told order, the body before other sections.

    A site that was found and is told to be free once a treatment was given is resolved; without one between, or with
    'no other', it was another examination.
    """
    own = [(p, m) for p, m in draft.said if p.rank == OWN] or draft.said
    last: Status | None = None
    kept: list[tuple[Passage, Mention]] = []
    for passage, m in own:
        status = m.status or "present"
        if status == "absent" and last in ("present", "resolved"):  # what went away is free of it afterwards
            if last == "present" and _cleared(story, draft, kept[-1], (passage, m)):
                last = "resolved"
                kept.append((passage, m))
            continue
        if status == "possible" and last in ("present", "resolved"):
            continue
        if last in (None, "absent", "possible") and status in ("present", "resolved", "possible") and last != status:
            kept = [(passage, m)] if last in (None, "absent") else [*kept, (passage, m)]
        else:
            kept.append((passage, m))
        last = status  # type: ignore[assignment]
    return last or "present", kept or own


def _cleared(story: Story, draft: _Draft, then: tuple[Passage, Mention], now: tuple[Passage, Mention]) -> bool:
    """Whether a treatment lies between a site found and the same site told to be free."""
    (before, found), (after, free) = then, now
    sides = {_side(before, found), _side(after, free)} - {None, "bilateral"}
    if len(sides) > 1 or _OTHERS.search(after.before(free.start)[-60:]) or after.kind in ("caption", "alt"):
        return False
    between = [p for p in story.told() if before.start < p.start < after.start and p.rank == OWN]
    treated = any((m.status or "given") == "given" for p in between for m in p.of("Drug", "Radiotherapy"))
    return treated or any(w.lastgroup == "surgery" for p in [*between, after] for w in SAMPLING.finditer(p.events))


def _finish(story: Story, timeline: Timeline, draft: _Draft) -> Metastasis:
    status, said = _status(story, draft)
    first_passage, first = said[0]
    found = Metastasis(
        site=draft.name,
        icd_o=draft.icd_o,
        status=status,
        evidence=unique(story.quote(p) for p, _ in draft.said if p.rank == OWN) or [story.quote(first_passage)],
        cites={"site": [story.cite(m.start, m.end) for _, m in draft.said]},
        confidence=min(m.confidence for _, m in draft.said),
    )
    if status == "resolved" and said[-1][1].status == "absent":
        found.derive("status", "free of it after treatment")
    sides = {side for p, m in said if (side := _side(p, m))}
    if sides and draft.name not in _UNPAIRED:
        found.laterality = "bilateral" if len(sides) > 1 else sides.pop()
    when = timeline.of(first, first_passage)
    if when is not None:
        found.date = when.norm()
        if when.derived or timeline.said(first) is None:
            found.derive("date", when.how or "date of the sentence that tells of it")
    shown = [(p, m) for p, m in said if m.status != "absent"] or said
    methods = [method for p, m in shown if (method := _method(story, p, m, status))]
    if status == "possible":  # tissue would have settled it: what was sampled beside it was something else
        methods = [method for method in methods if method == "imaging"]
    if methods:
        found.confirmed_by = min(methods, key=_METHOD_RANK.index)
    return found


def _method(story: Story, passage: Passage, m: Mention, status: Status) -> Method | None:
    """How the site was shown: the words of a method nearest to it, in its sentence or the one before."""
    here = m.start - passage.start
    found = [(abs(w.start() - here), w.lastgroup) for w in SAMPLING.finditer(passage.events)]
    names = {name for _, name in found}
    if not found:
        before = story.neighbour(passage, -1)
        if before is None or before.paragraph != passage.paragraph or status == "possible":
            return None
        names = {w.lastgroup for w in SAMPLING.finditer(before.events)}
        return "imaging" if names == {"imaging"} else None
    return min(found)[1]  # type: ignore[return-value]


_OTHERS = re.compile(r"\b(?:other|further|additional|new|else|elsewhere|more|another|remaining)\b", re.I)
_LAST_BASIN = re.compile(
    r"\b(?P<ax>axill\w+)\b|\b(?P<sentinel>sentinel)\b|\b(?P<other>pelvic|inguinal|mesenteric|perigastric|hilar"
    r"|regional)\b",
    re.I,
)


def _yields(story: Story, timeline: Timeline, found: list[Metastasis], breast: bool) -> None:
    """Positive of examined nodes, put to the nodes that the sentence names; the last count stands."""
    for passage in story.told():
        if passage.rank != OWN and any(f.nodal_yield for f in found):
            continue
        for match in _YIELD.finditer(passage.text):
            count = _count(match, passage.text)
            if count is None or not _NODES.search(passage.text):
                continue
            name = _basin(story, passage, breast)
            positive, examined = count
            place = passage.start + match.start(), passage.start + match.end()
            site = next((f for f in found if f.site == name), None)
            if site is None:
                site = Metastasis(
                    site=name,
                    icd_o="C77.3" if name == _AXILLA else "C77.9",
                    status="present" if positive else "absent",
                    confirmed_by="surgery",
                    evidence=[story.quote(passage)],
                )
                when = timeline.at(place[0], passage)
                if when is not None:
                    site.date = when.norm()
                    site.derive("date", when.how or "date of the sentence that tells of it")
                found.append(site)
            if site.nodal_yield and passage.rank != OWN:
                continue
            site.nodal_yield = f"{positive}/{examined}"
            if site.status == "possible":
                site.status = "present" if positive else "absent"
                site.derive("status", "count of positive nodes")
            site.cites.setdefault("nodal_yield", []).append(story.cite(*place))
            if site.confirmed_by in (None, "imaging"):
                site.confirmed_by = "surgery"
            site.evidence = unique([*site.evidence, story.quote(passage)])


def _count(match: re.Match[str], text: str) -> tuple[int, int] | None:
    if match["n"]:
        positive, examined = int(match["p"]), int(match["n"])
    elif match["all"]:
        examined = to_int(match["all"].lower()) or 0
        positive = 0 if _CLEAR.search(text[match.start() : match.end() + 60]) else examined
    else:
        word = match["pw"].lower()
        positive = 0 if word in ("none", "no") else (to_int(word) or 0)
        examined = to_int(match["nw"].lower()) or 0
    near = text[max(0, match.start() - 70) : match.end() + 60]
    if examined < 1 or positive > examined or not _NODES.search(near):
        return None
    return positive, examined


def _basin(story: Story, passage: Passage, breast: bool) -> str:
    """The nodes that were counted: those named last, else the axillary ones where the breast is the primary site."""
    near = " ".join(p.text for p in (story.neighbour(passage, -1), passage) if p is not None)
    named = list(_LAST_BASIN.finditer(near))
    last = named[-1].lastgroup if named else "sentinel"
    return _AXILLA if last == "ax" or (last == "sentinel" and breast) else "lymph node"


def _contradictions(story: Story, draft: _Draft) -> list[Contradiction]:
    """A site that the body has and the abstract, a caption or a picture's description denies."""
    own = [(p, m) for p, m in draft.said if p.rank == OWN]
    others = [(p, m) for p, m in draft.said if p.rank != OWN and m.status == "absent"]
    present = [(p, m) for p, m in own if m.status in (None, "present")]
    denied = [1 for _, m in own if m.status in ("absent", "resolved")]
    if draft.name in ("distant", "recurrence") or not present or not others or denied:
        return []
    where = others[0][0]
    evidence: list[Evidence] = [story.quote(where), story.quote(present[0][0])]
    return [
        Contradiction(what=f"{draft.name}: none ({where.kind}) or present ({present[0][0].kind})", slot="site",
                      evidence=evidence)
    ]  # fmt: skip
