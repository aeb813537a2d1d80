"""What `oncocase train` does: sources to a tagger in a folder."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thinc.api import fix_random_seed

from pipeline.annotations.scheme import LABELS
from pipeline.errors import UsageError, WritingError
from pipeline.models.tagger import Tagger, build
from pipeline.training.examples import Example, examples
from pipeline.training.loop import Settings, train

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from spacy.language import Language
    from spacy.tokens import Doc

    from pipeline.console import Console
    from pipeline.training.sources import Source

DEFAULTS = Path(__file__).with_name("config.cfg")
_CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True)
class Request:
    """Sources, the folder to write, a configuration, ids of documents to leave out, and what to take from the command
    line rather than from the configuration (None: nothing)."""

    sources: tuple[Source, ...]
    out: Path
    config: Path = DEFAULTS
    without: frozenset[str] = frozenset()
    epochs: int | None = None
    seed: int | None = None


def run(request: Request, console: Console) -> Tagger:
    """Train a tagger on the sources and write it; a run that was broken off goes on after its last whole epoch.

    Raises `UsageError` for a configuration that cannot be meant or sources without a word, `ReadingError` for a
    broken file, `WritingError` where `out` cannot be written.
    """
    config, settings, balance, most, labels = _settings(request)
    nlp = _tokenizer()
    known = _known_drugs(nlp)
    found: dict[str, list[Example]] = {}
    about: list[dict[str, Any]] = []
    for source in request.sources:
        documents = list(source.documents(request.without))
        pieces = list(examples(documents, labels, nlp.make_doc, known))
        counts = Counter(label for d in documents for label, _, _ in d.mentions if label in labels)
        found[str(source.path)] = pieces
        words = sum(len(piece.doc) for piece in pieces)
        about.append(
            {"source": source.name, "map": source.labels, "documents": len(documents), "tokens": words} | counts
        )
        console.say(f"{source.path}: {len(documents)} documents, {words} tokens, " + _said(counts))
    if not any(found.values()):
        raise UsageError("--source: the sources hold no word to learn from")
    balanced = [piece for pieces in _balanced(found.values(), balance, most) for piece in pieces]
    meta = {
        "labels": list(labels),
        "sources": about,
        "settings": {f.name: getattr(settings, f.name) for f in fields(settings)},
    }
    fix_random_seed(settings.seed)
    tagger = build(config, labels, meta, balanced[0].doc)
    try:
        train(tagger.model, balanced, settings, console, request.out / _CHECKPOINT)
        tagger.save(request.out)
    except OSError as error:
        raise WritingError(request.out, f"cannot be written ({error.strerror})") from error
    console.say(f"{request.out}: the tagger; `oncocase extract --ner {request.out}` uses it")
    return tagger


def _settings(request: Request) -> tuple[str, Settings, float, int, tuple[str, ...]]:
    from thinc.api import Config

    try:
        config = Config().from_str(request.config.read_text(encoding="utf-8"))
        training = dict(config.pop("training"))
        labels = tuple(training.pop("labels"))
        balance, most = float(training.pop("balance")), int(training.pop("most_repeats"))
        given = {"epochs": request.epochs, "seed": request.seed}
        settings = Settings(**training | {key: value for key, value in given.items() if value is not None})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"--config {request.config}: is no configuration of a training ({error})") from error
    unknown = [label for label in labels if label not in LABELS]
    if unknown or not labels:
        raise UsageError(f"--config {request.config}: labels {unknown} are unknown; allowed are {', '.join(LABELS)}")
    return config.to_str(), settings, balance, most, labels


def _tokenizer() -> Language:
    """The pipeline's words and nothing else."""
    import spacy

    from pipeline.language.tokens import make

    nlp = spacy.blank("en")
    nlp.tokenizer = make()(nlp)
    return nlp


def _known_drugs(nlp: Language) -> Any:
    from pipeline.lexicons import rows
    from pipeline.mentions.lexicon import Lexicon

    sure = [row for row in rows("drugs") if row["kind"] != "regimen" and "context" not in row["flags"]]
    lexicon = Lexicon(nlp, sure, exact=lambda row: "case" in row["flags"])

    def places(doc: Doc) -> list[tuple[int, int]]:
        return [(span.start_char, span.end_char) for span, _ in lexicon.find(doc)]

    return places


def _balanced(sources: Iterable[Sequence[Example]], balance: float, most: int) -> Iterable[list[Example]]:
    """Each source as often as brings it near to `balance` of the largest one's words, `most` times at the most."""
    sized = [(pieces, sum(len(piece.doc) for piece in pieces)) for pieces in sources]
    largest = max(size for _, size in sized)
    for pieces, size in sized:
        times = min(most, max(1, round(balance * largest / size))) if size else 0
        yield list(pieces) * times


def _said(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {label}" for label, count in sorted(counts.items())) or "no mention"
