"""The marked-up sentences of `tests/cases`: every slot's mentions, values, attributes and relations.

A line fails where the labels that its file is about are found elsewhere, with another norm, or not at
all. Sentences that the grammars do not read yet are listed in `tests/cases/known_gaps.txt`, word for
word; a listed sentence that passes is an error too, so that the list can only shrink.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from markup import Marked, parse
from spacy.language import Language

from pipeline.annotations.from_doc import annotate

CASES = Path(__file__).parent.parent / "cases"
GAPS = "known_gaps.txt"
ABOUT = {
    "receptors": {"Marker", "Result"},
    "stages": {"Stage"},
    "drugs": {"Drug"},
    "doses": {"Drug", "Dose", "Frequency", "Cycles", "Duration"},
    "dates": {"Date", "RelativeDate"},
    "sites": {"Site"},
    "radiotherapy": {"Radiotherapy"},
    "subject": {"Marker", "Stage", "Drug", "Radiotherapy", "Site", "Date", "RelativeDate"},
}
# Attributes that a file is about; drug names in dates.txt, say, are unmarked on purpose.
ATTRIBUTES = {"drugs": ("status",), "sites": ("status",), "radiotherapy": ("status",), "subject": ("subject",)}


def lines(name: str) -> list[str]:
    text = (CASES / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.startswith(("+ ", "- "))]


def cases() -> Iterator[tuple[str, str]]:
    for slot in ABOUT:
        yield from ((slot, line) for line in lines(f"{slot}.txt"))


def found(annotation: dict, slot: str) -> set[tuple]:
    """Places, labels, norms and attributes of what a file is about, as a set of tuples."""
    keys = ATTRIBUTES.get(slot, ())
    return {
        (e["start"], e["text"], e["label"], e["norm"].lower(), *(e.get(k) for k in keys))
        for e in annotation["entities"]
        if e["label"] in ABOUT[slot]
    }


def related(annotation: dict, slot: str) -> set[tuple]:
    entities = {e["id"]: e for e in annotation["entities"]}
    return {
        (entities[a]["start"], kind, entities[b]["start"])
        for a, kind, b in annotation["relations"]
        if {entities[a]["label"], entities[b]["label"]} <= ABOUT[slot] and kind != "DateOf"
    }


def gold(marked: Marked) -> dict:
    return {"entities": marked.entities, "relations": marked.relations}


def differences(nlp: Language, slot: str, line: str) -> list[str]:
    marked = parse(line[2:])
    got = annotate(nlp, "case", marked.text)
    wrong = []
    for what in (found, related):
        want, have = what(gold(marked), slot), what(got, slot)
        wrong += [f"missing {x}" for x in sorted(want - have, key=str)] + [
            f"extra {x}" for x in sorted(have - want, key=str)
        ]
    return wrong


GAP_LINES = frozenset((CASES / GAPS).read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize(("slot", "line"), list(cases()), ids=lambda value: value[:60])
def test_case(nlp: Language, slot: str, line: str) -> None:
    wrong = differences(nlp, slot, line)
    if line in GAP_LINES:
        assert wrong, "reads now: take the line out of known_gaps.txt"
        pytest.xfail(f"known gap: {wrong}")
    assert wrong == []


def test_gaps_are_cases() -> None:
    every = {line for _, line in cases()}
    assert {line for line in GAP_LINES if line.startswith(("+ ", "- "))} <= every


@pytest.mark.parametrize("slot", ABOUT)
def test_enough_cases(slot: str) -> None:
    every = lines(f"{slot}.txt")
    examples = sum(line.startswith("+ ") for line in every)
    assert len(every) >= 60
    assert len(every) - examples >= 30
    assert len(set(every)) == len(every)
