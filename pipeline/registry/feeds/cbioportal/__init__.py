"""cBioPortal: the clinical files of a study, as its documentation of file formats describes them.

    meta_study.txt, meta_clinical_patient.txt, meta_clinical_sample.txt, meta_timeline_<kind>.txt
    data_clinical_patient.txt    one row a case
    data_clinical_sample.txt     one row a specimen with receptors; one row without a specimen where a case has none
    data_timeline_<kind>.txt     status, specimen, treatment, surgery: days from the diagnosis
    case_lists/cases_all.txt
    left_out.csv                 what is not there, and why

A timeline counts days from the day of diagnosis, so an event is in it only where both days are known; a kind without an
event has no file. What is not reported is `NA`. `check.problems` says what cBioPortal's validator would object to.
"""

from pipeline.registry.feeds.cbioportal.feed import write

__all__ = ["write"]
