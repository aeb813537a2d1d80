"""Sites of spread, one a site: where, since when, how shown, what became of it, and how many nodes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pipeline.patient.model import Contradiction, Evidence, Metastasis
from pipeline.patient.nodal_yields import AXILLA, add_yields
from pipeline.patient.own_growth import is_own_growth
from pipeline.patient.site_dates import first_date
from pipeline.patient.site_proof import proof
from pipeline.patient.sites import topography
from pipeline.patient.story import OWN, SAMPLING, Passage, Story, unique

if TYPE_CHECKING:
    from pipeline.mentions.mention import Mention
    from pipeline.patient.model import Case
    from pipeline.patient.timeline import Timeline

Side = Literal["right", "left", "bilateral"]
Status = Literal["present", "absent", "possible", "resolved"]
_SIDE = re.compile(
    r"\b(?P<side>right|left|bilateral|both)(?:[ -](?:sided|\w+(?<!right)(?<!left)(?<!and))){0,2}?[ -]*$", re.I
)
_SIDE_AFTER = re.compile(r"^\W{0,2}(?:(?!and|or)\w+ ){0,2}?(?:on|of|in) the (?P<side>right|left)(?: side)?\b", re.I)
_SIDES: dict[str, Side] = {"right": "right", "left": "left", "both": "bilateral", "bilateral": "bilateral"}
_UNPAIRED = frozenset(
    "liver,stomach,colon,peritoneum,spleen,bladder,uterus,spine,sternum,pituitary gland,mediastinum,meninges,heart"
    ",cerebrospinal fluid,esophagus,rectum,cervix,vagina,pancreas,bone marrow,distant,viscera,bone".split(",")
)
# 'Both negative for recurrence' is no side; 'both recurrences' is.
_TWO_THINGS = re.compile(r"\bboth (?!\w+ ?$)\w+[^.;]*$", re.I)
_EYE = re.compile(r"\b(?P<side>right|left|both) (?:\w+ )?(?:eyes?|globe|orbit)\b", re.I)
_SIDE_OF_TELLING = re.compile(
    r"\b(right|left)(?:[- ]sided)? (?:\w+ )?(?:breast|axilla\w*|side|mastectomy|lumpectomy)\b", re.I
)


@dataclass(slots=True)
class _Draft:
    """The mentions of one site, and side where two sides of it differ in the telling."""

    name: str
    icd_o: str | None
    said: list[tuple[Passage, Mention]] = field(default_factory=list)
    side: Side | None = None


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
    breast = case.primary_site == "breast"
    _without_body(drafts)
    if breast:
        for name in [n for n, d in drafts.items() if is_own_growth(n, d.said)]:
            del drafts[name]
    _joined(drafts)
    renamed = _renamed(story, drafts)
    sides = [one for draft in drafts.values() for one in _by_side(story, draft)]
    found = [_finish(story, timeline, one) for one in sides]
    free = {i for i, one in enumerate(sides) if _is_seen_free(story, one)}
    add_yields(story, timeline, found, breast, free)
    found = _without_general(found)
    _by_fluid(found)
    for site in found:
        if breast and site.site == AXILLA and site.laterality is None and case.laterality in ("right", "left"):
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


def _by_fluid(found: list[Metastasis]) -> None:
    """Cancer cells in the cerebrospinal fluid are the proof of a spread to the meninges."""
    fluid = next((s for s in found if s.site == "cerebrospinal fluid"), None)
    meninges = next((s for s in found if s.site == "meninges"), None)
    if fluid is None or meninges is None or {fluid.status, meninges.status} & {"absent", "possible"}:
        return
    if fluid.confirmed_by == "cytology" and meninges.confirmed_by in (None, "imaging"):
        meninges.confirmed_by = "cytology"
        meninges.derive("confirmed_by", "cells in the cerebrospinal fluid")


def _joined(drafts: dict[str, _Draft]) -> None:
    """Make one of the womb and its lining where both are told to hold spread."""
    womb, lining = drafts.get("uterus"), drafts.get("endometrium")
    if womb is None or lining is None:
        return
    if all(any(m.status != "absent" for _, m in draft.said) for draft in (womb, lining)):
        womb.said = sorted([*womb.said, *lining.said], key=lambda s: (s[0].rank, s[1].start))
        del drafts["endometrium"]


def _is_seen_free(story: Story, draft: _Draft) -> bool:
    """Whether nodes were told to be free from the first on, and at first by hand or image only."""
    return all(m.status == "absent" for _, m in draft.said) and proof(story, draft.said[:1], "absent") in (
        None,
        "imaging",
    )


def _sides(said: list[tuple[Passage, Mention]]) -> set[Side]:
    """The sides of a site; none where its sentence names a part without one first: 'cerebellum and left lobe'."""
    by_passage: dict[int, list[Side | None]] = {}
    for passage, m in said:
        by_passage.setdefault(passage.start, []).append(_side(passage, m))
    parts = said[0][1].value.norm() in ("brain", "lung")
    if parts and any(told[0] is None and any(told) for told in by_passage.values()):
        return set()
    return {side for told in by_passage.values() for side in told if side}


def _by_side(story: Story, draft: _Draft) -> list[_Draft]:
    """The axillary nodes of each side apart, where one side held spread and the other was free of it.

    A mention without a side is of the side that its sentence, or one of the two before it, names.
    """
    if draft.name != AXILLA:
        return [draft]
    parts: dict[Side | None, _Draft] = {}
    for passage, m in draft.said:
        side = _side(passage, m) or _side_told(story, passage, m)
        parts.setdefault(side, _Draft(draft.name, draft.icd_o, side=side)).said.append((passage, m))
    sides = [part for side, part in parts.items() if side in ("right", "left")]
    own = [{_status(story, part)[0] == "absent"} for part in sides]
    if len(sides) < 2 or own[0] == own[1] or any(all(p.rank != OWN for p, _ in part.said) for part in sides):
        return [draft]
    rest = [said for side, part in parts.items() if side not in ("right", "left") for said in part.said]
    held = next(part for part in sides if _status(story, part)[0] != "absent")
    held.said = sorted([*held.said, *rest], key=lambda s: (s[0].rank, s[1].start))
    return sides


def _side_told(story: Story, passage: Passage, m: Mention) -> Side | None:
    """The side that is named last before a mention, in its sentence or the two before it."""
    earlier = [story.neighbour(passage, -step) for step in (2, 1)]
    told = [p.text for p in earlier if p is not None and p.paragraph == passage.paragraph]
    named = _SIDE_OF_TELLING.findall(" ".join([*told, passage.before(m.start)]))
    return _SIDES[named[-1].lower()] if named else None


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
    parts_of_eye = [s for s in found if (s.icd_o or "").startswith("C69") and s.site != "eye" and s.status != "absent"]
    kept = []
    for site in found:
        if site.site == "eye" and site.status == "possible" and parts_of_eye:
            continue
        specific = bones if site.site == "bone" else nodes if site.site == "lymph node" else []
        if site.site == "bone" and site.status in ("present", "resolved"):
            for bone in specific:
                if bone.status == "possible":
                    bone.status = "present"
                    bone.derive("status", "later called bone metastases")
        alike = [s for s in specific if s.status == site.status or s.status in ("present", "resolved")]
        if alike and not any("sentinel" in place.text.lower() for place in site.cites.get("site", ())):
            if site.nodal_yield and not alike[0].nodal_yield:
                alike[0].nodal_yield = site.nodal_yield
            continue
        kept.append(site)
    return kept


def _side(passage: Passage, m: Mention) -> Side | None:
    found = _SIDE.search(passage.before(m.start)[-40:])
    if found is not None and found["side"].lower() == "both" and _TWO_THINGS.search(found.group()):
        found = None
    if found is None:
        found = _SIDE_AFTER.match(passage.after(m.end))
    if found is None and (topography(m.value.norm()) or "").startswith("C69"):
        found = _EYE.search(passage.text)
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
    first_passage, _ = said[0]
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
    sides = _sides(said)
    if sides and draft.name not in _UNPAIRED:
        found.laterality = draft.side or ("bilateral" if len(sides) > 1 else sides.pop())
    elif draft.side is not None:
        found.laterality = draft.side
        found.derive("laterality", "side that the telling is at")
    when, how = first_date(timeline, said)
    if when:
        found.date = when
        if how:
            found.derive("date", how)
    shown = [(p, m) for p, m in said if (m.status == "absent") == (status == "absent")] or said
    found.confirmed_by = proof(story, shown, status)
    if found.confirmed_by is None and status == "absent":
        found.confirmed_by = proof(story, said, status)
    return found


_OTHERS = re.compile(r"\b(?:other|further|additional|new|else|elsewhere|more|another|remaining)\b", re.I)


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
