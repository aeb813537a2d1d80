"""Status of drugs, radiotherapies and sites: ConText on the mentions of each sentence."""

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.context.assertion import Assertion, status_of
from pipeline.mentions.mention import GROUP

DEFAULT = {"Drug": "given", "Radiotherapy": "given", "Site": "present"}
"""The status of a mention of which nothing else is said, by label."""


class Status:
    """Sets `status` of Drug, Radiotherapy and Site mentions; a status that a slot proposed is the default."""

    def __init__(self, nlp: Language) -> None:
        self.assertion = Assertion(nlp)

    def __call__(self, doc: Doc) -> Doc:
        targets = [span for span in doc.spans[GROUP] if span.label_ in DEFAULT]
        asides = [span for span in doc.spans[GROUP] if span.label_ in ("Dose", "Frequency", "Cycles", "Duration")]
        for span, categories in zip(targets, self.assertion.categories(doc, targets, asides), strict=True):
            mention = span._.mention
            mention.status = status_of(span.label_, categories, mention.status or DEFAULT[span.label_])
        return doc


@Language.factory("oncocase_status", requires=["doc.spans", "doc.sents"], assigns=["span._.mention"])
def make(nlp: Language, name: str) -> Status:
    """The factory that `config.cfg` names."""
    return Status(nlp)
