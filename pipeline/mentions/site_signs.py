"""Lesions at a place that are no spread to it: signs of spread to another place, and what surrounds a vessel."""

import re

from pipeline.mentions.anatomy import Anatomy, between

_SIGN_OF = re.compile(
    r"[^.;,]{0,60}?\b(?:suggestive of|suggesting|suspicious (?:for|of)|indicative of|indicating|typical of"
    r"|characteristic of|(?:consistent|compatible|in keeping) with|concerning for)\s"
    r"(?:an? |the |early |diffuse |possible |extensive )*",
    re.I,
)
_SPREAD = re.compile(
    r"[\s-](?:\w+[\s-]){0,2}?(?:metasta\w+|carcinomatosis|spread|seeding|dissemination|recurrence|involvement|disease)\b",
    re.I,
)
_OUTSIDE = frozenset({"skin", "soft tissue", "chest wall", "breast"})
_GENERAL = frozenset(
    {"bone", "lymph node", "distant", "viscera", "recurrence", "intracranial", "central nervous system"}
)
_VESSELS = frozenset(
    {"aorta", "vena cava", "iliac artery", "iliac vein", "iliac vessel", "common iliac artery", "celiac artery"}
    | {"external iliac artery", "internal iliac artery", "mesenteric vessel", "superior mesenteric vein", "portal vein"}
)
_AROUND = re.compile(r"\b(?:around|along|surrounding|adjacent to|near|beside) (?:the )?$", re.I)


def is_sign(text: str, end: int, member: Anatomy, anatomy: list[Anatomy]) -> bool:
    """Whether a lesion is read as spread to another place: 'cerebellar foci suggestive of meningeal spread'.

    'Lesions of the spine suspicious for bone metastases' are spread to the spine.
    """
    found = _SIGN_OF.match(text, member.end, end)
    if found is None:
        return False
    other = next(iter(between(anatomy, found.end(), end)), None)
    if other is None or other.start != found.end() or other.name == member.name or other.kind == "node":
        return False
    if other.name == "recurrence":  # a nodule of the skin read as local recurrence is that
        return member.name in _OUTSIDE and "loc" in text[other.start : other.end].lower()
    return other.name not in _GENERAL and _SPREAD.match(text, other.end, end) is not None


def is_around(text: str, member: Anatomy) -> bool:
    """Whether a lesion lies about a vessel, which is no spread to the vessel."""
    return member.name in _VESSELS and _AROUND.search(text, max(0, member.start - 30), member.start) is not None
