"""Patient, and the document that tells of them.

US Core demands an identifier, a name and a gender of a patient. A case report names nobody: the identifier is the
case's, the name is absent, and a gender that is not told is `unknown`, the code that US Core demands then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.registry.feeds.mcode.fhir import clean, unknown

if TYPE_CHECKING:
    from pipeline.registry.feeds.mcode.sheet import Sheet

_CASE = "urn:oncocase:case"
_SHA_256 = "urn:oid:2.16.840.1.101.3.4.2.1"  # NIST's arc of hash algorithms


def add_patient(sheet: Sheet) -> None:
    case = sheet.record.case
    draft = sheet.open("Patient", "cancer-patient", "patient", "case", case)
    draft.put("identifier", [{"system": _CASE, "value": clean(sheet.case.case_id)}])
    draft.put("name", [unknown()])
    if case.sex is not None and sheet.is_cited("case", case):
        draft.say("gender", case.sex, "sex", shown=case.sex)
    else:
        draft.put("gender", "unknown")
    draft.close()


def add_document(sheet: Sheet) -> None:
    """The document by its hash, its text left where it is: not every licence lets it travel."""
    source = sheet.case.source
    size = len(source.text.encode("utf-8", "surrogatepass"))
    sheet.resources.append(
        {
            "resourceType": "DocumentReference",
            "id": sheet.id("document"),
            "identifier": [{"system": _SHA_256, "value": clean(source.sha256)}],
            "status": "current",
            "type": {"text": "case report"},
            "subject": sheet.reference("patient"),
            "content": [
                {
                    "attachment": {
                        "contentType": "text/plain; charset=utf-8",
                        "title": clean(source.doc_id),
                        "size": size,
                    }
                }
            ],
        }
    )
