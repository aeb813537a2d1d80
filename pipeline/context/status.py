"""Status of drugs, radiotherapies, sites and stages: ConText on each sentence, then what other sentences say."""

from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.context.assertion import Assertion, status_of
from pipeline.context.discourse import conditional, in_brackets, planned, refused, withheld
from pipeline.mentions.mention import GROUP, Mention

DEFAULT = {"Drug": "given", "Radiotherapy": "given", "Site": "present", "Stage": None}
"""The status of a mention of which nothing else is said, by label."""
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
        for span, found in zip(targets, self.assertion.categories(doc, targets, asides), strict=True):
            mention: Mention = span._.mention
            categories = found
            if "WITHHELD" in categories:  # of what had been given it says 'interrupted', of the rest 'never given'
                known = not given.isdisjoint(_parts(mention))
                categories |= {"AFFIRMED" if known else "NOT_GIVEN"}
            default = mention.status or DEFAULT[span.label_]
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


def _parts(mention: Mention) -> Iterator[str]:
    """The drugs of a regimen each; a radiotherapy by its target."""
    for part in mention.value.norm().split("+"):
        yield f"{mention.label} {part}"


@Language.factory("oncocase_status", requires=["doc.spans", "doc.sents", "doc._.layout"], assigns=["span._.mention"])
def make(nlp: Language, name: str) -> Status:
    """The factory that `config.cfg` names."""
    return Status(nlp)
