"""The relations of a document: dose, rhythm and length to the treatment; cycles and dates have rooms of their own."""

import re
from collections.abc import Iterator
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.mentions.mention import Mention, Relation, mentions
from pipeline.relations.cycles import BACK, cycles
from pipeline.relations.reach import dates
from pipeline.relations.sentence import Sentence, blanked, by_sentence, combinations, parts

_TARGETS = ("Drug", "Radiotherapy")
_RELATED = ("Dose", "Frequency", "Cycles", "Duration")
_OF_NEXT = re.compile(
    r"\s*(?:of |of oral |of intravenous |oral(?:ly)? |intravenous(?:ly)? |i\.?v\.? |subcutaneous |topical "
    r"|single[- ]agent |-|adjuvant |low-dose |high-dose |generic )*(?:of )?\(?$",
    re.I,
)
_RIGHT_AFTER = re.compile(
    r"[\s(,:;®™\[–-]*(?:(?:at|a|an|the|dose|dosage|doses|of|given|administered|oral|orally|intravenous(?:ly)?"
    r"|i\.?v\.?|p\.?o\.?|starting|started|initial|loading|daily|infusion|injection|therapy|treatment|tablets?|in"
    r"|reduced|standard|total|with|by|subcutaneous(?:ly)?|maintenance)[\s(,:;®™–-]*)*",
    re.I,
)
_CLASS_DOSE = re.compile(
    r"\b(?:steroids?|corticosteroids?|glucocorticoids?|inhibitors?|antibiotics?|diuretics?"
    r"|immunoglobulins?)\s*\(?[^.;]{0,15}$",
    re.I,
)
_ALIKE = re.compile(r"\b(?:both|each|all)\b", re.I)
_EACH = re.compile(r"\s?each\b", re.I)
_INTERVAL = re.compile(r"(?:every|q) ?\S+ (?:weeks?|days?|months?)|\bq\d+|-weekly|intervals?|cycles?|apart", re.I)
_AND = re.compile(r"\s*(?:and|plus|\+|/)\s*", re.I)
_DAYS = re.compile(r"\b(?:days?|d)[ -]?\d", re.I)
_SAME_DRUG = re.compile(
    r"\b(?:(?:the|its|this|initial|starting|same|full|reduced|daily) (?:\w+ )?dos(?:e|age)|it was|dos(?:e"
    r"|age) (?:was|of))\b",
    re.I,
)


class Links:
    """Sets `doc._.relations`."""

    def __call__(self, doc: Doc) -> Doc:
        final = {id(m) for m in mentions(doc)}
        relations = [r for r in doc._.result_links or () if id(r.source) in final and id(r.target) in final]
        sentences = by_sentence(doc)
        text = doc._.layout.text
        for number, sentence in enumerate(sentences):
            if not sentence.of(*_RELATED):
                continue
            relations += _doses(text, sentence)
            relations += _rhythms(text, sentence, "Frequency", "FrequencyOf")
            relations += _same_drug(text, sentence, sentences[number - 1] if number else None)
            relations += cycles(text, sentence, sentences[max(0, number - BACK) : number])
            relations += _rhythms(text, sentence, "Duration", "DurationOf")
        relations += dates(doc._.layout, sentences)
        unique = {(r.kind, id(r.source), id(r.target)): r for r in relations}
        doc._.relations = sorted(unique.values(), key=lambda r: (r.source.start, r.kind, r.target.start))
        return doc


def _with_doubles(drug: Mention, run: list[Mention], text: str) -> list[Mention]:
    """The drug, and its other name in brackets beside it: 'gemcitabine (GEM)'."""
    same = [m for m in run if m.value == drug.value and abs(m.start - drug.start) < 80]
    return [m for m in same if m is drug or "(" in text[min(m.end, drug.end) : max(m.start, drug.start)]]


def _doses(text: str, sentence: Sentence) -> Iterator[Relation]:
    doses = sentence.of("Dose")
    if not doses:
        return
    rays = sentence.of("Radiotherapy")
    runs = combinations(text, sentence)
    drugs = sentence.of("Drug")
    respectively = _respectively(text, sentence, runs, doses)
    for dose in doses:
        if dose.rule == "doses:radiation":
            target = _irradiated(text, sentence, dose, rays)
            if target:
                yield Relation("DoseOf", dose, target)
        elif id(dose) in respectively:
            yield Relation("DoseOf", dose, respectively[id(dose)])
        elif drugs:
            chosen = _dosed(text, dose, drugs, doses, sentence)
            if chosen is not None:
                run = next(r for r in runs if chosen in r)
                if (chosen is run[-1] and _ALIKE.search(text[chosen.end : dose.start])) or _EACH.match(text, dose.end):
                    yield from (Relation("DoseOf", dose, m) for m in run if m.end <= dose.start)
                    continue
                yield from (Relation("DoseOf", dose, m) for m in _with_doubles(chosen, run, text))


def _respectively(text: str, sentence: Sentence, runs: list[list[Mention]], doses: list[Mention]) -> dict[int, Mention]:
    place = text.find("respectively", sentence.start, sentence.end)
    if place < 0:
        return {}
    before = [d for d in doses if d.end <= place and d.rule != "doses:radiation"]
    for run in runs:
        mine = [d for d in before if d.start >= run[-1].end]
        if len(run) > 1 and len(mine) >= len(run):
            return {id(d): m for d, m in zip(mine[: len(run)], run, strict=True)}
    return {}


def _dosed(text: str, dose: Mention, drugs: list[Mention], doses: list[Mention], sentence: Sentence) -> Mention | None:
    """The drug of a dose: the one it touches, else the last before it, else the first after it."""
    before = [d for d in drugs if d.end <= dose.start]
    after = [d for d in drugs if d.start >= dose.end]
    if _CLASS_DOSE.search(text[max(sentence.start, dose.start - 45) : dose.start]) and (
        not before or not _RIGHT_AFTER.fullmatch(text, before[-1].end, dose.start)
    ):
        return None
    taken = before and any(before[-1].end <= d.start and d.end <= dose.start for d in doses)
    if before and not taken and _RIGHT_AFTER.fullmatch(text, before[-1].end, dose.start):
        return before[-1]
    if after and _OF_NEXT.fullmatch(blanked(text, dose.end, after[0].start, sentence.of("Frequency"))):
        return after[0]
    if before:
        return before[-1]
    return after[0] if after else None


def _irradiated(text: str, sentence: Sentence, dose: Mention, rays: list[Mention]) -> Mention | None:
    """The radiotherapy of a dose: in brackets the one in them, else the one before them; elsewhere the nearest."""
    opened, closed = text.rfind("(", sentence.start, dose.start), text.find(")", dose.end, sentence.end)
    if opened >= 0 and ")" not in text[opened : dose.start]:
        inside = [m for m in rays if opened < m.start and m.end <= closed]
        return _nearest(dose, inside or [m for m in rays if m.end <= opened] or rays)
    return _nearest(dose, rays)


def _nearest(m: Mention, targets: list[Mention]) -> Mention | None:
    return min(targets, key=lambda t: max(t.start - m.end, m.start - t.end), default=None)


def _rhythms(text: str, sentence: Sentence, label: str, kind: str) -> Iterator[Relation]:
    """Frequency and Duration: of the drug that follows at once ('weekly paclitaxel'), else of the drugs of the
    combination before it that have none of their own."""
    targets = sentence.of(*_TARGETS)
    served: dict[int, set[bool]] = {}  # by drug: whether it was by days of a cycle only
    runs = combinations(text, sentence)
    for m in sentence.of(label):
        following = [t for t in targets if t.start >= m.end]
        preceding = [t for t in targets if t.end <= m.start]
        doses_between = sentence.of("Dose", "Frequency", "Duration")
        next_gap = blanked(text, m.end, following[0].start, doses_between) if following else ""
        is_next = bool(following) and bool(
            _OF_NEXT.fullmatch(next_gap)
            or (
                label == "Duration"
                and re.fullmatch(r"\s*(?:of|on)?\s*(?:\w+\s){0,3}", next_gap)
                and text[m.start : m.end].lower().endswith(("of", "months", "years", "weeks"))
                and not preceding
            )
        )
        if is_next and not (
            preceding
            and _RIGHT_AFTER.fullmatch(blanked(text, preceding[-1].end, m.start, doses_between))
            and not _OF_NEXT.fullmatch(next_gap)
        ):
            for t in [following[0], *(_joined(text, sentence, following) if label == "Frequency" else ())]:
                yield Relation(kind, m, t)
                served.setdefault(id(t), set()).add(_only_days(text, m))
            continue
        if not preceding:
            if following:
                yield Relation(kind, m, following[0])
            continue
        last = preceding[-1]
        run = next((r for r in runs if last in r), [last])
        # A rhythm reaches back over the drugs of its combination with none of their own: an interval ('every
        # 3 weeks') is not kept from a drug by its days ('on days 1 and 8').
        if last is not run[0] and _dosed_alone(text, sentence, last, m):
            run = _with_doubles(last, run, text)
        free = [set(), {True}] if _INTERVAL.search(text[m.start : m.end]) else [set()]
        found = [t for t in run if t.end <= m.start and served.get(id(t), set()) in free] or [last]
        if label == "Frequency" and {True} in free:
            found += _regimen_and_parts(sentence, found, m, served)
        for t in found:
            served.setdefault(id(t), set()).add(_only_days(text, m))
            yield Relation(kind, m, t)


def _joined(text: str, sentence: Sentence, following: list[Mention]) -> list[Mention]:
    """'Weekly A and B': what 'and' joins to the first drug, where no rhythm follows; antibodies keep their own."""
    found = []
    for before, t in pairwise(following):
        gap = blanked(text, before.end, t.start, sentence.of("Dose"))
        own = t.value.norm().endswith("mab")
        if own or not _AND.fullmatch(gap) or any(f.start >= before.end for f in sentence.of("Frequency")):
            break
        found.append(t)
    return found


def _regimen_and_parts(
    sentence: Sentence, found: list[Mention], m: Mention, served: dict[int, set[bool]]
) -> list[Mention]:
    """An interval of a regimen is that of its parts, and one said of its parts that of the regimen."""
    drugs = sentence.of("Drug")
    regimens = [d for d in drugs if d.end <= m.start and any(t in found for t in parts(d, sentence))]
    added = regimens + [part for d in [*found, *regimens] if d.label == "Drug" for part in parts(d, sentence)]
    return [t for t in added if t not in found and False not in served.get(id(t), set())]


def _dosed_alone(text: str, sentence: Sentence, drug: Mention, m: Mention) -> bool:
    """'A 500 mg and B 150 mg twice daily': a daily rhythm that touches the dose of the last drug is that drug's,
    and so is any rhythm in brackets behind a drug."""
    between = text[drug.end : m.start]
    if between.count("(") > between.count(")"):
        return True
    dose = next((d for d in sentence.of("Dose") if d.start >= drug.end and d.end <= m.start), None)
    return dose is not None and not text[dose.end : m.start].strip() and not _INTERVAL.search(text, m.start, m.end)


def _only_days(text: str, m: Mention) -> bool:
    """Whether a rhythm tells the days of a cycle and leaves open how often the cycle comes."""
    return bool(_DAYS.search(text, m.start, m.end)) and not _INTERVAL.search(text, m.start, m.end)


def _same_drug(text: str, sentence: Sentence, previous: Sentence | None) -> Iterator[Relation]:
    """'The dose was 1500 mg twice daily.': of the drugs of the sentence before."""
    if previous is None or sentence.of(*_TARGETS) or not _SAME_DRUG.search(text[sentence.start : sentence.end]):
        return
    runs = combinations(text, previous)
    for m in sentence.of("Dose", "Frequency") if runs else ():
        if m.rule != "doses:radiation":
            yield from (Relation(f"{m.label}Of", m, t) for t in runs[-1])


@Language.factory(
    "oncocase_relations", requires=["doc.spans", "doc._.layout", "doc._.result_links"], assigns=["doc._.relations"]
)
def make(nlp: Language, name: str) -> Links:
    """The factory that `config.cfg` names."""
    return Links()
