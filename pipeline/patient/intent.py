"""What treatments were for and which line they were.

Said words come first; else it follows from the story: before the operation of the primary, after it, or with
known distant spread. A medicine that is no anticancer drug (`lexicons/drug_groups.tsv`) is supportive, or 'other'
where it is told before the cancer's treatment or is one of other illness.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.patient.counts import UP_TO
from pipeline.patient.course import BEGIN, GIVEN, Course
from pipeline.patient.course_times import told_before
from pipeline.patient.intervals import Interval, first_day, last_day
from pipeline.patient.lines import number_lines
from pipeline.patient.purposes import is_anticancer, is_of_other_illness
from pipeline.patient.responses import responses
from pipeline.patient.settings import SAID, said_intent, said_line
from pipeline.patient.story import OWN, Passage, Story
from pipeline.values import Tnm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.mentions.mention import Mention
    from pipeline.patient.model import Treatment
    from pipeline.patient.settings import Intent
    from pipeline.patient.timeline import Timeline

_REGIONAL = re.compile(r"lymph node$|^soft tissue$|"
    r"^(?:axillary|internal mammary|infraclavicular|lymph|regional|sentinel)\b.*node"
                       r"|^lymph node$|^recurrence$"
                       r"|^(?:chest wall|skin|muscle|breast)$")  # fmt: skip
_ADVANCED = re.compile(
    r"\bstage IV\b|\bM1[a-d]?\b|\bmetastatic (?:disease|breast|relapse|lesion)"
    r"|\bmetastatic (?:(?!lymph|axillary|node)[\w-]+ ){0,5}?(?:\w+oma|cancer|NSCLC)\b"
    r"|\b(?:solitary|isolated|distant|multiple|widespread|synchronous) metastas[ei]s\b",
    re.I,
)
_RULED_OUT = re.compile(r"[^.;,]{0,60}\b(?:was|were) (?:ruled out|excluded|not (?:found|seen|detected|present))", re.I)
_NEIGHBOUR = re.compile(
    r"\b(?:artery|vein|vessels?|cava|duct|fat|mesentery|mesorectum|parametrium|uterus|cervix|endometrium|myometrium|vagina"
    r"|vulva|adnexa|tube|ovary|bladder|ureter|urethra|rectum|vesicle|prostate|colon|cecum|intestine|duodenum|stomach"
    r"|esophagus|pancreas|spleen|diaphragm|wall|pericardium|trachea|bronchus|larynx|pharynx|thyroid|sinus|septum|orbit"
    r"|cavity|nerve|canal|palate|tongue|mediastinum|pelvis)$"
)
_NODAL = re.compile(r"\bnod(?:e|es|al)\b|\baxilla\w*", re.I)
_DENIED = re.compile(
    r"\b(?:no|without|not|negative for|excluded?|free of|evaluate|rule out|search\w*|screen\w*|assess\w*|look\w* for"
    r"|whether|suspect\w*|possible|risk of)\b[^.;]{0,40}$",
    re.I,
)
_BONE_OR_RELIEF = frozenset(
    {"denosumab", "zoledronic acid", "pamidronic acid", "ibandronic acid", "filgrastim", "pegfilgrastim"}
)
_INVADES = re.compile(r"\b(?:extend\w*|extension|involv\w+|invad\w+|invasion|infiltrat\w+|adherent)\b", re.I)
_SPREAD = re.compile(r"\b(?:metasta\w+|dissemin\w+|secondar\w+|deposits?|M1|stage IV)\b", re.I)
_CHEMORADIATION = re.compile(
    r"\b(?:chemo-?radi\w+|radio-?chemo\w+|CC?RT|(?:definitive|radical|curative)(?: intent)? (?:radio\w+|radiation))\b",
    re.I,
)


_SPREAD_OR_LATE = re.compile(r"\b(?:metasta\w+|advanced|recurr\w+|relaps\w+|unresectable|inoperable|IV)\b", re.I)
_HAD = re.compile(r"\bhad (?:\w+ ){0,2}?(?:been|undergone|received|had|completed|taken)\b|\bhistory\b", re.I)
_LONG_AGO = re.compile(
    r"\b(?:months?|years?) (?:ago|earlier|before|previously|prior)\b|\bin (?:\w+ )?(?:19|20)\d\d\b|\bpreviously\b", re.I
)
_AFTER = re.compile(r"\b(?:after|following|subsequent to)\b[^.;,]*$", re.I)
_RELAPSE = re.compile(
    r"\b(?:local(?:-?regional|ly)?|loco-?regional|cutaneous|first|second|the|a|nodal) (?:recurrence"
    r"|relapse)\b|\bnew,? (?:[\w-]+,? ){0,3}?(?:mass|lesion|nodule|tumou?r|metastas[ei]s)\b"
    r"|\blymphangitis carcinomatosa\b|\ben cuirasse\b",
    re.I,
)
_NO_RELAPSE = re.compile(r"\b(?:no|without|free|risk|prevent\w*|evidence|until|if|against|not)\b[^.;]{0,60}$", re.I)
_PLAN = re.compile(r"\b(?:opted for|decided|decision|strategy|approach|planned|recommended|agreed|indicated)\b", re.I)
_AS_THERAPY = re.compile(
    r"[^.;,]{0,40}\bas (?:an? |the |her |his )?(?:(?:neo-?)?adjuvant|palliative|(?:first|second|third)[- ]line)"
    r" (?:systemic )?(?:therapy|treatment|chemotherapy|immunotherapy)",
    re.I,
)
_RESCUE = frozenset({"leucovorin", "levoleucovorin", "levofolinate"})
_GOES_ON = re.compile(
    r"\b(?:remains|is (?:well|stable|free|still|back)|continues|under (?:follow|treatment)"
    r"|last (?:control|visit|follow)"
    r"|to date|at present|currently|stable disease|good (?:general|health|bowel))\b", re.I)  # fmt: skip
_DIED = re.compile(r"\b(?:died|death|passed away|deceased|succumbed|hospice|palliative care only)\b", re.I)
_FOLLOWED = re.compile(r"\b(?:followed|thereafter|subsequently|afterwards)\b(?! (?:by|up)\b)", re.I)


def settle(story: Story, timeline: Timeline, courses: Sequence[Course], advanced: int, origin: str | None) -> None:
    """Set intent, line and response of treatments, in order of the telling.

    `advanced` is from `advanced_from`, `origin` the organ of the primary.
    """
    operated = _operated(courses, origin or "breast")
    first_cancer = min((c.first for c in courses if _treats(c)), default=0)
    own = sorted(courses, key=lambda c: c.first)
    for course in own:
        if course.item.intent is None and course.item.kind != "surgery":
            _intent(story, timeline, course, (advanced, first_cancer), operated, origin or "breast")
    number_lines(story, [c for c in own if c.item.kind == "drug"])
    drugs = [c for c in own if c.item.kind == "drug" and _treats(c)]
    responses(story, drugs, [c for c in own if c.item.kind == "radiotherapy"])
    _undated(timeline, [c for c in own if c.item.kind == "radiotherapy" or c in drugs])
    _to_the_end(story, drugs)


def _operated(courses: Sequence[Course], origin: str) -> list[int]:
    """Where the operations of the primary are told; of an occult cancer of the breast those of the axilla."""
    given = [c for c in courses if c.item.kind == "surgery" and c.item.status == "given"]
    primary = [c.first for c in given if c.item.site == origin]
    if primary or origin != "breast":
        return primary
    return [c.first for c in given if c.item.site == "axillary lymph node" and "sentinel" not in c.item.name]


def _treats(course: Course) -> bool:
    if course.item.kind != "drug" or is_anticancer(course.item.name):
        return True
    passage, m = course.said[0]
    return not is_of_other_illness(course.item.name) and _AS_THERAPY.match(passage.after(m.end)) is not None


def advanced_from(story: Story, origin: str | None) -> int:
    """The place from which distant spread is known; the end of the text where it never is. `origin` is the organ of the
    primary: what grows into its neighbours has not spread."""
    for passage in story.told():
        if passage.rank != OWN:
            continue
        for m in passage.of("Site"):
            if (
                m.status in (None, "present")
                and not _REGIONAL.search(m.value.norm())
                and not _grows_into(story, passage, m.value.norm(), origin)
            ):
                return m.start
        for m in passage.of("Marker"):
            specimen = m.specimen or ""
            if specimen.startswith("metastasis:") and not _REGIONAL.search(specimen.removeprefix("metastasis:")):
                return m.start
        for m in passage.of("Stage"):
            if m.value.norm().startswith("IV") or (isinstance(m.value, Tnm) and ("M", "1") in _axes(m.value)):
                return m.start
        found = _ADVANCED.search(passage.text)
        nodal = _NODAL.search(passage.text) and "stage" not in passage.text.lower()
        denied = found and (
            _DENIED.search(passage.text[: found.start()]) or _RULED_OUT.match(passage.text, found.end())
        )
        if found and not nodal and not denied:
            return passage.start + found.start()
    return len(story.text)


def _grows_into(story: Story, passage: Passage, site: str, origin: str | None) -> bool:
    """'Growth extending into the vagina … T3bN1M0', 'parametrial involvement' of a cancer of the cervix: a neighbour
    of the primary, by its place or since the same paragraph says M0."""
    if not _INVADES.search(passage.text) or _SPREAD.search(passage.text):
        return False
    if origin not in (None, "breast") and _NEIGHBOUR.search(site):
        return True
    after = (p for p in story.passages if p.paragraph == passage.paragraph and p.start >= passage.start)
    return any(isinstance(m.value, Tnm) and ("M", "0") in _axes(m.value) for p in after for m in p.of("Stage"))


def _axes(tnm: Tnm) -> set[tuple[str, str]]:
    """Axis and first character of its category."""
    return {(axis, category[:1]) for _, axis, category in tnm.axes}


def _before_spread(timeline: Timeline, story: Story, item: Treatment, advanced: int) -> bool:
    """'Metastases in 2016 … she had taken tamoxifen since 2013': what is dated before the spread was not for it."""
    passage = story.passage(advanced)
    when = timeline.at(advanced, passage) if passage is not None and item.start else None
    start = Interval.parse(item.start or "")
    if when is None or start is None or when.interval.start is None or start.end is None:
        return False
    return last_day(start.end) < first_day(when.interval.start)


def _elsewhere(item: Treatment, origin: str) -> bool:
    """Whether radiation of breast cancer has a target that is neither breast, chest wall nor nodes."""
    parts = (item.site or "").split("+")
    return origin == "breast" and parts != [""] and not any(_REGIONAL.search(p) or p == origin for p in parts)


def _intent(
    story: Story, timeline: Timeline, course: Course, places: tuple[int, int], operated: list[int], origin: str
) -> None:
    """Set what a treatment was for; `places`: where distant spread is known, where the cancer's treatment begins."""
    advanced, first_cancer = places
    item = course.item
    if item.name in _RESCUE and (partner := _rescued(course)):
        item.intent = "supportive"
        item.derive("intent", f"given with {partner} as rescue")
        return
    if not _treats(course):
        late = course.first >= first_cancer or item.name in _BONE_OR_RELIEF
        ill = is_of_other_illness(item.name)
        item.intent = "supportive" if late and not ill and item.status != "allergy" else "other"
        item.derive(
            "intent", "no anticancer drug; " + ("told after" if late else "told before") + " the cancer's treatment"
        )
        return
    passage, m = course.said[0]
    said = said_intent(passage, m, operated)
    if said is not None and not (said == "palliative" and _first_of_all(passage, m, course.first >= advanced)):
        item.intent = said
    elif (strategy := _strategy(story, passage)) is not None:
        item.intent = strategy
        item.derive("intent", "the sentence before it names the strategy")
    elif course.first >= advanced and not (
        _before_spread(timeline, story, item, advanced) or _told_back(passage, advanced)
    ):
        item.intent = "palliative"
        item.derive("intent", "distant spread is known")
    elif item.kind == "radiotherapy" and operated and _elsewhere(item, origin):
        item.intent = "palliative"
        item.derive("intent", "the target is no region of the primary")
    elif any(place < course.first or _follows(passage, m, place) for place in operated):
        before = [place for place in operated if place < course.first]
        if not before or not _relapsed(story, max(before), course.first):
            item.intent = "adjuvant"
            item.derive("intent", "after the operation of the primary")
    elif operated:
        item.intent = "neoadjuvant"
        item.derive("intent", "before the operation of the primary")
    elif item.status in GIVEN and _CHEMORADIATION.search(passage.text):
        item.intent = "other"
        item.derive("intent", "chemoradiation without an operation and without distant spread")


def _first_of_all(passage: Passage, m: Mention, spread: bool) -> bool:
    """'First-line' of a cancer of which no spread is told says nothing of what it was for."""
    return not spread and said_line(passage, m) == 1 and not _SPREAD_OR_LATE.search(passage.text)


def _told_back(passage: Passage, advanced: int) -> bool:
    """'She had been treated two years ago with …', after spread was told of: what was given before it."""
    if passage.start <= advanced or _SPREAD.search(passage.text) or _RELAPSE.search(passage.text):
        return False
    return bool(_HAD.search(passage.text) and _LONG_AGO.search(passage.text))


def _follows(passage: Passage, m: Mention, operation: int) -> bool:
    """'AC after mastectomy': an operation that its sentence names behind a treatment, and that came before it."""
    return m.end < operation < passage.end and bool(
        _AFTER.search(passage.text[m.end - passage.start : operation - passage.start])
    )


def _relapsed(story: Story, low: int, high: int) -> bool:
    """Whether a relapse is told between the last operation of the primary and a treatment: that is not adjuvant."""
    for passage in story.passages:
        if passage.rank != OWN or not low < passage.start <= high:
            continue
        if any(m.status in (None, "present") and m.value.norm() == "recurrence" and m.start < high
               for m in passage.of("Site")):  # fmt: skip
            return True
        found = _RELAPSE.search(passage.text[: high - passage.start])
        if found and not _NO_RELAPSE.search(passage.text[: found.start()]):
            return True
    return False


def _strategy(story: Story, passage: Passage) -> Intent | None:
    """'The board opted for a perioperative strategy. She received …': a sentence without a treatment of its own."""
    before = story.neighbour(passage, -1)
    if before is None or before.of("Drug", "Radiotherapy") or not _PLAN.search(before.text):
        return None
    found = [intent for pattern, intent in SAID if pattern.search(before.text)]
    return found[0] if len(found) == 1 else None


def _rescued(course: Course) -> str | None:
    """Folinic acid beside methotrexate protects from it; beside fluorouracil it is part of a regimen."""
    names = {part for m in course.passage.of("Drug") for part in m.value.norm().split("+")}
    return "methotrexate" if "methotrexate" in names and not names & {"fluorouracil", "irinotecan"} else None


def _undated(timeline: Timeline, courses: Sequence[Course]) -> None:
    """A line of advanced disease, or radiation that 'followed', with no date of its own: on the date told shortly
    before it or later."""
    for course in courses:
        item = course.item
        told = course.passage.rank == OWN and BEGIN.search(course.passage.text)
        next_step = item.intent == "palliative" or (
            item.kind == "radiotherapy" and _FOLLOWED.search(course.passage.text)
        )
        if item.start is None and item.end is None and item.status in GIVEN and next_step and told:
            low = told_before(timeline, course.first, course.passage)
            if low is not None:
                item.start = f"{low.norm()}/.."
                item.derive("start", "told after this date")


def _to_the_end(story: Story, courses: Sequence[Course]) -> None:
    """The last line of a story that ends well and tells of no stop goes on."""
    own = [p for p in story.passages if p.rank == OWN and p.kind != "conclusion"]
    begun = [c for c in courses if c.item.status in GIVEN and c.item.intent == "palliative" and c.passage.rank == OWN]
    if not begun or any(_DIED.search(p.text) for p in own[-6:]):
        return
    if not any(_GOES_ON.search(p.text) for p in own[-3:]):
        return
    last = begun[-1]
    # What is thought of again later, a rechallenge, is not being given.
    put_off = {c.item.name for c in courses if c.item.status not in GIVEN and c.first > last.first}
    if any(c.item.name in put_off for c in begun if _together(c, last)):
        return
    counted = {c.passage.start for c in begun if _is_counted(story, c)}  # what was begun with it ends with it
    # 'She continues to receive X as maintenance': what was given with it is over.
    kept = [c for c in begun if _together(c, last) and c.item.status == "ongoing"]
    for course in begun if not kept else ():
        if (
            _together(course, last)
            and course.item.status == "given"
            and course.passage.start not in counted
            and course.item.response != "progressive disease"
        ):
            course.item.status = "ongoing"
            course.item.derive("status", "last line of treatment; no stop is told")


def _together(course: Course, last: Course) -> bool:
    return course.passage is last.passage or (course.item.line is not None and course.item.line == last.item.line)


def _is_counted(story: Story, course: Course) -> bool:
    """Whether a course is told with its whole length, and so has come to its end; 'after four cycles' tells how far it
    had come."""
    if course.item.duration:
        return True
    places = course.item.cites.get("cycles", [])
    return bool(course.item.cycles) and not any(
        UP_TO.search(story.text[max(0, place.start - 30) : place.start]) for place in places
    )
