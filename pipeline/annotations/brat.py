"""brat standoff: lines of entities, relations, attributes and notes beside a text, by the library bioc.

    T1   Drug 10 19   letrozole       an entity, offsets in code points, half-open
    A1   status T1 given              subject and status are attributes
    #1   norm T1      letrozole       norm, specimen and case, which are free text, are notes
    R1   DoseOf Arg1:T2 Arg2:T1       a relation

Read besides: events, each as the entity that triggers it, and mentions in several pieces, as the stretch
from first to last. The format is described in the manual of brat, page 'standoff'.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipeline.annotations.scheme import ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from bioc.brat import BratEntity

    from pipeline.annotations.scheme import Annotated

# A line of standoff has no room for line breaks and tabs; brat writes a blank for them.
_BLANK = re.compile(r"[\n\r\t]")
_AS_ATTRIBUTE = ("subject", "status")
_AS_NOTE = ("norm", "specimen", "case")


def read_brat(content: str, text: str | None, foreign: bool = False) -> dict[str, Any]:
    """The raw annotation that standoff lines stand for, in the JSON shape of the guidelines.

    `foreign` lines may hold attributes and notes that are none of ours, which are then left out.
    Raises `ValueError`, naming the line, for one that is no standoff.
    """
    entities: dict[str, dict[str, Any]] = {}
    relations: list[tuple[str, str, str]] = []
    triggers: dict[str, str] = {}
    said: list[tuple[str, str, str, str]] = []
    for number, line in enumerate(content.split("\n"), 1):
        if not line.strip():
            continue
        try:
            match line[0]:
                case "T":
                    entity = _entity(line, text)
                    if entity["id"] in entities:
                        raise ValueError(f"another entity has the id {entity['id']}; ids are given once")
                    entities[entity["id"]] = entity
                case "R":
                    relations.append(_relation(line))
                case "E":
                    name, trigger = _event(line)
                    triggers[name] = trigger
                case "A" | "M" | "#":
                    said += [(line.split("\t")[0], *part) for part in _said(line, foreign)]
                case "*" | "N":
                    pass  # equivalences and links to a vocabulary say nothing that is scored
                case _:
                    raise ValueError("lines begin with T, R, E, A, M, N, * or #")
        except ValueError as error:
            raise ValueError(f"line {number}: {error}: {line[:80]!r}") from error
    for name, target, key, value in said:
        target = triggers.get(target, target)
        if target in entities:
            stated = entities[target].setdefault(key, value)
            if stated != value:
                raise ValueError(f"{name}: {target} has the {key} {stated!r} already")
        elif not foreign:
            raise ValueError(f"{name}: there is no entity {target}")
    ends = [(triggers.get(a, a), kind, triggers.get(b, b)) for a, kind, b in relations]
    return {"entities": list(entities.values()), "relations": [list(relation) for relation in ends]}


def write_brat(annotated: Annotated) -> str:
    """The standoff lines of an annotation; `read_brat` gives it back, with ids T1, T2 … in order of place."""
    from bioc.brat import BratAttribute, BratDocument, BratEntity, BratNote, BratRelation, dumps_ann

    document = BratDocument()
    names = {entity.id: f"T{number}" for number, entity in enumerate(annotated.entities, 1)}
    attributes, notes = 0, 0
    for entity in annotated.entities:
        found = BratEntity()
        found.id, found.type, found.text = names[entity.id], entity.label, _BLANK.sub(" ", entity.text)
        found.add_span(entity.start, entity.end)
        document.add_annotation(found)
        for key in (*_AS_ATTRIBUTE, *_AS_NOTE):
            value = getattr(entity, key)
            if not value:
                continue
            if key in _AS_ATTRIBUTE:
                attributes += 1
                attribute = BratAttribute()
                attribute.id, attribute.type, attribute.refid = f"A{attributes}", key, found.id
                attribute.add_attribute(value)
                document.add_annotation(attribute)
            else:
                notes += 1
                note = BratNote()
                note.id, note.type, note.refid, note.text = f"#{notes}", key, found.id, value
                document.add_annotation(note)
    for number, (source, kind, target) in enumerate(annotated.relations, 1):
        relation = BratRelation()
        relation.id, relation.type = f"R{number}", kind
        relation.add_argument("Arg1", names[source])
        relation.add_argument("Arg2", names[target])
        document.add_annotation(relation)
    return str(dumps_ann(document))


def _entity(line: str, text: str | None) -> dict[str, Any]:
    from bioc.brat.decoder import loads_brat_entity

    found: BratEntity = _parsed(loads_brat_entity, line)
    pieces = sorted((piece.begin, piece.end) for piece in found.locations)
    start, end = pieces[0][0], max(piece[1] for piece in pieces)
    entity = {"id": found.id, "label": found.type, "start": start, "end": end}
    if text is None:
        return entity | {"text": found.text}
    if end > len(text):
        raise ValueError(f"{found.id} goes past the end of the text, which has {len(text)} characters")
    # brat writes a line break inside a mention as a blank, and joins pieces by one.
    surface = " ".join(text[piece[0] : piece[1]] for piece in pieces)
    if surface.split() != found.text.split():
        raise ValueError(f"{found.id}: the text there is {surface!r}; offsets count code points of the text file")
    return entity | {"text": text[start:end]}


def _relation(line: str) -> tuple[str, str, str]:
    from bioc.brat.decoder import loads_brat_relation

    found = _parsed(loads_brat_relation, line)
    if set(found.arguments) != {"Arg1", "Arg2"}:
        raise ValueError("a relation has two arguments, Arg1:… and Arg2:…")
    return found.arguments["Arg1"], found.type, found.arguments["Arg2"]


def _event(line: str) -> tuple[str, str]:
    from bioc.brat.decoder import loads_brat_event

    found = _parsed(loads_brat_event, line)
    return found.id, found.trigger_id


def _said(line: str, foreign: bool) -> list[tuple[str, str, str]]:
    """What an attribute or a note says: of which entity, which key, which value."""
    from bioc.brat.decoder import loads_brat_attribute, loads_brat_note

    if line[0] == "#":
        note = _parsed(loads_brat_note, line)
        # A note of an annotator's, and one on a relation, is a remark and says nothing that is scored.
        return [(note.refid, note.type, note.text)] if note.type in _AS_NOTE else []
    attribute = _parsed(loads_brat_attribute, line)
    values = sorted(attribute.attributes)
    if attribute.type in ATTRIBUTES and len(values) == 1:
        return [(attribute.refid, attribute.type, values[0])]
    if foreign:
        return []
    raise ValueError(f"an attribute is one of {', '.join(_AS_ATTRIBUTE)} with one value; a label map leaves others out")


def _parsed(parse: Callable[[str], Any], line: str) -> Any:
    """What bioc makes of a line; it tells a bad one by an assertion, or trips over it."""
    try:
        return parse(line.rstrip())
    except (AssertionError, IndexError, ValueError) as error:
        raise ValueError("is no line of standoff") from error
