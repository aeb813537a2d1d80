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
    """What was found: `sources` in order of path, `problems` with what was named but cannot be read,
    and how many files of another kind the folders hold (`ignored`)."""

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
                problems.append(ReadingError(path, f"the folder holds no file ending in {_endings()}"))
        elif path.suffix.lower() in ENDINGS or not path.exists():
            files.append(path)  # one that is not there fails in reading only where others are
        else:
            problems.append(ReadingError(path, f"files ending in {path.suffix!r} are not read, only {_endings()}"))
    missing = [path for path in files if not os.path.lexists(path)]
    problems += [ReadingError(path, "no such file or folder; check the name") for path in missing]
    there = {place(path): path for path in sorted(files, reverse=True) if path not in missing}
    return Found(tuple(number(there[key] for key in sorted(there))), tuple(sorted(problems, key=str)), ignored)
