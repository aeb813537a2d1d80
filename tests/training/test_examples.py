"""Tags of tokens: what a source says nothing of is no counter-example."""

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.training.examples import LENGTH, UNKNOWN, Example, examples, pieces
from pipeline.training.sources import Taught

LABELS = ("Drug", "Dose")


def tags(nlp: Language, document: Taught, known: tuple[str, ...] = ()) -> dict[str, list[int]]:
    def places(doc: Doc) -> list[tuple[int, int]]:
        return [(token.idx, token.idx + len(token)) for token in doc if token.text in known]

    (found,) = examples([document], LABELS, nlp.make_doc, places)
    return {label: found.tags[:, at].tolist() for at, label in enumerate(LABELS)}


TEXT = "took lapatinib or glucose 5 mg"  # six tokens


def test_begin_inside_outside(nlp: Language) -> None:
    document = Taught("a", TEXT, (("Drug", 5, 14), ("Dose", 26, 30), ("Site", 0, 4)), (), frozenset(LABELS), False)
    assert tags(nlp, document) == {"Drug": [0, 1, 0, 0, 0, 0], "Dose": [0, 0, 0, 0, 1, 2]}


def test_a_label_that_the_source_does_not_mark_is_unknown(nlp: Language) -> None:
    document = Taught("a", TEXT, (("Drug", 5, 14),), (), frozenset({"Drug"}), True)
    assert tags(nlp, document) == {"Drug": [0, 1, 0, 0, 0, 0], "Dose": [UNKNOWN] * 6}


def test_what_may_be_a_drug_is_one_where_the_lexicon_knows_it(nlp: Language) -> None:
    document = Taught("a", TEXT, (), (("Drug", 5, 14), ("Drug", 18, 25)), frozenset({"Drug"}), True)
    assert tags(nlp, document, ("lapatinib",))["Drug"] == [0, 1, 0, UNKNOWN, 0, 0]


def test_a_known_name_that_a_foreign_source_leaves_out_is_unknown(nlp: Language) -> None:
    foreign, ours = (Taught("a", TEXT, (), (), frozenset({"Drug"}), flag) for flag in (True, False))
    assert tags(nlp, foreign, ("lapatinib",))["Drug"] == [0, UNKNOWN, 0, 0, 0, 0]
    assert tags(nlp, ours, ("lapatinib",))["Drug"] == [0] * 6


def test_of_two_mentions_of_one_label_that_overlap_the_first_counts(nlp: Language) -> None:
    document = Taught("a", TEXT, (("Drug", 5, 14), ("Drug", 5, 25)), (), frozenset(LABELS), False)
    assert tags(nlp, document)["Drug"] == [0, 1, 2, 2, 0, 0]


def test_long_documents_are_cut_behind_sentences(nlp: Language) -> None:
    doc = nlp.make_doc("She came home . " * 100)
    parts = list(pieces(Example(doc, np.zeros((len(doc), 2), dtype=np.int32))))
    assert [token.text for part in parts for token in part.doc] == [token.text for token in doc]
    assert all(part.doc[len(part.doc) - 1].text == "." for part in parts)
    assert max(len(part.doc) for part in parts) <= LENGTH + 4
    assert all(len(part.tags) == len(part.doc) for part in parts)
