"""Published cases: the rows of a literature table, each a record of its own with subject `other`.

A table in running text comes in three shapes: one row a line with cells parted by tabs, bars or semicolons, or
flattened, one cell a line with a blank line between rows. A flattened row that is shorter than the head is set by
what its cells look like (`_aligned`), and says so in its note: merged cells were dropped by whoever flattened it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from pipeline.lexicons import rows
from pipeline.patient.cell_treatments import cell_treatments
from pipeline.patient.model import Evidence, LiteratureCase
from pipeline.patient.sites import site_names
from pipeline.patient.tumour import histologies

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.language.sections import Layout
    from pipeline.mentions.mention import Mention

_EMPTY = re.compile(r"(?:/|[-–—]+|n/?a|not (?:stated|reported|available|mentioned|given)|none stated|nr|)\.?", re.I)
_NONE = re.compile(r"(?:no|none|nil)\.?", re.I)
_YEAR = re.compile(r"(?:19|20)\d\d")
_REFERENCE = re.compile(r"\[?\(?\d{1,3}\)?\]?|.*\bet al\b.*|[A-Z]\w+ (?:and|&) [A-Z]\w+.*")
_AGE = re.compile(r"(?P<age>\d{1,3})(?:\s*(?:y|years?|yrs?))?(?:\s*/?\s*(?P<sex>[FM]))?\b", re.I)
# 'Okafor, 2001', 'Okafor et al. (2001)': the year of the paper; not the numbers of its pages.
_DATED = re.compile(r"[A-Za-z.][, ] ?\(?(?P<year>(?:19|20)\d\d)[a-z]?\)?(?= *(?:[\[(]|$))")
_OWN = re.compile(r"\b(?:present|current|our|this) (?:case|patient|report|study)\b", re.I)
_SEPARATORS = ("|", ";", "\t")
_FURTHER = re.compile(r"(?:other|further|additional)\b", re.I)
_OF = re.compile(r"\b(?:of|from|in|with|due to) (?:an? |the )?$", re.I)
_BY_TITLE = "the title of the table says it of all its cases"
_SIGN = re.compile(r"(?P<name>[A-Z]\w*) ?\(?(?P<sign>[+−–-])\)?")
_SCORE = re.compile(r"(?P<name>HER-?2) ?\(?(?P<score>[0-3]\+?)\)?", re.I)
_FEWEST = 3


class _Cell(NamedTuple):
    """The text of a cell and its place."""

    start: int
    end: int
    text: str


def literature(text: str, layout: Layout, said: Sequence[Mention]) -> tuple[list[LiteratureCase], list[Evidence]]:
    """The cases of all tables in order, and the rows of the report's own patient, which are none.

    `said` are the mentions of the text: drugs by their names, and the sites that a title names.
    """
    found: list[LiteratureCase] = []
    own: list[Evidence] = []
    for section in layout.sections:
        if section.kind != "table":
            continue
        table = _rows(text, section.start, section.end)
        head, body = _head(table)
        if head is None:
            continue
        here = [m for m in said if section.start <= m.start < section.end]
        for row in body:
            case = _case(text, head, row, here)
            if case is not None:
                _by_title(text, case, head, section.start, here)
                found.append(case)
            elif len(row) >= _FEWEST:
                own.append(_evidence(text, row[0].start, row[-1].end))
    return found, own


def _cells(text: str, start: int, end: int, separator: str | None) -> list[_Cell]:
    cells = []
    at = start
    for part in text[start:end].split(separator) if separator else [text[start:end]]:
        stripped = part.strip()
        place = at + (len(part) - len(part.lstrip()))
        cells.append(_Cell(place, place + len(stripped), stripped))
        at += len(part) + 1
    return cells


def _rows(text: str, start: int, end: int) -> list[list[_Cell]]:
    """The rows below the caption, the head first."""
    lines = [(m.start(), m.end()) for m in re.finditer(r"[^\n]*", text[start:end]) if m.end() > m.start()]
    lines = [(start + a, start + b) for a, b in lines]
    body = lines[1:]
    if not body:
        return []
    separator = _separator([text[a:b] for a, b in body])
    if separator:
        return [_cells(text, a, b, separator) for a, b in body if text[a:b].count(separator) >= _FEWEST - 1]
    return _flattened(text, body)


def _separator(lines: Sequence[str]) -> str | None:
    for separator in _SEPARATORS:
        counts = [line.strip().count(separator) for line in lines if line.strip()]
        if len(counts) >= 2 and counts[0] >= _FEWEST - 1 and sum(c >= _FEWEST - 1 for c in counts) * 2 > len(counts):
            return separator
    return None


def _flattened(text: str, lines: Iterable[tuple[int, int]]) -> list[list[_Cell]]:
    """One cell a line, rows parted by blank lines; a line that does not begin with a tab goes on with its cell."""
    found: list[list[_Cell]] = []
    last_end: int | None = None
    for start, end in lines:
        cell = _cells(text, start, end, None)[0]
        if not cell.text:
            continue
        new_row = last_end is None or text.count("\n", last_end, start) > 1
        if new_row:
            found.append([cell])
        elif text[start] != "\t" and found[-1]:
            previous = found[-1][-1]
            found[-1][-1] = _Cell(previous.start, cell.end, f"{previous.text} {cell.text}")
        else:
            found[-1].append(cell)
        last_end = end
    return found


@cache
def _columns() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    return tuple((re.compile(row["pattern"], re.I), row["field"], row["id"]) for row in rows("table_columns"))


def _field(name: str) -> str | None:
    return next((field for pattern, field, _ in _columns() if pattern.fullmatch(name.strip())), None)


def _head(table: list[list[_Cell]]) -> tuple[list[tuple[str, str]] | None, list[list[_Cell]]]:
    """The fields and names of the columns, and the rows; None where no head of a case table is found."""
    for place, row in enumerate(table[:2]):
        fields = [(_field(cell.text) or "other", cell.text) for cell in row]
        known = {field for field, _ in fields} - {"other"}
        if len(row) >= _FEWEST and len(known) >= _FEWEST and known & {"treatments", "outcome", "sites", "age"}:
            return fields, table[place + 1 :]
    return None, []


def _case(text: str, head: list[tuple[str, str]], row: list[_Cell], said: Sequence[Mention]) -> LiteratureCase | None:
    if len(row) < _FEWEST or any(_OWN.search(cell.text) for cell in row[:2]):
        return None
    placed = _aligned(head, row)
    case = LiteratureCase(evidence=[_evidence(text, row[0].start, row[-1].end)])
    if len(row) != len(head):
        case.note = f"{len(row)} cells for {len(head)} columns; set by what the cells look like"
        case.confidence = 0.7
    for (field, name), cell in zip(head, placed, strict=True):
        if cell is not None and not _EMPTY.fullmatch(cell.text):
            _set(text, case, field, name, cell)
            if field == "treatments":
                inside = [m for m in said if cell.start <= m.start and m.end <= cell.end]
                case.treatments += cell_treatments(text, cell.start, cell.end, inside)
    return case


def _by_title(
    text: str, case: LiteratureCase, head: list[tuple[str, str]], start: int, said: Sequence[Mention]
) -> None:
    """'Gastric metastasis of lobular carcinoma': the site where no column of its own told one, and the histology."""
    end = text.find("\n", start)
    own = [name for field, name in head if field == "sites" and not _FURTHER.match(name)]
    if not any(case.other.get(name) and not _EMPTY.fullmatch(case.other[name]) for name in own):
        titled = [m for m in said if m.label == "Site" and m.end <= end and m.value.norm() not in case.sites]
        names = list(dict.fromkeys(m.value.norm() for m in titled))
        if len(names) == 1:
            case.sites = [*names, *case.sites]
            case.cites["sites"] = [_evidence(text, m.start, m.end) for m in titled] + case.cites.get("sites", [])
            case.derive("sites", _BY_TITLE)
    if all(field != "histology" for field, _ in head):
        tumours = [m for pattern, _, _ in histologies() for m in pattern.finditer(text, start, end)]
        told = next(
            (m for m in sorted(tumours, key=lambda m: m.start() - m.end()) if _OF.search(text[start : m.start()])), None
        )
        if told:
            case.histology = told.group()
            case.cites["histology"] = [_evidence(text, told.start(), told.end())]
            case.derive("histology", _BY_TITLE)


def _evidence(text: str, start: int, end: int) -> Evidence:
    return Evidence(start=start, end=end, text=text[start:end])


def _aligned(head: list[tuple[str, str]], row: list[_Cell]) -> list[_Cell | None]:
    """The cell of each column: the fewest misfits over all ways to leave columns empty, order kept.

    A cell that does not look like its column (a year, an age, a reference) costs; so does an empty column.
    """
    columns, cells = len(head), min(len(row), len(head))
    best: list[list[tuple[int, list[_Cell | None]]]] = [[(0, [])] * (cells + 1) for _ in range(columns + 1)]
    worst = 10**6
    for column in range(columns + 1):
        for used in range(cells + 1):
            if column == 0:
                best[column][used] = (0, []) if used == 0 else (worst, [])
                continue
            skipped = best[column - 1][used]
            options = [(skipped[0] + 1, [*skipped[1], None])]
            if used:
                taken = best[column - 1][used - 1]
                cost = _misfit(head[column - 1][0], row[used - 1].text)
                options.append((taken[0] + cost, [*taken[1], row[used - 1]]))
            best[column][used] = min(options, key=lambda option: option[0])
    return best[columns][cells][1]


_LOOKS = {
    "year": _YEAR,
    "reference": _REFERENCE,
    "age": re.compile(r"\d{1,3}\D{0,12}"),
    "sex": re.compile(r"[FM]|fe?male|wom[ae]n|m[ae]n", re.I),
    "histology": re.compile(r".*(?:carcinoma|cancer|tumou?r|IDC|ILC|DCIS|sarcoma|ductal|lobular).*", re.I | re.S),
    "subtype": re.compile(r".*(?:luminal|HER2|ER|PR|HR|negative|positive|TNBC).*", re.I | re.S),
    "outcome": re.compile(r".*(?:died|dead|alive|stable|progress|unknown|response|remain|death|free|lost|month"
                          r"|year).*", re.I | re.S),
    "treatments": re.compile(r".*(?:mab|nib|lib|taxel|zole|therapy|RT|excision|surg|ectomy|resect|removal"
                             r"|platin|chemo|cycles"
                             r"|mg|treatment|none|no ).*", re.I | re.S),
}  # fmt: skip


def _misfit(field: str, text: str) -> int:
    if _EMPTY.fullmatch(text):
        return 0
    looks = _LOOKS.get(field)
    strict = field in ("year", "reference", "age", "sex")
    if looks is None:
        return 3 if _YEAR.fullmatch(text) or re.fullmatch(r"\(\d{1,3}\)", text) else 0
    return 0 if looks.fullmatch(text) else 4 if strict else 2


def _set(text: str, case: LiteratureCase, field: str, name: str, cell: _Cell) -> None:
    key = field if field != "other" else f"other.{name}"
    case.cites.setdefault(key, []).append(_evidence(text, cell.start, cell.end))
    value = cell.text.rstrip(".") if field != "reference" else cell.text
    match field:
        case "reference":
            case.reference = re.sub(r"^[\[(]|[\])]$", "", value)
            dated = _DATED.search(value)
            if dated and case.year is None:
                case.year = int(dated["year"])
                case.cites.setdefault("year", []).append(_evidence(text, cell.start, cell.end))
        case "year":
            year = _YEAR.search(value)
            case.year = int(year.group()) if year else None
        case "age" | "sex":
            _age_and_sex(case, value)
        case "histology":
            case.histology = case.histology or value
        case "subtype":
            case.subtype = case.subtype or _receptors(value)
        case "sites":
            if not _NONE.fullmatch(value) and value.lower() != "unknown":
                case.sites += [s for s in site_names(value) if s not in case.sites]
            case.other[name] = value
        case "treatments":
            pass  # `_case` reads them with the drugs of the text
        case "outcome":
            case.outcome = case.outcome or value
        case _:
            case.other[name] = value


def _receptors(value: str) -> str:
    """'ER (+), PR (−), HER2 (0)' as 'ER+/PR-/HER2 0'; what is more than signs and scores stays as it is."""
    made = []
    for part in re.split(r"\s*(?:[,/;]| and )\s*", value):
        sign, score = _SIGN.fullmatch(part), _SCORE.fullmatch(part)
        if sign:
            made.append(sign["name"] + ("+" if sign["sign"] == "+" else "-"))
        elif score:
            made.append(f"HER2 {score['score']}")
        else:
            return value
    return "/".join(made)


def _age_and_sex(case: LiteratureCase, value: str) -> None:
    found = _AGE.search(value)
    if found:
        case.age = int(found["age"])
    if re.search(r"\b(?:F|female|wom[ae]n)\b", value, re.I):
        case.sex = "female"
    elif re.search(r"\b(?:M|male|m[ae]n)\b", value, re.I):
        case.sex = "male"
