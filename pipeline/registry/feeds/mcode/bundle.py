"""A case as an mCODE Patient Bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.registry.feeds.mcode.conditions import add_metastases, add_primary
from pipeline.registry.feeds.mcode.markers import add_panels
from pipeline.registry.feeds.mcode.medications import add_drug
from pipeline.registry.feeds.mcode.patient import add_document, add_patient
from pipeline.registry.feeds.mcode.procedures import add_procedure
from pipeline.registry.feeds.mcode.responses import Responses
from pipeline.registry.feeds.mcode.sheet import Sheet
from pipeline.registry.feeds.mcode.staging import add_stages

if TYPE_CHECKING:
    from pipeline.registry.cases import RegistryCase


def fill(case: RegistryCase, snomed: bool = False) -> Sheet:
    """The resources of a case, their traces, and what was left out; `Sheet.bundle()` is the Bundle."""
    sheet = Sheet(case, snomed)
    add_patient(sheet)
    add_document(sheet)
    add_primary(sheet)
    add_metastases(sheet)
    add_panels(sheet)
    add_stages(sheet)
    _treatments(sheet)
    return sheet


def _treatments(sheet: Sheet) -> None:
    responses = Responses(sheet)
    for place, item in enumerate(sheet.record.treatments):
        base = f"treatments.{place}"
        if not sheet.is_cited(base, item):
            continue
        if item.kind == "drug":
            written = add_drug(sheet, base, item)
        elif item.kind in ("radiotherapy", "surgery"):
            written = add_procedure(sheet, base, item)
        else:
            sheet.leave_out(base, f"{item.name}: neither drug, radiotherapy nor operation")
            written = []
        responses.gather(base, item, written)
    responses.add()
