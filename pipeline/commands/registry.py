"""`oncocase registry`: the store of cases, what people decide in it, and its feeds."""

from __future__ import annotations

import argparse
import getpass
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.arguments import add_quiet, add_text
from pipeline.console import counted
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from pipeline.commands.arguments import Commands
    from pipeline.console import Console

_FORMS = ("mcode", "naaccr", "omop", "redcap", "cbioportal", "csv")
_DECISIONS = ("accept", "edit", "reject", "reopen")


def add(commands: Commands) -> None:
    """The arguments of `oncocase registry` and of its own commands."""
    command = commands.add_parser(
        "registry",
        help="a store of cases with review, and its feeds",
        description="Keeps cases with where each value is said and what people decided, in SQLite or PostgreSQL,\n"
        "and writes them in the forms that registries take. A decision of a person is never lost.",
        epilog="example:\n  oncocase registry init\n  oncocase registry load out\n  oncocase registry status\n"
        "  oncocase registry export --to naaccr -o feed --reviewed-only",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    own = command.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for part in (_add_init, _add_load, _add_status, _add_review, _add_export, _add_merge):
        part(own)


def _parser(commands: Commands, name: str, line: str, about: str, example: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=line,
        description=about,
        epilog=f"example:\n  oncocase registry {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--db",
        metavar="URL",
        help="sqlite:///FILE or postgresql://… (default: $ONCOCASE_DB, else sqlite:///registry.db)",
    )
    add_quiet(parser)
    return parser


def _add_who(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--who", metavar="NAME", help="who does this (default: the user of this computer)")


def _add_init(commands: Commands) -> None:
    about = "Makes the tables of a store, or brings those of an older version up to this one. What is in it stays."
    _parser(commands, "init", "makes or upgrades a store", about, "init --db sqlite:///registry.db").set_defaults(
        command=_init
    )


def _add_load(commands: Commands) -> None:
    parser = _parser(
        commands,
        "load",
        "takes in what extract wrote",
        "Takes in OUT, all or nothing. A value is taken unseen from that confidence of its slot on at which 99 of\n"
        "100 were right; the others wait. Loaded again it changes nothing; a newer run changes what nobody reviewed,\n"
        "and lists that. Exit code 3 where some documents were left as they stood: they are listed.",
        "load out --accept-above receptor=0.95",
    )
    parser.add_argument("out", type=Path, metavar="OUT", help="a folder that `oncocase extract` wrote")
    add_text(parser, "where the plain texts are now (default: where they were when extracted)")
    parser.add_argument("--ner", metavar="DIR", help="the model of the run, where it was not the program's own")
    parser.add_argument(
        "--accept-above",
        action="append",
        default=[],
        metavar="SLOT=P",
        help="take values of a slot unseen from this confidence on; SLOT=never or never: not at all. May be repeated",
    )
    parser.add_argument("--texts-changed", action="store_true", help="a text may replace another one of its name")
    parser.add_argument("--changes", type=Path, metavar="FILE", help="write every change to this CSV file")
    _add_who(parser)
    parser.set_defaults(command=_load)


def _add_status(commands: Commands) -> None:
    about = "Counts what is in the store: by state and slot, what waits and why, where a run disagrees with a person.\n"
    parser = _parser(
        commands, "status", "counts; what waits and why", f"{about}With CASE: its values.", "status BC0001"
    )
    parser.add_argument("case", nargs="?", metavar="CASE", help="list the values of this case")
    parser.set_defaults(command=_status)


def _add_review(commands: Commands) -> None:
    parser = _parser(
        commands,
        "review",
        "decides a value",
        "Adds a decision on a value. PATH is its place in the record, as `status CASE` shows it, or an item\n"
        "(treatments.0), of which every undecided value is accepted or rejected.",
        "review BC0001 case.grade edit --value 3 --who 'A. Registrar' --why 'report of the resection'",
    )
    parser.add_argument("case", metavar="CASE")
    parser.add_argument("path", metavar="PATH")
    parser.add_argument("decision", choices=_DECISIONS)
    parser.add_argument("--value", help="what stands instead, with edit")
    parser.add_argument("--who", required=True, metavar="NAME", help="who decides")
    parser.add_argument("--why", required=True, metavar="TEXT", help="the reason")
    parser.add_argument(
        "--based-on",
        type=int,
        metavar="N",
        help="the number of the decision that was looked at; refused where there is a newer one (default: the newest)",
    )
    parser.set_defaults(command=_review)


def _add_export(commands: Commands) -> None:
    parser = _parser(
        commands,
        "export",
        "writes a feed",
        "Writes the cases with the values that stand: taken unseen, accepted or edited. What waits or was rejected is\n"
        "left out. provenance.csv has the document and the characters of each value, export.json what was written.",
        "export --to mcode -o bundles --reviewed-only",
    )
    parser.add_argument("--to", required=True, choices=_FORMS, metavar="FORM", help=", ".join(_FORMS))
    parser.add_argument(
        "-o", "--out", required=True, type=Path, metavar="DIR", help="an empty folder, or that of an export"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--reviewed-only", action="store_true", help="only what a person accepted or edited")
    which.add_argument(
        "--with-waiting", action="store_true", help="for research: what waits, too; no registry should be fed with it"
    )
    _add_who(parser)
    parser.set_defaults(command=_export)


def _add_merge(commands: Commands) -> None:
    parser = _parser(
        commands,
        "merge",
        "suggests reports of one patient, and joins them",
        "Lists pairs of cases that may be one patient, with the score and what speaks for it. With two cases and a\n"
        "reason: joins them. The first one counts, the second is exported no more, and what only it has is listed.",
        "merge BC0001 BC0099 --why 'same name and date of birth'",
    )
    parser.add_argument("cases", nargs="*", metavar="CASE", help="two cases to join; none: suggestions")
    parser.add_argument("--apart", metavar="CASE", help="undo the join of this case")
    parser.add_argument("--why", metavar="TEXT", help="the reason, to join or part")
    _add_who(parser)
    parser.set_defaults(command=_merge)


@contextmanager
def _store(options: argparse.Namespace) -> Iterator[Engine]:
    """The store of `--db`, which must have its tables."""
    from pipeline.registry import engine, schema

    found = engine.connect(engine.url(options.db))
    try:
        schema.check(found)
        yield found
    finally:
        found.dispose()


def _who(options: argparse.Namespace) -> str:
    try:
        who: str = options.who or getpass.getuser()
    except (KeyError, OSError, ImportError):
        who = ""
    if not who.strip():
        raise UsageError("--who: this computer does not say who you are; name yourself")
    return who


def _init(options: argparse.Namespace, console: Console) -> bool:
    from pipeline.registry import engine, schema

    found = engine.connect(engine.url(options.db))
    try:
        before, step = schema.init(found)
    finally:
        found.dispose()
    did = "has the tables already" if before == step else "the tables are made" if before is None else "upgraded"
    console.say(f"{engine.named(found)}: {did} (step {step})")
    return True


def _make_if_new(options: argparse.Namespace, console: Console) -> None:
    """Make the SQLite file that is not there yet: the first load needs no `init`."""
    from pipeline.registry import engine

    found = engine.connect(engine.url(options.db))
    there = engine.is_there(found)
    found.dispose()
    if not there:
        _init(options, console)


def _load(options: argparse.Namespace, console: Console) -> bool:
    """False where some documents were left as they stood."""
    from pipeline.registry.incoming import OutFolder
    from pipeline.registry.load import load
    from pipeline.registry.policy import policy
    from pipeline.registry.telling import tell_load

    out = OutFolder(options.out, options.text)
    _make_if_new(options, console)
    with _store(options) as store:
        thresholds = policy(out.run, options.ner, options.accept_above, console)
        done = load(store, out, thresholds, _who(options), console, options.texts_changed)
        tell_load(store, done, options.changes, console)
    return not done.problems


def _status(options: argparse.Namespace, console: Console) -> bool:
    from pipeline.registry.engine import reading
    from pipeline.registry.status import lines, status
    from pipeline.registry.telling import tell_case, tell_status

    with _store(options) as store, reading(store) as connection:
        if options.case:
            tell_case(lines(connection, options.case), console)
        else:
            tell_status(connection, status(connection), console)
    return True


def _review(options: argparse.Namespace, console: Console) -> bool:
    from pipeline.registry.review import decide, places

    with _store(options) as store:
        here = places(store, options.case, options.path)
        if [place.path for place in here] != [options.path]:
            if options.decision == "edit" or options.based_on is not None:
                raise UsageError(f"{options.path}: is an item; name one value, such as {here[0].path}")
            here = [place for place in here if place.based_on is None]
        for place in here:
            based_on = place.based_on if options.based_on is None else options.based_on
            said = (options.decision, options.value, options.who, options.why)
            number = decide(store, options.case, place.key, *said, based_on, place.path)
            console.say(f"{options.case} {place.path}: {options.decision} (decision {number})")
    if not here:
        console.say(f"{options.case} {options.path}: every value of it is decided already")
    return True


def _export(options: argparse.Namespace, console: Console) -> bool:
    from pipeline.registry import export as exporting
    from pipeline.registry import standing

    which = standing.REVIEWED if options.reviewed_only else standing.STANDING
    which = standing.WITH_WAITING if options.with_waiting else which
    feed = exporting.feed_of(options.to)
    with _store(options) as store:
        done = exporting.export(store, options.to, feed, options.out, which, _who(options))
    told = ", ".join(f"{number} {name}" for name, number in done.counts.items())
    values = f"values {which}" + (f": {told}" if told else "")
    console.say(f"{options.out}: {counted(done.cases, 'case')} to {done.form}, {values}")
    console.say(f"{options.out / exporting.PROVENANCE}: the way back of {counted(done.traced, 'value')}")
    console.say(f"{options.out / exporting.MANIFEST}: {counted(len(done.files), 'file')} with their SHA-256")
    for line in done.left_out:
        console.say(f"left out: {line}")
    return True


def _merge(options: argparse.Namespace, console: Console) -> bool:
    from pipeline.registry.duplicates import suggestions
    from pipeline.registry.engine import reading
    from pipeline.registry.joining import join, part
    from pipeline.registry.telling import tell_join, tell_suggestions

    if options.apart and options.cases:
        raise UsageError("--apart: undoes one join; leave the other cases out")
    if len(options.cases) not in (0, 2):
        raise UsageError(f"{' '.join(options.cases)}: name two cases to join, or none to see suggestions")
    with _store(options) as store:
        if options.apart:
            home = part(store, options.apart, _who(options), options.why or "")
            console.say(f"{options.apart}: is a case of its own again, not joined to {home}")
        elif options.cases:
            counts, other = options.cases
            tell_join(counts, other, join(store, counts, other, _who(options), options.why or ""), console)
        else:
            with reading(store) as connection:
                tell_suggestions(suggestions(connection), console)
    return True
