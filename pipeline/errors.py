"""Every error that oncocase means its user to see.

    OncocaseError
    ├── UsageError      the command cannot mean what it says: no inputs, an OUT that cannot be used
    │   └── OvertakenError  somebody else decided the same value of the registry meanwhile
    ├── ReadingError    one input cannot be read
    └── WritingError    an output cannot be written

A message names the value, what is allowed and the remedy. Anything else that is raised is a bug.
"""

from pathlib import Path


class OncocaseError(Exception):
    """The root of the tree: catch it to catch all of them."""


class UsageError(OncocaseError):
    """What was asked for cannot be done; nothing was written."""


class OvertakenError(UsageError):
    """A decision on a value that somebody else has decided since it was looked at; look again, then decide."""


class _FileError(OncocaseError):
    """An error about one file: `path` is the file, or its URL, as the user named it; `reason` what is wrong and what
    helps."""

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class ReadingError(_FileError):
    """An input is not there, not of a kind that is read, empty, binary, too large or not decodable."""


class WritingError(_FileError):
    """An output file cannot be written: no room, no permission, a name that the disk does not take."""
