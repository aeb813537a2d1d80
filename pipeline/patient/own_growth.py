"""Growth of a breast cancer into what covers it or lies under it, which is its T and no metastasis."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.mentions.mention import Mention
    from pipeline.patient.story import Passage

_NEIGHBOURS = frozenset({"skin", "nipple", "muscle", "chest wall"})
_GROWTH_AFTER = re.compile(
    r"[\s-](?:\w+ )?(?:infiltrations?|involvement|invasion|thickening|ulcerations?|o?edema|retraction|tethering"
    r"|enhancement|extension|fixation)\b",
    re.I,
)
_GROWTH_BEFORE = re.compile(
    r"\b(?:infiltrat\w+|invad\w+|invasion|involv\w+|ulcerat\w+|reach\w+|exten\w+|fixed|adherent|attached|emboli)"
    r"(?: (?:of|to|into|in|through|the|overlying|underlying|adjacent|surrounding))*\s$",
    re.I,
)
_LYMPHATICS = re.compile(r"\bdermal lymphatic|\blymphatics of the (?:skin|dermis)", re.I)
_SPREAD = re.compile(r"\b(?:metasta|nodul|satellite|recurr|relaps|distant|deposit|disseminat|carcinomatos)", re.I)


def is_own_growth(name: str, said: Sequence[tuple[Passage, Mention]]) -> bool:
    """Whether all that tells of a site of spread at the breast tells of the primary tumour's own growth.

    'An opacity with skin infiltration' is; 'skin metastases', 'nodules of the skin' are not, nor what is only denied.
    """
    told = [(p, m) for p, m in said if m.status != "absent"]
    return name in _NEIGHBOURS and bool(told) and all(_is_growth(p, m) for p, m in told)


def _is_growth(passage: Passage, m: Mention) -> bool:
    if _SPREAD.search(passage.text):
        return False
    return bool(
        _GROWTH_AFTER.match(passage.after(m.end))
        or _GROWTH_BEFORE.search(passage.before(m.start))
        or _LYMPHATICS.search(passage.text)
    )
