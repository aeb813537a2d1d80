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
    """Call it with a document's id and text. A run in which all is done already never loads a pipeline.

    `ner` names what proposes drugs that no lexicon knows, as `pipeline.load` takes it; mentions of less confidence
    than `least` are left out, and the relations that hang on them.
    """

    def __init__(self, ner: str | None = None, least: float = 0.0) -> None:
        self._ner = ner
        self._least = least

    def __call__(self, doc_id: str, text: str) -> Annotation:
        from pipeline.annotations.from_doc import annotate, sure

        return sure(annotate(self.nlp, doc_id, text), self._least)

    @cached_property
    def nlp(self) -> Language:
        """The pipeline; raises `UsageError` where the model of the user's choice is not there."""
        nlp = pipeline.load() if self._ner is None else pipeline.load(self._ner)
        nlp.max_length = sys.maxsize  # how long a text may be is for reading to say
        return nlp
