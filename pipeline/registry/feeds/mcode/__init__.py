"""The mCODE STU4 feed: one FHIR R4 Bundle (`mcode-patient-bundle`) a case, in `<case_id>.json`.

What the record says becomes a resource of the profile that mCODE has for it (`conditions.py`, `markers.py`,
`staging.py`, `medications.py`, `procedures.py`, `responses.py`), each with a Provenance that names the document and
the characters. `check.py` looks at every bundle before it is written; one with a problem is not.

- **Unknown** stays absent. Where a profile demands an element (the name of the patient, when a drug was given, the
  method of a staging) it is there with data-absent-reason `unknown`; a gender that is not told is the code `unknown`,
  as US Core rules.
- **Negative facts make no positive resource.** A site free of metastasis, a drug not given, considered or not
  tolerated is named in `Written.left_out`. A possible metastasis is `unconfirmed`, a declined drug a request
  `cancelled`, a declined operation `not-done`: elements that FHIR lets no reader pass over.
- **Not reviewed is not final**: an Observation is `preliminary` until a person decided all its values.
- **Codes** are those whose licence is free: LOINC, ICD-O-3, ICD-10-CM, UNII, RxNorm, NCI Thesaurus, UCUM; AJCC's
  categories stay as written. SNOMED CT is written where a profile fixes the code (RadiotherapyCourseSummary: one
  code, which HL7's own profile publishes); further codes of its value sets only with `snomed=True`, for those who
  have its licence. Without them intents, operations and responses are told in words, which mCODE's extensible and
  preferred value sets allow with a warning.
- **The same input gives the same bytes**: ids are UUIDs of the case and the path in the record, no clock is read.
"""

from pipeline.registry.feeds.mcode.writing import write

__all__ = ["write"]
