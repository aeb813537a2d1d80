"""The registry with 50,000 made-up cases: loading, looking up one value, exporting all; time and memory of each.

    python tests/benchmarks/registry.py [CASES] [--db URL]

Every case has a text of its own, 19 values, and its decision by threshold. Cases are loaded in five equal parts, so
that growth shows: a load that is linear takes as long for the fifth part as for the first, and memory stays flat.
The export is of all cases, what waits too, to a feed that writes a line a value. Times are of the processor, on one
core, so that a machine that does other things meanwhile does not change them; PostgreSQL's own are not in them.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "registry")]

from made_out import POLICY, TEXT, Out, record  # noqa: E402
from sqlalchemy import Engine  # noqa: E402

from pipeline.console import Console  # noqa: E402
from pipeline.registry import export as exporting  # noqa: E402
from pipeline.registry import schema  # noqa: E402
from pipeline.registry.cases import RegistryCase, Trace, Written  # noqa: E402
from pipeline.registry.engine import connect, reading, url  # noqa: E402
from pipeline.registry.incoming import OutFolder  # noqa: E402
from pipeline.registry.load import load  # noqa: E402
from pipeline.registry.standing import WITH_WAITING  # noqa: E402
from pipeline.registry.status import lines  # noqa: E402
from pipeline.registry.values import values  # noqa: E402

if TYPE_CHECKING:
    from pipeline.registry.cases import Tracer

PARTS = 5


def main() -> None:
    """Print time and memory of each step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="?", type=int, default=50_000)
    parser.add_argument("--db", help="an empty database (default: SQLite in a temporary folder)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="oncocase-registry-") as name:
        folder = Path(name)
        engine = connect(url(options.db or f"sqlite:///{folder / 'registry.db'}"))
        schema.init(engine)
        print(f"{options.cases} cases, {engine.dialect.name}; before anything {_memory()} MB")
        a_part = options.cases // PARTS
        for part in range(PARTS):
            out = _made(folder / f"out{part}", range(part * a_part, (part + 1) * a_part))
            started = process_time()
            done = load(engine, OutFolder(out.root), POLICY, "benchmark", Console(quiet=True))
            assert done.counts["cases"] == a_part
            _say(f"load {part + 1} of {PARTS}", started, a_part)
        _again(engine, folder / "out0", a_part)
        _look_up(engine, f"N{options.cases // 2:07}")
        started = process_time()
        exported = exporting.export(engine, "csv", _write, folder / "feed", WITH_WAITING, "benchmark")
        assert exported.cases == a_part * PARTS
        _say(f"export of all, {exported.traced} values traced", started, exported.cases)
        engine.dispose()


def _made(root: Path, numbers: Iterable[int]) -> Out:
    out, said = Out(root), record()
    for number in numbers:
        out.add(f"N{number:07}", said, f"{TEXT}Report {number}.")
    return out


def _again(engine: Engine, out: Path, cases: int) -> None:
    started = process_time()
    done = load(engine, OutFolder(out), POLICY, "benchmark", Console(quiet=True))
    assert done.counts["new"] == done.counts["changed"] == 0
    _say("load of the first part again", started, cases)


def _look_up(engine: Engine, case_id: str) -> None:
    started = process_time()
    with reading(engine) as connection:
        (found,) = [line for line in lines(connection, case_id) if line.path == "case.grade"]
    assert found.said == "2"
    print(f"one value looked up: {(process_time() - started) * 1000:.1f} ms")


def _write(cases: Iterable[RegistryCase], folder: Path, trace: Tracer) -> Written:
    done = Written([folder / "values.tsv"])
    with done.files[0].open("w", encoding="utf-8") as file:
        for case in cases:
            for value in values(case.record.model_dump(mode="json")):
                file.write(f"{case.case_id}\t{value.path}\t{value.text}\n")
                start, end = value.span or (0, 0)
                words = case.source.text[start:end]
                trace(Trace(case.case_id, value.path, value.text, case.source.doc_id, start, end, words))
    return done


def _say(what: str, started: float, cases: int) -> None:
    took = process_time() - started
    print(f"{what}: {took:.1f} s, {cases / took:.0f} cases a second; most memory so far {_memory()} MB", flush=True)


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
