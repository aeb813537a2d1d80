"""The same numbers as the shared scorer gives, on random annotations."""

import importlib.util
import json
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from made import pair

from pipeline.annotations.folder import read_annotation
from pipeline.annotations.scheme import LABELS, RELATIONS, STATUS
from pipeline.scoring.evaluation import evaluate

ROUNDS = 200
_NORMS = ("", "ER", "triple-negative", "a+b", "b + a", "pT2 N1", "pt2n1", "20 mg/day", "20 mg/d", "liver", None)
_SUBJECT = ("patient", "other", "general", None)


@pytest.fixture
def score(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", shared / "tools" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def made_up(random: Random, labels: tuple[str, ...]) -> dict[str, Any]:
    """Entities crowded into 40 characters, so that they nest, touch, cross and coincide."""
    places = {}
    for _ in range(random.randint(0, 25)):
        start = random.randint(0, 36)
        places[random.choice(labels), start, random.randint(start + 1, min(start + 12, 40))] = None
    entities: list[dict[str, Any]] = []
    for number, (label, start, end) in enumerate(sorted(places, key=lambda p: (p[1], -p[2], p[0]))):
        entity = {"id": f"e{number}", "label": label, "start": start, "end": end, "norm": random.choice(_NORMS)}
        stated = (("status", random.choice((*STATUS.get(label, ()), None))), ("subject", random.choice(_SUBJECT)))
        entities.append(entity | {key: value for key, value in stated if value})
    relations = []
    for kind, (sources, targets) in RELATIONS.items():
        ends = [[e["id"] for e in entities if e["label"] in side] for side in (sources, targets)]
        if all(ends):
            relations += [[random.choice(ends[0]), kind, random.choice(ends[1])] for _ in range(random.randint(0, 3))]
    return {"entities": entities, "relations": relations}


def write(folder: Path, name: str, value: object) -> None:
    (folder / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the shared scorer leaves its files to the collector
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_equal_on_random_predictions(score: ModuleType, tmp_path: Path) -> None:
    for seed in range(ROUNDS):
        random = Random(seed)
        gold, pred = tmp_path / f"{seed}/gold", tmp_path / f"{seed}/pred"
        gold.mkdir(parents=True)
        pred.mkdir()
        # Few labels in some rounds: more meet, and some stand on one side only.
        labels = tuple(random.sample(LABELS, random.randint(1, len(LABELS))))
        for number in range(random.randint(1, 4)):
            write(gold, f"d{number}", made_up(random, labels))
            write(pred, f"d{number}", made_up(random, (*labels, random.choice(LABELS))))
        pairs = [pair(read_annotation(p, None), read_annotation(pred / p.name, None)) for p in gold.iterdir()]
        ours, theirs = evaluate(pairs).scores, score.score(str(gold), str(pred))
        assert {label for label, row in ours.mentions.items() if row.exact.gold or label == "all"} == set(
            theirs["mention"]
        )
        for label, want in theirs["mention"].items():
            row = ours.mentions[label]
            assert (row.exact.gold, row.exact.pred) == (want["gold"], want["pred"]), (seed, label)
            assert (row.exact.scores, row.overlap.scores) == (want["exact"], want["overlap"]), (seed, label)
            # Where nothing was compared, theirs is None for a label and 0 for all of them.
            assert row.value.value == (want["norm"] if row.value.of else None), (seed, label)
            if label != "all":
                stated = {name: share.value for name, share in row.attributes.items()}
                assert stated == {name: want[name] for name in ("subject", "status") if name in want}, (seed, label)
        assert {s: (t.gold, t.pred, t.scores) for s, t in ours.records.items()} == {
            slot: (want["gold"], want["pred"], want["prf"]) for slot, want in theirs["record"].items()
        }, seed
