"""The loop over documents: what fails is listed and the rest goes on; what is done is not done twice."""

from __future__ import annotations

import traceback
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.batch.facts import frame, rows
from pipeline.batch.output import Output
from pipeline.batch.report import Failure, Report
from pipeline.batch.stamp import Stamp
from pipeline.errors import ReadingError, UsageError
from pipeline.reading import Found, Limits, Source, find, place, read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pipeline.annotations.from_doc import Annotation
    from pipeline.console import Console
    from pipeline.reading import Document

    Annotate = Callable[[str, str], Annotation]


def run(paths: Sequence[Path], out: Path, annotate: Annotate, console: Console, limits: Limits) -> Report:
    """Annotate the files and folders `paths` into the folder `out`; files beyond `limits` fail.

    `annotate` makes an annotation of an id and a text. A failing document is a `Failure` in the report.
    Raises `UsageError` where there is nothing to do, and `WritingError` where `out` cannot be written.
    """
    started = datetime.now(UTC)
    found = _found(paths, out, limits)
    output = Output(out)
    loop = _Loop(output, annotate, console, limits)
    for problem in found.problems:
        loop.fail(problem.path, "reading", problem.reason)
    for source in console.track(found.sources):
        loop.document(source)
    report = loop.report
    report.ignored = found.ignored
    report.renamed = {source.id: str(source.path) for source in found.sources if source.is_renamed}
    report.failures.sort(key=lambda failure: (failure.path, failure.stage, failure.error))
    finished = datetime.now(UTC)
    output.write_facts(frame(report.facts))
    output.write_failures(map(asdict, report.failures))
    output.write_run(
        asdict(loop.stamp)
        | {
            "models": {},
            "options": {"paths": [str(path) for path in paths], "out": str(out), "limits": asdict(limits)},
            "counts": report.counts(),
            "times": {
                "started": started.isoformat(timespec="seconds"),
                "finished": finished.isoformat(timespec="seconds"),
                "seconds": round((finished - started).total_seconds(), 3),
            },
            "renamed": report.renamed,
            "warnings": report.warnings,
        }
    )
    output.close()
    return report


def _found(paths: Sequence[Path], out: Path, limits: Limits) -> Found:
    found = find(paths, leave_out=out, limits=limits)
    if not found.sources:
        raise UsageError("\n  ".join(["nothing to read", *map(str, found.problems)]))
    inside = [source.path for source in found.sources if out.resolve() in place(source.path).parents]
    if inside:
        raise UsageError(f"-o {out}: holds the input {inside[0]}; name a folder apart from the inputs")
    return found


class _Loop:
    """One document after the other, and what came of them."""

    def __init__(self, output: Output, annotate: Annotate, console: Console, limits: Limits) -> None:
        self.report = Report()
        self.stamp = Stamp.now()
        self._output = output
        self._annotate = annotate
        self._console = console
        self._limits = limits

    def document(self, source: Source) -> None:
        try:
            document = read(source.path, self._limits, source.id)
        except ReadingError as error:
            self._output.forget(source.id)
            self.fail(source.path, "reading", error.reason)
            return
        if document.warning:
            self.report.warnings.append(document.warning)
            self._console.warn(document.warning)
        standing = self._standing(document)
        try:
            annotation = standing or self._annotate(document.id, document.text) | self.stamp.keys(document)
            facts = rows(annotation, document.text)
        except Exception as error:  # whatever one document does to the pipeline, the others are owed their turn
            self._output.forget(source.id)
            self.fail(source.path, "pipeline", f"{type(error).__name__}: {error}", traceback.format_exc())
            return
        self._output.write_text(document)
        if standing:
            self.report.reused += 1
        else:
            self._output.write_annotation(annotation)
            self.report.processed += 1
        self.report.facts += facts

    def fail(self, path: Path, stage: str, error: str, trace: str = "") -> None:
        self.report.failures.append(Failure(str(path), stage, error, trace))
        self._console.error(f"{path}: {error}")

    def _standing(self, document: Document) -> Annotation | None:
        """The annotation that an earlier run left, where this one would make the same."""
        found = self._output.annotation(document.id)
        return found if found is not None and self.stamp.fits(found, document) else None
