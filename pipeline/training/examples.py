"""Documents as tokens with a tag a label: outside, begin, inside, or nothing said."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from pipeline.models.network import BEGIN, INSIDE, OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray
    from spacy.tokens import Doc

    from pipeline.training.sources import Span, Taught

UNKNOWN = -1
LENGTH = 150
"""Tokens at which a long document is cut, at the end of a sentence, so that a batch mixes documents."""


@dataclass(frozen=True, slots=True)
class Example:
    """A piece of a document and its tags, `(tokens, labels)`."""

    doc: Doc
    tags: NDArray[np.int32]


def examples(
    documents: Iterable[Taught],
    labels: Sequence[str],
    make_doc: Callable[[str], Doc],
    known_drugs: Callable[[Doc], list[tuple[int, int]]],
) -> Iterator[Example]:
    """The pieces of documents; `known_drugs` gives the places (start, end) of names that the lexicon is sure of."""
    for document in documents:
        doc = make_doc(document.text)
        if len(doc):
            yield from pieces(Example(doc, _tags(document, doc, labels, known_drugs)))


def pieces(example: Example) -> Iterator[Example]:
    """A long document cut behind full stops and line breaks."""
    cuts = [0]
    for token in example.doc:
        if token.text in ".\n" and token.i + 1 - cuts[-1] >= LENGTH:
            cuts.append(token.i + 1)
    if cuts[-1] < len(example.doc):
        cuts.append(len(example.doc))
    for start, end in pairwise(cuts):
        yield Example(example.doc[start:end].as_doc(), example.tags[start:end])


def _tags(
    document: Taught, doc: Doc, labels: Sequence[str], known_drugs: Callable[[Doc], list[tuple[int, int]]]
) -> NDArray[np.int32]:
    tags = np.full((len(doc), len(labels)), UNKNOWN, dtype=np.int32)
    column = {label: at for at, label in enumerate(labels)}
    for label in document.labels & column.keys():
        tags[:, column[label]] = OUTSIDE
    mentions = [span for span in document.mentions if span[0] in column]
    unsure = [span for span in document.unsure if span[0] in column]
    if document.foreign and "Drug" in document.labels & column.keys():
        known = known_drugs(doc)
        mentions += [span for span in unsure if span[0] == "Drug" and span[1:] in known]
        unsure += [("Drug", start, end) for start, end in known]
    for label, start, end in unsure:
        span = doc.char_span(start, end, alignment_mode="expand")
        if span is not None:
            tags[span.start : span.end, column[label]] = UNKNOWN
    for label, start, end in sorted(mentions, key=_place):
        span = doc.char_span(start, end, alignment_mode="expand")
        if span is not None and not (tags[span.start : span.end, column[label]] > OUTSIDE).any():
            tags[span.start : span.end, column[label]] = INSIDE
            tags[span.start, column[label]] = BEGIN
    return tags


def _place(span: Span) -> tuple[int, int]:
    return span[1], -span[2]
