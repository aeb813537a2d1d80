"""The network that tags tokens: what is seen of a word, its neighbours, and a decision for each group of labels.

    words -> hashes of form, beginning, ends and shape -> embeddings -> window encoder -> O, B or I a group

Each label is a group of its own with its own softmax. So a source that does not mark a label says nothing of it in
training, and two labels may claim the same word. Embeddings by hashing and the encoder are thinc's and spaCy's.
"""

# Annotations are no strings here: thinc reads those of what a configuration names.
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.strings import hash_string  # type: ignore[attr-defined]
from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import (
    HashEmbed,
    Linear,
    Maxout,
    Model,
    chain,
    concatenate,
    list2ragged,
    ragged2list,
    uniqued,
    with_array,
)

OUTSIDE, BEGIN, INSIDE = 0, 1, 2
TAGS = 3
_VIEWS = 5
_CACHED = 100_000
_PIECE = 1024  # tokens encoded at a time: what a processor keeps near


@lru_cache(maxsize=_CACHED)
def views(word: str) -> tuple[int, ...]:
    """The hashes by which a word is known: form, first three letters, last three, last five, shape.

    Digits are one digit, so that '75 mg' and '80 mg' look the same.
    """
    form = "".join("0" if c.isdigit() else c for c in word.lower())
    shape = "".join("0" if c.isdigit() else "X" if c.isupper() else "x" if c.isalpha() else c for c in word)
    short = shape[:1] + "".join(b for a, b in pairwise(shape) if a != b) + str(min(len(word), 9))
    return tuple(hash_string(f"{n}{part}") for n, part in enumerate((form, form[:3], form[-3:], form[-5:], short)))


def seen(doc: Doc) -> NDArray[np.uint64]:
    """The words of a document as rows of hashes, that of the word itself last, `(tokens, 6)`."""
    words, places = np.unique(doc.to_array("ORTH"), return_inverse=True)
    strings = doc.vocab.strings
    rows = np.array([(*views(strings[word]), word) for word in words.tolist()], dtype=np.uint64)
    return rows.reshape(-1, _VIEWS + 1)[places]


def _see(model: Model[Any, Any], docs: Sequence[Doc], is_train: bool) -> tuple[list[Any], Callable[..., Any]]:
    return [seen(doc) for doc in docs], lambda change: []


def _in_pieces(encode: Model[Any, Any]) -> Model[Any, Any]:
    """`encode` a piece of the text after the other, each with as many neighbours as it looks at; the same numbers."""
    return Model("in_pieces", _encode_pieces, layers=[encode], init=_begin)


def _begin(model: Model[Any, Any], **sample: Any) -> None:
    model.layers[0].initialize(**sample)


def _encode_pieces(model: Model[Any, Any], texts: Sequence[Any], is_train: bool) -> tuple[Any, Callable[..., Any]]:
    (encode,) = model.layers
    if is_train:
        found: tuple[Any, Callable[..., Any]] = encode(texts, is_train)
        return found
    reach = encode.attrs["pad"]  # spaCy pads its encoders with as many rows as they look at
    return [_pieced(encode, rows, reach) for rows in texts], lambda change: []


def _pieced(encode: Model[Any, Any], rows: Any, reach: int) -> Any:
    pieces = []
    for start in range(0, len(rows), _PIECE):
        low = max(0, start - reach)
        (piece,) = encode.predict([rows[low : start + _PIECE + reach]])
        pieces.append(piece[start - low : start - low + _PIECE])
    return np.concatenate(pieces) if pieces else rows


@registry.architectures("oncocase.TagGroups.v1")  # type: ignore[untyped-decorator]
def tag_groups(groups: int, width: int, rows: int, encode: Model[Any, Any]) -> Model[Any, Any]:
    """A model from documents to logits, `(tokens, groups * 3)` a document.

    `rows` is the size of each table of hashes, the one of whole forms has twice as many; `encode` goes from
    `(tokens, width)` to the same and says how far the neighbours are looked at.
    """
    tables: list[Model[Any, Any]] = [
        HashEmbed(width, rows * (2 if view == 0 else 1), column=view, seed=view + 8) for view in range(_VIEWS)
    ]
    mixed: Model[Any, Any] = chain(
        concatenate(*tables), Maxout(width, width * _VIEWS, nP=3, normalize=True, dropout=0.0)
    )
    once: Model[Any, Any] = uniqued(mixed, column=_VIEWS)  # a word that stands a hundred times is mixed once
    return chain(
        Model("see", _see),
        list2ragged(),
        with_array(once),
        ragged2list(),
        _in_pieces(encode),
        with_array(Linear(groups * TAGS, width)),
    )


def probabilities(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Logits of `(tokens, groups * 3)` as probabilities of `(tokens, groups, 3)`."""
    shaped = logits.reshape(len(logits), -1, TAGS)
    odds = np.exp(shaped - shaped.max(-1, keepdims=True))
    found: NDArray[np.float32] = odds / odds.sum(-1, keepdims=True)
    return found


def spans(chances: NDArray[np.float32]) -> list[tuple[int, int, float]]:
    """What one group's `(tokens, 3)` probabilities mark: first token, the one after the last, probability.

    The probability of a span is that of its least certain token, a begin or an inside at a time.
    """
    found = []
    best = chances.argmax(-1)
    start = None
    for at, tag in enumerate(best):
        if tag == BEGIN or (tag == INSIDE and start is None):
            if start is not None:
                found.append((start, at))
            start = at
        elif tag == OUTSIDE and start is not None:
            found.append((start, at))
            start = None
    if start is not None:
        found.append((start, len(best)))
    inside = 1.0 - chances[:, OUTSIDE]
    return [(a, b, float(inside[a:b].min())) for a, b in found]
