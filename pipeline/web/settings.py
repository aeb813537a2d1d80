"""What `oncocase serve` was told, checked."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.web.password import Secret

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Settings:
    """`names` are the names of this server that a browser may ask for. `reviewer` is who reviews where nobody signs
    in, `secret` the password, None where there is none. `secure` says that browsers reach it by https only."""

    host: str = "127.0.0.1"
    port: int = 8000
    names: frozenset[str] = frozenset(LOOPBACK_NAMES)
    reviewer: str | None = None
    secret: Secret | None = field(default=None, repr=False)
    secure: bool = False
    scores: Path | None = None

    @property
    def cookie(self) -> str:
        """Cookies know no ports: two servers on one machine must not sign each other's people out."""
        return f"{'__Host-' if self.secure else ''}oncocase-{self.port}"


def is_loopback(host: str) -> bool:
    """Whether only this computer reaches it."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def names_of(host: str, allowed: Sequence[str]) -> frozenset[str]:
    """The names by which a browser may ask for a server that listens on `host`.

    Raises `UsageError` where it listens on every address and nobody said by what name.
    """
    named = frozenset(name.lower().strip("[]") for name in allowed)
    if is_loopback(host):
        return named | frozenset(LOOPBACK_NAMES) | {host}
    if host in ("0.0.0.0", "::", ""):
        if not named:
            raise UsageError(f"--host {host}: is every address; name the server with --name, as its users type it")
        return named
    return named | {host.lower()}
