"""`oncocase train`: annotation folders to a tagger."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.arguments import add_quiet, add_text
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.commands.arguments import Commands
    from pipeline.console import Console


def add(commands: Commands) -> None:
    """The arguments of `oncocase train`."""
    command = commands.add_parser(
        "train",
        help="trains the tagger from annotation folders",
        description="Trains the clinical NER model on folders of annotations: ours, brat standoff, IOB tables or\n"
        "PHEE JSON lines, the latter three through a label map. A source teaches nothing of labels that it does not\n"
        "mark. The same sources, settings and seed give the same model; a run that was broken off goes on by the\n"
        "same command.",
        epilog="example:\n  oncocase train --source annotations --source maccrobat maccrobat -o model",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument(
        "--source",
        required=True,
        action="append",
        nargs="+",
        metavar=("DIR", "MAP"),
        help="a folder, and its label map where its labels are not ours; may be given several times",
    )
    command.add_argument("-o", "--out", required=True, type=Path, metavar="OUT", help="the folder to write to")
    add_text(command, "where texts are that do not lie beside their annotations")
    command.add_argument(
        "--config", type=Path, metavar="FILE", help="network and settings (default: the program's own)"
    )
    command.add_argument("--without", type=Path, metavar="FILE", help="a file with ids of documents to leave out")
    command.add_argument("--epochs", type=int, metavar="N", help="how often all is gone through")
    command.add_argument("--seed", type=int, metavar="N", help="the seed of chance")
    add_quiet(command)
    command.set_defaults(command=run)


def run(options: argparse.Namespace, console: Console) -> bool:
    """Train, or go on with a training that was broken off."""
    from pipeline.training.command import DEFAULTS, Request
    from pipeline.training.command import run as fit
    from pipeline.training.sources import Source

    if any(len(source) > 2 for source in options.source):
        raise UsageError("--source: takes a folder and, where its labels are others than ours, a label map")
    sources = tuple(Source(Path(path), maps[0] if maps else None, options.text) for path, *maps in options.source)
    without: frozenset[str] = frozenset()
    if options.without:
        try:
            without = frozenset(options.without.read_text(encoding="utf-8").split())
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"--without {options.without}: cannot be read ({error})") from error
    fit(Request(sources, options.out, options.config or DEFAULTS, without, options.epochs, options.seed), console)
    return True
