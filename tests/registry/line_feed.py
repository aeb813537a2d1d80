"""A feed for tests: a file a case, a line a value, each traced to the first place that its item cites."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.registry.cases import RegistryCase, Trace, Written
from pipeline.registry.values import values

if TYPE_CHECKING:
    from pipeline.registry.cases import Tracer


def write(cases: Iterable[RegistryCase], folder: Path, trace: Tracer) -> Written:
    """The `Feed` of `cases.py`."""
    done = Written(counts={"lines": 0})
    for case in cases:
        path = folder / f"{case.case_id}.txt"
        with path.open("w", encoding="utf-8") as file:
            for value in values(case.record.model_dump(mode="json")):
                file.write(f"{value.path}\t{value.text!r}\n")
                start, end = value.span or (0, 0)
                words = case.source.text[start:end]
                trace(Trace(case.case_id, value.path, value.text, case.source.doc_id, start, end, words))
                done.counts["lines"] += 1
        done.files.append(path)
    return done
