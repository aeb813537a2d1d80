"""On what a receptor was measured: the organ that a biopsy is named with, else what the context step found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.patient.sites import site_names, topography
from pipeline.patient.story import SAMPLING, Passage, Story

if TYPE_CHECKING:
    from pipeline.mentions.mention import Mention

_PRIMARY_TAKEN = re.compile(
    r"\b(?:mastectomy|lumpectomy|quadrantectomy|breast[- ]conserving|wide local excision|breast primary"
    r"|primary tumou?r)",
    re.I,
)
_NODE_TAKEN = re.compile(
    r"\b(?:biops\w+|aspirat\w+|FNAC?) (?:\w+ ){0,3}?of (?:\w+ ){0,4}?(?:nodes?|axilla)\b"
    r"|\bnod(?:e|al) (?:core )?(?:biops|bx\b|FNA|aspirat)\w*|\bnodes? (?:was|were) (?:\w+ )?(?:biops|sampl|aspirat)\w*",
    re.I,
)
# Nodes that came with the tumour, counted by the pathologist: the receptors that follow are the tumour's.
_DISSECTED = re.compile(r"\bdissected\b|\bremoved\b|\bresected\b|\b\d+/\d+\b|\b\d+ (?:out )?of (?:the )?\d+\b", re.I)
_METASTATIC = re.compile(r"\bmetasta\w+|\bcarcinomat\w+|\binfiltrat\w+ by\b", re.I)
_ORGAN_TAKEN = re.compile(
    r"(?P<before>\b[a-z]+(?: [a-z]+)?) (?:core |needle |trucut |punch |excision(?:al)? )*(?:(?:re-?)?biops(?:y|ies)"
    r"|bx)\b"
    r"|\b(?:(?:re-?)?biops(?:y|ies)|bx) (?:\w+ ){0,2}?(?:of|from) (?:the |an? |her |his )?"
    r"(?P<after>[a-z]+(?: [a-z]+){0,2})"
    r"|(?P<removed>\b[a-z]+(?: [a-z]+)?) (?:was|were) (?:\w+ )?(?:removed|resected|excised|biopsied|sampled)\b",
    re.I,
)
# 'Cytology of the mass': which mass the sentences before have told.
_THE_LESION = re.compile(
    r"\b(?:biops(?:y|ies)|aspirat\w+|cytolog\w+|FNAC?|excision|resection) (?:\w+ )?(?:of|from) (?:the|this|that) "
    r"(?P<lesion>mass|lesion|nodule|swelling|lump|deposit)\b(?! (?:of|in|at|on|from|within)\b)",
    re.I,
)
# Sentinel nodes are taken with the tumour, of which the receptors are.
_SENTINEL = re.compile(r"\bsentinel\b", re.I)
_DENIED = re.compile(r"\b(?:no|without|not|free of|negative for)\b[^.;]{0,40}$", re.I)
_LESION_BACK = 4  # sentences
_MARROW = re.compile(r"\btrephine\b|\bbone marrow (?:biops|aspirat)", re.I)
# 'Her initial diagnosis of ER-positive breast cancer' is of the primary, unless it was of a metastatic one.
_FIRST_DIAGNOSIS = re.compile(
    r"\b(?:initial|first|original) diagnosis of (?![^.;]*\bmetasta)[^.;:]*$"
    r"|\b(?:initially|originally|first) diagnosed with (?![^.;]*\bmetasta)[^.;:]*$",
    re.I,
)
# No tumour was left in the breast: what is tested then is of the nodes.
_ONLY_NODES = re.compile(r"\bypT0\b(?: ?\(?is\)?)?[ ,/;]*y?pN[1-3]|\bypT0N[1-3]")
_TUMOURS = re.compile(
    r"(?P<other>\b(?!carcino)\w*sarcoma|\b\w*lymphoma|\bmelanoma|\bmyeloma|\bmeningioma|\bleuk[ae]mia)\b"
    r"|\b\w*(?:carcinoma|carcinosarcoma)|\b(?:cancer|IDC|ILC|DCIS|TNBC|mastectomy|lumpectomy|primary|breast)\b"
    r"(?! (?:angio)?sarcoma)",
    re.I,
)
_NAMES_CANCER = re.compile(
    r"[- ]?(?:positive|negative|\+|-)?,? (?:[\w/+-]+,? ){0,4}(?:cancer|\w*carcinoma|tumou?r|disease)\b", re.I
)
# 'Both the primary and the metastatic tumour were ER-positive' tells of two tissues.
_BOTH = re.compile(
    r"\bboth (?:the |her |his )?(?:primary\b[^.,;:]{0,30}\band (?:\w+ )?metasta\w+"
    r"|metasta\w+[^.,;:]{0,20} and (?:the |her |his )?(?:breast )?primary)\b[^.;:]*$",
    re.I,
)
# A fluid is of the hollow that it was drawn from.
_FLUIDS = (
    (re.compile(r"\bthora(?:co)?centesis\b|\bpleural (?:effusion|fluid|tap|puncture)\b", re.I), "pleura"),
    (re.compile(r"\bparacentesis\b|\bascit(?:es|ic fluid)\b|\bperitoneal (?:fluid|washings?)\b", re.I), "peritoneum"),
    (re.compile(r"\bpericardiocentesis\b|\bpericardial (?:effusion|fluid)\b", re.I), "pericardium"),
)
_CELLS = re.compile(
    r"\b(?:cells?|cytolog\w+|cell[- ]blocks?|adenocarcinoma|carcinoma|malignan\w+|centesis|analysis|fluid)\b", re.I
)
_PARTS = {"uterus": frozenset({"cervix", "endometrium"})}
_OF_BREAST = re.compile(r"^\W{0,3}(?:cancer |carcinoma )?of the (?:right|left) breast\b", re.I)


def specimens(story: Story, marker: Mention, passage: Passage, origin: str | None) -> tuple[str, ...]:
    """On what a marker was measured; two where a sentence tells it of the primary and the metastasis alike."""
    if _BOTH.search(passage.before(marker.start)):
        return "primary", "metastasis"
    return (specimen(story, marker, passage, origin),)


def specimen(story: Story, marker: Mention, passage: Passage, origin: str | None) -> str:
    """On what a marker was measured: the organ that the biopsy is named with, else what the context found."""
    found = _specimen(story, marker, passage, origin)
    if found == "primary" and _only_nodes_left(story, marker, passage):
        return "node"
    return _whole(story, passage, found)


def _specimen(story: Story, marker: Mention, passage: Passage, origin: str | None) -> str:
    told = marker.specimen or "unstated"
    if _OF_BREAST.match(passage.after(marker.end)) or _FIRST_DIAGNOSIS.search(passage.before(marker.start)):
        return "primary"
    if _MARROW.search(_near(story, marker, passage)) and told in ("primary", "metastasis"):
        return "metastasis:bone marrow"
    named = _fluid(passage, marker) or _named(passage, marker, origin)
    named = named or _told_lesion(story, marker, passage, origin)
    if named is not None:
        return named
    near = _near(story, marker, passage)
    if told == "node" or told.endswith("lymph node"):
        if _NODE_TAKEN.search(near):
            return "node"
        return "primary" if told == "node" else told
    if told == "metastasis" and not any(not _DENIED.search(near[: m.start()]) for m in _METASTATIC.finditer(near)):
        told = "primary"
    if told in ("primary", "metastasis"):
        return _of_spread(story, marker, passage) or told
    return _sampled_here(passage, marker, told) or told


def is_of_other_tumour(story: Story, marker: Mention, passage: Passage) -> bool:
    """'An angiosarcoma: CD31 positive, ER negative': the receptors are those of the tumour that was named last."""
    near = _near(story, marker, passage)
    told = list(_TUMOURS.finditer(near))
    if not told or told[-1]["other"] is None or _DENIED.search(near[: told[-1].start()]):
        return False
    return _NAMES_CANCER.match(passage.after(marker.end)) is None


def _whole(story: Story, passage: Passage, specimen: str) -> str:
    """'Carcinoma in the endometrium and the cervix': one sample that held two parts of an organ is of the organ."""
    for organ, parts in _PARTS.items():
        if specimen.partition(":")[2] not in parts:
            continue
        for back in range(_LESION_BACK):
            at = story.neighbour(passage, -back) if back else passage
            if at is None or at.paragraph != passage.paragraph:
                break
            sites = {m.value.norm() for m in at.of("Site") if m.status == "present"}
            if parts <= sites and SAMPLING.search(at.text):
                return f"metastasis:{organ}"
    return specimen


def _only_nodes_left(story: Story, marker: Mention, passage: Passage) -> bool:
    """Whether a test without a word of its sample follows 'ypT0 ypN1'."""
    return not SAMPLING.search(passage.before(marker.start)) and bool(_ONLY_NODES.search(_near(story, marker, passage)))


def _sampled_here(passage: Passage, marker: Mention, told: str) -> str | None:
    """'Biopsy confirmed carcinoma in a node': the site of its own sentence, not one that was told before."""
    before = passage.of("Site")
    sites = [m.value.norm() for m in before if m.start < marker.start and m.status in (None, "present")]
    if not told.startswith("metastasis:") or told.partition(":")[2] in sites or not sites:
        return None
    if not SAMPLING.search(passage.before(marker.start)) or not topography(sites[-1]):
        return None
    return f"metastasis:{sites[-1]}"


def _near(story: Story, marker: Mention, passage: Passage) -> str:
    """The text before a marker, from the sentence before on where it is of the same paragraph."""
    last = story.neighbour(passage, -1)
    earlier = last.text if last is not None and last.paragraph == passage.paragraph else ""
    return f"{earlier} {passage.before(marker.start)}"


def _fluid(passage: Passage, marker: Mention) -> str | None:
    """'Cytology of the ascites was positive for ER': no organ was sampled after the fluid."""
    before = passage.before(marker.start)
    for pattern, site in _FLUIDS:
        drawn = list(pattern.finditer(before))
        if not drawn or _DENIED.search(before[: drawn[-1].start()]) or not _CELLS.search(before):
            continue
        if not _ORGAN_TAKEN.search(before, drawn[-1].end()) and not _PRIMARY_TAKEN.search(before, drawn[-1].end()):
            return f"metastasis:{site}"
    return None


def _named(passage: Passage, marker: Mention, origin: str | None) -> str | None:
    """'Adrenal biopsy', 'biopsy of the parotid': the organ that was sampled."""
    for match in reversed(list(_ORGAN_TAKEN.finditer(passage.before(marker.start)))):
        words = match["before"] or match["after"] or match["removed"]
        if _SENTINEL.search(match.group()) or _SENTINEL.search(passage.before(passage.start + match.start())[-20:]):
            continue
        for name in site_names(words) if words else ():
            if name in (origin, "breast"):
                return "primary"
            if name.endswith("lymph node"):
                return "node"
            if topography(name):
                return f"metastasis:{name}"
    return None


def _told_lesion(story: Story, marker: Mention, passage: Passage, origin: str | None) -> str | None:
    """'A mediastinal mass … Cytology of the mass': the organ with which the lesion was told before."""
    the = _THE_LESION.search(passage.before(marker.start))
    if the is None:
        return None
    where = re.compile(rf"(?P<before>(?:\b[\w-]+ ){{1,3}}){the['lesion']}\b(?P<after>[^.,;]{{0,40}})", re.I)
    for back in range(1, _LESION_BACK):
        at = story.neighbour(passage, -back)
        if at is None or at.paragraph != passage.paragraph:
            return None
        for told in where.finditer(at.text):
            names = site_names(told["before"]) or site_names(told["after"])
            if not names:
                continue
            if names[0] in (origin, "breast"):
                return "primary"
            return f"metastasis:{names[0]}" if topography(names[0]) and not names[0].endswith("lymph node") else None
    return None


def _of_spread(story: Story, marker: Mention, passage: Passage) -> str | None:
    """'Biopsy of the L3 lesion confirmed metastatic breast carcinoma (ER …': the site named last before it."""
    for back in range(2):
        at = story.neighbour(passage, -back) if back else passage
        if at is None or at.paragraph != passage.paragraph:
            return None
        text = at.before(marker.start) if back == 0 else at.text
        if _PRIMARY_TAKEN.search(text):
            return None
        if not (_METASTATIC.search(text) and SAMPLING.search(text)):
            continue
        for near in (at, story.neighbour(at, -1)):
            sites = near.of("Site") if near is not None and near.paragraph == at.paragraph else []
            names = [m.value.norm() for m in sites if m.status == "present" and m.start < marker.start]
            node = bool(names) and names[-1].endswith("lymph node") and names[-1].startswith(("axillary", "lymph"))
            if node and _DISSECTED.search(at.text):
                return None
            if names:
                return "node" if node else f"metastasis:{names[-1]}"
        return None
    return None
