"""The tokenizer: edges where mentions end, a plain text of the same length, offsets that hold."""

import pytest
from spacy.language import Language

from pipeline.language.tokens import plain

PIECES = {
    "75mg/m2": ["75", "mg", "/", "m2"],
    "1,000mg": ["1,000", "mg"],
    "2.5 mg": ["2.5", "mg"],
    "2·5 mg": ["2·5", "mg"],
    "M0.After": ["M0", ".", "After"],
    "HR+/HER2−": ["HR", "+", "/", "HER2", "−"],
    "ER(90%)": ["ER", "(", "90", "%", ")"],
    "FEC100": ["FEC100"],
    "5-FU": ["5", "-", "FU"],
    "T2N1M0": ["T2N1M0"],
    "Ki67": ["Ki67"],
    "T-DM1": ["T", "-", "DM1"],
    "a_b": ["a", "_", "b"],
}
ODD = {
    "no-break space": "lymph\u00a0node",
    "thin space": "75\u2009mg",
    "narrow no-break space": "75\u202fmg",
    "ideographic space": "75\u3000mg",
    "full-width signs": "ＥＲ（９０％）",
    "non-breaking hyphen": "5\u2011FU",
    "figure dash": "5\u2012FU",
}
MADE_PLAIN = ["lymph node", "75 mg", "75 mg", "75 mg", "ER(90%)", "5-FU", "5-FU"]


@pytest.mark.parametrize(("text", "pieces"), list(PIECES.items()))
def test_edges(nlp: Language, text: str, pieces: list[str]) -> None:
    assert [t.text for t in nlp.make_doc(text)] == pieces
    assert [t.text for t in nlp.make_doc(f"x {text} y")] == ["x", *pieces, "y"]


@pytest.mark.parametrize(("odd", "expected"), list(zip(ODD.values(), MADE_PLAIN, strict=True)), ids=list(ODD))
def test_plain_keeps_every_place(nlp: Language, odd: str, expected: str) -> None:
    assert plain(odd) == expected
    assert len(plain(odd)) == len(odd)
    assert nlp.make_doc(odd).text == expected


@pytest.mark.parametrize(
    "same", ["−", "–", "—", "µg", "m²", "≥", "α", "a\tb\nc", "ä", "e\u0301", "\U0001f600", "\u200b"]
)
def test_plain_leaves_the_rest(same: str) -> None:
    assert plain(same) == same


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n",
        "  two  blanks \t and a tab\n\nnew line ",
        "IHC: ER 90%, HER2− (0). M0.After\n",
        "\U0001f600 ER+",
    ],
)
def test_round_trip(nlp: Language, text: str) -> None:
    doc = nlp.make_doc(text)
    assert doc.text == text
    assert "".join(t.text_with_ws for t in doc) == text
    assert all(text[t.idx : t.idx + len(t)] == t.text for t in doc)


def test_offsets_hold_in_what_went_in(nlp: Language) -> None:
    text = "ＥＲ（９０％）; docetaxel 75\u2009mg/m2; lymph\u00a0node metastases."
    doc = nlp(text)
    found = [(m.label, text[m.start : m.end]) for m in doc._.mentions]
    assert found == [
        ("Marker", "ＥＲ"),
        ("Result", "９０％"),
        ("Drug", "docetaxel"),
        ("Dose", "75\u2009mg/m2"),
        ("Site", "lymph\u00a0node"),
    ]
