"""Names of sites in a few words of a table, and the ICD-O-3 topography of a site's name."""

from __future__ import annotations

import re
from functools import cache

from pipeline.lexicons import rows

_WORD = re.compile(r"[A-Za-z][\w'’-]*")
_LONGEST = 5  # words in a name


@cache
def _names() -> dict[str, str]:
    return {row["name"].lower(): row["norm"] for row in rows("sites") if row["kind"] in ("noun", "adjective", "node")}


@cache
def _codes() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows("sites"):
        if row["name"].lower() == row["norm"] and row["icdo3"]:
            found.setdefault(row["norm"], row["icdo3"])
    return found


def topography(name: str) -> str | None:
    """The ICD-O-3 topography of a site by its canonical name; None where the lexicon has none."""
    return _codes().get(name)


def site_names(text: str) -> list[str]:
    """The canonical names of the sites that a short text names, in order, each once; the text where none is known."""
    words = [m.group().lower() for m in _WORD.finditer(text)]
    found: list[str] = []
    place = 0
    while place < len(words):
        for length in range(min(_LONGEST, len(words) - place), 0, -1):
            name = _names().get(" ".join(words[place : place + length]))
            if name:
                if name not in found:
                    found.append(name)
                place += length - 1
                break
        place += 1
    return found or [text]
