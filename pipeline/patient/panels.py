"""Receptor panels: the markers of one specimen at one time, from all the places that tell of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pipeline.patient.model import Contradiction, Evidence, MarkerResult, Panel
from pipeline.patient.receptors import combined, conflict, equal, her2_category, status_of, subtype
from pipeline.patient.sites import topography
from pipeline.patient.specimens import is_of_other_tumour, specimens
from pipeline.patient.story import OWN, SAMPLING, Passage, Story, unique

if TYPE_CHECKING:
    from pipeline.mentions.mention import Mention
    from pipeline.patient.model import Case
    from pipeline.patient.moments import When
    from pipeline.patient.timeline import Timeline

Procedure = Literal["biopsy", "surgery", "cytology"]
_BACK = 3  # sentences in which to look back for how a specimen was taken
_OPERATION_BACK = 9  # … and for the operation of which a line names the specimen
# 'Left side, 2015: …' is an entry of its own: the operation of the entry before is not its.
_ENTRY = re.compile(r"(?:Right|Left|[A-Z][^:.;\n]{0,30}?\b(?:19|20)\d\d)\b[^:.;\n]{0,30}:")
_LABEL = re.compile(r"[A-Z][\w /+-]{1,30}:")
# An operation; 'mastectomy with sentinel node biopsy' is no biopsy of the tumour.
_SENTINEL = re.compile(r"\bsentinel(?: lymph)?(?:[- ]node)? biops\w+", re.I)
_AGAIN = re.compile(
    r"\b(?<!no )residual (?:\w+ )?(?:tumou?r|disease|cancer|carcinoma)\b"
    r"|\b(?:re-?biops\w+|re-?test\w*|(?:repeat(?:ed)?|second|another|further) (?:[\w-]+ ){0,2}(?:biops\w+|test\w*"
    r"|stain\w*|immuno\w+)|repeat(?:ed)? (?=HER|Her|ER\b|PR\b|receptor))", re.I)  # fmt: skip
_ISH = re.compile(r"\b(?:F|C|S|D|DD)?ISH\b|in[- ]situ hybridi[sz]ation")


@dataclass(slots=True)
class _Draft:
    """A run of markers told together."""

    specimen: str
    passages: list[Passage]
    results: dict[str, MarkerResult] = field(default_factory=dict)
    cites: dict[str, list[Evidence]] = field(default_factory=dict)
    procedure: Procedure | None = None
    when: When | None = None
    rank: int = OWN
    sampled: bool = False
    again: bool = False
    other_tumour: bool = False
    sample: Passage | None = None


def panels(story: Story, timeline: Timeline, about: Case) -> tuple[list[Panel], list[Contradiction]]:
    """The panels in order of the telling, and where two places tell the same panel differently.

    `about` has the organ of the primary, a biopsy of which is no spread, and its histology.
    """
    drafts: list[_Draft] = []
    contradictions: list[Contradiction] = []
    for found in _drafts(story, timeline, about):
        home = _home(found, drafts)
        if home is not None:
            contradictions += _merge(story, home, found)
        elif found.rank == OWN or (found.rank == 1 and not drafts):
            drafts.append(found)
    if any(d.sampled for d in drafts):
        drafts = [d for d in drafts if d.sampled or _is_said_whole(d)]
    finished = [_finish(story, draft) for draft in drafts]
    _mark_conversions([p for p, d in zip(finished, drafts, strict=True) if not d.other_tumour])
    return finished, contradictions


def _drafts(story: Story, timeline: Timeline, about: Case) -> list[_Draft]:
    found: list[_Draft] = []
    last: Passage | None = None
    carcinoma = about.primary_site == "breast" and "sarcoma" not in (about.histology or "").lower()
    for passage in story.told():
        for marker in passage.of("Marker"):
            name = marker.value.norm()
            results = story.parts(marker, "ResultOf")
            value = combined(name, (r.value for r in results))  # type: ignore[misc]
            if name == "triple-negative":
                value = MarkerResult(status="positive")
            if value == MarkerResult():
                continue
            other_tumour = carcinoma and is_of_other_tumour(story, marker, passage)
            if name == "HER2" and (value.score or "").startswith("2") and _ISH.search(passage.after(marker.start)):
                value.ish = value.ish or ("not amplified" if value.status == "negative" else None)
            tissues = specimens(story, marker, passage, about.primary_site)
            for place, tissue in enumerate(tissues):
                known = [d for d in found[-len(tissues) :] if (d.specimen, d.other_tumour) == (tissue, other_tumour)]
                draft = known[-1] if known else None
                if draft is None or last is None or not _fits(story, draft, last, passage, marker, value):
                    again = _is_again(passage, marker)
                    draft = _Draft(tissue, [passage], rank=passage.rank, again=again, other_tumour=other_tumour)
                    found.append(draft)
                    if len(tissues) > 1 and place == 0:
                        draft.sampled = True  # the sample that is told there is the metastasis
                    else:
                        _place(story, timeline, draft, passage, marker)
                elif passage not in draft.passages:
                    draft.passages.append(passage)
                _add(draft, name, value, [story.cite(m.start, m.end) for m in (marker, *results)])
            last = passage
    return found


def _fits(story: Story, draft: _Draft, last: Passage, passage: Passage, marker: Mention, value: MarkerResult) -> bool:
    """Whether a marker goes on with the run of markers of the same tissue before it."""
    name = marker.value.norm()
    return (
        draft.passages[-1].rank == passage.rank
        and 0 <= story.number(passage) - story.number(last) <= 1
        and not (name in draft.results and passage not in draft.passages and _LABEL.match(passage.text))
        and (passage in draft.passages or not _is_again(passage, marker))
        and not (name in draft.results and conflict(name, draft.results[name], value))
        and not _denies_triple(draft, name, value)
    )


def _denies_triple(draft: _Draft, name: str, value: MarkerResult) -> bool:
    """A result that a tumour which was just called triple-negative cannot have is of another test."""
    ruled = status_of(name, value)
    status = value.status or (ruled[0] if ruled else None)
    positive = status == "positive" or (status == "low" and name != "HER2")
    return "triple-negative" in draft.results and name in ("ER", "PR", "HR", "HER2") and positive


def _is_again(passage: Passage, marker: Mention) -> bool:
    """'Repeat HER2 was again 3+': another test, which has a panel of its own."""
    return passage.rank == OWN and _AGAIN.search(passage.before(marker.end)) is not None


def _add(draft: _Draft, name: str, value: MarkerResult, cites: list[Evidence]) -> None:
    known = draft.results.setdefault(name, MarkerResult())
    for key, new in value:
        if getattr(known, key) is None:
            setattr(known, key, new)
    draft.cites.setdefault(f"results.{name}", []).extend(cites)


def _place(story: Story, timeline: Timeline, draft: _Draft, passage: Passage, marker: Mention) -> None:
    """How and when the specimen was taken: the nearest telling of a sampling before the markers."""
    for back in range(_BACK):
        at = story.neighbour(passage, -back) if back else passage
        if at is None or not _goes_on(story, at, passage) or _is_entry_before(back, at, passage):
            break
        text = at.events[: max(0, marker.start - at.start)] if back == 0 else at.events
        text = _SENTINEL.sub("sentinel", text)
        taken = [m.lastgroup for m in SAMPLING.finditer(text) if m.lastgroup in ("biopsy", "surgery", "cytology")]
        if not taken:
            continue
        kind = taken[-1]
        if "cytology" in taken and kind == "biopsy":
            kind = "cytology"
        draft.procedure = kind  # type: ignore[assignment]
        draft.sampled = True
        if at is not passage:
            draft.passages.insert(0, at)
            draft.sample = at
        draft.when = (
            timeline.within(at, marker.start if back == 0 else None)
            or _earlier(story, timeline, at, kind)
            or _same_operation(story, timeline, at)
            or timeline.at(marker.start if back == 0 else at.end, at)
        )
        return
    draft.when = timeline.of(marker, passage)
    draft.sampled = len(passage.of("Marker")) > 2 or draft.again


def _is_entry_before(back: int, at: Passage, passage: Passage) -> bool:
    return back > 0 and all(_ENTRY.match(p.text) is not None for p in (at, passage))


def _goes_on(story: Story, at: Passage, passage: Passage) -> bool:
    """Whether a passage is of the same paragraph as one before it, or of the same list of labelled lines."""
    between = story.text[at.start : passage.start]
    return at.paragraph == passage.paragraph or (
        "\n\n" not in between and all(_LABEL.match(p.text) is not None for p in (at, passage))
    )


def _earlier(story: Story, timeline: Timeline, passage: Passage, kind: str) -> When | None:
    """The date of the same sampling where the sentences before told it: 'underwent mastectomy. Pathology …'."""
    for back in range(1, _BACK):
        at = story.neighbour(passage, -back)
        if at is None or at.paragraph != passage.paragraph:
            return None
        if any(m.lastgroup == kind for m in SAMPLING.finditer(at.events)) and (found := timeline.within(at)):
            return found
    return None


def _same_operation(story: Story, timeline: Timeline, line: Passage) -> When | None:
    """The date of the operation of which a line names the specimen: 'Specimen: left mastectomy'."""
    taken = next((m for m in SAMPLING.finditer(line.text) if m.lastgroup == "surgery" and "ectom" in m.group()), None)
    if taken is None or _LABEL.match(line.text) is None:
        return None
    for back in range(1, _OPERATION_BACK):
        at = story.neighbour(line, -back)
        if at is not None and taken.group().lower() in at.events.lower() and (found := timeline.within(at)):
            return found
    return None


def _is_said_whole(draft: _Draft) -> bool:
    """A panel that is told in full, or with figures, needs no word of a sampling."""
    return (
        len(draft.results) > 1
        or "triple-negative" in draft.results
        or any(r.percent or r.score or r.ish for r in draft.results.values())
    )


def _home(found: _Draft, drafts: list[_Draft]) -> _Draft | None:
    """The panel that a later telling repeats."""
    best: tuple[float, _Draft] | None = None
    for draft in drafts:
        if draft.other_tumour != found.other_tumour:
            continue
        common = [name for name in found.results if name in draft.results]
        same = sum(equal(name, draft.results[name], found.results[name]) for name in common)
        against = sum(_denies_triple(draft, n, r) for n, r in found.results.items())
        against += sum(conflict(name, draft.results[name], found.results[name]) for name in common)
        alike = _alike(found.specimen, draft.specimen)
        if found.rank == OWN:
            if found.again:
                continue
            timed = found.procedure in (None, draft.procedure) or draft.procedure is None
            if against or not alike or not timed or (found.sampled and _is_said_whole(found) and not common):
                continue
        elif found.specimen == draft.specimen and sum(d.specimen == draft.specimen for d in drafts) == 1:
            pass  # the only panel of that specimen: what differs is a contradiction
        elif (against >= max(same, 1) and not (alike and len(common) > 1 and same)) or (
            not alike and (same < 2 or against > 1)
        ):
            continue
        score = 2 * same - 3 * against + alike
        if best is None or score > best[0]:
            best = (score, draft)
    return best[1] if best else None


def _alike(first: str, second: str) -> bool:
    if "unstated" in (first, second) or first == second:
        return True
    if not all(s.startswith("metastasis") for s in (first, second)):
        return False
    return "metastasis" in (first, second) or ("metastasis:bone" in (first, second) and _is_bone(first, second))


def _is_bone(*specimens: str) -> bool:
    """Whether each is of a bone: 'the bone disease' is that of the sternum."""
    return all((topography(s.partition(":")[2]) or "").startswith(("C40", "C41")) for s in specimens)


def _merge(story: Story, home: _Draft, found: _Draft) -> list[Contradiction]:
    contradictions = []
    for name, value in found.results.items():
        if name in home.results and conflict(name, home.results[name], value):
            ours, theirs = home.results[name], value
            contradictions.append(
                Contradiction(
                    what=f"{name} of {home.specimen}: {_told(ours)} ({home.passages[-1].kind}) or "
                    f"{_told(theirs)} ({found.passages[-1].kind})",
                    slot="receptor",
                    evidence=[story.quote(home.passages[-1]), story.quote(found.passages[-1])],
                )
            )
            continue
        if found.rank != OWN and name in home.results and status_of(name, home.results[name]):
            value = value.model_copy(update={"status": None})  # 'HER2-low disease' adds nothing to '1+'
        _add(home, name, value, found.cites.get(f"results.{name}", []))
    known = [*home.passages, *([found.sample] if home.procedure else [])]  # how it was taken is told already
    home.passages += [p for p in found.passages if p not in known]
    return contradictions


def _told(result: MarkerResult) -> str:
    return " ".join(value for _, value in result if value)


def _finish(story: Story, draft: _Draft) -> Panel:
    panel = Panel(
        specimen="primary" if draft.specimen == "unstated" else draft.specimen,
        procedure=draft.procedure,
        results=draft.results,
        evidence=unique(story.quote(p) for p in draft.passages),
        cites=draft.cites,
    )
    if draft.specimen == "unstated":
        panel.derive("specimen", "no other specimen is named")
    if draft.when is not None:
        panel.date = draft.when.norm()
        panel.derive("date", draft.when.how or "date of the sampling")
    for name, result in draft.results.items():
        ruled = status_of(name, result)
        if result.status is None and ruled is not None:
            result.status = ruled[0]
            panel.derive(f"{name}.status", ruled[1])
    if "HER2" in draft.results and (category := her2_category(draft.results["HER2"])):
        panel.her2_category = category[0]
        panel.derive("her2_category", category[1])
    if kind := subtype(draft.results):
        panel.subtype = kind[0]
        panel.derive("subtype", kind[1])
    return panel


def _mark_conversions(found: list[Panel]) -> None:
    """Name in each panel the markers whose status an earlier panel of another specimen gave otherwise."""
    for place, panel in enumerate(found):
        for earlier in found[:place]:
            for name, result in panel.results.items():
                before = earlier.results.get(name)
                if before is None or None in (before.status, result.status) or before.status == result.status:
                    continue
                if {before.status, result.status} <= {"negative", "low"} and name == "HER2":
                    continue
                step = f"{name} {before.status} to {result.status}"
                if step not in panel.conversion:
                    panel.conversion.append(step)
                    panel.derive("conversion", "status differs from an earlier panel")
