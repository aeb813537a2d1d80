"""Files of tokens with IOB tags: a token and its tag a line, parted by a tab, a blank line between sentences.

The tokens are joined by single blanks; offsets count in that text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Raw = tuple[str, str, dict[str, Any]]


def read_iob(content: str) -> Iterator[Raw]:
    """Number, text and raw annotation of each sentence.

    Raises `ValueError`, naming the line, for one that is no token with a tag.
    """
    tokens: list[tuple[str, str]] = []
    number = 0
    for at, line in enumerate([*content.split("\n"), ""], 1):
        if line.strip():
            token, tab, tag = line.rstrip("\r").partition("\t")
            if not tab or not (tag == "O" or tag[:2] in ("B-", "I-")):
                raise ValueError(f"line {at}: is no token with a tag O, B-… or I-… behind a tab: {line[:60]!r}")
            tokens.append((token, tag))
        elif tokens:
            number += 1
            yield _sentence(str(number), tokens)
            tokens = []


def _sentence(name: str, tokens: Sequence[tuple[str, str]]) -> Raw:
    entities: list[dict[str, Any]] = []
    place, inside = 0, ""
    for token, tag in tokens:
        end = place + len(token)
        label = tag[2:]
        if label and tag[0] == "I" and label == inside:
            entities[-1]["end"] = end
        elif label:
            entities.append({"id": f"e{len(entities) + 1}", "label": label, "start": place, "end": end})
        inside = label
        place = end + 1
    text = " ".join(token for token, _ in tokens)
    for entity in entities:
        entity["text"] = text[entity["start"] : entity["end"]]
    return name, text, {"entities": entities, "relations": []}
