"""Status of drugs, radiotherapies, sites and stages: ConText on each sentence, then what other sentences say."""

import re
from collections.abc import Iterator
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.context.assertion import Assertion, load_rules, status_of
from pipeline.context.discourse import conditional, in_brackets, planned, refused, withheld
from pipeline.mentions.mention import GROUP, Mention

DEFAULT = {"Drug": "given", "Radiotherapy": "given", "Site": "present", "Stage": None}
"""The status of a mention of which nothing else is said, by label."""
_NEW_CLAUSE = re.compile(r"\b(?:and|but|while|whereas) the $", re.I)
_ITS_VERB = re.compile(
    r" (?:(?:\w+ )?(?:lesions?|metastas[ie]s|nodules?|nodes?|disease|mass(?:es)?|deposits?|tumou?rs?|foc(?:i|us)) )"
    r"(?:was|were|is|are|had|has|have|remained?|remains|showed|persisted|grew|progressed|regressed|shrank)\b(?! no\b)",
    re.I,
)
_TREATMENTS = frozenset({"Drug", "Radiotherapy"})


class Status:
    """Sets `status` of Drug, Radiotherapy, Site and Stage mentions; one that a slot proposed is the default."""

    def __init__(self, nlp: Language) -> None:
        self.assertion = Assertion(nlp)

    def __call__(self, doc: Doc) -> Doc:
        targets = [span for span in doc.spans[GROUP] if span.label_ in DEFAULT]
        asides = [span for span in doc.spans[GROUP] if span.label_ in ("Dose", "Frequency", "Cycles", "Duration")]
        bare: list[Mention] = []
        given: set[str] = set()
        for span, found in zip(targets, self.assertion.explain(doc, targets, asides), strict=True):
            mention: Mention = span._.mention
            categories = frozenset(category for category, _ in found)
            if "WITHHELD" in categories:  # of what had been given it says 'interrupted', of the rest 'never given'
                known = not given.isdisjoint(_parts(mention))
                categories |= {"AFFIRMED" if known else "NOT_GIVEN"}
            default = mention.status or DEFAULT[span.label_]
            if span.label_ == "Site":
                categories = _of_site(doc, span, found)
            mention.status = status_of(span.label_, categories, default)
            if span.label_ in _TREATMENTS and mention.status == "given":
                given.update(_parts(mention))
                if not categories:
                    bare.append(mention)
        treatments: list[Mention] = [span._.mention for span in targets if span.label_ in _TREATMENTS]
        for mention in planned(doc, bare):
            mention.status = "planned"
        for mention in conditional(doc, bare):
            mention.status = "considered"
        for mention in withheld(doc, bare):
            mention.status = "not_given"
        for mention in refused(doc, treatments):
            mention.status = "declined"
        for mention, status in in_brackets(treatments, doc._.layout.text):
            mention.status = status
        return doc


def _of_site(doc: Doc, span: Span, found: frozenset[tuple[str, str]]) -> frozenset[str]:
    """The categories of a Site without those that its clause does not share.

    'No recurrence, and the node had resolved' tells of no recurrence that went away; in 'no visceral disease and the
    rib lesions were sclerotic' the ribs have a clause of their own.
    """
    mention: Mention = span._.mention
    if mention.value.norm() in ("recurrence", "distant") and any(category == "NEGATED" for category, _ in found):
        return frozenset(category for category, _ in found) - {"RESOLVED"}
    text = doc._.layout.text
    begun = _NEW_CLAUSE.search(text, max(0, mention.start - 20), mention.start)
    if begun is None or not _ITS_VERB.match(text, mention.end):
        return frozenset(category for category, _ in found)
    ahead = _negations_before()
    return frozenset(category for category, rule in found if rule not in ahead)


@cache
def _negations_before() -> frozenset[str]:
    """The rules of a negation that stands before what it denies."""
    return frozenset(r.id for r in load_rules() if r.category == "NEGATED" and r.direction == "forward")


def _parts(mention: Mention) -> Iterator[str]:
    """The drugs of a regimen each; a radiotherapy by its target."""
    for part in mention.value.norm().split("+"):
        yield f"{mention.label} {part}"


@Language.factory("oncocase_status", requires=["doc.spans", "doc.sents", "doc._.layout"], assigns=["span._.mention"])
def make(nlp: Language, name: str) -> Status:
    """The factory that `config.cfg` names."""
    return Status(nlp)
