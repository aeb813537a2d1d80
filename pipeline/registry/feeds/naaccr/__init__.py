"""NAACCR XML, versions 25 and 26: one abstract a case, of what the record supports and nothing else.

    record -> first course, onset -> values (markers, staging, tumour, spread, treatment, words) -> gate -> XML

`items` and `values` (`codes/*.tsv`) say what each version knows and allows; the gate lets no value pass that they
do not allow, that is not of this primary, or whose item is not collected for the year of diagnosis. No item of
NAACCR XML is required by its dictionaries, so what is not known has no item. Numbers that a registry assigns
(patientIdNumber, tumorRecordNumber, sequence numbers) are left to it: a running number would name another patient
in the next export. The case is named in textRemarks.
"""

from pipeline.registry.feeds.naaccr.writing import write

__all__ = ["write"]
