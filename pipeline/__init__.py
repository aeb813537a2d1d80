"""Oncocase: what a case report says of its patient, each value traced to the sentence that says it.

    read -> tokens, sentences, sections, abbreviations -> mentions (lexicons, slot grammars)
         -> context (asserted? whose? of which specimen?) -> relations -> patient records -> annotations, facts

`load` builds the spaCy pipeline of `config.cfg`, `record` makes the patient's record of a processed text,
`extract` runs all over files into a table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pandas import DataFrame
    from spacy.language import Language
    from spacy.tokens import Doc

    from pipeline.patient.model import Record, Records

__all__ = ["extract", "load", "record"]
__version__ = "0.1.0"


def load(ner: str | None = None) -> Language:
    """The pipeline as a spaCy `Language`.

    `ner` names what proposes drugs that no lexicon knows: a folder of `oncocase train`, a spaCy package or folder,
    `none` for nothing; left out, it is the tagger that comes with the program.

    `doc.spans["mentions"]` of a processed text holds the mentions in order of place; each has
    `span.label_` and, under `span._`, `value` (a typed value with `norm()`), `status`, `subject`, `case`,
    `specimen`, `rule` and `confidence`. `doc._.relations` holds the relations between them.
    """
    import gc
    from pathlib import Path

    # Imports and lexicons make a million objects that stay: collecting in between costs a third of a second.
    collecting = gc.isenabled()
    gc.disable()
    try:
        import spacy

        config = spacy.util.load_config(Path(__file__).with_name("config.cfg"))
        if ner is not None:
            config["components"]["proposals"]["ner"] = ner
            if (Path(ner) / "calibration.json").is_file():
                config["components"]["confidence"]["folder"] = ner
        return spacy.util.load_model_from_config(config, auto_fill=True)
    finally:
        if collecting:
            gc.enable()


def record(doc: Doc) -> Record | Records:
    """The record of the patient of a text that `load()` has processed, as a pydantic model.

    A text that reports several patients gives `Records`, a list of them in the order of the text; `model_dump()`
    gives what `records/<id>.json` holds.
    """
    from pipeline.patient.build import record as build

    return build(doc)


def extract(paths: Iterable[str | Path]) -> DataFrame:
    """The facts of files, folders and archives (see `pipeline.reading`), one row a fact, the columns of `facts.csv`.

    Raises `pipeline.reading.ReadingError` for a document that cannot be read: here nobody would see a
    list of failures. The command `oncocase extract` lists it and goes on.
    """
    from pipeline.batch.facts import frame, rows
    from pipeline.batch.worker import Worker
    from pipeline.reading import read_all

    annotate = Worker()
    done = ((d, annotate(d.id, d.text)) for d in read_all(paths))
    return frame(row for d, annotation in done for row in rows(annotation, d.text, annotation["record"]))
