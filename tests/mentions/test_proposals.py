"""Drugs that a model proposes: what it may add, and to what it gives way."""

from pathlib import Path
from random import Random

import pytest
import spacy
from spacy.language import Language
from spacy.training import Example

import pipeline
from pipeline.cli import main
from pipeline.errors import UsageError
from pipeline.mentions.mention import Mention
from pipeline.mentions.overlaps import resolve
from pipeline.mentions.proposals import proposer
from pipeline.values import Drug


def drugs(nlp: Language, text: str) -> list[tuple[str, str, str]]:
    return [(text[m.start : m.end], m.source, m.rule) for m in nlp(text)._.mentions if m.label == "Drug"]


def test_a_drug_that_no_list_names(nlp: Language) -> None:
    found = drugs(nlp, "She was started on oral quorzamide 40 mg daily, and letrozole was stopped.")
    assert ("quorzamide", "model", "tagger") in found
    assert ("letrozole", "lexicon", "drugs:letrozole") in found


@pytest.mark.parametrize(
    "text",
    [
        "She received chemotherapy and antibiotics.",  # classes
        "Serum quorzamide was 40 mg/L.",  # a thing measured
        "A quorzamide suppression test was normal.",  # a test
        "Uptake of fluoro-d-glucose was seen.",  # a tracer
        "She was seen in the clinic and went home.",
        "",
    ],
)
def test_what_is_not_proposed(nlp: Language, text: str) -> None:
    assert drugs(nlp, text) == []


def mention(start: int, end: int, source: str, label: str = "Drug") -> Mention:
    return Mention(start, end, label, Drug(("x",)), "r", source)


@pytest.mark.parametrize("source", ["rule", "lexicon"])
def test_a_proposal_gives_way_whatever_the_lengths(source: str) -> None:
    short, long = mention(5, 9, source, "Dose"), mention(0, 30, "model")
    assert resolve([long, short]) == [short]
    assert resolve([mention(0, 4, source, "Dose"), proposal := mention(5, 9, "model")])[1] is proposal


def test_none_proposes_nothing() -> None:
    nlp = pipeline.load("none")
    assert drugs(nlp, "She was started on oral quorzamide 40 mg daily.") == []
    assert nlp("She took letrozole.")._.chances is None


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small recogniser with the labels of scispaCy's en_ner_bc5cdr_md, as such a package lies on disk."""
    nlp = spacy.blank("en")
    ner = nlp.add_pipe("ner")
    texts = [
        ("She took zzkloramin daily.", {"entities": [(9, 19, "CHEMICAL")]}),
        ("After zzkloramin she had nausea.", {"entities": [(6, 16, "CHEMICAL"), (25, 31, "DISEASE")]}),
        ("The nausea was mild.", {"entities": [(4, 10, "DISEASE")]}),
        ("She went home.", {"entities": []}),
        ("Treatment with antibiotics began.", {"entities": [(15, 26, "CHEMICAL")]}),
    ]
    examples = [Example.from_dict(nlp.make_doc(text), marks) for text, marks in texts]
    for label in ("CHEMICAL", "DISEASE"):
        ner.add_label(label)
    optimizer = nlp.initialize(lambda: examples)
    spacy.util.fix_random_seed(1)
    random = Random(1)
    for _ in range(60):
        random.shuffle(examples)
        nlp.update(examples, sgd=optimizer)
    folder = tmp_path_factory.mktemp("models") / "en_ner_small"
    nlp.to_disk(folder)
    return folder


def test_a_package_with_the_labels_of_scispacy(package: Path) -> None:
    nlp = pipeline.load(str(package))
    text = "She took zzkloramin daily. The nausea was mild. Treatment with antibiotics began. She took letrozole."
    assert drugs(nlp, text) == [
        ("zzkloramin", "model", "ner:en_ner_small"),
        ("letrozole", "lexicon", "drugs:letrozole"),
    ]


def test_the_command_takes_it(package: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("She took zzkloramin daily.")
    arguments = ["extract", str(tmp_path / "a.txt"), "-o", str(tmp_path / "out"), "--ner", str(package), "--quiet"]
    assert main(arguments) == 0
    assert "zzkloramin" in (tmp_path / "out/facts.csv").read_text()


def test_a_package_that_is_not_there_says_how_it_is_had(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match="neither a tagger of `oncocase train` nor a spaCy package"):
        proposer("en_ner_bc5cdr_md_not_there")
    (tmp_path / "a.txt").write_text("She took letrozole.")
    arguments = ["extract", str(tmp_path / "a.txt"), "-o", str(tmp_path / "out"), "--ner", "en_ner_not_there"]
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert "--ner en_ner_not_there" in said
    assert "scispaCy's models are installed from" in said
    assert not (tmp_path / "out").exists()
