"""The command `oncocase`: arguments to calls, errors to lines and exit codes.

Exit codes: 0 all done, 2 wrong use, 3 some documents failed and are listed, 1 the output could not be
written, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from pipeline import __version__
from pipeline.commands import calibrate, convert, evaluate, extract, registry, series, serve, train
from pipeline.console import Console
from pipeline.errors import OncocaseError, WritingError

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, NOT_WRITTEN, WRONG_USE, SOME_FAILED, INTERRUPTED = 0, 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; wrong arguments end the program with code 2."""
    options = _parser().parse_args(arguments)
    console = Console(options.quiet)
    try:
        went_well: bool = options.command(options, console)
    except OncocaseError as error:
        console.error(str(error))
        return NOT_WRITTEN if isinstance(error, WritingError) else WRONG_USE
    except BrokenPipeError:  # whoever read the lines has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        console.error("interrupted; the same command goes on from here")
        return INTERRUPTED
    return DONE if went_well else SOME_FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "oncocase",
        description="Reads oncology case reports and extracts what they say of the patient:\n"
        "receptors, stages, drugs, doses, dates, radiotherapy and metastatic sites.",
        epilog="example:\n  oncocase extract reports/ -o out\n  oncocase evaluate --gold annotations --pred out",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"oncocase {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in (extract, evaluate, series, registry, serve, convert, train, calibrate):
        command.add(commands)
    return parser
