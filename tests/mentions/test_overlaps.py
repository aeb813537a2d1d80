"""The one overlap policy: which of the candidates that share characters stay."""

import random
import time
from itertools import pairwise

import pytest
from spacy.language import Language

from pipeline.mentions.mention import Mention, propose
from pipeline.mentions.overlaps import ORDER, Overlaps, resolve
from pipeline.values import Name

TIMES = ("Date", "Duration", "Frequency", "RelativeDate")


def m(label: str, start: int, end: int) -> Mention:
    return Mention(start, end, label, Name(label), "test")


def kept(*candidates: Mention) -> list[tuple[str, int, int]]:
    return [(c.label, c.start, c.end) for c in resolve(list(candidates))]


@pytest.mark.parametrize(
    ("candidates", "stay"),
    [
        ([m("Drug", 0, 5), m("Site", 0, 9)], [("Site", 0, 9)]),  # the longer
        ([m("Site", 4, 9), m("Drug", 0, 5)], [("Drug", 0, 5)]),  # as long: the label earlier in ORDER
        ([m("Drug", 4, 9), m("Drug", 0, 5)], [("Drug", 0, 5)]),  # as long, same label: the earlier place
        ([m("Drug", 0, 5), m("Drug", 0, 5)], [("Drug", 0, 5)]),
        ([m("Drug", 0, 5), m("Dose", 5, 9)], [("Drug", 0, 5), ("Dose", 5, 9)]),  # touching is not sharing
        ([m("Drug", 0, 4), m("Site", 3, 9), m("Dose", 8, 11)], [("Site", 3, 9)]),
        ([m("Drug", 0, 6), m("Site", 5, 9), m("Dose", 8, 13)], [("Drug", 0, 6), ("Dose", 8, 13)]),
        ([m("RelativeDate", 0, 20), m("Drug", 10, 20)], [("RelativeDate", 0, 20), ("Drug", 10, 20)]),
        ([m("RelativeDate", 10, 15), m("Drug", 10, 20)], [("Drug", 10, 20), ("RelativeDate", 10, 15)]),
        ([m("RelativeDate", 0, 20), m("Drug", 8, 12), m("Site", 10, 20)], [("RelativeDate", 0, 20), ("Site", 10, 20)]),
        ([m("RelativeDate", 0, 9), m("Duration", 0, 12)], [("Duration", 0, 12)]),
        ([m("RelativeDate", 0, 15), m("Duration", 0, 12)], [("RelativeDate", 0, 15)]),
        ([m("RelativeDate", 0, 12), m("Duration", 0, 12)], [("Duration", 0, 12)]),
        ([m("RelativeDate", 0, 12), m("Date", 6, 12)], [("RelativeDate", 0, 12)]),
        ([m("RelativeDate", 0, 12), m("Frequency", 4, 18)], [("Frequency", 4, 18)]),
        ([m("RelativeDate", 0, 12), m("RelativeDate", 5, 20)], [("RelativeDate", 5, 20)]),
        ([], []),
    ],
)
def test_policy(candidates: list[Mention], stay: list[tuple[str, int, int]]) -> None:
    assert kept(*candidates) == stay
    assert kept(*reversed(candidates)) == stay


def many(count: int, spread: int, seed: int) -> list[Mention]:
    dice = random.Random(seed)
    starts = [dice.randrange(spread) for _ in range(count)]
    return [m(dice.choice(ORDER), start, start + dice.randint(1, 40)) for start in starts]


def test_nothing_that_stays_shares_characters_but_with_a_relative_date() -> None:
    found = resolve(many(3000, 30_000, 7))
    assert len(found) > 500
    flat = [c for c in found if c.label != "RelativeDate"]
    assert all(a.end <= b.start for a, b in pairwise(flat))
    times = [c for c in found if c.label in TIMES]
    assert all(a.end <= b.start for a, b in pairwise(times))
    assert [c.start for c in found] == sorted(c.start for c in found)
    assert resolve(found) == found


def test_what_goes_has_a_better_one_in_its_way() -> None:
    candidates = many(3000, 30_000, 8)
    found = resolve(candidates)
    stay = {id(c) for c in found}
    gone = [c for c in candidates if id(c) not in stay and c.label not in TIMES]
    flat = [c for c in found if c.label != "RelativeDate"]
    beaten = [c for c in gone if any(k.overlaps(c) and k.end - k.start >= c.end - c.start for k in flat)]
    assert len(beaten) > 1000
    # The rest were beaten by a time that then lost to a RelativeDate itself.
    assert len(gone) - len(beaten) < 0.1 * len(gone)


@pytest.mark.parametrize("spread", [200_000, 50])
def test_twenty_thousand_candidates(spread: int) -> None:
    candidates = many(20_000, spread, 1)
    begin = time.perf_counter()
    found = resolve(candidates)
    assert time.perf_counter() - begin < 2
    assert found


def test_a_span_is_widened_to_its_tokens(nlp: Language) -> None:
    doc = nlp.make_doc("She took letrozole daily.")
    Overlaps()(propose(doc, [m("Drug", 10, 16)]))
    (mention,) = doc._.mentions
    (span,) = doc.spans["mentions"]
    assert (mention.start, mention.end) == (span.start_char, span.end_char) == (9, 18)
    assert span._.mention is mention
    assert span.label_ == "Drug"


def test_a_relative_date_holds_a_drug_in_a_text(nlp: Language) -> None:
    text = "Two years after starting letrozole, liver metastases appeared."
    found = [(x.label, text[x.start : x.end]) for x in nlp(text)._.mentions]
    assert ("RelativeDate", "Two years after starting letrozole") in found
    assert ("Drug", "letrozole") in found
