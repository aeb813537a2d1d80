"""How much is read right: the shared gold texts where they stand beside the project, and our own corpus."""

import importlib.util
import json
import shutil
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from conftest import ROOT
from spacy.language import Language

from pipeline.annotations.from_doc import annotate

TEXTS = sorted((ROOT / "corpus").glob("*.txt"))
ANNOTATIONS = ROOT / "annotations"


def load(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def scorer(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", shared / "tools" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scored(nlp: Language, shared: Path, name: str, tmp_path: Path) -> dict:
    """The scores of one gold folder; gold is what has a text, since records lie beside it."""
    gold, predicted = tmp_path / "gold", tmp_path / "predicted"
    gold.mkdir()
    predicted.mkdir()
    texts = sorted((shared / "gold" / name).glob("*.txt"))
    assert texts
    for path in texts:
        shutil.copy(path.with_suffix(".json"), gold)
        annotation = annotate(nlp, path.stem, path.read_text(encoding="utf-8"))
        (predicted / f"{path.stem}.json").write_text(json.dumps(annotation), encoding="utf-8")
    result = scorer(shared).score(str(gold), str(predicted))
    assert result["missing"] == []
    return result


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the shared scorer leaves its files to the collector
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("name", "mention", "record"), [("dev", 0.85, 0.88), ("seed", 0.85, 0.90)])
def test_shared_gold(nlp: Language, shared: Path, tmp_path: Path, name: str, mention: float, record: float) -> None:
    result = scored(nlp, shared, name, tmp_path)
    assert result["mention"]["all"]["gold"] > 300
    assert result["mention"]["all"]["exact"][2] >= mention
    assert result["record"]["all"]["prf"][2] >= record
    weak = {slot: row["prf"][2] for slot, row in result["record"].items() if row["gold"] >= 20 and row["prf"][2] < 0.80}
    assert weak == {}


def spans(annotation: dict) -> Counter:
    return Counter((e["label"], e["start"], e["end"]) for e in annotation["entities"])


def exact_f1(pairs: list[tuple[dict, dict]]) -> float:
    """Of (gold, predicted) pairs: mentions with the same label, start and end."""
    right = gold = predicted = 0
    for g, p in pairs:
        want, have = spans(g), spans(p)
        right += (want & have).total()
        gold += want.total()
        predicted += have.total()
    return 2 * right / (gold + predicted) if right else 0.0


def test_own_corpus(nlp: Language) -> None:
    predicted = [annotate(nlp, path.stem, path.read_text(encoding="utf-8")) for path in TEXTS]
    pairs = [(load(ANNOTATIONS / f"{p['id']}.json"), p) for p in predicted]
    assert sum(spans(gold).total() for gold, _ in pairs) > 1000
    assert exact_f1(pairs) >= 0.90


def test_the_count_itself() -> None:
    gold = load(ANNOTATIONS / f"{TEXTS[0].stem}.json")
    empty: dict = {"entities": []}
    half = {"entities": gold["entities"][::2]}
    total = len(gold["entities"])
    assert exact_f1([(gold, gold)]) == 1
    assert exact_f1([(gold, empty)]) == 0
    assert exact_f1([(empty, empty)]) == 0
    assert exact_f1([(gold, half)]) == pytest.approx(2 * len(half["entities"]) / (total + len(half["entities"])))
    assert exact_f1([(gold, half), (gold, half)]) == exact_f1([(gold, half)])
    moved = {"entities": [e | {"end": e["end"] + 1} for e in gold["entities"]]}
    assert exact_f1([(gold, moved)]) == 0
