"""What the network sees of a word, and what its probabilities mark."""

import numpy as np
import pytest
from spacy.language import Language

from pipeline.models import network, tagger
from pipeline.models.network import probabilities, seen, spans, views


def test_words_are_seen_by_form_ends_and_shape() -> None:
    form, begin, end, longer, shape = range(5)
    one, other = views("letrozole"), views("anastrozole")
    assert one[end] == other[end]
    assert one[longer] == other[longer]
    assert one[form] != other[form]
    assert one[begin] != other[begin]
    assert views("75") == views("80")
    assert views("ER")[shape] != views("er")[shape]
    assert views("ER")[form] == views("er")[form]


def test_a_document_is_a_row_a_token(nlp: Language) -> None:
    assert seen(nlp.make_doc("She took letrozole.")).shape == (4, 6)
    assert seen(nlp.make_doc("")).shape == (0, 6)
    doc = nlp.make_doc("ER and er and ER")
    assert seen(doc).tolist() == [[*views(token.text), token.orth] for token in doc]


def test_a_document_is_read_alike_alone_and_in_company(nlp: Language) -> None:
    model = tagger.load().model
    docs = [nlp.make_doc(text) for text in ("She took letrozole.", "He took imatinib and letrozole daily.")]
    for together, doc in zip(model.predict(docs), docs, strict=True):
        assert together == pytest.approx(model.predict([doc])[0], abs=1e-4)


def test_a_long_document_is_encoded_in_pieces_without_a_seam(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tagger.load().model
    doc = nlp.make_doc("She took letrozole and ribociclib 600 mg daily; bone lesions grew. " * 20)
    (whole,) = model.predict([doc])
    for size in (1, 7, len(doc) - 1, len(doc)):
        monkeypatch.setattr(network, "_PIECE", size)
        assert model.predict([doc])[0] == pytest.approx(whole, abs=1e-4)


def test_probabilities_sum_to_one_in_each_group() -> None:
    logits = np.array([[5.0, 0, 0, 0, 0, 1000.0]], dtype=np.float32)
    found = probabilities(logits)
    assert found.shape == (1, 2, 3)
    assert found.sum(-1) == pytest.approx(1.0)
    assert found[0, 1, 2] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("tags", "marked"),
    [
        ("OBIO", [(1, 3)]),
        ("BB", [(0, 1), (1, 2)]),
        ("OIIO", [(1, 3)]),  # an inside with nothing before it begins
        ("BIB", [(0, 2), (2, 3)]),
        ("OO", []),
        ("", []),
    ],
)
def test_spans(tags: str, marked: list[tuple[int, int]]) -> None:
    chances = np.array([[0.8 if tag == name else 0.1 for name in "OBI"] for tag in tags], dtype=np.float32)
    found = spans(chances.reshape(-1, 3))
    assert [(a, b) for a, b, _ in found] == marked
    assert all(p == pytest.approx(0.9) for _, _, p in found)


def test_a_span_is_as_sure_as_its_least_sure_token() -> None:
    chances = np.array([[0.1, 0.9, 0.0], [0.4, 0.0, 0.6]], dtype=np.float32)
    assert spans(chances)[0][2] == pytest.approx(0.6)
