"""Record files of the layouts that are scored: ours, and one in which values are prose (`gold/seed/record.json`).

The second has markers beside the specimen, evidence as quotations, and remarks in its values ('given; stop date not
stated'). What can be read out of it is brought to our keys; what cannot is left out and so not compared.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pipeline.errors import ReadingError

if TYPE_CHECKING:
    from pathlib import Path

Item = dict[str, Any]
_PARTS = (
    "case", "receptor_panels", "stages", "treatments", "metastases", "events", "contradictions", "literature_cases",
)  # fmt: skip
_LEFT_OUT = frozenset({
    "receptor_panels.procedure", "receptor_panels.HER2.status", "receptor_panels.HR.status", "receptor_panels.*.ish",
    "treatments.line", "treatments.duration", "metastases.confirmed_by", "events.derived", "contradictions.slot",
    "literature_cases.age", "literature_cases.sex", "literature_cases.sites", "literature_cases.treatments",
    "literature_cases.outcome",
})  # fmt: skip
_DATE = re.compile(r"\d{4}(?:-\d\d){0,2}(?:/(?:\d{4}(?:-\d\d){0,2}|\.\.))?")
_AFTER = re.compile(r"after (\d{4}(?:-\d\d){0,2})")
_STATUS = {"completed": "given"}
_INTENTS = ("neoadjuvant", "adjuvant", "palliative")
_RESPONSES = ("complete response", "partial response", "stable disease", "progressive disease")
_SIDE = re.compile(r"\b(right|left|bilateral)\b")
_YIELD = re.compile(r"\b\d+/\d+\b")
_SALT = re.compile(r" (?:acetate|valerate|citrate|phosphate|mesylate|maleate|hydrochloride|sodium)$")
_SCORE = re.compile(r"\b[0-3]\+?(?=\s|$)")


def gold_patients(path: Path, text: str | None) -> tuple[Item, ...]:
    """The patients of the record beside a gold annotation: `records/<id>.json`, or `record.json` where the folder
    has one document only. None are there: no record."""
    places = [path.parent / "records" / f"{path.stem}.json"]
    if sum(other.suffix == ".txt" for other in path.parent.iterdir()) == 1:
        places.append(path.parent / "record.json")
    return _first(places, text)


def pred_patients(path: Path, text: str | None) -> tuple[Item, ...]:
    """The patients of the record beside a predicted annotation, as `oncocase extract` writes them."""
    return _first([folder / "records" / f"{path.stem}.json" for folder in (path.parent.parent, path.parent)], text)


def _first(places: list[Path], text: str | None) -> tuple[Item, ...]:
    found = next((place for place in places if place.is_file()), None)
    return tuple(read_record(found, text)) if found else ()


def read_record(path: Path, text: str | None = None) -> list[Item]:
    """The patients of a record file. `text` is the document's: quotations are looked up in it.

    Raises `ReadingError` for a file that is no record.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReadingError(path, f"is no JSON that can be read ({error}); a record is an object or a list") from error
    patients = found if isinstance(found, list) else [found]
    for patient in patients:
        missing = [part for part in _PARTS if not isinstance(patient, dict) or part not in patient]
        if missing:
            raise ReadingError(path, f"lacks {', '.join(missing)}; a record has the keys {', '.join(_PARTS)}")
    return [_ours(patient, text or "") for patient in patients]


def _ours(patient: Item, text: str) -> Item:
    if not _is_prose(patient):
        return patient
    made: Item = {"case": _case(patient["case"]), "left_out": _LEFT_OUT}
    made["receptor_panels"] = [_panel(panel) for panel in patient["receptor_panels"]]
    made["stages"] = [
        {"tnm": s["tnm"], "group": s.get("derived_group") if s["basis"] == "clinical" else None, "basis": s["basis"],
         "date": _date(s["date"])} for s in patient["stages"]
    ]  # fmt: skip
    made["treatments"] = [_treatment(item) for item in patient["treatments"]]
    made["metastases"] = [_metastasis(item) for item in patient["metastases"]]
    made["events"] = [
        {"date": _date(e["date"]), "evidence": _places(e["evidence"], text)}
        for e in patient["events"]
        if _date(e["date"])
    ]
    made["contradictions"] = [{"evidence": _places(c["evidence"], text)} for c in patient["contradictions"]]
    made["literature_cases"] = [_literature(row) for row in patient["literature_cases"]]
    return made


def _is_prose(patient: Item) -> bool:
    evidence = patient["case"].get("evidence") or []
    return any(isinstance(place, str) for place in evidence)


def _places(quotes: str | list[str], text: str) -> list[dict[str, int]]:
    """Where quotations stand in the text; one that is not found has no place."""
    found = []
    for quote in [quotes] if isinstance(quotes, str) else quotes:
        start = text.find(quote)
        if start >= 0:
            found.append({"start": start, "end": start + len(quote)})
    return found


def _date(text: str | None) -> str | None:
    if text is None:
        return None
    after = _AFTER.match(text)
    if after:
        return f"{after[1]}/.."
    found = _DATE.match(text)
    return found.group() if found else None


def _case(case: Item) -> Item:
    clock = re.search(r"\d{1,2} o'clock", case.get("primary_site") or "")
    name, _, code = (case.get("histology") or "").partition(" (")
    return {
        "sex": case["sex"],
        "age_at_diagnosis": case["age_at_diagnosis"],
        "primary_site": (case["primary_site"] or "").split(",")[0] or None,
        "quadrant": clock.group() if clock else None,
        "laterality": case["laterality"],
        "histology": name or None,
        "morphology": code.rstrip(")") or None,
        "grade": (case.get("grade") or "")[:1] or None,
    }


def _panel(panel: Item) -> Item:
    kept = {"specimen", "date", "evidence"}
    results = {
        marker: _result(value) for marker, value in panel.items() if marker not in kept and isinstance(value, dict)
    }
    specimen = panel["specimen"]
    site = re.match(r"(\w+) metastasis", specimen)
    return {
        "specimen": f"metastasis:{site[1].lower()}"
        if site
        else "primary"
        if specimen.startswith("primary")
        else specimen,
        "date": _date(panel["date"]),
        "results": results,
    }


def _result(value: Item) -> Item:
    return {key: value.get(key) for key in ("status", "percent", "score")}


def _treatment(item: Item) -> Item:
    status = re.match(r"\w+", item["status"] or "")
    name = _SALT.sub("", item["name"].split(" (")[0])
    said = item.get("intent") or ""
    response = item.get("response") or ""
    return {
        "kind": item["kind"],
        "name": "radiotherapy" if item["kind"] == "radiotherapy" else name,
        "site": _target(name)
        if item["kind"] == "radiotherapy"
        else _operated(name)
        if item["kind"] == "surgery"
        else None,
        "dose": item["dose"],
        "frequency": item["frequency"],
        "cycles": None if item["cycles"] is None else str(item["cycles"]),
        "start": _date(item["start"]),
        "end": _date(item["end"]),
        "intent": next((intent for intent in _INTENTS if intent in said), "other" if "not cancer" in said else None),
        "status": _STATUS.get(status.group(), status.group()) if status else None,
        "response": next((kind for kind in _RESPONSES if kind in response), None),
    }


def _target(name: str) -> str | None:
    before = re.match(r"(.+) radiotherapy", name)
    return before[1] if before else None


def _operated(name: str) -> str | None:
    return "breast" if "mastectomy" in name else "ovary" if "ovarian" in name else None


def _metastasis(item: Item) -> Item:
    site, note = item["site"], " ".join(str(item.get(key) or "") for key in ("site", "date_note"))
    side, counted = _SIDE.search(note), _YIELD.search(note)
    name = re.split(r",| \(| /", site)[0]
    return {
        "site": name,
        "icd_o": item["icd_o"],
        "laterality": side[1] if side and not name.startswith("meninges") else None,
        "status": item["status"],
        "date": _date(item["date"]),
        "nodal_yield": counted.group() if counted else None,
    }


def _literature(row: Item) -> Item:
    return {
        "row": row["row"],
        "reference": None if row["reference"] is None else str(row["reference"]),
        "year": row["year"],
        "histology": row["histology"],
        "subtype": row["subtype"],
    }
