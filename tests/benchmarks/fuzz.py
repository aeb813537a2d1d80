"""Mutated inputs of every format that is read: each must end in a document or in an error that names it.

    python tests/benchmarks/fuzz.py [--inputs 10000] [--seed 6] [--formats PDF,.zip] [--keep FOLDER]
    python tests/benchmarks/fuzz.py --show PDF:4711 [--keep FOLDER]     one input again, with its traceback

Inputs are made and read in a process with the budget of a worker; when it dies or goes over the time it is started
again behind the input that did it. An input is lost where neither a document nor an error speaks of it, or where
what was found cannot be found again when it is read. Exit code 1 where there was a crash, a hang or a loss.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from reading.fuzzing import accounted, answers, written
from reading.mutating import seeds


@dataclass(slots=True)
class Row:
    """A row of the table."""

    format: str
    inputs: int = 0
    read: int = 0
    refused: int = 0
    slowest: tuple[float, int] = (0.0, 0)
    wrong: list[tuple[int, str]] = field(default_factory=list)

    def __str__(self) -> str:
        seconds, number = self.slowest
        return (
            f"| {self.format} | {self.inputs} | {self.read} | {self.refused} |"
            f" {seconds * 1000:.0f} ms (no. {number}) | {len(self.wrong)} |"
        )


HEAD = "| format | inputs | read | refused | slowest | crashes, hangs, lost |\n| --- | --- | --- | --- | --- | --- |"


def main(arguments: list[str] | None = None) -> int:
    forms = seeds()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=200, help="how many of each format")
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--formats", default=",".join(forms))
    parser.add_argument("--keep", type=Path, help="a folder for the inputs that went wrong")
    parser.add_argument("--show", help="FORMAT:NUMBER of one input to read again")
    options = parser.parse_args(arguments)
    if options.show:
        return show(options)
    rows = [row_of(form, options) for form in options.formats.split(",")]
    print("\n".join([HEAD, *map(str, rows)]))
    for row in rows:
        for number, wrong in row.wrong:
            print(f"{row.format}:{number}: {wrong}")
    return int(any(row.wrong for row in rows))


def row_of(form: str, options: argparse.Namespace) -> Row:
    """What became of the inputs of a format."""
    row = Row(form)
    for number, documents, refused, seconds, wrong in answers(form, options.inputs, options.seed):
        row.inputs += 1
        row.read += documents > 0 and not wrong
        row.refused += refused > 0 and not documents and not wrong
        row.slowest = max(row.slowest, (seconds, number))
        if wrong:
            row.wrong.append((number, wrong))
            if options.keep:
                keep(options.keep, form, options.seed, number)
    assert row.inputs == options.inputs == row.read + row.refused + len(row.wrong)
    print(f"{form}: {row.read} read, {row.refused} refused, {len(row.wrong)} wrong", file=sys.stderr, flush=True)
    return row


def keep(folder: Path, form: str, seed: int, number: int) -> Path:
    place = folder / f"{form.strip('.').replace(' ', '_')}-{number}"
    place.mkdir(parents=True, exist_ok=True)
    return written(place, form, seed, number, seeds()[form])


def show(options: argparse.Namespace) -> int:
    form, _, number = options.show.rpartition(":")
    with tempfile.TemporaryDirectory() as scratch:
        path = keep(options.keep or Path(scratch), form, options.seed, int(number))
        print(path, "documents and errors:", *accounted(path))
    return 0


if __name__ == "__main__":
    sys.exit(main())
