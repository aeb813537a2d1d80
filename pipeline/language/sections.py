"""Where a place in the text stands: its sentence, its section, and the case it belongs to."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.language.numbers import to_int
from pipeline.language.tables import Row, lists_cases
from pipeline.language.tables import rows as table_rows
from pipeline.lexicons import rows

_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}
_LINE = re.compile(r"[^\n]+")
_CAPTION = re.compile(r"\s*(?:(?:supplementary )?fig(?:ure|\.)?s?)\s*S?\d+[A-Z]?\s*(?:[|.:]|\s-\s|[A-Z])", re.I)
_TABLE = re.compile(r"\s*table\s*S?\d+\s*(?:[|.:]|\s-\s|[A-Z])", re.I)
_ALT = re.compile(r"\[image:[^\]]{0,4000}\]", re.I)
_NUMBERED = re.compile(
    r"\b(?:case|patient)(?: report)?(?: no\.?)? ?#?(?P<n>\d{1,2}|I{1,3}|IV|one|two|three|four|five|[A-D])"
    r"(?=\s*(?:[:.\-–]|\n|$|\s(?:We|A|An|This|The|In|was|had|is)\b))|\b[Tt]he (?P<ordinal>first|second|third"
    r"|fourth) (?:patient|case)\b"
    , re.I)  # fmt: skip
_ORDINAL = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_SEVERAL = re.compile(
    r"\b(?:two|three|four|five|2|3|4|5) (?:\w+ ){0,3}(?:patients|cases|women|men|siblings|sisters)\b", re.I
)
_NEW_PATIENT = re.compile(
    r"(?:^|(?<=[.:] ))(?:An?|The (?:first|second|third)[^.]{0,30}?) \d{1,2}[- ]?(?:year|yr)[- ]?s?[- ]?old", re.M
)


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of text of one kind: body, abstract, introduction, case, discussion, conclusion,
    back, caption, table (of other patients), own_table (of the report's own), or alt (a picture's description)."""

    kind: str
    start: int
    end: int


@dataclass(slots=True)
class Layout:
    """The places of one document; every look-up is a bisection."""

    text: str
    sentences: list[tuple[int, int]]
    sections: list[Section]
    cases: list[tuple[int, str]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    _sentence_starts: list[int] = field(default_factory=list)
    _section_starts: list[int] = field(default_factory=list)
    _case_starts: list[int] = field(default_factory=list)
    _row_starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._sentence_starts = [start for start, _ in self.sentences]
        self._section_starts = [section.start for section in self.sections]
        self._case_starts = [start for start, _ in self.cases]
        self._row_starts = [row.start for row in self.rows]

    def sentence_index(self, place: int) -> int:
        return max(0, bisect_right(self._sentence_starts, place) - 1)

    def sentence(self, place: int) -> tuple[int, int]:
        """Start and end of the sentence at a character offset."""
        return self.sentences[self.sentence_index(place)]

    def section(self, place: int) -> Section:
        return self.sections[max(0, bisect_right(self._section_starts, place) - 1)]

    def case(self, place: int) -> str | None:
        """The number of the case told at a place, None where the text tells of one patient only."""
        found = bisect_right(self._case_starts, place) - 1
        return self.cases[found][1] if found >= 0 else None

    def row(self, place: int) -> Row | None:
        """The row of a table at a place."""
        found = bisect_right(self._row_starts, place) - 1
        return self.rows[found] if found >= 0 and place < self.rows[found].end else None


def _headings() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(rf"(?:\d+(?:\.\d+)*\.? )?(?:{row['pattern']})", re.I), row["kind"]) for row in rows("sections")]


# An inline heading of a structured abstract: 'CONCLUSION:', 'Case presentation:', 'Comment.'
_INLINE = re.compile(
    r"(?:(?<=[.!?] )|(?<=[.!?])|^[ \t]*)([A-Z][A-Za-z]+(?:[’']s)?(?: [A-Za-z0-9]+){0,3})[:.](?= |\n)", re.M
)
# Of those that end in a full stop only these, 'Case.' after 'Introduction.', and what begins a line: 'Results.' stands
# in notes too.
_WITH_STOP = frozenset({"introduction", "discussion", "conclusion"})
# What a table's rows do not begin with, though 'Treatment' and 'Outcome' head its columns.
_AFTER_TABLE = frozenset({"discussion", "conclusion", "back"})


class Sections:
    """Sets `doc._.layout`."""

    def __init__(self) -> None:
        self.headings = _headings()

    def __call__(self, doc: Doc) -> Doc:
        text = doc.text
        sentences = [(s.start_char, s.end_char) for s in doc.sents] or [(0, len(text))]
        sections = self.sections(text)
        listed = [row for s in sections if s.kind == "table" for row in table_rows(text, s.start, s.end)]
        doc._.layout = Layout(text, sentences, sections, self.cases(text), listed)
        return doc

    def kind_of(self, heading: str) -> str | None:
        return next((kind for pattern, kind in self.headings if pattern.fullmatch(heading)), None)

    def sections(self, text: str) -> list[Section]:
        marks = [(0, "body")]
        flow = "body"
        table = False
        previous = 0
        for line in _LINE.finditer(text):
            words = line.group().strip()
            gap = text.count("\n", previous, line.start())
            previous = line.end()
            kind = self.kind_of(words.rstrip(":. ")) if len(words) <= 60 else None
            cells = "\t" in line.group() or (gap < 3 and words)
            if table and cells and (kind not in _AFTER_TABLE or line.group().startswith("\t")):
                continue
            if table:
                table = False
                marks.append((line.start(), flow))
            if kind:
                flow = kind
                marks.append((line.start(), flow))
            elif _CAPTION.match(line.group()):
                marks += [(line.start(), "caption"), (line.end(), flow)]
            elif _TABLE.match(line.group()):
                table = True
                marks.append((line.start(), "table"))
        standing = _Standing(marks)
        opened: str | None = None
        for inline in _INLINE.finditer(text):
            kind = self.kind_of(inline.group(1))
            stop = text[inline.end() - 1] == "."
            line_start = not text[text.rfind("\n", 0, inline.start(1)) + 1 : inline.start(1)].strip()
            if stop and not (kind in _WITH_STOP or (kind, opened) == ("case", "introduction") or line_start):
                continue
            opened = kind or opened
            if kind == "back":  # 'Abbreviations: ER, …' speaks for its own line
                line_end = text.find("\n", inline.end())
                flow_here = standing(inline.start(1))
                marks += [(inline.start(1), kind)] + ([(line_end, flow_here)] if line_end >= 0 else [])
            elif kind:
                marks.append((inline.start(1), kind))
        return [_owned(text, section) for section in _merged(text, marks)]

    def cases(self, text: str) -> list[tuple[int, str]]:
        """Where the telling of each case begins, for a text that tells of more than one."""
        found = []
        for match in _NUMBERED.finditer(text):
            name = match["n"] or match["ordinal"]
            number = _ROMAN.get(name) or to_int(name) or _ORDINAL.get(name.lower()) or " ABCD".find(name.upper())
            if number and number > 0:
                found.append((match.start(), str(number)))
        if len({number for _, number in found}) > 1:
            return found
        if _SEVERAL.search(text[:1500]):
            starts = [match.start() for match in _NEW_PATIENT.finditer(text)]
            if len(starts) > 1:
                return [(start, str(number)) for number, start in enumerate(starts, 1)]
        return []


class _Standing:
    """The kind of section that stands at a place, by marks that are complete: of two at one place the later."""

    def __init__(self, marks: list[tuple[int, str]]) -> None:
        ordered = sorted(marks, key=lambda mark: mark[0])
        self.starts = [start for start, _ in ordered]
        self.kinds = [kind for _, kind in ordered]

    def __call__(self, place: int) -> str:
        return self.kinds[bisect_right(self.starts, place) - 1]


def _merged(text: str, marks: list[tuple[int, str]]) -> list[Section]:
    """The marks in order as sections; pictures' descriptions are cut out of what surrounds them."""
    standing = _Standing(marks)
    for alt in _ALT.finditer(text):
        around = standing(alt.start())
        marks += [(alt.start(), "alt"), (alt.end(), around)]
    marks.sort(key=lambda mark: mark[0])
    ends = [start for start, _ in marks[1:]] + [len(text)]
    return [
        Section(kind, start, end) for (start, kind), end in zip(marks, ends, strict=True) if end > start or start == 0
    ]


def _owned(text: str, section: Section) -> Section:
    """A table of the report's own patient as such: a timeline, receptor profiles."""
    if section.kind != "table" or lists_cases(text, section.start, section.end):
        return section
    return Section("own_table", section.start, section.end)


@Language.factory("oncocase_sections", requires=["doc.sents"], assigns=["doc._.layout"])
def make(nlp: Language, name: str) -> Sections:
    """The factory that `config.cfg` names."""
    Doc.set_extension("layout", default=None, force=True)
    return Sections()
