"""Loading: the same run twice, a newer run, items that come, go and change places, and files that cannot be trusted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from made_out import TEXT, Out, mentions, place, record
from sqlalchemy import Engine, event, select, text

from pipeline.errors import UsageError
from pipeline.registry.engine import reading
from pipeline.registry.incoming import OutFolder
from pipeline.registry.load import Loaded
from pipeline.registry.review import decide, places
from pipeline.registry.standing import REVIEWED, WITH_WAITING, registry_cases
from pipeline.registry.status import Line, changes, disputes, lines
from pipeline.registry.tables import metadata

pytest_plugins = ("stores",)

Take = Callable[..., Loaded]


def values(engine: Engine, case_id: str = "A") -> dict[str, Line]:
    with reading(engine) as connection:
        return {line.path: line for line in lines(connection, case_id)}


def told(engine: Engine, done: Loaded) -> list[tuple[str, str, str | None, str | None]]:
    with reading(engine) as connection:
        return [
            (action, path, before, after)
            for _, action, path, before, after, _ in connection.execute(changes(done.operation))
        ]


def review(engine: Engine, path: str, decision: str, value: str | None = None, case_id: str = "A") -> int:
    (here,) = places(engine, case_id, path)
    return decide(engine, case_id, here.key, decision, value, "me", "read it", here.based_on, here.path)


def dump(engine: Engine, but: tuple[str, ...] = ("audit",)) -> dict[str, list[tuple[Any, ...]]]:
    with reading(engine) as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
            if table.name not in but
        }


def test_each_value_is_a_fact_with_its_place(engine: Engine, take: Take, tmp_path: Path) -> None:
    out = Out(tmp_path / "out")
    out.add("A", record())
    done = take(out)
    found = values(engine)
    assert done.counts["new"] == len(found) == 19
    assert found["treatments.0.dose"].words == "2.5 mg"
    assert found["case.grade"].words == "grade 2"
    asked = 'SELECT slot, value, unit, status, specimen, "interval", confidence FROM fact WHERE path = :path'
    with reading(engine) as connection:
        dose = tuple(connection.execute(text(asked), {"path": "treatments.0.dose"}).one())
        result = tuple(connection.execute(text(asked), {"path": "receptor_panels.0.results.ER.percent"}).one())
        grade = tuple(connection.execute(text(asked), {"path": "case.grade"}).one())
    assert dose == ("dose of", "2.5 mg", "mg", "given", "", "2019-05", 0.855)
    assert result == ("receptor", "90%", "%", "", "primary", "", 0.95)
    assert grade == ("grade", "2", "", "", "", "", None)


def test_what_is_taken_unseen_and_what_waits(engine: Engine, take: Take, tmp_path: Path) -> None:
    contradiction = {
        "what": "site liver: present or absent",
        "slot": "site",
        "evidence": [place("The liver was free.")],
    }
    out = Out(tmp_path / "out")
    out.add("A", record())
    out.add("B", record(contradictions=[contradiction]), f"{TEXT} ")
    out.add("C", record(), f"{TEXT}  ", mentions(confidence=0.5))
    out.add("D", record(), f"{TEXT}   ", [])
    take(out)
    states = {case: {path: line.state for path, line in values(engine, case).items()} for case in "ABCD"}
    unseen = {path for path, state in states["A"].items() if state == "automatic"}
    results = {f"receptor_panels.0.results.{key}" for key in ("ER.status", "ER.percent", "PR.status")}
    assert unseen == results | {f"metastases.1.{key}" for key in ("site", "status", "icd_o")}
    assert {path for path, state in states["B"].items() if state == "automatic"} == results
    assert "automatic" not in {*states["C"].values(), *states["D"].values()}
    reasons = {case: values(engine, case)["metastases.1.site"].reason for case in "BCD"}
    assert reasons == {
        "B": "site liver: present or absent",
        "C": "confidence 0.5 is below 0.8, the threshold of site absent",
        "D": "no mention of known confidence at its place",
    }
    assert values(engine)["treatments.0.name"].reason == "slot drug has no threshold: never taken unseen"


def test_the_same_run_twice_changes_nothing(engine: Engine, take: Take, tmp_path: Path) -> None:
    out = Out(tmp_path / "out")
    out.add("A", record())
    out.add("B", [record(case_id="1"), record(case_id="2")], f"{TEXT} ")
    first = take(out)
    before = dump(engine)
    again = take(out)
    assert dump(engine) == before
    assert (first.counts["new"], again.counts["new"], again.counts["unchanged"]) == (57, 0, 57)
    assert (told(engine, first), told(engine, again)) == ([], [])
    assert len(before["run"]) == 1
    assert [row[1] for row in before["case"]] == ["A", "B#1", "B#2"]


def test_a_newer_run_changes_what_nobody_reviewed(engine: Engine, take: Take, tmp_path: Path) -> None:
    old, new = Out(tmp_path / "old"), Out(tmp_path / "new", "b" * 64)
    old.add("A", record())
    changed = record()
    changed["case"]["grade"] = "3"
    changed["receptor_panels"][0]["results"]["PR"]["status"] = "positive"
    changed["treatments"] = []
    new.add("A", changed)
    take(old)
    review(engine, "case.grade", "accept")
    review(engine, "case.sex", "edit", "male")
    review(engine, "treatments.0.name", "accept")
    done = take(new)
    assert told(engine, done) == [
        ("disagrees with review", "case.grade", "2", "3"),
        ("value changed", "receptor_panels.0.results.PR.status", "negative", "positive"),
        ("value lost", "treatments.0.dose", "2.5 mg", None),
        ("reviewed value gone", "treatments.0.name", "letrozole", None),
        ("value lost", "treatments.0.start", "2019-05", None),
        ("value lost", "treatments.0.status", "given", None),
    ]
    found = values(engine)
    assert (found["case.grade"].value, found["case.grade"].said, found["case.grade"].state) == ("2", "3", "accepted")
    assert (found["case.sex"].value, found["case.sex"].state) == ("male", "edited")
    assert found["receptor_panels.0.results.PR.status"].value == "positive"
    assert (found["treatments.0.name"].value, found["treatments.0.name"].is_said) == ("letrozole", False)
    assert "treatments.0.dose" not in found
    with reading(engine) as connection:
        assert sorted((one.path, one.value, one.said) for one in disputes(connection)) == [
            ("case.grade", "2", "3"),
            ("treatments.0.name", "letrozole", None),
        ]
    assert take(new).counts["value changed"] == 0
    assert told(engine, take(new)) == []


def test_a_reviewed_item_that_is_gone_is_exported_and_found_again(engine: Engine, take: Take, tmp_path: Path) -> None:
    old, none, back = Out(tmp_path / "old"), Out(tmp_path / "none", "b" * 64), Out(tmp_path / "back", "c" * 64)
    old.add("A", record())
    none.add("A", record(treatments=[]))
    back.add("A", record())
    take(old)
    review(engine, "treatments.0.name", "accept")
    take(none)
    with reading(engine) as connection:
        (case,) = registry_cases(connection, REVIEWED)
    assert [(item.name, item.dose) for item in case.record.treatments] == [("letrozole", None)]
    assert case.record.treatments[0].cites["name"][0].text == "letrozole"
    assert case.reviewed == {"treatments.0.name"}
    take(back)
    found = values(engine)
    assert found["treatments.0.name"].is_said
    assert found["treatments.0.name"].state == "accepted"
    assert found["treatments.0.dose"].state == "waiting"
    assert "treatments.1.name" not in found


def test_a_review_follows_its_item_to_another_place(engine: Engine, take: Take, tmp_path: Path) -> None:
    old, new = Out(tmp_path / "old"), Out(tmp_path / "new", "b" * 64)
    first = record()
    old.add("A", first)
    lung, liver = deepcopy(first["metastases"])
    breast = lung | {"site": "breast", "cites": {"site": [place("left breast")]}, "evidence": [place("left breast")]}
    liver["cites"]["site"] = [place("The liver")]
    new.add("A", record(metastases=[liver, breast, lung]))
    take(old)
    number = review(engine, "metastases.0.site", "accept")
    review(engine, "metastases.1.site", "reject")
    take(new)
    found = values(engine)
    assert [(found[f"metastases.{n}.site"].said, found[f"metastases.{n}.site"].state) for n in range(3)] == [
        ("liver", "rejected"),
        ("breast", "waiting"),
        ("lung", "accepted"),
    ]
    (here,) = places(engine, "A", "metastases.2.site")
    assert here.based_on == number


def test_a_case_that_a_run_no_longer_has(engine: Engine, take: Take, tmp_path: Path) -> None:
    old, new = Out(tmp_path / "old"), Out(tmp_path / "new", "b" * 64)
    old.add("A", [record(case_id="1"), record(case_id="2")])
    new.add("A", record())
    take(old)
    review(engine, "case.grade", "accept", case_id="A#2")
    done = take(new)
    assert done.counts["cases"] == 3
    assert values(engine, "A#1") == {}
    assert [(path, line.state, line.is_said) for path, line in values(engine, "A#2").items()] == [
        ("case.grade", "accepted", False)
    ]
    with reading(engine) as connection:
        assert [case.case_id for case in registry_cases(connection, WITH_WAITING)] == ["A#2", "A"]


def test_another_text_of_the_same_name_is_refused(engine: Engine, take: Take, tmp_path: Path) -> None:
    old, new = Out(tmp_path / "old"), Out(tmp_path / "new", "b" * 64)
    old.add("A", record())
    corrected = TEXT.replace("A 58", "Corrected report. A 58").replace("The liver was free.", "The liver is free.")
    later = json.loads(json.dumps(record()).replace("The liver was free.", "The liver is free."))
    new.add("A", _moved(later, corrected), corrected)
    take(old)
    review(engine, "treatments.0.name", "accept")
    before = dump(engine, but=("audit", "run"))
    refused = take(new)
    assert [
        f"{tmp_path}/new/text/A.txt: A stands in the registry with another text" in p for p in refused.problems
    ] == [True]
    assert dump(engine, but=("audit", "run")) == before
    assert take(new, texts_changed=True).problems == []
    found = values(engine)
    assert (found["treatments.0.name"].state, found["treatments.0.name"].words) == ("accepted", "letrozole")
    assert found["metastases.1.site"].words == "liver"
    assert len(dump(engine)["document"]) == 2
    assert len(dump(engine)["case"]) == 1


def test_an_item_of_a_replaced_text_is_placed_anew(engine: Engine, take: Take, tmp_path: Path) -> None:
    old, new = Out(tmp_path / "old"), Out(tmp_path / "new", "b" * 64)
    old.add("A", record())
    new.add("A", {"case": {}}, "A second print. " + TEXT)
    take(old)
    review(engine, "treatments.0.name", "accept")
    take(new, texts_changed=True)
    with reading(engine) as connection:
        (case,) = registry_cases(connection, REVIEWED)
    (cited,) = case.record.treatments[0].cites["name"]
    assert case.source.text[cited.start : cited.end] == cited.text == "letrozole"


def test_one_text_under_two_names_is_one_case(engine: Engine, take: Take, tmp_path: Path) -> None:
    out, renamed = Out(tmp_path / "out"), Out(tmp_path / "renamed")
    out.add("A", record())
    out.add("B", record())
    renamed.add("C", record())
    assert take(out).copies == ["B: the text of A"]
    before = dump(engine)
    assert take(renamed).copies == ["C: the text of A"]
    assert dump(engine) == before


def test_a_case_id_that_two_documents_would_have(engine: Engine, take: Take, tmp_path: Path) -> None:
    out = Out(tmp_path / "out")
    out.add("A", [record(case_id="1"), record(case_id="2")])
    out.add("A#2", record(), f"{TEXT} ")
    assert [problem for problem in take(out).problems if "already that of another document" in problem]
    assert sorted(row[1] for row in dump(engine)["case"]) == ["A#1", "A#2"]


HOSTILE = {
    "sql": "'; DROP TABLE fact; --",
    "formula": "=cmd|' /C calc'!A0",
    "control": "a\x01\x1b[31m\x7f\x85\u2028b\tc\r\nd",
    "long": "x" * 1_000_000,
    "rtl": "\u202eסרטן השד\u202c שמאל",
    "not letters": "\U0001f9ec \ufeff\u200b\ud7ff\ue000\uffff",
    "percent": "%s %(key)s :name {status} \\ \\' \"",
}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_hostile_values_are_text(engine: Engine, take: Take, tmp_path: Path, value: str) -> None:
    said = f"She took {value}."
    evidence = [place(said, said)]
    item = {"kind": "drug", "name": value, "dose": value, "evidence": evidence, "cites": {"name": [place(value, said)]}}
    marker = {"evidence": evidence, "results": {value[:200]: {"status": value}}}
    out = Out(tmp_path / "out")
    out.add("A", {"case": {"histology": value}, "treatments": [item], "receptor_panels": [marker]}, said, [])
    for _ in range(2):
        assert take(out).problems == []
    found = values(engine)
    paths = (
        "case.histology",
        "treatments.0.name",
        "treatments.0.dose",
        f"receptor_panels.0.results.{value[:200]}.status",
    )
    assert [found[path].said for path in paths] == [value] * 4
    assert review(engine, "case.histology", "edit", f"{value}!") == 1
    with reading(engine) as connection:
        (case,) = registry_cases(connection, WITH_WAITING)
    assert case.record.case.histology == f"{value}!"
    assert case.record.treatments[0].name == value
    assert case.source.text == said
    assert len(dump(engine)["fact"]) == 4


def test_no_statement_of_a_load_or_an_export_goes_through_a_table(engine: Engine, take: Take, tmp_path: Path) -> None:
    """What does grows with the number of cases already there: a load would not be linear."""
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL rightly goes through a table of a few rows")
    out = Out(tmp_path / "out")
    for name in "AB":
        out.add(name, record(), f"{TEXT}{name}")
    take(out)
    plans: dict[str, list[str]] = {}

    def explain(connection: Any, _: Any, statement: str, values: Any, *more: Any) -> None:
        if statement.startswith("SELECT"):
            cursor = connection.connection.dbapi_connection.cursor()
            plans[statement] = [row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)]

    event.listen(engine, "before_cursor_execute", explain)
    take(out)
    with reading(engine) as connection:
        assert len(list(registry_cases(connection, WITH_WAITING))) == 2
    assert len(plans) > 8
    assert [step for plan in plans.values() for step in plan if step.startswith(("SCAN", "USE TEMP"))] == []


def _nul(out: Out) -> None:
    out.add("A", record() | {"case": record()["case"] | {"histology": "a\0b"}})


def _surrogate(out: Out) -> None:
    out.add("A", record() | {"case": record()["case"] | {"histology": "a\ud800b"}})


def _key(out: Out) -> None:
    out.add("A", record() | {"receptor_panels": [{"results": {"E\0R": {"status": "positive"}}}]})


def _marker(out: Out) -> None:
    out.add("A", record() | {"receptor_panels": [{"results": {"E" * 1000: {"status": "positive"}}}]})


def _text(out: Out) -> None:
    out.add("A", record(), TEXT.replace("58", "5\0"))


def _other_text(out: Out) -> None:
    out.add("A", record())
    (out.root / "text" / "A.txt").write_text(TEXT + "!", encoding="utf-8")


def _other_place(out: Out) -> None:
    out.add("A", json.loads(json.dumps(record()).replace('"text": "lung metastases"', '"text": "liver metastases"')))


def _outside(out: Out) -> None:
    out.add(
        "A", record() | {"events": [{"date": None, "what": "x", "evidence": [{"start": 5, "end": 9999, "text": "x"}]}]}
    )


def _no_record(out: Out) -> None:
    out.add("A", {"case": {"grade": "7"}})


def _broken(out: Out) -> None:
    out.add("A", record())
    (out.root / "records" / "A.json").write_text("{", encoding="utf-8")


def _deep(out: Out) -> None:
    out.add("A", record())
    (out.root / "records" / "A.json").write_text("[" * 100_000, encoding="utf-8")


def _gone(out: Out) -> None:
    out.add("A", record())
    (out.root / "text" / "A.txt").unlink()


@pytest.mark.parametrize(
    ("spoil", "file", "said"),
    [
        (_nul, "records/A.json", r"case\.histology: holds the character NUL"),
        (_surrogate, "records/A.json", r"case\.histology: holds half a surrogate pair"),
        (_key, "records/A.json", "a key of .* holds the character NUL"),
        (_marker, "records/A.json", "a name of 1033 characters is none of a marker"),
        (_text, "text/A.txt", "holds the character NUL"),
        (_other_text, "text/A.txt", "is not the text that was extracted"),
        (_other_place, "records/A.json", "'liver metastases' does not stand at"),
        (_outside, "records/A.json", "does not stand at 5-9999"),
        (_no_record, "records/A.json", "is no record: case.grade"),
        (_broken, "records/A.json", "is broken JSON"),
        (_deep, "records/A.json", "is nested too deep"),
        (_gone, "annotations/A.json", "name the folder of the texts with --text"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_named_and_the_rest_goes_on(
    engine: Engine, take: Take, tmp_path: Path, spoil: Callable[[Out], None], file: str, said: str
) -> None:
    out = Out(tmp_path / "out")
    spoil(out)
    out.add("B", record(), f"{TEXT} ")
    (problem,) = take(out).problems
    assert problem.startswith(f"{tmp_path}/out/{file}: ")
    assert re.search(said, problem)
    assert [row[1] for row in dump(engine)["case"]] == ["B"]


def test_a_folder_that_extract_did_not_write(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"run\.json: cannot be opened"):
        OutFolder(tmp_path)
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match="does not say what made it"):
        OutFolder(tmp_path)
    empty = Out(tmp_path / "out")
    (empty.root / "annotations").rmdir()
    with pytest.raises(UsageError, match="holds no annotations"):
        OutFolder(empty.root).doc_ids()


def _moved(found: dict[str, Any], other: str) -> dict[str, Any]:
    """A record with its places looked up in another text."""

    def move(value: Any) -> Any:
        if isinstance(value, dict) and value.keys() == {"start", "end", "text"}:
            return place(value["text"], other)
        if isinstance(value, dict):
            return {key: move(inner) for key, inner in value.items()}
        return [move(inner) for inner in value] if isinstance(value, list) else value

    moved: dict[str, Any] = move(found)
    return moved
