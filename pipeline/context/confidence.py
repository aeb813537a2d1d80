"""How sure each mention is: the calibrated probability that it is right (`models/calibration.py` says of what)."""

from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.mentions.mention import register
from pipeline.models import SHIPPED, calibration


class Confidence:
    """Sets `confidence` of the mentions; without a calibration they keep what they were proposed with."""

    def __init__(self, folder: Path) -> None:
        self.calibration = calibration.load(folder)

    def __call__(self, doc: Doc) -> Doc:
        if self.calibration is not None:
            for mention in doc._.mentions:
                mention.confidence = self.calibration.of(calibration.features(mention, doc))
        return doc


@Language.factory(
    "oncocase_confidence",
    default_config={"folder": None},
    requires=["doc._.layout", "doc._.mentions", "doc._.chances"],
    assigns=["span._.mention"],
)
def make(nlp: Language, name: str, folder: str | None) -> Confidence:
    """The factory that `config.cfg` names; `folder` holds the calibration, ours where it is left out."""
    register()
    return Confidence(Path(folder) if folder else SHIPPED)
