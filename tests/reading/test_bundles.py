"""Files with many documents: sets of JATS articles, BioC collections; on disk and in archives."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pipeline.reading import ReadingError, find, read

ARTICLE = (
    "<article><front><article-meta><article-id pub-id-type='pmc'>{0}</article-id></article-meta></front>"
    "<body><p>Case {0}.</p></body></article>"
)
SETS = {
    "pmc.xml": f"<pmc-articleset>{ARTICLE.format(1)}{ARTICLE.format(2)}</pmc-articleset>",
    "europepmc.xml": f"<!-- <article> --><articles>{ARTICLE.format(1)}{ARTICLE.format(2)}</articles>",
    "prefixed.xml": '<x:set xmlns:x="http://a">' + ARTICLE.format(1) + ARTICLE.format(2) + "</x:set>",
    "oai.xml": '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>'
    f"<record>{ARTICLE.format(1)}</record><record>{ARTICLE.format(2)}</record></ListRecords></OAI-PMH>",
    "bioc.xml": "<collection>"
    + "".join(
        f"<document><id>PMC{n}</id><passage><offset>0</offset><text>Case {n}.</text></passage></document>"
        for n in (1, 2)
    )
    + "</collection>",
    "bioc.json": json.dumps(
        {"documents": [{"id": f"PMC{n}", "passages": [{"offset": 0, "text": f"Case {n}."}]} for n in (1, 2)]}
    ),
}


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("packed", [False, True])
def test_each_document_is_one(tmp_path: Path, name: str, packed: bool) -> None:
    if packed:
        with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
            archive.writestr(f"in/{name}", SETS[name])
    else:
        (tmp_path / name).write_text(SETS[name], encoding="utf-8")
    found = find([tmp_path])
    assert found.problems == ()
    assert {s.id: read(s.path).text for s in found.sources} == {"PMC1": "Case 1.\n", "PMC2": "Case 2.\n"}
    assert {read(s.path).packed for s in found.sources} == {True}


def collection(*names: str) -> str:
    return json.dumps({"documents": [{"id": name, "passages": [{"text": f"Of {name}"}]} for name in names]})


def test_names_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(collection("../../a", "b", "b", "", "a\0b\n"), encoding="utf-8")
    found = find([tmp_path])
    assert [s.path.name for s in found.sources] == ["______a", "b", "b-3", "4", "a_b"]
    assert read(found.sources[2].path).text == "Of b\n"


def test_one_document_needs_no_name(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(collection("PMC9"), encoding="utf-8")
    assert [(s.id, s.path) for s in find([tmp_path]).sources] == [("report", path)]
    assert read(path).text == "Of PMC9\n"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.xml", "<html/>", r"another kind \(<html>\)"),
        ("a.xml", "no xml", "is no XML that can be read"),
        ("a.xml", "<pmc-articleset/>", "another kind"),
        ("a.xml", "<collection/>", "is a BioC collection without documents"),
        ("a.xml", SETS["pmc.xml"], "holds 2 documents; name one of them"),
        ("a.json", "{", "is no JSON that can be read"),
        ("a.json", "[" * 100_000, "is no JSON that can be read"),
        ("a.json", '{"documents": 3}', "JSON of another kind"),
        ("a.json", "[]", "JSON of another kind"),
        ("a.json", '{"documents": [3]}', "without documents"),
        ("a.json", '{"documents": [{"passages": 3}]}', "without passages"),
        ("a.json", '{"documents": [{"passages": []}]}', "holds no text"),
        ("a.json", '{"documents": [{"passages": [{"text": "\\ud800"}]}]}', "half of a character"),
        ("a.json", collection("a", "b"), "holds 2 documents"),
        ("a.xml/PMC3", SETS["pmc.xml"], "none named 'PMC3'"),
    ],
)
def test_refused(tmp_path: Path, name: str, data: str, reason: str) -> None:
    (tmp_path / name.partition("/")[0]).write_text(data, encoding="utf-8")
    with pytest.raises(ReadingError, match=reason):
        read(tmp_path / name)


def test_json_of_other_kinds_in_folders_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"entities": []}', encoding="utf-8")
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    found = find([tmp_path])
    assert ([s.id for s in found.sources], found.ignored) == (["a"], 1)
    assert [s.id for s in find([tmp_path / "a.json"]).sources] == ["a"]


def test_what_is_wrong_is_told_when_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<pmc-articleset><article>", encoding="utf-8")
    (source,) = find([tmp_path]).sources
    with pytest.raises(ReadingError, match="is no XML"):
        read(source.path)


def bioc(*passages: dict[str, Any]) -> str:
    return json.dumps([{"bioctype": "BioCCollection", "documents": [{"id": "7", "passages": list(passages)}]}])


def test_pmc_flavour_of_bioc(tmp_path: Path) -> None:
    def passage(section: str, kind: str, text: str, **infons: str) -> dict[str, Any]:
        return {"infons": {"section_type": section, "type": kind} | infons, "text": text}

    table = "<table><tr><th>Date</th><th>ER</th></tr><tr><td>2019</td><td>90%</td></tr></table>"
    path = tmp_path / "a.json"
    path.write_text(
        bioc(
            passage(
                "TITLE", "front", "A case", **{"article-id_doi": "10.5555/1", "article-id_pmc": "99", "year": "2024"}
            ),
            passage("ABSTRACT", "abstract_title_1", "Background"),
            passage("ABSTRACT", "abstract", "It is rare."),
            passage("CASE", "title_1", "Case presentation"),
            passage("CASE", "title_2", "History"),
            passage("CASE", "paragraph", "ER was 90%."),
            passage("FIG", "fig_caption", "The scan.", id="F1"),
            passage("TABLE", "table_caption", "Receptors.", id="T1"),
            passage("TABLE", "table", "flat", xml=table),
            passage("TABLE", "table", "a\tb\nc", xml="<table"),
            passage("REF", "ref", "Other patients"),
        ),
        encoding="utf-8",
    )
    document = read(path)
    assert document.text == (
        "A case\n\nAbstract\n\nBackground\n\nIt is rare.\n\nCase presentation\n\nHistory\n\nER was 90%.\n\n"
        "Figure 1 | The scan.\n\nTable 1 | Receptors.\n\tDate\n\tER\n\n\n\t2019\n\t90%\n\n\n\n\ta\n\tb\n\n\n\tc\n"
    )
    assert [(s.level, s.title) for s in document.sections] == [
        (1, "Abstract"), (2, "Background"), (1, "Case presentation"), (2, "History"),
    ]  # fmt: skip
    known = document.metadata
    assert (known.title, known.doi, known.pmcid, known.year) == ("A case", "10.5555/1", "PMC99", 2024)
    assert "markup of a table is broken" in document.warning


def test_sentences_of_bioc_xml(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    sentence = "<sentence><offset>0</offset><text>{}</text></sentence>"
    passage = f"<passage><offset>0</offset>{sentence.format('One.')}{sentence.format('Two.')}</passage>"
    path.write_text(f"<collection><document><id>1</id>{passage}</document></collection>", encoding="utf-8")
    assert read(path).text == "One. Two.\n"
