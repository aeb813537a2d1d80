"""Formulas on a line: a power keeps its place, a fraction its stroke, TeX loses what only sets it."""

import pytest
from lxml import etree

from pipeline.reading.formulas import text


def math(inside: str) -> str:
    return text(etree.fromstring(f"<x:math xmlns:x='m'>{inside.replace('<', '<x:').replace('<x:/', '</x:')}</x:math>"))


def tex(said: str) -> str:
    element = etree.Element("tex-math")
    element.text = said
    return text(element)


@pytest.mark.parametrize(
    ("inside", "want"),
    [
        ("<msup><mn>10</mn><mn>9</mn></msup>", "10⁹"),
        ("<msup><mi>m</mi><mrow><mo>−</mo><mn>2</mn></mrow></msup>", "m⁻²"),
        ("<msup><mi>x</mi><mi>n</mi></msup>", "xn"),
        ("<msub><mi>T</mi><mn>2</mn></msub>", "T2"),
        ("<mfrac><mn>1</mn><mn>2</mn></mfrac>", "1/2"),
        ("<mtext>mg per m</mtext><mspace width='1em'/><mi>x</mi>", "mg per m x"),
        ("<mi>m</mi><mo>&#x2062;</mo> <mi>g</mi>", "mg"),
        ("<semantics><mi>a</mi><annotation>TeX</annotation></semantics>", "a"),
        ("<mmultiscripts><mi>F</mi><mprescripts/><none/><mn>18</mn></mmultiscripts>", "¹⁸F"),
        ("<msup><mn>10</mn></msup>", "10"),
    ],
)
def test_mathml(inside: str, want: str) -> None:
    assert math(inside) == want


@pytest.mark.parametrize(
    ("said", "want"),
    [
        (r"\documentclass{m}\usepackage{x}\begin{document}$$5\times 10^{9}$$\end{document}", "5×10⁹"),
        (r"$75\,\mathrm{mg/m^{2}}$", "75 mg/m²"),
        (r"\(\frac{1}{2}\)", "1/2"),
        (r"$p \leq 0.05$", "p ≤0.05"),
        (r"$30\%$", "30%"),
        (r"{}^{18}\text{F}", "¹⁸F"),
        (r"$T_{2}$", "T2"),
        (r"$x^{n}$", "xn"),
        (r"n=3", "n=3"),
        (r"\unknown{3}", r"\unknown3"),
        ("", ""),
    ],
)
def test_tex(said: str, want: str) -> None:
    assert tex(said) == want
