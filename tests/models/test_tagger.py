"""The tagger that is shipped, and folders that hold none."""

import json
from pathlib import Path

import pytest
from spacy.language import Language

from pipeline.errors import ReadingError
from pipeline.models import SHIPPED, tagger
from pipeline.models.network import spans


def test_the_shipped_tagger_is_small_and_knows_a_drug_that_no_list_names(nlp: Language) -> None:
    size = sum(path.stat().st_size for path in SHIPPED.iterdir())
    assert size < 12_000_000
    shipped = tagger.load()
    doc = nlp.make_doc("She was started on zorvatinib 40 mg daily and the chair was green.")
    (start, end, probability) = next(iter(spans(shipped.chances(doc)[:, shipped.labels.index("Drug")])))
    assert doc[start:end].text == "zorvatinib"
    assert probability > 0.5


def test_it_says_what_it_was_made_of() -> None:
    meta = json.loads((SHIPPED / tagger.META).read_text())
    assert {source["source"] for source in meta["sources"]} == {"maccrobat", "phee", "bc5cdr", "annotations", "dev"}
    assert (SHIPPED / "README.md").is_file()


def test_saved_and_loaded_it_says_the_same(nlp: Language, tmp_path: Path) -> None:
    shipped = tagger.load()
    shipped.save(tmp_path)
    doc = nlp.make_doc("She took letrozole 2.5 mg daily.")
    assert (tagger.load(tmp_path).chances(doc) == shipped.chances(doc)).all()


@pytest.mark.parametrize("spoilt", [None, tagger.META, tagger.CONFIG, tagger.WEIGHTS])
def test_a_folder_without_a_tagger(spoilt: str | None, tmp_path: Path) -> None:
    if spoilt:
        tagger.load().save(tmp_path)
        (tmp_path / spoilt).write_text("{")
    with pytest.raises(ReadingError, match="holds no tagger that can be loaded"):
        tagger.load(tmp_path)
