"""`cases.html`: the table with a link from each value to its sentence, and the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import __version__
from pipeline.series.evidence import link
from pipeline.series.rows import is_wide
from pipeline.series.template import template

if TYPE_CHECKING:
    from pipeline.series.rows import Table


def cases(table: Table) -> bytes:
    page = template("cases.html").render(
        columns=table.columns, rows=table.rows, summary=table.summary, link=link, wide=is_wide, version=__version__
    )
    return page.encode()
