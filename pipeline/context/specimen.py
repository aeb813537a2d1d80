"""On what a receptor was measured: the primary, a node, a metastasis and its site, a recurrence."""

import re

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.mentions.mention import Mention, mentions

_SAMPLED = re.compile(
    r"\b(?:biops\w+|FNAC?|aspirat\w+|cytolog\w+|specimen|resected|resection|excis\w+|histo\w+|patholog\w+"
    r"|immunohisto\w+|IHC|metasta\w+|cells|nodule|lesion|mass|tumou?r)\b",
    re.I,
)
_PRIMARY = re.compile(
    r"\b(?:primary|breast|mammary|mastectomy|lumpectomy|quadrantectomy|core (?:needle )?biopsy|preoperative"
    r"|surgical specimen|invasive (?:ductal|lobular)|original|initial(?:ly)?)\b",
    re.I,
)
_RECURRENCE = re.compile(r"\b(?:local(?:ly)? recurren\w+|recurrent tumou?r|recurrence|relapse)\b", re.I)
_METASTASIS = re.compile(r"\bmetasta\w+|\bdeposits?\b", re.I)


class Specimen:
    """Sets `specimen` of Marker mentions: from the sentence, else from the one before it."""

    def __call__(self, doc: Doc) -> Doc:
        layout = doc._.layout
        sites: dict[int, list[Mention]] = {}
        markers: list[Mention] = []
        for m in mentions(doc):
            if m.label == "Site" and m.status in ("present", "possible") and m.subject == "patient":
                sites.setdefault(layout.sentence_index(m.start), []).append(m)
            elif m.label == "Marker":
                markers.append(m)
        for marker in markers:
            number = layout.sentence_index(marker.start)
            marker.specimen = "unstated" if marker.subject == "general" else self.of(doc, marker, number, sites)
        return doc

    def of(self, doc: Doc, marker: Mention, number: int, sites: dict[int, list[Mention]]) -> str:
        for back in range(3):
            if back > number:
                break
            start, end = doc._.layout.sentences[number - back]
            upto = marker.start if back == 0 else end
            text = doc._.layout.text[start:upto]
            near = [s for s in sites.get(number - back, ()) if s.end <= upto]
            if near and _SAMPLED.search(text):
                name = near[-1].value.norm()
                if name == "recurrence":
                    return "recurrence"
                own = _PRIMARY.search(text[max(0, near[-1].end - start) :])
                if not own:
                    return "node" if name in ("axillary lymph node", "lymph node") else f"metastasis:{name}"
            if _PRIMARY.search(text):
                return "primary"
            if _METASTASIS.search(text):
                return "metastasis"
            if _RECURRENCE.search(text):
                return "recurrence"
        return "primary"


@Language.factory("oncocase_specimen", requires=["doc.spans", "doc._.layout"], assigns=["span._.mention"])
def make(nlp: Language, name: str) -> Specimen:
    """The factory that `config.cfg` names."""
    return Specimen()
