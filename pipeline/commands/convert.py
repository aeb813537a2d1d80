"""`oncocase convert`: annotation files from one format to another."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.arguments import add_quiet, add_text

if TYPE_CHECKING:
    from pipeline.commands.arguments import Commands
    from pipeline.console import Console


def add(commands: Commands) -> None:
    """The arguments of `oncocase convert`."""
    command = commands.add_parser(
        "convert",
        help="annotations from one format to another",
        description="Reads a folder of annotations (<id>.json, or brat standoff <id>.ann) and writes each in another\n"
        "format, checked against the guidelines and, where it is found, against its text <id>.txt.",
        epilog="exit code: 0 all files read, 3 some were broken (each is named), 2 wrong use\n\n"
        "example:\n  oncocase convert annotations --to brat -o annotations/brat",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("folder", type=Path, metavar="DIR", help="the folder of annotations")
    command.add_argument("--to", required=True, choices=("brat", "json"), help="the format to write")
    command.add_argument("-o", "--out", required=True, type=Path, metavar="OUT", help="the folder to write to")
    add_text(command)
    command.add_argument("--labels", metavar="MAP", help="a label map for annotations of another source")
    add_quiet(command)
    command.set_defaults(command=run)


def run(options: argparse.Namespace, console: Console) -> bool:
    """Convert the files; False where some were broken."""
    from pipeline.annotations.convert import run as write

    return write(options.folder, options.out, options.to, options.text, options.labels, console)
