"""What makes an annotation usable again."""

from dataclasses import fields, replace
from pathlib import Path

from pipeline.batch.stamp import Stamp
from pipeline.reading import Document

DOCUMENT = Document("a", Path("a.txt"), "ER positive", "utf-8")


def test_fits_itself_only() -> None:
    stamp = Stamp.now()
    annotation = {"id": "a", "entities": [], "relations": []} | stamp.keys(DOCUMENT)
    assert stamp.fits(annotation, DOCUMENT)
    assert not stamp.fits(annotation, replace(DOCUMENT, text="ER negative"))
    assert not stamp.fits(annotation, replace(DOCUMENT, id="b"))
    assert not stamp.fits({}, DOCUMENT)
    for field in fields(Stamp):
        other = ("x",) if field.name == "components" else "x"
        assert not replace(stamp, **{field.name: other}).fits(annotation, DOCUMENT)


def test_the_same_each_time() -> None:
    assert Stamp.now() == Stamp.now()
