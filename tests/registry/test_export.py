"""The registrar's exit: what a feed is given, and what stays behind of it in the folder and in the store."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from line_feed import write
from made_out import TEXT, Out, record
from sqlalchemy import Engine, select

from pipeline.errors import UsageError, WritingError
from pipeline.registry.cases import RegistryCase, Trace, Written
from pipeline.registry.engine import reading
from pipeline.registry.export import Exported, export, inert
from pipeline.registry.joining import join
from pipeline.registry.load import Loaded
from pipeline.registry.review import decide, places
from pipeline.registry.standing import REVIEWED, STANDING, WITH_WAITING, registry_cases
from pipeline.registry.tables import audit
from pipeline.registry.tables import export as export_table

if TYPE_CHECKING:
    from pipeline.registry.cases import Tracer

pytest_plugins = ("stores",)


@pytest.fixture
def store(engine: Engine, take: Callable[[Out], Loaded], tmp_path: Path) -> Engine:
    out = Out(tmp_path / "in")
    out.add("A", record())
    out.add("B", record(), f"{TEXT} ")
    take(out)
    return engine


def say(engine: Engine, path: str, decision: str, value: str | None = None) -> None:
    for here in places(engine, "A", path):
        decide(engine, "A", here.key, decision, value, "me", "read", here.based_on, here.path)


def to(engine: Engine, folder: Path, which: str = STANDING, form: str = "csv") -> Exported:
    return export(engine, form, write, folder, which, "me")


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "provenance.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_stands_is_exported_and_walks_back(store: Engine, tmp_path: Path) -> None:
    say(store, "case.grade", "edit", "3")
    say(store, "metastases.1", "reject")
    done = to(store, tmp_path / "out")
    found = {(row["case_id"], row["item"]): row for row in rows(tmp_path / "out")}
    results = {f"receptor_panels.0.results.{key}" for key in ("ER.status", "ER.percent", "PR.status")}
    assert {item for case, item in found if case == "A"} == {"case.grade"} | results
    assert {item for case, item in found if case == "B"} == results | {
        f"metastases.0.{k}" for k in ("site", "icd_o", "status")
    }
    assert found["A", "case.grade"]["value"] == "3"
    texts = {"A": TEXT, "B": f"{TEXT} "}
    for row in found.values():
        assert texts[row["doc_id"]][int(row["start"]) : int(row["end"])] == row["text"] != ""
    assert (done.cases, done.traced) == (2, len(found))
    with reading(store) as connection:
        (case, _) = registry_cases(connection)
    assert case.record.receptor_panels[0].specimen == "unstated"  # nobody vouched for it
    assert case.reviewed == {"case.grade"}
    assert (case.version, case.source.sha256) == ("0.1.0", hashlib.sha256(TEXT.encode()).hexdigest())


def test_reviewed_only_is_what_people_decided(store: Engine, tmp_path: Path) -> None:
    assert to(store, tmp_path / "none", REVIEWED).cases == 0
    say(store, "treatments.0", "accept")
    say(store, "metastases.0.site", "accept")  # a site of which nobody said whether it is affected
    with reading(store) as connection:
        (case,) = registry_cases(connection, REVIEWED)
    assert case.record.metastases == []
    assert case.reviewed == {f"treatments.0.{key}" for key in ("name", "dose", "start", "status")}
    assert (case.record.treatments[0].dose, case.record.case.sex) == ("2.5 mg", None)
    to(store, tmp_path / "some", REVIEWED)
    assert {row["item"] for row in rows(tmp_path / "some")} == case.reviewed


def test_paths_of_reviewed_values_are_those_of_the_exported_record(store: Engine) -> None:
    say(store, "metastases.1", "accept")
    say(store, "receptor_panels.0.results.PR.status", "reject")
    with reading(store) as connection:
        case = next(registry_cases(connection, REVIEWED))
    assert case.reviewed == {f"metastases.0.{key}" for key in ("site", "icd_o", "status")}
    assert case.record.metastases[0].site == "liver"
    assert case.record.receptor_panels == []


def test_with_waiting_is_all_but_what_was_rejected(store: Engine) -> None:
    say(store, "case.sex", "reject")
    with reading(store) as connection:
        first, second = registry_cases(connection, WITH_WAITING)
    assert (first.record.case.sex, second.record.case.sex) == (None, "female")
    assert second.record.model_dump(mode="json") == record()


def test_an_edited_value_is_no_longer_that_of_a_rule(store: Engine) -> None:
    say(store, "receptor_panels.0.results.ER.status", "edit", "negative")
    with reading(store) as connection:
        panel = next(registry_cases(connection, WITH_WAITING)).record.receptor_panels[0]
    assert (panel.results["ER"].status, panel.derived, panel.how) == ("negative", [], {})


def test_a_joined_case_is_not_exported(store: Engine, tmp_path: Path) -> None:
    join(store, "A", "B", "me", "one patient")
    assert to(store, tmp_path / "out").cases == 1
    assert {row["case_id"] for row in rows(tmp_path / "out")} == {"A"}


def test_the_store_and_the_folder_say_what_was_written(store: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "out"
    done = to(store, folder)
    files = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    manifest = json.loads(files.pop("export.json"))
    assert {name: hashlib.sha256(data).hexdigest() for name, data in files.items()} == done.files == manifest["files"]
    assert set(files) == {"provenance.csv", "A.txt", "B.txt"}
    with reading(store) as connection:
        (row,) = connection.execute(select(export_table)).all()
        logged = connection.scalars(select(audit.c.about).where(audit.c.action == "export")).all()
    assert (row.form, row.which, row.cases, row.folder) == ("csv", STANDING, 2, str(folder))
    assert (json.loads(row.files), json.loads(row.counts)) == (done.files, {"lines": 12})
    assert logged == [f"csv: {folder}"]
    assert [path.name for path in folder.parent.iterdir()] == ["out"]


def test_an_export_takes_the_place_of_the_one_before(store: Engine, tmp_path: Path) -> None:
    to(store, tmp_path / "out")
    say(store, "receptor_panels.0", "reject")
    say(store, "metastases.1", "reject")
    to(store, tmp_path / "out")
    assert not (tmp_path / "out" / "A.txt").exists()
    assert (tmp_path / "out" / "B.txt").exists()


def test_a_folder_of_other_things_is_left_alone(store: Engine, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(UsageError, match="is not an empty folder"):
        to(store, tmp_path / "mine")
    to(store, tmp_path / "out")
    with pytest.raises(UsageError, match="holds an export to csv"):
        to(store, tmp_path / "out", form="omop")
    manifest = tmp_path / "out" / "export.json"
    about = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(about | {"files": {"../mine/letter.txt": ""}}), encoding="utf-8")
    with pytest.raises(UsageError, match="outside of its folder"):
        to(store, tmp_path / "out")
    assert (tmp_path / "mine" / "letter.txt").read_text(encoding="utf-8") == "keep"


def test_a_feed_that_breaks_leaves_what_stood(store: Engine, tmp_path: Path) -> None:
    def broken(cases: Iterable[RegistryCase], folder: Path, trace: Tracer) -> Written:
        (folder / "half.txt").write_text("half", encoding="utf-8")
        next(iter(cases))
        raise OSError(28, "No space left on device")

    to(store, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    with pytest.raises(WritingError, match="No space left"):
        export(store, "csv", broken, tmp_path / "out", STANDING, "me")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    assert [path.name for path in tmp_path.iterdir() if ".part" in path.name] == []


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "  =1", "＝1", "=cmd|' /C calc'!A0"])
def test_cells_that_a_spreadsheet_would_run(cell: str) -> None:
    assert inert(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "2020-11", "<1%", "1-2", "a=b", "שמאל"])
def test_cells_that_are_left_as_they_are(cell: str) -> None:
    assert inert(cell) == cell


def test_hostile_values_are_inert_in_the_provenance(store: Engine, tmp_path: Path) -> None:
    def hostile(cases: Iterable[RegistryCase], folder: Path, trace: Tracer) -> Written:
        for case in cases:
            trace(Trace(case.case_id, "=HYPERLINK(1)", "=cmd|' /C calc'!A0", "A", 0, 1, '+"\n,'))
        return Written()

    export(store, "csv", hostile, tmp_path / "out", STANDING, "me")
    for row in rows(tmp_path / "out"):
        assert (row["item"], row["value"], row["text"]) == ("'=HYPERLINK(1)", "'=cmd|' /C calc'!A0", "'+\"\n,")


def test_memory_is_flat_over_the_cases(engine: Engine, take: Callable[[Out], Loaded], tmp_path: Path) -> None:
    import tracemalloc

    out = Out(tmp_path / "in")
    for number in range(300):
        out.add(f"N{number:03}", record(), f"{TEXT}Report {number}.")
    take(out)

    def peak(cases: int) -> int:
        with reading(engine) as connection:
            tracemalloc.start()
            found: Any = registry_cases(connection, WITH_WAITING)
            assert sum(1 for _, _ in zip(range(cases), found, strict=False)) == cases
            found.close()
            top = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return top

    peak(100)
    assert peak(300) < 1.2 * peak(200)
