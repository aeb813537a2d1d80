"""Reads mutated inputs in a process that they may take down, and accounts for each: for tests/benchmarks/fuzz.py."""

from __future__ import annotations

import multiprocessing
import random
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from reading.mutating import PLAIN, changed, mutated, seeds

from pipeline.batch.guard import Budget, Guard
from pipeline.reading import Document, Limits, ReadingError, find, read

SECONDS = 10.0
"""The most that an input of some KB may take."""
_GRACE = 5.0  # then a process is ended that does not end itself
_START = 60.0
_LIMITS = Limits(seconds=5)
_MEGABYTES = 1000.0
_LOST = ("is not in the archive", "none named", "cannot be opened: No such file")
Answer = tuple[int, int, int, float, str]
"""Number of the input, documents read, refused, seconds, what went wrong."""
Reading = Callable[[Path], tuple[int, int]]
"""A path to how many documents were read and how many refused, as `accounted`."""


def answers(
    form: str, inputs: int, seed: int, seconds: float = SECONDS, reading: Reading | None = None
) -> Iterator[Answer]:
    """One answer an input, in order, whatever the inputs do to the process that reads them."""
    done = 0
    while done < inputs:
        with tempfile.TemporaryDirectory() as folder:
            told = (Path(folder), form, seed, range(done, inputs), seconds, reading or accounted)
            for answer in _answers_of_one(*told):
                yield answer
                done += 1


def _answers_of_one(
    folder: Path, form: str, seed: int, numbers: range, seconds: float, reading: Reading
) -> Iterator[Answer]:
    """The answers of one process; the last one is of the input that ended it, if one did."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(theirs, folder, form, seed, numbers, seconds, reading))
    process.start()
    theirs.close()
    try:
        patience = _START
        for number in numbers:
            if not ours.poll(patience + seconds + _GRACE):
                process.kill()
            try:
                answer: Answer = ours.recv()
            except EOFError:
                process.join()
                trace = (folder / "trace").read_text("utf-8", "replace")
                yield number, 0, 0, seconds, f"the process ended (exit code {process.exitcode}): {trace[:600]}"
                return
            yield answer
            patience = 0.0
    finally:
        ours.close()
        process.join(_GRACE)
        process.kill()


def _serve(
    answer: Connection, folder: Path, form: str, seed: int, numbers: range, seconds: float, reading: Reading
) -> None:
    """Make and read the inputs of these numbers, in a process of their own."""
    files = seeds()[form]
    with (folder / "trace").open("w", encoding="utf-8") as trace:
        guard = Guard(Budget(seconds, _MEGABYTES), trace)
        for number in numbers:
            path = written(folder / "in", form, seed, number, files)
            begin = time.perf_counter()
            documents = refused = 0
            wrong = ""
            try:
                with guard.document():
                    documents, refused = reading(path)
            except BaseException as error:  # all that is no ReadingError is a crash
                last = traceback.extract_tb(error.__traceback__)[-1]
                wrong = f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})"
            answer.send((number, documents, refused, time.perf_counter() - begin, wrong[:600]))


def written(folder: Path, form: str, seed: int, number: int, files: list[tuple[str, bytes]]) -> Path:
    """The input of that number, the same whichever were made before it; what is to be read."""
    chance = random.Random(f"{seed}/{form}/{number}")
    name, data = chance.choice(files)
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(changed(form, data, chance))
    if form != "brat":
        return path
    text = PLAIN.encode()
    path.with_suffix(".txt").write_bytes(text if chance.random() < 0.5 else mutated(text, chance))
    return folder


def accounted(path: Path) -> tuple[int, int]:
    """How many documents the input gave, and how many errors; each checked."""
    found = find([path], limits=_LIMITS)
    problems = list(found.problems)
    documents = 0
    for source in found.sources:
        try:
            check(read(source.path, _LIMITS, source.id))
            documents += 1
        except ReadingError as error:
            problems.append(error)
    for problem in problems:
        assert problem.reason.strip(), "an error without a reason"
        assert not any(said in problem.reason for said in _LOST), f"lost: {problem}"
    assert documents + len(problems) > 0, "nothing speaks of it"
    return documents, len(problems)


def check(document: Document) -> None:
    """A document holds what its docstring promises."""
    size = len(document.text)
    assert document.text.strip()
    assert len(document.sha256()) == 64
    cells = [cell for table in document.tables for cell in table.cells]
    for part in (*document.sections, *document.captions, *document.tables, *cells):
        assert 0 <= part.start <= part.end <= size, part
    assert "\0" not in document.text
    assert isinstance(document.warning, str)
    assert document.about() is not None
