"""ER, PR and HER2 by ASCO/CAP, HER2-low, and the surrogate subtype, at their borders."""

import pytest
from spacy.language import Language

import pipeline
from pipeline.patient.model import MarkerResult
from pipeline.patient.receptors import combined, conflict, her2_category, status_of, subtype
from pipeline.values import Result


@pytest.mark.parametrize(
    ("marker", "result", "status"),
    [
        ("ER", {"percent": "1%"}, "low"),
        ("ER", {"percent": "10%"}, "low"),
        ("ER", {"percent": "11%"}, "positive"),
        ("ER", {"percent": ">90%"}, "positive"),
        ("ER", {"percent": "<1%"}, "negative"),
        ("ER", {"percent": "0%"}, "negative"),
        ("ER", {"percent": "0.5%"}, "negative"),
        ("PR", {"percent": "5%"}, "positive"),  # low positive is of ER alone
        ("PR", {"score": "Allred 2"}, "negative"),
        ("PR", {"score": "Allred 3"}, "positive"),
        ("HER2", {"score": "0"}, "negative"),
        ("HER2", {"score": "1+"}, "negative"),
        ("HER2", {"score": "2+"}, "equivocal"),
        ("HER2", {"score": "2+", "ish": "not amplified"}, "negative"),
        ("HER2", {"score": "2+", "ish": "amplified"}, "positive"),
        ("HER2", {"score": "3+"}, "positive"),
        ("HER2", {"ish": "amplified"}, "positive"),
    ],
)
def test_status(marker: str, result: dict[str, str], status: str) -> None:
    found = status_of(marker, MarkerResult(**result))
    assert found is not None
    assert found[0] == status
    assert found[1]


@pytest.mark.parametrize(
    ("marker", "result"),
    [("Ki-67", {"percent": "40%"}), ("ER", {}), ("ER", {"percent": "<10%"}), ("HER2", {"status": "positive"})],
)
def test_no_rule_no_status(marker: str, result: dict[str, str]) -> None:
    assert status_of(marker, MarkerResult(**result)) is None


@pytest.mark.parametrize(
    ("result", "category"),
    [
        ({"score": "0"}, "0"),
        ({"score": "0", "percent": "5%"}, "ultralow"),
        ({"score": "1+"}, "low"),
        ({"score": "2+", "ish": "not amplified"}, "low"),
        ({"score": "3+", "status": "positive"}, "positive"),
        ({"score": "2+"}, None),
        ({"status": "negative"}, None),
    ],
)
def test_her2_category(result: dict[str, str], category: str | None) -> None:
    found = her2_category(MarkerResult(**result))
    assert (found[0] if found else None) == category


def panel(**status: str) -> dict[str, MarkerResult]:
    made = {name.replace("_", "-"): MarkerResult(status=value) for name, value in status.items() if "%" not in value}
    return made | {n.replace("_", "-"): MarkerResult(percent=v) for n, v in status.items() if "%" in v}


@pytest.mark.parametrize(
    ("results", "kind"),
    [
        (panel(ER="negative", PR="negative", HER2="negative"), "triple-negative"),
        (panel(ER="negative", PR="negative", HER2="positive"), "HER2-positive"),
        (panel(ER="positive", PR="negative", HER2="positive"), "luminal B HER2-positive"),
        (panel(ER="positive", PR="negative", HER2="negative", Ki_67="30%"), "luminal B HER2-negative"),
        (panel(HR="positive", HER2="negative"), "luminal HER2-negative"),
        (panel(ER="positive"), None),
        (panel(ER="negative", HER2="negative"), None),  # PR may be positive
        (panel(ER="positive", PR="positive", HER2="equivocal"), None),
    ],
)
def test_subtype(results: dict[str, MarkerResult], kind: str | None) -> None:
    found = subtype(results)
    assert (found[0] if found else None) == kind


def test_what_cannot_both_hold() -> None:
    assert conflict("ER", MarkerResult(percent="90%"), MarkerResult(percent="70%"))
    assert conflict("HER2", MarkerResult(score="0"), MarkerResult(score="2+"))
    assert conflict("PR", MarkerResult(status="negative"), MarkerResult(percent="60%"))
    assert not conflict("ER", MarkerResult(status="positive"), MarkerResult(percent="60%"))
    assert not conflict("ER", MarkerResult(status="low"), MarkerResult(status="positive"))
    assert not conflict("HER2", MarkerResult(status="low"), MarkerResult(status="negative"))


def test_a_ratio_alone_is_no_status(nlp: Language) -> None:
    text = "She had cancer of the left breast. Biopsy: ER 90%, HER2 2+, not amplified by FISH with a ratio of 1.2."
    (panel,) = pipeline.record(nlp(text)).receptor_panels
    assert (panel.results["HER2"].score, panel.results["HER2"].ish) == ("2+", "not amplified")
    text = "She had cancer of the left breast. Biopsy: ER 90%, HER2 with a FISH ratio of 1.2."
    (panel,) = pipeline.record(nlp(text)).receptor_panels
    assert "HER2" not in panel.results


def test_immunoreactive_score_and_zero() -> None:
    assert combined("ER", [Result("bare_score", "0")]).status == "negative"
    assert combined("Ki-67", [Result("bare_score", "0")]) == MarkerResult()
    for score, status in (("IRS 0/12", "negative"), ("IRS 8/12", "positive"), ("IRS 2", None)):
        ruled = status_of("ER", combined("ER", [Result("h_score", score)]))
        assert (ruled[0] if ruled else None) == status


def test_a_word_that_cannot_be_of_her2() -> None:
    found = combined("HER2", [Result("word", "negative"), Result("score", "3+")])
    assert (found.status, found.score) == (None, "3+")
    assert combined("HER2", [Result("word", "negative"), Result("score", "1+")]).status == "negative"
