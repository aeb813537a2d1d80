"""Formulas of JATS and HTML to a line of text: what a case report sets as one are units, powers and intervals.

MathML is read where it is given, else TeX: both stand beside a picture in <alternatives>. A power that lost its
place would be another number (10⁹ and 109), so raised digits stay raised, and a fraction gets its stroke.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipeline.reading.safe_xml import entity, local

if TYPE_CHECKING:
    Element = Any

RAISED = str.maketrans("0123456789-−–+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻⁺")
_POWER = re.compile(r"[-−–+]?\d{1,3}")
_UNSEEN = re.compile("[\u2061-\u2064]")  # what MathML has for a sign that is not shown: times, comma, plus
_BEGINS, _ENDS = "\\begin{document}", "\\end{document}"
_DELIMITERS = re.compile(r"^\s*(?:\$\$?|\\[(\[])|(?:\$\$?|\\[)\]])\s*$")
_SIGNS = {
    "times": "×", "cdot": "·", "pm": "±", "mp": "∓", "ge": "≥", "geq": "≥", "geqslant": "≥", "le": "≤", "leq": "≤",
    "leqslant": "≤", "gt": ">", "lt": "<", "sim": "~", "approx": "≈", "mu": "μ", "alpha": "α", "beta": "β",
    "gamma": "γ", "kappa": "κ", "lambda": "λ", "chi": "χ", "Delta": "Δ", "infty": "∞", "circ": "°", "to": "→",
    "rightarrow": "→", "quad": " ", "qquad": " ",
}  # fmt: skip
_SIGN = re.compile(r"\\([A-Za-z]+)(?:\s+(?=[A-Za-z])|\s*(?![A-Za-z]))")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_STYLE = re.compile(r"\\(?:text|mathrm|mathit|mathbf|mathsf|rm|bf|it|hbox|mbox|operatorname|left|right)\b\s*")
_RAISED = re.compile(r"\^\s*(?:\{\s*([-−–+]?\d{1,3})\s*\}|(\d))")
_NAMES = ("inline-formula", "disp-formula", "alternatives", "math", "tex-math")


def is_formula(element: Element) -> bool:
    """Whether an element is read by `text`: a formula, in JATS or as pages with MathJax have it."""
    return local(element) in _NAMES or "mathjax-tex" in (element.get("class") or "").split()


def text(element: Element) -> str:
    """The formula on one line; its picture is passed over."""
    maths = element if local(element) == "math" else next(element.iter("{*}math"), None)
    if maths is not None:
        return _UNSEEN.sub("", _mathml(maths)).strip()
    tex = element if local(element) == "tex-math" else next(element.iter("{*}tex-math"), None)
    if tex is None and local(element) in _NAMES:
        return "".join(element.itertext())
    before, begins, body = "".join((element if tex is None else tex).itertext()).partition(_BEGINS)
    return _tex(body.partition(_ENDS)[0] if begins else before)


def _mathml(element: Element) -> str:
    match local(element):
        case "":
            return entity(element)
        case "annotation" | "annotation-xml" | "mphantom":
            return ""
        case "mi" | "mn" | "mo" | "ms":
            return "".join(_letters(element).split())
        case "mtext":
            return _letters(element).replace("\xa0", " ")
        case "mspace":
            return " " if (element.get("width") or "")[:1] in "123456789" else ""
    parts = [_mathml(part) for part in element]
    match local(element), parts:
        case (("msup" | "mover"), [base, above]):
            return base + _raised(above)
        case (("msubsup" | "munderover"), [base, below, above]):
            return base + below + _raised(above)
        case "mfrac", [above, below]:
            return f"{above}/{below}"
        case "msqrt", _:
            return f"√{''.join(parts)}"
        case "mmultiscripts", [base, *around]:
            names = [local(part) for part in element][1:]
            at = names.index("mprescripts") if "mprescripts" in names else len(names)
            return _scripts(around[at + 1 :]) + base + _scripts(around[:at])
    return "".join([(element.text or "").strip(), *parts])


def _letters(element: Element) -> str:
    return (element.text or "") + "".join(
        (_letters(part) if local(part) else entity(part)) + (part.tail or "") for part in element
    )


def _scripts(pairs: list[str]) -> str:
    """Lowered and raised signs by turns."""
    return "".join(_raised(sign) if number % 2 else sign for number, sign in enumerate(pairs))


def _raised(above: str) -> str:
    return above.translate(RAISED) if _POWER.fullmatch(above) else above


def _tex(said: str) -> str:
    said = _DELIMITERS.sub("", _DELIMITERS.sub("", said.strip()))
    said = re.sub(r"\\[,;:! ]|~", " ", said)
    said = _STYLE.sub("", _FRACTION.sub(r"\1/\2", said))
    said = _SIGN.sub(lambda found: _SIGNS.get(found[1], found[0]), said)
    said = _RAISED.sub(lambda found: (found[1] or found[2]).translate(RAISED), said)
    said = re.sub(r"[_^]\s*\{([^{}\\]*)\}", r"\1", said)
    return re.sub(r"\\([%&#_$])", r"\1", re.sub(r"(?<!\\)[{}]", "", said)).strip()
