"""The registrar's exit: cases to a feed, with the way back of each value, and a row in the store that says so.

A feed writes beside the folder; its files are moved into it when all of them are whole, and those of the export that
stood there are taken away first: a value that was rejected since must not be read out of an old file.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import uuid
from collections import Counter
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from pipeline import __version__
from pipeline.errors import UsageError, WritingError
from pipeline.registry.cases import Trace
from pipeline.registry.engine import now, reading, writing
from pipeline.registry.standing import registry_cases
from pipeline.registry.tables import audit
from pipeline.registry.tables import export as export_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Engine

    from pipeline.registry.cases import Feed, RegistryCase, Written

# Form to the module in `feeds` whose `write` makes it.
FEEDS = {
    "mcode": "mcode",
    "naaccr": "naaccr",
    "omop": "omop",
    "redcap": "redcap",
    "cbioportal": "cbioportal",
    "csv": "tabular",
}
PROVENANCE, MANIFEST = "provenance.csv", "export.json"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Exported:
    """What was exported: files with their SHA-256, by their name in the folder."""

    form: str
    which: str
    cases: int
    traced: int
    counts: dict[str, int]
    left_out: list[str]
    files: dict[str, str]


def feed_of(form: str) -> Feed:
    """The feed of a form of `FEEDS`; only this one's libraries are loaded."""
    module = import_module(f"pipeline.registry.feeds.{FEEDS[form]}")
    feed: Feed = module.write
    return feed


def export(engine: Engine, form: str, feed: Feed, folder: Path, which: str, who: str) -> Exported:
    """Write the cases of the store to `folder` by a feed.

    Raises `UsageError` for a folder that holds other things, `WritingError` where it cannot be written.
    """
    earlier = _earlier(folder, form)
    beside = folder.parent / f".{folder.name}.part-{uuid.uuid4().hex[:8]}"
    try:
        beside.mkdir(parents=True)
        try:
            done = _write(engine, feed, form, beside, which)
            _move(beside, folder, earlier, done)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise WritingError(
            folder, f"cannot be written ({error.strerror or error}); mend that and export again"
        ) from error
    _log(engine, folder, who, done)
    return done


def inert(value: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) else value


def _write(engine: Engine, feed: Feed, form: str, folder: Path, which: str) -> Exported:
    counts: Counter[str] = Counter()
    with (
        reading(engine) as connection,
        (folder / PROVENANCE).open("w", encoding="utf-8", newline="") as file,
    ):
        rows = csv.writer(file)
        rows.writerow(Trace._fields)

        def keep(trace: Trace) -> None:
            counts["traced"] += 1
            rows.writerow([inert(cell) if isinstance(cell, str) else cell for cell in trace])

        def counted(cases: Iterable[RegistryCase]) -> Iterator[RegistryCase]:
            for one in cases:
                counts["cases"] += 1
                yield one

        written: Written = feed(counted(registry_cases(connection, which)), folder, keep)
    files = {str(path.relative_to(folder)): _sha256(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    return Exported(form, which, counts["cases"], counts["traced"], written.counts, written.left_out, files)


def _earlier(folder: Path, form: str) -> list[str]:
    """The files of the export that stands in the folder. Raises `UsageError` where it holds anything else."""
    if not folder.exists():
        return []
    manifest = folder / MANIFEST
    try:
        if not any(folder.iterdir()):
            return []
        about = json.loads(manifest.read_bytes())
        if about["form"] != form:
            raise UsageError(f"-o {folder}: holds an export to {about['form']}; name another folder")
        names = [str(name) for name in about["files"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"-o {folder}: is not an empty folder, and no export stands in it; name another") from error
    if any(not (folder / name).resolve().is_relative_to(folder.resolve()) for name in names):
        raise UsageError(f"{manifest}: names files outside of its folder; name another with -o")
    return names


def _move(beside: Path, folder: Path, earlier: list[str], done: Exported) -> None:
    """The manifest goes last: without it a folder holds no export that is whole."""
    manifest = json.dumps({"program": __version__, "at": now()} | asdict(done), ensure_ascii=False, indent=1)
    (beside / MANIFEST).write_text(manifest + "\n", encoding="utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    for name in earlier:
        (folder / name).unlink(missing_ok=True)
    for name in [*done.files, MANIFEST]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (beside / name).replace(folder / name)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _log(engine: Engine, folder: Path, who: str, done: Exported) -> None:
    row: dict[str, Any] = {"at": now(), "who": who, "form": done.form, "which": done.which, "program": __version__}
    place = str(folder.resolve()).encode("utf-8", "backslashreplace").decode()
    row |= {"folder": place, "cases": done.cases, "traced": done.traced}
    row |= {"counts": json.dumps(done.counts), "files": json.dumps(done.files)}
    said = {"operation": uuid.uuid4().hex, "at": row["at"], "who": who, "action": "export"}
    with writing(engine) as connection:
        connection.execute(insert(export_table), row)
        connection.execute(insert(audit), said | {"about": f"{done.form}: {place}"})
