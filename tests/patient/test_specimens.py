"""On what the receptors of a record were measured, where nodes and the tumour stand in one sentence."""

import pytest
from spacy.language import Language
from told import record

BEFORE = "A 50-year-old woman had cancer of the right breast.\n\n"


@pytest.mark.parametrize(
    ("text", "specimen"),
    [
        # Nodes that were removed with the tumour: the receptors are the tumour's.
        ("Pathology revealed grade 3 carcinoma with metastases in all 13 dissected axillary lymph nodes (13/13).",
         "primary"),
        ("Pathology of the specimen revealed residual tumour and metastases in 4 of 15 axillary lymph nodes.",
         "primary"),
        # A node that was sampled alone: they are the node's.
        ("Fine-needle aspiration of an axillary lymph node revealed metastatic carcinoma.", "node"),
        ("Core biopsy revealed metastatic carcinoma in an axillary lymph node.", "node"),
    ],
)  # fmt: skip
def test_of_nodes(nlp: Language, text: str, specimen: str) -> None:
    (panel,) = record(nlp, f"{BEFORE}{text} IHC demonstrated ER 90%, PR 70% and HER2 0.").receptor_panels
    assert panel.specimen == specimen
