"""`write`: the cases as records of a REDCap project."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.registry.cases import Written
from pipeline.registry.feeds.cells import CsvFile, clean, one_line
from pipeline.registry.feeds.flat.days import day
from pipeline.registry.feeds.flat.ids import safe_id
from pipeline.registry.feeds.flat.left_out import NO_PLACE, LeftOut
from pipeline.registry.feeds.flat.told import Held, traced, true_places
from pipeline.registry.feeds.redcap.dictionary import FIRST_FORM, NOT_REPORTED, fields, repeating, write_dictionary

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.patient.model import Cited, Evidence
    from pipeline.registry.cases import RegistryCase, Tracer
    from pipeline.registry.feeds.flat.told import Told
    from pipeline.registry.feeds.redcap.dictionary import Field

_FILES = ("redcap_data_dictionary.csv", "redcap_repeating_instruments.csv", "redcap_import.csv", "left_out.csv")
# What the forms repeat: the part of `told.Told`, and the list of the record.
_PARTS = {"receptor_panels": "panel", "stages": "stage", "treatments": "treatment", "metastases": "metastasis"}
# REDCap keeps a value in a TEXT column of MySQL; what is longer would be cut by the database.
_LIMIT = 65_535
_UNVERIFIED = "1"
_TOO_LONG = "the value is longer than the 65,535 bytes that REDCap keeps"
_NO_CHOICE = "the value is none of the choices of the field, which stays empty"
_OUT_OF_RANGE = "the value does not fit the validation of the field, which stays empty"


def write(cases: Iterable[RegistryCase], folder: Path, trace: Tracer) -> Written:
    """Write the dictionary and the data into `folder`, which is made if need be.

    A trace's item is `<record_id>.<form>.<instance>.<field>`. Raises `WritingError`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_dictionary(folder / "redcap_data_dictionary.csv")
    with CsvFile(folder / "redcap_repeating_instruments.csv", ("form_name", "custom_form_label")) as file:
        for form in repeating():
            file.row((form, None))
    counts = dict.fromkeys(("cases", *repeating()), 0)
    with ExitStack() as stack:
        left_out = stack.enter_context(LeftOut(folder))
        data = stack.enter_context(CsvFile(folder / "redcap_import.csv", _columns()))
        for case in cases:
            counts["cases"] += 1
            writer = _Case(case, Held(case), data, left_out, trace)
            for told in writer.held.placeless:
                left_out.say(case.case_id, told.path, told.value, NO_PLACE)
            writer.row(FIRST_FORM, "case", 0, case.record.case)
            for form, part in _PARTS.items():
                items: list[Cited] = getattr(case.record, form)
                for number, item in enumerate(items, 1):
                    writer.row(form, part, number, item)
                counts[form] += len(items)
    return Written(files=[folder / name for name in _FILES], counts=counts, left_out=left_out.summary())


def record_id(case_id: str) -> str:
    """The id of the record, of characters that REDCap takes, at most 100 of them."""
    return safe_id(case_id, 100)


def _columns() -> list[str]:
    first, *others = [field.name for field in fields()]
    complete = [f"{form}_complete" for form in (FIRST_FORM, *repeating())]
    return [first, "redcap_repeat_instrument", "redcap_repeat_instance", *others, *complete]


@dataclass(frozen=True)
class _Case:
    """A case whose rows are being written."""

    case: RegistryCase
    held: Held
    data: CsvFile
    left_out: LeftOut
    trace: Tracer

    def row(self, form: str, part: str, number: int, item: Cited) -> None:
        """One instance of a form; number 0 is the form that does not repeat."""
        cells = {"record_id": record_id(self.case.case_id), f"{form}_complete": _UNVERIFIED}
        if number:
            cells |= {"redcap_repeat_instrument": form, "redcap_repeat_instance": str(number)}
        for field in fields():
            if field.form == form and field.source != "record_id":
                cell = self._cell(field, part, number, item)
                if cell is not None:
                    cells[field.name] = cell
        self.data.row([cells.get(column) for column in _columns()])

    def _cell(self, field: Field, part: str, number: int, item: Cited) -> str | None:
        source = self.case.source
        about = {"case_id": self.case.case_id, "doc_id": source.doc_id, "sha256": source.sha256}
        if field.source in about:
            return about[field.source]
        if field.source == "confidence":
            return f"{item.confidence:g}"
        if field.source == "evidence":
            return self._evidence(field, number, item)
        if field.source == "others":
            return self._others(field, number)
        told = self.held.one(part, number, field.source.removeprefix("day."))
        cell = self._of_value(field, told)
        if cell is None:
            reported = told is not None or self.held.is_placeless(part, number, field.source)
            return NOT_REPORTED if not reported and NOT_REPORTED in field.codes else None
        self._trace(field, number, cell, told.place if told else None)
        return cell

    def _evidence(self, field: Field, number: int, item: Cited) -> str | None:
        places = true_places(item.evidence, self.case.source)
        cell = self._fitting(field, "\n".join(place.text for place in places))
        for place in places if cell else ():
            self._trace(field, number, place.text, place)
        return cell

    def _of_value(self, field: Field, told: Told | None) -> str | None:
        if told is None:
            return None
        if field.source.startswith("day."):
            exact = day(told.value)
            return exact.isoformat() if exact else None
        if field.codes:
            code = told.value.replace(" ", "_")
            return self._or_left_out(field, told.value, code if code in field.codes else None, _NO_CHOICE)
        if field.validation == "integer":
            fits = int(field.min) <= int(told.value) <= int(field.max)
            return self._or_left_out(field, told.value, told.value if fits else None, _OUT_OF_RANGE)
        return self._fitting(field, told.value if field.type == "notes" else one_line(told.value))

    def _others(self, field: Field, number: int) -> str | None:
        """Results for which the form has no field of their own."""
        own = {one.source for one in fields()}
        rest = [told for told in self.held.values if _is_result(told, number) and told.field not in own]
        cell = self._fitting(field, "\n".join(f"{told.field}: {told.value}" for told in rest))
        for told in rest if cell else ():
            self._trace(field, number, told.value, told.place)
        return cell

    def _fitting(self, field: Field, text: str) -> str | None:
        fits = len(clean(text).encode()) < _LIMIT
        return self._or_left_out(field, text, text if text and fits else None, _TOO_LONG)

    def _or_left_out(self, field: Field, value: str, cell: str | None, reason: str) -> str | None:
        if cell is None and value:
            self.left_out.say(self.case.case_id, field.name, value, reason)
        return cell

    def _trace(self, field: Field, number: int, cell: str, place: Evidence | None) -> None:
        item = f"{record_id(self.case.case_id)}.{field.form}.{number}.{field.name}"
        self.trace(traced(self.case, item, cell, place))


def _is_result(told: Told, number: int) -> bool:
    return told.part == "panel" and told.number == number and ".results." in told.path
