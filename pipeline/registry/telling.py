"""What the registry's commands print."""

from __future__ import annotations

import csv
import unicodedata
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.console import counted
from pipeline.errors import WritingError
from pipeline.registry.engine import reading
from pipeline.registry.export import inert
from pipeline.registry.plan import TOLD
from pipeline.registry.status import Line, changes, disputes
from pipeline.registry.tables import CAUSES, STATES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from pipeline.console import Console
    from pipeline.registry.duplicates import Suggestion
    from pipeline.registry.joining import OnlyThere
    from pipeline.registry.load import Loaded
    from pipeline.registry.status import Status

_SHOWN = 20
_WIDEST = 60
_HEAD = ("case_id", "what", "path", "before", "after", "about")


def plain(value: str | None) -> str:
    """A value on one line of a terminal: no control characters, nothing that turns the direction of writing, short."""
    if value is None:
        return "-"
    shown = value[:_WIDEST] + "…" * (len(value) > _WIDEST)
    return "".join(
        char if unicodedata.category(char) not in ("Cc", "Cf", "Zl", "Zp") else f"\\u{ord(char):04x}" for char in shown
    )


def tell_load(engine: Engine, done: Loaded, file: Path | None, console: Console) -> None:
    """The counts of a load, what it changed, and what it could not take."""
    of = done.counts
    console.say(
        f"{counted(of['documents'], 'document')}, {counted(of['cases'], 'case')}: values {of['new']} new, "
        f"{of['changed']} changed, {of['unchanged']} unchanged, {of['value lost']} lost, {of['reviewed']} reviewed"
    )
    console.say(f"{of['waiting']} of them wait for a person; `oncocase registry status` says why")
    if of["without a patient"]:
        console.say(f"{counted(of['without a patient'], 'document')} without a patient left out")
    for line in done.copies[:_SHOWN]:
        console.say(f"same text: {plain(line)}")
    _tell_changes(engine, done, console)
    if file:
        _write_changes(engine, done, file)
        console.say(f"{file}: every change")
    for problem in done.problems:
        console.error(problem)


def _tell_changes(engine: Engine, done: Loaded, console: Console) -> None:
    with reading(engine) as connection:
        for action in TOLD:
            number = done.counts[action]
            if not number:
                continue
            console.say(f"{action}: {number}")
            asked = changes(done.operation, action).limit(_SHOWN)
            for case_id, _, path, before, after, about in connection.execute(asked):
                told = f" ({plain(about)})" if about else ""
                console.say(f"  {plain(case_id)} {plain(path)}: {plain(before)} -> {plain(after)}{told}")
            if number > _SHOWN:
                console.say(f"  and {number - _SHOWN} more; --changes FILE writes them all")


def _write_changes(engine: Engine, done: Loaded, file: Path) -> None:
    try:
        with reading(engine) as connection, file.open("w", encoding="utf-8", newline="") as opened:
            rows = csv.writer(opened)
            rows.writerow(_HEAD)
            for row in connection.execute(changes(done.operation).execution_options(yield_per=1000)):
                rows.writerow([inert(cell or "") for cell in row])
    except OSError as error:
        raise WritingError(file, f"cannot be written ({error.strerror}); the load itself is done") from error


def tell_status(connection: Connection, found: Status, console: Console) -> None:
    """The counts of the store, and where a run disagrees with a person."""
    for name, number in found.tables.items():
        console.say(f"{number:>9}  {name}")
    for name, number in found.runs:
        console.say(f"run {name}: the newest of {counted(number, 'case')}")
    console.say("")
    _table("slot", STATES, found.states, console)
    if found.causes:
        console.say("")
        _table("waits", CAUSES, found.causes, console)
    shown = list(islice(disputes(connection), _SHOWN + 1))
    for one in shown[:_SHOWN]:
        says = "no longer says it" if one.said is None else f"says {plain(one.said)}"
        stands = f"{one.state} {plain(one.value)}" if one.value is not None else one.state
        console.say(f"{one.case_id} {plain(one.path)}: {stands}; the newest run {says}")
    if len(shown) > _SHOWN:
        console.say("and more")


def _table(head: str, columns: tuple[str, ...], rows: Mapping[str, Mapping[str, int]], console: Console) -> None:
    width = max(map(len, (*rows, head)), default=0)
    console.say(f"{head:{width}}  " + "  ".join(columns))
    for name, numbers in rows.items():
        cells = (f"{numbers.get(column) or '':>{len(column)}}" for column in columns)
        console.say(f"{name:{width}}  " + "  ".join(cells).rstrip())


def tell_case(lines: list[Line], console: Console) -> None:
    """Every value of a case, a line each: path, state, value, then why it waits or who decided, and the words."""
    for line in lines:
        says = "" if line.said == line.value else f" (extracted: {plain(line.said)})"
        about = line.review or line.reason or ""
        gone = "" if line.is_said or line.said is None else "; the newest run does not say it"
        words = f' "{plain(line.words)}"' if line.words else ""
        console.say(f"{plain(line.path)}  {line.state}  {plain(line.value)}{says}  {plain(about)}{gone}{words}")


def tell_suggestions(found: list[Suggestion], console: Console) -> None:
    """The pairs that may be one patient, and how to join one."""
    for pair in found[:_SHOWN]:
        console.say(f"{pair.one} and {pair.other}: {pair.score} bits: {'; '.join(map(plain, pair.why))}")
    if len(found) > _SHOWN:
        console.say(f"and {len(found) - _SHOWN} more pairs")
    said = counted(len(found), "pair of cases") if len(found) == 1 else f"{len(found)} pairs of cases"
    console.say(f"{said} may be one patient each; nothing was joined")


def tell_join(counts: str, other: str, only: list[OnlyThere], console: Console) -> None:
    """What was joined, and what only the case has that no longer counts."""
    console.say(f"{other}: joined to {counts}, which counts; `oncocase registry merge --apart {other}` undoes it")
    for one in only:
        console.say(f"only {other} has {one.slot}: {plain(one.value)} ({plain(one.path)})")
