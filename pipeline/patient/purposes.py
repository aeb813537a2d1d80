"""What medicines are for, by name (`lexicons/drug_groups.tsv`)."""

from __future__ import annotations

import re
from functools import cache

from pipeline.lexicons import rows

_NO_CANCER = frozenset({"anti-infective", "comorbidity"})


# WHO's stems of drugs against cancer, for those that the list does not name.
_STEM = re.compile(
    r"(?:(?<!ci)(?<!go)tinib|(?<!tril)aciclib|(?<!ac)iclib|parib|rafenib|lisib|degib|rubicin|platin|taxel|tecan|(?<!glo)bulin"
    r"|vedotin|lutamide|sertib|zomib|limab)$"
)
_TRIAL_CODE = re.compile(r"[a-z]{2,5}[- ]?\d{3,}\w*")
_TABLETS = re.compile(r"(?:nib|ciclib|parib|lisib|limus|stat)$")


@cache
def _groups() -> dict[str, str]:
    return {row["name"]: row["group"] for row in rows("drug_groups")}


def is_anticancer(name: str) -> bool:
    """Whether a drug, or a member of a regimen (its parts joined by `+`), treats cancer."""
    return any(
        _groups()[part] not in _NO_CANCER if part in _groups() else _is_by_name(part) for part in name.split("+")
    )


def _is_by_name(part: str) -> bool:
    """'Icotinib' and the code of a trial ('MPDL3802'), of which no list says what they are for."""
    return bool(_STEM.search(part) or _TRIAL_CODE.fullmatch(part))


def is_of_other_illness(name: str) -> bool:
    """Whether all parts of a medicine are usually given for an illness that is no cancer."""
    return all(_groups().get(part) in _NO_CANCER for part in name.split("+"))


def is_taken_daily(name: str) -> bool:
    """Whether a drug is one of those taken day by day: hormones and the small molecules of targeted treatment."""
    return bool(_TABLETS.search(name)) or is_endocrine(name)


def is_endocrine(name: str) -> bool:
    return _groups().get(name) == "endocrine"
