"""Marked-up text: gold annotations written inline, for tests and for corpus authors.

    She took [[letrozole|Drug=letrozole|id=d]] [[2.5 mg|Dose=2.5 mg|DoseOf>d]] daily.

A mark is ``[[surface|Label=norm|...]]``; the surface may hold further marks. After the label
stand, in any order, ``id=x``, an attribute (``subject=``, ``case=``, ``specimen=``, ``status=``)
or a relation ``Kind>x`` to a mark with that id. Whatever is not understood is an error, so that
no marked sentence can pass because its mark was misspelt.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LABELS = {
    "Marker", "Result", "Stage", "Drug", "Dose", "Frequency", "Cycles", "Duration",
    "Radiotherapy", "Date", "RelativeDate", "Site",
}  # fmt: skip
RELATIONS = {
    "ResultOf": ({"Result"}, {"Marker"}),
    "DoseOf": ({"Dose"}, {"Drug", "Radiotherapy"}),
    "FrequencyOf": ({"Frequency"}, {"Drug", "Radiotherapy"}),
    "CyclesOf": ({"Cycles"}, {"Drug", "Radiotherapy"}),
    "DurationOf": ({"Duration"}, {"Drug", "Radiotherapy"}),
    "DateOf": ({"Date", "RelativeDate"}, {"Drug", "Radiotherapy", "Site", "Marker", "Stage"}),
}
SUBJECT_LABELS = {"Marker", "Stage", "Drug", "Radiotherapy", "Site", "Date", "RelativeDate"}
STATUS = {
    "Drug": {"given", "planned", "considered", "declined", "not_given", "allergy"},
    "Site": {"present", "absent", "possible", "resolved"},
    "Stage": {"planned", "possible"},
    "Marker": {"planned", "possible"},
}
STATUS["Radiotherapy"] = STATUS["Drug"]
SUBJECTS = {"patient", "other", "general", "family"}
DEFAULT_STATUS = {"Drug": "given", "Radiotherapy": "given", "Site": "present"}
_EDGE = re.compile(r"\[\[|\]\]")


class MarkupError(ValueError):
    """The marked-up text breaks the rules; the message holds the mark."""


@dataclass
class Marked:
    """The plain text and what was marked in it (dicts in the shape of the annotation JSON)."""

    text: str
    entities: list[dict[str, Any]] = field(default_factory=list)
    relations: list[list[str]] = field(default_factory=list)


def _entity(mark: str, fields: list[str], start: int, surface: str) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    label, equals, norm = fields[0].partition("=")
    if label not in LABELS or not equals:
        raise MarkupError(f"no known Label=norm in {mark!r}")
    if not norm and label != "Radiotherapy":
        raise MarkupError(f"{label} without a norm in {mark!r}")
    if not surface or surface != surface.strip():
        raise MarkupError(f"blank at the edge of the surface in {mark!r}")
    entity: dict[str, Any] = {
        "label": label,
        "start": start,
        "end": start + len(surface),
        "text": surface,
        "norm": norm,
    }
    if label in SUBJECT_LABELS:
        entity["subject"] = "patient"
    if label in DEFAULT_STATUS:
        entity["status"] = DEFAULT_STATUS[label]
    if label == "Marker":
        entity["specimen"] = "unstated"
    relations = []
    for part in fields[1:]:
        if ">" in part and "=" not in part:
            kind, _, target = part.partition(">")
            if kind not in RELATIONS or label not in RELATIONS[kind][0]:
                raise MarkupError(f"{kind!r} is no relation of {label} in {mark!r}")
            relations.append((kind, target))
            continue
        key, equals, value = part.partition("=")
        allowed = {
            "id": bool(value),
            "subject": label in SUBJECT_LABELS and value in SUBJECTS,
            "case": label in SUBJECT_LABELS and bool(value),
            "specimen": label == "Marker" and bool(value),
            "status": value in STATUS.get(label, ()),
        }
        if not equals or not allowed.get(key):
            raise MarkupError(f"{part!r} is not allowed on {label} in {mark!r}")
        entity[key] = value
    return entity, relations


def parse(marked: str) -> Marked:
    """The text without its marks, the entities in order of place, and the relations."""
    out: list[str] = []
    length = 0
    stack: list[tuple[int, int, int]] = []  # place in the marked text, in the plain text, in `out`
    found: list[tuple[dict[str, Any], list[tuple[str, str]]]] = []
    position = 0
    while position < len(marked):
        edge = _EDGE.search(marked, position)
        bar = marked.find("|", position, edge.start() if edge else len(marked)) if stack else -1
        if bar >= 0:  # the end of a surface: fields follow up to ]]
            close = marked.find("]]", bar)
            if close < 0 or "[[" in marked[bar:close]:
                raise MarkupError(f"mark not closed: {marked[stack[-1][0] : bar + 20]!r}")
            out.append(marked[position:bar])
            length += bar - position
            begin, start, pieces = stack.pop()
            surface = "".join(out[pieces:])
            found.append(_entity(marked[begin : close + 2], marked[bar + 1 : close].split("|"), start, surface))
            position = close + 2
            continue
        stop = edge.start() if edge else len(marked)
        out.append(marked[position:stop])
        length += stop - position
        if edge is None:
            break
        if edge.group() == "]]":
            raise MarkupError(f"']]' closes nothing near {marked[max(0, stop - 30) : stop + 2]!r}")
        stack.append((stop, length, len(out)))
        position = edge.end()
    if stack:
        raise MarkupError(f"mark not closed: {marked[stack[-1][0] : stack[-1][0] + 40]!r}")
    return _linked("".join(out), found)


def _linked(text: str, found: list[tuple[dict[str, Any], list[tuple[str, str]]]]) -> Marked:
    found = sorted(found, key=lambda pair: (pair[0]["start"], -pair[0]["end"]))
    names: dict[str, dict[str, Any]] = {}
    for number, (entity, _) in enumerate(found, 1):
        name = entity.pop("id", None)
        entity["id"] = f"e{number}"
        if name is not None and names.setdefault(name, entity) is not entity:
            raise MarkupError(f"the id {name!r} is used twice")
    relations = []
    for entity, links in found:
        for kind, target in links:
            if target not in names:
                raise MarkupError(f"{kind}>{target} points at no id")
            if names[target]["label"] not in RELATIONS[kind][1]:
                raise MarkupError(f"{kind}>{target} points at a {names[target]['label']}")
            relations.append([entity["id"], kind, names[target]["id"]])
    return Marked(text, [dict(sorted(e.items())) for e, _ in found], relations)


def main() -> None:
    """``python markup.py MARKED_FILE TEXT_DIR ANNOTATION_DIR``: write <id>.txt and <id>.json."""
    source, texts, annotations = map(Path, sys.argv[1:4])
    marked = parse(source.read_text(encoding="utf-8"))
    (texts / f"{source.stem}.txt").write_text(marked.text, encoding="utf-8")
    gold = {"id": source.stem, "entities": marked.entities, "relations": marked.relations}
    (annotations / f"{source.stem}.json").write_text(
        json.dumps(gold, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    print(f"{source.stem}: {len(marked.entities)} entities, {len(marked.relations)} relations")


if __name__ == "__main__":
    main()
