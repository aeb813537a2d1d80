"""Cases for the feeds that are tables: made ones, hostile ones, and the gold and extracted records of the project."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.patient.model import Case, Evidence, MarkerResult, Metastasis, Panel, Record, Stage, Treatment
from pipeline.registry.cases import RegistryCase, Source, Trace, Written

PROJECT = Path(__file__).parents[2]

# What people put into fields to have it run, and what tables choke on.
HOSTILE = (
    "'; DROP TABLE person; --",
    "=cmd|'/c calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "  =1+1",
    "'=1+1",
    "''plain",
    "=1",
    'a,b;c\td|e"f""g',
    "two\nlines\r\nand three",
    "nul\x00bell\x07esc\x1b[31m",
    "lone \ud800 surrogate",
    "not\ufffea character",
    "\u202eright to left\u202c שלום مرحبا",
    "_x0041_",
    "x" * 1_000_000,
)


def source(text: str, doc_id: str = "doc") -> Source:
    sha = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Source(doc_id, sha, text, f"{doc_id}.txt", "CC0")


TEXT = (
    "A 50-year-old woman was diagnosed with left breast cancer on 2 March 2015. ER was 90%, PR <1% and HER2 1+. "
    "She was staged cT2N1M0. Paclitaxel 80 mg/m2 weekly began on 20 March 2015 and ended on 5 June 2015. "
    "She declined tamoxifen. Mastectomy followed on 1 July 2015. There were no liver metastases on 2 March 2015. "
    "Bone metastases were found on 10 May 2019. Letrozole began in June 2019. A liver lesion was possible."
)


def said(piece: str, text: str = TEXT) -> list[Evidence]:
    """The one place of the text that reads so."""
    assert text.count(piece) == 1, piece
    start = text.index(piece)
    return [Evidence(start=start, end=start + len(piece), text=piece)]


def made_record() -> Record:
    """A record of TEXT in which each kind of date, status and result comes once."""
    first = said(TEXT[: TEXT.index(" ER was")])
    panel = Panel(
        specimen="primary", procedure="biopsy", date="2015-03-02", evidence=said("ER was 90%, PR <1% and HER2 1+."),
        results={
            "ER": MarkerResult(status="positive", percent="90%"), "PR": MarkerResult(status="negative", percent="<1%"),
            "HER2": MarkerResult(status="negative", score="1+"),
        },
        cites={"results.ER": said("90%"), "results.PR": said("<1%"), "results.HER2": said("1+")},
        derived=["ER.status", "PR.status", "HER2.status", "her2_category"], her2_category="low",
        how={"her2_category": "IHC 1+ is HER2-low"},
    )  # fmt: skip
    drug = {"kind": "drug", "status": "given"}
    return Record(
        case=Case(
            sex="female", age_at_diagnosis=50, primary_site="breast", laterality="left", histology=None,
            evidence=first, cites={"age_at_diagnosis": said("50-year-old")},
        ),
        receptor_panels=[panel],
        stages=[Stage(tnm="cT2N1M0", basis="clinical", date="2015-03-02", evidence=said("She was staged cT2N1M0."))],
        treatments=[
            Treatment(name="paclitaxel", dose="80 mg/m2", frequency="weekly", start="2015-03-20", end="2015-06-05",
                      intent="neoadjuvant", evidence=said("Paclitaxel 80 mg/m2 weekly began on 20 March 2015"), **drug),
            Treatment(kind="drug", name="tamoxifen", status="declined", evidence=said("She declined tamoxifen.")),
            Treatment(kind="surgery", name="mastectomy", status="given", start="2015-07-01",
                      evidence=said("Mastectomy followed on 1 July 2015.")),
            Treatment(name="letrozole", start="2019-06", intent="palliative", line=1,
                      evidence=said("Letrozole began in June 2019."), **drug),
        ],
        metastases=[
            Metastasis(site="liver", icd_o="C22.0", status="absent", date="2015-03-02",
                       evidence=said("no liver metastases on 2 March 2015")),
            Metastasis(site="bone", icd_o="C41.9", date="2019-05-10",
                       evidence=said("Bone metastases were found on 10 May 2019.")),
            Metastasis(site="liver", icd_o="C22.0", status="possible", evidence=said("A liver lesion was possible.")),
        ],
    )  # fmt: skip


def made_case(case_id: str = "doc") -> RegistryCase:
    return RegistryCase(case_id, made_record(), source(TEXT, case_id.partition("#")[0]), "0.1.0")


def hostile_case(value: str, number: int = 0) -> RegistryCase:
    """A case whose every free text is the value: the document, what it cites, names, doses, dates, notes."""
    places = [Evidence(start=0, end=len(value), text=value)]
    record = Record(
        case=Case(
            sex="female", age_at_diagnosis=50, primary_site=value, quadrant=value, histology=value, morphology=value,
            note=value, evidence=places, derived=["morphology"], how={"morphology": value},
        ),
        receptor_panels=[
            Panel(specimen="primary", date="2015-03-02", evidence=places,
                  results={"ER": MarkerResult(status=value, percent=value, score=value),
                           value: MarkerResult(status="positive")}),
        ],
        stages=[Stage(tnm=value, group=value, date="2015-03-02", problems=[value], evidence=places)],
        treatments=[
            Treatment(kind="drug", name=value, dose=value, frequency=value, duration=value, start="2015-04-01",
                      status="given", evidence=places),
            Treatment(kind="surgery", name=value, start=value, status="given", evidence=places),
        ],
        metastases=[Metastasis(site=value, icd_o=value, date="2015-05-01", nodal_yield=value, evidence=places)],
    )  # fmt: skip
    doc_id = f"hostile{number}"
    return RegistryCase(doc_id, record, source(value, doc_id))


def hostile_cases() -> list[RegistryCase]:
    return [hostile_case(value, number) for number, value in enumerate(HOSTILE)]


@cache
def gold_cases() -> tuple[RegistryCase, ...]:
    """The gold records of the project with the texts of its corpus."""
    cases: list[RegistryCase] = []
    for path in sorted((PROJECT / "annotations" / "records").glob("[!s]*.json")):
        text = (PROJECT / "corpus" / f"{path.stem}.txt").read_text(encoding="utf-8")
        held: Any = json.loads(path.read_text(encoding="utf-8"))
        for one in held if isinstance(held, list) else [held]:
            record = Record.model_validate(one)
            case_id = f"{path.stem}#{record.case_id}" if record.case_id else path.stem
            cases.append(RegistryCase(case_id, record, source(text, path.stem)))
    assert len(cases) >= 20
    return tuple(cases)


@cache
def extracted_cases() -> tuple[RegistryCase, ...]:
    """What the pipeline extracts of ten texts of the corpus."""
    import pipeline

    nlp = pipeline.load()
    cases: list[RegistryCase] = []
    for path in sorted((PROJECT / "corpus").glob("*.txt"))[::7]:
        text = path.read_text(encoding="utf-8")
        record = pipeline.record(nlp(text))
        for one in record.root if hasattr(record, "root") else [record]:
            case_id = f"{path.stem}#{one.case_id}" if one.case_id else path.stem
            cases.append(RegistryCase(case_id, one, source(text, path.stem)))
    return tuple(cases)


class Traces(list[Trace]):
    """Collects traces and proves each: the characters of the document are those of its text."""

    def __init__(self, cases: list[RegistryCase] | tuple[RegistryCase, ...]) -> None:
        super().__init__()
        self._sources = {case.case_id: case.source for case in cases}

    def __call__(self, trace: Trace) -> None:
        source = self._sources[trace.case_id]
        assert trace.doc_id == source.doc_id
        assert 0 <= trace.start < trace.end <= len(source.text)
        assert source.text[trace.start : trace.end] == trace.text
        self.append(trace)


def written(feed: Any, cases: Any, folder: Path, **options: Any) -> tuple[Written, Traces]:
    traces = Traces(cases)
    return feed(iter(cases), folder, traces, **options), traces


def same_bytes(feed: Any, cases: Any, first: Path, second: Path, **options: Any) -> int:
    """How many files the feed wrote, twice the same."""
    names = [path.relative_to(first) for path in written(feed, cases, first, **options)[0].files]
    again = [path.relative_to(second) for path in written(feed, cases, second, **options)[0].files]
    assert names == again
    assert sorted(names) == sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
    return len(names)
