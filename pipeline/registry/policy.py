"""The thresholds of a load: those of the model that made the run, and what the user says instead."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.batch.stamp import Stamp
from pipeline.errors import UsageError
from pipeline.models import SHIPPED, calibration
from pipeline.registry.judge import Policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.console import Console
    from pipeline.registry.incoming import Run

NEVER = "never"


def policy(run: Run, ner: str | None, accept_above: Sequence[str], console: Console) -> Policy:
    """What is taken unseen of a run. `ner` is the folder of its model, None for the one that comes with the program.

    `accept_above` has `SLOT=P`, `SLOT=never` or `never`. Thresholds were measured with one model: where the run was
    made with another, none of them holds, nothing is taken unseen but what `accept_above` says, and that is told.

    Raises `UsageError` for what is no slot or no probability.
    """
    found = calibration.load(SHIPPED if ner is None else Path(ner))
    thresholds: dict[str, float | None] = {}
    if found is None:
        console.warn(f"{ner}: has no calibration; nothing is taken unseen until `oncocase calibrate` made one")
    elif Stamp.now(ner).model != run.model:
        console.warn(
            f"the run was made with another model ({run.ner}) than the thresholds were measured with: nothing is "
            "taken unseen; name its folder with --ner, or extract again"
        )
    else:
        thresholds.update(found.thresholds)
    for said in accept_above:
        if said == NEVER:
            thresholds = dict.fromkeys(thresholds)
        else:
            slot, threshold = _parsed(said, thresholds or (found.thresholds if found else {}))
            thresholds[slot] = threshold
    return Policy(thresholds, found.relations if found else {})


def _parsed(said: str, known: object) -> tuple[str, float | None]:
    slot, _, number = said.rpartition("=")
    slots = sorted(known) if isinstance(known, dict) else []
    if slot not in slots:
        allowed = ", ".join(slots) or "no slot has one"
        raise UsageError(f"--accept-above {said}: say never, SLOT=P or SLOT=never; SLOT is one of: {allowed}")
    if number == NEVER:
        return slot, None
    try:
        threshold = float(number)
    except ValueError:
        threshold = -1.0
    if not 0 <= threshold <= 1:
        raise UsageError(f"--accept-above {said}: {number!r} is no probability; give one from 0 to 1, or never")
    return slot, threshold
