"""Lines to running text: a word that was parted at the end of a line is put together again.

Whether its hyphen belongs to it ('triple-negative') the document's other words tell first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from pipeline.reading.pdf_lines import HYPHEN

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST = re.compile(r"([^\s-]*)(-|\u00ad|\u2010|\x02)$")
_LONGEST = 60  # characters of a word
_FIRST = re.compile(r"[^\W\d_]+")
# Words after which a hyphen is meant, where the document does not say (Merriam-Webster's Medical Dictionary has
# them with it).
_KEEP = frozenset(
    "self well non long short high low full half follow cross double triple single two three four five six ten "
    "year month week day breast hormone receptor estrogen oestrogen progesterone dose life end on post pre anti "
    "computed contrast node lymph core fine tumor tumour disease cancer platinum taxane anthracycline".split()
)


def joined(lines: Iterable[str], words: Counter[str]) -> str:
    """The lines of a paragraph as one text; `words` are those of the document, as `vocabulary` gives them."""
    found: list[str] = []
    for line in lines:
        parted = _LAST.search(found[-1][-_LONGEST:]) if found else None
        if parted:
            found[-1] = found[-1][: -len(parted[2])]
            found.append(_mark(parted[1], line, words))
        elif found:
            found.append(" ")
        found.append(line)
    return "".join(found).replace(HYPHEN, "-")


def vocabulary(lines: Iterable[str]) -> Counter[str]:
    """How often each word stands in the lines, without those that a line end parts."""
    words: Counter[str] = Counter()
    for line in lines:
        parted = _LAST.search(line[-_LONGEST:])
        words.update(word.lower() for word in _WORD.findall(line[: -len(parted.group())] if parted else line))
    return words


def _mark(before: str, line: str, words: Counter[str]) -> str:
    """What stands between the two halves: a hyphen or nothing."""
    after = _FIRST.match(line)
    if not after or not before or not before[-1].isalpha() or not after[0].islower():
        return "-"
    left, right = before.rpartition("/")[2].lower(), after[0].lower()
    whole, parted = words[left + right], words[f"{left}-{right}"]
    if whole != parted:
        return "" if whole > parted else "-"
    return "-" if left in _KEEP or not before.isalpha() or before.isupper() else ""
