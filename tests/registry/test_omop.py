"""OMOP: the files load into the CDM's own tables with their constraints, and say what the record says."""

from __future__ import annotations

import csv
import datetime
import re
import sys
from collections import Counter
from contextlib import contextmanager

import pytest
from flat_cases import TEXT, extracted_cases, gold_cases, hostile_cases, made_case, same_bytes, source, written
from omop_cdm.regular.cdm54 import tables as cdm
from postgres import running_postgres, why_not
from sqlalchemy import Date, Integer, Numeric, String, create_engine, event, func, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import BigInteger

from pipeline.errors import ReadingError
from pipeline.registry.cases import RegistryCase
from pipeline.registry.feeds.cells import clean, inert, original
from pipeline.registry.feeds.omop import Vocabulary, write
from pipeline.registry.feeds.omop.data import rows
from pipeline.registry.feeds.omop.tables import ORDER

csv.field_size_limit(sys.maxsize)
RECORDED = datetime.date(2026, 1, 2)
DATED = {
    "condition_occurrence": "condition_start_date",
    "measurement": "measurement_date",
    "drug_exposure": "drug_exposure_start_date",
    "procedure_occurrence": "procedure_date",
}
# The tables that a vocabulary has and that lean on each other.
BARE = ("concept", "domain", "vocabulary", "concept_class")
TABLES = {table.name: table for table in cdm.Base.metadata.tables.values()}


def read(folder, name):
    """The rows of a file; an empty cell without quotes is None, as PostgreSQL reads it."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [{k: v or None for k, v in row.items()} for row in csv.DictReader(file, strict=True)]


def typed(table, row):
    made = {}
    for name, cell in row.items():
        column = table.columns[name]
        if cell is None:
            made[name] = None if column.nullable else ""
        elif isinstance(column.type, Integer | BigInteger):
            made[name] = int(cell)
        elif isinstance(column.type, Numeric):
            made[name] = float(cell)
        elif isinstance(column.type, Date):
            made[name] = datetime.date.fromisoformat(cell)
        else:
            made[name] = cell
    return made


def load_bare(engine, folder):
    """The vocabulary of one concept, whose rows need each other: their keys are checked at the end."""
    with engine.begin() as connection:
        sql = "PRAGMA defer_foreign_keys = ON" if engine.dialect.name == "sqlite" else "SET CONSTRAINTS ALL DEFERRED"
        connection.execute(text(sql))
        for name in BARE:
            held = [typed(TABLES[name], row) for row in read(folder / "vocabulary", name)]
            connection.execute(insert(TABLES[name]), held)


def load(engine, folder):
    load_bare(engine, folder)
    with engine.begin() as connection:
        for name in ORDER:
            held = [typed(TABLES[name], row) for row in read(folder, name)]
            if held:
                connection.execute(insert(TABLES[name]), held)


@contextmanager
def sqlite(folder):
    engine = create_engine(f"sqlite:///{folder / 'cdm.db'}").execution_options(
        schema_translate_map={"cdm_schema": None, "vocabulary_schema": None}
    )
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys = ON"))
    cdm.Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def server():
    reason = why_not()
    if reason:
        pytest.skip(reason)
    with running_postgres() as url:
        yield url


@contextmanager
def postgres(url):
    engine = create_engine(url).execution_options(
        schema_translate_map={"cdm_schema": "cdm", "vocabulary_schema": "cdm"}
    )
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA IF EXISTS cdm CASCADE"))
        connection.execute(text("CREATE SCHEMA cdm"))
    cdm.Base.metadata.create_all(engine)
    with engine.begin() as connection:
        # The four tables of the vocabulary point at each other in a ring: their keys are checked at the end.
        for table in map(TABLES.__getitem__, BARE):
            for key in table.foreign_key_constraints:
                connection.execute(text(f'ALTER TABLE cdm."{table.name}" ALTER CONSTRAINT "{key.name}" DEFERRABLE'))
    yield engine
    engine.dispose()


def check_loaded(engine, folder, counts):
    with engine.connect() as connection:
        for name in ORDER:
            found = connection.execute(select(func.count()).select_from(TABLES[name])).scalar_one()
            assert found == counts[name] == len(read(folder, name)), name
        notes = dict(connection.execute(select(TABLES["note"].c.note_id, TABLES["note"].c.note_text)).all())
        nlp = TABLES["note_nlp"].c
        for row in connection.execute(select(nlp.note_id, nlp["offset"], nlp.lexical_variant, nlp.snippet)):
            said = notes[row[0]][int(row[1]) :]
            assert said.startswith(original(row[2]))
            assert len(row[3]) <= 250
    with engine.begin() as connection, pytest.raises(IntegrityError), connection.begin_nested():
        connection.execute(insert(TABLES["observation_period"]), [
            {"observation_period_id": 10**6, "person_id": 10**6, "observation_period_start_date": RECORDED,
             "observation_period_end_date": RECORDED, "period_type_concept_id": 0}
        ])  # fmt: skip


def every_case():
    return (*gold_cases(), *extracted_cases_renamed(), made_case(), *hostile_cases())


def extracted_cases_renamed():
    return tuple(RegistryCase(f"x{c.case_id}", c.record, c.source, c.version) for c in extracted_cases())


def test_the_files_load_into_sqlite_with_constraints_on(tmp_path) -> None:
    wrote, _ = written(write, every_case(), tmp_path, recorded=RECORDED)
    with sqlite(tmp_path) as engine:
        load(engine, tmp_path)
        check_loaded(engine, tmp_path, wrote.counts)


def test_the_files_load_into_postgresql_with_constraints_on(tmp_path, server) -> None:
    wrote, _ = written(write, every_case(), tmp_path, recorded=RECORDED)
    with postgres(server) as engine:
        load(engine, tmp_path)
        check_loaded(engine, tmp_path, wrote.counts)


def test_postgresql_copies_the_files_as_they_are(tmp_path, server) -> None:
    wrote, _ = written(write, every_case(), tmp_path, recorded=RECORDED)
    with postgres(server) as engine:
        load_bare(engine, tmp_path)
        with engine.begin() as connection:
            cursor = connection.connection.cursor()
            cursor.execute("SET search_path TO cdm")
            for name in ORDER:
                content = (tmp_path / f"{name}.csv").read_bytes()
                columns = ", ".join(f'"{column}"' for column in content.partition(b"\n")[0].decode().split(","))
                with cursor.copy(f"COPY {name} ({columns}) FROM STDIN (FORMAT csv, HEADER)") as copy:
                    copy.write(content)
        check_loaded(engine, tmp_path, wrote.counts)


@pytest.mark.parametrize("name", ORDER)
def test_the_fields_are_those_of_the_cdm(name) -> None:
    """Our table of fields against the package's: names, what may be empty, lengths."""
    told = {row["field"]: row for row in rows("fields") if row["table"] == name}
    columns = TABLES[name].columns
    assert set(told) == set(columns.keys())
    for field, row in told.items():
        if row["required"] == "Yes":
            assert not columns[field].nullable, field
        length = re.fullmatch(r"varchar\((\d+)\)", row["type"])
        if length:
            assert isinstance(columns[field].type, String)
            assert columns[field].type.length == int(length[1]), field


@pytest.mark.parametrize("cases", [gold_cases, extracted_cases, hostile_cases], ids=["gold", "extracted", "hostile"])
def test_every_cell_fits_its_type(cases, tmp_path) -> None:
    written(write, cases(), tmp_path, recorded=RECORDED)
    for name in ORDER:
        fields = {row["field"]: row for row in rows("fields") if row["table"] == name}
        held = read(tmp_path, name)
        for row in held:
            for field, cell in row.items():
                check_cell(fields[field], cell)
        if f"{name}_id" in fields:
            ids = [int(row[f"{name}_id"]) for row in held]
            assert ids == list(range(1, len(held) + 1))


def check_cell(field, cell) -> None:
    if cell is None:
        assert field["required"] == "No", field
    elif field["type"] == "integer":
        assert 0 <= int(cell) < 2**31
    elif field["type"] == "float":
        float(cell)
    elif field["type"] == "date":
        datetime.date.fromisoformat(cell)
    elif match := re.fullmatch(r"varchar\((\d+)\)", field["type"]):
        assert len(cell) <= int(match[1]), field
    else:
        assert field["type"] in ("varchar(MAX)",), field


def test_what_the_made_case_becomes(tmp_path) -> None:
    written(write, [made_case()], tmp_path, recorded=RECORDED)
    (person,) = read(tmp_path, "person")
    assert person["year_of_birth"] == "1965"
    assert person["gender_source_value"] == "female"
    assert person["month_of_birth"] is None
    conditions = [
        (row["condition_source_value"], row["condition_start_date"]) for row in read(tmp_path, "condition_occurrence")
    ]
    assert conditions == [("breast", "2015-03-02"), ("8000/6-C41.9", "2019-05-10")]
    measured = {row["measurement_source_value"]: row for row in read(tmp_path, "measurement")}
    assert measured["ER percent, primary"]["value_as_number"] == "90.0"
    assert measured["ER percent, primary"]["unit_source_value"] == "%"
    assert measured["PR percent, primary"]["value_source_value"] == "<1%"
    assert measured["PR percent, primary"]["value_as_number"] is None
    assert measured["TNM, clinical"]["value_source_value"] == "cT2N1M0"
    (exposure,) = read(tmp_path, "drug_exposure")
    assert exposure["drug_source_value"] == "paclitaxel"
    assert (exposure["drug_exposure_start_date"], exposure["drug_exposure_end_date"]) == ("2015-03-20", "2015-06-05")
    assert exposure["sig"] == "dose: 80 mg/m2; frequency: weekly; intent: neoadjuvant"
    (operation,) = read(tmp_path, "procedure_occurrence")
    assert (operation["procedure_source_value"], operation["procedure_date"]) == ("mastectomy", "2015-07-01")


def test_no_day_is_made_up(tmp_path) -> None:
    """Every date of a clinical table is a day that the record has; June 2019 is an observation of the note's day."""
    written(write, [made_case()], tmp_path, recorded=RECORDED)
    known = {"2015-03-02", "2015-03-20", "2015-06-05", "2015-07-01", "2019-05-10"}
    for name in ("condition_occurrence", "measurement", "drug_exposure", "procedure_occurrence", "episode"):
        for row in read(tmp_path, name):
            assert {cell for field, cell in row.items() if field.endswith("_date") and cell} <= known
    drug = next(row for row in read(tmp_path, "observation") if row["observation_source_value"] == "drug")
    assert drug["value_as_string"] == "letrozole"
    assert drug["observation_date"] == RECORDED.isoformat()
    assert drug["qualifier_source_value"] == "2019-06"


def test_no_day_of_any_gold_record_is_made_up(tmp_path) -> None:
    written(write, gold_cases(), tmp_path, recorded=RECORDED)
    person_of = {row["person_id"]: row["person_source_value"] for row in read(tmp_path, "person")}
    told = {case.case_id: case.record.model_dump_json() for case in gold_cases()}
    checked = Counter()
    for name, field in DATED.items():
        for row in read(tmp_path, name):
            assert f'"{row[field]}"' in told[person_of[row["person_id"]]]
            checked[name] += 1
    assert min(checked.values()) > 5


def test_what_did_not_happen_is_in_no_clinical_table(tmp_path) -> None:
    written(write, [made_case()], tmp_path, recorded=RECORDED)
    for name in ("condition_occurrence", "drug_exposure", "observation"):
        cells = {cell for row in read(tmp_path, name) for cell in row.values()}
        assert not cells & {"tamoxifen", "8000/6-C22.0", "liver"}
    mentions = {(row["lexical_variant"], row["term_exists"]) for row in read(tmp_path, "note_nlp")}
    assert ("She declined tamoxifen.", "N") in mentions
    assert ("no liver metastases on 2 March 2015", "N") in mentions
    assert ("A liver lesion was possible.", None) in mentions
    assert ("Bone metastases were found on 10 May 2019.", "Y") in mentions


def test_a_case_without_year_of_birth_is_left_out_whole(tmp_path) -> None:
    case = made_case()
    case.record.case.age_at_diagnosis = None
    wrote, traces = written(write, [case], tmp_path)
    assert wrote.counts["person"] == wrote.counts["note"] == len(traces) == 0
    assert any("year of birth" in line for line in wrote.left_out)
    assert any("1970-01-01 stands for 'not known'" in line for line in wrote.left_out)


@pytest.mark.parametrize(
    ("change", "known"),
    [
        ({"date": "2015"}, True),
        ({"date": "2014/2015"}, False),
        ({"date": None}, False),
        ({"date": "2020-01-01"}, False),
    ],
)
def test_the_year_of_birth_is_known_only_with_the_year_of_diagnosis(change, known, tmp_path) -> None:
    """In the last row the only dated panel comes after the first treatment: it does not tell when it began."""
    case = made_case()
    case.record.receptor_panels[0] = case.record.receptor_panels[0].model_copy(update=change)
    case.record.stages.clear()
    wrote, _ = written(write, [case], tmp_path)
    assert wrote.counts["person"] == int(known)


def test_the_end_of_an_exposure(tmp_path) -> None:
    case = made_case()
    drug = case.record.treatments[0]
    drugs = [
        drug.model_copy(update={"end": end, "duration": duration})
        for end, duration in [("2015-06", None), (None, "P7D"), (None, "P2W"), (None, "P3M"), ("2015-03-01", None)]
    ]
    case.record.treatments[:] = drugs
    written(write, [case], tmp_path)
    ends = [(row["drug_exposure_end_date"], row["verbatim_end_date"]) for row in read(tmp_path, "drug_exposure")]
    assert [end for end, _ in ends] == ["2015-03-20", "2015-03-26", "2015-04-02", "2015-03-20", "2015-03-20"]
    assert [verbatim for _, verbatim in ends] == [None, None, None, None, "2015-03-01"]


def test_a_line_is_an_episode_only_where_all_its_drugs_have_a_day(tmp_path) -> None:
    case = made_case()
    drug = case.record.treatments[0].model_copy(update={"line": 1})
    other = drug.model_copy(update={"name": "docetaxel+carboplatin"})
    case.record.treatments[:] = [drug, other]
    written(write, [case], tmp_path / "known")
    episode = [row for row in read(tmp_path / "known", "episode") if row["episode_number"] == "1"]
    assert [row["episode_start_date"] for row in episode] == ["2015-03-20"]
    events = [
        row["event_id"]
        for row in read(tmp_path / "known", "episode_event")
        if row["episode_id"] == episode[0]["episode_id"]
    ]
    assert len(events) == 3
    case.record.treatments.append(drug.model_copy(update={"start": "2015-02"}))
    written(write, [case], tmp_path / "unknown")
    assert not [row for row in read(tmp_path / "unknown", "episode") if row["episode_number"]]


def test_hostile_values_change_nothing_but_themselves(tmp_path) -> None:
    wrote, _ = written(write, hostile_cases(), tmp_path, recorded=RECORDED)
    notes = [row["note_text"] for row in read(tmp_path, "note")]
    assert notes == [inert(case.source.text) for case in hostile_cases()]
    for name in ORDER:
        for row in read(tmp_path, name):
            assert all(not (cell or "").lstrip().startswith(("=", "+", "@")) for cell in row.values())
    assert wrote.counts["person"] == len(hostile_cases())
    assert any("cut, with … at its end" in line for line in wrote.left_out)


def test_an_offset_counts_in_the_note_as_it_is_written(tmp_path) -> None:
    shift = "=" + TEXT
    record = made_case().record.model_copy(deep=True)
    moved = record.model_validate_json(
        re.sub(r'"(start|end)":(\d+)', lambda m: f'"{m[1]}":{int(m[2]) + 1}', record.model_dump_json())
    )
    written(write, [RegistryCase("doc", moved, source(shift))], tmp_path)
    (note,) = read(tmp_path, "note")
    assert note["note_text"] == "'=" + TEXT
    mentions = read(tmp_path, "note_nlp")
    assert len(mentions) > 20
    for row in mentions:
        assert note["note_text"][int(row["offset"]) :].startswith(row["lexical_variant"])
        end = re.search(r"; end=(\d+)", row["term_modifiers"])
        assert int(end[1]) == int(row["offset"]) + len(row["lexical_variant"])


def test_the_same_cases_give_the_same_bytes(tmp_path) -> None:
    assert same_bytes(write, gold_cases(), tmp_path / "a", tmp_path / "b", recorded=RECORDED) == len(ORDER) + 1 + len(
        BARE
    )


CONCEPTS = [
    (8532, "FEMALE", "Gender", "Gender", "Gender", "S", "F", ""),
    (32858, "NLP", "Type Concept", "Type Concept", "Type Concept", "S", "OMOP4976931", ""),
    (3000001, "Estrogen receptor [Interpretation] in Tissue", "Measurement", "LOINC", "Lab Test", "S", "16112-5", ""),
    (45884084, "Positive", "Meas Value", "LOINC", "Answer", "S", "LA6576-8", ""),
    (1378382, "paclitaxel", "Drug", "RxNorm", "Ingredient", "S", "56946", ""),
    (1, "letrozole old", "Drug", "RxNorm", "Ingredient", "", "72965", ""),
    (2, "letrozole", "Drug", "RxNorm Extension", "Ingredient", "S", "X", ""),
    (3, "Neoplasm, metastatic, of bone", "Condition", "ICDO3", "ICDO Condition", "", "8000/6-C41.9", ""),
    (4, "Metastatic malignant neoplasm to bone", "Condition", "SNOMED", "Disorder", "S", "94222008", ""),
    (5, "Estrogen receptor %", "Observation", "LOINC", "Lab Test", "S", "14228-1", ""),
    (6, "gone", "Measurement", "LOINC", "Lab Test", "", "16113-3", "U"),
    (7, "Treatment Regimen", "Episode", "Episode", "Treatment", "S", "OMOP1", ""),
]  # fmt: skip
MAPS = [(1, 2, "Maps to", ""), (3, 4, "Maps to", ""), (3, 4, "Is a", ""), (5, 4, "Maps to", "D")]


@pytest.fixture
def athena(tmp_path):
    folder = tmp_path / "athena"
    folder.mkdir()
    head = "concept_id concept_name domain_id vocabulary_id concept_class_id standard_concept concept_code".split()
    dates = ["19700101", "20991231"]
    lines = [[*head, "valid_start_date", "valid_end_date", "invalid_reason"]]
    lines += [[str(cell) for cell in row[:7]] + dates + [row[7]] for row in CONCEPTS]
    (folder / "CONCEPT.csv").write_text("".join("\t".join(line) + "\n" for line in lines))
    lines = [
        ["concept_id_1", "concept_id_2", "relationship_id", "invalid_reason"],
        *([str(c) for c in row] for row in MAPS),
    ]
    (folder / "CONCEPT_RELATIONSHIP.csv").write_text("".join("\t".join(line) + "\n" for line in lines))
    (folder / "VOCABULARY.csv").write_text("vocabulary_id\tvocabulary_version\nNone\tv5.0 01-JAN-26\n")
    return folder


def test_codes_are_mapped_by_the_users_vocabulary(athena, tmp_path) -> None:
    case = made_case()
    case.record.treatments[3] = case.record.treatments[3].model_copy(update={"start": "2019-06-03"})
    written(write, [case], tmp_path / "out", vocabulary=Vocabulary.read(athena), recorded=RECORDED)
    out = tmp_path / "out"
    assert not (out / "vocabulary").exists()
    assert read(out, "person")[0]["gender_concept_id"] == "8532"
    assert read(out, "cdm_source")[0]["vocabulary_version"] == "v5.0 01-JAN-26"
    measured = {row["measurement_source_value"]: row for row in read(out, "measurement")}
    status = measured["ER status, primary"]
    assert (status["measurement_concept_id"], status["value_as_concept_id"]) == ("3000001", "45884084")
    assert status["measurement_type_concept_id"] == "32858"
    # A standard concept of another domain belongs into another table; a withdrawn one is none.
    percent = measured["ER percent, primary"]
    assert (percent["measurement_concept_id"], percent["measurement_source_concept_id"]) == ("0", "5")
    assert measured["PR status, primary"]["measurement_concept_id"] == "0"
    drugs = {row["drug_source_value"]: row for row in read(out, "drug_exposure")}
    assert drugs["paclitaxel"]["drug_concept_id"] == "1378382"
    assert (drugs["letrozole"]["drug_concept_id"], drugs["letrozole"]["drug_source_concept_id"]) == ("2", "1")
    bone = next(row for row in read(out, "condition_occurrence") if row["condition_source_value"] == "8000/6-C41.9")
    assert (bone["condition_concept_id"], bone["condition_source_concept_id"]) == ("4", "3")
    assert (measured["PR percent, primary"]["unit_concept_id"], status["unit_concept_id"]) == ("0", "0")
    episode = next(row for row in read(out, "episode") if row["episode_number"])
    assert episode["episode_concept_id"] == "7"


def test_a_concept_of_a_drug_is_no_concept_of_an_observation(athena, tmp_path) -> None:
    written(write, [made_case()], tmp_path / "out", vocabulary=Vocabulary.read(athena))
    rows = read(tmp_path / "out", "observation")
    drug = next(row for row in rows if row["observation_source_value"] == "drug")
    assert (drug["observation_concept_id"], drug["value_as_concept_id"]) == ("0", "2")
    assert {row["observation_concept_id"] for row in rows} == {"0"}


def test_without_a_vocabulary_every_concept_is_0_and_the_codes_stand(tmp_path) -> None:
    written(write, gold_cases(), tmp_path)
    for name in ORDER:
        for row in read(tmp_path, name):
            assert {cell for field, cell in row.items() if field.endswith("concept_id")} <= {"0", None}
    assert all(row["condition_source_value"] for row in read(tmp_path, "condition_occurrence"))


def test_a_code_of_several_standard_concepts_is_none_of_them(athena) -> None:
    path = athena / "CONCEPT_RELATIONSHIP.csv"
    path.write_text(path.read_text() + "1\t1378382\tMaps to\t\n")
    assert Vocabulary.read(athena).drug("letrozole") == (0, 1)


def test_a_folder_that_is_no_vocabulary_is_told(tmp_path) -> None:
    with pytest.raises(ReadingError, match=r"Athena's CONCEPT\.csv"):
        Vocabulary.read(tmp_path)
    (tmp_path / "CONCEPT.csv").write_text("concept_id,concept_name\n")
    with pytest.raises(ReadingError, match="separated by tabs"):
        Vocabulary.read(tmp_path)


def test_cleaning_keeps_the_length_of_a_note() -> None:
    for case in hostile_cases():
        assert len(clean(case.source.text)) == len(case.source.text)
