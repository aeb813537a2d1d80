"""A whole article's record against its gold record: each value that is wrong, missing, or beyond the gold.

The gold is `record.json` in the layout whose values are prose (that of `gold/seed`). Sections are compared by
`pipeline.scoring.patient`, operations and the cells of the literature table here: gold names several operations in one
object, and tells cells in its own words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spacy.language import Language

from pipeline.patient.build import records
from pipeline.patient.intervals import Interval
from pipeline.scoring.patient import compared, date_credit
from pipeline.scoring.patient_layouts import read_record

Item = dict[str, Any]

MARKERS = ("ER", "PR", "HER2", "Ki-67")
_FIELDS = ("reference", "year", "age", "sex", "histology", "subtype", "treatments", "outcome")
_ALIASES = {"treatment": "treatments"}
_NOT_CELLS = frozenset({"row", "note"})
_NOTHING = re.compile(r"(?:no|none|nil|unknown|[/–—-]|not reported)?", re.I)
_DATE = re.compile(r"\d{4}(?:-\d\d){0,2}")
_FILLERS = frozenset("a an and by for in of on or the to with metastasis metastases after before fx x".split())
_SAME = {
    "radiotherapy": "rt", "radiation": "rt", "1l": "first", "2l": "second", "line": "", "bony": "bone",
    "multiple": "", "numerous": "", "nodal": "node", "nodes": "node", "lymph": "", "pulmonary": "lung", "lungs": "lung",
    "calvarial": "skull", "yes": "yes", "w": "f", "female": "f", "male": "m", "woman": "f", "man": "m",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Value:
    """One value: what the gold has and what was found, None where a side has none."""

    part: str
    item: str
    key: str
    gold: Any
    pred: Any
    credit: float

    @property
    def verdict(self) -> str:
        if self.credit == 1:
            return "right"
        if self.gold is None:
            return "beyond the gold"
        if self.pred is None:
            return "missing"
        return "less precise" if self.credit else "wrong"


class Article:
    """The text of a folder (`*.txt`, `record.json`), its gold and what the pipeline makes of it."""

    def __init__(self, nlp: Language, folder: Path) -> None:
        (path,) = folder.glob("*.txt")
        self.text = path.read_text(encoding="utf-8")
        self.prose: Item = json.loads((folder / "record.json").read_text(encoding="utf-8"))
        (self.gold,) = read_record(folder / "record.json", self.text)
        doc = nlp(self.text)
        self.layout = doc._.layout
        (found,) = records(doc, self.text)
        self.pred: Item = found.model_dump()

    def values(self) -> list[Value]:
        """All values, those of the literature table as cells."""
        gold, pred = ({**side, "literature_cases": []} for side in (self.gold, self.pred))
        gold["treatments"], pred["treatments"] = (
            [item for item in side["treatments"] if item["kind"] != "surgery"] for side in (gold, pred)
        )
        found = [Value(*self._noted(one)) for one in compared([gold], [pred])]
        return [*found, *self._operations(), *self.cells()]

    def _noted(self, one: Any) -> tuple[Any, ...]:
        """A date of a site that the gold's own remark names is as right as the one that it settles for; one that
        goes beyond the gold's and may still be true is less precise, not wrong."""
        credit = one.credit
        if one.key in ("date", "start", "end") and one.gold and one.pred and not credit:
            ours, theirs = (Interval.parse(date) for date in (one.gold, one.pred))
            if ours and theirs:
                (low, high), (first, last) = ours.bounds(), theirs.bounds()
                credit = 0.5 if low <= last and first <= high else 0.0
        if (one.part, one.key) == ("metastases", "date") and one.gold and one.pred and credit < 1:
            notes = [m["date_note"] for m in self.prose["metastases"] if m["site"].startswith(one.item)]
            dates = [found for note in notes for found in _DATE.findall(note)]
            credit = max([credit, *(date_credit(date, one.pred) for date in dates)])
        return one.part, one.item, one.key, one.gold, one.pred, credit

    def _operations(self) -> Iterator[Value]:
        """Each operation that was found is looked for by its words in those of the gold."""
        golden = [item for item in self.gold["treatments"] if item["kind"] == "surgery"]
        found = [item for item in self.pred["treatments"] if item["kind"] == "surgery"]
        names: dict[int, list[Item]] = {number: [] for number in range(len(golden))}
        for item in found:
            words = set(item["name"].lower().split())
            at = next((n for n, gold in enumerate(golden) if words <= set(gold["name"].lower().split())), None)
            if at is None:
                yield Value("treatments", item["name"], "name", None, item["name"], 0)
            else:
                names[at].append(item)
        for number, gold in enumerate(golden):
            pred = names[number][0] if names[number] else {}
            yield Value("treatments", gold["name"], "name", gold["name"], pred.get("name"), float(bool(pred)))
            for key in ("start", "end", "status"):
                credit = (
                    date_credit(gold[key], pred[key]) if pred and gold[key] and pred[key] and key != "status" else 0
                )
                credit = credit or float(bool(pred) and gold[key] == pred[key])
                yield Value("treatments", gold["name"], key, gold[key], pred.get(key), credit)

    def cells(self) -> list[Value]:
        """The cells of the literature table that the gold states or says to be empty, row by row."""
        golden = self.prose["literature_cases"]
        rows = [case for case in self.pred["literature_cases"] if self._in_table(case)]
        rows += [{}] * (len(golden) - len(rows))
        columns = {name for case in rows for name in case.get("other", {})}
        made = []
        for number, (gold, pred) in enumerate(zip(golden, rows, strict=False), 1):
            for key, value in gold.items():
                if key not in _NOT_CELLS:
                    cell = _cell(pred, key, columns)
                    made.append(Value("table", f"row {number}", key, value, cell, _same(value, cell)))
        made += [
            Value("table", f"row {n}", "row", None, "a row more", 0)
            for n in range(len(golden) + 1, len(rows) + 1)
        ]  # fmt: skip
        return made

    def _in_table(self, case: Item) -> bool:
        return self.layout.section(case["evidence"][0]["start"]).kind == "table"

    def markers(self) -> list[bool]:
        """Of each marker of each gold panel whether all that is stated of it is right."""
        right = []
        values = [value for value in self.values() if value.part == "receptor_panels"]
        for panel in self.gold["receptor_panels"]:
            for marker in panel["results"]:
                own = [v for v in values if v.item == panel["specimen"] and v.key.startswith(f"{marker}.")]
                right.append(bool(own) and all(v.verdict in ("right", "beyond the gold") for v in own))
        return right

    def contradictions(self) -> tuple[list[str], list[str]]:
        """The gold's contradictions that were found, and what was named that is none of them."""
        taken: dict[int, str] = {}
        false = []
        for pred in self.pred["contradictions"]:
            shared = {n: self._shared(gold, pred) for n, gold in enumerate(self.prose["contradictions"])}
            told = _words(pred["what"])
            likeness = {n: (shared[n], len(told & _words(self.prose["contradictions"][n]["what"]))) for n in shared}
            best = max((n for n in shared if n not in taken), key=lambda n: likeness[n], default=None)
            if best is None or not shared[best]:
                false.append(pred["what"])
            else:
                taken[best] = self.prose["contradictions"][best]["what"]
        return [taken[n] for n in sorted(taken)], false

    def _shared(self, gold: Item, pred: Item) -> int:
        """How many of the gold's quotations lie where the other cites."""
        spans = [(at, at + len(quote)) for quote in gold["evidence"] if (at := self.text.find(quote)) >= 0]
        return sum(any(a < e["end"] and e["start"] < b for e in pred["evidence"]) for a, b in spans)


def _cell(case: Item, key: str, columns: set[str]) -> Any:
    """What the row has for a gold key: a field of the model, else the column whose name is most like the key."""
    field = _ALIASES.get(key, key)
    if field in _FIELDS:
        return case.get(field) or None
    words = set(key.split("_"))
    names = {name: set(re.findall(r"\w+", name.lower())) for name in sorted(columns)}
    best = max(names, key=lambda name: len(words & names[name]) / len(words | names[name]), default=None)
    return case.get("other", {}).get(best) if best and words & names[best] else None


def _same(gold: Any, pred: Any) -> float:
    """Whether a cell says what the gold does: half of its words, remarks in brackets aside; empty is empty."""
    ours, theirs = _words(gold), _words(pred)
    if not ours or not theirs:
        return float(not ours and not theirs)
    return float(2 * len(ours & theirs) >= len(ours))


def _words(value: Any) -> set[str]:
    said = " ; ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    if _NOTHING.fullmatch(said.strip().rstrip(".")):
        return set()
    words = re.findall(r"[\w%]+", re.sub(r"\([^)]*\)", " ", said).lower() or said.lower())
    return {_SAME.get(word, word) for word in words if word not in _FILLERS} - {""}
