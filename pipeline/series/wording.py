"""Values of a record in words that a journal prints; nothing is added to what the record says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.patient.model import MarkerResult, Metastasis, Panel, Treatment

# A course that was given needs no word.
_COURSES = {
    "given": "", "ongoing": "", "stopped": "", "planned": "planned: ", "declined": "declined: ",
    "not_given": "not given: ", "considered": "considered: ", "allergy": "allergy: ",
}  # fmt: skip
_SITES = {"present": "", "absent": "no ", "possible": "possible ", "resolved": ""}
_ENDS = {"stopped": "stopped", "ongoing": "ongoing"}


def date(value: str | None) -> str:
    """`2019-05/2019-10` as '2019-05 to 2019-10', an open end as 'from … on' or 'by …'; empty where there is none."""
    if not value:
        return ""
    low, slash, high = value.partition("/")
    if not slash:
        return low
    if high == "..":
        return f"{low} or later"
    return f"by {high}" if low == ".." else f"{low} to {high}"


def result(marker: str, told: MarkerResult) -> str:
    """'ER positive (90%)', 'HER2 negative (IHC 1+)', 'Ki-67 20%'."""
    score = f"IHC {told.score}" if marker == "HER2" and told.score else told.score
    numbers = ", ".join(number for number in (told.percent, score, told.ish) if number)
    if told.status and numbers:
        return f"{marker} {told.status} ({numbers})"
    return f"{marker} {told.status or numbers}".strip()


def panel(told: Panel) -> str:
    """'liver, biopsy 2021-03: ER negative (0%), PR negative; subtype'."""
    place = told.specimen.removeprefix("metastasis:").replace(":", " ")
    place = {"primary": "", "unstated": "specimen not stated", "metastasis": "metastasis"}.get(place, place)
    when = " ".join(word for word in (told.procedure, date(told.date)) if word)
    results = ", ".join(result(marker, one) for marker, one in told.results.items())
    head = ", ".join(word for word in (place, when) if word)
    return f"{head}: {results}" if head else results


def drug(item: Treatment) -> str:
    """The drug with its dose and schedule."""
    return " ".join(word for word in (item.name, item.dose, item.frequency) if word)


def course(items: list[Treatment]) -> str:
    """Drugs given together: doses and schedules, then cycles, setting, line and dates once."""
    first = items[0]
    names = " + ".join(drug(item) for item in items)
    line = f"line {first.line}" if first.line else ""
    cycles = f"{first.cycles} cycles" if first.cycles and first.cycles != "1" else ""
    cycles = "1 cycle" if first.cycles == "1" else cycles
    about = [first.intent or "", line, cycles, _span(first), _ENDS.get(first.status or "", "")]
    told = ", ".join(word for word in about if word)
    return f"{_COURSES.get(first.status or '', '')}{names}" + (f" ({told})" if told else "")


def radiation(item: Treatment) -> str:
    """'chest wall 50 Gy/25 (adjuvant, 2020-07-06 to 2020-08-11)'."""
    name = "" if item.name == "radiotherapy" else item.name
    told = ", ".join(word for word in (item.intent or "", _span(item)) if word)
    words = " ".join(word for word in (name, item.site, item.dose) if word) or item.name
    return f"{_COURSES.get(item.status or '', '')}{words}" + (f" ({told})" if told else "")


def operation(item: Treatment) -> str:
    """'mastectomy (2020-03-17)'."""
    site = f", {item.site}" if item.site and item.site not in item.name else ""
    told = f" ({_span(item)})" if _span(item) else ""
    return f"{_COURSES.get(item.status or '', '')}{item.name}{site}{told}"


def metastasis(item: Metastasis) -> str:
    """'left scalp (2023-12, cytology)', 'no liver'."""
    name = " ".join(word for word in (item.laterality, item.site) if word)
    nodes = f"{item.nodal_yield} nodes" if item.nodal_yield else ""
    told = ", ".join(word for word in (nodes, date(item.date), item.confirmed_by) if word)
    return f"{_SITES[item.status]}{name}" + (f" ({told})" if told else "")


def _span(item: Treatment) -> str:
    """Start and end; `a to b` of an uncertain start would read as a course, so it is said in full."""
    start, end = item.start, item.end
    if start and "/" in start:
        start = f"start {date(start)}"
    if end and "/" in end:
        end = f"end {date(end)}"
    if not start and not end:
        return ""
    if not start:
        return f"until {end}"
    if start == end:
        return start
    if end:
        return f"{start} to {end}"
    return start if start.startswith("start") else f"from {start}"
