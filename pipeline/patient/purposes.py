"""What medicines are for, by name (`lexicons/drug_groups.tsv`)."""

from __future__ import annotations

import re
from functools import cache

from pipeline.lexicons import rows

_NO_CANCER = frozenset({"anti-infective", "comorbidity"})


_TABLETS = re.compile(r"(?:nib|ciclib|parib|lisib|limus|stat)$")


@cache
def _groups() -> dict[str, str]:
    return {row["name"]: row["group"] for row in rows("drug_groups")}


def is_anticancer(name: str) -> bool:
    """Whether a drug, or a member of a regimen (its parts joined by `+`), treats cancer."""
    return any(part in _groups() and _groups()[part] not in _NO_CANCER for part in name.split("+"))


def is_of_other_illness(name: str) -> bool:
    """Whether all parts of a medicine are usually given for an illness that is no cancer."""
    return all(_groups().get(part) in _NO_CANCER for part in name.split("+"))


def is_taken_daily(name: str) -> bool:
    """Whether a drug is one of those taken day by day: hormones and the small molecules of targeted treatment."""
    return bool(_TABLETS.search(name)) or _groups().get(name) == "endocrine"
