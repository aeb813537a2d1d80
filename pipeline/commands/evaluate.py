"""`oncocase evaluate`: scores against gold annotations, or the agreement of two annotators."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.annotations.scheme import LABELS
from pipeline.commands.arguments import add_ner, add_quiet, add_text
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.commands.arguments import Commands
    from pipeline.console import Console


def add(commands: Commands) -> None:
    """The arguments of `oncocase evaluate`."""
    command = commands.add_parser(
        "evaluate",
        help="scores against gold annotations",
        description="Scores predicted annotations against gold ones: mentions (exact and overlapping spans, schemes\n"
        "of nervaluate, values, attributes), relations and the facts of the record, with 95 % intervals.\n"
        "Both are folders of <id>.json in the shape of the guidelines, or of brat standoff, <id>.ann.\n"
        "A document without a prediction counts as all missed. Each gold file's text, <id>.txt, is looked for\n"
        "in --text, beside it, and in the folder corpus beside the gold folder; a manifest.tsv there makes subsets.",
        epilog="exit code: 0 all files read, 3 some were broken (each is named), 2 wrong use\n\n"
        "examples:\n  oncocase evaluate --gold annotations --json scores.json --html scores.html\n"
        "  oncocase evaluate --gold annotations --pred out --against out-before\n"
        "  oncocase evaluate --gold maccrobat --labels maccrobat",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument(
        "--gold",
        required=True,
        nargs="+",
        type=Path,
        metavar="DIR",
        help="the folder of gold annotations, or several of them, which are scored together and each alone",
    )
    command.add_argument(
        "--pred", type=Path, metavar="DIR", help="the predicted ones, or what extract wrote (default: extract them now)"
    )
    command.add_argument("--against", type=Path, metavar="DIR", help="predictions of an earlier run to compare with")
    add_text(command)
    command.add_argument("--split", metavar="NAME", help="only the documents of this split of the manifest")
    command.add_argument("--labels", metavar="MAP", help="a label map for gold of another source: maccrobat, or a file")
    command.add_argument("--json", type=Path, metavar="FILE", help="write the scores to this file too")
    command.add_argument(
        "--html",
        type=Path,
        metavar="FILE",
        help="write a page with plots and the wrong mentions, up to 500 of each label",
    )
    command.add_argument(
        "--show", choices=LABELS, metavar="LABEL", help="list the mentions of this label that are missed or extra"
    )
    command.add_argument(
        "--agreement", action="store_true", help="take the two folders for two annotators: F1, Cohen's kappa"
    )
    add_quiet(command)
    add_ner(command)
    command.set_defaults(command=run)


def run(options: argparse.Namespace, console: Console) -> bool:
    """Score, or compare; False where some files were broken."""
    from pipeline.batch.worker import Worker
    from pipeline.scoring.command import Request
    from pipeline.scoring.command import run as score

    if options.agreement and not options.pred:
        raise UsageError("--agreement: compares two folders; name the second annotator's with --pred")
    for option in ("against", "html"):
        if options.agreement and getattr(options, option):
            raise UsageError(f"--{option}: says nothing of --agreement; leave one of them out")
    request = Request(
        tuple(options.gold),
        options.pred,
        options.text,
        options.labels,
        options.split,
        options.against,
        options.agreement,
        options.show,
        options.json,
        options.html,
    )
    return score(request, Worker(options.ner), console)
