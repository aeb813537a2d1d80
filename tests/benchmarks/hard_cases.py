"""Scores status and subject on the mentions that were found, where context is hard: by subset and by value.

python tests/benchmarks/hard_cases.py annotations ../shared/gold/dev [--split test] [--show VALUE]

The subsets are phenomena of `corpus/manifest.tsv`: a subset is the reports in which the phenomenon occurs, not its
sentences alone. A gold mention is matched as in `oncocase evaluate`, by overlap; a missed one counts nowhere here.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pipeline import load
from pipeline.annotations.from_doc import annotate
from pipeline.console import Console
from pipeline.scoring.pairs import Pair, pair_up
from pipeline.scoring.places import Places, by_label
from pipeline.scoring.subsets import read_groups

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
HARD = (
    *("differential_diagnosis", "other_patient", "literature_table", "family_history", "planned", "considered"),
    *("declined", "not_given", "allergy", "hypothetical", "historical", "negation_scope"),
    *("possible_then_confirmed", "resolved_sites"),
)
GROUPS = {"Drug": "treatment", "Radiotherapy": "treatment", "Site": "site", "Stage": "stage"}
"""Labels whose statuses are of one kind."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One attribute of one gold mention that was found: what it should be, and what was said (None: nothing)."""

    attribute: str
    label: str
    gold: str | None
    pred: str | None
    where: str

    @property
    def right(self) -> bool:
        return self.gold == self.pred


def judged(pair: Pair) -> Iterator[Judged]:
    """Status and subject of the matched mentions of a document; of those both sides leave unsaid, none."""
    for label, golden in by_label(pair.gold.entities).items():
        places = Places(by_label(pair.pred.entities).get(label, []))
        for entity in golden:
            hit = places.hit(entity)
            if hit is None:
                continue
            where = f"{pair.id} {_around(pair.text or '', entity.start, entity.end)}"
            for attribute in ("status", "subject"):
                gold, pred = getattr(entity, attribute), getattr(hit, attribute)
                if gold is not None or (attribute == "status" and pred is not None):
                    yield Judged(attribute, label, gold, pred, where)


def _around(text: str, start: int, end: int) -> str:
    marked = f"{text[max(0, start - 160) : start]}[{text[start:end]}]{text[end : end + 140]}"
    return " ".join(marked.split())


def accuracy(found: Iterable[Judged], attribute: str, labels: frozenset[str] | None = None) -> str:
    """'right/all' with the share, of the attribute on mentions of these labels."""
    chosen = [one for one in found if one.attribute == attribute and (labels is None or one.label in labels)]
    right = sum(one.right for one in chosen)
    return f"{right:5}/{len(chosen):<5}{right / len(chosen):6.3f}" if chosen else f"{'-':>17}"


def table(found: list[Judged], attribute: str) -> Iterator[str]:
    """A line for each value of the attribute (of statuses for each kind of label): how well it is told."""
    gold: Counter[tuple[str, str]] = Counter()
    pred: Counter[tuple[str, str]] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    for one in found:
        if one.attribute == attribute:
            kind = GROUPS.get(one.label, one.label) if attribute == "status" else "subject"
            gold[kind, one.gold or "none"] += 1
            pred[kind, one.pred or "none"] += 1
            both[kind, one.gold or "none"] += one.right
    yield f"{'':28}{'gold':>6}{'pred':>6}{'P':>8}{'R':>8}{'F1':>8}"
    for key in sorted(gold | pred, key=lambda key: (key[0], -gold[key], key[1])):
        precision, recall = both[key] / (pred[key] or 1), both[key] / (gold[key] or 1)
        f1 = 2 * both[key] / (gold[key] + pred[key])
        yield f"{key[0] + ' ' + key[1]:28}{gold[key]:6}{pred[key]:6}{precision:8.3f}{recall:8.3f}{f1:8.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, nargs="+", help="folders of annotations")
    parser.add_argument("--split", action="append", help="only the reports of this split of the manifest; repeatable")
    parser.add_argument("--show", action="append", default=[], help="print the errors with this gold or given value")
    args = parser.parse_args()
    nlp = load()
    groups = read_groups([CORPUS])
    wanted = frozenset().union(*(groups["split", name] for name in args.split)) if args.split else None
    pairs = pair_up(args.gold, None, None, partial(annotate, nlp), Console(quiet=True), wanted=wanted)
    found = {pair.id: list(judged(pair)) for pair in pairs.documents}
    everything = [one for of_document in found.values() for one in of_document]
    for one in everything:
        if not one.right and {one.gold, one.pred} & set(args.show):
            print(f"{one.label} {one.attribute}: {one.gold}, not {one.pred}\n    {one.where}")
    print(f"{'subset':26}{'documents':>10}{'status: treatments':>20}{'status: sites':>20}{'subject':>20}")
    subsets = [(name, groups["phenomena", name] & found.keys()) for name in HARD]
    for name, ids in [*subsets, ("all", found.keys())]:
        chosen = [one for id in ids for one in found[id]]
        treatments = accuracy(chosen, "status", frozenset({"Drug", "Radiotherapy"}))
        sites, subjects = accuracy(chosen, "status", frozenset({"Site"})), accuracy(chosen, "subject")
        print(f"{name:26}{len(ids):10}{treatments:>20}{sites:>20}{subjects:>20}")
    for attribute in ("status", "subject"):
        print(f"\n{attribute}")
        print("\n".join(table(everything, attribute)))


if __name__ == "__main__":
    main()
