"""What the annotation guidelines allow, and the checked annotation of one document."""

from __future__ import annotations

from dataclasses import dataclass

LABELS = (
    "Marker",
    "Result",
    "Stage",
    "Drug",
    "Dose",
    "Frequency",
    "Cycles",
    "Duration",
    "Radiotherapy",
    "Date",
    "RelativeDate",
    "Site",
)
_TREATMENTS = ("Drug", "Radiotherapy")
RELATIONS = {
    "ResultOf": (("Result",), ("Marker",)),
    "DoseOf": (("Dose",), _TREATMENTS),
    "FrequencyOf": (("Frequency",), _TREATMENTS),
    "CyclesOf": (("Cycles",), _TREATMENTS),
    "DurationOf": (("Duration",), _TREATMENTS),
    "DateOf": (("Date", "RelativeDate"), (*_TREATMENTS, "Site", "Marker", "Stage")),
}
"""The kinds of relation, each with the labels that it may come from and go to."""

SUBJECTS = ("patient", "other", "general", "family")
"""Whose it is."""

_TREATMENT_STATUS = ("given", "planned", "considered", "declined", "not_given", "allergy")
STATUS = {
    "Drug": _TREATMENT_STATUS,
    "Radiotherapy": _TREATMENT_STATUS,
    "Site": ("present", "absent", "possible", "resolved"),
    "Stage": ("planned", "possible"),
    "Marker": ("planned", "possible"),
}
"""Label to the statuses that it may have; a label that is not here has none."""

ATTRIBUTES = ("subject", "status", "specimen", "case")
"""What an entity may state besides its label, place and norm."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One mention; `start` and `end` count code points, half-open. None: the file leaves it out.

    `specimen` is what a marker was tested on, `case` the patient's number where a text reports several;
    `confidence`, in 0..1, is stated by predictions.
    """

    id: str
    label: str
    start: int
    end: int
    text: str = ""
    norm: str = ""
    subject: str | None = None
    status: str | None = None
    specimen: str | None = None
    case: str | None = None
    confidence: float | None = None

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class Annotated:
    """A document's entities, in order of place whatever their order in the file, and relations.

    A relation is the source's id, the kind and the target's id.
    """

    id: str
    entities: tuple[Entity, ...] = ()
    relations: tuple[tuple[str, str, str], ...] = ()

    def only(self, labels: frozenset[str]) -> Annotated:
        """What is said with these labels, and the relations between it."""
        kept = tuple(entity for entity in self.entities if entity.label in labels)
        ids = {entity.id for entity in kept}
        return Annotated(self.id, kept, tuple(r for r in self.relations if r[0] in ids and r[2] in ids))
