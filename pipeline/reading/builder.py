"""Parts of an article to one text in which `pipeline.language.sections` finds them again.

Title                                   first line

Case presentation                       a heading on a line of its own

One paragraph a line.

[image: what the picture shows]
Figure 1 | The caption, on one line.

Table 1 | Its caption.
<tab>one cell
<tab>a line
<two empty lines between rows, three after the last>
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipeline.reading.document import Caption, Cell, Document, Metadata, Section, Table
from pipeline.reading.limits import Limits
from pipeline.reading.plain import remarks
from pipeline.reading.table_grid import GridCell

_BLANKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
# A hyphen that is not shown, and blanks without width: they part a word for those who look it up.
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
# JSON can spell one half of a pair that UTF-16 writes a character with; no file of text can hold it.
_HALF = re.compile("[\ud800-\udfff]")
_LABEL_END = " .:|"
# What stands where nobody described the picture: its number, its file's name, a server's stock phrase.
_NO_DESCRIPTION = re.compile(
    r"(?:an external file that holds a picture.*|click (?:here )?for.*|(?:supplementary )?"
    r"(?:fig(?:ure|\.)?|image|graphic|photo|picture|table|scheme)?[\s_-]*[\w.-]{0,4}|\S+\.(?:jpe?g|png|gif|tiff?|svg|webp)|\S{0,80})",
    re.I | re.S,
)


def squeeze(text: str) -> str:
    """The text on one line: runs of blanks, line ends and control characters are one blank; what is unseen is gone."""
    return _BLANKS.sub(" ", _UNSEEN.sub("", text)).strip(" ")


class Builder:
    """Collects the parts in order; `document` gives the text with their places.

    Every method that adds a part raises `ValueError` where the time that `limits` allow is up.
    """

    def __init__(self, limits: Limits) -> None:
        self._clock = limits.clock()
        self._pieces: list[str] = []
        self._length = 0
        self._sections: list[Section] = []
        self._captions: list[Caption] = []
        self._tables: list[Table] = []
        self._gap = 0
        self.left_out: list[str] = []
        self.remarks: list[str] = []

    def paragraph(self, text: str) -> None:
        self._block(squeeze(text))

    @contextmanager
    def section(self, title: str, level: int) -> Iterator[None]:
        """What is added inside belongs to the section; one that stays empty is not recorded."""
        title = squeeze(title)
        before = len(self._sections)
        start = self._block(title) if title else self._next()
        yield
        if self._length > start:
            self._sections.insert(before, Section(title, level, start, self._length))

    def image(self, description: str) -> None:
        """A picture's description; nothing where it is a file's name or a number."""
        said = squeeze(description).translate({ord("["): "(", ord("]"): ")"})
        if said and not _NO_DESCRIPTION.fullmatch(said):
            self._block(f"[image: {said}]", after=1)  # its caption follows on the next line

    def caption(self, label: str, text: str) -> None:
        self._caption(label, text, after=2)

    def table(self, label: str, caption: str, rows: Sequence[Sequence[GridCell]], notes: Iterable[str] = ()) -> None:
        """A table with its caption and the notes under it; `rows` are as `table_grid.grid` gives them."""
        start = self._caption(label, caption, after=1)
        cells = []
        for row in rows:
            for cell in row:
                words = squeeze(cell.text)
                place = self._block("\t" + words, before=1, after=1) + 1
                cells.append(
                    Cell(cell.row, cell.column, cell.rows, cell.columns, cell.header, place, place + len(words))
                )
            self._gap = 3
        if cells:
            start = min(start, cells[0].start - 1)
            self._tables.append(Table(squeeze(label).rstrip(_LABEL_END), start, self._length, tuple(cells)))
            self._gap = 4
        for note in notes:
            self.paragraph(note)

    def document(
        self, doc_id: str, path: Path, form: str, metadata: Metadata, encoding: str = "utf-8", packed: bool = False
    ) -> Document:
        """The document. Raises `ValueError` where there is no text, or none that a file can hold."""
        text = "".join(self._pieces)
        if not text.strip():
            raise ValueError("holds no text; a document needs text")
        if half := _HALF.search(text):
            raise ValueError(f"holds half of a character (U+{ord(half.group()):04X}); write the text as UTF-8")
        return Document(
            doc_id,
            path,
            text + "\n",
            encoding,
            form,
            packed,
            tuple(self._sections),
            tuple(self._captions),
            tuple(self._tables),
            metadata,
            tuple(self.left_out),
            (*self.remarks, *remarks(text)),
        )

    def _caption(self, label: str, text: str, after: int) -> int:
        label, text = squeeze(label).rstrip(_LABEL_END), squeeze(text)
        if not label and not text:
            return self._length
        start = self._block(f"{label} | {text}".strip() if label else text, before=1, after=after)
        self._captions.append(Caption(label, start, self._length))
        return start

    def _block(self, text: str, before: int = 2, after: int = 2) -> int:
        """Add a line, with the more of the line ends that it wants before it and the last part after it."""
        self._clock.check()
        if not text:
            return self._length
        if self._length:
            self._add("\n" * max(self._gap, before))
        start = self._length
        self._add(text)
        self._gap = after
        return start

    def _next(self) -> int:
        """Where a paragraph that is added now begins."""
        return self._length + (max(self._gap, 2) if self._length else 0)

    def _add(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)
