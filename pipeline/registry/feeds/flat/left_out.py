"""What a feed leaves out: every value with its reason in `left_out.csv`, and one line a reason to be printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.registry.feeds.cells import CsvFile

if TYPE_CHECKING:
    from pathlib import Path

NO_PLACE = "no place of the document says it, and no person has decided it"


class LeftOut(CsvFile):
    """The file of what is left out. A reason is one of a few fixed sentences, so that the summary stays short."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "left_out.csv", ("case_id", "item", "value", "reason"))
        self._reasons: dict[str, tuple[int, str]] = {}

    def say(self, case_id: str, item: str, value: object, reason: str) -> None:
        self.row((case_id, item, str(value), reason))
        number, first = self._reasons.get(reason, (0, f"{case_id} {item}"))
        self._reasons[reason] = (number + 1, first)

    def summary(self) -> list[str]:
        """`12 values: the reason (first: case and item)`, in the order in which the reasons came up."""
        return [
            f"{number} {'value' if number == 1 else 'values'}: {reason} (first: {first})"
            for reason, (number, first) in self._reasons.items()
        ]
