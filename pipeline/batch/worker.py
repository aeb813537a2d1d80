"""A text to its annotation, with a pipeline that is loaded when the first text comes."""

from __future__ import annotations

import sys
from functools import cached_property
from typing import TYPE_CHECKING

import pipeline

if TYPE_CHECKING:
    from spacy.language import Language

    from pipeline.annotations.from_doc import Annotation


class Worker:
    """Call it with a document's id and text. A run in which all is done already never loads a pipeline."""

    def __call__(self, doc_id: str, text: str) -> Annotation:
        from pipeline.annotations.from_doc import annotate

        return annotate(self._nlp, doc_id, text)

    @cached_property
    def _nlp(self) -> Language:
        nlp = pipeline.load()
        nlp.max_length = sys.maxsize  # how long a text may be is for reading to say
        return nlp
