"""OUT/series: the table in four forms, the sentences that it cites, and the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import ReadingError, UsageError, WritingError
from pipeline.series import evidence
from pipeline.series.cases import read, record_files
from pipeline.series.columns import chosen
from pipeline.series.rows import Table, rows
from pipeline.series.summary import summary
from pipeline.series.tables import as_csv, as_docx, as_html, as_xlsx
from pipeline.series.timeline import figure, swimmer
from pipeline.series.timeline.marks import story

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.console import Console
    from pipeline.series.cases import SeriesCase

FORMS: tuple[figure.Form, ...] = ("svg", "png", "pdf")


def write(out: Path, names: Sequence[str], console: Console) -> bool:
    """Write `OUT/series`; False where a record could not be read: it is named, the others are in the table.

    Raises:
        UsageError: OUT holds no records, or a column is unknown.
        WritingError: the disk does not take a file.
    """
    columns = chosen(names)
    cases, failed = _cases(out, console)
    table = Table(columns, rows(cases, columns), summary(cases))
    folder = out / "series"
    files = {
        "cases.csv": as_csv.cases, "cells.csv": as_csv.cells, "cases.html": as_html.cases, "cases.xlsx": as_xlsx.cases,
        "cases.docx": as_docx.cases,
    }  # fmt: skip
    for name, made in files.items():
        _put(folder / name, made(table))
    for row in table.rows:
        _put(folder / "evidence" / f"{row.case.case_id}.html", evidence.page(row.case, columns, row.cells).encode())
    for case in console.track(cases, "timelines"):
        for form, data in figure.draw(case.case_id, story(case.record), FORMS).items():
            _put(folder / "timeline" / f"{case.case_id}.{form}", data)
    plot = swimmer.build(cases)
    if plot is not None:
        for form in FORMS:
            _put(folder / f"swimmer.{form}", figure.saved(plot, form, "Swimmer plot"))
    _say(console, folder, len(cases), with_plot=plot is not None)
    return not failed


def _cases(out: Path, console: Console) -> tuple[list[SeriesCase], int]:
    cases: list[SeriesCase] = []
    failed = 0
    for path in record_files(out):
        try:
            cases += read(out, path)
        except ReadingError as error:
            console.error(str(error))
            failed += 1
    if not cases:
        raise UsageError(f"{out / 'records'} holds no record that can be read")
    return cases, failed


def _put(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        raise WritingError(path, f"cannot be written ({error.strerror})") from error


def _say(console: Console, folder: Path, count: int, *, with_plot: bool) -> None:
    patients = f"{count} patient{'' if count == 1 else 's'}"
    console.say(f"{folder}/cases.xlsx, .csv, .html, .docx: {patients}")
    console.say(f"{folder}/cells.csv, evidence/: the words behind each cell")
    console.say(f"{folder}/timeline: a figure of each patient (SVG, PNG, PDF)")
    if with_plot:
        console.say(f"{folder}/swimmer.svg, .png, .pdf: the series in one figure")
