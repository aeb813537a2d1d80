"""Assertion: which ConText categories (negated, possible, planned ...) hold of a mention, by rules in a TSV.

The rules are `pipeline/lexicons/context.tsv`, one row a cue, after NegEx (Chapman 2001) and ConText (Harkema 2009):

`literal`        the phrase, matched on lower-case tokens. `(a|b)` stands for either word, `(a|)` for an optional one;
                 a row is expanded to all its variants when it is loaded. The longest of overlapping cues wins.
`category`       one of `CATEGORIES`, or a marker that asserts nothing: TERMINATE ends every scope; PSEUDO only
                 swallows a shorter cue; COMMA, LINK (prepositions, auxiliaries), EVENT (a verb of a new finding or
                 treatment), RELATIVE (which, who) and SUBJECT ('and the', a new subject) end the scopes of the
                 rules that name them in `terminated_by`.
`direction`      forward, backward, bidirectional, terminate, pseudo: medspaCy's words.
`max_scope`      length of the scope in tokens; empty: to the end of the sentence.
`labels`         labels of the mentions the rule acts on, `-Drug` excludes one; empty: all. A marker's label is
                 only that of its examples' targets.
`example`        a sentence whose [target] the rule must reach (a marker: must keep free of all categories).
`counter_example` a sentence whose [target] the rule must leave alone (a marker: must leave under its category).

A scope never leaves its sentence. Between two mentions that are merely listed ('A, B and the C')
no marker counts.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from medspacy.context.context_graph import ConTextGraph  # type: ignore[import-untyped]
from medspacy.context.context_modifier import ConTextModifier  # type: ignore[import-untyped]
from medspacy.context.context_rule import ConTextRule  # type: ignore[import-untyped]
from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.lexicons import rows
from pipeline.mentions.lexicon import Key, key_maker, phrase_matcher

LEXICON = "context"

CATEGORIES = frozenset(
    {"NEGATED", "POSSIBLE", "HYPOTHETICAL", "HISTORICAL", "FAMILY", "OTHER", "PLANNED", "CONSIDERED", "DECLINED"}
    | {"NOT_GIVEN", "ALLERGY", "RESOLVED", "AFFIRMED", "WITHHELD", "PRESUMED"}
)
MARKERS = frozenset({"TERMINATE", "PSEUDO", "COMMA", "LINK", "EVENT", "RELATIVE", "SUBJECT"})
DIRECTIONS = frozenset({"forward", "backward", "bidirectional", "terminate", "pseudo"})

_LONGEST_SENTENCE = 300  # tokens; a longer 'sentence' is a table or a lost full stop, and is cut
# What may stand between two mentions that are merely listed: signs, conjunctions, the nouns of spread.
_LISTING = frozenset(
    {",", "and", "or", "nor", "/", "+", "&", "plus", "-", "–", "the", "left", "right", "both"}
    | {"metastasis", "metastases", "dissemination", "lesion", "lesions", "nodule", "nodules", "node", "nodes"}
    | {"involvement", "disease", "tumor", "tumors", "tumour", "tumours"}
)

# The first category of a row that holds decides; where none holds the default stays.
# AFFIRMED stands first: 'trastuzumab-induced', 'was stopped' prove that the drug was given, whatever else is said.
# An allergy explains a drug's absence; a refusal says more than the offer it answers; both more than 'not given'.
_DRUG_STATUS = (
    ("AFFIRMED", "given"),
    ("ALLERGY", "allergy"),
    ("DECLINED", "declined"),
    ("NOT_GIVEN", "not_given"),
    ("NEGATED", "not_given"),
    ("PLANNED", "planned"),
    ("CONSIDERED", "considered"),
    ("HYPOTHETICAL", "considered"),
)
# 'Suspected metastasis was ruled out' is absent: a negation outweighs a doubt. A spread that went away was there.
_SITE_STATUS = (
    ("AFFIRMED", "present"),
    ("RESOLVED", "resolved"),
    ("NEGATED", "absent"),
    ("POSSIBLE", "possible"),
)
# The stage of a diagnosis that was only presumed; a doubtful site beside a stage says nothing of it.
_STAGE_STATUS = (("PRESUMED", "possible"),)
_STATUS = {"Drug": _DRUG_STATUS, "Radiotherapy": _DRUG_STATUS, "Site": _SITE_STATUS, "Stage": _STAGE_STATUS}


@dataclass(frozen=True)
class Rule:
    """One row of the lexicon; `literals` holds its expanded variants."""

    id: str
    literal: str
    category: str
    direction: str
    max_scope: int | None
    terminated_by: frozenset[str]
    labels: frozenset[str]
    excluded: frozenset[str]
    example: str
    counter_example: str

    @property
    def literals(self) -> tuple[str, ...]:
        parts = re.split(r"\(([^()]*\|[^()]*)\)", self.literal)
        choices = [part.split("|") if i % 2 else [part] for i, part in enumerate(parts)]
        return tuple(dict.fromkeys(" ".join("".join(words).split()) for words in itertools.product(*choices)))


def make_rule(row: Mapping[str, str]) -> Rule:
    """A rule of a lexicon row; ValueError where its category or direction is unknown."""
    labels = _items(row["labels"])
    rule = Rule(
        id=row["id"],
        literal=row["literal"],
        category=row["category"],
        direction=row["direction"],
        max_scope=int(row["max_scope"]) if row["max_scope"] else None,
        terminated_by=_items(row["terminated_by"]),
        labels=frozenset(label for label in labels if not label.startswith("-")),
        excluded=frozenset(label[1:] for label in labels if label.startswith("-")),
        example=row["example"],
        counter_example=row["counter_example"],
    )
    if rule.category not in CATEGORIES | MARKERS:
        allowed = ", ".join(sorted(CATEGORIES | MARKERS))
        raise ValueError(f"{LEXICON}.tsv: rule {rule.id} has category {rule.category!r}; allowed are {allowed}.")
    if rule.direction not in DIRECTIONS:
        allowed = ", ".join(sorted(DIRECTIONS))
        raise ValueError(f"{LEXICON}.tsv: rule {rule.id} has direction {rule.direction!r}; allowed are {allowed}.")
    return rule


def _items(cell: str) -> frozenset[str]:
    return frozenset(item.strip() for item in cell.split(",") if item.strip())


@lru_cache(maxsize=1)
def load_rules() -> tuple[Rule, ...]:
    """The rules of the project's lexicon, in the order of the file."""
    return tuple(make_rule(row) for row in rows(LEXICON))


class Assertion:
    """Applies ConText rules to the mentions of a document, sentence by sentence: linear in the document's length.

    `nlp` lends its tokenizer, so that cues are cut like the text; `rules` replaces the project's own.
    """

    def __init__(self, nlp: Language, rules: Iterable[Rule] | None = None) -> None:
        self.rules = tuple(load_rules() if rules is None else rules)
        self._context_rules: dict[Key, tuple[ConTextRule, ...]] = {}
        self._rules = {rule.id.upper(): rule for rule in self.rules}
        self._pseudo: set[Key] = set()
        key_of = key_maker(nlp)
        ids: dict[str, set[str]] = defaultdict(set)
        for rule in self.rules:
            ids[rule.category].add(rule.id)
        for rule in self.rules:
            context_rule = ConTextRule(
                rule.literal,
                # medspaCy lets cues of one category cut each other, so that a short scope ends a long one ('no
                # fever, not even chills, cough'): each rule is a category of its own.
                rule.id,
                direction=rule.direction.upper(),
                allowed_types=rule.labels or None,
                excluded_types=rule.excluded or None,
                max_scope=rule.max_scope,
                terminated_by=set().union(*(ids[category] for category in rule.terminated_by)),
            )
            keys = [key_of(literal) for literal in rule.literals]
            only = (context_rule,)  # one tuple for the thousands of cues that no other rule has
            for key in keys:
                others = self._context_rules.get(key)
                self._context_rules[key] = others + only if others else only
            if rule.category == "PSEUDO":
                self._pseudo.update(keys)
        self._matcher = phrase_matcher(nlp, self._context_rules)

    def categories(self, doc: Doc, targets: Sequence[Span], asides: Iterable[Span] = ()) -> list[frozenset[str]]:
        """The categories that hold of each target, in the order of `targets`. Sentences are the doc's own.

        `asides` are spans set between commas that end no scope: the dose in 'Radiotherapy, 20 Gy, was refused'.
        """
        return [frozenset(category for category, _ in found) for found in self.explain(doc, targets, asides)]

    def explain(
        self, doc: Doc, targets: Sequence[Span], asides: Iterable[Span] = ()
    ) -> list[frozenset[tuple[str, str]]]:
        """For each target the pairs (category, rule id) of the rules that reach it."""
        around = {
            place for span in asides for place in (span.start - 1, span.end) if doc[place : place + 1].text == ","
        }
        found: list[set[tuple[str, str]]] = [set() for _ in targets]
        starts = _sentence_starts(doc)
        brackets = _brackets(doc)
        by_sentence: dict[int, list[int]] = defaultdict(list)
        for number, target in enumerate(targets):
            by_sentence[bisect_right(starts, target.start) - 1].append(number)
        cues: dict[int, list[tuple[Key, int, int]]] = defaultdict(list)
        for key, start, end in self.cues(doc, targets):
            sentence = bisect_right(starts, start) - 1
            if sentence in by_sentence:
                cues[sentence].append((key, start, end))
        for sentence, numbers in by_sentence.items():
            bounds = (starts[sentence], starts[sentence + 1] if sentence + 1 < len(starts) else len(doc))
            inside = {(targets[n].start, targets[n].end, targets[n].label_): targets[n] for n in numbers}
            listed = _listing_commas(doc, inside)
            graph = ConTextGraph(
                targets=list(inside.values()),
                modifiers=list(self._modifiers(doc, cues[sentence], bounds, (listed, around), brackets)),
            )
            graph.update_scopes()
            graph.apply_modifiers()
            reached: dict[tuple[int, int, str], set[tuple[str, str]]] = defaultdict(set)
            for target, modifier in graph.edges:
                rule = self._rules[modifier.category]
                if rule.category in CATEGORIES:
                    reached[target.start, target.end, target.label_].add((rule.category, rule.id))
            for n in numbers:
                found[n] = reached[targets[n].start, targets[n].end, targets[n].label_]
        return [frozenset(pairs) for pairs in found]

    def cues(self, doc: Doc, targets: Iterable[Span] = ()) -> list[tuple[Key, int, int]]:
        """Cues as (key, start, end) in text order, none of which holds a part of a target.

        A cue whose tokens all belong to longer ones is left out, and so is one that touches a pseudo cue not
        shorter than itself; cues that share a word otherwise ('was scheduled', 'scheduled for') both stand.
        """
        words, place = _without_breaks(doc)
        hashes = words.to_array("LOWER").tolist()
        matches = [
            (tuple(hashes[start:end]), place[start], place[end - 1] + 1) for _, start, end in self._matcher(words)
        ]
        free, cue, closed = 0, 1, 2
        state = bytearray(len(doc))
        for target in targets:
            state[target.start : target.end] = bytes([closed]) * len(target)
        found = []
        for _, real, start, end, key in sorted((a - b, key not in self._pseudo, a, b, key) for key, a, b in matches):
            tokens = state[start:end]
            if closed not in tokens and free in tokens:
                state[start:end] = bytes([cue if real else closed]) * (end - start)
                found.append((key, start, end))
        return sorted(found, key=lambda match: match[1:])

    def rule_ids(self, key: Key) -> list[str]:
        """The ids of the rules that share the cue `key`."""
        return [self._rules[rule.category].id for rule in self._context_rules.get(key, ())]

    def _modifiers(
        self,
        doc: Doc,
        cues: list[tuple[Key, int, int]],
        bounds: tuple[int, int],
        listing: tuple[set[int], set[int]],
        brackets: list[tuple[int, bool]],
    ) -> Iterator[ConTextModifier]:
        first, last = bounds
        for key, start, end in cues:
            for context_rule in self._context_rules[key]:
                rule = self._rules[context_rule.category]
                if rule.category == "PSEUDO" or (rule.category in MARKERS and any(start in some for some in listing)):
                    continue
                scope = rule.max_scope or len(doc)
                if rule.category in MARKERS:
                    # A marker cuts where it stands; a wider scope would escape medspaCy's test of overlap,
                    # which misses a span that holds the other within.
                    low, high = start, end
                else:
                    low = end if rule.direction == "forward" else max(first, start - scope)
                    high = start if rule.direction == "backward" else min(last, end + scope)
                    low, high = _within_brackets(brackets, start, end, low, high)
                # The scope is given, or medspaCy would look for the sentence of each cue.
                yield ConTextModifier(context_rule, start, end, doc, scope_start=low, scope_end=high)


def _brackets(doc: Doc) -> list[tuple[int, bool]]:
    """The tokens that are round brackets, and whether each opens."""
    opening, closing = doc.vocab.strings["("], doc.vocab.strings[")"]
    signs = doc.to_array("ORTH")
    return [(int(i), bool(signs[i] == opening)) for i in np.flatnonzero((signs == opening) | (signs == closing))]


def _within_brackets(brackets: list[tuple[int, bool]], start: int, end: int, low: int, high: int) -> tuple[int, int]:
    """The scope of a cue that stands in brackets ends with them: 'X was added (Y was not given)'."""
    before = bisect_left(brackets, (start,)) - 1
    if before >= 0 and brackets[before][1]:
        low = max(low, brackets[before][0] + 1)
    after = bisect_left(brackets, (end,))
    if after < len(brackets) and not brackets[after][1]:
        high = min(high, brackets[after][0])
    return low, max(low, high)


def _sentence_starts(doc: Doc) -> list[int]:
    """First tokens of the sentences; one longer than `_LONGEST_SENTENCE` is cut."""
    if not len(doc):
        return []
    begins = [0, *(int(i) for i in np.flatnonzero(doc.to_array("SENT_START") == 1) if i)]
    ends = [*begins[1:], len(doc)]
    return [cut for begin, end in zip(begins, ends, strict=True) for cut in range(begin, end, _LONGEST_SENTENCE)]


def _without_breaks(doc: Doc) -> tuple[Doc, list[int]]:
    """The document to look for cues in, and the place of each of its tokens in `doc`: blanks and line breaks
    are tokens, over which a cue may run; only where one stands inside a sentence need they be left out."""
    blank = doc.to_array("IS_SPACE").astype(bool)
    if not (blank[:-1] & (doc.to_array("SENT_START")[1:] != 1)).any():
        return doc, list(range(len(doc)))
    place = [int(i) for i in np.flatnonzero(~blank)]
    return Doc(doc.vocab, words=[doc[i].text for i in place]), place


def _listing_commas(doc: Doc, targets: Iterable[tuple[int, int, str]]) -> set[int]:
    """Tokens between two neighbouring targets of one label that only list them: 'A, B and C'."""
    found: set[int] = set()
    ordered = sorted(targets)
    for (_, end, label), (start, _, other) in itertools.pairwise(ordered):
        if label == other and all(doc[i].lower_ in _LISTING for i in range(end, start)):
            found.update(range(end, start))
    return found


def status_of(label: str, categories: frozenset[str], default: str | None) -> str | None:
    """The guideline status of a Drug, Radiotherapy, Site or Stage under `categories`; `default` where no rule speaks.

    Precedence, Drug and Radiotherapy: AFFIRMED given > ALLERGY > DECLINED > NOT_GIVEN, NEGATED not_given > PLANNED >
    CONSIDERED, HYPOTHETICAL considered. Site: AFFIRMED present > RESOLVED > NEGATED absent > POSSIBLE.
    Stage: PRESUMED possible. Any other label keeps its default, None where it has no status.
    """
    return next((status for category, status in _STATUS.get(label, ()) if category in categories), default)
