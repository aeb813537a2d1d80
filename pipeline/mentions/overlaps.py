"""The one overlap policy: of candidates that share characters, which become mentions.

0. What a model proposes (source `model`) gives way to every span of a lexicon or rule that shares a character
   with it, whatever the lengths: a list that somebody made knows its names, and its values are sure.
1. A RelativeDate may hold mentions of other labels ('two days after letrozole' is one, 'letrozole'
   another): it competes only with Date, Duration and Frequency.
2. Among the rest the longer span wins, then the label earlier in `ORDER`, then the earlier place.
3. A span that does not begin and end at token edges is widened to them.
"""

from bisect import bisect_left, insort

from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

from pipeline.mentions.mention import GROUP, Mention, register

ORDER = (
    "Stage",
    "Marker",
    "Dose",
    "Date",
    "Radiotherapy",
    "Drug",
    "Frequency",
    "Duration",
    "Cycles",
    "Result",
    "Site",
    "RelativeDate",
)
_RANK = {label: rank for rank, label in enumerate(ORDER)}
_TIMES = frozenset({"Date", "Duration", "Frequency", "RelativeDate"})


def resolve(candidates: list[Mention]) -> list[Mention]:
    """The candidates that stay, in order of place."""
    flat = _layer([c for c in candidates if c.label != "RelativeDate"])
    times = _layer([c for c in flat if c.label in _TIMES] + [c for c in candidates if c.label == "RelativeDate"])
    rest = [c for c in flat if c.label not in _TIMES]
    return sorted([*rest, *times], key=lambda c: (c.start, -c.end))


def _layer(candidates: list[Mention]) -> list[Mention]:
    """No two of the returned overlap; n log n."""
    taken: list[tuple[int, int]] = []
    kept = []
    for c in sorted(candidates, key=lambda c: (c.source == "model", c.start - c.end, _RANK[c.label], c.start)):
        at = bisect_left(taken, (c.start, c.end))
        if (at and taken[at - 1][1] > c.start) or (at < len(taken) and taken[at][0] < c.end):
            continue
        insort(taken, (c.start, c.end))
        kept.append(c)
    return kept


class Overlaps:
    """Turns `doc._.candidates` into `doc.spans["mentions"]`."""

    def __call__(self, doc: Doc) -> Doc:
        spans = []
        for mention in resolve(doc._.candidates or []):
            span = doc.char_span(mention.start, mention.end, label=mention.label, alignment_mode="expand")
            if span is not None:
                span._.mention = mention
                mention.start, mention.end = span.start_char, span.end_char
                spans.append(span)
        doc._.mentions = [span._.mention for span in spans]
        doc.spans[GROUP] = SpanGroup(doc, name=GROUP, spans=spans)
        return doc


@Language.factory(
    "oncocase_overlaps", requires=["doc._.candidates"], assigns=["doc.spans", "doc._.mentions", "span._.mention"]
)
def make(nlp: Language, name: str) -> Overlaps:
    """The factory that `config.cfg` names."""
    register()
    return Overlaps()
