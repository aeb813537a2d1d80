"""Facts of a patient record: one row a fact, however often the text says it.

Receptors, stages, treatments and sites of a patient come from the record where there is one, besides `case`
(sex, age_at_diagnosis, primary_site, quadrant, laterality, histology, morphology, grade), `surgery` and `outcome`. Rows
of mentions stay where the record does not cite them and has no such fact: other people's, general ones, dates.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Row = dict[str, Any]
Item = dict[str, Any]

_CASE = ("sex", "age_at_diagnosis", "primary_site", "quadrant", "laterality", "histology", "morphology", "grade")
_RESULT = ("status", "percent", "score", "ish")
_COURSE = ("frequency", "cycles", "duration")
_DOSE = re.compile(r"(?:(?P<auc>AUC) )?(?P<amount>\S+)(?: (?P<unit>.*?)(?:/(?P<fractions>\d+))?)?")
_OF_RECORD = frozenset({"receptor", "stage", "drug", "radiotherapy", "dose", "fractions", *_COURSE, "site"})
_ID = ("doc_id", "case_id", "slot", "name", "start", "end", "value", "unit")


def fact_id(row: Mapping[str, Any]) -> str:
    """16 hex digits of document, slot, span and value: the same fact at the same place has the same id in every run."""
    return hashlib.sha256("\0".join(str(row[key]) for key in _ID).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def with_records(mentioned: Iterable[Row], patients: Sequence[Item], doc_id: str, text: str) -> list[Row]:
    """The facts of the records, and the rows of mentions that say something else."""
    told: list[Row] = []
    for patient in patients:
        case_id = f"{doc_id}#{patient['case_id']}" if patient.get("case_id") else doc_id
        told += _unique(_facts(_Source(doc_id, case_id, text), patient))
    cited = {(row["slot"], row["case_id"], row["name"], row["value"]) for row in told}
    places = _places(patients)

    def is_told(row: Row) -> bool:
        if row["subject"] != "patient" or row["slot"] not in _OF_RECORD:
            return False
        same = (row["slot"], row["case_id"], row["name"], row["value"]) in cited
        return same or _is_cited(row["start"], row["end"], places)

    return told + [row for row in mentioned if not is_told(row)]


def _unique(rows: Iterable[Row]) -> list[Row]:
    kept: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        kept.setdefault(tuple(row[key] for key in _ID), row)
    return list(kept.values())


def _places(patients: Sequence[Item]) -> list[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for patient in patients:
        for part in ("receptor_panels", "stages", "treatments", "metastases"):
            for item in patient[part]:
                found |= {(e["start"], e["end"]) for places in item["cites"].values() for e in places}
    return sorted(found)


def _is_cited(start: int, end: int, places: Sequence[tuple[int, int]]) -> bool:
    """Whether a place that the records cite lies in this one."""
    at = bisect_left(places, (start, 0))
    return at < len(places) and places[at][1] <= end


class _Source:
    """The document and the patient whose rows are made."""

    def __init__(self, doc_id: str, case_id: str, text: str) -> None:
        self.doc_id, self.case_id, self.text = doc_id, case_id, text

    def row(self, item: Item, slot: str, name: str, value: str, key: str, unit: str = "", **more: Any) -> Row:
        places = item["cites"].get(key.split(".")[0] if key not in item["cites"] else key) or item["evidence"]
        start, end = places[0]["start"], places[0]["end"]
        around = [e for e in item["evidence"] if e["start"] <= start and end <= e["end"]] or item["evidence"]
        row = {
            "doc_id": self.doc_id, "case_id": self.case_id, "slot": slot, "name": name, "value": value, "unit": unit,
            "status": "", "subject": "patient", "specimen": "", "date": "", "start": start, "end": end,
            "text": self.text[start:end], "confidence": item["confidence"],
            "rule": f"record: {item['how'][key]}" if key in item["how"] else "record",
            "sentence": f"{around[0]['start']}-{around[0]['end']}" if around else "",
        }  # fmt: skip
        return row | more


def _facts(source: _Source, patient: Item) -> Iterator[Row]:
    case = patient["case"]
    for key in _CASE:
        if case[key] is not None and (case["cites"].get(key) or case["evidence"]):
            yield source.row(case, "case", key, str(case[key]), key)
    for panel in patient["receptor_panels"]:
        yield from _panel(source, panel)
    for stage in patient["stages"]:
        for key, name in (("tnm", "TNM"), ("group", "group")):
            if stage[key]:
                yield source.row(stage, "stage", name, stage[key], key, date=stage["date"] or "")
    for item in patient["treatments"]:
        yield from _treatment(source, item)
    for site in patient["metastases"]:
        more = {"status": site["status"], "date": site["date"] or ""}
        yield source.row(site, "site", site["site"], site["icd_o"] or "", "site", **more)
        if site["nodal_yield"]:
            yield source.row(site, "nodes", site["site"], site["nodal_yield"], "nodal_yield", **more)
    if patient["outcome"]:
        end = patient["outcome"]
        yield source.row(end, "outcome", "outcome", end["status"], "status", date=end["date"] or "")


def _panel(source: _Source, panel: Item) -> Iterator[Row]:
    about = {"specimen": panel["specimen"], "date": panel["date"] or ""}
    for marker, result in panel["results"].items():
        for key in _RESULT:
            if result[key] is None:
                continue
            ruled = panel["how"].get(f"{marker}.{key}") if f"{marker}.{key}" in panel["derived"] else None
            value = "" if marker == "triple-negative" else result[key]
            row = source.row(panel, "receptor", marker, value, f"results.{marker}", **about)
            yield row | ({"rule": f"record: {ruled}"} if ruled else {})
    if panel["subtype"]:
        first = next(iter(panel["results"]))
        row = source.row(panel, "subtype", "subtype", panel["subtype"], f"results.{first}", **about)
        yield row | {"rule": f"record: {panel['how']['subtype']}"}


def _treatment(source: _Source, item: Item) -> Iterator[Row]:
    kind, name = item["kind"], item["name"]
    more = {"status": item["status"] or "", "date": item["start"] or ""}
    about = "radiotherapy" if kind == "radiotherapy" else name
    value = (item["site"] or "") if kind == "radiotherapy" else name
    yield source.row(item, kind, about, value, "name", **more)
    for dose in (item["dose"] or "").split("; ") if item["dose"] else ():
        found = _DOSE.fullmatch(dose)
        amount = found["amount"] if found else dose
        unit = (found["auc"] or found["unit"] or "") if found else ""
        yield source.row(item, "dose", about, amount, "dose", unit, **more)
        if found and found["fractions"]:
            yield source.row(item, "fractions", about, found["fractions"], "dose", **more)
    for key in _COURSE:
        if item[key]:
            yield source.row(item, key, about, item[key], key, **more)
    for key in ("intent", "line", "response"):
        if item[key]:
            yield source.row(item, key, about, str(item[key]), key, **more)
