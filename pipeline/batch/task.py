"""One document from its file to its outputs: the function that every engine runs, and that knows none."""

from __future__ import annotations

import os
import traceback
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.batch.facts import COLUMNS, rows
from pipeline.batch.guard import Budget
from pipeline.batch.inputs import Input, Reader, version
from pipeline.batch.outcome import Failure, Outcome
from pipeline.batch.output import Output
from pipeline.batch.stamp import Stamp
from pipeline.batch.store import store
from pipeline.batch.worker import Worker
from pipeline.errors import ReadingError, WritingError
from pipeline.reading import DEFAULT, Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.annotations.from_doc import Annotation
    from pipeline.reading import Document


@dataclass(frozen=True, slots=True)
class Job:
    """What a process must know to do its part: plain values, and who annotates.

    `out` is the path or URL of OUT, `limits` say what of a file is not read, `folder` is where
    paths that are not absolute begin, `budget` what one document may take in a worker process. `ner` and `least` are
    what the annotator was told: whose model proposes drugs, and the confidence below which nothing is kept. `annotator`
    makes the callable from a document's id and text to its annotation; it has a method `load`.
    """

    out: str
    limits: Limits = DEFAULT
    folder: str = field(default_factory=os.getcwd)
    budget: Budget = field(default_factory=Budget)
    ner: str | None = None
    least: float = 0.0
    annotator: Callable[[], Worker] = Worker


class LoadError(Exception):
    """The pipeline cannot be loaded: a fault of the installation, which no document is to blame for."""


class Task:
    """Call it with a source. `loading` is entered while the pipeline is loaded, which is nobody's document."""

    def __init__(self, job: Job, loading: Callable[[], AbstractContextManager[object]] = nullcontext) -> None:
        self._read = Reader(job.limits)
        self._output = Output(store(job.out))
        self._stamp = Stamp.now(job.ner, job.least)
        self._annotator = job.annotator()
        self._loading = loading

    def __call__(self, source: Input) -> Outcome:
        """Read, annotate, write the files. What is wrong with the document is a failure in the outcome.

        Raises `WritingError` where OUT cannot be written, `LoadError`, and `MemoryError`, after which a
        process is not to be trusted.
        """
        path, changed = str(source.path), version(source)
        try:
            document = self._read(source)
            annotation, reused = self._annotation(document)
            record = annotation.pop("record", None)
            found = rows(annotation, document.text, record)
            facts = tuple(tuple(row[column] for column in COLUMNS) for row in found)
        except (WritingError, LoadError, MemoryError):
            raise
        except ReadingError as error:
            return Outcome(source.id, path, failure=Failure(path, "reading", error.reason), input=changed)
        except Exception as error:  # whatever one document does to the pipeline, the others are owed their turn
            failure = Failure(path, "pipeline", f"{type(error).__name__}: {error}", traceback.format_exc())
            return Outcome(source.id, path, failure=failure, input=changed)
        self._output.write_text(document)
        if not reused:
            self._output.write_record(document.id, record)  # first: the annotation says that all is done
            self._output.write_annotation(annotation | {"has_record": record is not None})
        warning = document.warning and path + document.warning.removeprefix(str(document.path))
        return Outcome(source.id, path, facts, reused, warning, None, changed)

    def _annotation(self, document: Document) -> tuple[Annotation, bool]:
        """The annotation, and whether it is one that an earlier run left and this one would make the same."""
        found = self._output.annotation(document.id)
        if found is not None and self._stamp.fits(found, document):
            record = self._output.record(document.id)
            if record is not None or not found.get("has_record"):
                return found | {"record": record}, True
        with self._loading():
            try:
                self._annotator.load()
            except Exception as error:
                raise LoadError(f"the pipeline cannot be loaded: {type(error).__name__}: {error}") from error
        return self._annotator(document.id, document.text) | self._stamp.keys(document), False
