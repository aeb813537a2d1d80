"""What there is to accept in a record: `slots.tsv`, one row a kind of value.

`part` and `key` are its place (`receptor_panels`, `results.*.status`). `slot` is what its threshold is called in
`calibration.json`, with `{status}` or `{kind}` of its item. `cited_by` is the key of the item's `cites` that has its
place in the text, `relation` what it hangs on. `derived` is `own result` where a rule derives it from what that same
place says. `contradiction` lists the slots of contradictions that put it in doubt, `form` what a person may
write there: `date`, `list`, or a regular expression, nothing where any text will do.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

CASE = "case"
PARTS = (CASE, "receptor_panels", "stages", "treatments", "metastases", "events")
# Parts of a record that hold nothing of this patient to accept.
NO_VALUES = ("contradictions", "literature_cases")
MAX_PATH = 300
_RESULT = re.compile(r"results\.(.+)\.(\w+)", re.DOTALL)
_PATH = re.compile(rf"({CASE}|(?:{'|'.join(PARTS[1:])})\.(?:0|[1-9]\d*))\.(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Slot:
    """One row of `slots.tsv`."""

    part: str
    key: str
    slot: str
    cited_by: str
    relation: str
    derived: str
    contradiction: frozenset[str]
    form: str

    def name(self, item: Mapping[str, Any]) -> str:
        """The slot of a value of this item: `site absent`, `drug`."""
        return self.slot.format_map(item) if "{" in self.slot else self.slot


@cache
def slots() -> Mapping[tuple[str, str], Slot]:
    """Part and key (`results.*.status`) to row."""
    text = (files("pipeline.registry") / "slots.tsv").read_text(encoding="utf-8")
    found = {}
    for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        del row["source"]
        in_doubt = frozenset(filter(None, row.pop("contradiction").split(",")))
        found[row["part"], row["key"]] = Slot(**row, contradiction=in_doubt)
    return found


@cache
def keys(part: str) -> tuple[str, ...]:
    """The keys of a part that are no result of a marker."""
    return tuple(key for of, key in slots() if of == part and not key.startswith("results."))


@cache
def result_keys() -> tuple[str, ...]:
    """The keys of a marker's result: status, percent, score, ish."""
    return tuple(found[2] for _, key in slots() if (found := _RESULT.fullmatch(key)))


def slot_of(part: str, key: str) -> Slot | None:
    """The row of a key of an item, as `results.ER.status`; None where there is nothing to accept."""
    found = _RESULT.fullmatch(key)
    return slots().get((part, f"results.*.{found[2]}" if found else key))


def split(path: str) -> tuple[str, str] | None:
    """`treatments.0.name` to item and key, `('treatments.0', 'name')`; None where that is no path of a record."""
    found = _PATH.fullmatch(path)
    return (found[1], found[2]) if found else None


def result(key: str) -> tuple[str, str] | None:
    """`results.ER.status` to `('ER', 'status')`; None for another key."""
    found = _RESULT.fullmatch(key)
    return (found[1], found[2]) if found else None
