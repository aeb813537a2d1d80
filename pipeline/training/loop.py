"""The training loop: seeded, a checkpoint an epoch, the same end whether interrupted or not."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from thinc.api import Adam, Model, fix_random_seed, set_dropout_rate

from pipeline.models import network
from pipeline.models.tagger import WEIGHTS
from pipeline.training.examples import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.console import Console
    from pipeline.training.examples import Example

_STATE, _MOMENTS = "state.json", "moments.npz"
_SCALE = 20.0  # of the gradient, which is a mean over the words of a batch


@dataclass(frozen=True, slots=True)
class Settings:
    """As in `config.cfg`, section training."""

    epochs: int
    batch_words: int
    learn_rate: float
    dropout: float
    seed: int


def train(
    model: Model[Any, Any], examples: Sequence[Example], settings: Settings, console: Console, checkpoint: Path | None
) -> None:
    """Train a model in place; go on from the checkpoint where there is one of these examples and settings."""
    words = sum(len(example.doc) for example in examples)
    optimizer = Adam(settings.learn_rate, L2=0.01, L2_is_weight_decay=True, grad_clip=1.0)
    set_dropout_rate(model, settings.dropout)
    made_of = {"words": words, "examples": len(examples), **{k: getattr(settings, k) for k in settings.__slots__}}
    done = _resume(model, optimizer, checkpoint, made_of)
    if done:
        console.say(f"going on after epoch {done} of {settings.epochs}")
    for epoch in range(done, settings.epochs):
        # Each epoch has a seed of its own, so that one taken up again is the one that was broken off.
        fix_random_seed(settings.seed + epoch)
        order = list(examples)
        random.Random(settings.seed + epoch).shuffle(order)
        loss, seen = 0.0, 0
        for batch in console.track(list(_batches(order, settings.batch_words)), "batches"):
            size = sum(len(example.doc) for example in batch)
            progress = (epoch + seen / words) / settings.epochs
            optimizer.learn_rate = settings.learn_rate * max(0.05, 1 - progress)
            loss += _step(model, optimizer, batch, size)
            seen += size
        console.say(f"epoch {epoch + 1} of {settings.epochs}: loss {loss / max(1, words):.4f} a word")
        _save(model, optimizer, checkpoint, made_of | {"done": epoch + 1})
    set_dropout_rate(model, 0.0)


def _step(model: Model[Any, Any], optimizer: Any, batch: Sequence[Example], size: int) -> float:
    logits, backprop = model.begin_update([example.doc for example in batch])
    loss, gradients = 0.0, []
    for found, example in zip(logits, batch, strict=True):
        chances = network.probabilities(found)
        known = example.tags != UNKNOWN
        rows, columns = np.nonzero(known)
        right = example.tags[rows, columns]
        loss -= float(np.log(np.maximum(chances[rows, columns, right], 1e-9)).sum())
        gradient = chances.copy()
        gradient[rows, columns, right] -= 1
        gradient[~known] = 0  # a source teaches nothing of what it does not mark
        gradients.append((gradient * (_SCALE / size)).reshape(found.shape).astype(np.float32))
    backprop(gradients)
    model.finish_update(optimizer)
    return loss


def _batches(examples: Sequence[Example], words: int) -> Iterator[list[Example]]:
    batch: list[Example] = []
    size = 0
    for example in examples:
        batch.append(example)
        size += len(example.doc)
        if size >= words:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _parameters(model: Model[Any, Any]) -> list[tuple[int, str]]:
    """The keys of a model's parameters, in the order of its layers, which another process has too."""
    return [(node.id, name) for node in model.walk() for name in node.param_names if node.has_param(name)]


def _save(model: Model[Any, Any], optimizer: Any, checkpoint: Path | None, state: dict[str, Any]) -> None:
    if checkpoint is None:
        return
    checkpoint.mkdir(parents=True, exist_ok=True)
    moments = {}
    for at, key in enumerate(_parameters(model)):
        for name in ("mom1", "mom2"):
            if key in getattr(optimizer, name):
                moments[f"{name}-{at}"] = getattr(optimizer, name)[key]
        state.setdefault("updates", []).append(optimizer.nr_update[key])
    np.savez(checkpoint / _MOMENTS, **moments)
    (checkpoint / WEIGHTS).write_bytes(model.to_bytes())
    (checkpoint / _STATE).write_text(json.dumps(state), encoding="utf-8")  # last: what it says is there


def _resume(model: Model[Any, Any], optimizer: Any, checkpoint: Path | None, made_of: dict[str, Any]) -> int:
    """The number of epochs that the checkpoint holds; 0 where it is of something else, or is not there."""
    if checkpoint is None or not (checkpoint / _STATE).is_file():
        return 0
    state = json.loads((checkpoint / _STATE).read_text(encoding="utf-8"))
    if {key: state.get(key) for key in made_of} != made_of:
        return 0
    model.from_bytes((checkpoint / WEIGHTS).read_bytes())
    moments = np.load(checkpoint / _MOMENTS, allow_pickle=False)
    for at, key in enumerate(_parameters(model)):
        for name in ("mom1", "mom2"):
            if f"{name}-{at}" in moments:
                getattr(optimizer, name)[key] = moments[f"{name}-{at}"]
        optimizer.nr_update[key] = state["updates"][at]
    return int(state["done"])
