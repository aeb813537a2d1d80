"""`oncocase serve`: the review page."""

from __future__ import annotations

import argparse
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.arguments import add_quiet
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.commands.arguments import Commands
    from pipeline.console import Console
    from pipeline.web.settings import Settings


def add(commands: Commands) -> None:
    """The arguments of `oncocase serve`."""
    command = commands.add_parser(
        "serve",
        help="the review page",
        description="Shows the registry in a browser: what waits for review, each case with its text beside the\n"
        "record, and the forms to accept, edit, reject and undo. Only this computer reaches it, unless --host\n"
        "says otherwise; then it needs a password, and browsers reach it by https alone. Ends with Ctrl-C.",
        epilog="examples:\n  oncocase serve --db sqlite:///registry.db --port 8000\n"
        "  oncocase serve --host 0.0.0.0 --name review.hospital.example --password-file secret \\\n"
        "      --certificate cert.pem --key key.pem",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument(
        "--db",
        metavar="URL",
        help="sqlite:///FILE or postgresql://… (default: $ONCOCASE_DB, else sqlite:///registry.db)",
    )
    command.add_argument("--port", type=_port, default=8000, metavar="N", help="0: any that is free (default: 8000)")
    command.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    command.add_argument(
        "--name", action="append", default=[], help="a name by which browsers may ask for this server; may be repeated"
    )
    command.add_argument(
        "--password-file", type=Path, metavar="FILE", help="the password, in one line (default: $ONCOCASE_PASSWORD)"
    )
    command.add_argument("--reviewer", metavar="NAME", help="who reviews; then nobody signs in. Only on this computer")
    command.add_argument("--certificate", type=Path, metavar="PEM", help="serve https with this certificate")
    command.add_argument("--key", type=Path, metavar="PEM", help="the key of the certificate")
    command.add_argument(
        "--scores", type=Path, metavar="FILE", help="a report of `oncocase evaluate --json`, shown among the figures"
    )
    add_quiet(command)
    command.set_defaults(command=run)


def run(options: argparse.Namespace, console: Console) -> bool:
    """Serve until interrupted."""
    try:
        from pipeline.web import figures, server
        from pipeline.web.site import Site
    except ImportError as error:
        raise UsageError(f"serve: {error.name} is not installed; pip install 'oncocase[web]'") from error
    from pipeline.registry import engine, schema

    if (options.certificate is None) != (options.key is None):
        raise UsageError("--certificate and --key: https needs both")
    for file in filter(None, (options.certificate, options.key)):
        if not file.is_file():
            raise UsageError(f"{file}: no such file; give the certificate and its key as PEM")
    found = engine.connect(engine.url(options.db))
    try:
        schema.check(found)
        scores = figures.read(options.scores) if options.scores else None
        settings = _settings(options)
        with server.bound(settings.host, settings.port) as listening:
            port = listening.getsockname()[1]
            _say(console, options, port, settings)
            with suppress(KeyboardInterrupt):
                site = Site(found, replace(settings, port=port), scores)
                server.run(site, listening, options.certificate, options.key)
    finally:
        found.dispose()
    console.say("ended; every decision is in the registry")
    return True


def _settings(options: argparse.Namespace) -> Settings:
    """What was asked for, refused where others could reach the reports without a password."""
    from pipeline.web import password
    from pipeline.web.settings import Settings, is_loopback, names_of
    from pipeline.web.signing import name_problem

    secret, alone = password.read(options.password_file), is_loopback(options.host)
    if not alone and secret is None:
        raise UsageError(
            f"--host {options.host}: others reach it; set a password with --password-file or $ONCOCASE_PASSWORD"
        )
    reviewer = None if options.reviewer is None else " ".join(options.reviewer.split())
    if reviewer is not None:
        if not alone or secret is not None:
            raise UsageError("--reviewer: lets everybody in under that name; leave out --host and the password")
        if problem := name_problem(reviewer):
            raise UsageError(f"--reviewer: {problem}")
    names = names_of(options.host, options.name)
    secure = not alone or options.certificate is not None
    return Settings(options.host, options.port, names, reviewer, secret, secure)


def _say(console: Console, options: argparse.Namespace, port: int, settings: Settings) -> None:
    scheme = "https" if options.certificate else "http"
    host = f"[{options.host}]" if ":" in options.host else options.host
    console.say(f"{scheme}://{host}:{port}: the review page; Ctrl-C ends it")
    if settings.secure and not options.certificate:
        console.warn("browsers sign in by https only; put it behind a proxy that speaks https, or give --certificate")


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 0 to 65535")
    return int(text)
