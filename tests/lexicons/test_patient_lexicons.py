"""Lints of the lexicons of patient records: shape, no row twice, each pattern proved by its examples."""

import re

import pytest

from pipeline.lexicons import rows
from pipeline.mentions.primary import _first_operation
from pipeline.patient.sites import topography
from pipeline.patient.surgery import _MAY_OPERATE
from pipeline.patient.tumour import _MAY_BE_TUMOUR

Row = dict[str, str]
HEADERS = {
    "histologies": ["id", "pattern", "name", "morphology", "example", "counter_example", "source", "licence"],
    "outcomes": ["id", "status", "pattern", "example", "counter_example", "source", "licence"],
    "surgeries": ["id", "pattern", "name", "site", "flags", "example", "counter_example", "source", "licence"],
    "table_columns": ["id", "pattern", "field", "example", "counter_example", "source", "licence"],
    "drug_groups": ["name", "group", "source", "licence"],
    "stage_groups": ["side", "t", "n", "m", "group", "source", "licence"],
}
PATTERNS = ("histologies", "outcomes", "surgeries", "table_columns")
EVERY = [(name, row) for name in PATTERNS for row in rows(name)]
FLAGS = {"other", "side", "full", "approach", "as_said", "supportive", "bilateral", "organ"}
# Sites of operations that hold no spread, and so are no row of the sites.
OTHER_SITES = {"", "chest wall"}


@pytest.mark.parametrize("name", HEADERS)
def test_shape(name: str) -> None:
    table = rows(name)
    assert table
    assert all(list(row) == HEADERS[name] for row in table)
    assert all(row["source"] and row["licence"] for row in table)


@pytest.mark.parametrize("name", PATTERNS)
def test_no_id_twice(name: str) -> None:
    ids = [row["id"] for row in rows(name)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("name", "row"), EVERY, ids=lambda x: x if isinstance(x, str) else x["id"])
def test_examples(name: str, row: Row) -> None:
    """A column's head is matched as a whole, the others are searched for."""
    pattern = re.compile(row["pattern"], re.I)
    find = pattern.fullmatch if name == "table_columns" else pattern.search
    for example in row["example"].split("|"):
        assert find(example), example
    for example in row["counter_example"].split("|"):
        assert not find(example), example


def test_morphologies_are_codes() -> None:
    assert all(re.fullmatch(r"\d{4}/[0-9]", row["morphology"]) for row in rows("histologies"))


def test_surgeries_have_known_sites_and_flags() -> None:
    for row in rows("surgeries"):
        assert set(row["flags"].split()) <= FLAGS
        assert row["site"] in OTHER_SITES or topography(row["site"]), row["site"]


def test_each_drug_has_one_group() -> None:
    names = [row["name"] for row in rows("drug_groups")]
    assert len(names) == len(set(names))
    assert all(name == name.lower() for name in names)


@pytest.mark.parametrize(("name", "quick"), [("surgeries", _MAY_OPERATE), ("histologies", _MAY_BE_TUMOUR)])
def test_the_quick_look_of_a_table_passes_each_example(name: str, quick: re.Pattern[str]) -> None:
    """A row whose words the quick look does not know would never be tried."""
    for row in rows(name):
        assert all(quick.search(example) for example in row["example"].split("|")), row["id"]


@pytest.mark.parametrize(
    ("text", "organ"),
    [
        ("A splenectomy was followed by an oesophagectomy.", {"esophagus"}),
        ("Proctectomy was done, then a wedge resection.", {"rectum"}),
        ("After laparoscopic cholecystectomy came radical cholecystectomy.", {"gallbladder"}),
        ("An ovarian cystectomy, an omentectomy and a cholecystectomy were done.", set()),
    ],
)
def test_an_operation_for_its_own_tumour_tells_the_primary(text: str, organ: set[str]) -> None:
    assert _first_operation(text) == organ
