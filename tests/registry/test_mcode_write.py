"""The files: one a case, the same bytes for the same input, refused where wrong; the corpus and the seed whole."""

import csv
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from fhir.resources.R4B.bundle import Bundle
from mcode_cases import TEXT, case, full, of, place, said, write
from spacy.language import Language

from pipeline.errors import WritingError
from pipeline.patient.build import records
from pipeline.patient.model import Case, Metastasis, Record, Treatment
from pipeline.registry.cases import RegistryCase, Trace
from pipeline.registry.feeds.mcode.check import problems
from pipeline.registry.feeds.mcode.tables import rows
from pipeline.registry.feeds.mcode.writing import file_name

CORPUS = sorted((ROOT / "corpus").glob("*.txt"))
GOLD = sorted(path for path in (ROOT / "annotations" / "records").glob("*.json") if path.stem != "schema")
HOSTILE = [
    "'; DROP TABLE fact; --", "=cmd|' /C calc'!A0", "a\x00b\x1bc", "\u202eevil\u202c", "\ud800", "x" * 1_100_000,
    "../../etc/passwd", " ", "<script>alert(1)</script>",
]  # fmt: skip


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def cases_of(path: Path, made: list[Record]) -> list[RegistryCase]:
    text = path.read_text(encoding="utf-8")
    return [case(r, case_id=path.stem + (f"#{r.case_id}" if r.case_id else ""), text=text) for r in made]


def check_files(files: list[Path], traces: list[Trace], text: dict[str, str]) -> None:
    """Each file, which our check has passed, is FHIR for `fhir.resources`; each trace leads to its characters and to a
    resource of its file."""
    ids: set[str] = set()
    for path in files:
        made = load(path)
        Bundle.model_validate(made)
        ids |= {f"{entry['resource']['resourceType']}/{entry['resource']['id']}" for entry in made["entry"]}
    assert files
    assert traces
    for trace in traces:
        assert text[trace.case_id][trace.start : trace.end] == trace.text != ""
        assert trace.item.split(".")[0] in ids


def test_the_same_case_gives_the_same_bytes(tmp_path: Path) -> None:
    first, traces = write(tmp_path / "a", case())
    again, _ = write(tmp_path / "b", case())
    assert [path.name for path in first.files] == ["X1.json"]
    assert first.files[0].read_bytes() == again.files[0].read_bytes()
    assert sorted(p.name for p in (tmp_path / "a").iterdir()) == ["X1.json"]  # nothing half written beside it
    assert problems(load(first.files[0])) == []
    check_files(first.files, traces, {"X1": TEXT})


def test_two_cases_share_no_id(tmp_path: Path) -> None:
    done, _ = write(tmp_path, case(), case(case_id="X2"))
    one, two = ({entry["fullUrl"] for entry in load(path)["entry"]} for path in done.files)
    assert not one & two
    assert done.counts["PrimaryCancerCondition"] == 2
    assert done.counts["TNMStageGroup"] == 2


def test_each_value_is_traced(tmp_path: Path) -> None:
    done, traces = write(tmp_path, case())
    told = {(trace.item.split("/")[0], trace.item.split(".", 1)[1], trace.value, trace.text) for trace in traces}
    assert ("Patient", "gender", "female", "woman") in told
    assert ("Condition", "onsetAge", "52", "52-year-old") in told
    assert ("Observation", "valueQuantity", "90%", "ER 90%, Allred 8") in told
    assert ("Procedure", "extension.totalDoseDelivered", "50 Gy/25", "50 Gy in 25 fractions") in told
    by_resource = Counter(trace.item.split(".")[0] for trace in traces)
    for entry in load(done.files[0])["entry"]:
        resource = entry["resource"]
        if resource["resourceType"] not in ("DocumentReference", "Provenance"):
            assert by_resource[f"{resource['resourceType']}/{resource['id']}"]


def test_a_bundle_with_problems_is_not_written(tmp_path: Path) -> None:
    wrong = full()
    wrong.treatments = [Treatment(kind="drug", name="docetaxel+", status="given", **said(name="docetaxel"))]
    done, traces = write(tmp_path, case(wrong), case(case_id="X2"))
    assert [path.name for path in done.files] == ["X2.json"]
    assert [line for line in done.left_out if line.startswith("X1: not written: ")]
    assert {trace.case_id for trace in traces} == {"X2"}
    assert not (tmp_path / "X1.json").exists()


def test_a_folder_that_takes_no_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WritingError, match="name a folder"):
        write(tmp_path / "file", case())


@pytest.mark.parametrize("bad", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_values_are_text(bad: str, tmp_path: Path) -> None:
    text = bad + TEXT
    evidence: dict[str, Any] = {"evidence": [place(bad, text)]}
    record = Record(
        case=Case(primary_site=bad, histology=bad, quadrant=bad, **evidence),
        metastases=[Metastasis(site=bad, icd_o="C22.0", date=bad, **evidence)],
        treatments=[Treatment(kind="drug", name=bad, dose=bad, frequency=bad, start=bad, status="given", **evidence)],
    )
    done, traces = write(tmp_path, case(record, case_id=bad, text=text))
    assert done.left_out == []
    (path,) = done.files
    assert path.parent == tmp_path
    check_files(done.files, traces, {bad: text})
    drug = of(load(path), "MedicationAdministration")[0]["medicationCodeableConcept"]
    kept = re.sub(r"[\x00\x1b\ud800]", "\ufffd", bad[:1_000_000]).strip() or "-"
    assert drug == {"text": kept}


def test_file_names_are_safe_and_of_one_case() -> None:
    names = [
        "a/b",
        "a%2Fb",
        "a\\b",
        "..",
        ".a",
        "a.",
        "a ",
        "CASE#2",
        "a:b",
        "é" * 200,
        "é" * 201,
        "",
        "a\x00",
        "\ud800",
    ]
    safe = [file_name(name) for name in names]
    assert len(set(safe)) == len(names)
    assert file_name("CASE#2") == "CASE#2"
    for name in safe:
        assert not re.search(r'[/\\:*?"<>|\x00-\x1f]|^\.|[. ]$', name)
        assert 0 < len(name.encode()) <= 240


def test_the_corpus(nlp: Language, tmp_path: Path) -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in CORPUS}
    cases = [item for path, text in texts.items() for item in cases_of(path, records(nlp(text), text))]
    done, traces = write(tmp_path, *cases)
    assert len(done.files) == len(cases) >= len(CORPUS)
    assert not [line for line in done.left_out if ": not written: " in line]
    check_files(done.files, traces, {item.case_id: item.source.text for item in cases})
    print("\ncorpus", len(cases), "cases", dict(sorted(done.counts.items())))


def test_the_gold_records_of_the_corpus_with_snomed(tmp_path: Path) -> None:
    """Records that people wrote: sentences as evidence, no places of single values."""
    cases = [
        item
        for path in GOLD
        for found in [load(path)]
        for item in cases_of(
            ROOT / "corpus" / f"{path.stem}.txt",
            [Record.model_validate(r) for r in (found if isinstance(found, list) else [found])],
        )
    ]
    done, traces = write(tmp_path, *cases, snomed=True)
    assert len(done.files) == len(cases) >= len(GOLD) >= 20
    check_files(done.files, traces, {item.case_id: item.source.text for item in cases})


def test_no_absent_site_and_no_drug_not_given_of_the_corpus_is_a_fact(tmp_path: Path) -> None:
    """By the gold records: as many metastases and administrations as the gold says there were, and no more."""
    for path in GOLD:
        found = load(path)
        for item in cases_of(
            ROOT / "corpus" / f"{path.stem}.txt",
            [Record.model_validate(r) for r in (found if isinstance(found, list) else [found])],
        ):
            done, _ = write(tmp_path, item)
            real = [m for m in item.record.metastases if m.status != "absent" and m.site != "recurrence"]
            assert done.counts.get("SecondaryCancerCondition", 0) == len(real)
            given = [
                name
                for t in item.record.treatments
                if t.kind == "drug" and t.status in ("given", "stopped", "ongoing") and t.intent != "other"
                for name in t.name.split("+")
            ]
            assert done.counts.get("CancerRelatedMedicationAdministration", 0) == len(given)


def test_the_seed(nlp: Language, shared: Path, tmp_path: Path) -> None:
    path = shared / "gold" / "seed" / "seed.txt"
    text = path.read_text(encoding="utf-8")
    cases = cases_of(path, records(nlp(text), text))
    done, traces = write(tmp_path, *cases)
    check_files(done.files, traces, {item.case_id: text for item in cases})
    slots = {
        "CancerPatient", "PrimaryCancerCondition", "SecondaryCancerCondition", "TumorMarkerTest", "HumanSpecimen",
        "TNMPrimaryTumorCategory", "TNMRegionalNodesCategory", "TNMDistantMetastasesCategory", "TNMStageGroup",
        "CancerRelatedMedicationAdministration", "RadiotherapyCourseSummary", "CancerRelatedSurgicalProcedure",
        "CancerDiseaseStatus", "Provenance",
    }  # fmt: skip
    assert slots <= set(done.counts), slots - set(done.counts)
    print("\nseed", dict(sorted(done.counts.items())), *done.left_out, sep="\n  ")


def test_codes_are_those_of_their_sources(shared: Path) -> None:
    """LOINC, SNOMED CT, UNII and RxNorm codes of the tables stand in the checked lists of ../shared/codes."""

    def table(name: str) -> list[dict[str, str]]:
        return list(csv.DictReader((shared / "codes" / name).read_text(encoding="utf-8").splitlines(), delimiter="\t"))

    known = {row["code"]: row["display"] for row in table("mcode_codes.tsv")}
    for name in ("marker_tests", "marker_answers", "snomed"):
        for row in rows(name):
            assert known[row["code"]] == row["display"]
    for row in rows("stage_types"):
        assert row["code"] in known or "check digits verified" in row["source"]
    drugs = {row["inn"]: row for row in table("oncology_drugs.tsv")}
    for row in rows("drugs"):
        source = drugs[row["name"]]
        assert row["rxcui"] == source["rxcui"]
        assert row["unii"] == next(value for key, value in source.items() if key.startswith("unii ("))


def test_loinc_codes_have_their_check_digit() -> None:
    for name in ("marker_tests", "stage_types"):
        for row in rows(name):
            number, digit = row["code"].split("-")
            doubled = [int(c) * (2 - place % 2) for place, c in enumerate(reversed(number))]
            assert (10 - sum(d // 10 + d % 10 for d in doubled) % 10) % 10 == int(digit), row["code"]
