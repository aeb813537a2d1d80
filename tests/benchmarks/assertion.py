"""Scores the assertion component alone on the NegEx/ConText reference sentences: targets are put in by hand.

python tests/benchmarks/assertion.py ../shared/data/context [--show]

The sentences with even numbers are open: rules were written on them, and `--show` prints their errors. Those with odd
numbers are closed since the rules of temporality were written: their errors are not shown, so that their
figures say how far a rule reaches. (Rules of negation were written on both before.)
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from spacy.language import Language

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pipeline.context.assertion import Assertion
from pipeline.language.sentences import Sentences
from pipeline.language.tokens import make as tokenizer

Truth = Callable[[frozenset[str]], bool]
TASKS: dict[str, tuple[Callable[[dict[str, str]], bool], Truth]] = {
    "negated": (
        lambda row: row["negation"] == "negated",
        # A finding that went away counts as negated there; 'once it has resolved' says that it is still here.
        lambda found: "NEGATED" in found or ("RESOLVED" in found and "HYPOTHETICAL" not in found),
    ),
    "historical": (lambda row: row["temporality"] == "historical", lambda found: "HISTORICAL" in found),
    "experiencer": (lambda row: row["experiencer"] != "patient", lambda found: bool(found & {"FAMILY", "OTHER"})),
}


def blank() -> Language:
    """The project's tokenizer; the sentences are set below."""
    nlp = Language()
    nlp.tokenizer = tokenizer()(nlp)
    return nlp


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", action="store_true", help="print the errors of the open half")
    args = parser.parse_args()
    nlp = blank()
    sentences, assertion = Sentences(), Assertion(nlp)
    count = {(half, task): Counter[str]() for half in ("all", "open", "closed") for task in TASKS}
    lines = (args.folder / "negex_dev.jsonl").read_text(encoding="utf-8").splitlines()
    for row in map(json.loads, lines):
        doc = sentences(nlp.make_doc(row["text"]))
        target = doc.char_span(row["start"], row["end"], label="Condition", alignment_mode="expand")
        assert target is not None
        (reached,) = assertion.explain(doc, [target])
        categories = frozenset(category for category, _ in reached)
        half = "closed" if int(row["id"].rpartition("-")[2]) % 2 else "open"
        for task, (gold, predicted) in TASKS.items():
            truth, guess = gold(row), predicted(categories)
            outcome = ("tp" if truth else "fp") if guess else ("fn" if truth else "tn")
            count["all", task][outcome] += 1
            count[half, task][outcome] += 1
            if args.show and half == "open" and outcome in ("fp", "fn"):
                marked = f"{row['text'][: row['start']]}[{row['target']}]{row['text'][row['end'] :]}"
                print(f"{task} {outcome} {row['id']} {sorted(reached)}\n    {' '.join(marked.split())}")
    print(f"{'sentences':10}{'task':12}{'gold':>6}{'found':>6}{'tp':>5}{'fp':>5}{'fn':>5}{'P':>8}{'R':>8}{'F1':>8}")
    for (half, task), n in count.items():
        real, found = n["tp"] + n["fn"], n["tp"] + n["fp"]
        rates = (n["tp"] / (found or 1), n["tp"] / (real or 1), 2 * n["tp"] / (real + found or 1))
        counts = f"{real:6}{found:6}{n['tp']:5}{n['fp']:5}{n['fn']:5}"
        print(f"{half:10}{task:12}{counts}" + "".join(f"{rate:8.3f}" for rate in rates))


if __name__ == "__main__":
    main()
