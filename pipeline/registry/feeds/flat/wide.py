"""One row a case, or a panel: columns by a table of their sources, each cell with the values that it joins.

A column has a `type` (`text`, `integer`) and a `source`: `registry` (the case id, or the document's where the column is
`doc_id`), `record` (the number of panels, or of contradictions), `case.<field>`, `panel.<field>` (a chosen panel),
`stage.<field>` (the first stage), `metastasis.<status>` (sites), `treatment.<kind>` (what was given),
`treatment.not_given`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.registry.feeds.flat.days import GIVEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.registry.cases import RegistryCase
    from pipeline.registry.feeds.flat.told import Held, Told

JOIN = "; "


class Wide(NamedTuple):
    """A cell: its text or number, and the values of the record that it holds."""

    value: str | int | None
    told: tuple[Told, ...]


def row(case: RegistryCase, held: Held, columns: Sequence[Mapping[str, str]], panel: int) -> list[Wide]:
    """The cells in the order of the columns; `panel` is the number of the chosen panel, 0 for none."""
    return [_cell(case, column, held, panel) for column in columns]


def first_of_primary(case: RegistryCase) -> int:
    """The number of the first panel of the primary; 0, which no panel has, where there is none."""
    return next((n for n, panel in enumerate(case.record.receptor_panels, 1) if panel.specimen == "primary"), 0)


def _cell(case: RegistryCase, column: Mapping[str, str], held: Held, panel: int) -> Wide:
    name, (part, _, field) = column["column"], column["source"].partition(".")
    record = case.record
    if part == "registry":
        return Wide(case.source.doc_id if name == "doc_id" else case.case_id, ())
    if part == "record":
        return Wide(len(record.receptor_panels if name == "panels" else record.contradictions), ())
    if part == "metastasis":
        numbers = [n for n, site in enumerate(record.metastases, 1) if site.status == field]
        return _joined(held.one("metastasis", n, "site") for n in numbers)
    if part == "treatment":
        return _treatments(case, field, held)
    number = {"case": 0, "panel": panel, "stage": 1}[part]
    found = held.one(part, number, field)
    if not found:
        return Wide(None, ())
    return Wide(int(found.value) if column["type"] == "integer" else found.value, (found,))


def _joined(cells: Iterable[Told | None]) -> Wide:
    """Each value once, in the order of the record."""
    first: dict[str, Told] = {}
    for told in cells:
        if told:
            first.setdefault(told.value, told)
    return Wide(JOIN.join(first) or None, tuple(first.values()))


def _treatments(case: RegistryCase, kind: str, held: Held) -> Wide:
    treatments = list(enumerate(case.record.treatments, 1))
    if kind == "not_given":
        numbers = [n for n, item in treatments if item.status and item.status not in GIVEN]
        return _joined(_not_given(n, held) for n in numbers)
    numbers = [n for n, item in treatments if item.kind == kind and item.status in GIVEN]
    if kind == "radiotherapy":
        return _joined(_irradiated(n, held) for n in numbers)
    return _joined(held.one("treatment", n, "name") for n in numbers)


def _irradiated(number: int, held: Held) -> Told | None:
    name = held.one("treatment", number, "name")
    return held.one("treatment", number, "site") or (name and name._replace(value="site not reported"))


def _not_given(number: int, held: Held) -> Told | None:
    name, status = held.one("treatment", number, "name"), held.value("treatment", number, "status")
    return name and name._replace(value=f"{name.value} ({status})")
