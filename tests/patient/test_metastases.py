"""What became of a site of spread: found, gone after treatment, free in another examination."""

import pytest
from spacy.language import Language

import pipeline

BASE = "A 50-year-old woman had an invasive ductal carcinoma of the left breast. "
FOUND = "CT showed liver metastases. "


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("Letrozole was started. After three months there were no liver metastases.", "resolved"),
        ("A hepatectomy was performed. After three months there were no liver metastases.", "resolved"),
        # no treatment lies between: one of the two examinations saw less
        ("Ultrasound showed no liver metastases.", "present"),
        ("Letrozole was considered. Ultrasound showed no liver metastases.", "present"),
        # the others are free, not these
        ("Letrozole was started. There were no other liver metastases.", "present"),
        ("Letrozole was started. The liver metastases grew.", "present"),
    ],
)
def test_a_site_that_is_free_after_treatment_is_resolved(nlp: Language, told: str, status: str) -> None:
    made = pipeline.record(nlp(BASE + FOUND + told))
    (liver,) = [site for site in made.metastases if site.site == "liver"]
    assert liver.status == status
    assert ("status" in liver.derived) == (status == "resolved")
