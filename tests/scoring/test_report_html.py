"""The page: it is one file, shows the errors in their sentences, and lets nothing of a text become markup."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from made import document, entity, pair

from pipeline.scoring.evaluation import evaluate
from pipeline.scoring.pairs import Pairs
from pipeline.scoring.report.html import page

TEXT = "Notes: <script>alert(1)</script> she took letrozole & more."
DRUG = entity("Drug", 42, 51, "letrozole", "patient", status="given")


class Page(HTMLParser):
    """The tags of a page, and the text in some of them."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.texts: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "br", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("line", "circle"):
            return
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)


def parsed(documents: int = 1) -> Page:
    pairs = [
        pair(document(DRUG, name=f"d{n}"), document(entity("Date", 0, 5), name=f"d{n}"), text=TEXT)
        for n in range(documents)
    ]
    found = Page()
    found.feed(page(evaluate(pairs), Pairs(pairs, missing=["gone<b>"])))
    return found


def test_tags_close_and_nothing_is_fetched() -> None:
    found = parsed()
    assert found.open == []
    assert "script" not in found.tags
    assert {link[:1] for link in found.links} == {"#"}


def test_errors_stand_in_their_sentence() -> None:
    found = parsed()
    assert "letrozole" in found.texts["mark"]
    assert any("<script>alert(1)</script> she took " in text for text in found.texts["span"])
    assert any("gone<b>: no prediction" in text for text in found.texts["li"])
    assert {"miss", "extra"} <= set(found.texts["span"])


def test_few_documents_have_no_interval_and_five_have() -> None:
    assert any("too few documents for an interval" in text for text in parsed(4).texts["span"])
    assert not any("too few" in text for text in parsed(5).texts["span"])


def test_it_is_written_by_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from pipeline.cli import main

    for side in ("gold", "pred"):
        (tmp_path / side).mkdir()
        (tmp_path / side / "a.json").write_text('{"id": "a", "entities": [], "relations": []}')
    (tmp_path / "gold/a.txt").write_text("text")
    target = tmp_path / "page.html"
    assert main(["evaluate", "--gold", f"{tmp_path}/gold", "--pred", f"{tmp_path}/pred", "--html", str(target)]) == 0
    assert f"{target}: the same as a page" in capsys.readouterr().out
    assert "<p>None.</p>" in target.read_text()
