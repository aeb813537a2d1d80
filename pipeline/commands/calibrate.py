"""`oncocase calibrate`: gold that the tagger did not see to the confidence of mentions."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.arguments import add_quiet, add_text

if TYPE_CHECKING:
    from pipeline.commands.arguments import Commands
    from pipeline.console import Console


def add(commands: Commands) -> None:
    """The arguments of `oncocase calibrate`."""
    command = commands.add_parser(
        "calibrate",
        help="fits the confidence of mentions to gold annotations",
        description="Processes gold documents that the tagger was not trained on, fits how probably a mention is\n"
        "right, and writes it into the tagger's folder, with the confidence by slot from which 99 % were right.",
        epilog="example:\n  oncocase calibrate --gold held-out --ner model",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument(
        "--gold", required=True, nargs="+", type=Path, metavar="DIR", help="folders of gold annotations"
    )
    command.add_argument("--ner", required=True, type=Path, metavar="DIR", help="a folder that `oncocase train` wrote")
    add_text(command)
    add_quiet(command)
    command.set_defaults(command=run)


def run(options: argparse.Namespace, console: Console) -> bool:
    """Fit the confidence and write it into the tagger's folder."""
    import pipeline
    from pipeline.training.calibrate import calibrate as fit

    fit(pipeline.load(str(options.ner)), options.gold, options.text, options.ner, console)
    return True
