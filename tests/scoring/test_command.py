"""`oncocase evaluate` as a user meets it: the table, what it names, exit codes, broken files."""

import json
import os
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from spacy.language import Language

import pipeline
from pipeline.cli import main

TEXT = "The tumour was ER positive. She took letrozole."
GOOD: dict[str, Any] = {
    "entities": [
        {"id": "e1", "label": "Marker", "start": 15, "end": 17, "text": "ER", "norm": "ER", "subject": "patient"},
        {"id": "e2", "label": "Result", "start": 18, "end": 26, "text": "positive", "norm": "positive"},
        {
            "id": "e3",
            "label": "Drug",
            "start": 37,
            "end": 46,
            "text": "letrozole",
            "norm": "letrozole",
            "subject": "patient",
            "status": "given",
        },
    ],
    "relations": [["e2", "ResultOf", "e1"]],
}


def write(path: Path, value: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def evaluate(*arguments: object) -> int:
    return main(["evaluate", *map(str, arguments)])


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    write(tmp_path / "gold/a.txt", TEXT)
    return write(tmp_path / "gold/a.json", GOOD).parent


@pytest.fixture
def pred(tmp_path: Path) -> Path:
    return write(tmp_path / "pred/a.json", GOOD | {"entities": GOOD["entities"][::-1]}).parent


def changed(number: int, **values: object) -> dict[str, Any]:
    """`GOOD` with other values in one entity; None takes the key away."""
    result = deepcopy(GOOD)
    entity = result["entities"][number] | values
    result["entities"][number] = {key: value for key, value in entity.items() if value is not None}
    return result


def test_the_table(gold: Path, pred: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate("--gold", gold, "--pred", pred, "--json", tmp_path / "s.json") == 0
    said = capsys.readouterr()
    assert said.err == ""
    lines = said.out.splitlines()
    assert lines[0] == "1 document"
    assert lines[1].split()[:4] == ["mention", "gold", "pred", "exact"]
    assert lines[5].split() == ["all", "3", "3", *["1.000"] * 9, "-", "-"]
    assert len({len(line) for line in lines[1:6]}) == 1
    assert ["all", *["1.000"] * 4] in [line.split() for line in lines]  # nervaluate's four
    assert ["ResultOf", "1", "1", *["1.000"] * 3] in [line.split() for line in lines]
    assert lines[-2] == "record F1 1.000, too few documents for an interval"
    assert lines[-1] == f"{tmp_path}/s.json: the same as JSON"
    scores = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
    assert scores["mention"]["all"]["exact"] == scores["record"]["all"]["prf"] == [1.0, 1.0, 1.0]
    assert scores["schemes"]["all"]["strict"] == [1.0, 1.0, 1.0]
    assert scores["relation"]["ResultOf"]["prf"] == [1.0, 1.0, 1.0]
    assert scores["intervals"]["record"] == {}
    assert evaluate("--gold", gold, "--pred", pred, "--quiet") == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("place", ["gold", "elsewhere", "corpus"])
def test_extracts_where_there_is_no_prediction(
    gold: Path,
    place: str,
    tmp_path: Path,
    nlp: Language,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pipeline, "load", lambda: nlp)
    (tmp_path / place).mkdir(exist_ok=True)
    (gold / "a.txt").rename(tmp_path / place / "a.txt")
    more = ["--text", tmp_path / place] if place == "elsewhere" else []
    assert evaluate("--gold", gold, *more) == 0
    assert "all         3     3    1.000  1.000  1.000" in capsys.readouterr().out


def test_missing_and_extra_are_named(gold: Path, pred: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(gold / "b.txt", TEXT)
    write(gold / "b.json", GOOD)
    write(pred / "c.json", GOOD)
    assert evaluate("--gold", gold, "--pred", pred) == 0
    said = capsys.readouterr()
    assert said.err.splitlines() == [
        f"warning: b: no prediction in {pred}; all of its mentions count as missed",
        f"warning: predictions of {pred} with no gold, left out: c",
    ]
    assert "all         6     3    1.000  0.500  0.667" in said.out


def test_files_of_the_run_before_are_named_in_the_report(gold: Path, pred: Path, tmp_path: Path) -> None:
    broken = write(tmp_path / "before/a.json", "{")
    arguments = ["--gold", gold, "--pred", pred, "--against", broken.parent]
    assert evaluate(*arguments, "--json", tmp_path / "s.json", "--html", tmp_path / "s.html", "--quiet") == 3
    (error,) = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))["against"]["broken"]
    assert error.startswith(f"{broken}: is broken JSON")
    assert str(broken) in (tmp_path / "s.html").read_text(encoding="utf-8")


def test_two_runs_are_compared_where_both_can_be_scored(
    gold: Path, pred: Path, nlp: Language, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "load", lambda: nlp)
    write(gold / "b.json", GOOD)  # without its text nothing can be extracted
    assert evaluate("--gold", gold, "--against", pred) == 3
    assert "warning: b: only one of the two runs can be scored on it" in capsys.readouterr().err


def test_a_pipe_that_closes_early_is_no_error(gold: Path, pred: Path, tmp_path: Path) -> None:
    command = f"{sys.executable} -m pipeline evaluate --gold {gold} --pred {pred} --json {tmp_path}/s.json | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("1 document\n", "")
    assert (tmp_path / "s.json").is_file()


def test_special_files_are_named(gold: Path, pred: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(gold / "d.json")
    (gold / "e.json").mkdir()
    assert evaluate("--gold", gold, "--pred", pred) == 3
    said = capsys.readouterr().err
    assert f"error: {gold}/d.json: is no regular file" in said
    assert f"error: {gold}/e.json: is no regular file" in said


def test_gold_of_an_extracted_folder(gold: Path, pred: Path, tmp_path: Path) -> None:
    gold.rename(tmp_path / "annotations")
    write(tmp_path / "run.json", {})
    assert evaluate("--gold", tmp_path, "--pred", pred, "--text", tmp_path / "annotations", "--quiet") == 0


def test_what_extract_wrote_can_be_named(gold: Path, pred: Path, tmp_path: Path) -> None:
    pred.rename(tmp_path / "annotations")
    write(tmp_path / "run.json", {})
    assert evaluate("--gold", gold, "--pred", tmp_path) == 0


def test_show(gold: Path, pred: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(pred / "a.json", changed(2, start=28, end=31, text="She"))
    assert evaluate("--gold", gold, "--pred", pred, "--show", "Drug") == 0
    assert capsys.readouterr().out.splitlines()[:2] == [
        "miss  a 37-46 'letrozole' = letrozole",
        "extra a 28-31 'She' = letrozole",
    ]


@pytest.fixture
def two(gold: Path, pred: Path) -> None:
    """A second document, b, of which nothing is predicted, and a manifest."""
    write(gold / "b.txt", TEXT)
    write(gold / "b.json", GOOD)
    write(pred / "b.json", {"entities": [], "relations": []})
    rows = ["id\tsplit\tphenomena", "a\ttest\tnegation, planned", "b\ttrain\tnegation"]
    write(gold / "manifest.tsv", "\n".join(rows) + "\n")


@pytest.mark.usefixtures("two")
def test_subsets_of_the_manifest(gold: Path, pred: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate("--gold", gold, "--pred", pred, "--json", tmp_path / "s.json") == 0
    subsets = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))["subsets"]
    found = {(s["column"], s["name"]): (s["documents"], s["f1"]["mention"]) for s in subsets}
    # Negation is in all documents, and so says what the totals say.
    assert found == {("split", "test"): (1, 1.0), ("split", "train"): (1, 0.0), ("phenomena", "planned"): (1, 1.0)}
    assert "split train" in capsys.readouterr().out
    assert evaluate("--gold", gold, "--pred", pred, "--split", "test") == 0
    said = capsys.readouterr()
    assert said.out.startswith("1 document\n")
    assert said.err == ""


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [("name\nx\n", "has no column id"), ("id\tsplit\na\n", "line 2 does not have as many columns as the first")],
)
def test_broken_manifest(
    gold: Path, pred: Path, manifest: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(gold / "manifest.tsv", manifest)
    assert evaluate("--gold", gold, "--pred", pred) == 2
    assert f"error: {gold.resolve()}/manifest.tsv: {reason}" in capsys.readouterr().err


@pytest.mark.usefixtures("two")
def test_several_sources(gold: Path, pred: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "more/c.json", GOOD).parent
    write(other / "c.txt", TEXT)
    write(pred / "c.json", GOOD)
    assert evaluate("--gold", gold, other, "--pred", pred, "--json", tmp_path / "s.json") == 0
    scores = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
    assert scores["documents"] == 3
    sources = {s["name"]: s["f1"]["mention"] for s in scores["subsets"] if s["column"] == "source"}
    assert sources == {"gold": pytest.approx(2 / 3), "more": 1.0}


@pytest.mark.usefixtures("two")
def test_against_an_earlier_run(gold: Path, pred: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = write(tmp_path / "before/a.json", GOOD | {"entities": [], "relations": []}).parent
    arguments = ["--gold", gold, "--pred", pred, "--against", before]
    assert evaluate(*arguments, "--json", tmp_path / "s.json", "--html", tmp_path / "s.html") == 0
    said = capsys.readouterr()
    assert f"warning: b: no prediction in {before}" in said.err
    assert "+0.667" in said.out
    found = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))["against"]["mention"]["all"]
    assert (found["before"], found["after"]) == (0.0, pytest.approx(2 / 3))
    assert found["verdict"] == "no difference shown"  # two documents prove nothing
    assert "This run against the other" in (tmp_path / "s.html").read_text(encoding="utf-8")


def test_agreement(gold: Path, pred: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(gold / "b.json", GOOD)
    assert evaluate("--gold", gold, "--pred", pred, "--agreement", "--json", tmp_path / "s.json") == 0
    said = capsys.readouterr()
    assert f"warning: b: no prediction in {pred}; left out" in said.err
    lines = [line.split() for line in said.out.splitlines()]
    assert ["all", "3", "3", *["1.000"] * 3] in lines
    assert ["subject", "2", "1.000"] in lines
    assert ["status", "1", "1.000"] in lines
    assert json.loads((tmp_path / "s.json").read_text())["kappa"]["status"] == {"mentions": 1, "kappa": 1.0}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("{", "is broken JSON (Expecting property name"),
        ("[" * 100_000, "is nested too deep"),
        ([], 'has no list "entities"'),
        ({"entities": []}, 'has no list "relations"'),
        ({"entities": [3], "relations": []}, "entity number 1: is no JSON object"),
        (changed(0, label=None), 'entity e1: has no "label"'),
        (changed(0, label="Markr"), "entity e1: label 'Markr' is unknown; allowed are Marker, Result, "),
        (changed(1, start="18"), "entity e2: start is '18'; it must be a whole number"),
        (changed(1, subject=3), "entity e2: subject is 3; it must be a string"),
        (changed(1, norm=["positive"]), "entity e2: norm is ['positive']; it must be a string"),
        (changed(2, norm="\ud800x"), "entity e3: norm is '\\ud800x'; it must not hold control characters"),
        (changed(2, end=10**4000), "entity e3: end is 1000"),
        (changed(0, specimen="primry"), "entity e1: specimen 'primry' of a Marker; a Marker has one, which is primary"),
        (changed(2, specimen="primary"), "entity e3: specimen 'primary' of a Drug; a Marker has one"),
        (GOOD | {"id": "other"}, "the id in it is 'other', that of its name 'a'; they must be the same"),
        ('{"entities": [], "relations": [], "entities": []}', '"entities" is given twice in one object'),
        ('{"entities": [NaN], "relations": []}', "is broken JSON (NaN is no JSON)"),
        (changed(0, subject="me"), "entity e1: subject 'me' is unknown; allowed are patient, other, general, family"),
        (changed(2, status="present"), "entity e3: status of a Drug 'present' is unknown; allowed are given, planned"),
        (changed(1, status="given"), "entity e2: a Result has no status"),
        (changed(1, start=-1), "entity e2: offsets -1-26 hold no characters"),
        (changed(1, start=26), "entity e2: offsets 26-26 hold no characters"),
        (changed(2, end=99), "entity e3: offsets 37-99 go past the end of the text, which has 47 characters"),
        (changed(2, end=47), "entity e3: the text at 37-47 is 'letrozole.', not 'letrozole'"),
        (changed(1, id="e1"), "entity e1: another entity has this id"),
        (GOOD | {"entities": [*GOOD["entities"], GOOD["entities"][2] | {"id": "e4"}]}, "entity e4: is e3 again"),
        (GOOD | {"relations": [["e2", "ResultOf"]]}, 'relation ["e2", "ResultOf"]: must be a list of three'),
        (GOOD | {"relations": [["e2", "OfResult", "e1"]]}, "kind 'OfResult' is unknown; allowed are ResultOf, "),
        (GOOD | {"relations": [["e2", "ResultOf", "e9"]]}, 'relation ["e2", "ResultOf", "e9"]: there is no entity e9'),
        (GOOD | {"relations": [["e2", "ResultOf", "e3"]]}, "e3 is a Drug; ResultOf goes to Marker"),
        (GOOD | {"relations": [["e1", "DoseOf", "e3"]]}, "e1 is a Marker; DoseOf goes from Dose"),
    ],
)
@pytest.mark.parametrize("side", ["gold", "pred"])
def test_broken_files(
    gold: Path, pred: Path, side: str, value: object, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(gold / "b.txt", TEXT)
    write(gold / "b.json", GOOD)
    write(pred / "b.json", GOOD)
    path = write((gold if side == "gold" else pred) / "a.json", value)
    assert evaluate("--gold", gold, "--pred", pred) == 3
    said = capsys.readouterr()
    assert said.err.startswith(f"error: {path}: ")
    assert reason in said.err
    assert said.err.count("\n") == 1
    # Broken gold is no gold; a broken prediction is none, and its document all missed.
    total = "all         3     3" if side == "gold" else "all         6     3"
    assert total in said.out


def test_all_gold_broken(gold: Path, pred: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(gold / "a.json", "")
    assert evaluate("--gold", gold, "--pred", pred) == 3
    assert capsys.readouterr().out == ""


def test_texts_that_are_not_there(gold: Path, pred: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (gold / "a.txt").unlink()
    assert evaluate("--gold", gold, "--pred", pred) == 0
    assert "offsets were not checked, the text is not there (name its folder with --text): a" in capsys.readouterr().err
    assert evaluate("--gold", gold) == 3
    assert f"error: {gold}/a.json: its text is not there (looked for {gold}/a.txt, " in capsys.readouterr().err
    write(gold / "a.txt", "")
    assert evaluate("--gold", gold) == 3
    assert f"error: {gold}/a.txt: is empty" in capsys.readouterr().err


def test_failing_pipeline(gold: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(text: str) -> None:
        raise ValueError("too strange")

    monkeypatch.setattr(pipeline, "load", lambda: type("Nlp", (), {"__call__": staticmethod(fail)})())
    assert evaluate("--gold", gold) == 3
    said = capsys.readouterr()
    assert said.err == f"error: {gold}/a.json: the pipeline fails on its text: ValueError: too strange\n"
    assert "all         3     0" in said.out


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--gold", "gone"], "--gold gone: no such folder"),
        (["--gold", "gold", "--pred", "gone"], "--pred gone: no such folder"),
        (["--gold", "gold", "--pred", "pred", "--text", "gone"], "--text gone: no such folder"),
        (["--gold", "empty"], "--gold empty: holds no annotation (.json or .ann)"),
        (["--gold", "gold", "--agreement"], "--agreement: compares two folders"),
        (
            ["--gold", "gold", "--pred", "pred", "--agreement", "--html", "x.html"],
            "--html: says nothing of --agreement",
        ),
        (["--gold", "gold", "gold"], "--gold: a is in gold and in gold"),
        (["--gold", "gold", "--pred", "pred", "--split", "test"], "--split test: the manifest has no splits"),
        (
            ["--gold", "gold", "--pred", "pred", "--labels", "x"],
            "--labels x: no label map; give a file, or one of bc5cdr, maccrobat, phee, scispacy",
        ),
        (["--gold", "gold", "--pred", "empty"], "empty: holds no annotation (.json or .ann)"),
        (["--gold", "gold", "--pred", "pred", "--against", "empty"], "empty: holds no annotation (.json or .ann)"),
        (["--gold", "gold", "--pred", "pred", "--against", "gone"], "--against gone: no such folder"),
        (["--gold", "gold", "--pred", "other", "--agreement"], "--pred other: holds no document of the gold"),
    ],
)
def test_wrong_use(
    gold: Path,
    pred: Path,
    arguments: list[str],
    line: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (gold.parent / "empty").mkdir()
    write(gold.parent / "other/z.json", GOOD)
    monkeypatch.chdir(gold.parent)
    assert evaluate(*arguments) == 2
    assert f"error: {line}" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["--gold", "gold", "--show", "Markr"]])
def test_wrong_arguments(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        evaluate(*arguments)


def test_json_that_cannot_be_written(gold: Path, pred: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate("--gold", gold, "--pred", pred, "--json", gold) == 1
    assert f"error: {gold}: cannot be written" in capsys.readouterr().err


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        evaluate("--help")
    assert "examples:\n  oncocase evaluate " in capsys.readouterr().out


def test_import_is_light() -> None:
    heavy = {"spacy", "pandas", "tqdm", "nervaluate", "bioc", "jinja2"}
    code = f"import sys, pipeline.scoring.command; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")
