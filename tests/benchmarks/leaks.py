"""Counts the facts of other people, or of general statements, that stand in the patient's record.

python tests/benchmarks/leaks.py annotations ../shared/gold/seed [--split test] [--show]

A fact is a row that the record gives to `facts.csv`. It leaks where the gold says of its place that it speaks of
somebody else: of the mention that it cites, of the one that this belongs to (a dose to its drug), or, where nothing
marked stands there (an operation), of all mentions of its sentence. A place of which the gold says nothing is counted
among the facts and named apart. The second line counts every place that the record cites; the bar is for the first.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from spacy.language import Language

from pipeline import load
from pipeline.annotations.from_doc import Annotation, to_annotation
from pipeline.annotations.scheme import Annotated, Entity
from pipeline.batch.record_facts import with_records
from pipeline.console import Console
from pipeline.patient.build import records
from pipeline.scoring.pairs import pair_up
from pipeline.scoring.subsets import read_groups

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
BAR = 0.02
PARTS = ("receptor_panels", "stages", "treatments", "metastases")


@dataclass(frozen=True, slots=True)
class Told:
    """One fact of a record, and whose the gold says it is: a subject, or None where the gold does not say."""

    doc_id: str
    slot: str
    name: str
    text: str
    subject: str | None

    @property
    def leaks(self) -> bool:
        return self.subject not in (None, "patient")


class Whose:
    """Whose a place of a text is by its gold annotation."""

    def __init__(self, gold: Annotated) -> None:
        self.entities = gold.entities
        self.owners: dict[str, list[Entity]] = {}
        known = {entity.id: entity for entity in gold.entities}
        for source, _, target in gold.relations:
            self.owners.setdefault(source, []).append(known[target])

    def __call__(self, start: int, end: int, sentence: tuple[int, int]) -> str | None:
        here = [entity for entity in self.entities if entity.start < end and start < entity.end]
        said = self._subjects([*here, *(owner for entity in here for owner in self.owners.get(entity.id, ()))])
        if not said:
            low, high = sentence
            said = self._subjects([entity for entity in self.entities if low <= entity.start < high])
        return "patient" if "patient" in said else next(iter(said), None)

    @staticmethod
    def _subjects(entities: Iterable[Entity]) -> list[str]:
        return [entity.subject for entity in entities if entity.subject is not None]


def told(gold: Annotated, text: str, nlp: Language) -> Iterator[Told]:
    """The facts of the records of a text, each with whose it is."""
    doc = nlp(text)
    whose = Whose(gold)
    patients = [record.model_dump() for record in records(doc, text)]
    for row in with_records([], patients, gold.id, text):
        subject = whose(row["start"], row["end"], doc._.layout.sentence(row["start"]))
        yield Told(gold.id, row["slot"], row["name"], _short(row["text"]), subject)
    for patient in patients:
        for part in PARTS:
            for item in patient[part]:
                for key, places in item["cites"].items():
                    for at in places:
                        subject = whose(at["start"], at["end"], doc._.layout.sentence(at["start"]))
                        yield Told(gold.id, f"cited {part}", key, _short(at["text"]), subject)


def _short(text: str) -> str:
    return " ".join(text.split())[:90]


def _annotate(nlp: Language, doc_id: str, text: str) -> Annotation:
    return to_annotation(doc_id, nlp(""), "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, nargs="+", help="folders of annotations")
    parser.add_argument("--split", help="only the reports of this split of the manifest")
    parser.add_argument("--show", action="store_true", help="name each leak, and each fact of which the gold is silent")
    args = parser.parse_args()
    nlp = load()
    wanted = read_groups([CORPUS])["split", args.split] if args.split else None
    pairs = pair_up(args.gold, None, None, partial(_annotate, nlp), Console(quiet=True), wanted=wanted)
    found = [fact for pair in pairs.documents for fact in told(pair.gold, pair.text or "", nlp)]
    facts = [one for one in found if not one.slot.startswith("cited ")]
    cited = [one for one in found if one.slot.startswith("cited ")]
    for one in found:
        if one.leaks or (args.show and one.subject is None):
            print(f"{one.doc_id} {one.slot} {one.name}: {one.subject or 'the gold is silent'} [{one.text}]")
    print(f"{len(pairs.documents)} documents; of what stands in the records of patients is somebody else's")
    print(f"  facts         {share(facts)} (bar {100 * BAR:.0f} %)")
    print(f"  cited places  {share(cited)}")
    return sum(one.leaks for one in facts) > BAR * len(facts)


def share(found: list[Told]) -> str:
    """'leaks/all', the percentage, and how many places the gold is silent about."""
    leaks, silent = sum(one.leaks for one in found), sum(one.subject is None for one in found)
    return f"{leaks:4}/{len(found):<6} {100 * leaks / (len(found) or 1):4.1f} %, {silent} not in the gold"


if __name__ == "__main__":
    sys.exit(main())
