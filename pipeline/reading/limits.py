"""How much of a file is read before it is taken for something else than a case report."""

import time
from dataclasses import dataclass, field

MEGABYTE = 10**6
MAX_BYTES = 5 * MEGABYTE
"""The size over which a text is taken for something else than a case report."""


def _limit(default: float, explanation: str, unit: float = 1) -> float:
    found: float = field(default=default, metadata={"help": explanation, "unit": unit})
    return found


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one document, and of one archive; each is an option of the command line (`--max-…`).

    `size` and `pdf_size` are bytes, which the command line takes in MB: the field's `unit`.
    """

    size: float = _limit(MAX_BYTES, "MB of a text, XML, HTML or JSON file, or of one in an archive", MEGABYTE)
    pdf_size: float = _limit(50 * MEGABYTE, "MB of a PDF file", MEGABYTE)
    pages: float = _limit(300, "pages of a PDF file")
    depth: float = _limit(100, "elements of XML or HTML one inside another")
    seconds: float = _limit(60, "seconds that reading one document may take")
    members: float = _limit(1_000_000, "files in one archive")
    ratio: float = _limit(100, "times that an archive, or a file in it, may grow when unpacked")

    def clock(self) -> "Clock":
        """A clock that starts now."""
        return Clock(time.monotonic() + self.seconds, self.seconds)


@dataclass(frozen=True, slots=True)
class Clock:
    """When reading has to be done, by `time.monotonic`."""

    deadline: float
    seconds: float

    def check(self) -> None:
        """Raises `ValueError` where the time is up."""
        if time.monotonic() > self.deadline:
            raise ValueError(f"takes more than the {self.seconds:g} s allowed to read; raise the limit (--max-seconds)")


DEFAULT = Limits()
