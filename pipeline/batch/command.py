"""`oncocase extract`: its options to a job and an engine."""

from __future__ import annotations

from dataclasses import fields
from functools import partial
from typing import TYPE_CHECKING

from pipeline.batch.guard import Budget
from pipeline.batch.run import Engine, run
from pipeline.batch.task import Job, Task
from pipeline.batch.worker import Worker
from pipeline.errors import UsageError
from pipeline.reading import Limits

if TYPE_CHECKING:
    from argparse import Namespace

    from pipeline.batch.report import Report
    from pipeline.console import Console


def extract(options: Namespace, console: Console) -> Report:
    """Do what the options of the command line say."""
    budget = Budget(options.timeout, options.max_memory)
    if options.ner is not None:
        from pipeline.mentions.proposals import proposer

        proposer(options.ner)  # a model that is not there is known before the first document
    annotator = partial(Worker, options.ner, options.min_confidence)
    job = Job(
        str(options.out),
        _limits(options),
        budget=budget,
        ner=options.ner,
        least=options.min_confidence,
        annotator=annotator,
    )
    told = {"engine": options.engine, "workers": options.workers, "scheduler": options.scheduler}
    return run(options.paths, job, _engine(job, options), console, told)


def _limits(options: Namespace) -> Limits:
    return Limits(**{f.name: getattr(options, f"max_{f.name}") * f.metadata["unit"] for f in fields(Limits)})


def _engine(job: Job, options: Namespace) -> Engine:
    if options.scheduler and options.engine != "dask":
        raise UsageError("--scheduler: is the address of a Dask cluster; say --engine dask too")
    if options.engine == "dask":
        from pipeline.batch.dask_engine import DaskEngine

        return DaskEngine(job, options.scheduler, max(options.workers, 1))
    if options.workers == 0:
        return lambda sources: map(Task(job), sources)
    from pipeline.batch.crew import Crew

    return Crew(job, options.workers)
