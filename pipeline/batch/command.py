"""`oncocase extract`: its options to a job and an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.batch.guard import Limits
from pipeline.batch.run import Engine, run
from pipeline.batch.task import Job, Task
from pipeline.reading import MEGABYTE

if TYPE_CHECKING:
    from argparse import Namespace

    from pipeline.batch.report import Report
    from pipeline.console import Console


def extract(options: Namespace, console: Console) -> Report:
    """Do what the options of the command line say."""
    limits = Limits(options.timeout, options.max_memory)
    job = Job(str(options.out), round(options.max_size * MEGABYTE), limits)
    return run(options.paths, job, _engine(job, options.workers), console, workers=options.workers)


def _engine(job: Job, workers: int) -> Engine:
    if workers == 0:
        return lambda sources: map(Task(job), sources)
    from pipeline.batch.crew import Crew

    return Crew(job, workers)
