"""An OUT folder for the tests of the series: the gold records of the corpus, and one record with hostile words."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.patient.model import Record
from pipeline.series.cases import SeriesCase

ROOT = Path(__file__).resolve().parents[2]
GOLD = sorted((ROOT / "annotations" / "records").glob("[BO]C*.json"))
FORMULA = '=HYPERLINK("x")'
SCRIPT = "<script>alert(1)</script>"


def told(text: str, start: int = 0) -> dict[str, object]:
    return {"start": start, "end": start + len(text), "text": text}


def hostile() -> dict[str, object]:
    """A record whose words are a formula, markup, a control character and right-to-left text."""
    sentence = f"{FORMULA} {SCRIPT} $x$ \u202e\x07"
    case = {"histology": FORMULA, "primary_site": SCRIPT, "evidence": [told(sentence)]}
    drug = {
        "kind": "drug", "name": f"+{SCRIPT}", "status": "given", "intent": "adjuvant", "start": "2020-01",
        "evidence": [told(sentence)],
    }  # fmt: skip
    return {"case": case, "treatments": [drug]}


def out(folder: Path, gold: list[Path]) -> Path:
    """A folder as `oncocase extract` leaves it, with these gold records and the hostile one."""
    (folder / "records").mkdir(parents=True)
    for path in gold:
        (folder / "records" / path.name).write_bytes(path.read_bytes())
    (folder / "records" / "hostile.json").write_text(json.dumps(hostile()), encoding="utf-8")
    return folder


def case(**parts: object) -> SeriesCase:
    """A case of a record with these parts."""
    record = Record.model_validate({"case": {"evidence": [told("A woman.")]}, **parts})
    return SeriesCase("a", "a", record, "a")
