"""Time grows with the length of a text, not with its square. No wall clock in absolute terms: one text
against itself many times over, in processor time, so a slow or busy machine changes nothing."""

import gc
import time

import pytest
from conftest import ROOT
from spacy.language import Language

TIMES = 16
BOUND = 24  # a quadratic step that took a tenth of the time once would be 40 by now


def best(nlp: Language, text: str, runs: int) -> float:
    took = []
    for _ in range(runs):
        gc.collect()
        begin = time.process_time()
        nlp(text)
        took.append(time.process_time() - begin)
    return min(took)


# Apart by a blank line, and run on: a paragraph may not be the unit of a square either.
@pytest.mark.parametrize("joint", ["\n\n", "\n"])
def test_sixteen_texts_in_one(nlp: Language, joint: str) -> None:
    longest = max((path.read_text(encoding="utf-8") for path in (ROOT / "corpus").glob("*.txt")), key=len)
    assert len(longest) > 4000
    best(nlp, longest, 1)
    ratios = []
    for _ in range(3):  # a neighbour's burst can spoil one attempt; a square spoils all
        ratios.append(best(nlp, joint.join([longest] * TIMES), 2) / best(nlp, longest, 6))
        if ratios[-1] <= BOUND:
            break
    assert min(ratios) <= BOUND, f"{TIMES} times the text took {min(ratios):.1f} times the time"


def test_sixteen_texts_are_read_as_one_is(nlp: Language) -> None:
    """The bound is worth something only if the long text is read in full."""
    longest = max((path.read_text(encoding="utf-8") for path in (ROOT / "corpus").glob("*.txt")), key=len)
    once = len(nlp(longest)._.mentions)
    assert len(nlp("\n\n".join([longest] * TIMES))._.mentions) >= 0.9 * TIMES * once
