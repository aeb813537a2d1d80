"""Files and folders as the user named them -> the files to read."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pipeline.errors import ReadingError
from pipeline.reading import archives
from pipeline.reading.ids import Source, number
from pipeline.reading.kinds import ALLOWED, BESIDE, ENDINGS, FORMATS, format_of
from pipeline.reading.limits import DEFAULT, Limits


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: `sources` in order of place, `problems` with what was named but cannot be read,
    and how many files of other kinds the folders and archives hold (`ignored`)."""

    sources: tuple[Source, ...]
    problems: tuple[ReadingError, ...]
    ignored: int


def find(paths: Iterable[str | Path], leave_out: Path | None = None, limits: Limits = DEFAULT) -> Found:
    """The documents among `paths`, in the folders among them at any depth, and in archives; a file named twice is one.

    In a folder or archive only files with one of `ENDINGS` are read, and of these no archive in an archive, no
    JSON that is not BioC, and no .pdf that has the name of an .nxml beside it: PMC's packages hold the article
    in print too. Hidden files and folders, and the folder `leave_out`, are passed over, as are links to
    folders, which could lead in a circle. The members of an archive come in its order.
    """
    files: list[Path] = []
    search = _Search(limits)
    for path in map(Path, paths):
        if path.is_dir():
            files += search.folder(path, leave_out)
        elif not path.exists():
            search.problem(path, "no such file or folder; check the name")
        elif path.suffix.lower() == BESIDE and path.with_suffix(".txt").is_file():
            files.append(path.with_suffix(".txt"))
        elif not _is_read(path):
            ending = f"ends in {path.suffix}" if path.suffix else "has no ending"
            search.problem(path, f"{ending}; only files ending in {ALLOWED} are read")
        else:
            files.append(path)
    by_place = {place(path): path for path in sorted(files, reverse=True)}  # of two spellings the first by alphabet
    inside = [path for key in sorted(by_place) for path in search.documents(by_place[key])]
    return Found(tuple(number(inside)), tuple(sorted(search.problems, key=str)), search.ignored)


def place(path: Path) -> Path:
    """Where a file stands, however it was spelled; a link to a file is a file of its own."""
    return path.parent.resolve() / path.name


class _Search:
    """Looks into folders, archives and collections; keeps what is wrong with them."""

    def __init__(self, limits: Limits) -> None:
        self.problems: list[ReadingError] = []
        self.ignored = 0
        self._limits = limits

    def problem(self, path: Path, reason: str) -> None:
        self.problems.append(ReadingError(path, reason))

    def folder(self, folder: Path, leave_out: Path | None) -> list[Path]:
        files: list[Path] = []
        before = len(self.problems)
        skip = leave_out.resolve() if leave_out else None
        for root, folders, names in os.walk(folder, onerror=self._unreadable):
            folders[:] = [name for name in folders if not name.startswith(".") and Path(root, name).resolve() != skip]
            shown = [Path(root, name) for name in names if not name.startswith(".")]
            read = [path for path in chosen(shown) if path.suffix.lower() != ".json" or self._is_bioc(path)]
            self.ignored += len(shown) - len(read) - beside(shown)
            files += read
        if not files and len(self.problems) == before:
            self.problem(folder, f"the folder holds no file whose name ends in {ALLOWED}")
        return files

    def documents(self, path: Path) -> Iterator[Path]:
        """A path for each document in a file: its own, or those that lead into it."""
        if not path.is_file():  # a pipe, which would be waited for
            yield path
        elif archives.is_archive(path):
            yield from self._archive(path)
        elif format_of(path) in ("xml", "json"):
            try:
                with path.open("rb") as file:
                    yield from self._parts(path, file)
            except OSError:  # reading will say what is wrong
                yield path
        else:
            yield path

    def _archive(self, path: Path) -> list[Path]:
        found: dict[Path, list[Path]] = {}
        others = []
        before = len(self.problems)
        try:
            for member in archives.members(path, self._limits):
                inside = path / member.name
                form = format_of(inside)
                if not form:
                    others.append(inside)
                elif member.problem:
                    self.problem(inside, member.problem)
                elif form in ("xml", "json"):
                    documents = self._packed(inside, form, member)
                    if documents:
                        found[inside] = documents
                    else:
                        others.append(inside)
                else:
                    found[inside] = [inside]
        except ReadingError as error:
            self.problems.append(error)
        read = chosen(list(found))
        self.ignored += len(found) - len(read) + len(others) - beside([*found, *others])
        inside_all = [document for inside in read for document in found[inside]]
        if not inside_all and len(self.problems) == before:
            self.problem(path, f"the archive holds no file whose name ends in {', '.join(FORMATS)}")
        return inside_all

    def _packed(self, inside: Path, form: str, member: archives.Member) -> list[Path]:
        try:
            with member.open() as file:
                return list(self._parts(inside, file, only_bioc=True))
        except (*archives.BROKEN, ValueError):  # reading will say what is wrong
            return [inside]

    def _parts(self, path: Path, file: IO[bytes], only_bioc: bool = False) -> Iterator[Path]:
        from pipeline.reading.bundles import HEAD, is_collection, names

        head, form = file.read(HEAD), format_of(path)
        if only_bioc and form == "json" and not is_collection(head, form):
            return
        several = names(head, file, form, self._limits)
        yield from (path / name for name in several) if several else (path,)

    def _is_bioc(self, path: Path) -> bool:
        from pipeline.reading.bundles import HEAD, is_collection

        if not path.is_file():
            return True
        try:
            with path.open("rb") as file:
                return is_collection(file.read(HEAD), "json")
        except OSError:
            return True  # reading will say what is wrong

    def _unreadable(self, error: OSError) -> None:
        self.problem(Path(error.filename), f"cannot be opened: {error.strerror}")


def chosen(paths: list[Path]) -> list[Path]:
    """The files that are read, but those that say in print what an .nxml of the same name says."""
    articles = {path.with_suffix("") for path in paths if path.suffix.lower() == ".nxml"}
    printed = {path for path in paths if path.suffix.lower() == ".pdf" and path.with_suffix("") in articles}
    return [path for path in paths if _is_read(path) and path not in printed]


def _is_read(path: Path) -> bool:
    return path.name.lower().endswith(ENDINGS)


def beside(paths: list[Path]) -> int:
    """How many files are brat's annotations of a text among the paths: these belong to a document that is read."""
    texts = {path.with_suffix("") for path in paths if path.suffix.lower() == ".txt"}
    return sum(path.suffix.lower() == BESIDE and path.with_suffix("") in texts for path in paths)
