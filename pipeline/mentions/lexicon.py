"""The lexicon matcher: spaCy's PhraseMatcher over rows of data, the longest form at a place wins."""

from collections.abc import Callable, Iterable, Mapping

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span

Row = Mapping[str, str]


class Lexicon:
    """Finds the `name` of rows, whatever their case, or letter for letter where flagged `case`."""

    def __init__(self, nlp: Language, entries: Iterable[Row], exact: Callable[[Row], bool] = lambda row: False) -> None:
        self.rows: dict[str, Row] = {}
        self._folded = PhraseMatcher(nlp.vocab, attr="LOWER")
        self._exact = PhraseMatcher(nlp.vocab, attr="ORTH")
        entries = list(entries)
        for number, (row, doc) in enumerate(zip(entries, nlp.tokenizer.pipe(row["name"] for row in entries), strict=True)):
            self.rows[str(number)] = row
            (self._exact if exact(row) else self._folded).add(str(number), [doc])

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
