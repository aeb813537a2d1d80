"""Both files at once, one patient at a time: nothing of a case is kept once it is written.

A file appears under its name when it is whole. It holds no time of its making, so that the same cases give the same
bytes.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from pipeline.errors import WritingError
from pipeline.registry.cases import Trace, Written
from pipeline.registry.feeds.naaccr.dictionary import NAMESPACE, SPECIFICATION, VERSIONS, items, uri
from pipeline.registry.feeds.naaccr.making import abstract_of
from pipeline.registry.feeds.naaccr.words import remarks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pipeline.registry.cases import RegistryCase, Tracer
    from pipeline.registry.feeds.naaccr.abstract import Abstract
    from pipeline.registry.feeds.naaccr.dictionary import Version

_RECORD_TYPE = "A"  # the full abstract: the only one, with M, that takes text items
_NAMED = 5  # cases named of those from which something was left out


def write(cases: Iterable[RegistryCase], folder: Path, trace: Tracer) -> Written:
    """Write `naaccr-v25.xml` and `naaccr-v26.xml` into a folder that is there. Raises `WritingError`.

    Each value is traced to the sentences that say it, under its NAACCR id; a value of both files is traced once.
    What names file and case (record version and type, textRemarks) says nothing of the patient and is not traced.
    """
    written = Written(files=[folder / f"naaccr-v{version[:2]}.xml" for version in VERSIONS])
    parts = [path.with_name(f"{path.name}.part") for path in written.files]
    omissions = _Omissions()
    try:
        with ExitStack() as files:
            out = [files.enter_context(_File(path, v)) for path, v in zip(parts, VERSIONS, strict=True)]
            counts: Counter[str] = Counter(dict.fromkeys(("patients", *(f"items v{v[:2]}" for v in VERSIONS)), 0))
            for case in cases:
                abstract = abstract_of(case)
                if isinstance(abstract, str):
                    omissions.add(case.case_id, "case", abstract)
                    continue
                counts["patients"] += 1
                for file in out:
                    counts[f"items v{file.version[:2]}"] += file.add(abstract)
                _trace(abstract, trace)
                for naaccr_id, why in abstract.left_out:
                    omissions.add(case.case_id, naaccr_id, why)
        for part, path in zip(parts, written.files, strict=True):
            part.replace(path)
    except OSError as error:
        reason = f"the NAACCR files cannot be written ({error.strerror or error}); free room, or take another folder"
        raise WritingError(folder, reason) from error
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
    written.counts, written.left_out = dict(counts), omissions.lines()
    return written


class _Omissions:
    """What was left out, counted: lines of a fixed number, whatever the number of cases."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._first: dict[tuple[str, str], list[str]] = {}

    def add(self, case_id: str, what: str, why: str) -> None:
        self._counts[what, why] += 1
        named = self._first.setdefault((what, why), [])
        if len(named) < _NAMED:
            named.append(case_id)

    def lines(self) -> list[str]:
        return [
            f"{what}: {why}: {count} (" + ", ".join(self._first[what, why]) + (", …)" if count > _NAMED else ")")
            for (what, why), count in sorted(self._counts.items())
        ]


class _File:
    """One file of a version, open for patients."""

    def __init__(self, path: Path, version: Version) -> None:
        self.version = version
        self._path = path
        self._open = ExitStack()

    def __enter__(self) -> _File:
        from lxml import etree

        file = self._open.enter_context(self._path.open("wb"))
        self._xml: Any = self._open.enter_context(etree.xmlfile(file, encoding="utf-8"))
        self._xml.write_declaration()
        root = self._xml.element(
            f"{{{NAMESPACE}}}NaaccrData",
            {
                "baseDictionaryUri": uri(self.version),
                "recordType": _RECORD_TYPE,
                "specificationVersion": SPECIFICATION,
            },
            nsmap={None: NAMESPACE},
        )
        self._open.enter_context(root)
        self._item("naaccrRecordVersion", self.version, 1)
        self._item("recordType", _RECORD_TYPE, 1)
        return self

    def __exit__(self, *raised: Any) -> bool | None:
        if raised[0] is None:
            self._xml.write("\n")
        return self._open.__exit__(*raised)

    def add(self, abstract: Abstract) -> int:
        """Write a patient with one tumour; the number of its items."""
        values = {**abstract.values, "textRemarks": remarks(abstract)}
        own = [item for item in items(self.version).values() if item.id in values]
        with self._element("Patient", 1):
            for item in own:
                if item.parent == "Patient":
                    self._item(item.id, values[item.id], 2)
            with self._element("Tumor", 2):
                for item in own:
                    if item.parent == "Tumor":
                        self._item(item.id, values[item.id], 3)
        return len(own)

    def _item(self, naaccr_id: str, value: str, depth: int) -> None:
        about = {"naaccrId": naaccr_id, "naaccrNum": items(self.version)[naaccr_id].number}
        self._xml.write("\n" + "  " * depth)
        with self._xml.element(f"{{{NAMESPACE}}}Item", about):
            self._xml.write(value)

    @contextmanager
    def _element(self, name: str, depth: int) -> Iterator[None]:
        self._xml.write("\n" + "  " * depth)
        with self._xml.element(f"{{{NAMESPACE}}}{name}"):
            yield
            self._xml.write("\n" + "  " * depth)


def _trace(abstract: Abstract, trace: Tracer) -> None:
    case = abstract.case
    for naaccr_id, value in abstract.values.items():
        for place in abstract.places[naaccr_id]:
            trace(Trace(case.case_id, naaccr_id, value, case.source.doc_id, place.start, place.end, place.text))
