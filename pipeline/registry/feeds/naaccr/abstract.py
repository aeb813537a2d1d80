"""An abstract in the making: values with their places, and what was left out and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.registry.feeds.naaccr.dictionary import is_collected, items, of_breast, value_problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.patient.model import Cited, Evidence, Record
    from pipeline.registry.cases import RegistryCase

_KNOWN = {**items("250"), **items("260")}


@dataclass
class Abstract:
    """One tumour of one patient. `latest` is the last year in which it can have been diagnosed, None not known."""

    case: RegistryCase
    latest: int | None = None
    values: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)

    @property
    def record(self) -> Record:
        return self.case.record

    @property
    def is_breast(self) -> bool:
        return self.record.case.primary_site == "breast"

    def put(self, naaccr_id: str, value: str, places: Iterable[Evidence]) -> None:
        """Take a value, unless it may not be in an abstract of this case, or no place of the document says it."""
        said = tuple(dict.fromkeys(e for e in places if self._stands(e)))
        if naaccr_id in of_breast() and not self.is_breast:
            return
        if not is_collected(naaccr_id, self.latest):
            self.leave_out(naaccr_id, "not collected for the year of diagnosis")
        elif not said:
            self.leave_out(naaccr_id, "no sentence of the document is cited for it")
        elif value_problem(_KNOWN[naaccr_id], value):
            self.leave_out(naaccr_id, "the record's value is none that the item allows")
        else:
            self.values[naaccr_id] = value
            self.places[naaccr_id] = said

    def leave_out(self, naaccr_id: str, why: str) -> None:
        self.left_out.append((naaccr_id, why))

    def has(self, *naaccr_ids: str) -> bool:
        return any(i in self.values for i in naaccr_ids)

    def _stands(self, place: Evidence) -> bool:
        return self.case.source.text[place.start : place.end] == place.text != ""


def sentences(cited: Cited, *keys: str) -> tuple[Evidence, ...]:
    """The sentences that say values of an object: those around the places cited for the keys, else all of them."""
    exact = [e for key in keys for e in cited.cites.get(key, ())]
    if not exact:
        return tuple(cited.evidence)
    around = [s for s in cited.evidence if any(s.start <= e.start and e.end <= s.end for e in exact)]
    return tuple(dict.fromkeys(around or exact))


def is_disputed(record: Record, about: str) -> bool:
    """Whether the record holds a contradiction that begins with these words."""
    return any(c.what.startswith(about) for c in record.contradictions)
