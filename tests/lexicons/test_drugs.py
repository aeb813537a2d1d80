"""Lints of the drug lexicon and of the INN stems: every row must be well formed and able to fire."""

import re
from pathlib import Path

import pytest

import pipeline

LEXICONS = Path(pipeline.__file__).parent / "lexicons"
NAME_COLUMNS = ["name", "norm", "kind", "flags", "source", "licence"]
STEM_COLUMNS = ["id", "pattern", "example", "counter_example", "source", "licence"]
KINDS = {"generic", "brand", "code", "abbreviation", "regimen", "misspelling"}
FLAGS = {"case", "context"}
TOKEN = re.compile(r"\d+|[^\W\d_]\w*|[^\w\s]|_")

# Everyday and medical words that must neither match a stem nor be a name without the context flag.
STOP_WORDS = re.findall(
    r"[a-z]+",
    """
    able about above acid acute added adjuvant after again agent airway albumin alcohol alive allele allergy
    amine amylase anaemia anemia anthracycline antigen aorta april arm artery artisan aspirate assay assertion
    axilla bacillin bacteria balance basal bed benign bilirubin biopsy bladder bleeding blood bone brain
    breast bronchus calcium capitol captain carbapenem carcinoma cell cephalad cephalic cerebral cervix
    chemotherapy chest chief chronic cirrhosis clinical clover cocaine colon column combine commode complete
    consent control copper cortisol cough course creatinine cryostat cyclic cyclin cyst cystatin cytidine day
    decline defibrillate dermatitis diagnosis dialysis diet discharge disease domain dose drain duct ductal
    edema effusion electron elevated elixir enzyme epithelium erythropoietin estrogen evidence excision femur
    ferritin fever fibrin fibrosis fine follow fracture fungi fusion gallium gastrin gene genome gland glioma
    globulin glucagon glutamine grade graft growth haemoglobin headache heart helix hemoglobin hemostat
    heparan hepatic hepatitis histidine history hormone imidazole infantile infection inhibitor insulin
    intestine invasive iodine iron ischemia jaundice keratin kidney lab lactate lesion leukemia lipase lipid
    liver lobe lobular lung lymph lymphoma lysine malignant margin marker mass median melanoma membrane
    menopause metastasis metastatic method migraine mongrel monoclonal mouse mucin muscle mutation nausea
    necrosis nerve neuron nipple node nodule normal nucleotide obvious occupant oedema oestrogen opium orbital
    ovary oxygen pain palate pancreas parent patient peasant pelvis peptide platelet platinum pleura pneumonia
    podcast polyp positive potassium precipitant pregnancy primary profile progesterone prolactin prostate
    protein proven pulmonary radiation radical rash receptor recline rectum recurrence regimen relapse renal
    response restraint rheostat routine saline sample sardine scan serine serotonin serum sign sixty skin
    somatostatin spartan spine spleen staging statin stenosis steroid sterol stomach surgery survival symptom
    taxane technetium template tendon testosterone therapy thermostat thrombin thrombone thymidine thymus
    thyroid thyroxine tibia tissue toxic trachea treatment tremor trial trombone trypsin tryptophan tubulin
    tumor tumour turban ulcer ultrasound uracil urea uridine urine uterus vaccine vagina valine vein veteran
    vibrate villus vinculin virus vitamin weekly wound yield zinc
    """,
)


def _rows(file: str) -> list[list[str]]:
    lines = (LEXICONS / file).read_text(encoding="utf-8").split("\n")
    assert lines.pop() == "", f"{file} must end with a line feed"
    return [line.split("\t") for line in lines]


def _tokens(name: str, flags: str) -> tuple[str, ...]:
    return tuple(TOKEN.findall(name if "case" in flags else name.lower()))


NAMES = _rows("drugs.tsv")
STEMS = _rows("drug_stems.tsv")
BY_ID = pytest.mark.parametrize("row", STEMS[1:], ids=lambda row: row[0])


def test_names_have_the_six_columns() -> None:
    assert NAMES[0] == NAME_COLUMNS
    assert [row for row in NAMES if len(row) != len(NAME_COLUMNS)] == []
    assert [row for row in NAMES[1:] if not all((row[0], row[1], row[2], row[4], row[5]))] == []
    assert [row for row in NAMES if any(cell != cell.strip() for cell in row)] == []


def test_names_are_sorted() -> None:
    keys = [(row[1], row[0]) for row in NAMES[1:]]
    assert keys == sorted(keys)


def test_no_name_stands_twice() -> None:
    seen: dict[tuple[str, ...], list[str]] = {}
    for row in NAMES[1:]:
        seen.setdefault(_tokens(row[0], row[3]), []).append(f"{row[0]} = {row[1]}")
    assert {tokens: rows for tokens, rows in seen.items() if len(rows) > 1} == {}


def test_a_case_row_is_not_shadowed_by_a_row_for_any_case() -> None:
    free = {_tokens(row[0], row[3]): row[1] for row in NAMES[1:] if "case" not in row[3]}
    cased = [(row[0], row[1]) for row in NAMES[1:] if "case" in row[3]]
    assert [name for name, norm in cased if free.get(_tokens(name.lower(), ""), norm) != norm] == []


def test_names_are_lower_case_unless_case_counts() -> None:
    assert [row[0] for row in NAMES[1:] if "case" not in row[3] and row[0] != row[0].lower()] == []


def test_kinds_and_flags_are_known() -> None:
    assert {row[2] for row in NAMES[1:]} <= KINDS
    for row in NAMES[1:]:
        flags = row[3].split(",") if row[3] else []
        assert flags == sorted(set(flags) & FLAGS), row


def test_norms_are_lower_case_and_their_parts_sorted() -> None:
    assert [row for row in NAMES[1:] if row[1] != row[1].lower()] == []
    assert [row for row in NAMES[1:] if row[1].split("+") != sorted(set(row[1].split("+")))] == []
    assert [row for row in NAMES[1:] if row[2] == "regimen" and "+" not in row[1]] == []


def test_the_generic_name_of_a_single_drug_is_a_row_of_its_own() -> None:
    names = {_tokens(row[0], row[3]) for row in NAMES[1:]}
    norms = {row[1] for row in NAMES[1:] if "+" not in row[1]}
    assert sorted(norm for norm in norms if _tokens(norm, "") not in names) == []


def test_the_parts_of_a_regimen_are_drugs_of_the_table() -> None:
    single = {row[1] for row in NAMES[1:] if "+" not in row[1]} | {"s-1"}
    parts = {part for row in NAMES[1:] if row[2] == "regimen" for part in row[1].split("+")}
    assert sorted(parts - single) == []


def test_a_name_of_up_to_three_letters_counts_in_its_own_case_only() -> None:
    short = [row for row in NAMES[1:] if len(row[0]) <= 3 and row[0].isalpha()]
    assert short
    assert [row[0] for row in short if "case" not in row[3]] == []


def test_no_everyday_word_is_a_name_that_needs_no_evidence() -> None:
    bare = {row[0].lower() for row in NAMES[1:] if "context" not in row[3] and "case" not in row[3]}
    assert sorted(bare & set(STOP_WORDS)) == []


def test_stems_have_the_six_columns() -> None:
    assert STEMS[0] == STEM_COLUMNS
    assert [row for row in STEMS if len(row) != len(STEM_COLUMNS) or not all(row)] == []
    assert [row[0] for row in STEMS[1:]] == sorted({row[0] for row in STEMS[1:]})


@BY_ID
def test_stem_matches_its_examples(row: list[str]) -> None:
    assert [word for word in row[2].split("|") if not re.fullmatch(row[1], word)] == []


@BY_ID
def test_stem_does_not_match_its_counter_examples(row: list[str]) -> None:
    assert [word for word in row[3].split("|") if re.fullmatch(row[1], word)] == []


@BY_ID
def test_stem_matches_no_everyday_word(row: list[str]) -> None:
    assert len(set(STOP_WORDS)) >= 150
    assert [word for word in STOP_WORDS if re.fullmatch(row[1], word)] == []
