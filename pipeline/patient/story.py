"""The passages that tell of one patient: sentences with their mentions, in order, and how far each is trusted."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.mentions.mention import Mention, Relation, mentions
from pipeline.patient.model import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spacy.tokens import Doc

TRUST = {
    "body": 0,
    "case": 0,
    "abstract": 1,
    "caption": 2,
    "introduction": 3,
    "conclusion": 3,
    "discussion": 3,
    "alt": 4,
}
"""Kind of section to its rank: the body of the report is followed where another section differs (0 is best)."""
OWN = 0
"""The rank of the telling itself."""
_TITLE = 250  # characters; a longer first line is the report itself
# A first line that tells what happened and ends with a full stop is the report's first sentence.
_TELLS = re.compile(
    r"\b(?:was|were|had|presented|underwent|received|developed|complained|visited|noticed)\b.*\.$", re.S
)
_LABEL = re.compile(r"(?:A )?(?:case|clinical|brief) (?:report|study|communication):?", re.I)


@dataclass(slots=True)
class Passage:
    """One sentence: its place, the kind of its section, and the mentions that speak of the patient."""

    start: int
    end: int
    text: str
    kind: str
    rank: int
    paragraph: int
    mentions: list[Mention] = field(default_factory=list)
    other: bool = False

    def of(self, *labels: str) -> list[Mention]:
        return [m for m in self.mentions if m.label in labels]

    @property
    def events(self) -> str:
        """The text with its relative dates blanked: 'three years after mastectomy' tells of no operation now."""
        text = self.text
        for m in self.of("RelativeDate"):
            low, high = m.start - self.start, m.end - self.start
            text = text[:low] + " " * (high - low) + text[high:]
        return text

    def before(self, place: int) -> str:
        """The passage up to a place of the document."""
        return self.text[: max(0, place - self.start)]

    def after(self, place: int) -> str:
        """The passage from a place of the document."""
        return self.text[max(0, place - self.start) :]


class Story:
    """What a document tells of one patient; `case` is the patient's number where there are several."""

    def __init__(self, doc: Doc, text: str, case: str | None = None) -> None:
        self.text = text
        self.case = case
        self.layout = doc._.layout
        self._parts: dict[tuple[int, str], list[Mention]] = defaultdict(list)
        relations: list[Relation] = doc._.relations or []
        for relation in relations:
            self._parts[id(relation.target), relation.kind].append(relation.source)
        self.passages = list(self._passages(mentions(doc)))
        self._tell_without_body()
        self._starts = {passage.start: number for number, passage in enumerate(self.passages)}
        self._places = [passage.start for passage in self.passages]

    def parts(self, mention: Mention, kind: str) -> list[Mention]:
        """The mentions that stand in a relation to this one, in order of place."""
        return sorted(self._parts.get((id(mention), kind), ()), key=lambda m: m.start)

    def told(self) -> Iterator[Passage]:
        """The passages with what is told itself first, then the others in order of trust."""
        yield from sorted((p for p in self.passages if not p.other), key=lambda p: (p.rank, p.start))

    def passage(self, place: int) -> Passage | None:
        """The passage at a place of the document."""
        number = bisect_right(self._places, place) - 1
        found = self.passages[number] if number >= 0 else None
        return found if found is not None and place < found.end else None

    def number(self, passage: Passage) -> int:
        return self._starts[passage.start]

    def neighbour(self, passage: Passage, step: int) -> Passage | None:
        """The passage so many sentences on (or back), in the same kind of section."""
        place = self.number(passage) + step
        found = self.passages[place] if 0 <= place < len(self.passages) else None
        return found if found is not None and found.kind == passage.kind else None

    def cite(self, start: int, end: int) -> Evidence:
        return Evidence(start=start, end=end, text=self.text[start:end])

    def quote(self, passage: Passage) -> Evidence:
        return self.cite(passage.start, passage.end)

    def _passages(self, found: list[Mention]) -> Iterator[Passage]:
        summary_end = self._summary_end()
        by_sentence: dict[int, list[Mention]] = defaultdict(list)
        for m in found:
            by_sentence[self.layout.sentence_index(m.start)].append(m)
        paragraph, previous = 0, 0
        for number, (start, end) in enumerate(self.layout.sentences):
            while start < end and self.text[start].isspace():
                start += 1
            while end > start and self.text[end - 1].isspace():
                end -= 1
            if start == end:
                continue
            paragraph += "\n" in self.text[previous:start]
            previous = end
            case = self.layout.case(start)
            if self.case is not None and case != self.case:
                continue
            kind = self.layout.section(start).kind
            if kind in ("table", "back"):
                continue
            said = by_sentence.get(number, [])
            whose = [m for m in said if m.subject is not None]
            mine = [m for m in said if m.subject in (None, "patient")]
            other = bool(whose) and not any(m.subject == "patient" for m in whose)
            rank = TRUST.get(kind, 3)
            if kind in ("body", "case") and self._is_title(start, end):
                kind, rank = "title", 4
            elif start < summary_end and kind in ("body", "case", "introduction", "conclusion"):
                kind, rank = "abstract", TRUST["abstract"]
            yield Passage(start, end, self.text[start:end], kind, rank, paragraph, mine, other)

    def _tell_without_body(self) -> None:
        """An abstract with no body after it is the report itself."""
        if any(p.rank == OWN for p in self.passages):
            return
        for p in self.passages:
            if p.kind == "abstract":
                p.kind, p.rank = "case", OWN

    def _summary_end(self) -> int:
        """Where a structured abstract ends: it has a case section of its own before the introduction, or before a
        conclusion after which the case is told."""
        sections = self.layout.sections
        telling = [s.start for s in sections if s.kind == "case"]
        if not telling:
            return 0
        ends = [s.start for s in sections if s.kind == "introduction"]
        ends += [b.start for a, b in pairwise(sections) if a.kind == "conclusion" and a.start < telling[-1]]
        return max((end for end in ends if telling[0] < end <= telling[-1]), default=0)

    def _is_title(self, start: int, end: int) -> bool:
        line_end = self.text.find("\n", end)
        first = not self.text[:start].strip() or _LABEL.fullmatch(self.text[:start].strip()) is not None
        alone = line_end >= 0 and not self.text[end:line_end].strip() and end - start <= _TITLE
        return first and alone and not _TELLS.search(self.text[start:end])


def cases(doc: Doc) -> list[str | None]:
    """The numbers of the patients that the mentions belong to, [None] where the text tells of one only."""
    found = dict.fromkeys(m.case for m in mentions(doc) if m.case and m.subject == "patient" and m.label != "Date")
    return [*found] if len(found) > 1 else [None]


def unique(places: Iterable[Evidence]) -> list[Evidence]:
    """Each place once, in order."""
    return sorted(set(places), key=lambda e: (e.start, e.end))


SAMPLING = re.compile(
    r"(?P<cytology>\bfine[- ]needle\b|\bFNAC?\b|\bcytolog\w+|\baspirat(?:e|es|ion|ed)\b|\bcell block\b"
    r"|\bmalignant cells\b|\bthoracentesis\b|\bpuncture\b|\bCSF (?:showed|contained))"
    r"|(?P<biopsy>\b(?:re-?)?biops\w+|\bbx\b|\btrephine\b|\bcores?\b|\bsampl(?:e|ed|ing)\b|\bbronchoscopy\b)"
    r"|(?P<surgery>\b(?:lump|mast|hyster|oophor|gastr|col|hepat|nephr|splen|cholecyst|append|ovari|quadrant)ectom\w+"
    r"|(?<!\bvia )(?<!\bvia a )(?<!\bthrough )(?<!\bthrough a )\b(?:crani|thorac|lapar)otom(?:y|ies)\b"
    r"|\b(?:lob|lamin|metastas|hemicol)ectom\w+"
    r"|\bexcis\w+|\bresect\w+|\bsurg(?:ery|ical)\b(?! (?:site|bed|scar|field|wound|clip)s?\b)"
    r"|\bsurgically\b|\b(?:axillary|neck) (?:clearance|dissection|lymphadenectomy)"
    r"|\bbreast[- ]conserving (?:treatment|therapy)"
    r"|\boperat\w+|\blaparoscop\w+|\bdissect(?:ed|ion)\b|\bremoved\b|\bsentinel\b|\bspecimen\b)"
    r"|(?P<autopsy>\bautopsy\b|\bpost[- ]?mortem\b)"
    r"|(?P<imaging>\b(?:PET|CT|MRI|MR|scan\w*|scintigra\w+|ultraso\w+|radiogra\w+|X-?rays?|imaging|tomogra\w+"
    r"|resonance|mammogra\w+|angiogra\w+|sonogra\w+|SPECT|HRCT|echocardiogra\w+|staging)\b)",
    re.I,
)
"""Words of how a finding was made; the name of the group is how."""
