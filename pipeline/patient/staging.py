"""The stage ledger: stages as stated, their basis and date, and the anatomic group that follows from the TNM.

The group is AJCC 7 anatomic, by SEER's TNM 2.1 table (`lexicons/stage_groups.tsv`); AJCC 8 prognostic stages are
not derived, their tables are restricted.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Literal

from pipeline.lexicons import rows
from pipeline.patient.model import Contradiction, Stage
from pipeline.patient.story import OWN, Passage, Story, unique
from pipeline.values import StageGroup, Tnm

if TYPE_CHECKING:
    from pipeline.mentions.mention import Mention
    from pipeline.patient.moments import When
    from pipeline.patient.timeline import Timeline

Basis = Literal["clinical", "pathological", "post-neoadjuvant", "recurrence", "unstated"]
_WORDS: tuple[tuple[re.Pattern[str], Basis], ...] = (
    (re.compile(r"\bpost-?(?:neoadjuvant|treatment|therapy)|\bafter neoadjuvant", re.I), "post-neoadjuvant"),
    (re.compile(r"\bpre-?operat\w+", re.I), "clinical"),
    (re.compile(r"\bpatholog\w+|\bhistolog\w+|\bsurgical(?:ly)?\b|\bpost-?operat\w+", re.I), "pathological"),
    (re.compile(r"\bclinical(?:ly)?\b|\bradiolog\w+|\bimaging\b|\bPET|\bCT\b|\bMRI\b", re.I), "clinical"),
)
_OPERATED = re.compile(r"\w+ectomy\b|\bclearance\b|\bexcis\w+|\bresect\w+|\bsurgery\b|\boperat\w+|\bdissection\b", re.I)
_FINAL = re.compile(r"\bfinal (?:\w+ )?(?:diagnos\w+|stag\w+)", re.I)
_FINAL_BACK = 6  # sentences
_RELAPSE = re.compile(r"\brelaps\w+|\brecurr\w+|\bprogress\w+|\bmetastatic (?:disease|relapse)|\bbecame\b", re.I)
_EDITION = re.compile(
    r"\b(?:AJCC|UICC|TNM)\W{1,3}(?:staging\W)?(?:(?P<n>[6-9])(?:th)?\b|(?P<word>seventh|eighth)\b)", re.I
)
_SIDE = {"clinical": "clinical", "pathological": "pathologic", "post-neoadjuvant": "pathologic"}
_AFTER_THERAPY = re.compile(r"[yra]")
# 'c' ends a category after 1 and 4 only; elsewhere it is the prefix of the next axis.
_AXIS = re.compile(r"(?P<axis>[TNM])(?P<value>(?:is|a|X|x|[0-4](?:mi|[abd]|(?<=[14])c)?(?:/is)?)(?:\([^)]*\))*)", re.X)
_PREFIX = re.compile(r"[a-z]*")
_NEAR = 3  # sentences in which the operation is looked for whatever dates stand between
_DATED_BACK = 9  # … and where none does
_SAME_RUN = 60  # characters between a TNM and its group


def ledger(story: Story, timeline: Timeline, breast: bool = True) -> tuple[list[Stage], list[Contradiction]]:
    """The stages in order of the telling, and where two places state one otherwise.

    `breast` says whether the primary is one of the breast, whose groups the table has.
    """
    found: list[tuple[Stage, int, Mention]] = []
    contradictions: list[Contradiction] = []
    for passage in story.told():
        previous: Mention | None = None
        for m in passage.of("Stage"):
            if m.status in ("absent", "possible"):
                continue
            tail = found[-1][0] if found else None
            if previous is not None and tail is not None and m.start - previous.end < _SAME_RUN and _joins(tail, m):
                _take(story, tail, m)
                if "basis" in tail.derived:
                    _base(story, tail, passage, m)
                previous = m
                continue
            previous = m
            same = next((s for s, rank, _ in found if _repeats(s, m, passage.rank == rank)), None)
            if same is not None:
                same.evidence = unique([*same.evidence, story.quote(passage)])
                continue
            if passage.rank != OWN and any(s for s, rank, _ in found if rank == OWN):
                contradictions += _against(story, passage, m, [s for s, rank, _ in found if rank == OWN])
                continue
            stage = Stage(evidence=[story.quote(passage)])
            _take(story, stage, m)
            _base(story, stage, passage, m)
            _date(story, timeline, stage, passage, m)
            if edition := _EDITION.search(passage.text):
                stage.edition = edition["n"] or {"seventh": "7", "eighth": "8"}[edition["word"].lower()]
            found.append((stage, passage.rank, m))
    found.sort(key=lambda item: (item[1], item[2].start))
    stages = [stage for stage, _, _ in found]
    for place, stage in enumerate(stages):
        if stage.tnm is None and stage.group == "IV" and place:
            stage.basis = "recurrence"
            stage.derive("basis", "stage IV after an earlier stage")
    for stage in stages:
        contradictions += _examine(stage, breast)
    return stages, contradictions


def _joins(stage: Stage, m: Mention) -> bool:
    if isinstance(m.value, StageGroup):
        return stage.group is None
    if stage.tnm is None:
        return True
    return isinstance(m.value, Tnm) and not {a for _, a, _ in m.value.axes} & set(axes(stage.tnm))


def _take(story: Story, stage: Stage, m: Mention) -> None:
    if isinstance(m.value, StageGroup):
        stage.group = m.value.norm()
        stage.cites["group"] = [story.cite(m.start, m.end)]
    else:
        stage.tnm = (stage.tnm or "") + m.value.norm()
        stage.cites.setdefault("tnm", []).append(story.cite(m.start, m.end))


def _repeats(stage: Stage, m: Mention, alike: bool) -> bool:
    """The same stage said again, or its group alone; `alike` where both stand in sections of one rank."""
    if isinstance(m.value, StageGroup):
        return stage.group == m.value.norm() and (m.value.norm() != "IV" or not alike)
    if stage.tnm is None or plain(stage.tnm) != plain(m.value.norm()):
        return False
    ours, theirs = (_PREFIX.match(tnm) for tnm in (stage.tnm, m.value.norm()))
    return ours is None or theirs is None or ours.group() == theirs.group() or not (ours.group() and theirs.group())


def plain(tnm: str) -> str:
    """A TNM without its prefixes and remarks in brackets, to hold two against each other."""
    return re.sub(r"\([^)]*\)|[a-z]+(?=[TNM])", "", tnm)


def axes(tnm: str) -> dict[str, str]:
    """Axis to category of a norm: `ypT1cN0(sn)` gives T `1c` and N `0(sn)`; in `cT2cN0` the c is a prefix."""
    return {m["axis"]: m["value"] for m in _AXIS.finditer(tnm)}


def _base(story: Story, stage: Stage, passage: Passage, m: Mention) -> None:
    prefix = m.value.axes[0][0] if isinstance(m.value, Tnm) and m.value.axes else ""
    if "y" in prefix:
        stage.basis = "post-neoadjuvant"
    elif "r" in prefix:
        stage.basis = "recurrence"
    elif prefix in ("c", "p"):
        stage.basis = "clinical" if prefix == "c" else "pathological"
    if prefix[:1] in ("c", "p", "y", "r") and stage.basis is not None:
        stage.derived = [key for key in stage.derived if key != "basis"]
        stage.how.pop("basis", None)
        return
    if stage.basis is not None:
        return
    near = passage.text[max(0, m.start - passage.start - 60) : m.end - passage.start + 20]
    said = next((basis for pattern, basis in _WORDS if pattern.search(near)), None)
    before = story.neighbour(passage, -1)
    if stage.tnm is None and (stage.group or "").startswith("IV") and _RELAPSE.search(passage.text):
        stage.basis = "recurrence"
    elif said is not None:
        stage.basis = said
    elif _is_final(story, passage) or any(p is not None and _OPERATED.search(p.text) for p in (passage, before)):
        stage.basis = "pathological"
    else:
        stage.basis = "clinical"
    stage.derive("basis", "no prefix; what the sentence tells of")


def _is_final(story: Story, passage: Passage) -> bool:
    """'The final diagnosis was T2N0M0' after an operation: what was removed has been seen."""
    if not _FINAL.search(passage.text):
        return False
    before = (story.neighbour(passage, -back) for back in range(1, _FINAL_BACK))
    return any(p is not None and p.paragraph == passage.paragraph and _OPERATED.search(p.text) for p in before)


def _date(story: Story, timeline: Timeline, stage: Stage, passage: Passage, m: Mention) -> None:
    when: When | None = timeline.said(m) or timeline.within(passage, m.start)
    if when is None and stage.basis in ("pathological", "post-neoadjuvant"):
        for back in range(1, _DATED_BACK):
            before = story.neighbour(passage, -back)
            when = timeline.within(before) if before is not None else None
            if before is not None and _OPERATED.search(before.text) and when:
                break
            if back > _NEAR and when:
                when = None
                break
    said = when is not None and when is timeline.said(m) and not when.derived
    when = when or timeline.of(m, passage)
    if when is not None:
        stage.date = when.norm()
        if not said:
            stage.derive("date", when.how or "date of the operation or sentence that it is told with")


@cache
def _groups() -> dict[tuple[str, str, str, str], str]:
    return {(row["side"], row["t"], row["n"], row["m"]): row["group"] for row in rows("stage_groups") if row["group"]}


def group_of(side: str, tnm: str) -> tuple[str, str] | None:
    """The AJCC-7 anatomic group of a breast TNM and the row it comes from; None where the table has none.

    `side` is `clinical` or `pathologic`. A category that the table does not have is tried without its letters.
    """
    found = axes(tnm)
    if set(found) != set("TNM"):
        return None
    t, n, m = (re.sub(r"\(.*?\)", "", found[axis]).upper() for axis in "TNM")
    n = {"1MI": "1MI"}.get(n, n)
    for t_try in _coarser(t):
        for n_try in _coarser(n):
            for m_try in (m, m.rstrip("ABC")):
                if group := _groups().get((side, t_try, n_try, m_try)):
                    return group, f"AJCC 7 anatomic, SEER TNM 2.1: {side} T{t_try} N{n_try} M{m_try}"
    return None


def _coarser(category: str) -> list[str]:
    return [category, category[:1]] if len(category) > 1 and category[0].isdigit() else [category]


def _examine(stage: Stage, breast: bool) -> list[Contradiction]:
    """Derive the group, hold it against the stated one, and name what is odd in the TNM."""
    contradictions: list[Contradiction] = []
    if stage.tnm is None:
        return contradictions
    said = stage.evidence[0].text.lower()
    if "pathological" in said and re.match(r"y?c", stage.tnm):
        stage.problems.append(f"called pathological but written with the clinical prefix of {stage.tnm}")
    if "clinical stage" in said and re.match(r"y?p", stage.tnm):
        stage.problems.append(f"called clinical but written with the pathological prefix of {stage.tnm}")
    for problem in stage.problems:
        contradictions.append(Contradiction(what=problem, slot="stage", evidence=stage.evidence[:1]))
    if not breast:
        return contradictions
    found = group_of(_SIDE.get(stage.basis or "", "clinical"), stage.tnm)
    if found is None:
        return contradictions
    stage.derived_group = found[0]
    stage.derive("derived_group", found[1])
    if stage.group is None and not _AFTER_THERAPY.match(stage.tnm):
        stage.group = found[0]
        stage.derive("group", found[1])
    elif stage.group is not None and stage.group != found[0] and stage.edition != "8":
        # Group letters of an eighth-edition prognostic stage differ from the anatomic ones by design.
        stage.problems.append(f"stated group {stage.group}, {found[1]} gives {found[0]}")
    return contradictions


def _against(story: Story, passage: Passage, m: Mention, stages: list[Stage]) -> list[Contradiction]:
    """A stage of another section with a prefix and axes that the body states otherwise."""
    if not isinstance(m.value, Tnm):
        return []
    prefix = m.value.axes[0][0]
    for stage in stages:
        if stage.tnm is None or not prefix or not stage.tnm.startswith(prefix):
            continue
        ours, theirs = axes(stage.tnm), axes(m.value.norm())
        if any(axis in theirs and theirs[axis][:1] != value[:1] for axis, value in ours.items()):
            what = f"stage: {stage.tnm} or {m.value.norm()} ({passage.kind})"
            return [Contradiction(what=what, slot="stage", evidence=[stage.evidence[0], story.quote(passage)])]
    return []
