"""PDF files written by hand: text at places, in Helvetica, with the sizes and pages that a test needs."""

from collections.abc import Iterable, Sequence

Line = tuple[float, float, float, str]
"""x and y in points from the lower left corner of the page, the size, and the text, in Latin-1."""


def pdf(pages: Sequence[Iterable[Line]], bold: Sequence[str] = ()) -> bytes:
    """A file with these pages, 595 by 842 points; texts among `bold` are in Helvetica-Bold."""
    objects: list[bytes] = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"", b""]
    for number, name in ((2, b"Helvetica"), (3, b"Helvetica-Bold")):
        objects[number] = b"<</Type/Font/Subtype/Type1/Encoding/WinAnsiEncoding/BaseFont/" + name + b">>"
    kids = []
    for lines in pages:
        drawn = b"\n".join(_drawn(line, line[3] in bold) for line in lines)
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn))
        resources = b"<</Font<</F 3 0 R/B 4 0 R>>>>"
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources%s/Contents %d 0 R>>"
        objects.append(page % (resources, len(objects)))
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    return pdf_file(objects)


def column(lines: Iterable[str], x: float = 60, top: float = 700, size: float = 10) -> list[Line]:
    """Lines one below another."""
    return [(x, top - 1.2 * size * number, size, line) for number, line in enumerate(lines)]


def _drawn(line: Line, bold: bool) -> bytes:
    x, y, size, text = line
    shown = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"BT /%s %g Tf %g %g Td (%s) Tj ET" % (b"B" if bold else b"F", size, x, y, shown)


def pdf_file(objects: Sequence[bytes]) -> bytes:
    """A file of these objects, numbered from 1; the first is the catalogue."""
    written = b"%PDF-1.4\n"
    places = []
    for number, one in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    return written + end % (len(objects) + 1, table, len(objects) + 1, len(written))
