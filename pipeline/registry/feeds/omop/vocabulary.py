"""Concepts of the user's own vocabulary: codes to standard concepts by the files that OHDSI's Athena gives out.

The files are large (millions of rows): they are read line by line, and only the vocabularies that the feed has codes
of are kept.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, NamedTuple

from pipeline.errors import ReadingError
from pipeline.registry.feeds.omop.data import rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


class Concept(NamedTuple):
    """What a code became: the standard concept, and the concept of the code itself; 0 where there is none."""

    standard: int
    source: int


NONE = Concept(0, 0)
# ICD-O-3 has a code a pair of morphology and topography, which the records combine.
_WHOLE = frozenset({"ICDO3"})
_NEEDED = (
    *("concept_id", "concept_name", "domain_id", "vocabulary_id"),
    *("concept_class_id", "standard_concept", "concept_code"),
)


class _Row(NamedTuple):
    concept_id: int
    domain: str
    is_standard: bool


class Vocabulary:
    """Maps codes; an empty one, which is the default, maps all to 0."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], _Row] = {}
        self._names: dict[tuple[str, str], _Row] = {}
        self._targets: dict[int, tuple[_Row, ...]] = {}
        self._named = {row["key"]: row for row in rows("concepts")}
        self._rxcuis = {row["name"]: row["rxcui"] for row in rows("drugs")}
        self.version = "none"

    @classmethod
    def read(cls, folder: Path) -> Vocabulary:
        """The vocabulary of a folder with CONCEPT.csv and, where they are there, CONCEPT_RELATIONSHIP.csv and
        VOCABULARY.csv.

        Raises `ReadingError` where CONCEPT.csv is not there or lacks a column.
        """
        vocabulary = cls()
        vocabulary._read_concepts(folder / "CONCEPT.csv")
        if (folder / "CONCEPT_RELATIONSHIP.csv").exists():
            vocabulary._read_maps(folder)
        if (folder / "VOCABULARY.csv").exists():
            for row in _lines(folder / "VOCABULARY.csv", ("vocabulary_id", "vocabulary_version")):
                if row["vocabulary_id"] == "None":
                    vocabulary.version = row["vocabulary_version"][:20]
        return vocabulary

    @property
    def is_empty(self) -> bool:
        return not self._codes

    def code(self, vocabulary: str, code: str, domain: str) -> Concept:
        """The concepts of a code; one of another domain would stand in the wrong table and is none."""
        return self._concept(self._codes.get((vocabulary, code)), domain)

    def key(self, key: str, primary_site: str | None = None) -> Concept:
        """The concepts of a row of `concepts.tsv`, `NONE` where it has none for this key or this primary."""
        row = self._named.get(key)
        if row is None or (row["only_for"] and row["only_for"] != primary_site):
            return NONE
        if row["concept_code"]:
            return self.code(row["vocabulary_id"], row["concept_code"], row["domain_id"])
        return self._concept(self._names.get((row["vocabulary_id"], row["concept_name"].lower())), row["domain_id"])

    def drug(self, name: str) -> Concept:
        """The RxNorm ingredient by its code, or by its name where the feed knows no code."""
        code = self._rxcuis.get(name)
        found = self._codes.get(("RxNorm", code)) if code else self._names.get(("RxNorm", name.lower()))
        return self._concept(found, "Drug")

    def _concept(self, row: _Row | None, domain: str) -> Concept:
        if row is None:
            return NONE
        if row.is_standard:
            return Concept(row.concept_id if row.domain == domain else 0, row.concept_id)
        # Where a code maps to several concepts, no single one of them is what it says.
        targets = [target for target in self._targets.get(row.concept_id, ()) if target.domain == domain]
        return Concept(targets[0].concept_id if len(targets) == 1 else 0, row.concept_id)

    def _read_concepts(self, path: Path) -> None:
        vocabularies = _WHOLE | {"RxNorm"} | {row["vocabulary_id"] for row in self._named.values()}
        codes = {(row["vocabulary_id"], row["concept_code"]) for row in self._named.values()}
        codes |= {("RxNorm", code) for code in self._rxcuis.values()}
        names = {(row["vocabulary_id"], row["concept_name"].lower()) for row in self._named.values()}
        for row in _lines(path, _NEEDED):
            vocabulary = row["vocabulary_id"]
            if vocabulary not in vocabularies or row.get("invalid_reason"):
                continue
            made = _Row(int(row["concept_id"]), row["domain_id"], row["standard_concept"] == "S")
            if vocabulary in _WHOLE or (vocabulary, row["concept_code"]) in codes:
                self._codes[vocabulary, row["concept_code"]] = made
            name = (vocabulary, row["concept_name"].lower())
            if name in names or (vocabulary == "RxNorm" and row["concept_class_id"] == "Ingredient"):
                self._names[name] = made

    def _read_maps(self, folder: Path) -> None:
        sources = {row.concept_id for row in (*self._codes.values(), *self._names.values()) if not row.is_standard}
        maps: dict[int, list[int]] = {}
        for row in _lines(folder / "CONCEPT_RELATIONSHIP.csv", ("concept_id_1", "concept_id_2", "relationship_id")):
            if row["relationship_id"] == "Maps to" and not row.get("invalid_reason"):
                source = int(row["concept_id_1"])
                if source in sources:
                    maps.setdefault(source, []).append(int(row["concept_id_2"]))
        wanted = {target for targets in maps.values() for target in targets}
        standard: dict[int, _Row] = {}
        for row in _lines(folder / "CONCEPT.csv", _NEEDED):
            if row["standard_concept"] == "S" and int(row["concept_id"]) in wanted:
                standard[int(row["concept_id"])] = _Row(int(row["concept_id"]), row["domain_id"], True)
        for source, targets in maps.items():
            self._targets[source] = tuple(standard[target] for target in targets if target in standard)


def _lines(path: Path, needed: tuple[str, ...]) -> Iterator[Mapping[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            table = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            missing = [name for name in needed if name not in (table.fieldnames or ())]
            if missing:
                remedy = "give a folder as OHDSI's Athena makes it, its files separated by tabs"
                raise ReadingError(path, f"has no column {', '.join(missing)}; {remedy}")
            yield from table
    except OSError as error:
        raise ReadingError(
            path, f"cannot be read ({error.strerror}); give a folder with Athena's CONCEPT.csv"
        ) from error
