"""Corpora to learn from, in their several formats."""

import json
from pathlib import Path

import pytest

from pipeline.annotations.iob import read_iob
from pipeline.annotations.phee import read_phee
from pipeline.errors import ReadingError, UsageError
from pipeline.training.sources import Source

IOB = "Selumetinib\tB-Chemical\nhydrogen\tI-Chemical\nreduced\tO\npain\tB-Disease\n.\tO\n\nNo\tO\n"
PHEE = {
    "id": "1_2",
    "context": "Rash after gefitinib 250 mg.",
    "annotations": [
        {
            "events": [
                {
                    "event_id": "E1",
                    "Trigger": {"text": [["after"]], "start": [[5]], "entity_id": ["T1"]},
                    "Treatment": {
                        "text": [["gefitinib 250 mg"]],
                        "start": [[11]],
                        "Drug": {"text": [["gefitinib"]], "start": [[11]], "entity_id": ["T2"]},
                        "Dosage": {"text": [["250 mg"]], "start": [[21]], "entity_id": ["T3"]},
                    },
                }
            ]
        }
    ],
}


def test_iob_tables() -> None:
    first, second = read_iob(IOB)
    assert first[1] == "Selumetinib hydrogen reduced pain ."
    assert [(e["label"], e["text"]) for e in first[2]["entities"]] == [
        ("Chemical", "Selumetinib hydrogen"),
        ("Disease", "pain"),
    ]
    assert second == ("2", "No", {"entities": [], "relations": []})


@pytest.mark.parametrize("line", ["word", "word\tX", "word B-Chemical"])
def test_a_line_that_is_no_token_is_named(line: str) -> None:
    with pytest.raises(ValueError, match="line 2: is no token"):
        list(read_iob(f"a\tO\n{line}\n"))


def test_phee_lines() -> None:
    ((name, text, raw),) = read_phee(json.dumps(PHEE))
    assert (name, text) == ("1_2", PHEE["context"])
    assert {(e["label"], e["text"]) for e in raw["entities"]} == {
        ("Trigger", "after"),
        ("Treatment", "gefitinib 250 mg"),
        ("Treatment.Drug", "gefitinib"),
        ("Treatment.Dosage", "250 mg"),
    }


@pytest.mark.parametrize("line", ["{", "[]", '{"id": 1}'])
def test_a_line_that_is_not_phees_is_named(line: str) -> None:
    with pytest.raises(ValueError, match="line 1: is not in the shape of PHEE"):
        list(read_phee(line))


def test_each_format_is_known_by_its_files(tmp_path: Path) -> None:
    for name, file, content in (("a", "t.tsv", IOB), ("b", "t.json", json.dumps(PHEE))):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_text(content)
    first, second = Source(tmp_path / "a", "bc5cdr").documents()
    assert (first.id, first.labels, first.mentions) == ("t-1", {"Drug"}, ())
    assert first.unsure == (("Drug", 0, 20),)
    assert second.text == "No"
    (found,) = Source(tmp_path / "b", "phee").documents()
    assert found.mentions == (("Drug", 11, 20), ("Dose", 21, 27))
    assert list(Source(tmp_path / "b", "phee").documents(frozenset({"t-1_2"}))) == []


def test_our_own_annotations_say_something_of_all_labels(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("She took letrozole.")
    (tmp_path / "a.json").write_text(
        json.dumps({"entities": [{"id": "e1", "label": "Drug", "start": 9, "end": 18}], "relations": []})
    )
    (found,) = Source(tmp_path).documents()
    assert found.mentions == (("Drug", 9, 18),)
    assert len(found.labels) == 12
    assert not found.foreign


def test_near_copies_have_one_digest(tmp_path: Path) -> None:
    texts = ["She took Letrozole, 2.5 mg.", "she took letrozole 2.5 mg", "She took letrozole 5 mg"]
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.txt").write_text(text)
        (tmp_path / f"{number}.json").write_text('{"entities": [], "relations": []}')
    one, other, third = (document.digest for document in Source(tmp_path).documents())
    assert one == other != third


def test_what_cannot_be_a_source(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        list(Source(tmp_path / "gone").documents())
    with pytest.raises(UsageError, match="holds no annotations"):
        list(Source(tmp_path).documents())
    (tmp_path / "a.json").write_text('{"entities": [], "relations": []}')
    with pytest.raises(ReadingError, match="its text is not there"):
        list(Source(tmp_path).documents())
    (tmp_path / "t.tsv").write_text("word\n")
    with pytest.raises(ReadingError, match="line 1: is no token"):
        list(Source(tmp_path, "bc5cdr").documents())
