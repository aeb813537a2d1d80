"""One id a document, the same whatever the order in which the inputs were named."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

# With '-2' and '.json' a name must stay within the 255 bytes that file systems take.
_MAX_BYTES = 240


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read and the id that its outputs are named after."""

    path: Path
    id: str

    @property
    def is_renamed(self) -> bool:
        """Whether the id is not the file's own name, because another input has that."""
        return self.id != stem(self.path)


def stem(path: Path) -> str:
    """The file's name without its ending, as a name that any text file can hold."""
    return path.stem.encode("utf-8", "replace")[:_MAX_BYTES].decode("utf-8", "ignore")


def number(paths: Iterable[Path]) -> Iterator[Source]:
    """Each path with its id: the name without ending; the second `report` becomes `report-2`.

    Counting follows the order of `paths`, so give them sorted. A number never makes the name that
    another input has of itself. Names that differ in case alone count as one: some disks hold only one.
    """
    ordered = list(paths)
    taken = {_key(stem(path)) for path in ordered}
    seen: set[str] = set()
    for path in ordered:
        name = stem(path)
        if _key(name) in seen:
            name = next(new for n in count(2) if _key(new := f"{name}-{n}") not in taken)
            taken.add(_key(name))
        seen.add(_key(name))
        yield Source(path, name)


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
