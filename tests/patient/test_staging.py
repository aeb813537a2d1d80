"""The anatomic group by SEER's table, the axes of a TNM, and what is odd in one."""

import pytest
from spacy.language import Language
from told import record

from pipeline.lexicons import rows
from pipeline.patient.staging import axes, group_of


@pytest.mark.parametrize(
    ("side", "tnm", "group"),
    [
        ("clinical", "cT4bN3M0", "IIIC"),
        ("clinical", "T2N1M1", "IV"),
        ("pathologic", "pT3pN1acM0", "IIIA"),  # a letter that the table lacks
        ("pathologic", "pT1cN0M0", "IA"),
        ("clinical", "cTisN0M0", None),
        ("clinical", "cT2N1", None),  # no M
        ("clinical", "cT9N1M0", None),
    ],
)
def test_group(side: str, tnm: str, group: str | None) -> None:
    found = group_of(side, tnm)
    if group is None:
        assert found is None or found[0] == "0"
    else:
        assert found is not None
        assert found[0] == group
        assert "SEER" in found[1]


def test_axes() -> None:
    assert axes("ypT1cN0(sn)") == {"T": "1c", "N": "0(sn)"}
    assert axes("cT2cN0cM0") == {"T": "2", "N": "0", "M": "0"}


def test_an_odd_prefix_is_reported(nlp: Language) -> None:
    odd = record(nlp, "She had breast cancer. The postoperative pathological stage was ycT2N1M0.")
    assert odd.stages[0].problems
    assert [c.slot for c in odd.contradictions] == ["stage"]
    plain = record(nlp, "She had breast cancer. The postoperative pathological stage was ypT2N1M0.")
    assert plain.stages[0].problems == []
    assert plain.contradictions == []


def test_a_stated_group_is_held_against_the_derived_one(nlp: Language) -> None:
    found = record(nlp, "She had breast cancer, clinical stage cT2N1M0 (stage IIIA).")
    (stage,) = found.stages
    assert (stage.group, stage.derived_group) == ("IIIA", "IIB")
    assert any("IIB" in problem for problem in stage.problems)


def test_no_breast_table_for_another_cancer(nlp: Language) -> None:
    found = record(nlp, "A man had colon cancer, stage cT3N1M0. The colon cancer was resected.")
    assert found.stages[0].derived_group is None


def test_the_table_has_each_row_once() -> None:
    keys = [(row["side"], row["t"], row["n"], row["m"]) for row in rows("stage_groups")]
    assert len(keys) == len(set(keys)) > 1000
    assert {row["side"] for row in rows("stage_groups")} == {"clinical", "pathologic"}


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("Mastectomy was performed. A cyst was found. The final diagnosis was T2N0M0.", "pathological"),
        ("A cyst was found. The final diagnosis was T2N0M0.", "clinical"),
        ("She was in stage IV; pTX, N3, M1.", "pathological"),
        ("She was in stage IV; TX, N3, M1.", "clinical"),
    ],
)
def test_basis(nlp: Language, text: str, basis: str) -> None:
    (stage,) = record(nlp, f"A woman had breast cancer. {text}").stages
    assert stage.basis == basis
