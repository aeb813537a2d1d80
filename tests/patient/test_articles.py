"""Whole articles: the seed where it stands beside the project, and a second one, other in table and order of events."""

from pathlib import Path

import pytest
from articles import Article
from spacy.language import Language

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def seed(nlp: Language, shared: Path) -> Article:
    return Article(nlp, shared / "gold" / "seed")


def verdicts(article: Article, *parts: str) -> list[str]:
    return [value.verdict for value in article.values() if value.part in parts]


def test_panels_of_the_seed(seed: Article) -> None:
    assert seed.markers() == [True] * 12
    assert len(seed.pred["receptor_panels"]) == 3
    assert set(verdicts(seed, "receptor_panels")) <= {"right", "beyond the gold"}


def test_wrong_values_of_the_seed(seed: Article) -> None:
    """At most two in the whole record; stages and the case have none."""
    assert verdicts(seed, "case", "stages", "receptor_panels", "treatments", "metastases").count("wrong") <= 2
    assert "wrong" not in verdicts(seed, "case", "stages")


def test_table_of_the_seed(seed: Article) -> None:
    cells = verdicts(seed, "table")
    assert len({value.item for value in seed.values() if value.part == "table"}) == 13
    assert len(cells) > 100
    assert cells.count("right") >= 0.9 * len(cells)


def test_contradictions_of_the_seed(seed: Article) -> None:
    found, false = seed.contradictions()
    assert len(found) >= 5
    assert len(false) <= 2


@pytest.fixture(scope="module")
def second(nlp: Language) -> Article:
    return Article(nlp, HERE / "second_article")


def test_panels_of_the_second_article(second: Article) -> None:
    assert second.markers() == [True] * 8
    assert len(second.pred["receptor_panels"]) == 2


def test_wrong_values_of_the_second_article(second: Article) -> None:
    assert verdicts(second, "case", "stages", "receptor_panels", "treatments", "metastases").count("wrong") <= 2


def test_table_of_the_second_article(second: Article) -> None:
    """A row a line with bars, the year in the author's column, age and sex in one, the patient's own row the last."""
    cells = verdicts(second, "table")
    assert len(second.pred["literature_cases"]) == 7
    assert cells.count("right") >= 0.9 * len(cells)


def test_contradictions_of_the_second_article(second: Article) -> None:
    found, false = second.contradictions()
    assert len(found) >= 5
    assert false == []


def test_what_the_articles_hold(second: Article) -> None:
    """The gold quotes the text, and the text is an article's length."""
    assert 1200 <= len(second.text.split()) <= 1700
    for contradiction in second.prose["contradictions"]:
        assert len(contradiction["evidence"]) == 2
        assert all(quote in second.text for quote in contradiction["evidence"])
