"""Files and folders as the user named them -> the files to read."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ReadingError
from pipeline.reading.ids import Source, number

ENDINGS = (".txt",)
"""The endings of files that are read, in lower case."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: `sources` in order of place, `problems` with what was named but cannot be read,
    and how many files of other kinds the folders hold (`ignored`)."""

    sources: tuple[Source, ...]
    problems: tuple[ReadingError, ...]
    ignored: int


def find(paths: Iterable[str | Path], leave_out: Path | None = None) -> Found:
    """The files among `paths` and, at any depth, in the folders among them; a file named twice is one.

    In a folder only files with one of `ENDINGS` are read. Hidden files and folders, and the folder
    `leave_out`, are passed over, as are links to folders, which could lead in a circle.
    """
    files: list[Path] = []
    problems: list[ReadingError] = []
    ignored = 0
    for path in map(Path, paths):
        if path.is_dir():
            inside, others, unreadable = _walk(path, leave_out)
            files += inside
            ignored += others
            problems += unreadable
            if not inside and not unreadable:
                problems.append(ReadingError(path, f"the folder holds no file whose name ends in {_ALLOWED}"))
        elif not path.exists():
            problems.append(ReadingError(path, "no such file or folder; check the name"))
        elif not _is_read(path):
            ending = f"ends in {path.suffix}" if path.suffix else "has no ending"
            problems.append(ReadingError(path, f"{ending}; only files ending in {_ALLOWED} are read"))
        else:
            files.append(path)
    by_place = {place(path): path for path in sorted(files, reverse=True)}  # of two spellings the first by alphabet
    sources = number(by_place[key] for key in sorted(by_place))
    return Found(tuple(sources), tuple(sorted(problems, key=str)), ignored)


def place(path: Path) -> Path:
    """Where a file stands, however it was spelled; a link to a file is a file of its own."""
    return path.parent.resolve() / path.name


_ALLOWED = " or ".join(ENDINGS)


def _is_read(path: Path) -> bool:
    return path.suffix.lower() in ENDINGS


def _walk(folder: Path, leave_out: Path | None) -> tuple[list[Path], int, list[ReadingError]]:
    """The files to read, the number of others, and the folders that could not be looked into."""
    unreadable: list[OSError] = []
    files: list[Path] = []
    others = 0
    skip = leave_out.resolve() if leave_out else None
    for root, folders, names in os.walk(folder, onerror=unreadable.append):
        folders[:] = [name for name in folders if not name.startswith(".") and Path(root, name).resolve() != skip]
        shown = [Path(root, name) for name in names if not name.startswith(".")]
        files += filter(_is_read, shown)
        others += sum(not _is_read(path) for path in shown)
    problems = [ReadingError(Path(error.filename), f"cannot be opened: {error.strerror}") for error in unreadable]
    return files, others, problems
