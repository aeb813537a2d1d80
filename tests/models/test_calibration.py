"""Confidence: a probability that follows from what is known of a mention, and is left out below a bound."""

import json
from pathlib import Path

import pytest
from spacy.language import Language

from pipeline.annotations.from_doc import keep_sure, to_annotation
from pipeline.errors import ReadingError
from pipeline.models import SHIPPED, calibration
from pipeline.models.calibration import Calibration
from pipeline.scoring.reliability import bins, ece

TEXT = "She took letrozole 2.5 mg daily. CT showed no liver metastases."


def test_features_say_what_is_known(nlp: Language) -> None:
    doc = nlp(TEXT)
    drug = next(m for m in doc._.mentions if m.label == "Drug")
    found = calibration.features(drug, doc)
    assert found["label=Drug"] == found["rule=Drug:drugs"] == found["status=Drug:given"] == 1.0
    assert found["tagger=Drug"] > 2
    site = next(m for m in doc._.mentions if m.label == "Site")
    assert calibration.features(site, doc)["status=Site:absent"] == 1.0


@pytest.mark.parametrize(
    ("name", "known_as"),
    [
        ("drugs:letrozole", "drugs"),
        ("drugs:letrozole~", "drugs~"),
        ("drug_stems:ciclib", "drug_stems"),
        ("sites:lesion", "sites:lesion"),
        ("abbreviation", "abbreviation"),
    ],
)
def test_rules_are_known_without_their_words(name: str, known_as: str) -> None:
    assert calibration.rule(name) == known_as


def test_a_probability_follows_from_the_features() -> None:
    found = Calibration(0.0, {"a": 2.0, "b": -4.0}, {}, {}, {})
    assert found.of({}) == 0.5
    assert found.of({"a": 1.0}) == pytest.approx(0.881)
    assert found.of({"a": 1.0, "b": 1.0, "unknown": 9.0}) == pytest.approx(0.119)


def test_the_shipped_calibration_is_of_held_out_documents() -> None:
    shipped = calibration.load(SHIPPED)
    assert shipped is not None
    assert shipped.about["ece"] <= 0.05
    assert shipped.about["documents"] >= 30
    assert {"drug", "site present", "stage", "receptor"} <= shipped.thresholds.keys()
    assert all(value is None or 0 < value <= 1 for value in shipped.thresholds.values())


def test_confidence_varies_and_can_be_a_bound(nlp: Language) -> None:
    annotation = to_annotation("a", nlp(TEXT), TEXT)
    chances = {entity["text"]: entity["confidence"] for entity in annotation["entities"]}
    assert all(0 < chance < 1 for chance in chances.values())
    assert len(set(chances.values())) == len(chances)
    least = chances["letrozole"]
    kept = to_annotation("a", keep_sure(nlp(TEXT), least), TEXT)
    assert "letrozole" in [entity["text"] for entity in kept["entities"]]
    assert all(entity["confidence"] >= least for entity in kept["entities"])
    ids = {entity["id"] for entity in kept["entities"]}
    assert all(source in ids and target in ids for source, _, target in kept["relations"])
    assert to_annotation("a", keep_sure(nlp(TEXT), 0.0), TEXT) == annotation


def test_a_folder_without_or_with_a_broken_calibration(tmp_path: Path) -> None:
    assert calibration.load(tmp_path) is None
    (tmp_path / calibration.FILE).write_text(json.dumps({"intercept": 1}))
    with pytest.raises(ReadingError, match="is no calibration"):
        calibration.load(tmp_path)


def test_ece() -> None:
    assert ece([0.9, 0.9, 0.9, 0.9, 0.9], [1, 1, 1, 1, 0]) == pytest.approx(0.1)
    assert ece([1.0, 1.0], [1, 1]) == 0.0
    assert ece([1.0, 1.0], [0, 0]) == 1.0
    assert ece([], []) == 0.0
    assert bins([0.05, 0.95, 1.0], [0, 1, 1]) == [
        {"count": 1, "confidence": 0.05, "right": 0.0},
        {"count": 2, "confidence": 0.975, "right": 1.0},
    ]
