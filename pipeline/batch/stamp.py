"""When an annotation that stands in OUT may be used again: same text, same program, same rules."""

import configparser
import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Self

import pipeline
from pipeline import lexicons
from pipeline.models import SHIPPED
from pipeline.reading import Document

# The keys of an annotation that annotating fills.
_MADE = frozenset({"entities", "relations", "has_record"})


@dataclass(frozen=True, slots=True)
class Stamp:
    """What makes the annotations of two runs the same; its fields stand in `run.json`.

    `code` is the SHA-256 of the package's own sources: rules live in them too, and a checkout changes
    without a change of version. `ner` is the model that proposes drugs, `model` the SHA-256 of its files where it is a
    folder; mentions of less confidence than `least` are left out.
    """

    version: str
    components: tuple[str, ...]
    lexicons: str
    code: str
    ner: str = ""
    model: str = ""
    least: float = 0.0

    @classmethod
    def now(cls, ner: str | None = None, least: float = 0.0) -> Self:
        """The stamp of this program; read from the configuration, so that no pipeline need be loaded."""
        config = configparser.ConfigParser(interpolation=None)
        config.read_string((files(pipeline) / "config.cfg").read_text(encoding="utf-8"))
        components = tuple(json.loads(config["nlp"]["pipeline"]))
        code = _digest(files(pipeline), (".py", ".cfg"))
        folder = SHIPPED if ner is None else Path(ner)
        model = _digest(folder, ("",)) if folder.is_dir() else ""
        return cls(pipeline.__version__, components, lexicons.digest(), code, ner or folder.name, model, least)

    def keys(self, document: Document) -> dict[str, Any]:
        """The keys that an annotation of this document carries besides its entities and relations."""
        made = "\0".join(
            (self.version, *self.components, self.lexicons, self.code, self.ner, self.model, str(self.least))
        )
        digests = {"text_sha256": document.sha256(), "made_by": hashlib.sha256(made.encode()).hexdigest()}
        return digests | document.about()

    def fits(self, annotation: dict[str, Any], document: Document) -> bool:
        """Whether annotating the document again would give this annotation."""
        wanted = {"id": document.id} | self.keys(document)
        return {key: value for key, value in annotation.items() if key not in _MADE} == wanted


def _digest(folder: Traversable, endings: tuple[str, ...]) -> str:
    sha = hashlib.sha256()
    for path in sorted(folder.iterdir(), key=lambda p: p.name):
        if path.is_dir():
            sha.update(path.name.encode() + _digest(path, endings).encode())
        elif path.name.endswith(endings):
            sha.update(path.name.encode() + b"\0" + path.read_bytes())
    return sha.hexdigest()
