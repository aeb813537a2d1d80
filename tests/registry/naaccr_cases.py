"""Cases of a few facts for tests of the NAACCR feed, each fact with a sentence of its own."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from pipeline.patient.model import Record
from pipeline.registry.cases import RegistryCase, Source
from pipeline.registry.feeds.naaccr.abstract import Abstract
from pipeline.registry.feeds.naaccr.making import abstract_of

ROOT = Path(__file__).resolve().parent.parent.parent
BREAST = {"sex": "female", "primary_site": "breast", "laterality": "left"}
DATED = {"specimen": "primary", "procedure": "biopsy", "date": "2020-03-02", "results": {}}
Parts = dict[str, Any]


def case(case_id: str = "a", before: str = "", **parts: Any) -> RegistryCase:
    """A case of a record: `case` as a dict, lists of dicts for the rest. `said` in a dict is its sentence, `cite`
    words of it by key. A case of the breast unless `case` says otherwise."""
    text = before
    made: dict[str, Any] = {}

    def placed(item: Parts, number: int) -> Parts:
        nonlocal text
        item = dict(item)
        said, cite = item.pop("said", f"Fact {number} is told here."), item.pop("cite", {})
        start = len(text)
        text += said + " "
        place = {"start": start, "end": start + len(said), "text": said}
        cites = {}
        for key, words in cite.items():
            at = start + said.index(words)
            cites[key] = [{"start": at, "end": at + len(words), "text": words}]
        return item | {"evidence": [place]} | ({"cites": cites} if "what" not in item else {})

    made["case"] = placed(parts.pop("case", BREAST), 0)
    for part, items in parts.items():
        made[part] = [placed(item, number) for number, item in enumerate(items, 1)]
    source = Source("a", hashlib.sha256(text.encode()).hexdigest(), text)
    return RegistryCase(case_id, Record.model_validate(made), source, version="1")


def contradiction(what: str, slot: str = "other") -> Parts:
    return {"what": what, "slot": slot, "said": f"Here: {what}."}


def values(made: RegistryCase) -> dict[str, str]:
    """The values of the case's abstract, by item."""
    found = abstract_of(made)
    assert isinstance(found, Abstract), found
    return found.values


def from_files(records: Path, texts: Path) -> list[RegistryCase]:
    """The cases of a folder of records, with the documents of another folder."""
    found = []
    for path in sorted(records.glob("*.json")):
        if path.stem == "schema":
            continue
        text = (texts / f"{path.stem}.txt").read_text(encoding="utf-8")
        source = Source(path.stem, hashlib.sha256(text.encode()).hexdigest(), text, str(path))
        told = json.loads(path.read_text(encoding="utf-8"))
        for record in told if isinstance(told, list) else [told]:
            number = f"#{record['case_id']}" if isinstance(told, list) else ""
            found.append(RegistryCase(f"{path.stem}{number}", Record.model_validate(record), source, version="1"))
    return found


def gold() -> list[RegistryCase]:
    return from_files(ROOT / "annotations" / "records", ROOT / "corpus")
