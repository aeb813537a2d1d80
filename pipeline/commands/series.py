"""`oncocase series`: the case-series table and the timelines of an extraction."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.arguments import add_quiet

if TYPE_CHECKING:
    from pipeline.commands.arguments import Commands
    from pipeline.console import Console


def add(commands: Commands) -> None:
    """The arguments of `oncocase series`."""
    command = commands.add_parser(
        "series",
        help="makes the case-series table and the treatment timelines",
        description="Reads the records that `oncocase extract` wrote and writes OUT/series: the table (XLSX, CSV,\n"
        "HTML, Word) with each cell linked to its sentence, a summary, a timeline a patient, and a swimmer plot.",
        epilog="example:\n  oncocase series out --columns case,age,stage,primary,sites,systemic,outcome",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("out", type=Path, metavar="OUT", help="a folder that `oncocase extract … -o OUT` wrote")
    command.add_argument(
        "--columns", metavar="A,B,…", help="columns in their order; a name that is none lists them all"
    )
    add_quiet(command)
    command.set_defaults(command=run)


def run(options: argparse.Namespace, console: Console) -> bool:
    """Write the series."""
    from pipeline.series.columns import DEFAULT
    from pipeline.series.write import write

    names = [name.strip() for name in options.columns.split(",")] if options.columns else DEFAULT
    return write(options.out, names, console)
