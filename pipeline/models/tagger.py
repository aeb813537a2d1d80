"""Weights and settings in a folder, and what they say of a document.

config.cfg        the network, as thinc and spaCy resolve it
weights.msgpack   its parameters (thinc's own format: numbers, nothing that runs)
meta.json         labels, sources, seed, the hashes of the training data, thresholds
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import ReadingError
from pipeline.models import SHIPPED, network

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from spacy.tokens import Doc
    from thinc.api import Model

CONFIG, WEIGHTS, META = "config.cfg", "weights.msgpack", "meta.json"


@dataclass(frozen=True, slots=True)
class Tagger:
    """A network with its labels, one a group, and what is known of its making."""

    model: Model[Any, Any]
    labels: tuple[str, ...]
    config: str
    meta: Mapping[str, Any]

    def chances(self, doc: Doc) -> NDArray[np.float32]:
        """Probabilities of outside, begin, inside: `(tokens, labels, 3)`."""
        (logits,) = self.model.predict([doc])
        return network.probabilities(logits)

    def save(self, folder: Path) -> None:
        """Write the folder that `load` reads."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CONFIG).write_text(self.config, encoding="utf-8")
        (folder / WEIGHTS).write_bytes(self.model.to_bytes())
        (folder / META).write_text(json.dumps(self.meta, indent=1) + "\n", encoding="utf-8")


def build(config: str, labels: Sequence[str], meta: Mapping[str, Any], sample: Doc | None = None) -> Tagger:
    """A tagger with random weights from the text of a `config.cfg`; `sample` is any document with a token."""
    from spacy.language import Language
    from spacy.util import registry
    from thinc.api import Config

    settings = Config().from_str(config)
    settings["model"]["groups"] = len(labels)
    model = registry.resolve(settings)["model"]
    if sample is None:
        sample = Language().make_doc("a")
    model.initialize(X=[sample])
    return Tagger(model, tuple(labels), settings.to_str(), meta)


def load(folder: Path = SHIPPED) -> Tagger:
    """The tagger in a folder.

    Raises `ReadingError` where the folder does not hold one, or one of another make.
    """
    try:
        meta = json.loads((folder / META).read_bytes())
        tagger = build((folder / CONFIG).read_text(encoding="utf-8"), meta["labels"], meta)
        tagger.model.from_bytes((folder / WEIGHTS).read_bytes())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"holds no tagger that can be loaded ({error}); `oncocase train -o FOLDER` makes one"
        raise ReadingError(folder, reason) from error
    return tagger
