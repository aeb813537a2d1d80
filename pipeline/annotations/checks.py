"""A raw annotation, in the JSON shape of the guidelines, checked against them and against its text.

Every error names the entity or relation, and what is allowed.
"""

from __future__ import annotations

import json
import re
from typing import Any
from unicodedata import category

from pipeline.annotations.scheme import ATTRIBUTES, LABELS, RELATIONS, STATUS, SUBJECTS, Annotated, Entity

_SPECIMEN = re.compile(r"primary|node|metastasis(?::.+)?|recurrence|unstated")
_CONTROLS = frozenset({"Cc", "Cs"})  # control characters, and halves of a character
_BITS = 40  # of an offset; a text of a million million characters has none larger


def check(doc_id: str, found: Any, text: str | None) -> Annotated:
    """The annotation that a parsed value stands for; `text` is the document's, where there is one.

    Raises `ValueError` with the first thing that is wrong.
    """
    for key in ("entities", "relations"):
        if not isinstance(found, dict) or not isinstance(found.get(key), list):
            raise ValueError(f'has no list "{key}"; an annotation is {{"id", "entities", "relations"}}')
    if found.get("id", doc_id) != doc_id:
        raise ValueError(f"the id in it is {found['id']!r}, that of its name {doc_id!r}; they must be the same")
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
            raise ValueError(f"{name}: {error}") from error
        entities[entity.id] = entity
    relations: dict[tuple[str, str, str], None] = {}
    for raw in found["relations"]:
        try:
            relations[_relation(raw, entities)] = None
        except ValueError as error:
            raise ValueError(f"relation {json.dumps(raw)}: {error}") from error
    return Annotated(doc_id, tuple(sorted(entities.values(), key=_place)), tuple(relations))


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
    for key in ("id", "label", "text", "norm", *ATTRIBUTES):
        value = raw.get(key)
        if value is None and key == "norm":
            continue
        if key in raw and not isinstance(value, str):
            raise ValueError(f"{key} is {value!r:.60}; it must be a string")
        if value and key != "text" and any(category(c) in _CONTROLS for c in value):
            raise ValueError(f"{key} is {value!r:.60}; it must not hold control characters or half of one")
    for key in ("start", "end"):
        if type(raw[key]) is not int or raw[key].bit_length() > _BITS:
            raise ValueError(f"{key} is {raw[key]!r:.60}; it must be a whole number of characters")
    entity = Entity(
        raw["id"],
        raw["label"],
        raw["start"],
        raw["end"],
        raw.get("text", "") if "text" in raw or text is None else text[max(0, raw["start"]) : max(0, raw["end"])],
        raw.get("norm") or "",
        **{key: raw.get(key) for key in (*ATTRIBUTES, "confidence")},
    )
    if entity.confidence is not None and not _probability(entity.confidence):
        raise ValueError(f"confidence is {entity.confidence!r:.60}; it must be a number from 0 to 1")
    _allowed("label", entity.label, LABELS)
    if not 0 <= entity.start < entity.end:
        raise ValueError(f"offsets {_at(entity)} hold no characters; start must be 0 or more and end beyond it")
    if entity.subject is not None:
        _allowed("subject", entity.subject, SUBJECTS)
    if entity.specimen is not None and (entity.label != "Marker" or not _SPECIMEN.fullmatch(entity.specimen)):
        raise ValueError(
            f"specimen {entity.specimen!r} of a {entity.label}; a Marker has one, which is primary, node, metastasis, "
            "metastasis:<site>, recurrence or unstated"
        )
    if entity.status is not None:
        if entity.label not in STATUS:
            raise ValueError(f"a {entity.label} has no status; {', '.join(STATUS)} have")
        _allowed(f"status of a {entity.label}", entity.status, STATUS[entity.label])
    if text is not None:
        _fits(entity, text, "text" in raw)
    return entity


def _probability(value: Any) -> bool:
    return isinstance(value, float | int) and not isinstance(value, bool) and 0 <= value <= 1


def _allowed(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} {value!r} is unknown; allowed are {', '.join(allowed)}")


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
