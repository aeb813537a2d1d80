"""PHEE's JSON lines (Sun et al. 2022): a sentence and its pharmacovigilance events a line.

The arguments of an event become mentions with the label of their path, `Treatment.Drug`, `Treatment.Dosage` …
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.annotations.iob import Raw


def read_phee(content: str) -> Iterator[Raw]:
    """Id, text and raw annotation of each sentence.

    Raises `ValueError`, naming the line, for one that is not in PHEE's shape.
    """
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
            places: dict[tuple[str, int, int], None] = {}
            for annotation in found["annotations"]:
                for event in annotation["events"]:
                    for label, text, start in _arguments("", event):
                        places[label, start, start + len(text)] = None
            text = found["context"]
            entities = [
                {"id": f"e{n}", "label": label, "start": start, "end": end, "text": text[start:end]}
                for n, (label, start, end) in enumerate(places, 1)
            ]
            yield str(found["id"]), text, {"entities": entities, "relations": []}
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"line {number}: is not in the shape of PHEE ({error!r})") from error


def _arguments(path: str, value: Any) -> Iterator[tuple[str, str, int]]:
    """Label, text and start of each piece below an event."""
    if isinstance(value, list):
        for part in value:
            yield from _arguments(path, part)
    if not isinstance(value, dict):
        return
    if path and "text" in value and "start" in value:
        for texts, starts in zip(value["text"], value["start"], strict=True):
            for text, start in zip(texts, starts, strict=True):
                yield path, text, start
    for name, part in value.items():
        if isinstance(part, dict | list) and name[:1].isupper():
            yield from _arguments(f"{path}.{name}" if path else name, part)
