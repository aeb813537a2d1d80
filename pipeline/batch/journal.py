"""The outcomes of a run as they come, in a file, so that a killed run need not begin again."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Self

from pipeline.batch.outcome import Outcome
from pipeline.errors import UsageError, WritingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from types import TracebackType


class Journal:
    """One line an outcome, in any order; in memory are only the places of the lines.

    The first line is `heading`, which says with what the run is made: a journal with another one counts for
    nothing. A line that was being written when the run was killed is cut off.
    """

    def __init__(self, path: Path, heading: str) -> None:
        """Open or begin the journal. Raises `UsageError` while another run has it open, `WritingError`."""
        self._path = path
        self._places: dict[str, int] = {}
        try:
            path.touch()
            self._file = path.open("r+b")
        except OSError as error:
            raise self._cannot(error) from error
        try:
            _lock(self._file, path)
            if self._file.readline() == heading.encode() + b"\n":
                self._recover()
            else:
                self._file.seek(0)
                self._file.truncate()
                self._file.write(heading.encode() + b"\n")
        except OSError as error:
            self._file.close()
            raise self._cannot(error) from error
        except UsageError:
            self._file.close()
            raise

    def _recover(self) -> None:
        while True:
            place = self._file.tell()
            line = self._file.readline()
            if not line.endswith(b"\n"):
                break
            try:
                outcome = Outcome.from_json(line)
            except (ValueError, KeyError, TypeError):
                break
            self._places[outcome.id] = place
        self._file.seek(place)
        self._file.truncate()

    def append(self, outcome: Outcome) -> None:
        """Write an outcome down; it is safe from a kill of this process when this returns."""
        try:
            self._places[outcome.id] = self._file.seek(0, 2)
            self._file.write(outcome.to_json())
            self._file.flush()
        except OSError as error:
            raise self._cannot(error) from error

    def get(self, doc_id: str) -> Outcome | None:
        """The outcome of a document, None where there is none yet."""
        place = self._places.get(doc_id)
        if place is None:
            return None
        self._file.seek(place)
        return Outcome.from_json(self._file.readline())

    def ordered(self, ids: Iterable[str]) -> Iterator[Outcome]:
        """The outcomes of these documents, in this order."""
        return (outcome for outcome in map(self.get, ids) if outcome)

    def finish(self) -> None:
        """Remove the journal: all that it says is in the outputs."""
        self._file.close()
        self._path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def _cannot(self, error: OSError) -> WritingError:
        return WritingError(self._path, f"cannot be written ({error.strerror}); mend that and run the command again")


def _lock(file: IO[bytes], path: Path) -> None:
    """Keep other runs out for as long as the file is open, where the system can."""
    try:
        import fcntl
    except ImportError:  # Windows
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        reason = "another run is writing to this folder; wait for it, or name another folder"
        raise UsageError(f"-o {path.parent}: {reason}") from error
