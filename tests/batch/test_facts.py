"""Annotations to rows: what each slot says, of which place, and in which order."""

from io import BytesIO, StringIO

import pandas as pd
import pytest
from markup import parse

from pipeline.batch.facts import COLUMNS, Row, frame, rows


def facts(marked: str, **attributes: object) -> list[Row]:
    """The rows of a marked-up text, each mention with its own rule and confidence, in one sentence."""
    parsed = parse(marked)
    given = {"confidence": 1.0, "sentence": [0, len(parsed.text)]}
    entities = [given | {"rule": f"r{n}"} | e | attributes for n, e in enumerate(parsed.entities, 1)]
    return rows({"id": "doc", "entities": entities, "relations": parsed.relations}, parsed.text)


def short(found: list[Row], *columns: str) -> list[tuple]:
    return [tuple(row[c] for c in columns) for row in found]


def test_receptor() -> None:
    (row,) = facts("[[Oestrogen receptor|Marker=ER|specimen=node|id=a]] was [[90%|Result=90%|ResultOf>a]].")
    assert row == {
        "doc_id": "doc", "case_id": "doc", "slot": "receptor", "name": "ER", "value": "90%", "unit": "", "status": "",
        "subject": "patient", "specimen": "node", "date": "", "start": 0, "end": 26,
        "text": "Oestrogen receptor was 90%", "confidence": 1.0, "rule": "r1 + r2", "sentence": "0-27",
        "fact_id": "bb5945cb33472f49",
    }  # fmt: skip


def test_one_result_of_two_markers() -> None:
    found = facts("[[ER|Marker=ER|id=a]] and [[PR|Marker=PR|id=b]] [[negative|Result=negative|ResultOf>a|ResultOf>b]]")
    assert short(found, "name", "value", "text") == [
        ("ER", "negative", "ER and PR negative"),
        ("PR", "negative", "PR negative"),
    ]


def test_marker_alone_says_nothing_but_triple_negative() -> None:
    assert facts("[[HER2|Marker=HER2]] was tested.") == []
    found = facts("[[triple-negative|Marker=triple-negative]] cancer")
    assert short(found, "name", "value", "rule") == [("triple-negative", "", "r1")]


@pytest.mark.parametrize(
    ("norm", "kind"), [("cT4bN3M0", "TNM"), ("pNX", "TNM"), ("IIIC", "group"), ("0", "group"), ("IVA", "group")]
)
def test_stage(norm: str, kind: str) -> None:
    assert short(facts(f"[[x|Stage={norm}]]"), "slot", "name", "value") == [("stage", kind, norm)]


@pytest.mark.parametrize(
    ("norm", "amount", "unit"),
    [
        ("75 mg/m2", "75", "mg/m2"),
        ("20-40 mg/day", "20-40", "mg/day"),
        ("AUC 5", "5", "AUC"),
        ("2.5 million units", "2.5", "million units"),
    ],
)
def test_dose(norm: str, amount: str, unit: str) -> None:
    found = facts(f"[[docetaxel|Drug=docetaxel|status=planned|id=d]] [[x|Dose={norm}|DoseOf>d]]")
    assert short(found, "slot", "name", "value", "unit", "status") == [
        ("drug", "docetaxel", "docetaxel", "", "planned"),
        ("dose", "docetaxel", amount, unit, "planned"),
    ]


def test_schedule() -> None:
    found = facts(
        "[[AC|Drug=cyclophosphamide+doxorubicin|id=d]] [[weekly|Frequency=weekly|FrequencyOf>d]], "
        "[[4 courses|Cycles=4|CyclesOf>d]], [[for 1 year|Duration=P1Y|DurationOf>d]]"
    )
    assert {row["name"] for row in found} == {"cyclophosphamide+doxorubicin"}
    assert short(found[1:], "slot", "value", "text") == [
        ("frequency", "weekly", "AC weekly"),
        ("cycles", "4", "AC weekly, 4 courses"),
        ("duration", "P1Y", "AC weekly, 4 courses, for 1 year"),
    ]


def test_radiotherapy() -> None:
    found = facts("[[whole-brain RT|Radiotherapy=brain|id=r]] ([[30 Gy in 10 fractions|Dose=30 Gy/10|DoseOf>r]])")
    assert short(found, "slot", "name", "value", "unit", "status") == [
        ("radiotherapy", "radiotherapy", "brain", "", "given"),
        ("dose", "radiotherapy", "30", "Gy", "given"),
        ("fractions", "radiotherapy", "10", "", "given"),
    ]


def test_site_with_code() -> None:
    found = facts("[[hepatic|Site=liver|status=absent]] metastases", icdo3="C22.0")
    assert short(found, "slot", "name", "value", "status") == [("site", "liver", "C22.0", "absent")]
    assert short(facts("[[hepatic|Site=liver]]"), "value", "status") == [("", "present")]


def test_calendar_date_before_relative() -> None:
    found = facts(
        "[[3 weeks later|RelativeDate=+P3W|DateOf>d]], in [[May 2019|Date=2019-05|DateOf>d]], "
        "[[FEC|Drug=x|id=d]] [[5 g|Dose=5 g|DoseOf>d]]"
    )
    assert short(found, "slot", "name", "value", "date") == [
        ("date", "relative", "+P3W", ""),
        ("date", "calendar", "2019-05", ""),
        ("drug", "x", "x", "2019-05"),
        ("dose", "x", "5", "2019-05"),
    ]


def test_parts_in_two_sentences() -> None:
    text = "Letrozole. 2 mg."
    entities = [
        {"id": "a", "label": "Drug", "start": 0, "end": 9, "text": "Letrozole", "norm": "letrozole", "case": "2",
         "subject": "patient", "status": "given", "confidence": 0.9, "rule": "x", "sentence": [0, 10]},
        {"id": "b", "label": "Dose", "start": 11, "end": 15, "text": "2 mg", "norm": "2 mg",
         "confidence": 0.7, "rule": "y", "sentence": [11, 16]},
    ]  # fmt: skip
    found = rows({"id": "doc", "entities": entities, "relations": [["b", "DoseOf", "a"]]}, text)
    assert short(found, "case_id", "text", "sentence", "confidence") == [
        ("doc#2", "Letrozole", "0-10", 0.9),
        ("doc#2", "2 mg", "11-16", 0.7),
    ]


def test_frame_is_sorted_and_typed() -> None:
    found = facts("[[liver|Site=liver]], [[bone|Site=bone]], [[IV|Stage=IV]]")
    table = frame(found)
    assert tuple(table.columns) == COLUMNS
    assert table["name"].tolist() == ["liver", "bone", "group"]
    assert table.equals(frame(reversed(found)))
    assert table.dtypes[["start", "end", "confidence"]].astype(str).tolist() == ["int64", "int64", "float64"]


def test_frame_of_nothing_has_the_columns() -> None:
    empty = frame([])
    assert tuple(empty.columns) == COLUMNS
    assert empty.shape == (0, 17)
    assert empty.dtypes.equals(frame(facts("[[liver|Site=liver]]")).dtypes)


def test_frame_survives_both_formats() -> None:
    table = frame(facts("[[liver|Site=liver]], [[bone|Site=bone]]"))
    assert pd.read_parquet(BytesIO(table.to_parquet())).equals(table)
    assert pd.read_csv(StringIO(table.to_csv(index=False)), keep_default_na=False).to_dict() == table.to_dict()
