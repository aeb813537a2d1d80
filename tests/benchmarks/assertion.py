"""Scores the assertion component alone on the NegEx/ConText reference sentences: targets are put in by hand.

python tests/benchmarks/assertion.py ../shared/data/context [--show]
"""

from __future__ import annotations

import argparse
import json
import sys
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
    "other": (lambda row: row["experiencer"] != "patient", lambda found: bool(found & {"FAMILY", "OTHER"})),
}


def blank() -> Language:
    """The project's tokenizer; the sentences are set below."""
    nlp = Language()
    nlp.tokenizer = tokenizer()(nlp)
    return nlp


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", action="store_true", help="print the errors")
    args = parser.parse_args()
    nlp = blank()
    sentences, assertion = Sentences(), Assertion(nlp)
    count = {task: {"tp": 0, "fp": 0, "fn": 0} for task in TASKS}
    lines = (args.folder / "negex_dev.jsonl").read_text(encoding="utf-8").splitlines()
    for row in map(json.loads, lines):
        doc = sentences(nlp.make_doc(row["text"]))
        target = doc.char_span(row["start"], row["end"], label="Condition", alignment_mode="expand")
        (found,) = assertion.explain(doc, [target])
        categories = frozenset(category for category, _ in found)
        for task, (gold, predicted) in TASKS.items():
            truth, guess = gold(row), predicted(categories)
            if not truth and not guess:
                continue
            outcome = "tp" if truth and guess else "fp" if guess else "fn"
            count[task][outcome] += 1
            if args.show and outcome != "tp":
                marked = f"{row['text'][: row['start']]}[{row['target']}]{row['text'][row['end'] :]}"
                print(f"{task} {outcome} {row['id']} {sorted(found)}\n    {' '.join(marked.split())}")
    print(f"{'':12}{'gold':>6}{'P':>8}{'R':>8}{'F1':>8}")
    for task, n in count.items():
        precision = n["tp"] / (n["tp"] + n["fp"] or 1)
        recall = n["tp"] / (n["tp"] + n["fn"] or 1)
        f1 = 2 * precision * recall / (precision + recall or 1)
        print(f"{task:12}{n['tp'] + n['fn']:6}{precision:8.3f}{recall:8.3f}{f1:8.3f}")


if __name__ == "__main__":
    main()
