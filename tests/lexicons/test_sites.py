"""The site lexicon: well formed, sorted, without duplicates, and whole against the guidelines."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pipeline

LEXICON = Path(pipeline.__file__).parent / "lexicons" / "sites.tsv"
HEADER = ["name", "norm", "kind", "icdo3", "source", "licence"]
KINDS = {"noun", "adjective", "node", "special"}
TOKEN = re.compile(r"\d+|[^\W\d_][^\W_]*|[^\w\s]|_")

# The canonical sites of the annotation guidelines, in their order.
CANONICAL = """
bone, skull, spine, rib, pelvis, femur, bone marrow, lung, pleura, liver, brain, meninges,
spinal cord, skin, scalp, eyelid, orbit, choroid, chest wall, soft tissue, muscle, breast,
axillary lymph node, supraclavicular lymph node, internal mammary lymph node,
cervical lymph node, mediastinal lymph node, retroperitoneal lymph node, inguinal lymph node,
lymph node, peritoneum, ovary, uterus, cervix, vagina, adrenal gland, kidney, ureter, bladder,
stomach, esophagus, colon, rectum, small intestine, appendix, gallbladder, bile duct, pancreas,
spleen, thyroid, parotid gland, mandible, oral cavity, larynx, trachea, heart, pericardium,
mediastinum, pituitary gland, placenta, umbilicus, distant, recurrence, cerebrospinal fluid
"""
# Forms that readers of case reports meet often, with what each must mean.
MEANINGS = {
    "hepatic": "liver", "lungs": "lung", "pulmonary": "lung", "osseous": "bone", "calvarial": "skull",
    "leptomeningeal": "meninges", "dura": "meninges", "cerebellum": "brain", "temporal lobe": "brain",
    "sacrum": "spine", "acetabulum": "pelvis", "ilium": "pelvis", "femoral head": "femur", "sternum": "sternum",
    "oesophagus": "esophagus", "caecum": "cecum", "omental": "omentum", "abdominal cavity": "peritoneum",
    "axilla": "axillary lymph node", "axillary nodal": "axillary lymph node", "armpit": "axillary lymph node",
    "sentinel lymph node": "lymph node", "regional lymph nodes": "lymph node", "adenopathy": "lymph node",
    "supraclavicular fossa": "supraclavicular lymph node", "para-aortic lymph nodes": "retroperitoneal lymph node",
    "para aortic lymph nodes": "retroperitoneal lymph node", "paraaortic lymph nodes": "retroperitoneal lymph node",
    "mesenteric nodes": "mesenteric lymph node", "hilar lymph nodes": "hilar lymph node",
    "internal mammary": "internal mammary lymph node", "inguinal": "inguinal lymph node",
    "local recurrence": "recurrence", "locoregional recurrence": "recurrence", "local relapse": "recurrence",
}  # fmt: skip
PLURALS = (("y", "ies"), ("is", "es"), ("us", "i"), ("um", "a"), ("x", "ces"), ("ur", "ora"), ("on", "a"))


def _rows() -> list[dict[str, str]]:
    with LEXICON.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _tokens(name: str) -> tuple[str, ...]:
    return tuple(TOKEN.findall(name.lower()))


def _plurals(name: str) -> set[str]:
    found = {name + "s", name + "es", name + "e"}
    for ending, plural in PLURALS:
        if name.endswith(ending):
            found.add(name[: -len(ending)] + plural)
    return found


def test_header() -> None:
    lines = LEXICON.read_text(encoding="utf-8").splitlines()
    assert lines[0].split("\t") == HEADER
    assert [line for line in lines if line.count("\t") != len(HEADER) - 1] == []
    assert LEXICON.read_bytes().endswith(b"\n")


def test_cells_are_clean() -> None:
    rows = _rows()
    assert [r for r in rows if any(value != " ".join(value.split()) for value in r.values())] == []
    assert [r for r in rows if r["name"] != r["name"].lower() or r["norm"] != r["norm"].lower()] == []
    assert [r for r in rows if not (r["name"] and r["norm"] and r["source"] and r["licence"])] == []
    assert {r["kind"] for r in rows} == KINDS


def test_sorted() -> None:
    keys = [(r["norm"], r["name"]) for r in _rows()]
    assert keys == sorted(keys)


def test_no_form_stands_twice_for_the_matcher() -> None:
    counts = Counter(_tokens(r["name"]) for r in _rows())
    assert [tokens for tokens, count in counts.items() if count > 1] == []


def test_every_canonical_site_has_a_form() -> None:
    canonical = {name.strip() for name in CANONICAL.replace("\n", " ").split(",")}
    assert canonical - {r["norm"] for r in _rows()} == set()
    names = {r["name"]: r["norm"] for r in _rows()}
    assert [site for site in sorted(canonical) if names.get(site) != site] == []


def test_topography_codes() -> None:
    rows = _rows()
    assert [r for r in rows if r["icdo3"] and not re.fullmatch(r"C\d\d\.\d", r["icdo3"])] == []
    assert [r for r in rows if r["kind"] == "special" and r["icdo3"]] == []
    coded = Counter(bool(r["icdo3"]) for r in rows if r["kind"] != "special")
    assert coded[True] > 40 * coded[False]


def test_node_rows_are_nodes_and_only_they() -> None:
    wrong = [r for r in _rows() if r["norm"].endswith("lymph node") != (r["kind"] == "node")]
    assert wrong == []


def test_plural_and_singular_mean_the_same() -> None:
    norms = {r["name"]: r["norm"] for r in _rows()}
    pairs = [(name, plural) for name in norms for plural in _plurals(name) if plural in norms]
    assert len(pairs) > 300
    assert [pair for pair in pairs if norms[pair[0]] != norms[pair[1]]] == []


def test_hyphen_and_blank_mean_the_same() -> None:
    norms = {r["name"]: r["norm"] for r in _rows()}
    for name in [n for n in norms if "-" in n]:
        blank = name.replace("-", " ")
        assert norms.get(blank) == norms[name], f"{name!r} needs the form {blank!r} with the same norm"


def test_forms_mean_what_they_should() -> None:
    norms = {r["name"]: r["norm"] for r in _rows()}
    assert {form: norms.get(form) for form in MEANINGS} == MEANINGS
