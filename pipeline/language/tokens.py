"""The tokenizer: numbers, alphanumeric words that begin with a letter, and single signs.

spaCy's own rules leave '75mg/m2', 'M0.After' and 'HR+/HER2−' in pieces at which no mention ends.
Here every edge of a mention is an edge of a token, while 'HER2', 'Ki67' and 'T2N1M0' stay whole,
as the abbreviation detector wants them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.util import registry

# A number that does not continue a word, or any sign. What lies between is a word.
_PIECE = re.compile(r"(?<![^\W_])\d+(?:[.,·]\d+)*|[^\w\s]|_")


@registry.tokenizers("oncocase.tokenizer.v1")
def make() -> Callable[[Language], Tokenizer]:
    """Build the tokenizer; the text is always the join of its tokens and their blanks."""

    def build(nlp: Language) -> Tokenizer:
        # spaCy leaves a piece at the very start of a word to the prefix rule.
        return Tokenizer(nlp.vocab, prefix_search=_PIECE.match, infix_finditer=_PIECE.finditer)

    return build
