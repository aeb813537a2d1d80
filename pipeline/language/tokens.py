"""The tokenizer: numbers, alphanumeric words that begin with a letter, and single signs.

spaCy's own rules leave '75mg/m2', 'M0.After' and 'HR+/HER2−' in pieces at which no mention ends.
Here every edge of a mention is an edge of a token, while 'HER2', 'Ki67' and 'T2N1M0' stay whole,
as the abbreviation detector wants them.
"""

import re
from collections.abc import Callable

from spacy.language import Language
from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]
from spacy.tokens import Doc
from spacy.util import registry

# A number that does not continue a word, or any sign. What lies between is a word.
_PIECE = re.compile(r"(?<![^\W_])\d+(?:[.,·]\d+)*|[^\w\s]|_")
# What typesetters, PDF and full-width keyboards make of a blank, a hyphen and ASCII signs.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys(
            "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
        ),
        **dict.fromkeys("\u2010\u2011\u2012\ufe63", "-"),
        **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    }
)


def plain(text: str) -> str:
    """The text with odd blanks, hyphens and full-width signs made plain, one code point for one."""
    return text.translate(_PLAIN)


class PlainTokenizer(Tokenizer):  # type: ignore[misc]
    """spaCy's tokenizer on the plain text: `doc.text` is `plain(text)`, and every offset holds in `text`.

    Without it 'lymph\\u00a0node' would be three tokens, and no grammar would know that blank.
    """

    def __call__(self, text: str) -> Doc:
        doc: Doc = super().__call__(plain(text))
        return doc


@registry.tokenizers("oncocase.tokenizer.v1")  # type: ignore[untyped-decorator]
def make() -> Callable[[Language], Tokenizer]:
    """The factory that `config.cfg` names."""

    def build(nlp: Language) -> Tokenizer:
        # spaCy leaves a piece at the very start of a word to the prefix rule.
        return PlainTokenizer(nlp.vocab, prefix_search=_PIECE.match, infix_finditer=_PIECE.finditer)

    return build
