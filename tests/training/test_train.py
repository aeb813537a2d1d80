"""`oncocase train` on a few of the project's own reports: it learns, repeats, and goes on where it was broken off."""

import json
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from spacy.language import Language

from pipeline.cli import main
from pipeline.models import tagger
from pipeline.models.network import spans
from pipeline.training import loop

EPOCHS = "8"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve reports with their annotations."""
    folder = tmp_path_factory.mktemp("source")
    for path in sorted((ROOT / "annotations").glob("BC*.json"))[:12]:
        (folder / path.name).write_bytes(path.read_bytes())
        (folder / f"{path.stem}.txt").write_bytes((ROOT / "corpus" / f"{path.stem}.txt").read_bytes())
    return folder


def train(source: Path, out: Path, *more: str) -> int:
    return main(["train", "--source", str(source), "-o", str(out), *more])


def weights(folder: Path) -> dict[int, np.ndarray]:
    model = tagger.load(folder).model
    return {
        n: node.get_param(p) for n, node in enumerate(model.walk()) for p in node.param_names[:1] if node.has_param(p)
    }


def test_a_short_run_learns_repeats_and_goes_on(
    source: Path, tmp_path: Path, nlp: Language, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert train(source, tmp_path / "one", "--epochs", EPOCHS) == 0
    said = capsys.readouterr().out
    assert f"{source}: 12 documents, " in said
    assert f"epoch {EPOCHS} of {EPOCHS}: loss " in said
    losses = [float(line.split("loss ")[1].split()[0]) for line in said.splitlines() if "loss" in line]
    assert losses[-1] < losses[0] / 3
    found = tagger.load(tmp_path / "one")
    doc = nlp.make_doc((source / "BC0001.txt").read_text(encoding="utf-8"))
    drugs = {doc[a:b].text for a, b, _ in spans(found.chances(doc)[:, found.labels.index("Drug")])}
    assert {"letrozole", "palbociclib"} <= drugs
    assert "She" not in drugs
    meta = json.loads((tmp_path / "one" / tagger.META).read_text())
    assert meta["sources"][0]["documents"] == 12
    assert meta["settings"]["epochs"] == int(EPOCHS)

    # The same again is the same; so is a run that was broken off in its third epoch.
    assert train(source, tmp_path / "two", "--epochs", EPOCHS, "--quiet") == 0
    calls = 0
    step = loop._step

    def breaking(*arguments: object) -> float:
        nonlocal calls
        calls += 1
        if calls == 2 * whole + 2:
            raise KeyboardInterrupt
        return step(*arguments)  # type: ignore[arg-type]

    whole = sum(1 for _ in _batches(source))
    monkeypatch.setattr(loop, "_step", breaking)
    assert train(source, tmp_path / "three", "--epochs", EPOCHS, "--quiet") == 130
    monkeypatch.setattr(loop, "_step", step)
    capsys.readouterr()
    assert train(source, tmp_path / "three", "--epochs", EPOCHS) == 0
    assert f"going on after epoch 2 of {EPOCHS}" in capsys.readouterr().out
    for other in ("two", "three"):
        for number, values in weights(tmp_path / "one").items():
            assert weights(tmp_path / other)[number] == pytest.approx(values, abs=1e-6), (other, number)


def _batches(source: Path) -> list[object]:
    from pipeline.training.command import Request, _balanced, _known_drugs, _settings, _tokenizer
    from pipeline.training.examples import examples
    from pipeline.training.sources import Source

    nlp = _tokenizer()
    _, settings, balance, most, labels = _settings(Request((), Path()))
    found = list(examples(Source(source).documents(), labels, nlp.make_doc, _known_drugs(nlp)))
    (balanced,) = _balanced([found], balance, most)
    return list(loop._batches(balanced, settings.batch_words))


def test_another_seed_is_another_model(source: Path, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        assert train(source, tmp_path / seed, "--epochs", "1", "--seed", seed, "--quiet") == 0
    one, other = weights(tmp_path / "1"), weights(tmp_path / "2")
    assert any((one[number] != other[number]).any() for number in one)


def test_documents_that_are_left_out(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ids").write_text("BC0001 BC0002\nBC0003")
    assert train(source, tmp_path / "out", "--epochs", "1", "--without", str(tmp_path / "ids")) == 0
    assert f"{source}: 9 documents, " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--source", "gone"], "--source gone: no such folder"),
        (["--source", "a", "b", "c"], "--source: takes a folder and"),
        (["--source", "gone", "--without", "none"], "--without none: cannot be read"),
        (["--source", "gone", "--config", "none"], "--config none: is no configuration of a training"),
        (["--source", "empty", "x"], "--labels x: no label map"),
    ],
)
def test_wrong_use(
    arguments: list[str],
    reason: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    assert main(["train", *arguments, "-o", "out"]) == 2
    assert f"error: {reason}" in capsys.readouterr().err


def test_a_configuration_that_cannot_be_meant(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from pipeline.training.command import DEFAULTS

    config = tmp_path / "c.cfg"
    config.write_text(DEFAULTS.read_text().replace('"Drug","Dose","Site"', '"Drugs"'))
    assert train(source, tmp_path / "out", "--config", str(config)) == 2
    assert "labels ['Drugs'] are unknown" in capsys.readouterr().err
