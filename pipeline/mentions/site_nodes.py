"""Lymph nodes named by their place: 'lymph nodes around the common hepatic artery' is one expression."""

import re
from dataclasses import replace

from pipeline.mentions.anatomy import Anatomy, between

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
    "iliac artery": "iliac lymph node",
    "iliac vein": "iliac lymph node",
    "iliac vessel": "iliac lymph node",
    "common iliac artery": "iliac lymph node",
    "external iliac artery": "iliac lymph node",
    "internal iliac artery": "iliac lymph node",
    "celiac artery": "celiac lymph node",
    "mesenteric vessel": "mesenteric lymph node",
    "trachea": "mediastinal lymph node",
    "esophagus": "paraesophageal lymph node",
    "stomach": "perigastric lymph node",
    "pancreas": "peripancreatic lymph node",
    "rectum": "mesorectal lymph node",
    "colon": "pericolic lymph node",
    "presacral space": "presacral lymph node",
    "parotid gland": "parotid lymph node",
}


def _nodes_at(text: str, place: Anatomy, bare: bool) -> str | None:
    """What nodes at `place` are called; `bare`: the place stands before them ('mediastinal lymphnodes')."""
    words = text[place.start : place.end].lower()
    if place.kind == "node":
        return None if _NODES.search(words) else place.name
    if words in _NAMED:
        return _NAMED[words]
    if bare:
        return REGIONS.get(place.name) if place.kind == "adjective" else None
    if re.search(r"\b(?:artery|vein|trunk|axis|vessels?)\b", words):
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
        if gap == " " and nodes and (name := _nodes_at(text, last, True)):
            found[-1] = replace(a, start=last.start, name=name)
        elif (
            last.name == "lymph node"
            and _NODES.search(text[last.start : last.end])
            and _PLACE.fullmatch(gap)
            and not _more(text, anatomy, number)
            and (name := _nodes_at(text, a, False))
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
        (then.kind == "node" and not _NODES.search(text[then.start : then.end])) or then.name in REGIONS
    )


# 'The node' and the node that was sampled are among those told of before.
_TOLD_OF = re.compile(
    r"\b(?:the|this|that|these) (?:same )?$"
    r"|\b(?:biops\w+|aspirat\w+|FNAC?|cytology|puncture) (?:of|from) one (?:of the )?$",
    re.I,
)
_NONE_THERE = re.compile(r"\b(?:no|without|absence of|neither|nor)\b[^.;]*$", re.I)
_FAR = 1500  # characters back to which 'the node' may point


def called(
    text: str,
    member: Anatomy,
    start: int,
    end: int,
    inside: list[Anatomy],
    anatomy: list[Anatomy],
    before: int,
    breast: bool,
) -> str:
    """The canonical name in its sentence: a bare 'lymph nodes' takes the region that the sentence names,
    and 'the node' the one told of before."""
    if member.name == "lymph node":
        if breast and text[member.start : member.end].lower().startswith("sentinel"):
            return "axillary lymph node"
        region = next(
            (
                a
                for a in inside
                if a.kind == "node"
                and a.name not in ("lymph node",)
                and not re.search(r"node|aden", text[a.start : a.end])
            ),
            None,
        )
        if region is not None:
            return region.name
        if dissected := _dissected(text, member, anatomy, before):
            return dissected
        nodes = [
            a
            for a in between(anatomy, max(0, before), member.start)
            if a.kind == "node" and a.name != "lymph node" and re.search(r"nod|aden", text[a.start : a.end], re.I)
        ]
        if nodes:  # the sentence before tells of 'axillary lymph nodes'
            return nodes[-1].name
        if _TOLD_OF.search(text[max(start, member.start - 40) : member.start]):
            named = next(
                (
                    a
                    for a in reversed(between(anatomy, max(0, member.start - _FAR), member.start))
                    if a.kind == "node"
                    and a.name != "lymph node"
                    and not _NONE_THERE.search(text, max(0, a.start - 80), a.start)
                ),
                None,
            )
            if named is not None:  # 'the node' is the one told of before, not one that was not there
                return named.name
    return member.name


# Where nodes were taken out, so that a count of them is of that place.
_DISSECTION = re.compile(r"\s(?:lymph node |nodal |node )?(?:dissection|clearance|lymphadenectomy|emptying)\b", re.I)


def _dissected(text: str, member: Anatomy, anatomy: list[Anatomy], before: int) -> str | None:
    """The place of a dissection told of last, in this sentence or the one before."""
    if re.search(r"\bmediastinoscop", text[max(0, member.start - 80) : member.start], re.I):
        return "mediastinal lymph node"
    if re.match(r"\s(?:metasta[st][ei]s|involvement)", text[member.end : member.end + 14]) and not re.search(
        r"\d\s$", text[max(0, member.start - 3) : member.start]
    ):
        return None  # 'without lymph node metastases': of any place
    for a in reversed(between(anatomy, before, member.start)):
        if _DISSECTION.match(text, a.end) and (a.kind == "node" or a.name in REGIONS):
            name = a.name if a.kind == "node" else REGIONS[a.name]
            return None if name == "lymph node" else name
    return None
