"""What the commands' options have in common: types that check, and options that several commands take."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

MAX_WORKERS = 512


def add_quiet(command: argparse.ArgumentParser) -> None:
    """Every command's `--quiet`."""
    command.add_argument("--quiet", action="store_true", help="say nothing but errors")


def add_ner(command: argparse.ArgumentParser) -> None:
    """The model of the commands that run the pipeline."""
    command.add_argument(
        "--ner",
        metavar="MODEL",
        help="what proposes drugs that no lexicon knows: a folder of `oncocase train`, a spaCy package such as\n"
        "en_ner_bc5cdr_md or its folder, or none (default: the tagger that comes with the program)",
    )


def add_text(command: argparse.ArgumentParser, help_line: str = "where the texts are") -> None:
    """The folder of texts of the commands that read annotations."""
    command.add_argument("--text", type=Path, metavar="DIR", help=help_line)


def probability(text: str) -> float:
    """A number from 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no probability; give a number from 0 to 1, such as 0.8")
    return value


def place(text: str) -> Path | str:
    """A path, or a URL as it is."""
    return text if "://" in text else Path(text)


def amount(text: str) -> float:
    """A number above 0."""
    try:
        amount = float(text)
    except ValueError:
        amount = 0.0
    if not 0 < amount < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no amount; give a number above 0, such as 5 or 0.5")
    return amount


def workers(text: str) -> int:
    """A number of processes."""
    if not text.isdecimal() or int(text) > MAX_WORKERS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of workers; give one from 0 to {MAX_WORKERS}")
    return int(text)
