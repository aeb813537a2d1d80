"""The run over the documents: what fails is listed and the rest goes on; what is done is not done twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.batch.journal import Journal
from pipeline.batch.outcome import Failure, Outcome
from pipeline.batch.output import Output
from pipeline.batch.report import Report
from pipeline.batch.stamp import Stamp
from pipeline.batch.store import Folder
from pipeline.batch.tables import write_facts, write_failures
from pipeline.batch.task import fingerprint
from pipeline.errors import UsageError
from pipeline.reading import Found, Source, find, place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.batch.store import Store
    from pipeline.batch.task import Job
    from pipeline.console import Console

Engine = Callable[[Iterable[Source]], Iterator[Outcome]]
"""Sources to their outcomes, one each, in any order."""


def run(paths: Sequence[Path], job: Job, engine: Engine, console: Console, **options: Any) -> Report:
    """Do the job on the files and folders `paths`; `options` are those of the engine, for `run.json`.

    A failing document is counted and listed. Raises `UsageError` where there is nothing to do, and
    `WritingError` where OUT cannot be written.
    """
    started = datetime.now(UTC)
    out = Path(job.out)
    found = _found(paths, out)
    place = Folder(out)
    place.prepare()
    stamp = Stamp.now()
    with Journal(out / ".journal.jsonl", _heading(job, stamp)) as journal:
        place.clear()
        kept = {source.id for source in found.sources if _is_done(source, journal)}
        _work(found, kept, journal, engine, console)
        report = _tables(found, kept, journal, place)
        finished = datetime.now(UTC)
        Output(place).write_run(
            asdict(stamp)
            | {
                "models": {},
                "options": {"paths": [str(path) for path in paths], "out": job.out} | _limits(job) | options,
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
    place.close()
    return report


def _found(paths: Sequence[Path], out: Path) -> Found:
    found = find(paths, leave_out=out)
    if not found.sources:
        raise UsageError("\n  ".join(["nothing to read", *map(str, found.problems)]))
    inside = [source.path for source in found.sources if out.resolve() in place(source.path).parents]
    if inside:
        raise UsageError(f"-o {out}: holds the input {inside[0]}; name a folder apart from the inputs")
    return found


def _limits(job: Job) -> dict[str, float]:
    """What decides, besides the program and the text, whether a document fails."""
    return {"max_bytes": job.max_bytes, "timeout": job.limits.seconds, "max_memory": job.limits.megabytes}


def _heading(job: Job, stamp: Stamp) -> str:
    return json.dumps(asdict(stamp) | _limits(job))


def _is_done(source: Source, journal: Journal) -> bool:
    """Whether a run that was killed is through with this very file."""
    outcome = journal.get(source.id)
    if outcome is None or outcome.path != str(source.path):
        return False
    return outcome.input != () and outcome.input == fingerprint(source)


def _work(found: Found, kept: Iterable[str], journal: Journal, engine: Engine, console: Console) -> None:
    """Have all done that is not, and say what goes wrong as it does."""
    for problem in found.problems:
        console.error(str(problem))
    left = [source for source in found.sources if source.id not in kept]
    if not left:
        return
    for outcome in console.track(engine(left), total=len(left)):
        journal.append(outcome)
        if outcome.warning:
            console.warn(outcome.warning)
        if outcome.failure:
            console.error(f"{outcome.path}: {outcome.failure.error}")


def _tables(found: Found, kept: set[str], journal: Journal, place: Store) -> Report:
    """The files about all documents, and the counts."""
    report = Report(ignored=found.ignored)
    report.renamed = {source.id: str(source.path) for source in found.sources if source.is_renamed}

    def failures() -> Iterator[Failure]:
        yield from (Failure(str(problem.path), "reading", problem.reason) for problem in found.problems)
        yield from (outcome.failure for outcome in journal.ordered(s.id for s in found.sources) if outcome.failure)

    def counted() -> Iterator[Outcome]:
        for outcome in journal.ordered(sorted(source.id for source in found.sources)):
            report.count(outcome, outcome.id in kept)
            yield outcome

    write_facts(counted(), place)
    report.failed = write_failures(failures(), place)
    return report
