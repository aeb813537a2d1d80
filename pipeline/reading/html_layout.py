"""What the parts of a page are: by the names that its publisher gives them, else by HTML's own elements."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from pipeline.lexicons import rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Element = Any
    Roles = Mapping[tuple[str, str], str]

SKIPPED = frozenset(
    "script style nav header footer aside form button noscript template svg iframe select textarea object audio video "
    "canvas dialog head".split()
)
"""Elements that hold no text of an article."""


class Layout:
    """The layout of one page. A name means something only in its publisher's layout: 'notes' may be anything."""

    def __init__(self, root: Element) -> None:
        names = {(name, value) for element in root.iter() for name, value in _said(element)}
        layout = next((one for one, roles in _layouts().items() if _has_main(roles, names)), "any")
        self._roles = {**_layouts()["any"], **_layouts()[layout]}
        self._root = root

    def role(self, element: Element) -> str:
        """main, abstract, title, figure, table, label, caption, notes or skip; an empty string for none."""
        return next((self._roles[said] for said in _said(element) if said in self._roles), "")

    def is_hidden(self, element: Element) -> bool:
        style = (element.get("style") or "").replace(" ", "").lower()
        return element.get("hidden") is not None or "display:none" in style or self.role(element) == "skip"

    def mains(self) -> Iterator[Element]:
        """The parts of the page that hold the article, none inside another."""
        found = [element for element in self._root.iter() if self.role(element) in ("main", "abstract")]
        if not any(self.role(element) == "main" for element in found):
            found = [element for name in ("article", "main", "body") for element in self._root.iter(name)][:1]
        inside: set[Element] = set()
        for element in found:
            if not any(parent in inside for parent in element.iterancestors()):
                inside.add(element)
                yield element


def _said(element: Element) -> Iterator[tuple[str, str]]:
    """The attributes that layouts speak of; of a class each name."""
    if isinstance(element.tag, str):
        for name in ("class", "id", "role", "data-title", "aria-hidden"):
            said = element.get(name)
            if said:
                yield from ((name, value) for value in (said.split() if name == "class" else (said,)))


def _has_main(roles: Roles, names: set[tuple[str, str]]) -> bool:
    return any(role == "main" and said in names for said, role in roles.items())


@cache
def _layouts() -> dict[str, dict[tuple[str, str], str]]:
    """Layout -> attribute and value -> role, in the order of the rows."""
    found: dict[str, dict[tuple[str, str], str]] = {}
    for row in rows("html_layouts"):
        found.setdefault(row["layout"], {})[row["attribute"], row["value"]] = row["role"]
    return found
