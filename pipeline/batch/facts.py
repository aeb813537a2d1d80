"""An annotation as facts: one row a fact, which a table, a registry or a statistician can take.

| slot | name | value |
| --- | --- | --- |
| `receptor` | the marker | its result; empty for `triple-negative`, which says it itself |
| `stage` | `TNM` or `group` | the stage |
| `drug` | the generic name | the same |
| `radiotherapy` | `radiotherapy` | the target, empty where not said |
| `dose` | the drug, or `radiotherapy` | the amount, its unit in `unit` |
| `fractions`, `cycles` | the same | the number |
| `frequency` | the same | as written |
| `duration` | the same | ISO 8601 duration |
| `site` | the site | its ICD-O-3 topography code, empty where it has none |
| `date` | `calendar` or `relative` | ISO 8601 |

and of records besides `case`, `surgery`, `subtype`, `nodes`, `intent`, `line`, `response`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from pipeline.batch.record_facts import Item, fact_id, with_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pandas import DataFrame

Row = dict[str, Any]

COLUMNS = (
    "doc_id",
    "case_id",
    "slot",
    "name",
    "value",
    "unit",
    "status",
    "subject",
    "specimen",
    "date",
    "start",
    "end",
    "text",
    "confidence",
    "rule",
    "sentence",
    "fact_id",
)
"""The columns in order. `start` and `end` (int) count code points, `confidence` (float) lies in 0..1; all
others are strings, empty where nothing is said. `sentence` is the sentence's place, as `120-245`; `fact_id` is made
of document, slot, place and value."""

_SCHEDULE = (("FrequencyOf", "frequency"), ("CyclesOf", "cycles"), ("DurationOf", "duration"))
_DOSE = re.compile(r"(?:(?P<auc>AUC) )?(?P<amount>\S+)(?: (?P<unit>.*?)(?:/(?P<fractions>\d+))?)?")


def rows(annotation: Mapping[str, Any], text: str, record: Item | list[Item] | None = None) -> list[Row]:
    """The facts of one annotation in order of place, each a mapping with the keys `COLUMNS`.

    With the `record` of the text the patient's facts are those of the record: see `record_facts`.

    `text` is the document's; attributes that the annotation leaves out are empty. A row made of two
    mentions (a result and its marker, a dose and its drug) reaches from the first character of both to
    the last where they share a sentence; else it has the place of the mention that gives the value. Its
    confidence is the smaller one.
    """
    document = _Document(annotation, text)
    found = [row for entity in annotation["entities"] for row in _facts(document, entity)]
    if record is not None:
        found = with_records(found, record if isinstance(record, list) else [record], document.id, text)
    return sorted((row | {"fact_id": fact_id(row)} for row in found), key=_order)


def frame(rows: Iterable[Row]) -> DataFrame:
    """A table of shape (facts, `len(COLUMNS)`), sorted: the same facts in any order give the same table."""
    import pandas as pd

    types = dict.fromkeys(COLUMNS, "str") | {"start": "int64", "end": "int64", "confidence": "float64"}
    ordered: list[Row] = sorted(rows, key=_order)
    return pd.DataFrame(ordered, columns=list(COLUMNS)).astype(types)


def _order(row: Row) -> tuple[Any, ...]:
    return row["doc_id"], row["start"], row["end"], *(str(row[column]) for column in COLUMNS)


class _Document:
    """An annotation whose relations can be followed from their target."""

    def __init__(self, annotation: Mapping[str, Any], text: str) -> None:
        self.id: str = annotation["id"]
        self.text = text
        entities = {entity["id"]: entity for entity in annotation["entities"]}
        self._parts: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for source, kind, target in annotation["relations"]:
            self._parts[target, kind].append(entities[source])

    def parts(self, entity: Row, kind: str) -> list[Row]:
        """The entities that stand in the relation `kind` to this one, in order of place."""
        return self._parts.get((entity["id"], kind), [])

    def date(self, entity: Row) -> str:
        """The date of an entity: a calendar date before a relative one, the first in the text before others."""
        dates = sorted(self.parts(entity, "DateOf"), key=lambda d: (d["label"] != "Date", d["start"]))
        return dates[0]["norm"] if dates else ""

    def row(self, slot: str, about: Row, name: str, value: str, unit: str = "", part: Row | None = None) -> Row:
        """A fact said of the entity `about`, whose value another entity, `part`, may give."""
        given = part or about
        joined = [about, given] if about["sentence"] == given["sentence"] else [given]
        start, end = min(e["start"] for e in joined), max(e["end"] for e in joined)
        return {
            "doc_id": self.id,
            "case_id": f"{self.id}#{about['case']}" if about.get("case") else self.id,
            "slot": slot,
            "name": name,
            "value": value,
            "unit": unit,
            "status": about.get("status", ""),
            "subject": about.get("subject", ""),
            "specimen": about.get("specimen", ""),
            "date": self.date(about),
            "start": start,
            "end": end,
            "text": self.text[start:end],
            "confidence": min(about["confidence"], given["confidence"]),
            "rule": about["rule"] if given is about else f"{about['rule']} + {given['rule']}",
            "sentence": "{}-{}".format(*given["sentence"]),
        }


def _facts(document: _Document, entity: Row) -> Iterator[Row]:
    norm = entity["norm"]
    match entity["label"]:
        case "Marker":
            results = document.parts(entity, "ResultOf")
            yield from (document.row("receptor", entity, norm, r["norm"], part=r) for r in results)
            if norm == "triple-negative" and not results:
                yield document.row("receptor", entity, norm, "")
        case "Stage":
            yield document.row("stage", entity, "TNM" if set("TNM") & set(norm) else "group", norm)
        case "Drug":
            yield document.row("drug", entity, norm, norm)
            yield from _regimen(document, entity, norm)
        case "Radiotherapy":
            yield document.row("radiotherapy", entity, "radiotherapy", norm)
            yield from _regimen(document, entity, "radiotherapy")
        case "Site":
            yield document.row("site", entity, norm, entity.get("icdo3", ""))
        case "Date" | "RelativeDate":
            yield document.row("date", entity, "calendar" if entity["label"] == "Date" else "relative", norm)


def _regimen(document: _Document, treatment: Row, name: str) -> Iterator[Row]:
    """How much of a treatment was given, how often and for how long."""
    for dose in document.parts(treatment, "DoseOf"):
        amount, unit, fractions = _dose(dose["norm"])
        yield document.row("dose", treatment, name, amount, unit, dose)
        if fractions:
            yield document.row("fractions", treatment, name, fractions, part=dose)
    for kind, slot in _SCHEDULE:
        for part in document.parts(treatment, kind):
            yield document.row(slot, treatment, name, part["norm"], part=part)


def _dose(norm: str) -> tuple[str, str, str]:
    """Amount, unit and fractions of a dose's norm: `75 mg/m2`, `AUC 5`, `50 Gy/25`."""
    found = _DOSE.fullmatch(norm)
    if found is None:
        return norm, "", ""
    return found["amount"], found["auc"] or found["unit"] or "", found["fractions"] or ""
