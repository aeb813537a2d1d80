"""Another source's labels in terms of ours: a table with a row for each label and relation of that source.

    kind      source      target  except
    entity    Medication  Drug    generic   but where every word is generic: 'chemotherapy', 'an antibiotic'
    entity    Dosage      Dose    (?!.*\\d).*  but where this pattern fits the words whole
    entity    Chemical    ?Drug             may be a Drug: left out in scoring, and no counter-example in training
    entity    Age         -                 left out
    relation  MODIFY      *                 whichever kind of ours may join what it joins

`except` may be missing. Maps that come with the program, and the generic words, lie in `sources/`.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.annotations.scheme import LABELS, RELATIONS
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

LEFT_OUT, ANY, GENERIC, UNSURE = "-", "*", "generic", "?"
_COLUMNS = ("kind", "source", "target")
_SHIPPED = files("pipeline.annotations") / "sources"
_WORDS = "generic_words"
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class LabelMap:
    """Source label to ours, source relation to ours; a label that is not there is an error.

    `exceptions` says by source label of which words a mention is left out all the same.
    """

    name: str
    entities: dict[str, str]
    relations: dict[str, str]
    exceptions: dict[str, Callable[[str], bool]] = field(default_factory=dict)

    @property
    def labels(self) -> frozenset[str]:
        """Those of our labels that the source marks, or may mark."""
        return frozenset(target.removeprefix(UNSURE) for target in self.entities.values()) - {LEFT_OUT}

    def apply(self, raw: dict[str, Any]) -> dict[str, Any]:
        """The raw annotation in our labels: what is left out is gone, with the relations that hung on it.

        Two mentions of the same place that fall under one label become one. Raises `ValueError` for a
        label or relation that the map does not name.
        """
        kept: dict[str, dict[str, Any]] = {}
        places: dict[tuple[str, int, int], str] = {}
        names: dict[str, str] = {}
        known: set[str] = set()
        for entity in raw["entities"]:
            if entity["id"] in known:
                raise ValueError(f"entity {entity['id']}: another entity has this id; ids are given once")
            known.add(entity["id"])
            label = self._look(self.entities, "label", entity["label"], f"entity {entity['id']}")
            if label == LEFT_OUT or label.startswith(UNSURE) or self.excepts(entity):
                continue
            first = places.setdefault((label, entity["start"], entity["end"]), entity["id"])
            names[entity["id"]] = first
            kept.setdefault(first, entity | {"label": label})
        relations: dict[tuple[str, str, str], None] = {}
        for source, kind, target in raw["relations"]:
            ours = self._look(self.relations, "relation", kind, f"relation {source} {kind} {target}")
            for end in (source, target):
                if end not in known:
                    raise ValueError(f"relation {source} {kind} {target}: there is no entity {end}")
            if ours == LEFT_OUT or source not in names or target not in names:
                continue
            a, b = names[source], names[target]
            labels = kept[a]["label"], kept[b]["label"]
            joined = _joins(ours, *labels)
            if joined is None and ours != ANY:
                raise ValueError(f"relation {source} {kind} {target}: a {ours} does not join {' and '.join(labels)}")
            if joined:
                relations[a, joined, b] = None
        return {"entities": list(kept.values()), "relations": [list(r) for r in relations]}

    def unsure(self, raw: dict[str, Any]) -> list[dict[str, Any]]:
        """The mentions of the raw annotation that may be ours, under our label."""
        found = ((self.entities.get(entity["label"], LEFT_OUT), entity) for entity in raw["entities"])
        return [entity | {"label": label[1:]} for label, entity in found if label.startswith(UNSURE)]

    def excepts(self, entity: dict[str, Any]) -> bool:
        """Whether a mention, under its source label, is one that ours do not mark."""
        excepted = self.exceptions.get(entity["label"])
        return excepted is not None and excepted(entity.get("text", ""))

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
    found = (p.name.removesuffix(".tsv") for p in _SHIPPED.iterdir() if p.name.endswith(".tsv"))
    return sorted(name for name in found if name != _WORDS)


def is_generic(words: str) -> bool:
    """Whether words name a class of medicine and none in particular: each of them is generic."""
    found = _WORD.findall(words.lower())
    return bool(found) and all(word in _generic_words() for word in found)


@cache
def _generic_words() -> frozenset[str]:
    lines = _SHIPPED.joinpath(f"{_WORDS}.tsv").read_text("utf-8").splitlines()
    return frozenset(row["word"] for row in csv.DictReader(lines, delimiter="\t"))


def read_label_map(name: str) -> LabelMap:
    """The map of that name, or in the file of that path.

    Raises `UsageError` where there is none, or a row of it cannot be meant.
    """
    try:
        path = _SHIPPED.joinpath(f"{name}.tsv") if name in shipped() else Path(name)
        content = path.read_text(encoding="utf-8").removeprefix("\ufeff")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--labels {name}: no label map; give a file, or one of {', '.join(shipped())}") from error
    rows = csv.DictReader(content.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    if any(column not in (rows.fieldnames or ()) for column in _COLUMNS):
        raise UsageError(f"--labels {name}: the first line must name the columns {', '.join(_COLUMNS)}, by tabs")
    tables: dict[str, dict[str, str]] = {"entity": {}, "relation": {}}
    exceptions: dict[str, Callable[[str], bool]] = {}
    ours = {
        "entity": (*LABELS, *(UNSURE + label for label in LABELS), LEFT_OUT),
        "relation": (*RELATIONS, ANY, LEFT_OUT),
    }
    for number, row in enumerate(rows, 2):
        kind, source, target = ((row[column] or "").strip() for column in _COLUMNS)
        if kind not in tables:
            raise UsageError(f"--labels {name} line {number}: kind {kind!r} is neither entity nor relation")
        if target not in ours[kind]:
            raise UsageError(
                f"--labels {name} line {number}: target {target!r} is unknown; allowed are {', '.join(ours[kind])}"
            )
        if source in tables[kind]:
            raise UsageError(f"--labels {name} line {number}: {kind} {source!r} has a row already")
        tables[kind][source] = target
        if row.get("except"):
            exceptions[source] = _exception(row["except"], f"--labels {name} line {number}")
    return LabelMap(name, tables["entity"], tables["relation"], exceptions)


def _exception(stated: str, where: str) -> Callable[[str], bool]:
    if stated == GENERIC:
        return is_generic
    try:
        pattern = re.compile(stated, re.IGNORECASE | re.DOTALL)
    except re.error as error:
        raise UsageError(f"{where}: {stated!r} is neither {GENERIC!r} nor a pattern ({error})") from error
    return lambda words: pattern.fullmatch(words) is not None
