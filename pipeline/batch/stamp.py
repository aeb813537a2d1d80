"""When an annotation that stands in OUT may be used again: same text, same program, same rules."""

import configparser
import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Self

import pipeline
from pipeline import lexicons
from pipeline.reading import Document


@dataclass(frozen=True, slots=True)
class Stamp:
    """What makes the annotations of two runs the same; its fields stand in `run.json`.

    `code` is the SHA-256 of the package's own sources: rules live in them too, and a checkout changes
    without a change of version.
    """

    version: str
    components: tuple[str, ...]
    lexicons: str
    code: str

    @classmethod
    def now(cls) -> Self:
        """The stamp of this program; read from the configuration, so that no pipeline need be loaded."""
        config = configparser.ConfigParser(interpolation=None)
        config.read_string((files(pipeline) / "config.cfg").read_text(encoding="utf-8"))
        components = tuple(json.loads(config["nlp"]["pipeline"]))
        return cls(pipeline.__version__, components, lexicons.digest(), _digest(files(pipeline)))

    def keys(self, document: Document) -> dict[str, Any]:
        """The keys that an annotation of this document carries besides its entities and relations."""
        made = "\0".join((self.version, *self.components, self.lexicons, self.code))
        digests = {"text_sha256": document.sha256(), "made_by": hashlib.sha256(made.encode()).hexdigest()}
        return digests | document.about()

    def fits(self, annotation: dict[str, Any], document: Document) -> bool:
        """Whether annotating the document again would give this annotation."""
        wanted = {"id": document.id} | self.keys(document)
        return {key: annotation.get(key) for key in wanted} == wanted


def _digest(folder: Traversable) -> str:
    sha = hashlib.sha256()
    for path in sorted(folder.iterdir(), key=lambda p: p.name):
        if path.is_dir():
            sha.update(path.name.encode() + _digest(path).encode())
        elif path.name.endswith((".py", ".cfg")):
            sha.update(path.name.encode() + b"\0" + path.read_bytes())
    return sha.hexdigest()
