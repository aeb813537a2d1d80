"""A PostgreSQL of the tests' own: Debian's server, under its own user, in its own folder, on its own port."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BIN = Path("/usr/lib/postgresql/15/bin")
USER = "postgres"


def missing() -> str | None:
    """Why no server can be started here; None where one can."""
    if not (BIN / "initdb").is_file():
        return f"{BIN} is not here: apt-get install postgresql-15"
    if os.geteuid() == 0 and not shutil.which("runuser"):
        return "the server does not run as root, and there is no runuser to change to another user"
    return None


@contextmanager
def server() -> Iterator[str]:
    """The URL of a server that is stopped and removed at the end. `/{database}` is to be added."""
    with tempfile.TemporaryDirectory(prefix="oncocase-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, USER, USER)
        folder.chmod(0o700)
        data, port = folder / "data", _free_port()
        _run("initdb", "-D", data, "-U", "registry", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        settings = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
        _run("pg_ctl", "-D", data, "-o", settings, "-l", folder / "log", "-w", "start")
        try:
            yield f"postgresql://registry@127.0.0.1:{port}"
        finally:
            _run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _run(program: str, *arguments: object) -> None:
    command = [str(BIN / program), *map(str, arguments)]
    if os.geteuid() == 0:
        command = ["runuser", "-u", USER, "--", *command]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
