"""No document, nor a near-copy of one, is both in what the tagger learnt from and in what it was judged by."""

from collections.abc import Iterator
from pathlib import Path

from conftest import ROOT

from pipeline.training.sources import Source, Taught

RUN = 12  # words in a row that two texts on different patients share only in formulas, such as a regimen's doses
FORMULAS = 0.02  # of a text's runs


def runs(text: str) -> Iterator[int]:
    words = "".join(c if c.isalnum() else " " for c in text.lower()).split()
    return (hash(tuple(words[at : at + RUN])) for at in range(len(words) - RUN + 1))


def test_of_the_reports_of_this_project() -> None:
    lines = (ROOT / "corpus" / "manifest.tsv").read_text(encoding="utf-8").splitlines()
    manifest = [line.split("\t") for line in lines]
    test = {row[0] for row in manifest if row[5] == "test"}
    documents = list(Source(ROOT / "annotations", texts=ROOT / "corpus").documents())
    assert len(test) == 16
    apart(
        [document for document in documents if document.id not in test],
        [document for document in documents if document.id in test],
    )
    apart(documents, list(Source(ROOT / "held_out").documents()))


def test_of_the_shared_corpora(shared: Path) -> None:
    held = [d for d in Source(shared / "data" / "maccrobat", "maccrobat").documents() if int(d.id) % 4 == 0]
    assert held
    # Sentences and abstracts of MEDLINE and narratives of other articles: no overlap with the case reports.
    others: list[Taught] = []
    for folder, labels in (("data/phee", "phee"), ("data/bc5cdr", "bc5cdr"), ("gold/dev", None)):
        others += Source(shared / folder, labels).documents()
    apart(others, held)


def apart(learnt: list[Taught], judged: list[Taught]) -> None:
    assert not {document.digest for document in learnt} & {document.digest for document in judged}
    known = {run for document in learnt for run in runs(document.text)}
    for document in judged:
        found = [run in known for run in runs(document.text)]
        assert sum(found) <= FORMULAS * len(found), document.id
