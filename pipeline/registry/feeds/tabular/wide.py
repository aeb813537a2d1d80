"""One row a case: the columns of `codebook.tsv` with each value that they join, and the place of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.registry.feeds.flat.days import GIVEN
from pipeline.registry.feeds.flat.told import values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.registry.cases import RegistryCase
    from pipeline.registry.feeds.flat.told import Told

JOIN = "; "


class Wide(NamedTuple):
    """A cell: its text or number, and the values of the record that it holds."""

    value: str | int | None
    told: tuple[Told, ...]


def row(case: RegistryCase, columns: Sequence[Mapping[str, str]]) -> list[Wide]:
    """The cells of a case in the order of the codebook's rows of the table `cases`."""
    told = _Values(case)
    return [_cell(case, column, told) for column in columns]


class _Values:
    """The values of a record that a place or a person says, by part, number and field."""

    def __init__(self, case: RegistryCase) -> None:
        self.at: dict[tuple[str, int, str], Told] = {}
        for one in values(case):
            if one.place is not None or one.reviewed:
                self.at.setdefault((one.part, one.number or 0, one.field), one)

    def one(self, part: str, number: int, field: str) -> tuple[Told, ...]:
        found = self.at.get((part, number, field))
        return (found,) if found else ()


def _cell(case: RegistryCase, column: Mapping[str, str], told: _Values) -> Wide:
    name, (part, _, field) = column["column"], column["source"].partition(".")
    record = case.record
    if part == "registry":
        return Wide(case.case_id if name == "case_id" else case.source.doc_id, ())
    if part == "record":
        return Wide(len(record.receptor_panels if name == "panels" else record.contradictions), ())
    if part == "metastasis":
        numbers = [n for n, site in enumerate(record.metastases, 1) if site.status == field]
        return _joined(told.one("metastasis", n, "site") for n in numbers)
    if part == "treatment":
        return _treatments(case, field, told)
    number = {"case": 0, "panel": _first_of_primary(case), "stage": 1}[part]
    found = told.one(part, number, field)
    if not found:
        return Wide(None, ())
    return Wide(int(found[0].value) if column["type"] == "integer" else found[0].value, found)


def _first_of_primary(case: RegistryCase) -> int:
    """The number of the first panel of the primary; 0, which no panel has, where there is none."""
    return next((n for n, panel in enumerate(case.record.receptor_panels, 1) if panel.specimen == "primary"), 0)


def _joined(cells: Iterable[tuple[Told, ...]]) -> Wide:
    """Each value once, in the order of the record."""
    first = {told.value: told for cell in reversed(list(cells)) for told in cell}
    found = tuple(reversed(first.values()))
    return Wide(JOIN.join(told.value for told in found) or None, found)


def _treatments(case: RegistryCase, kind: str, told: _Values) -> Wide:
    treatments = list(enumerate(case.record.treatments, 1))
    if kind == "not_given":
        return _not_given([n for n, item in treatments if item.status and item.status not in GIVEN], told)
    numbers = [n for n, item in treatments if item.kind == kind and item.status in GIVEN]
    if kind != "radiotherapy":
        return _joined(told.one("treatment", n, "name") for n in numbers)
    cells = [told.one("treatment", n, "site") or _siteless(told.one("treatment", n, "name")) for n in numbers]
    return _joined(cells)


def _siteless(name: tuple[Told, ...]) -> tuple[Told, ...]:
    return tuple(one._replace(value="site not reported") for one in name)


def _not_given(numbers: Sequence[int], told: _Values) -> Wide:
    cells = []
    for number in numbers:
        name, status = told.one("treatment", number, "name"), told.one("treatment", number, "status")
        cells.append(tuple(one._replace(value=f"{one.value} ({status[0].value})") for one in name if status))
    return _joined(cells)
