"""Abbreviations: each definition kept at its own place, and time that grows with the text."""

import time

from spacy.language import Language

TWICE = (
    "She reached a partial response (PR). PR lasted. "
    "The estrogen receptor (ER) and the progesterone receptor (PR) were lost. PR was 1%."
)


def pairs(nlp: Language, text: str) -> list[tuple[str, str]]:
    return [(d.short, d.long) for d in nlp(text)._.abbreviations.all]


def test_every_definition_is_kept(nlp: Language) -> None:
    assert pairs(nlp, TWICE) == [
        ("PR", "partial response"),
        ("ER", "estrogen receptor"),
        ("PR", "progesterone receptor"),
    ]


def test_offsets(nlp: Language) -> None:
    for d in nlp(TWICE)._.abbreviations.all:
        assert TWICE[d.short_start : d.short_start + len(d.short)] == d.short
        assert TWICE[d.long_start : d.long_end] == d.long


def test_the_place_resolves(nlp: Language) -> None:
    definitions = nlp(TWICE)._.abbreviations
    places = [n for n in range(len(TWICE)) if TWICE.startswith("PR", n)]
    assert [definitions.resolve("PR", place).long for place in places] == [
        "partial response", "partial response", "progesterone receptor", "progesterone receptor",
    ]  # fmt: skip
    assert definitions.resolve("PR", 0).long == "partial response"  # the first after it, where none is before
    assert definitions.resolve("SD", 10) is None


def test_the_pipeline_reads_pr_by_place(nlp: Language) -> None:
    markers = [m.start for m in nlp(TWICE)._.mentions if m.label == "Marker" and TWICE[m.start : m.end] == "PR"]
    assert markers == [TWICE.index("(PR) were") + 1, TWICE.index("PR was")]


def test_brackets_that_define_nothing(nlp: Language) -> None:
    assert pairs(nlp, "She came (in May) with pain (see below) and took it (n = 3) ) ( again (") == []
    assert pairs(nlp, "") == []


def test_brackets_in_brackets(nlp: Language) -> None:
    assert pairs(nlp, "It was seen (by computed tomography (CT) at once).") == [("CT", "computed tomography")]


def test_thousands_of_brackets_take_no_time(nlp: Language) -> None:
    sentences, sections, abbreviate = (nlp.get_pipe(name) for name in ("sentences", "sections", "abbreviations"))
    for text in ("a word (AB) " * 2000, "(" * 2000 + "AB" + ")" * 2000, "computed tomography (CT) " * 2000):
        doc = sections(sentences(nlp.make_doc(text)))
        begin = time.perf_counter()
        abbreviate(doc)
        assert time.perf_counter() - begin < 2
    assert len(doc._.abbreviations.all) == 2000
