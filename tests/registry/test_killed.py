"""A load that is killed leaves the store as it was, at whatever point it dies; and the next load does all of it."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from made_out import TEXT, Out, record
from sqlalchemy import Engine, select

import pipeline
from pipeline.registry.engine import reading
from pipeline.registry.load import Loaded
from pipeline.registry.review import decide, places
from pipeline.registry.tables import metadata

pytest_plugins = ("stores",)

ROOT = Path(pipeline.__file__).resolve().parent.parent
CASES = 400
# A load that says when it begins to write, so that a kill hits it while it writes.
LOAD = """
import sys
sys.path[:0] = [{root!r}, {tests!r}]
from pathlib import Path
from made_out import POLICY
from pipeline.console import Console
from pipeline.registry.engine import connect, url
from pipeline.registry.incoming import OutFolder
from pipeline.registry.load import load
import pipeline.registry.batch as batch
first = batch.Batch.write
def write(self, connection):
    first(self, connection)
    print("wrote", flush=True)
batch.Batch.write = write
print("begin", flush=True)
load(connect(url({db!r})), OutFolder(Path({out!r})), POLICY, "killed", Console(quiet=True))
print("done", flush=True)
"""


def dump(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    with reading(engine) as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }


def test_killed_five_times_at_random_points(
    db: str, engine: Engine, take: Callable[[Out], Loaded], tmp_path: Path
) -> None:
    old, new = Out(tmp_path / "old"), Out(tmp_path / "new", "b" * 64)
    later = record(treatments=[])
    for number in range(CASES):
        if number < CASES // 2:
            old.add(f"N{number:03}", record(), f"{TEXT}Report {number}.")
        new.add(f"N{number:03}", later, f"{TEXT}Report {number}.")
    take(old)
    (here,) = places(engine, "N007", "treatments.0.name")
    decide(engine, "N007", here.key, "accept", None, "me", "read it", None)
    before = dump(engine)
    chance = random.Random(7)
    ends = [_killed(db, new, after, chance) for after in (0, 0, 1, 1, 2)]
    assert "done" not in ends
    assert dump(engine) == before
    assert take(new).problems == []
    found = dump(engine)
    assert len(found["case"]) == len(found["document"]) == CASES
    assert len(found["review"]) == 1
    assert [row for row in found["case_value"] if row[1] == here.key and row[4] == "accepted"] != []
    assert take(new).counts["new"] == 0
    assert dump(engine) | {"audit": []} == found | {"audit": []}


def _killed(db: str, out: Out, after: int, chance: random.Random) -> str:
    """Kill a load some time after it wrote `after` batches; the last thing that it said."""
    script = LOAD.format(root=str(ROOT), tests=str(Path(__file__).parent), db=db, out=str(out.root))
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        said = [running.stdout.readline().strip() for _ in range(after + 1)]
        assert said == ["begin", *["wrote"] * after]
        time.sleep(chance.uniform(0, 0.05))
        running.kill()
        return (running.stdout.read().splitlines() or said)[-1]
