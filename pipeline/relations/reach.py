"""What a date reaches beyond its own sentence: the next one, where that reports the same event, and the
entry of a list or of telegraphic notes that the date heads ('Day 8: mouth ulcers. Dexamethasone mouthwash.').
"""

import re
from collections.abc import Iterator

from pipeline.language.sections import Layout
from pipeline.mentions.mention import Mention, Relation
from pipeline.relations.dating import CUES, TREATMENTS, Moment, datable, moments
from pipeline.relations.sentence import Sentence

_BEFORE_HEAD = re.compile(r"[^\w\n]*(?:[A-Z]\w*(?: \d{1,3})?,[ \t]+)?")
_AFTER_HEAD = re.compile(r"[)\]]*[ \t]*(?::|[–—-][ \t]|\n)")
_ALONE = re.compile(r"[)\]]*[ \t]*:?[ \t]*\n")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_LONGEST = 4000  # characters of an entry: the search for its end may not run over the whole text
_SIDE = re.compile(r"(?:left|right)(?: (?:side|breast))?:", re.I)
_SINCE = re.compile(r"\bsince\s*$", re.I)
_PATIENT = re.compile(r"(?:s?he|the patient)\b", re.I)
_FIRST_PART = re.compile(r";|, (?:and|which|for which|reduced)\s|,? because\s|\bwith\s")
_NOT_TESTED = re.compile(r"\bnot (?:determined|done|tested|performed|available)\b", re.I)


def dates(layout: Layout, sentences: list[Sentence]) -> Iterator[Relation]:
    """The relations of all dates of a document."""
    text = layout.text
    standing: Moment | None = None  # the date whose event a sentence may go on with
    head: tuple[Moment, int] | None = None  # the date that heads an entry, and where the entry ends
    earlier: Sentence | None = None
    sided = False
    for sentence in sentences:
        if layout.section(sentence.start).kind == "table":
            standing = head = earlier = None
            continue
        found = moments(text, sentence)
        for moment in found:
            yield from moment.relations(moment.events)
        if head and sentence.start >= head[1]:
            head = None
        if found:
            end = _entry(text, sentence, found[0])
            head = (found[0], end) if end else head
            if head and not end:  # a date within an entry speaks for what follows it
                yield from head[0].relations(_until(text, sentence, found))
                head = None
            standing, earlier, sided = found[-1], sentence, False
            continue
        if head:
            yield from head[0].relations(_in_entry(text, sentence))
        elif standing and earlier and not _BLANK_LINE.search(text, earlier.end - 2, sentence.start + 1):
            if _SIDE.match(text, sentence.start):
                yield from standing.relations(datable(text, sentence))
                sided = True
                continue
            if not sided:
                yield from standing.relations(_same_event(text, standing, earlier, sentence))
        standing, sided = None, False


def _entry(text: str, sentence: Sentence, moment: Moment) -> int | None:
    """Where the entry ends that a date heads: with its line, or where it stands alone on it with its block."""
    line = text.rfind("\n", 0, moment.start) + 1
    if not _BEFORE_HEAD.fullmatch(text, line, moment.start) or not _AFTER_HEAD.match(text, moment.end):
        return None
    if _ALONE.match(text, moment.end):
        blank = _BLANK_LINE.search(text, moment.end, moment.end + _LONGEST)
        return blank.start() if blank else min(len(text), moment.end + _LONGEST)
    end = text.find("\n", moment.end)
    return end if end >= 0 else len(text)


def _in_entry(text: str, sentence: Sentence) -> list[Mention]:
    return [] if CUES["history"].search(text, sentence.start, sentence.end) else datable(text, sentence)


def _until(text: str, sentence: Sentence, found: list[Moment]) -> list[Mention]:
    """What an entry's sentence says before its own date."""
    own = {id(m) for m in found[0].events}
    return [m for m in datable(text, sentence) if m.end <= found[0].start and id(m) not in own]


def _same_event(text: str, moment: Moment, first: Sentence, second: Sentence) -> list[Mention]:
    """What the second sentence says of the event that the first one dates."""
    events = [m for m in datable(text, second) if m.status != "planned"]
    if (
        not events
        or CUES["history"].search(text, second.start, second.end)
        or CUES["later"].match(text, second.start)
        or CUES["lasting"].match(text, moment.start)
    ):
        return []
    own = moment.events
    if not own:
        if CUES["recovery"].search(text, first.start, first.end) or _SINCE.search(text[first.start : moment.start]):
            return []
        changed = _changes(text, second)
        return [m for m in events if changed or m.label not in TREATMENTS]
    sampled = CUES["sample"].search(text, first.start, first.end)
    reported = CUES["sample"].search(text, second.start, second.end)
    treated = any(m.label in TREATMENTS for m in own)
    spread = any(m.label == "Site" for m in own)
    found = []
    for m in events:
        if m.label == "Marker":
            same = (sampled or (spread and reported)) and not _NOT_TESTED.search(text, m.end, second.end)
        elif m.label in TREATMENTS:
            same = spread and not treated and _begun(text, first, second, m)
        else:
            same = not treated and _found(text, first, second, own, m)
        if same:
            found.append(m)
    return found


def _changes(text: str, sentence: Sentence) -> bool:
    """Whether a sentence says that a treatment began or was changed, or does so in telegraphic style."""
    place = sentence.start, sentence.end
    return bool(CUES["begun"].search(text, *place) or CUES["resumed"].search(text, *place)) or not CUES["verb"].search(
        text, *place
    )


def _begun(text: str, first: Sentence, second: Sentence, m: Mention) -> bool:
    """A treatment begun in the first part of the sentence after new spread was reported."""
    part = _FIRST_PART.search(text, second.start, second.end)
    limit = part.start() if part and part.start() > second.all[0].start else second.end
    return bool(
        m.start < limit
        and CUES["onset"].search(text, first.start, first.end)
        and (CUES["begun"].search(text, second.start, limit) or not CUES["verb"].search(text, second.start, limit))
    )


def _found(text: str, first: Sentence, second: Sentence, own: list[Mention], m: Mention) -> bool:
    """A site or stage that the report of the same operation or sample gives: not that of a new examination."""
    imaged = CUES["imaging"].search(text, second.start, second.end)
    if imaged and not any(CUES[cue].search(text, first.start, first.end) for cue in ("imaging", "sample")):
        return True
    if _PATIENT.match(text, second.start):
        return False
    if imaged or not CUES["same"].match(text, second.start):
        return bool(CUES["sample"].search(text, second.start, m.start)) and not CUES["sample"].search(
            text, first.start, first.end
        )
    return bool(CUES["operation"].search(text, first.start, first.end)) or any(x.label == "Site" for x in own)
