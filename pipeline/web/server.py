"""The review page on a port."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import uvicorn

from pipeline.errors import UsageError
from pipeline.web.app import app

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.web.site import Site

_BACKLOG = 64


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises `UsageError` where it cannot be had."""
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(place[:2], family=family, backlog=_BACKLOG)
    except (OSError, OverflowError) as error:
        raise UsageError(f"--host {host} --port {port}: cannot listen there ({error}); name another port") from error


def run(site: Site, listening: socket.socket, certificate: Path | None = None, key: Path | None = None) -> None:
    """Serve until interrupted. No header of a client says where it comes from, and no address is logged."""
    config = uvicorn.Config(
        app(site),
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        lifespan="off",
        limit_concurrency=100,
        loop="asyncio",
        http="h11",
        ws="none",
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )
    uvicorn.Server(config).run(sockets=[listening])
