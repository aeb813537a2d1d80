"""The run over the documents: what fails is listed and the rest goes on; what is done is not done twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from pipeline.batch.inputs import Input, Inputs, find_inputs, version
from pipeline.batch.journal import Journal
from pipeline.batch.outcome import Failure, Outcome
from pipeline.batch.output import Output
from pipeline.batch.report import Report
from pipeline.batch.stamp import Stamp
from pipeline.batch.store import is_url, store
from pipeline.batch.tables import write_facts, write_failures
from pipeline.errors import UsageError
from pipeline.reading import Source, place

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pipeline.batch.store import Store
    from pipeline.batch.task import Job
    from pipeline.console import Console
    from pipeline.reading import Limits

Engine = Callable[[Iterable[Input]], Iterator[Outcome]]
"""Sources to their outcomes, one each, in any order."""


def run(
    paths: Sequence[Path | str], job: Job, engine: Engine, console: Console, told: Mapping[str, Any] | None = None
) -> Report:
    """Do the job on the files and folders `paths`; `told` are options of the engine, for `run.json`.

    A failing document is counted and listed. Raises `UsageError` where there is nothing to do, and
    `WritingError` where OUT cannot be written.
    """
    started = datetime.now(UTC)
    found = _found(paths, job.out, job.limits)
    output = store(job.out)
    output.prepare()
    stamp = Stamp.now(job.ner, job.least)
    with _journal(job, stamp) as journal:
        output.clear()
        kept = {source.id for source in found.sources if _is_done(source, journal)}
        for outcome in _outcomes(found, kept, engine, console):
            if outcome.failure:
                Output(output).forget(outcome.id)
            journal.append(outcome)
        report = _tables(found, kept, journal, output)
        finished = datetime.now(UTC)
        Output(output).write_run(
            asdict(stamp)
            | {
                "models": {stamp.ner: stamp.model},
                "options": {"paths": [str(path) for path in paths], "out": job.out} | _limits(job) | dict(told or {}),
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
        journal.finish()
    output.close()
    return report


def _found(paths: Sequence[Path | str], out: str, limits: Limits) -> Inputs:
    here = None if is_url(out) else Path(out)
    found = find_inputs(paths, here, limits)
    if not found.sources:
        raise UsageError("\n  ".join(["nothing to read", *map(str, found.problems)]))
    files = (source.path for source in found.sources if isinstance(source, Source))
    inside = here and next((path for path in files if here.resolve() in place(path).parents), None)
    if inside:
        raise UsageError(f"-o {out}: holds the input {inside}; name a folder apart from the inputs")
    return found


@contextmanager
def _journal(job: Job, stamp: Stamp) -> Iterator[Journal]:
    """The journal, in OUT; where OUT is no folder, one that helps this run only.

    There a killed run goes on from the annotations in OUT, and reads its inputs again.
    """
    with ExitStack() as made:
        folder = made.enter_context(TemporaryDirectory(prefix="oncocase-")) if is_url(job.out) else job.out
        heading = json.dumps(asdict(stamp) | _limits(job))
        yield made.enter_context(Journal(Path(folder, ".journal.jsonl"), heading))


def _limits(job: Job) -> dict[str, Any]:
    """What decides, besides the program and the text, whether a document fails."""
    return {"limits": asdict(job.limits), "timeout": job.budget.seconds, "max_memory": job.budget.megabytes}


def _is_done(source: Input, journal: Journal) -> bool:
    """Whether a run that was killed is through with this very file."""
    outcome = journal.get(source.id)
    if outcome is None or outcome.path != str(source.path):
        return False
    return outcome.input != () and outcome.input == version(source)


def _outcomes(found: Inputs, kept: Collection[str], engine: Engine, console: Console) -> Iterator[Outcome]:
    """Have all done that is not, and say what goes wrong as it does."""
    for problem in found.problems:
        console.error(str(problem))
    left = [source for source in found.sources if source.id not in kept]
    if not left:
        return
    for outcome in console.track(engine(left), total=len(left)):
        if outcome.warning:
            console.warn(outcome.warning)
        if outcome.failure:
            console.error(f"{outcome.path}: {outcome.failure.error}")
        yield outcome


def _tables(found: Inputs, kept: Collection[str], journal: Journal, output: Store) -> Report:
    """The files about all documents, and the counts."""
    report = Report(ignored=found.ignored)
    report.renamed = {source.id: str(source.path) for source in found.sources if source.is_renamed}
    failed: set[str] = set()

    def failures() -> Iterator[Failure]:
        yield from (Failure(str(problem.path), "reading", problem.reason) for problem in found.problems)
        ids = (source.id for source in found.sources if source.id in failed)
        yield from (outcome.failure for outcome in journal.ordered(ids) if outcome.failure)

    def counted() -> Iterator[Outcome]:
        for outcome in journal.ordered(sorted(source.id for source in found.sources)):
            report.count(outcome, outcome.id in kept)
            if outcome.failure:
                failed.add(outcome.id)
            yield outcome

    write_facts(counted(), output)
    report.failed = write_failures(failures(), output)
    return report
