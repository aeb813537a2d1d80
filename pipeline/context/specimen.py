"""On what a receptor was measured: the primary, a node, a metastasis and its site, a recurrence.

What says it are anchors: an organ with a word of sampling or of tumour beside it ('biopsy of the liver', 'the ileal
deposit', 'Liver:'), the breast or an operation on it, a local recurrence. The last anchor before the marker in
its sentence counts, else one after it, else that of up to three sentences before.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.mentions.anatomy import Anatomy, between
from pipeline.mentions.mention import Mention, mentions

_BACK = 3
_WITHIN = re.compile(r"[^,;:]{0,30}")  # 'loss of PR in the ileal deposit': the organ is after the marker
_TAKEN = (
    r"(?:re-?)?biops\w+|bx|FNAC?|aspirat\w+|cytolog\w+|cell[- ]blocks?|puncture\w*|curettage|excis\w+|exeresis"
    r"|histolog\w+|histopatholog\w+"
)
_TUMOUR = (
    r"specimens?|blocks?|receptors|deposits?|metasta\w+|lesions?|nodules?|mass(?:es)?|tumou?rs?|lumps?|tissue|stroma"
    r"|fluid|effusion|infiltrat\w+|locali[sz]ations?|spread|\w*carcinoma\w*|carcinosis|involvement|implants?|dissemination"
)
_SAMPLE = re.compile(rf"\b(?:{_TAKEN})\b", re.I)
_BEFORE = re.compile(
    rf"\b(?:{_TAKEN}|{_TUMOUR})(?:[ \w/-]{{0,60}}?) (?:of|from|in|on|at|to|into|within|along)(?: [\w’'-]+){{0,4}} ?$",
    re.I,
)
_SAMPLED_BEFORE = re.compile(rf"\b(?:{_TAKEN}) (?:of|from)(?: [\w’'-]+){{0,4}} ?$", re.I)
_AFTER = re.compile(rf"(?: [\w’'-]+){{0,2}}? (?:{_TAKEN}|{_TUMOUR}|scored|gave)\b", re.I)
_NODE_AFTER = re.compile(
    rf" (?:(?:needle|core|excision\w*|true?-?cut) )?(?:{_TAKEN}|metastas[ie]s (?:was|were)\b)", re.I
)
_SENTINEL = re.compile(r"\bsentinel\b[^.,;]*$", re.I)
_LABEL = re.compile(r"(?:, [^.;:|\n]{1,30})?\s?(?::|\(|\|)")  # 'Liver:', 'Sternum, Aug 2021:'
_ITS_CANCER = re.compile(r"[- ](?:cancer|carcinoma|adenocarcinoma|origin|type|primary)\b", re.I)
_PRIMARY = re.compile(
    r"\b(?:(?:the|her|his|its) (?:breast )?primar(?:y|ies)|primary (?:breast )?(?:tumou?r|cancer|lesion|site)"
    r"|original|mastectomy|lumpectomy|quadrantectomy|tumorectomy|breast[- ]conserving|(?:invasive|infiltrating|in situ)"
    r" (?:ductal|lobular|mammary|breast)? ?carcinoma|carcinoma of (?:no special|nonspecific) type)\b",
    re.I,
)
_KIND = re.compile(
    r"(?<!metastatic )\b(?:NST|IDC|ILC|ductal|lobular|metaplastic|carcinoma in situ)\b|\bresidual\b", re.I
)
_RECURRENCE = re.compile(r"\b(?:local(?:ly)? recurren\w+|recurrent tumou?r|the recurrence|relapsed tumou?r)\b", re.I)
_METASTASIS = re.compile(r"\bmetasta\w+|\bdeposits?\b", re.I)
# 'HER2-positive disease' names the disease; it says nothing of a test.
_NAMED = re.compile(
    r"[- ](?:positive|negative|low|enriched|mutated|[+-])?[^.,;:()]{0,30}\b(?:disease|cancers?|carcinomas?|tumou?rs?"
    r"|subtype|conversion)\b",
    re.I,
)
_CALLED = re.compile(r"\b(?:regarded as|become|became) $")
_GROUP = re.compile(r"\bHR ?(?:[+-]|-?positive)[-/, ]*(?:and )?HER2")
_OF_THE_BREAST = re.compile(r"[^.;]{0,50}\b(?:of|in|at) (?:the |her |his )?(?:left |right )?breast\b", re.I)
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_SAYS_OF_TEST = re.compile(
    rf"\b(?:{_TAKEN}|immunohisto\w+|IHC|patholog\w+|stain\w*|specimens?|deposits?|mastectomy|cells"
    r"|diagnosed|resect\w+|surgery|operated)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A place that says what was tested; `sampled` where a sample was taken, not only seen."""

    start: int
    specimen: str
    sampled: bool


class Specimen:
    """Sets `specimen` of Marker mentions."""

    def __call__(self, doc: Doc) -> Doc:
        markers = [m for m in mentions(doc) if m.label == "Marker"]
        if markers:
            reading = _Reading(doc)
            for marker in markers:
                marker.specimen = reading.of(marker)
        return doc


class _Reading:
    """The anchors of a document's sentences, each sentence read when first asked for."""

    def __init__(self, doc: Doc) -> None:
        self.layout = doc._.layout
        self.text: str = self.layout.text
        self.anatomy: list[Anatomy] = doc._.anatomy
        found: set[str] = doc._.primaries
        self.primaries = {"breast"} if "breast" in found else found
        self.sites = [m for m in mentions(doc) if m.label == "Site"]
        self.title_end = _title_end(self.text)
        self._anchors: dict[int, list[_Anchor]] = {}

    def of(self, marker: Mention) -> str:
        number = self.layout.sentence_index(marker.start)
        start, end = self.layout.sentences[number]
        if marker.subject != "patient" or marker.start < self.title_end or self._only_named(marker, start, end):
            return "unstated"
        own = self.anchors(number)
        before = [a for a in own if a.start < marker.start]
        if before:
            return before[-1].specimen
        after = [a for a in own if a.sampled or _WITHIN.fullmatch(self.text, marker.end, max(marker.end, a.start))]
        if after:
            return after[0].specimen
        if _GROUP.search(self.text[max(start, marker.start - 6) : marker.end + 8]):
            return "unstated"
        spread = _METASTASIS.search(self.text, start, marker.start)
        if not spread and _KIND.search(self.text, start, marker.start):
            return "primary"
        for back in range(1, min(_BACK, number) + 1):
            if _PARAGRAPH.search(self.text, self.layout.sentences[number - back][0], start):
                break
            earlier = self.anchors(number - back)
            if earlier and not (spread and earlier[-1].specimen == "primary"):
                return earlier[-1].specimen
            if not spread and _KIND.search(self.text, *self.layout.sentences[number - back]):
                return "primary"
        return "metastasis" if spread else "primary"

    def _only_named(self, marker: Mention, start: int, end: int) -> bool:
        if _CALLED.search(self.text[max(start, marker.start - 20) : marker.start]):
            return True
        return bool(
            _NAMED.match(self.text, marker.end, end)
            and not _SAYS_OF_TEST.search(self.text, start, end)
            and not _OF_THE_BREAST.match(self.text, marker.end, end)
        )

    def anchors(self, number: int) -> list[_Anchor]:
        if number not in self._anchors:
            start, end = self.layout.sentences[number]
            found = [_Anchor(m.start(), "primary", False) for m in _PRIMARY.finditer(self.text, start, end)]
            found += [_Anchor(m.start(), "recurrence", False) for m in _RECURRENCE.finditer(self.text, start, end)]
            for organ in between(self.anatomy, start, end):
                anchor = self._organ(organ, start, end)
                if anchor:
                    found.append(anchor)
            self._anchors[number] = sorted(found, key=lambda a: a.start)
        return self._anchors[number]

    def _organ(self, organ: Anatomy, start: int, end: int) -> _Anchor | None:
        before = self.text[max(start, organ.start - 120) : organ.start]
        if organ.name == "breast":
            if _ITS_CANCER.match(self.text, organ.end):
                return None
            return _Anchor(organ.start, "primary", False)
        site = self._site(organ)
        if site is not None and (site.status in ("absent", "resolved") or site.subject != "patient"):
            return None
        taken = bool(_SAMPLED_BEFORE.search(before)) or bool(_SAMPLE.match(self.text, organ.end + 1))
        if organ.kind == "node":
            if _SENTINEL.search(before + self.text[organ.start : organ.end]) or not (
                taken or _NODE_AFTER.match(self.text, organ.end)
            ):
                return None
            unnamed = organ.name in ("axillary lymph node", "lymph node")
            return _Anchor(organ.start, "node" if unnamed else f"metastasis:{organ.name}", taken)
        label = not before.strip() and bool(_LABEL.match(self.text, organ.end))
        if not (taken or label or site or _BEFORE.search(before) or _AFTER.match(self.text, organ.end)):
            return None
        name = site.value.norm() if site else organ.name
        if name in self.primaries:
            return _Anchor(organ.start, "primary", taken)
        return _Anchor(organ.start, "recurrence" if name == "recurrence" else f"metastasis:{name}", taken or label)

    def _site(self, organ: Anatomy) -> Mention | None:
        at = bisect_left(self.sites, organ.end, key=lambda m: m.start) - 1
        return self.sites[at] if at >= 0 and self.sites[at].end > organ.start else None


def _title_end(text: str) -> int:
    """Where the title ends: a first line that is no sentence."""
    end = text.find("\n")
    return end if 0 < end < 300 and text[:end].rstrip()[-1:] not in ".:" else 0


@Language.factory(
    "oncocase_specimen",
    requires=["doc.spans", "doc._.layout", "doc._.anatomy", "doc._.primaries"],
    assigns=["span._.mention"],
)
def make(nlp: Language, name: str) -> Specimen:
    """The factory that `config.cfg` names."""
    return Specimen()
