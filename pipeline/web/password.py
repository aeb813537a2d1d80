"""The password of the page: kept as its scrypt hash, compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from typing import TYPE_CHECKING

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

VARIABLE = "ONCOCASE_PASSWORD"
LEAST = 12  # characters: one password for all, which can be tried from the network
MOST = 1024


class Secret:
    """A password that can be asked whether another is the same, and nothing else."""

    def __init__(self, password: str) -> None:
        self._salt = secrets.token_bytes(16)
        self._hash = self._scrypt(password)

    def is_it(self, password: str) -> bool:
        return hmac.compare_digest(self._hash, self._scrypt(password[: MOST + 1]))

    def _scrypt(self, password: str) -> bytes:
        """16 MB and some 50 ms each."""
        return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=self._salt, n=2**14, r=8, p=1, dklen=32)


def read(file: Path | None) -> Secret | None:
    """The password of `--password-file`, else of the environment; None where neither is given.

    Raises `UsageError` for a file that cannot be read and a password that is easily guessed.
    """
    if file is None:
        given, where = os.environ.get(VARIABLE, ""), f"${VARIABLE}"
        if not given:
            return None
    else:
        where = f"--password-file {file}"
        try:
            given = file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, ValueError) as error:
            raise UsageError(f"{where}: cannot be read; give a text file with one line") from error
    if not LEAST <= len(given) <= MOST:
        raise UsageError(f"{where}: has {len(given)} characters; a password here has from {LEAST} to {MOST}")
    return Secret(given)
