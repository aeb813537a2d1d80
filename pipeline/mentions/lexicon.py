"""The lexicon matcher: spaCy's PhraseMatcher over rows of data, the longest form at a place wins."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import chain
from operator import itemgetter

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span

Row = Mapping[str, str]
Key = tuple[int, ...]  # the hashes of a phrase's tokens
_DASH = "–"  # stands for a hyphen in print


def key_maker(nlp: Language, attribute: str = "LOWER") -> Callable[[str], Key]:
    """A function from a phrase to the hashes (`LOWER` or `ORTH`) of the tokens into which `nlp` cuts it.

    Tens of thousands of phrases share a few thousand words, so each word is cut once, and no Doc is made of a phrase.
    """

    @cache
    def word_key(word: str) -> Key:
        # The tokenizer cuts at digits and signs only.
        cut = [word] if word.isascii() and word.isalpha() else [token.text for token in nlp.make_doc(word)]
        return tuple(nlp.vocab.strings[piece.lower() if attribute == "LOWER" else piece] for piece in cut)

    return lambda phrase: tuple(chain.from_iterable(map(word_key, phrase.split())))


def phrase_matcher(nlp: Language, keys: Iterable[Key], attribute: str = "LOWER") -> PhraseMatcher:
    """A matcher of phrases given as hashes, as spaCy gives them to itself when it unpickles one.

    All phrases stand under one name, for spaCy makes a lexeme of each name; the hashes of a match tell them apart.
    """
    matcher = PhraseMatcher(nlp.vocab, attr=attribute)
    matcher.add("phrase", list(keys))  # type: ignore[arg-type]
    return matcher


class Lexicon:
    """Finds the `name` of rows, whatever their case, or letter for letter where flagged `case`."""

    def __init__(self, nlp: Language, entries: Iterable[Row], exact: Callable[[Row], bool] = lambda row: False) -> None:
        self.rows = tuple(entries)
        forms: dict[str, dict[Key, Row]] = {"LOWER": {}, "ORTH": {}}
        keys = {attribute: key_maker(nlp, attribute) for attribute in forms}
        for row in self.rows:
            attribute = "ORTH" if exact(row) else "LOWER"
            for name in {row["name"], row["name"].replace("-", _DASH)}:
                forms[attribute].setdefault(keys[attribute](name), row)
        self._parts = [(phrase_matcher(nlp, rows, by), by, rows) for by, rows in forms.items() if rows]

    def find(self, doc: Doc) -> list[tuple[Span, Row]]:
        """Matches in order of place, none inside or across another."""
        matches = []
        for matcher, by, rows in self._parts:
            hashes = doc.to_array(by)
            matches += [(start, -end, rows[tuple(hashes[start:end].tolist())]) for _, start, end in matcher(doc)]
        found = []
        reached = 0
        for start, minus_end, row in sorted(matches, key=itemgetter(0, 1)):
            if start >= reached:
                found.append((doc[start:-minus_end], row))
                reached = -minus_end
        return found
