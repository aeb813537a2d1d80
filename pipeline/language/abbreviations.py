"""Abbreviations and their long forms, each definition kept at its own place.

The pairing is scispaCy's (Schwartz and Hearst 2003). Its detector gives a short form one long form
for the whole text, and tries every pair of brackets of the document; here each bracket is paired
once, with the words before it, and `Definitions.resolve` asks for the definition that stands nearest: in one
article 'PR' is the partial response here and the progesterone receptor there.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from scispacy.abbreviation import filter_matches, find_abbreviation  # type: ignore[import-untyped]
from spacy.language import Language
from spacy.tokens import Doc

_BRACKET = re.compile(r"\(([^()]{1,120})\)")
_LONGEST = 12  # tokens inside a bracket that can be an abbreviation or its long form


@dataclass(frozen=True, slots=True)
class Definition:
    """'gemcitabine (GEM)': the short form and the long form with their character offsets."""

    short: str
    long: str
    short_start: int
    long_start: int
    long_end: int


class Definitions:
    """The definitions of a document in order of place, found by their short form."""

    def __init__(self, definitions: list[Definition]) -> None:
        self.all = definitions
        self._of: dict[str, list[Definition]] = {}
        for definition in definitions:
            self._of.setdefault(definition.short, []).append(definition)

    def resolve(self, short: str, place: int) -> Definition | None:
        """The definition of `short` that holds at `place`: the last before it, else the first after it."""
        mine = self._of.get(short)
        if not mine:
            return None
        return mine[max(0, bisect_right(mine, place, key=lambda d: d.short_start) - 1)]


class Abbreviations:
    """Sets `doc._.abbreviations`, the definitions in order of place."""

    def __call__(self, doc: Doc) -> Doc:
        brackets = [(0, start, end) for start, end in _brackets(doc)]
        definitions = []
        for long_candidate, short_candidate in filter_matches(brackets, doc):
            short, long = find_abbreviation(long_candidate, short_candidate)
            if long is not None and len(long.text) > len(short.text):
                definitions.append(Definition(short.text, long.text, short.start_char, long.start_char, long.end_char))
        doc._.abbreviations = Definitions(sorted(definitions, key=lambda d: d.short_start))
        return doc


def _brackets(doc: Doc) -> Iterator[tuple[int, int]]:
    """Token bounds of the inside of every innermost bracket of a few tokens."""
    for match in _BRACKET.finditer(doc._.layout.text):
        span = doc.char_span(match.start(1), match.end(1), alignment_mode="expand")
        if span is not None and 0 < len(span) <= _LONGEST:
            yield span.start, span.end


@Language.factory("oncocase_abbreviations", requires=["doc._.layout"], assigns=["doc._.abbreviations"])
def make(nlp: Language, name: str) -> Abbreviations:
    """The factory that `config.cfg` names."""
    Doc.set_extension("abbreviations", default=None, force=True)
    return Abbreviations()
