"""The rules that are data: every row well formed, and its pattern proved by its examples and counter-examples.

Patterns are compiled as the code compiles them; most stand in a frame of word edges.
"""

import re
from collections.abc import Callable

import pytest
from spacy.language import Language

from pipeline.language.sections import Sections
from pipeline.lexicons import rows
from pipeline.mentions.primary import named_cancers
from pipeline.mentions.receptors import Receptors
from pipeline.mentions.results import ResultFinder
from pipeline.mentions.site_evidence import Evidence
from pipeline.mentions.site_node_evidence import NodeEvidence
from pipeline.patient.anchors import event_kinds
from pipeline.patient.sites import topography
from pipeline.relations.dating import CUES

Row = dict[str, str]
HEADERS = {
    "markers": ["id", "pattern", "norm", "flags", "example", "counter_example", "source", "licence"],
    "results": ["id", "pattern", "kind", "norm", "example", "counter_example", "source", "licence"],
    "other_stains": ["id", "pattern", "example", "counter_example", "source", "licence"],
    "site_cues": ["id", "kind", "pattern", "example", "counter_example", "source", "licence"],
    "sections": ["id", "pattern", "kind", "example", "counter_example", "source", "licence"],
    "subject": ["id", "subject", "pattern", "example", "counter_example", "source", "licence"],
    "time_anchors": ["id", "kind", "cue", "pattern", "example", "counter_example", "source", "licence"],
    "named_cancers": ["id", "pattern", "hints", "site", "flags", "example", "counter_example", "source", "licence"],
    "dating": ["id", "cue", "pattern", "example", "counter_example", "source", "licence"],
}
# Patterns that look at what stands around them: their examples are the surroundings, and they match a part.
LOOK_AROUND = {"er_coordinated", "pr_coordinated"}
# Rows that have no example in their cells: text, what is matched in it, and a text with no match.
IN_PLACE = {
    "percent_between": ("between 5 and 10%", "5 and 10%", "5 and 10%"),
    "ihc_zero": ("HER2 (0)", "0", "HER2 10"),
    "sign_listed": ("ER and PR (+, -)", "+", "ER+cells"),
}


def listed(cell: str) -> list[str]:
    return [part for part in cell.split("|") if part]


def every(name: str) -> list[tuple[str, Row]]:
    return [(name, row) for row in rows(name)]


EVERY = [pair for name in HEADERS for pair in every(name)]
# Rows whose examples hold more than the match.
SOUGHT = [pair for name in ("subject", "dating", "time_anchors", "named_cancers") for pair in every(name)]
each = pytest.mark.parametrize(("name", "row"), EVERY, ids=lambda x: x if isinstance(x, str) else x["id"])


def compiled() -> dict[tuple[str, str], re.Pattern[str]]:
    """The patterns that the code holds, by lexicon and id."""
    made = {("markers", row["id"]): pattern for pattern, row in Receptors().patterns}
    made |= {("results", row["id"]): pattern for pattern, row in ResultFinder().patterns}
    headings = Sections().headings
    assert [kind for _, kind in headings] == [row["kind"] for row in rows("sections")]
    made |= {("sections", row["id"]): pattern for (pattern, _), row in zip(headings, rows("sections"), strict=True)}
    # Of these the code makes one pattern of all rows; the frame is that of the stains and of a search.
    for row in rows("other_stains"):
        made["other_stains", row["id"]] = re.compile(rf"(?<![^\W_])(?:{row['pattern']})(?![^\W_])", re.I)
    made |= {("subject", row["id"]): re.compile(row["pattern"], re.I) for row in rows("subject")}
    made |= {("dating", row["id"]): re.compile(row["pattern"], re.I) for row in rows("dating")}
    for (pattern, _, _), row in zip(named_cancers(), rows("named_cancers"), strict=True):
        made["named_cancers", row["id"]] = pattern
    for kind in event_kinds():
        made |= {("time_anchors", f"{kind.name}_named"): kind.named, ("time_anchors", f"{kind.name}_told"): kind.told}
    return made


PATTERNS = compiled()


def test_a_named_cancer_has_a_known_site_and_a_hint_in_each_example() -> None:
    for _, hints, site in named_cancers():
        assert topography(site), site
        assert all(hint == hint.lower() and len(hint) > 2 for hint in hints)
    for row in rows("named_cancers"):
        assert any(hint in row["example"].lower() for hint in row["hints"].split("|")), row["id"]


@pytest.mark.parametrize("name", HEADERS)
def test_header_and_ids(name: str) -> None:
    table = rows(name)
    assert len(table) >= 7
    assert all(list(row) == HEADERS[name] for row in table)
    assert all(None not in row.values() for row in table)
    ids = [row["id"] for row in table]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", i) for i in ids)
    patterns = [row["pattern"] for row in table]
    assert len(set(patterns)) == len(patterns)


@each
def test_cells(name: str, row: Row) -> None:
    assert row["source"].strip()
    assert row["licence"].strip()
    assert all(value == value.strip() for key, value in row.items() if key != "pattern")
    re.compile(row["pattern"])
    assert not re.compile(row["pattern"]).fullmatch("")
    if row["id"] not in IN_PLACE:
        assert listed(row["example"])
        assert listed(row["counter_example"])
    assert not set(listed(row["example"])) & set(listed(row["counter_example"]))


def test_exceptions_are_rows() -> None:
    ids = {row["id"] for _, row in EVERY}
    assert ids >= LOOK_AROUND | set(IN_PLACE)
    assert {row["id"] for _, row in EVERY if not row["example"]} == set(IN_PLACE)


@pytest.mark.parametrize(
    ("name", "row"),
    [pair for pair in EVERY if pair[0] != "site_cues" and pair not in SOUGHT],
    ids=lambda x: x if isinstance(x, str) else x["id"],
)
def test_examples(name: str, row: Row) -> None:
    pattern = PATTERNS[name, row["id"]]
    for example in listed(row["example"]):
        found = pattern.match(example)
        assert found, f"{example!r} is not matched"
        if row["id"] not in LOOK_AROUND:
            assert pattern.fullmatch(example), f"{example!r} is matched in part"
    # A heading is a whole line; the others are sought for anywhere.
    refused: Callable = pattern.fullmatch if name == "sections" else pattern.search
    assert [c for c in listed(row["counter_example"]) if refused(c)] == []


@pytest.mark.parametrize(
    ("name", "row"),
    SOUGHT,
    ids=lambda x: x if isinstance(x, str) else x["id"],
)
def test_sought_examples(name: str, row: Row) -> None:
    pattern = PATTERNS[name, row["id"]]
    assert [e for e in listed(row["example"]) if not pattern.search(e)] == []
    assert [e for e in listed(row["counter_example"]) if pattern.search(e)] == []


@pytest.mark.parametrize(("identity", "case"), list(IN_PLACE.items()))
def test_examples_in_place(identity: str, case: tuple[str, str, str]) -> None:
    pattern = PATTERNS["results", identity]
    text, matched, refused = case
    found = pattern.search(text)
    assert found
    assert found.group() == matched
    assert not pattern.search(refused)


@pytest.mark.parametrize("text", ["The HER2/CEP17 ratio was 1.2.", "HER2 was 0.5 on average."])
def test_a_bare_score_is_no_part_of_a_decimal(nlp: Language, text: str) -> None:
    assert not PATTERNS["results", "ihc_zero"].search(text)
    norms = {m.value.norm() for m in nlp(text)._.mentions if m.label == "Result"}
    assert not norms & {"0", "1"}


def cue(kind: str) -> Callable[[str], bool]:
    """Whether a class of words speaks in an example: after the site, before it, or beside the node."""
    says = Evidence()
    after = {
        "spread_noun": says.after_spread, "disease_noun": says.after_disease, "lesion_noun": says.after_lesion,
        "blocked_after": says.blocked, "cancer_noun": says.cancer,
    }  # fmt: skip
    before = {"spread_before": says.before_spread, "lesion_before": says.before_lesion}
    if kind in after:
        return lambda example: bool(after[kind].match(example[example.index(" ") :]))
    if kind in before:
        return lambda example: bool(before[kind].search(f"{example} the "))
    return lambda example: bool(NodeEvidence().node[kind].search(example))


@pytest.mark.parametrize("row", rows("site_cues"), ids=lambda row: row["id"])
def test_site_cues(row: Row) -> None:
    speaks = cue(row["kind"])
    assert [e for e in listed(row["example"]) if not speaks(e)] == []
    assert [e for e in listed(row["counter_example"]) if speaks(e)] == []


def test_closed_columns() -> None:
    assert {row["norm"] for row in rows("markers")} == {"ER", "PR", "HER2", "AR", "Ki-67", "HR", "triple-negative"}
    flags = {flag for row in rows("markers") for flag in row["flags"].split(",") if flag}
    assert flags == {"case", "context", "signed", "alone"}
    assert {row["kind"] for row in rows("results")} == {
        "percent", "allred", "h_score", "score", "bare_score", "word", "proliferation", "sign_listed",
        "loss", "ratio",
    }  # fmt: skip
    assert all(bool(row["norm"]) == (row["kind"] in ("word", "proliferation", "loss")) for row in rows("results"))
    assert {row["kind"] for row in rows("sections")} == {
        "abstract", "introduction", "case", "discussion", "conclusion", "back",
    }  # fmt: skip
    assert {row["subject"] for row in rows("subject")} == {"patient", "other", "general", "family"}
    assert all(row["kind"] == row["id"] for row in rows("site_cues"))
    assert {row["cue"] for row in rows("dating")} == set(CUES)
    assert {row["cue"] for row in rows("time_anchors")} == {"named", "named_first", "told"}


def test_no_marker_is_taken_by_a_pattern_of_another_norm() -> None:
    for row in rows("markers"):
        if row["id"] in LOOK_AROUND:
            continue
        for example in listed(row["example"]):
            norms = {r["norm"] for p, r in Receptors().patterns if p.fullmatch(example)}
            assert norms == {row["norm"]}, example


def test_no_heading_is_taken_by_an_earlier_row() -> None:
    sections = Sections()
    for row in rows("sections"):
        for example in listed(row["example"]):
            assert sections.kind_of(example) == row["kind"]
            assert sections.kind_of(f"2.1. {example.upper()}") == row["kind"]
