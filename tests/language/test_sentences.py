"""Sentence starts: the traps that other splitters fall into, and lines, cells and citations."""

import time
from itertools import pairwise

import pytest
from spacy.language import Language

from pipeline.language.sentences import starts

# A bar stands where a sentence begins.
MARKED = [
    "In Jan. 2021 she was seen.| Stage was II.",
    "It was T2N1M0.| Stage was IIB.",
    "Ki-67 was 20%.| Surgery followed.",
    "It was T2N1M0.|After that she recovered.",
    "Her temperature was 38. 3 c on arrival.",
    "She came in 2015.| 3 months later she left.",
    "Smith et al. (2015) wrote this.| It held.",
    "J. A. Smith treated her.| She recovered.",
    "See Fig. 2, made by Dr. Jones vs. Mrs. Brown.",
    "A dose of 5.5 mg, i.e. 0.1 mg/kg, was given.",
    "She was well.[12]| Then she fell.",
    "She was well [3,4].| Then she fell.",
    "ER (90%).| PR was lost.",
    'She said ("well.")| Then she left.',
    "Was it cancer?| It was!| She knew.",
    "It was pos. for ER.",
    "A line that\ngoes on in lower case.",
    "A long line,\nIt goes on after a comma.",
    "The line ended.\n|Next one.",
    "Heading\n|Text begins.",
    "One paragraph\n\n|another, in lower case",
    "Cell one\tcell two\n|Row two\tcell",
    "A\n\t|B\n\t|C",
    "Ends with blanks.  \n",
    "Ends with blanks.  \n|Next, after them.",
    "She was well . . . then she fell.",
]


def pieces(marked: str) -> tuple[str, list[int]]:
    parts = marked.split("|")
    text = "".join(parts)
    return text, [sum(map(len, parts[:n])) for n in range(len(parts))]


@pytest.mark.parametrize("marked", MARKED)
def test_starts(nlp: Language, marked: str) -> None:
    text, want = pieces(marked)
    skipped = [begin + len(text[begin:]) - len(text[begin:].lstrip()) for begin in want]
    found = [begin for begin in starts(text) if text[begin:].strip()]  # none begins in the blanks at the end
    assert [begin + len(text[begin:]) - len(text[begin:].lstrip()) for begin in found] == skipped
    doc = nlp(text)
    assert [s.start_char for s in doc.sents] == skipped


@pytest.mark.parametrize("text", ["", " ", "\n", "...", "\n\n\n", "a"])
def test_little_texts(nlp: Language, text: str) -> None:
    assert starts(text) == [0]
    assert len(list(nlp(text).sents)) == (1 if text else 0)


def test_sentences_tile_the_text(nlp: Language) -> None:
    text = "Title\n\nOne here. Two here (ER 90%).\n\tcell\n\tcell\nIn Jan. 2021 she left."
    doc = nlp(text)
    bounds = [(s.start, s.end) for s in doc.sents]
    assert bounds[0][0] == 0
    assert bounds[-1][1] == len(doc)
    assert all(a[1] == b[0] for a, b in pairwise(bounds))
    assert len(bounds) == 6


def test_a_line_without_an_end_is_cut_and_takes_no_time(nlp: Language) -> None:
    text = "ER positive " * 4000
    found = starts(text)
    assert all(b - a <= 2500 for a, b in pairwise([*found, len(text)]))
    assert all(text[place] == "E" or text[place] == "p" for place in found)
    begin = time.perf_counter()
    nlp(text)
    assert time.perf_counter() - begin < 15
    assert starts("x" * 6000) == [0, 2500, 5000]
    assert len(starts("word " * 400)) == 1
