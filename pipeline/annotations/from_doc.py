"""A processed text as the annotation JSON of the guidelines: entities in order of place, relations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.mentions.mention import SUBJECT_LABELS, mentions

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

Annotation = dict[str, Any]


def annotate(nlp: Language, doc_id: str, text: str) -> Annotation:
    """Run the pipeline on one text and give its annotation."""
    return to_annotation(doc_id, nlp(text), text)


def to_annotation(doc_id: str, doc: Doc, text: str) -> Annotation:
    """The annotation of a processed document; `text` is what went in, of which surfaces are copied.

    `start` and `end` count code points of the text, half-open. Each entity carries besides its
    sentence (`sentence`: start and end), the `rule` that proposed it, its `source` and a `confidence`.
    """
    entities = []
    names = {}
    for number, m in enumerate(mentions(doc), 1):
        names[id(m)] = f"e{number}"
        entity: Annotation = {
            "id": f"e{number}",
            "label": m.label,
            "start": m.start,
            "end": m.end,
            "text": text[m.start : m.end],
            "norm": m.value.norm(),
        }
        if m.label in SUBJECT_LABELS:
            entity["subject"] = m.subject or "patient"
        entity |= {
            key: value
            for key, value in (
                ("case", m.case),
                ("status", m.status),
                ("specimen", m.specimen),
                ("icdo3", getattr(m.value, "icdo3", "")),
            )
            if value
        }
        sentence = list(doc._.layout.sentence(m.start))
        entity |= {"confidence": m.confidence, "source": m.source, "rule": m.rule, "sentence": sentence}
        entities.append(entity)
    relations = [[names[id(r.source)], r.kind, names[id(r.target)]] for r in doc._.relations]
    return {"id": doc_id, "entities": entities, "relations": relations}


def keep_sure(doc: Doc, least: float) -> Doc:
    """Leave out mentions of less confidence than `least`, and the relations that hang on them."""
    if least > 0:
        kept = [mention for mention in doc._.mentions if mention.confidence >= least]
        ids = {id(mention) for mention in kept}
        doc._.mentions = kept
        doc._.relations = [r for r in doc._.relations if id(r.source) in ids and id(r.target) in ids]
    return doc
