"""When a course of treatment was: a Period of its start and end, and in words what a Period cannot hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.registry.feeds.mcode.dates import in_order, partial, shared
from pipeline.registry.feeds.mcode.fhir import unknown

if TYPE_CHECKING:
    from pipeline.patient.model import Treatment
    from pipeline.registry.feeds.mcode.sheet import Draft


def say_period(draft: Draft, element: str, item: Treatment) -> None:
    """`element` is `effectivePeriod` or `performedPeriod`, which is demanded: absent with a reason where unknown.

    A bound that is an interval is given as far as both its ends agree, and told in words; '2020-11 or later' is no
    start, and is only told.
    """
    bounds = {}
    for key in ("start", "end"):
        said: str | None = getattr(item, key)
        if said is not None and partial(said) is None:
            draft.note(f"{key}: {said}", key)
        if (day := shared(said)) is not None:
            bounds[key] = day
    if len(bounds) == 2 and not in_order(bounds["start"], bounds["end"]):
        draft.note(f"told as from {bounds['start']} to {bounds['end']}", "start", "end")
        bounds = {}
    draft.put(element, bounds or unknown())
    for key, day in bounds.items():
        draft.cite(f"{element}.{key}", key, shown=day)
