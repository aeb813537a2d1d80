"""OUT folders made by hand: the texts, the records and the mentions that a test wants, as `oncocase extract` leaves
them."""

from __future__ import annotations

import hashlib
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from pipeline.batch.output import as_json
from pipeline.patient.model import Case, Record
from pipeline.registry.judge import Policy

Json = dict[str, Any]

_SENTENCES = [
    "A 58-year-old woman had grade 2 cancer of the left breast",
    "The biopsy was ER 90% and PR negative",
    "In May 2019 she took letrozole 2.5 mg",
    "There were lung metastases",
    "The liver was free",
]
TEXT = "".join(f"{sentence}. " for sentence in _SENTENCES)
# What nobody but a test would take unseen: every slot has a threshold.
POLICY = Policy({"receptor": 0.8, "site absent": 0.8, "drug": None, "stage": 0.9}, {"ResultOf": 1.0, "DoseOf": 0.9})


def place(words: str, text: str = TEXT) -> Json:
    """The evidence of words that stand in the text."""
    start = text.index(words)
    return {"start": start, "end": start + len(words), "text": words}


def record(**more: Any) -> Json:
    """The record of `TEXT`: a grade, a panel, a drug and two sites."""
    first, second, third, fourth, fifth = (place(f"{sentence}.") for sentence in _SENTENCES)
    case = Case(sex="female", age_at_diagnosis=58, grade="2", laterality="left").model_dump(mode="json")
    case |= {"evidence": [first], "cites": {"grade": [place("grade 2")], "age_at_diagnosis": [place("58-year-old")]}}
    panel = {
        "evidence": [second], "specimen": "primary", "procedure": "biopsy",
        "cites": {"results.ER": [place("ER"), place("90%")], "results.PR": [place("PR"), place("negative")]},
        "derived": ["ER.status"], "how": {"ER.status": "ASCO/CAP 2020: 1 % or more"},
        "results": {"ER": {"status": "positive", "percent": "90%"}, "PR": {"status": "negative"}},
    }  # fmt: skip
    drug = {
        "evidence": [third], "cites": {"name": [place("letrozole")], "dose": [place("2.5 mg")]}, "kind": "drug",
        "name": "letrozole", "dose": "2.5 mg", "start": "2019-05", "status": "given",
    }  # fmt: skip
    lung = {"evidence": [fourth], "cites": {"site": [place("lung metastases")]}, "site": "lung", "icd_o": "C34.9"}
    liver = {"evidence": [fifth], "cites": {"site": [place("liver")]}, "site": "liver", "icd_o": "C22.0"}
    sites = [lung | {"status": "present"}, liver | {"status": "absent"}]
    whole = {"case": case, "receptor_panels": [panel], "treatments": [drug], "metastases": sites}
    return Record.model_validate(deepcopy(whole | more)).model_dump(mode="json")


def mentions(text: str = TEXT, confidence: float = 0.95) -> list[Json]:
    """A mention at each place that `record` cites."""
    words = ("ER", "90%", "PR", "negative", "letrozole", "2.5 mg", "lung metastases", "liver")
    return [place(word, text) | {"confidence": confidence} for word in words if word in text]


class Out:
    """An OUT folder to which documents are added. `lexicons` tells one run from another."""

    def __init__(self, root: Path, lexicons: str = "a" * 64) -> None:
        self.root = root
        for name in ("annotations", "records", "text"):
            (root / name).mkdir(parents=True)
        about = {
            "version": "0.1.0", "components": ["sites"], "lexicons": lexicons, "code": "c" * 64, "ner": "tagger",
            "model": "m" * 64, "least": 0.0, "options": {"paths": []},
        }  # fmt: skip
        (root / "run.json").write_bytes(as_json(about))

    def add(self, doc_id: str, records: Json | list[Json], text: str = TEXT, said: list[Json] | None = None) -> None:
        """A document, with one patient or several."""
        about = {
            "id": doc_id, "entities": mentions(text) if said is None else said, "relations": [],
            "text_sha256": hashlib.sha256(text.encode()).hexdigest(), "has_record": bool(records),
        }  # fmt: skip
        (self.root / "annotations" / f"{doc_id}.json").write_bytes(as_json(about))
        (self.root / "text" / f"{doc_id}.txt").write_bytes(text.encode())
        (self.root / "records" / f"{doc_id}.json").write_text(json.dumps(records), encoding="utf-8")
