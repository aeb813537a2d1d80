"""The command `oncocase`: arguments to calls, errors to lines and exit codes.

Exit codes: 0 all done, 2 wrong use, 3 some documents failed and are listed, 1 the output could not be
written, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import __version__
from pipeline.annotations.scheme import LABELS
from pipeline.batch.guard import MEGABYTES, SECONDS
from pipeline.console import Console
from pipeline.errors import OncocaseError, UsageError, WritingError
from pipeline.reading import Limits

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, NOT_WRITTEN, WRONG_USE, SOME_FAILED, INTERRUPTED = 0, 1, 2, 3, 130
MAX_WORKERS = 512


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; wrong arguments end the program with code 2."""
    options = _parser().parse_args(arguments)
    console = Console(options.quiet)
    try:
        code: int = options.command(options, console)
    except OncocaseError as error:
        console.error(str(error))
        return NOT_WRITTEN if isinstance(error, WritingError) else WRONG_USE
    except BrokenPipeError:  # whoever read the lines has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        console.error("interrupted; the same command goes on from here")
        return INTERRUPTED
    return code


def extract(options: argparse.Namespace, console: Console) -> int:
    """`oncocase extract`: documents to annotations and facts."""
    from pipeline.batch import command

    out = options.out
    report = command.extract(options, console)
    if report.ignored:
        console.say(f"{_count(report.ignored, 'file')} of other kinds in the folders not read")
    if report.renamed:
        console.say(f"{_count(len(report.renamed), 'document')} numbered, the name being taken: see run.json")
    done = report.processed + report.reused
    reused = f" ({report.reused} of them from an earlier run)" if report.reused else ""
    console.say(f"{out}/annotations: {_count(done, 'document')}{reused}")
    console.say(f"{out}/records: the record of each patient")
    console.say(f"{out}/facts.parquet, {out}/facts.csv: {_count(report.facts, 'fact')}")
    console.say(f"{out}/failures.jsonl: {_count(report.failed, 'failure')}")
    console.say(f"{out}/run.json: how this was made")
    return SOME_FAILED if report.failed else DONE


def evaluate(options: argparse.Namespace, console: Console) -> int:
    """`oncocase evaluate`: scores against gold annotations, or the agreement of two annotators."""
    from pipeline.batch.worker import Worker
    from pipeline.scoring.command import Request, run

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
    return DONE if run(request, Worker(options.ner), console) else SOME_FAILED


def convert(options: argparse.Namespace, console: Console) -> int:
    """`oncocase convert`: annotation files from one format to another."""
    from pipeline.annotations.convert import run

    return DONE if run(options.folder, options.out, options.to, options.text, options.labels, console) else SOME_FAILED


def train(options: argparse.Namespace, console: Console) -> int:
    """`oncocase train`: annotation folders to a tagger."""
    from pipeline.training.command import DEFAULTS, Request, run
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
    run(Request(sources, options.out, options.config or DEFAULTS, without, options.epochs, options.seed), console)
    return DONE


def calibrate(options: argparse.Namespace, console: Console) -> int:
    """`oncocase calibrate`: gold that the tagger did not see to the confidence of mentions."""
    import pipeline
    from pipeline.training.calibrate import calibrate as fit

    fit(pipeline.load(str(options.ner)), options.gold, options.text, options.ner, console)
    return DONE


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
    _add_extract(commands)
    _add_evaluate(commands)
    _add_convert(commands)
    _add_train(commands)
    _add_calibrate(commands)
    return parser


def _add_extract(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
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
    command.add_argument("paths", nargs="+", type=_place, metavar="PATH", help="a file, a folder or an archive")
    command.add_argument("-o", "--out", required=True, type=_place, metavar="OUT", help="the folder to write to")
    command.add_argument(
        "--workers",
        type=_workers,
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
    command.add_argument("--quiet", action="store_true", help="say nothing but errors")
    _add_ner(command)
    command.add_argument(
        "--min-confidence",
        type=_probability,
        default=0.0,
        metavar="P",
        help="leave out mentions of less confidence, 0 to 1 (default: none)",
    )
    _add_limits(command)
    command.set_defaults(command=extract)


def _add_limits(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("limits", "What goes beyond one is listed as a failure, and the rest goes on.")
    group.add_argument(
        "--timeout",
        type=_amount,
        default=SECONDS,
        metavar="S",
        help="the seconds after which a document is given up (default: %(default)g)",
    )
    group.add_argument(
        "--max-memory",
        type=_amount,
        default=MEGABYTES,
        metavar="MB",
        help="the memory that a document may take, on Linux (default: %(default)g MB)",
    )
    for field in fields(Limits):
        group.add_argument(
            f"--max-{field.name.replace('_', '-')}",
            type=_amount,
            default=field.default / field.metadata["unit"],
            metavar="N",
            help=f"{field.metadata['help']} (default: %(default).9g)",
        )


def _add_evaluate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "evaluate",
        help="scores against gold annotations",
        description="Scores predicted annotations against gold ones: mentions (exact and overlapping spans, schemes\n"
        "of nervaluate, values, attributes), relations and the facts of the record, with 95 % intervals.\n"
        "Both are folders of <id>.json in the shape of the guidelines, or of brat standoff, <id>.ann.\n"
        "A document without a prediction counts as all missed. Each gold file's text, <id>.txt, is looked for\n"
        "beside it, in --text, and in the folder corpus beside the gold folder; a manifest.tsv there makes subsets.",
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
    command.add_argument("--text", type=Path, metavar="DIR", help="where the texts are")
    command.add_argument("--split", metavar="NAME", help="only the documents of this split of the manifest")
    command.add_argument("--labels", metavar="MAP", help="a label map for gold of another source: maccrobat, or a file")
    command.add_argument("--json", type=Path, metavar="FILE", help="write the scores to this file too")
    command.add_argument("--html", type=Path, metavar="FILE", help="write a page with plots and all errors")
    command.add_argument(
        "--show", choices=LABELS, metavar="LABEL", help="list the mentions of this label that are missed or extra"
    )
    command.add_argument(
        "--agreement", action="store_true", help="take the two folders for two annotators: F1, Cohen's kappa"
    )
    command.add_argument("--quiet", action="store_true", help="say nothing but errors")
    _add_ner(command)
    command.set_defaults(command=evaluate)


def _add_convert(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
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
    command.add_argument("--text", type=Path, metavar="DIR", help="where the texts are")
    command.add_argument("--labels", metavar="MAP", help="a label map for annotations of another source")
    command.add_argument("--quiet", action="store_true", help="say nothing but errors")
    command.set_defaults(command=convert)


def _add_train(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
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
    command.add_argument(
        "--text", type=Path, metavar="DIR", help="where texts are that do not lie beside their annotations"
    )
    command.add_argument(
        "--config", type=Path, metavar="FILE", help="network and settings (default: the program's own)"
    )
    command.add_argument("--without", type=Path, metavar="FILE", help="a file with ids of documents to leave out")
    command.add_argument("--epochs", type=int, metavar="N", help="how often all is gone through")
    command.add_argument("--seed", type=int, metavar="N", help="the seed of chance")
    command.add_argument("--quiet", action="store_true", help="say nothing but errors")
    command.set_defaults(command=train)


def _add_calibrate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
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
    command.add_argument("--text", type=Path, metavar="DIR", help="where the texts are")
    command.add_argument("--quiet", action="store_true", help="say nothing but errors")
    command.set_defaults(command=calibrate)


def _add_ner(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--ner",
        metavar="MODEL",
        help="what proposes drugs that no lexicon knows: a folder of `oncocase train`, a spaCy package such as\n"
        "en_ner_bc5cdr_md or its folder, or none (default: the tagger that comes with the program)",
    )


def _probability(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no probability; give a number from 0 to 1, such as 0.8")
    return value


def _place(text: str) -> Path | str:
    """A path, or a URL as it is."""
    return text if "://" in text else Path(text)


def _amount(text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = 0.0
    if not 0 < amount < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no amount; give a number above 0, such as 5 or 0.5")
    return amount


def _workers(text: str) -> int:
    if not text.isdecimal() or int(text) > MAX_WORKERS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of workers; give one from 0 to {MAX_WORKERS}")
    return int(text)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
