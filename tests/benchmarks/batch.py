"""Many documents: how fast with 1 and 2 workers and Dask, how much memory, and what a kill costs.

    python tests/benchmarks/batch.py [--documents 400] [--short 2000] [--engines local-1,local-2,dask-2]

The documents are the reports of `corpus/` again and again, each under a name of its own; the short ones are
pieces of them. Start-up is part of every time. OUT must be the same after every run, also after one that was
killed three times (SIGKILL, at moments drawn by a seeded generator).
"""

from __future__ import annotations

import argparse
import hashlib
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXTS = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "corpus").glob("*.txt"))]
SHORT = 800  # code points
SEED = 6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=400)
    parser.add_argument("--short", type=int, default=2000)
    parser.add_argument("--engines", default="local-1,local-2,dask-2")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        whole = written(folder / "whole", islice(cycle(TEXTS), options.documents))
        digests = {engine: speed(whole, folder / engine, engine) for engine in options.engines.split(",")}
        digests["killed three times"] = killed(whole, folder / "killed")
        print("OUT is the same:", len(set(digests.values())) == 1)
        pieces = (text[start : start + SHORT] for start in range(0, 4000, 37) for text in TEXTS if text[start:].strip())
        memory(written(folder / "short", islice(cycle(list(pieces)), options.short)), folder / "memory")


def written(folder: Path, texts: Iterator[str]) -> Path:
    folder.mkdir()
    for number, text in enumerate(texts):
        (folder / f"{number:06}.txt").write_text(text, encoding="utf-8")
    return folder


def command(folder: Path, out: Path, engine: str) -> list[str]:
    name, _, workers = engine.partition("-")
    options = ["--engine", name, "--workers", workers, "--quiet"]
    return [sys.executable, "-m", "pipeline", "extract", str(folder), "-o", str(out), *options]


def speed(folder: Path, out: Path, engine: str) -> str:
    """Print documents a second; the digest of OUT."""
    count = len(list(folder.iterdir()))
    begin = time.perf_counter()
    subprocess.run(command(folder, out, engine), check=True, cwd=ROOT)
    seconds = time.perf_counter() - begin
    print(f"{engine}: {count} documents in {seconds:.1f} s, {count / seconds:.1f} a second", flush=True)
    return digest(out)


def killed(folder: Path, out: Path) -> str:
    """Kill a run three times once it has begun to write, and finish it; the digest of OUT."""
    draw = random.Random(SEED)
    count = len(list(folder.iterdir()))
    marks = sorted(draw.sample(range(1, count), 3))
    begin = time.perf_counter()
    for mark in marks:
        with subprocess.Popen(command(folder, out, "local-2"), cwd=ROOT) as run:
            while run.poll() is None and len(list((out / "annotations").glob("*"))) < mark:
                time.sleep(0.02)
            run.send_signal(signal.SIGKILL)
    subprocess.run(command(folder, out, "local-2"), check=True, cwd=ROOT)
    print(f"killed after {marks} documents and finished: {time.perf_counter() - begin:.1f} s in all", flush=True)
    return digest(out)


def memory(folder: Path, out: Path) -> None:
    """Print the resident memory of the command and of its one worker as the documents go by."""
    count = len(list(folder.iterdir()))
    tenths = iter([round(count * tenth / 10) for tenth in range(1, 10)])
    begin, due = time.perf_counter(), next(tenths)
    with subprocess.Popen(command(folder, out, "local-1"), cwd=ROOT) as run:
        while run.poll() is None:
            if (done := lines(out / ".journal.jsonl")) >= due:
                held = [resident(process) for process in (run.pid, *children(run.pid))]
                print(f"after {done} short documents: " + ", ".join(f"{size:.0f} MB" for size in held), flush=True)
                due = next(tenths, count + 2)
            time.sleep(0.2)
    print(f"{count} short documents in {time.perf_counter() - begin:.1f} s")


def lines(path: Path) -> int:
    try:
        return path.read_bytes().count(b"\n") - 1
    except OSError:
        return 0


def children(process: int) -> list[int]:
    return [
        int(child)
        for path in Path(f"/proc/{process}/task").iterdir()
        for child in (path / "children").read_text().split()
    ]


def resident(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text().splitlines()
    return next((int(line.split()[1]) / 1000 for line in status if line.startswith("VmRSS:")), 0.0)


def digest(out: Path) -> str:
    sha = hashlib.sha256()
    for path in sorted(path for path in out.rglob("*") if path.is_file() and path.name != "run.json"):
        sha.update(str(path.relative_to(out)).encode() + b"\0" + path.read_bytes())
    return sha.hexdigest()


if __name__ == "__main__":
    main()
