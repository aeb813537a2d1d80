"""`oncocase extract`: documents to annotations and facts."""

from __future__ import annotations

import argparse
from dataclasses import fields
from typing import TYPE_CHECKING

from pipeline.batch.guard import MEGABYTES, SECONDS
from pipeline.commands.arguments import add_ner, add_quiet, amount, place, probability, workers
from pipeline.console import counted
from pipeline.reading import Limits

if TYPE_CHECKING:
    from pipeline.commands.arguments import Commands
    from pipeline.console import Console


def add(commands: Commands) -> None:
    """The arguments of `oncocase extract`."""
    command = commands.add_parser(
        "extract",
        help="documents to annotations and facts",
        description="Reads plain text (.txt), JATS XML (.nxml, .xml), HTML, PDF and BioC (.xml, .json), in folders at\n"
        "any depth and in archives (.zip, .tar, .tar.gz), and writes into OUT annotations/<id>.json,\n"
        "records/<id>.json, text/<id>.txt where the input was not that text, facts.parquet and facts.csv,\n"
        "failures.jsonl and run.json.\n"
        "A run that was killed is finished by the same command again.\n"
        "PATH and OUT may be URLs that fsspec knows; a PATH in .parquet has a text a row, in its columns id and text.",
        epilog="exit code: 0 all documents read, 3 some failed (see failures.jsonl), 2 wrong use\n\n"
        "example:\n  oncocase extract reports/ letter.txt -o out --workers 4\n"
        "  oncocase extract s3://bucket/texts.parquet -o s3://bucket/out --engine dask --scheduler tcp://10.0.0.1:8786",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("paths", nargs="+", type=place, metavar="PATH", help="a file, a folder or an archive")
    command.add_argument("-o", "--out", required=True, type=place, metavar="OUT", help="the folder to write to")
    command.add_argument(
        "--workers",
        type=workers,
        default=1,
        metavar="N",
        help="processes that work side by side, one a core and 0.4 GB each (default: %(default)s); 0 works in the "
        "command's own process, where a document can neither be stopped nor crash alone",
    )
    command.add_argument(
        "--engine",
        choices=("local", "dask"),
        default="local",
        help="dask: on many machines, with the extra [scale] (default: %(default)s)",
    )
    command.add_argument(
        "--scheduler", default="", metavar="ADDRESS", help="the Dask cluster that runs already, as tcp://10.0.0.1:8786"
    )
    add_quiet(command)
    add_ner(command)
    command.add_argument(
        "--min-confidence",
        type=probability,
        default=0.0,
        metavar="P",
        help="leave out mentions of less confidence, 0 to 1 (default: none)",
    )
    _add_limits(command)
    command.set_defaults(command=run)


def run(options: argparse.Namespace, console: Console) -> bool:
    """Extract, and say what was written; False where some documents failed."""
    from pipeline.batch import command

    out = options.out
    report = command.extract(options, console)
    if report.ignored:
        console.say(f"{counted(report.ignored, 'file')} of other kinds in the folders not read")
    if report.renamed:
        console.say(f"{counted(len(report.renamed), 'document')} numbered, the name being taken: see run.json")
    done = report.processed + report.reused
    reused = f" ({report.reused} of them from an earlier run)" if report.reused else ""
    console.say(f"{out}/annotations: {counted(done, 'document')}{reused}")
    console.say(f"{out}/records: the record of each patient")
    console.say(f"{out}/facts.parquet, {out}/facts.csv: {counted(report.facts, 'fact')}")
    console.say(f"{out}/failures.jsonl: {counted(report.failed, 'failure')}")
    console.say(f"{out}/run.json: how this was made")
    return not report.failed


def _add_limits(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("limits", "What goes beyond one is listed as a failure, and the rest goes on.")
    group.add_argument(
        "--timeout",
        type=amount,
        default=SECONDS,
        metavar="S",
        help="the seconds after which a document is given up (default: %(default)g)",
    )
    group.add_argument(
        "--max-memory",
        type=amount,
        default=MEGABYTES,
        metavar="MB",
        help="the memory that a document may take, on Linux (default: %(default)g MB)",
    )
    for field in fields(Limits):
        group.add_argument(
            f"--max-{field.name.replace('_', '-')}",
            type=amount,
            default=field.default / field.metadata["unit"],
            metavar="N",
            help=f"{field.metadata['help']} (default: %(default).9g)",
        )
