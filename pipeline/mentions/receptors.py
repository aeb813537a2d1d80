"""Receptors: ER, PR, HER2, AR, Ki-67, hormone receptors, triple-negative, and what is said of each.

Markers are `lexicons/markers.tsv`, results `lexicons/results.tsv`. A result counts only where it can be
tied to a marker: within a sentence, markers in a row form a group ('ER, PR and HER2'), and each
result goes to the group before it ('ER was positive'), or after it ('negative for ER'), other
stains (`lexicons/other_stains.tsv`) taking their own results with them.
"""

import re
from dataclasses import dataclass, field

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.language.windows import scan
from pipeline.lexicons import rows
from pipeline.mentions.mention import Mention, Relation, propose, register
from pipeline.mentions.results import ResultFinder, is_for_next
from pipeline.values import Name

# Letters that every marker holds some of: the patterns run only in sentences with one of these.
_TRIGGER = re.compile(
    r"ER|PR|AR|HR|RH|P[gG][- ]?R|TNBC|[hH][eE][rR][- ]?2|Her-?I|[kK][iI][- ]?[6S]|MIB|[mM]ib|rogest|strogen|STROGEN"
    r"|ndrogen|eceptor|ECEPTOR|[eE][rR][bB]|roliferat|[tT]riple|TRIPLE|growth factor"
)
_ANTI = re.compile(r"(?:\banti[- ]?|selective |inhibit\w+ of |dual |targeting )$", re.I)
_CLASS_WORD = re.compile(
    r"[- ]?(?:target\w*|directed|inhibit\w*|blockade|blocker|antagonis\w*|modulator|degrader|therap(?:y|ies)"
    r"|treatment|antibod\w*|agents?|drugs?|vaccine|CAR|mutation\w*|V7|enriched)\b",
    re.I,
)
# '90%', '>90%', '5-10%', 'about 5 to 10%'.
_PERCENT = (
    r"(?:[<>≥≤~]|(?:(?:more|less|greater|fewer) than|over|above|below|under|about|approximately|around|nearly|almost"
    r"|at least|up to)\s)?\s?\d{1,3}(?:\s?%?\s?(?:[-–]|to)\s?\d{1,3})?\s?%"
)
# What tells that a short form is a receptor: its result beside it …
_STATED = re.compile(
    r"\s?(?:\(?\s?[+−–-]{1,3}(?![\w])|\(?\s?(?:Allred|H[- ]?score|IRS|[0-3]\s?\+|\d\s?/\s?8\b|0(?=[,;.)]|\s(?:and|PR"
    r"|HER)))|\(?[+−–-]ve\b|\+[,;.]|[-–]?(?:positiv|negativ|express|status|low\b)|[:=]"
    rf"|\(?\s?{_PERCENT}"
    r"|\s?\+?/"
    r"|(?:,? and |,? or |, ?|,? ?/ ?)(?:the )?(?:ER|PR|PgR|AR|HER|Her-?2|Ki)|,? (?:Allred|H[- ]?score)"
    r"|\)?,? (?:(?:was|were|is|are|had|has|showed|being|remained|became|turned|expression|staining|of the tumou?r"
    r"|in the tumou?r|status|both|an?|been|found|detected|in|by|at|strongly|weakly|also|still|however|of|the|nuclear"
    r"|both|now) ){1,5}(?:positiv|negativ|not express|over|absent|Allred|H[- ]?score"
    rf"|\(?{_PERCENT}"
    r"|[+−–-]|low\b|high\b|equivocal|expressed|detected|lost))",
    re.I,
)
# … or a word of the laboratory in the sentence.
_EVIDENCE = re.compile(
    r"\b(?:receptors?|immunohisto\w*|IHC|immunostain\w*|immunophenotyp\w*|stain(?:ing|ed)?|PgR|luminal|positivity"
    r"|negativity|(?:positive|negative) for|express(?:ion|ed|ing)|loss of|lack of)\b",
    re.I,
)
_LISTED = re.compile(
    r"(?:\b(?:ER|PR|PgR|AR)|HER-?2\S*|receptors?|Ki-?67)\)?(?:\s?\(?[+−–-]\)?)?\s?(?:,\s?(?:and |or )?|/|&|\s(?:and"
    r"|or|nor)\s)(?:the )?(?:both )?$",
    re.I,
)
_OPPOSITE = {"positive": "negative", "negative": "positive"}
_AS_EVENT = re.compile(
    r"\b(?:achiev\w*|gave|attain\w*|best|had|maintain\w*|obtain\w*|reach\w*|a|an|mild|severe|moderate|trivial"
    r"|significant|in|with)\s(?:an? )?$",
    re.I,
)
_OTHER_MEANING = {
    "PR": re.compile(r"\b(?:partial|response|RECIST|SD|CR|PD|objective|interval|pulse|bpm|beats|ECG|Ref|per rectum)\b"),
    "ER": re.compile(r"\b(?:emergency|endoplasmic|extended[- ]release)\b|\b(?:to|in|at|from) the (?:local )?$", re.I),
    "HR": re.compile(r"\b(?:heart rate|hazard ratio|beats|bpm|CI|P ?[<=])\b", re.I),
    "AR": re.compile(r"\b(?:aortic|regurgitation|allergic rhinitis|augmented)\b", re.I),
    "RH": re.compile(r"\b(?:blood group|Rhesus)\b", re.I),
}
_MEASURE = re.compile(
    r"\s*(?:of|:|=|was)?\s*\d{2,3}\s?(?:/\s?min|bpm|beats|per min|mmHg)|\s\d+\s?m[gl]\b"
    r"|\s(?:visit|department|physician|admission|interval|prolong)",
    re.I,
)
_LIST_GAP = re.compile(
    r"[\s(),/&\[\]]*(?:(?:and|or|nor|as well as|both|the|plus|of|for|status|expressions?|receptors?|protein|\+"
    r"|antigen)\b[\s(),/&]*|\+\s)*(?:-\s)?",
    re.I,
)


@dataclass(slots=True)
class Group:
    """Markers and other stains in a row, of which results are said together."""

    start: int
    end: int
    markers: list[Mention] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys(m.value.norm() for m in self.markers))

    def named(self, name: str) -> list[Mention]:
        return [m for m in self.markers if m.value.norm() == name]


class Receptors:
    """Proposes Marker and Result mentions and sets their ResultOf relations aside in
    `doc._.result_links`, which the relations step takes up."""

    def __init__(self) -> None:
        self.patterns = [
            (re.compile(rf"(?<![^\W_])(?:{row['pattern']})(?![^\W_])", 0 if "case" in row["flags"] else re.I), row)
            for row in rows("markers")
        ]
        self.others = re.compile(
            rf"(?<![^\W_])(?:{'|'.join(row['pattern'] for row in rows('other_stains'))})(?![^\W_])", re.I
        )
        self.results = ResultFinder()

    def __call__(self, doc: Doc) -> Doc:
        markers = self.markers(doc)
        links: list[Relation] = []
        by_sentence: dict[int, list[Mention]] = {}
        for marker in markers:
            by_sentence.setdefault(doc._.layout.sentence_index(marker.start), []).append(marker)
        for sentence, inside in by_sentence.items():
            start, end = doc._.layout.sentences[sentence]
            links += self.tied(doc._.layout.text, start, end, inside)
        doc._.result_links = links
        results = list({id(link.source): link.source for link in links}.values())
        return propose(doc, markers + results)

    def markers(self, doc: Doc) -> list[Mention]:
        layout = doc._.layout
        text = layout.text
        numbers = {layout.sentence_index(match.start()) for match in _TRIGGER.finditer(text)}
        inside = [layout.sentences[number] for number in sorted(numbers)]
        found: list[Mention] = []
        for pattern, row in self.patterns:
            for match in scan(pattern, text, inside):
                if _ANTI.search(text, max(0, match.start() - 14), match.start()) or _CLASS_WORD.match(
                    text, match.end()
                ):
                    continue
                if "context" in row["flags"] and not self.is_receptor(doc, match, signed="signed" in row["flags"]):
                    continue
                found.append(Mention(match.start(), match.end(), "Marker", Name(row["norm"]), f"markers:{row['id']}"))
        found.sort(key=lambda m: (m.start, -m.end))
        kept: list[Mention] = []
        for m in found:
            if not kept or m.start >= kept[-1].end:
                kept.append(m)
        return [m for n, m in enumerate(kept) if m.rule != "markers:proliferation_index" or not _ki67_beside(kept, n)]

    def is_receptor(self, doc: Doc, match: re.Match[str], signed: bool) -> bool:
        """Whether a short form that means other things too is the receptor here."""
        text, short = doc._.layout.text, match.group()
        stated = _STATED.match(text, match.end())
        if signed and not stated:
            definition = doc._.abbreviations.resolve(short, match.start())
            return definition is not None and "receptor" in definition.long.lower()
        begin, end = doc._.layout.sentence(match.start())
        other = _OTHER_MEANING.get(short)
        near = text[max(begin, match.start() - 40) : match.start()]
        after = text[match.end() : min(end, match.end() + 30)]
        if (other and (other.search(near) or (not stated and other.search(after)))) or _MEASURE.match(after):
            return False
        if _LISTED.search(near):
            return True
        definition = doc._.abbreviations.resolve(short, match.start())
        evidence = bool(_EVIDENCE.search(text[begin : match.start()] + " " + text[match.end() : end]))
        if definition is not None and not re.search(r"receptor|o?estrogen|progest|androgen", definition.long, re.I):
            # Defined as something else: only a sentence that plainly speaks of receptors overrules that.
            return bool(stated) and evidence and match.start() != definition.short_start
        return bool(stated) or (evidence and not _AS_EVENT.search(near))

    def tied(self, text: str, start: int, end: int, markers: list[Mention]) -> list[Relation]:
        """The results of one sentence with the markers that they are said of."""
        groups = self.groups(text, start, end, markers)
        results = self.results.find(text, start, end, markers)
        links: list[Relation] = []
        forward: set[int] = set()
        taken: dict[int, list[Mention]] = {}
        for number, result in enumerate(results):
            before = next((g for g in reversed(groups) if g.end <= result.start), None)
            after = next((g for g in groups if g.start >= result.end), None)
            following = results[number + 1] if number + 1 < len(results) else None
            word = result.rule in ("results:word", "results:sign_listed")
            if after is not None and is_for_next(
                text, result, before, after, following, before is not None and id(before) in forward
            ):
                targets = _joined(text, groups[groups.index(after) :], results) if word else [after]
                forward.update(id(group) for group in targets)
            elif before is not None and ResultFinder.may_follow(text, before.end, result):
                upto = groups[: groups.index(before) + 1]
                plural = word and re.search(r"\b(?:were|are|both|all)\b", text[before.end : result.start])
                targets = _joined(text, upto, results, backwards=True) if plural else [before]
            else:
                continue
            taken.setdefault(id(targets[-1] if before in targets else targets[0]), []).append(result)
            links += [Relation("ResultOf", result, m) for target in targets for m in _said_of(target, result)]
        for group in groups:
            said = _one_each(text, end, group, taken.get(id(group), []))
            ids = {id(r) for r in said}
            links = [link for link in links if id(link.source) not in ids]
            links += [
                Relation("ResultOf", r, m)
                for r, name in zip(said, group.names, strict=False)
                for m in group.named(name)
            ]
        return _own_first(links, markers)

    def groups(self, text: str, start: int, end: int, markers: list[Mention]) -> list[Group]:
        spans: list[tuple[int, int, Mention | None]] = [(m.start, m.end, m) for m in markers]
        for match in self.others.finditer(text, start, end):
            if not any(m.start < match.end() and match.start() < m.end for m in markers):
                spans.append((match.start(), match.end(), None))
        groups: list[Group] = []
        for begin, stop, marker in sorted(spans, key=lambda s: s[0]):
            joined = groups and _LIST_GAP.fullmatch(text, groups[-1].end, begin) and begin - groups[-1].end < 30
            if (
                joined
                and marker is not None
                and marker.value.norm() == "Ki-67"
                and text[groups[-1].end : begin].strip() == ","
            ):
                joined = "Ki-67" in groups[-1].names  # '… HER2 negative for PR, Ki-67 21%': a new statement
            if joined:
                groups[-1].end = stop
            else:
                groups.append(Group(begin, stop))
            if marker is not None:
                groups[-1].markers.append(marker)
        return groups


def _own_first(links: list[Relation], markers: list[Mention]) -> list[Relation]:
    """Without the word that others share where a marker has its own that says the opposite: 'positive GATA3, ER 70%
    and HER2 not overexpressed', 'positive hormonal receptors, HER2 negative'."""

    def shared(link: Relation) -> bool:
        """Whether another marker stands between the two."""
        low, high = sorted((link.source, link.target), key=lambda m: m.start)
        return any(low.end <= m.start and m.end <= high.start for m in markers)

    own = {
        (id(link.target), link.source.value.norm())
        for link in links
        if link.source.value.norm() in _OPPOSITE and not shared(link)
    }
    return [
        link
        for link in links
        if (id(link.target), _OPPOSITE.get(link.source.value.norm())) not in own or not shared(link)
    ]


def _one_each(text: str, end: int, group: Group, said: list[Mention]) -> list[Mention]:
    """The results that 'respectively' deals out, one to each marker of the group in its order."""
    if len(group.names) > 1:
        for kind in (r"", r":(?:percent|score|allred|sign_listed)$"):
            some = [r for r in said if re.search(kind, r.rule)]
            if len(some) == len(group.names) and re.match(r"[^.;]{0,40}?\brespectively\b", text[some[-1].end : end]):
                return some
    return []


def _joined(text: str, groups: list[Group], results: list[Mention], backwards: bool = False) -> list[Group]:
    """The groups that share a word result: listed with the nearest one, nothing but numbers of their own
    between ('ER (Allred 7) and PR (Allred 5) were positive')."""
    ordered = groups[::-1] if backwards else groups
    joined = ordered[:1]
    for group in ordered[1:]:
        left, right = (group, joined[-1]) if backwards else (joined[-1], group)
        between = [r for r in results if left.end <= r.start and r.end <= right.start]
        gap, at = "", left.end
        for r in between:
            gap, at = gap + text[at : r.start], r.end
        gap += text[at : right.start]
        if (
            not between
            or any(r.rule in ("results:word", "results:sign") for r in between)
            or not _LIST_GAP.fullmatch(gap)
        ):
            break
        joined.append(group)
    return joined


def _ki67_beside(markers: list[Mention], n: int) -> bool:
    """Whether a neighbour of the proliferation index names Ki-67, so that the index is no marker of its own."""
    index = markers[n]
    beside = markers[max(0, n - 1) : n] + markers[n + 1 : n + 2]
    return any(m.value.norm() == "Ki-67" and m.start - 30 < index.start and index.end < m.end + 30 for m in beside)


def _said_of(group: Group, result: Mention) -> list[Mention]:
    """The markers of a group to which a kind of result can apply: IHC scores and amplification are
    HER2's, percentages are not, where the group leaves a choice."""
    kind, norm = result.rule.split(":")[1], result.value.norm()
    if kind == "proliferation":
        return group.named("Ki-67")
    if kind == "ratio":
        return group.named("HER2")
    if len(group.names) > 1:
        if kind in ("score", "bare_score") or "amplified" in norm:
            return group.named("HER2") or group.markers
        if kind == "percent":
            return [m for m in group.markers if m.value.norm() != "HER2"]
    return [m for m in group.markers if m.value.norm() != "triple-negative"]


@Language.factory(
    "oncocase_receptors",
    requires=["doc._.layout", "doc._.abbreviations"],
    assigns=["doc._.candidates", "doc._.result_links"],
)
def make(nlp: Language, name: str) -> Receptors:
    """The factory that `config.cfg` names."""
    register()
    Doc.set_extension("result_links", default=None, force=True)
    return Receptors()
