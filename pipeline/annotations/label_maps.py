"""Another source's labels in terms of ours: a table with a row for each label and relation of that source.

    kind      source      target
    entity    Medication  Drug
    entity    Age         -          left out
    relation  MODIFY      *          whichever kind of ours may join what it joins

Maps that come with the program lie in `sources/`.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from pipeline.annotations.scheme import LABELS, RELATIONS
from pipeline.errors import UsageError

LEFT_OUT, ANY = "-", "*"
_COLUMNS = ("kind", "source", "target")
_SHIPPED = files("pipeline.annotations") / "sources"


@dataclass(frozen=True, slots=True)
class LabelMap:
    """Source label to ours, source relation to ours; a label that is not there is an error."""

    name: str
    entities: dict[str, str]
    relations: dict[str, str]

    @property
    def labels(self) -> frozenset[str]:
        """Those of our labels that the source marks."""
        return frozenset(self.entities.values()) - {LEFT_OUT}

    def apply(self, raw: dict[str, Any]) -> dict[str, Any]:
        """The raw annotation in our labels: what is left out is gone, with the relations that hung on it.

        Two mentions of the same place that fall under one label become one. Raises `ValueError` for a
        label or relation that the map does not name.
        """
        kept: dict[str, dict[str, Any]] = {}
        places: dict[tuple[str, int, int], str] = {}
        names: dict[str, str] = {}
        for entity in raw["entities"]:
            label = self._look(self.entities, "label", entity["label"], f"entity {entity['id']}")
            if label == LEFT_OUT:
                continue
            first = places.setdefault((label, entity["start"], entity["end"]), entity["id"])
            names[entity["id"]] = first
            kept.setdefault(first, entity | {"label": label})
        relations: dict[tuple[str, str, str], None] = {}
        for source, kind, target in raw["relations"]:
            ours = self._look(self.relations, "relation", kind, f"relation {source} {kind} {target}")
            if ours == LEFT_OUT or source not in names or target not in names:
                continue
            a, b = names[source], names[target]
            joined = _joins(ours, kept[a]["label"], kept[b]["label"])
            if joined:
                relations[a, joined, b] = None
        return {"entities": list(kept.values()), "relations": [list(r) for r in relations]}

    def _look(self, table: dict[str, str], what: str, name: str, where: str) -> str:
        target = table.get(name, table.get(ANY))
        if target is None:
            raise ValueError(f"{where}: the label map {self.name} has no {what} {name!r}; add a row, '-' leaves it out")
        return target


def _joins(kind: str, source: str, target: str) -> str | None:
    """The kind itself where it may join the two labels, any that may for `*`, else None."""
    kinds = RELATIONS if kind == ANY else {kind: RELATIONS[kind]}
    return next((name for name, (a, b) in kinds.items() if source in a and target in b), None)


def shipped() -> list[str]:
    """The names of the maps that come with the program."""
    return sorted(p.name.removesuffix(".tsv") for p in _SHIPPED.iterdir() if p.name.endswith(".tsv"))


def read_label_map(name: str) -> LabelMap:
    """The map of that name, or in the file of that path.

    Raises `UsageError` where there is none, or a row of it cannot be meant.
    """
    try:
        content = _SHIPPED.joinpath(f"{name}.tsv").read_text("utf-8") if name in shipped() else Path(name).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--labels {name}: no label map; give a file, or one of {', '.join(shipped())}") from error
    rows = csv.DictReader(content.splitlines(), delimiter="\t")
    if any(column not in (rows.fieldnames or ()) for column in _COLUMNS):
        raise UsageError(f"--labels {name}: the first line must name the columns {', '.join(_COLUMNS)}, by tabs")
    tables: dict[str, dict[str, str]] = {"entity": {}, "relation": {}}
    ours = {"entity": (*LABELS, LEFT_OUT), "relation": (*RELATIONS, ANY, LEFT_OUT)}
    for number, row in enumerate(rows, 2):
        kind, source, target = (row[column] or "" for column in _COLUMNS)
        if kind not in tables:
            raise UsageError(f"--labels {name} line {number}: kind {kind!r} is neither entity nor relation")
        if target not in ours[kind]:
            raise UsageError(
                f"--labels {name} line {number}: target {target!r} is unknown; allowed are {', '.join(ours[kind])}"
            )
        if source in tables[kind]:
            raise UsageError(f"--labels {name} line {number}: {kind} {source!r} has a row already")
        tables[kind][source] = target
    return LabelMap(name, tables["entity"], tables["relation"])
