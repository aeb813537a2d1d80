"""A PostgreSQL of one's own for a test: Debian's program, a data folder and a port that nobody else has."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROGRAMS = Path("/usr/lib/postgresql/15/bin")
_USER = "postgres"


def why_not() -> str | None:
    """Why no PostgreSQL can be started here; None where one can."""
    if not (_PROGRAMS / "initdb").exists():
        return f"no PostgreSQL 15 in {_PROGRAMS}; install Debian's postgresql-15"
    if os.geteuid() == 0:
        if not shutil.which("runuser"):
            return "PostgreSQL does not run as root, and runuser is not there"
        try:
            pwd.getpwnam(_USER)
        except KeyError:
            return f"PostgreSQL does not run as root, and there is no user {_USER}"
    return None


@contextlib.contextmanager
def running_postgres() -> Iterator[str]:
    """A running server on a free port of loopback; gives the SQLAlchemy URL of its empty database `oncocase`.

    The server and its folder, which lies in /tmp, are gone afterwards. Call it only where `why_not` is None.
    """
    folder = Path(tempfile.mkdtemp(prefix="oncocase-pg-", dir="/tmp"))
    port = _free_port()
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, _USER, _USER)
        data = folder / "data"
        _run("initdb", "-D", str(data), "-U", "oncocase", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        _run("pg_ctl", "-D", str(data), "-l", str(folder / "log"), "-w", "-o", settings, "start")
        try:
            _run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "oncocase", "oncocase")
            yield f"postgresql+psycopg://oncocase@127.0.0.1:{port}/oncocase"
        finally:
            _run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(program: str, *arguments: str) -> None:
    command = [str(_PROGRAMS / program), *arguments]
    if os.geteuid() == 0:
        command = ["runuser", "-u", _USER, "--", *command]
    # The server keeps what it inherits open: its output goes nowhere, or a pipe would never end.
    done = subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE if program != "pg_ctl" else None, cwd="/", timeout=60
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {(done.stderr or b'').decode()}")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
