"""A text to its annotation and record, with a pipeline that is loaded when the first text comes."""

from __future__ import annotations

import sys
from functools import cached_property
from typing import TYPE_CHECKING

import pipeline

if TYPE_CHECKING:
    from spacy.language import Language

    from pipeline.annotations.from_doc import Annotation


class Worker:
    """Call it with a document's id and text. A run in which all is done already never loads a pipeline.

    The annotation has besides the key `record`, which is what `records/<id>.json` holds.
    """

    def __call__(self, doc_id: str, text: str) -> Annotation:
        from pipeline.annotations.from_doc import to_annotation
        from pipeline.patient.build import record

        doc = self._nlp(text)
        return to_annotation(doc_id, doc, text) | {"record": record(doc, text).model_dump()}

    @cached_property
    def _nlp(self) -> Language:
        nlp = pipeline.load()
        nlp.max_length = sys.maxsize  # how long a text may be is for reading to say
        return nlp
