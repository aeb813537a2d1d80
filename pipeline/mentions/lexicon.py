"""The lexicon matcher: spaCy's PhraseMatcher over rows of data, the longest form at a place wins."""

from collections.abc import Callable, Iterable, Mapping

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span

Row = Mapping[str, str]
_DASHES = ("-", "–")  # a hyphen, and the dash that stands for it in print


class Lexicon:
    """Finds the `name` of rows, whatever their case, or letter for letter where flagged `case`."""

    def __init__(self, nlp: Language, entries: Iterable[Row], exact: Callable[[Row], bool] = lambda row: False) -> None:
        self.rows: dict[str, Row] = {}
        self._folded = PhraseMatcher(nlp.vocab, attr="LOWER")
        self._exact = PhraseMatcher(nlp.vocab, attr="ORTH")
        for number, row in enumerate(entries):
            self.rows[str(number)] = row
            names = {row["name"].replace("-", hyphen) for hyphen in _DASHES}
            (self._exact if exact(row) else self._folded).add(str(number), [nlp.tokenizer(name) for name in sorted(names)])

    def find(self, doc: Doc) -> list[tuple[Span, Row]]:
        """Matches in order of place, none inside or across another."""
        matches = [(start, -end, key) for key, start, end in (*self._folded(doc), *self._exact(doc))]
        found = []
        reached = 0
        for start, minus_end, key in sorted(matches):
            if start >= reached:
                found.append((doc[start:-minus_end], self.rows[doc.vocab.strings[key]]))
                reached = -minus_end
        return found
