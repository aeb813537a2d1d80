"""A text to its annotation and record, with a pipeline that is loaded when the first text comes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pipeline

if TYPE_CHECKING:
    from spacy.language import Language

    from pipeline.annotations.from_doc import Annotation


class Worker:
    """Call it with a document's id and text. A run in which all is done already never loads a pipeline.

    `ner` names what proposes drugs that no lexicon knows, as `pipeline.load` takes it; mentions of less confidence
    than `least` are left out, and the relations that hang on them. The annotation has besides the key `record`,
    which is what `records/<id>.json` holds.
    """

    def __init__(self, ner: str | None = None, least: float = 0.0) -> None:
        self._ner = ner
        self._least = least
        self._nlp: Language | None = None

    def __call__(self, doc_id: str, text: str) -> Annotation:
        from pipeline.annotations.from_doc import keep_sure, to_annotation
        from pipeline.patient.build import record

        doc = keep_sure(self.load()(text), self._least)
        return to_annotation(doc_id, doc, text) | {"record": record(doc, text).model_dump()}

    def load(self) -> Language:
        """The pipeline, loaded once; to be called before a document's time begins."""
        if self._nlp is None:
            self._nlp = pipeline.load() if self._ner is None else pipeline.load(self._ner)
            self._nlp.max_length = sys.maxsize  # how long a text may be is for reading to say
        return self._nlp
