"""Two reports of one patient are suggested, and joined by a person alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_out import TEXT, Out, place, record
from sqlalchemy import Engine, func, select

from pipeline.errors import UsageError
from pipeline.registry.duplicates import Suggestion, suggestions
from pipeline.registry.engine import reading
from pipeline.registry.joining import join, part
from pipeline.registry.load import Loaded
from pipeline.registry.review import decide, places
from pipeline.registry.standing import WITH_WAITING, registry_cases
from pipeline.registry.tables import case, case_value

pytest_plugins = ("stores",)


def patient(age: int = 58, site: str = "breast", month: str = "2019-05", drug: str = "letrozole", **about: Any) -> Any:
    found = record()
    found["case"] |= {"age_at_diagnosis": age, "primary_site": site} | about
    found["treatments"][0] |= {"name": drug, "start": month}
    found["events"] = [{"date": f"{month}-02", "what": "seen", "evidence": [place("A 58")]}]
    return found


def load_all(take: Callable[[Out], Loaded], root: Path, patients: list[Any]) -> None:
    out = Out(root / "out")
    for number, found in enumerate(patients):
        out.add("ABCDEFGH"[number], found, f"{TEXT}Report {number}.")
    take(out)


def found_in(engine: Engine, enough: float = 10.0) -> list[Suggestion]:
    with reading(engine) as connection:
        return suggestions(connection, enough)


def test_a_pair_is_suggested_with_its_reasons(engine: Engine, take: Callable[[Out], Loaded], tmp_path: Path) -> None:
    others = [patient(30 + 7 * n, "colon", f"20{n:02}-01", f"drug {n}", sex="male") for n in range(4)]
    load_all(take, tmp_path, [patient(), patient(), *others])
    (pair,) = found_in(engine)
    assert (pair.one, pair.other) == ("A", "B")
    assert "age at diagnosis 58" in pair.why
    assert "dates in 2019-05" in pair.why
    assert "drug letrozole (in 2 of 6 cases)" in pair.why
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).where(case.c.joined_to.is_not(None))) == 0


@pytest.mark.parametrize(
    "other",
    [{"sex": "male"}, {"site": "colon"}, {"laterality": "right"}, {"age": 60}],
    ids=["sex", "site", "side", "age"],
)
def test_what_rules_a_pair_out(
    engine: Engine, take: Callable[[Out], Loaded], tmp_path: Path, other: dict[str, Any]
) -> None:
    load_all(take, tmp_path, [patient(), patient(**other), patient(laterality="bilateral")])
    assert ("A", "B") not in {(pair.one, pair.other) for pair in found_in(engine)}
    assert ("A", "C") in {(pair.one, pair.other) for pair in found_in(engine)}


def test_a_rejected_value_suggests_nobody(engine: Engine, take: Callable[[Out], Loaded], tmp_path: Path) -> None:
    load_all(take, tmp_path, [patient(), patient()])
    (before,) = found_in(engine)
    (here,) = places(engine, "A", "treatments.0.name")
    decide(engine, "A", here.key, "reject", None, "me", "read it", None)
    (after,) = found_in(engine)
    assert after.score < before.score
    assert not any("letrozole" in why for why in after.why)


def test_patients_of_one_text_are_not_suggested(engine: Engine, take: Callable[[Out], Loaded], tmp_path: Path) -> None:
    out = Out(tmp_path / "out")
    out.add("A", [patient() | {"case_id": "1"}, patient() | {"case_id": "2"}])
    take(out)
    assert found_in(engine, 0.0) == []


def test_join_and_part(engine: Engine, take: Callable[[Out], Loaded], tmp_path: Path) -> None:
    second = patient(drug="anastrozole")
    second["metastases"][1]["site"] = "spleen"
    load_all(take, tmp_path, [patient(), second, patient()])
    with reading(engine) as connection:
        before = sorted(map(tuple, connection.execute(select(case_value))), key=repr)
    only = join(engine, "A", "B", "me", "same name")
    assert [(one.slot, one.path, one.value) for one in only] == [("site absent", "metastases.1.site", "spleen")]
    with reading(engine) as connection:
        assert [found.case_id for found in registry_cases(connection, WITH_WAITING)] == ["A", "C"]
        assert sorted(map(tuple, connection.execute(select(case_value))), key=repr) == before
    assert {("A", "B"), ("B", "C")} & {(pair.one, pair.other) for pair in found_in(engine)} == set()
    for counts, other, said in (
        ("A", "B", "B: is joined to A already"),
        ("C", "A", "other cases are joined to it"),
        ("B", "C", "B: is joined to A already"),
        ("C", "C", "cannot be joined to itself"),
        ("C", "X", "no such case"),
    ):
        with pytest.raises(UsageError, match=said):
            join(engine, counts, other, "me", "no reason")
    with pytest.raises(UsageError, match="need a name and a reason"):
        join(engine, "A", "C", "me", " ")
    assert part(engine, "B", "me", "another person") == "A"
    with pytest.raises(UsageError, match="is not joined"):
        part(engine, "B", "me", "again")
    with reading(engine) as connection:
        assert [found.case_id for found in registry_cases(connection, WITH_WAITING)] == ["A", "B", "C"]
