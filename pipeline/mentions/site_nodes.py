"""Lymph nodes named by their place: 'lymph nodes around the common hepatic artery' is one expression."""

import re
from dataclasses import replace

from pipeline.mentions.anatomy import Anatomy

_NODES = re.compile(r"lymph[- ]?nod|^nod|aden(?:opath|ectas|omegal)", re.I)
_PLACE = re.compile(
    r"\s(?:at|in|of|around|along|near|from|throughout|adjacent to|surrounding|beside|within)"
    r"\s(?:(?:the|her|his|left|right|both|bilateral)\s)*",
    re.I,
)
# 'large nodes in the neck and axillae': several places, each of which is a Site by itself
_ANOTHER = re.compile(r",?\s(?:and|or)\s(?:(?:the|in|left|right|both)\s)*|,\s(?:(?:the|left|right|both)\s)*", re.I)
_NAMED = {
    "abdominal cavity": "abdominal lymph node",
    "hepatic hilum": "hepatic hilar lymph node",
    "porta hepatis": "hepatic hilar lymph node",
    "renal hilum": "retroperitoneal lymph node",
    "splenic hilum": "splenic hilar lymph node",
}
# What the nodes of a region are called.
REGIONS = {
    "pelvis": "pelvic lymph node",
    "mediastinum": "mediastinal lymph node",
    "retroperitoneum": "retroperitoneal lymph node",
    "hilum": "hilar lymph node",
    "lung hilum": "hilar lymph node",
    "mesentery": "mesenteric lymph node",
    "neck": "cervical lymph node",
    "groin": "inguinal lymph node",
    "abdomen": "abdominal lymph node",
    "aorta": "retroperitoneal lymph node",
    "vena cava": "retroperitoneal lymph node",
    "trachea": "mediastinal lymph node",
    "esophagus": "paraesophageal lymph node",
    "stomach": "perigastric lymph node",
    "pancreas": "peripancreatic lymph node",
    "rectum": "mesorectal lymph node",
    "colon": "pericolic lymph node",
    "presacral space": "presacral lymph node",
    "parotid gland": "parotid lymph node",
}


def _called(text: str, place: Anatomy, bare: bool) -> str | None:
    """What nodes at `place` are called; `bare`: the place stands before them ('mediastinal lymphnodes')."""
    words = text[place.start : place.end].lower()
    if place.kind == "node":
        return None if _NODES.search(words) else place.name
    if words in _NAMED:
        return _NAMED[words]
    if bare:
        return REGIONS.get(place.name) if place.kind == "adjective" else None
    if re.search(r"\b(?:artery|vein|trunk|axis)\b", words):
        return REGIONS.get(place.name, f"{place.name} lymph node")
    return REGIONS.get(place.name)


def with_places(text: str, anatomy: list[Anatomy]) -> list[Anatomy]:
    """The expressions, lymph nodes and the place beside them made one."""
    found: list[Anatomy] = []
    for number, a in enumerate(anatomy):
        last = found[-1] if found else None
        if last is None or a.start - last.end > 40:
            found.append(a)
            continue
        gap = text[last.end : a.start]
        nodes = a.name == "lymph node" and _NODES.search(text[a.start : a.end])
        if gap == " " and nodes and (name := _called(text, last, True)):
            found[-1] = replace(a, start=last.start, name=name)
        elif (
            last.name == "lymph node"
            and _NODES.search(text[last.start : last.end])
            and _PLACE.fullmatch(gap)
            and not _more(text, anatomy, number)
            and (name := _called(text, a, False))
        ):
            found[-1] = replace(last, end=a.end, name=name)
        else:
            found.append(a)
    return found


def _more(text: str, anatomy: list[Anatomy], number: int) -> bool:
    """Whether another place of a lymph node follows in a list."""
    if number + 1 == len(anatomy):
        return False
    here, then = anatomy[number], anatomy[number + 1]
    return _ANOTHER.fullmatch(text[here.end : then.start]) is not None and (
        then.kind == "node" and not _NODES.search(text[then.start : then.end]) or then.name in REGIONS
    )
