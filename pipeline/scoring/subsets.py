"""Groups of documents by what a manifest says of them: `manifest.tsv` beside the texts.

Its first line names the columns, by tabs; `id` is one of them. Of the others `split`, `cancer` and `phenomena`
make groups where they stand; `phenomena` holds several names with commas between.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from typing import TYPE_CHECKING

from pipeline.errors import ReadingError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MANIFEST = "manifest.tsv"
COLUMNS = ("split", "cancer", "phenomena")

Groups = dict[tuple[str, str], frozenset[str]]
"""(column, name) to the ids of the documents."""


def read_groups(folders: Iterable[Path]) -> Groups:
    """The groups that the manifests in these folders make.

    Raises `ReadingError` for a manifest without the column `id`, or with a row that has too few columns.
    """
    members: dict[tuple[str, str], set[str]] = defaultdict(set)
    for path in dict.fromkeys(folder.resolve() / MANIFEST for folder in folders):
        if path.is_file():
            for doc_id, column, name in _rows(path):
                members[column, name].add(doc_id)
    order = {column: number for number, column in enumerate(COLUMNS)}
    return {key: frozenset(members[key]) for key in sorted(members, key=lambda key: (order[key[0]], key[1]))}


def _rows(path: Path) -> Iterable[tuple[str, str, str]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ReadingError(path, f"cannot be read ({error})") from error
    rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    if "id" not in (rows.fieldnames or ()):
        raise ReadingError(path, "has no column id in its first line; columns are parted by tabs")
    for number, row in enumerate(rows, 2):
        if None in row or None in row.values():
            raise ReadingError(path, f"line {number} does not have as many columns as the first")
        for column in COLUMNS:
            for name in (row.get(column) or "").split(","):
                if name.strip():
                    yield row["id"], column, name.strip()
