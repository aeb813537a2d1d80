"""A course of treatment in the making, whatever its kind."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.mentions.mention import Mention
    from pipeline.patient.model import Treatment
    from pipeline.patient.story import Passage

GIVEN = frozenset({"given", "stopped", "ongoing"})
BEGIN = re.compile(
    r"\b(?:start|began|begun|begin|initiat|commenc|introduc|put on|switch|resum|re-?treat|receiv|given|followed|chang"
    r"|underwent|treated|passed to|moved to|added|swapped|replaced|entered)\w*", re.I)  # fmt: skip


@dataclass(slots=True)
class Course:
    """A treatment in the making, and the mentions that tell of it."""

    item: Treatment
    said: list[tuple[Passage, Mention]] = field(default_factory=list)
    first: int = 0
    closed: bool = False
    doses: list[str] = field(default_factory=list)
    frequencies: list[str] = field(default_factory=list)
    setting: str | None = None
    """What its sentence names that it was for, or in which line; of the first that names one."""

    @property
    def passage(self) -> Passage:
        return self.said[0][0]
