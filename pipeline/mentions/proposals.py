"""Drugs that no list knows, proposed by a model: our tagger, or a spaCy package of the user's.

What is proposed here gives way to every lexicon and rule (`overlaps` says how); it must be sure enough,
name more than a class, and not be a thing that was measured.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.annotations.label_maps import is_generic, read_label_map
from pipeline.errors import UsageError
from pipeline.mentions.drugs import is_measured, is_part_of_another_name
from pipeline.mentions.mention import Mention, propose, register
from pipeline.models import SHIPPED, network, tagger
from pipeline.values import Drug

Found = tuple[int, int, float]
"""Start, end (code points) and probability of a drug."""

_LEAST = 0.93
"""The probability from which the tagger is believed: chosen on the documents that it was not trained on."""
_OF_A_PACKAGE = 0.8  # what spaCy's recogniser proposes; it tells no probability
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_LETTERS = re.compile(r"[^\W\d_]{3}")


class Proposer(Protocol):
    """Says where in a document drugs are."""

    name: str

    def drugs(self, doc: Doc) -> Iterator[Found]: ...


class OwnTagger:
    """The tagger of `models/`; its probabilities stay with the document, for the confidence of all mentions."""

    def __init__(self, folder: Path) -> None:
        self.name = "tagger"
        self.tagger = tagger.load(folder)
        self.column = self.tagger.labels.index("Drug") if "Drug" in self.tagger.labels else None

    def drugs(self, doc: Doc) -> Iterator[Found]:
        chances = self.tagger.chances(doc)
        doc._.chances = {label: _inside(chances[:, at]) for at, label in enumerate(self.tagger.labels)}
        if self.column is not None:
            for first, after, probability in network.spans(chances[:, self.column]):
                last = doc[after - 1]
                yield doc[first].idx, last.idx + len(last), probability


class SpacyPackage:
    """A spaCy pipeline with a recogniser of entities, whose labels `sources/scispacy.tsv` maps to ours."""

    def __init__(self, name: str) -> None:
        import spacy

        try:
            self.nlp = spacy.load(name)
        except (OSError, ValueError) as error:
            raise UsageError(
                f"--ner {name}: neither a tagger of `oncocase train` nor a spaCy package or folder that can be loaded "
                f"({error}). scispaCy's models are installed from the address that its page names for each, "
                "https://allenai.github.io/scispacy/, with pip and the version that fits your scispaCy"
            ) from error
        self.name = f"ner:{Path(name).name}"
        self.map = read_label_map("scispacy")

    def drugs(self, doc: Doc) -> Iterator[Found]:
        entities = [
            {"id": str(n), "label": span.label_, "start": span.start_char, "end": span.end_char, "text": span.text}
            for n, span in enumerate(self.nlp(doc.text).ents)
        ]
        for entity in self.map.apply({"entities": entities, "relations": []})["entities"]:
            if entity["label"] == "Drug":
                yield entity["start"], entity["end"], _OF_A_PACKAGE


class Proposals:
    """Proposes Drug mentions with source `model`."""

    def __init__(self, proposer: Proposer | None) -> None:
        self.proposer = proposer

    def __call__(self, doc: Doc) -> Doc:
        if self.proposer is None or not len(doc):
            return doc
        text = doc._.layout.text  # `doc.text` would be put together anew each time
        found = []
        for start, end, probability in self.proposer.drugs(doc):
            start, end = _trimmed(text, start, end)
            words = text[start:end]
            if (
                probability >= (_LEAST if isinstance(self.proposer, OwnTagger) else 0.0)
                and _LETTERS.search(words)
                and not is_generic(words)
                and not is_measured(doc, start, end)
                and not is_part_of_another_name(doc, start, end)
            ):
                value = Drug((" ".join(words.lower().split()),))
                found.append(Mention(start, end, "Drug", value, self.proposer.name, "model", confidence=probability))
        return propose(doc, found)


def _inside(chances: NDArray[np.float32]) -> NDArray[np.float32]:
    inside: NDArray[np.float32] = 1.0 - chances[:, network.OUTSIDE]
    return inside


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The place without signs and blanks at its edges."""
    words = text[start:end]
    before = _EDGES.match(words)
    start += before.end() if before and before.start() == 0 else 0
    return start, start + len(_EDGES.sub("", words))


def proposer(name: str | None) -> Proposer | None:
    """`None` is our own tagger, `none` nothing, else a folder of `oncocase train` or a spaCy package or folder.

    Raises `UsageError` where there is no such model, `ReadingError` where our own cannot be loaded.
    """
    if name == "none":
        return None
    if name is None:
        return OwnTagger(SHIPPED)
    if (Path(name) / tagger.WEIGHTS).is_file():
        return OwnTagger(Path(name))
    return SpacyPackage(name)


@Language.factory(
    "oncocase_proposals",
    default_config={"ner": None},
    requires=["doc._.layout", "doc._.candidates"],
    assigns=["doc._.candidates", "doc._.chances"],
)
def make(nlp: Language, name: str, ner: str | None) -> Proposals:
    """The factory that `config.cfg` names."""
    register()
    return Proposals(proposer(ner))
