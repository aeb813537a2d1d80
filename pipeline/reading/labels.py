"""The label of a figure or table at the beginning of its caption."""

import re

_LABEL = re.compile(
    r"\s*((?:supplementary\s+|supplemental\s+|extended data\s+)?(?:fig(?:ure|\.)?|table|scheme|box)\s*S?\d+[A-Z]?)"
    r"(?:\s*[.:|]\s*|\s+(?:[-–—]\s*)?(?=[A-Z(])|\s*$)",
    re.I,
)


def is_table(label: str) -> bool:
    return "table" in label.lower()


def split(text: str) -> tuple[str, str]:
    """Label and caption: 'Fig. 2. A scan' is ('Fig. 2', 'A scan'); the label is empty where there is none.

    A sentence that begins with a figure's name, as 'Figure 2 shows', has none.
    """
    found = _LABEL.match(text)
    # The pattern ignores case, its look-ahead must not.
    if not found or (text[found.end() : found.end() + 1].islower() and text[found.end(1) : found.end()].isspace()):
        return "", text
    return found[1], text[found.end() :]
