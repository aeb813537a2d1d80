"""Receptors and Ki-67 of the primary before neoadjuvant therapy, as SEER's site-specific data items code them.

Of several untreated panels the one told first counts, and a marker on which they do not agree is left out. HER2 is
judged by ASCO/CAP; a HER2 that is equivocal without ISH is left out of the overall summary, whose code 0 would read
as negative.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.patient.receptors import conflict, numbers, status_of
from pipeline.registry.feeds.naaccr.abstract import is_disputed, sentences
from pipeline.registry.feeds.naaccr.course import primary_panels, untreated_panels

if TYPE_CHECKING:
    from pipeline.patient.model import Evidence, MarkerResult, Panel
    from pipeline.registry.feeds.naaccr.abstract import Abstract
    from pipeline.registry.feeds.naaccr.course import FirstCourse

_HORMONE = {
    "ER": ("estrogenReceptorSummary", "estrogenReceptorPercntPosOrRange", "estrogenReceptorTotalAllredScore"),
    "PR": ("progesteroneRecepSummary", "progesteroneRecepPrcntPosOrRange", "progesteroneRecepTotalAllredScor"),
}
_HER2 = ("her2IhcSummary", "her2IshSummary", "her2OverallSummary")
_PERCENT = re.compile(r"(?P<sign>[<>]?)(?P<low>\d+(?:\.\d+)?)(?:-(?P<high>\d+(?:\.\d+)?))?%")
_ALLRED = re.compile(r"Allred ([0-8])")
_FIRST_RANGES = tuple(range(10, 100, 10))  # R10 is 1-10 %, R20 11-20 %, up to R90; R99 is 91-100 %


def add(abstract: Abstract, course: FirstCourse) -> None:
    """The summaries of ER, PR, HER2 and Ki-67."""
    panels = untreated_panels(abstract.record, course)
    if not panels:
        if primary_panels(abstract.record):
            for naaccr_id in (_HORMONE["ER"][0], _HORMONE["PR"][0], _HER2[2], "ki67"):
                abstract.leave_out(naaccr_id, "no panel is surely of the primary before treatment")
        return
    for marker, ids in _HORMONE.items():
        if found := _agreed(abstract, marker, panels, ids[0]):
            _hormone(abstract, ids, *found)
    if found := _agreed(abstract, "HER2", panels, _HER2[2]):
        _her2(abstract, *found)
    if found := _agreed(abstract, "Ki-67", panels, "ki67"):
        _ki67(abstract, *found)


def _agreed(
    abstract: Abstract, marker: str, panels: list[Panel], naaccr_id: str
) -> tuple[str, MarkerResult, tuple[Evidence, ...]] | None:
    """Marker, result and sentences of the first panel, unless something else is told of it."""
    panel = panels[0]
    name = marker if marker in panel.results else _group(panel, marker)
    if name is None:
        return None
    result = panel.results[name]
    others = [p.results[marker] for p in panels[1:] if marker in p.results]
    if name == marker and any(conflict(marker, result, other) for other in others):
        abstract.leave_out(naaccr_id, "two panels before treatment do not agree")
        return None
    if is_disputed(abstract.record, f"{marker} of primary"):
        abstract.leave_out(naaccr_id, "the text contradicts itself")
        return None
    return name, result, sentences(panel, f"results.{name}")


def _group(panel: Panel, marker: str) -> str | None:
    """What tells a marker with others: triple-negative, and hormone receptors that are negative."""
    said = {name: result.status for name, result in panel.results.items()}
    if said.get("triple-negative") == "positive" and marker != "Ki-67":
        return "triple-negative"
    return "HR" if marker in _HORMONE and said.get("HR") == "negative" else None


def _hormone(
    abstract: Abstract, ids: tuple[str, str, str], name: str, result: MarkerResult, said: tuple[Evidence, ...]
) -> None:
    summary, percent, allred = ids
    positive = _is_positive(name, result)
    if positive is None:
        abstract.leave_out(summary, "the status does not follow from what is told, or against it")
        return
    abstract.put(summary, "1" if positive else "0", said)
    code = percent_code(result.percent, positive)
    if code is None and result.percent:
        abstract.leave_out(percent, "the percentage falls in no single code")
    elif code is not None:
        abstract.put(percent, code, said)
    if result.score and (score := _ALLRED.fullmatch(result.score)):
        abstract.put(allred, f"0{score[1]}", said)


def _is_positive(name: str, result: MarkerResult) -> bool | None:
    """Whether a hormone receptor is positive; None where it is not known, or said against its own figures."""
    if name in ("triple-negative", "HR"):
        return False
    ruled = status_of(name, result)
    words = {word for word in (result.status, ruled[0] if ruled else None) if word is not None}
    if words and words <= {"positive", "low"}:
        return True
    return False if words == {"negative"} else None


def percent_code(percent: str | None, positive: bool) -> str | None:
    """`040` of 40 %, `R20` of a range within 11-20 %, `000` below 1 % or of a negative receptor without a figure."""
    if percent is None:
        return None if positive else "000"
    read = _PERCENT.fullmatch(percent)
    if read is None:
        return None
    low, high = float(read["low"]), float(read["high"] or read["low"])
    if not read["sign"] and low == high:
        return "000" if low < 1 else f"{int(low):03d}" if low.is_integer() and low <= 100 else None
    if read["sign"] == "<":
        if high <= 1:
            return "000"
        low, high = 1, high - 1
    elif read["sign"] == ">":
        low, high = low + 1, 100
    return _range(low, high) if positive else None


def _range(low: float, high: float) -> str | None:
    for top in _FIRST_RANGES:
        if top - 9 <= low <= high <= top:
            return f"R{top}"
    return "R99" if 91 <= low <= high <= 100 else None


def _her2(abstract: Abstract, name: str, result: MarkerResult, said: tuple[Evidence, ...]) -> None:
    ihc, ish, overall = _HER2
    if name == "triple-negative":
        abstract.put(overall, "0", said)
        return
    score = (result.score or "").rstrip("+")
    if score in ("0", "1", "2", "3"):
        abstract.put(ihc, score, said)
    if result.ish:
        abstract.put(ish, "3" if result.ish == "amplified" else "0", said)
    ruled = status_of(name, result)
    words = {"negative" if word == "low" else word for word in (result.status, ruled[0] if ruled else None) if word}
    if words - {"equivocal"} == {"positive"}:
        abstract.put(overall, "1", said)
    elif words - {"equivocal"} == {"negative"}:
        abstract.put(overall, "0", said)
    else:
        abstract.leave_out(overall, "equivocal without ISH, or its words and figures do not agree")


def _ki67(abstract: Abstract, name: str, result: MarkerResult, said: tuple[Evidence, ...]) -> None:
    """`10.0` of 10 %; XXX.7 (test done, percentage not stated) of a word alone; a range has no code."""
    if result.percent is None:
        if result.status or result.score:
            abstract.put("ki67", "XXX.7", said)
        return
    figures = numbers(result.percent)
    if len(figures) != 1 or result.percent[0] in "<>" or round(figures[0], 1) != figures[0]:
        abstract.leave_out("ki67", "the percentage falls in no single code")
        return
    abstract.put("ki67", f"{figures[0]:.1f}", said)
