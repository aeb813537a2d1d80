"""Annotation files in the JSON shape of the guidelines, read and checked.

Every error names the file, the entity or relation in it, and what is allowed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.errors import ReadingError

if TYPE_CHECKING:
    from pathlib import Path

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


@dataclass(frozen=True, slots=True)
class Entity:
    """One mention; `start` and `end` count code points, half-open. None: the file leaves it out."""

    id: str
    label: str
    start: int
    end: int
    text: str
    norm: str
    subject: str | None
    status: str | None

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


def read_annotation(path: Path, text: str | None) -> Annotated:
    """The annotation in a file, checked against the document's text where that is given.

    Raises `ReadingError` with the first thing that is wrong.
    """
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise ReadingError(path, f"cannot be opened: {error.strerror}") from error
    except RecursionError as error:
        raise ReadingError(path, "is nested too deep for an annotation") from error
    except ValueError as error:
        raise ReadingError(path, f"is broken JSON ({error}); write it anew or mend it") from error
    return check(path, found, text)


def check(path: Path, found: Any, text: str | None) -> Annotated:
    """The annotation that a parsed JSON value stands for; `path` is where it came from, for errors.

    Raises `ReadingError` with the first thing that is wrong.
    """
    for key in ("entities", "relations"):
        if not isinstance(found, dict) or not isinstance(found.get(key), list):
            raise ReadingError(path, f'has no list "{key}"; an annotation is {{"id", "entities", "relations"}}')
    entities: dict[str, Entity] = {}
    places: dict[tuple[str, int, int], str] = {}
    for number, raw in enumerate(found["entities"], 1):
        name = f"entity {raw['id']}" if isinstance(raw, dict) and "id" in raw else f"entity number {number}"
        try:
            entity = _entity(raw, text)
            if entity.id in entities:
                raise ValueError("another entity has this id; ids are given once")
            twin = places.setdefault((entity.label, *entity.span), entity.id)
            if twin != entity.id:
                raise ValueError(f"is {twin} again: the same {entity.label} at {_at(entity)}; mark it once")
        except ValueError as error:
            raise ReadingError(path, f"{name}: {error}") from error
        entities[entity.id] = entity
    relations = []
    for raw in found["relations"]:
        try:
            relations.append(_relation(raw, entities))
        except ValueError as error:
            raise ReadingError(path, f"relation {json.dumps(raw)}: {error}") from error
    return Annotated(path.stem, tuple(sorted(entities.values(), key=_place)), tuple(relations))


def _place(entity: Entity) -> tuple[Any, ...]:
    return entity.start, -entity.end, entity.label


def _at(entity: Entity) -> str:
    return f"{entity.start}-{entity.end}"


def _entity(raw: Any, text: str | None) -> Entity:
    if not isinstance(raw, dict):
        raise ValueError("is no JSON object")
    missing = [key for key in ("id", "label", "start", "end") if key not in raw]
    if missing:
        raise ValueError(f'has no "{missing[0]}"')
    for key in ("id", "label", "text", "subject", "status"):
        if key in raw and not isinstance(raw[key], str):
            raise ValueError(f"{key} is {raw[key]!r}; it must be a string")
    for key in ("start", "end"):
        if type(raw[key]) is not int:
            raise ValueError(f"{key} is {raw[key]!r}; it must be a whole number of characters")
    norm = raw.get("norm")
    entity = Entity(
        raw["id"],
        raw["label"],
        raw["start"],
        raw["end"],
        raw.get("text", ""),
        "" if norm is None else str(norm),
        raw.get("subject"),
        raw.get("status"),
    )
    if entity.label not in LABELS:
        raise ValueError(f"label {entity.label!r} is unknown; allowed are {', '.join(LABELS)}")
    if not 0 <= entity.start < entity.end:
        raise ValueError(f"offsets {_at(entity)} hold no characters; start must be 0 or more and end beyond it")
    if text is not None:
        _fits(entity, text, "text" in raw)
    return entity


def _fits(entity: Entity, text: str, has_surface: bool) -> None:
    if entity.end > len(text):
        raise ValueError(f"offsets {_at(entity)} go past the end of the text, which has {len(text)} characters")
    surface = text[entity.start : entity.end]
    if has_surface and surface != entity.text:
        raise ValueError(
            f"the text at {_at(entity)} is {surface!r}, not {entity.text!r}; offsets count code points of the text file"
        )


def _relation(raw: Any, entities: dict[str, Entity]) -> tuple[str, str, str]:
    if not (isinstance(raw, list) and len(raw) == 3 and all(isinstance(part, str) for part in raw)):
        raise ValueError("must be a list of three strings: source id, kind, target id")
    source, kind, target = raw
    if kind not in RELATIONS:
        raise ValueError(f"kind {kind!r} is unknown; allowed are {', '.join(RELATIONS)}")
    for end, allowed in zip((source, target), RELATIONS[kind], strict=True):
        if end not in entities:
            raise ValueError(f"there is no entity {end}")
        if (label := entities[end].label) not in allowed:
            side = "from" if allowed is RELATIONS[kind][0] else "to"
            raise ValueError(f"{end} is a {label}; {kind} goes {side} {' or '.join(allowed)}")
    return source, kind, target
