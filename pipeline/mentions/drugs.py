"""Drugs and regimens: the lexicon, abbreviations that the text defines, INN stems, misspellings.

The lexicon is `lexicons/drugs.tsv`; a word that nobody listed is taken for a drug where it carries
an INN stem (`lexicons/drug_stems.tsv`, WHO) or stands within a small edit distance of a long name.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz.distance import OSA
from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from pipeline.language.abbreviations import Definition
from pipeline.lexicons import rows
from pipeline.mentions.lexicon import Lexicon, Row
from pipeline.mentions.mention import Mention, propose, register
from pipeline.values import Drug

_SALT = frozenset(
    (
        "acetate mesylate mesilate hydrochloride hcl sodium potassium citrate phosphate tartrate valerate "
        "tosylate maleate succinate hemisuccinate fumarate sulfate sulphate bromide disodium malate dihydrate "
        "calcium besylate pamoate"
    ).split()
)
# A form that also means something else counts only in a sentence that speaks of a treatment …
_TREATMENT = re.compile(
    r"\b(?:treat(?:ed|ment|ing)?|receiv(?:ed|es|ing)|administ\w+|given|therap(?:y|ies)|regimens?|chemo\w*|cycles?"
    r"|courses?|dos(?:e|es|age)"
    r"|m[gc]g?|µg|μg|units|oral(?:ly)?|intravenous(?:ly)?|infus\w+|inject\w+|tablets?|supplement\w*|replacement"
    r"|prescribed|started"
    r"|taking|maintained|adjuvant|neoadjuvant|followed by|switched|combin\w+|protocol|medications?|drugs?|tolerated)\b",
    re.I,
)
# … and not beside a word of the laboratory.
_MEASURED = re.compile(
    r"\b(?:serum|plasma|urin\w+|blood|level|levels|concentrations?|deficien\w+|normal|elevated|raised|decreased|low"
    r"|high|values?|receptors?"
    r"|mmol|[mgnpuµμ]?(?:g|I?U|mol)/[mdµμ]?L|mEq|resistan(?:t|ce)|dependent|metabolism|binding|time|channel|overload|score"
    r"|deposits?|stones?)\b",
    re.I,
)
_METABOLITE = re.compile(
    r"(?:desethyl|desmethyl|hydroxy|\bnor|\banti|\b[nN])-$|\b(?:desethyl|desmethyl|hydroxy) $|\b(?:target of|99mTc-"
    r"|anti-) ?$",
    re.I,
)
# A test, a device or a germ named after a drug is no medicine given.
_TEST_NAME = re.compile(
    r"[- ](?:(?:suppression|stimulation|challenge|tolerance|skin|susceptibility|clearance|release"
    r"|stress) )?(?:tests?|assays?|scintigra\w+|echocardiogra\w+)\b"
    r"|[- ](?:stress )?perfusion\b|[- ](?:gene\b|amplif\w+|mutat\w+|rearrange\w+|fusion\b|exon\b)"
    r"|[- ]resistant (?:staph|enteroc|strain|E\.)|[- ](?:eluting|coated|impregnated|bonded)\b|[- ]like (?:growth"
    r"|peptide)",
    re.I,
)
# 'Fig. S1', 'segment S1'
_NUMBERED = re.compile(r"\b(?:fig(?:ure)?s?|tables?|segments?|appendix|panels?)\.? ?$", re.I)
# 'fluoro-d-glucose' is a tracer.
_TRACER = re.compile(r"-?(?:d-|deoxy)?glucose|-\d+-fluoro", re.I)
_REGIMEN_GAP = re.compile(
    r"[\s,]*(?:(?:combination|combined|chemo\w*|systemic|therapy|regimen|treatment|protocol|adjuvant)[\s,]*)*\("
)
_WITH_DOSE = re.compile(r"([A-Z]{2,5})-?(?:50|60|75|90|100|120)")
_REGIMEN_NAME = re.compile(r"\(\s*(m?[A-Z][A-Z-]{1,7}\d?)(?:\s+(?:regimen|therapy|protocol|chemotherapy))?\s*\)")
_LIST_GAP = re.compile(r"[\s,/+;]*(?:(?:and|plus|with|or|combined with|in combination with)[\s,]*)?$")
_NEAR_SHORTEST, _NEAR_LONG = 8, 10  # letters from which one, and two, slips of the pen are allowed


class Drugs:
    """Proposes Drug mentions."""

    def __init__(self, nlp: Language) -> None:
        table = rows("drugs")
        self.lexicon = Lexicon(nlp, table, exact=lambda row: "case" in row["flags"])
        self.names = {row["name"].lower(): row["norm"] for row in table}
        self.regimens = {row["name"]: row for row in table if row["kind"] == "regimen"}
        self.stems = [(re.compile(row["pattern"]), row["id"]) for row in rows("drug_stems")]
        self.lookalikes = {row["word"] for row in rows("drug_lookalikes")}
        # Of brands, too many lie a letter or two from an English word ('Precedex', 'preceded').
        self.near = _Near(row["name"] for row in table if row["kind"] == "generic" and "context" not in row["flags"])

    def __call__(self, doc: Doc) -> Doc:
        found = self.listed(doc)
        found += self.unlisted(doc, found)
        found += self.defined(doc, found)
        return propose(doc, found)

    def listed(self, doc: Doc) -> list[Mention]:
        matches = self.lexicon.find(doc)
        sentence_of = doc._.layout.sentence_index
        named = {sentence_of(span.start_char) for span, row in matches if "context" not in row["flags"]}
        found = []
        for span, row in matches:
            if self.is_drug(doc, span, row, sentence_of(span.start_char) in named):
                end = _with_salt(span)
                found.append(
                    Mention(span.start_char, end, "Drug", _value(row["norm"]), f"drugs:{row['name']}", "lexicon")
                )
        return found

    def is_drug(self, doc: Doc, span: Span, row: Row, beside_others: bool) -> bool:
        """Whether a match is a medicine here; an ambiguous form asks its surroundings, a regimen's name
        is also believed beside other drugs."""
        if is_part_of_another_name(doc, span.start_char, span.end_char):
            return False
        if "context" not in row["flags"]:
            return True
        if is_measured(doc, span.start_char, span.end_char):
            return False
        if _NUMBERED.search(doc._.layout.text, max(0, span.start_char - 12), span.start_char):
            return False
        before, after = _around(doc, span.start_char, span.end_char)
        return bool(_TREATMENT.search(before) or _TREATMENT.search(after)) or (
            row["kind"] == "regimen" and beside_others
        )

    def unlisted(self, doc: Doc, found: list[Mention]) -> list[Mention]:
        """Words that no row names: regimens with a dose ('AC60'), by stem, by nearness to a name."""
        covered = {place for m in found for place in range(m.start, m.end)}
        more = []
        for token in doc:
            if token.idx in covered:
                continue
            if (dosed := _WITH_DOSE.fullmatch(token.text)) and (row := self.regimens.get(dosed[1])):
                rule = f"drugs:{row['name']}"
                more.append(Mention(token.idx, token.idx + len(token), "Drug", _value(row["norm"]), rule, "lexicon"))
                continue
            if len(token) < 6 or not token.is_alpha:
                continue
            hit = self.guess(token.lower_)
            if hit is None or _METABOLITE.search(doc._.layout.text, max(0, token.idx - 10), token.idx):
                continue
            norm, rule = hit
            more.append(
                Mention(
                    _with_number(token), _with_salt(doc[token.i : token.i + 1]), "Drug", _value(norm), rule, "lexicon"
                )
            )
        return more

    @lru_cache(maxsize=50_000)  # noqa: B019  (one instance a process)
    def guess(self, word: str) -> tuple[str, str] | None:
        """The generic name that an unlisted word writes, and the rule that says so."""
        if word in self.names or word in self.lookalikes:
            return None
        near = self.near.of(word)
        if near:
            return self.names[near], f"drugs:{near}~"
        for pattern, rule in self.stems:
            if pattern.fullmatch(word):
                return word, f"drug_stems:{rule}"
        return None

    def defined(self, doc: Doc, found: list[Mention]) -> list[Mention]:
        """Short forms that the text defines: of one drug, 'gemcitabine (GEM)', or of a list, '(GS)'."""
        by_end = {m.end: m for m in found}
        shorts: dict[str, tuple[int, Drug]] = {}
        for d in doc._.abbreviations.all:
            norm = _norm_of(d, by_end)
            if norm is not None:
                shorts[d.short] = (d.short_start, norm)
        for name, place, value in _regimens(doc._.layout.text, sorted(found, key=lambda m: m.start)):
            shorts.setdefault(name, (place, value))
        if not shorts:
            return []
        names = "|".join(re.escape(short) for short in sorted(shorts, key=len, reverse=True))
        return [
            Mention(match.start(), match.end(), "Drug", shorts[match.group()][1], "abbreviation", "rule")
            for match in re.finditer(rf"(?<![\w-])(?:{names})(?!\w)", doc._.layout.text)
            if match.start() >= shorts[match.group()][0]
        ]


def is_part_of_another_name(doc: Doc, start: int, end: int) -> bool:
    """Whether a place is part of the name of a metabolite, a test, a device or a germ."""
    text = doc._.layout.text
    return bool(_METABOLITE.search(text, max(0, start - 10), start) or _TEST_NAME.match(text, end))


def is_measured(doc: Doc, start: int, end: int) -> bool:
    """Whether a place names a substance that was measured or a tracer: a word of the laboratory stands beside it."""
    if _TRACER.match(doc._.layout.text, end):
        return True
    before, after = _around(doc, start, end)
    return bool(_MEASURED.search(before[-25:] + " " + after[:25]))


def _around(doc: Doc, start: int, end: int) -> tuple[str, str]:
    """The words of the sentence before and after a place."""
    text = doc._.layout.text
    begin, stop = doc._.layout.sentence(start)
    return text[max(begin, start - 70) : start], text[end : min(stop, end + 60)]


class _Near:
    """Names close to a misspelt word: same first letter, long enough, one clear nearest."""

    def __init__(self, names: Iterable[str]) -> None:
        self.buckets: dict[tuple[str, int], set[str]] = defaultdict(set)
        for name in names:
            if name.isalpha() and len(name) >= _NEAR_SHORTEST:
                self.buckets[name[0].lower(), len(name)].add(name.lower())

    def of(self, word: str) -> str | None:
        if len(word) < _NEAR_SHORTEST:
            return None
        allowed = 2 if len(word) >= _NEAR_LONG else 1
        near = [
            (OSA.distance(word, name, score_cutoff=allowed), name)
            for length in range(len(word) - allowed, len(word) + allowed + 1)
            for name in self.buckets.get((word[0], length), ())
        ]
        distance, name = min(near, default=(allowed + 1, ""))
        return name if distance <= allowed and word.rstrip("s") != name else None


def _value(norm: str) -> Drug:
    return Drug(tuple(norm.split("+")))


def _with_salt(span: Span) -> int:
    """The end of the span with the name of a salt that follows it."""
    doc = span.doc
    return (
        int(doc[span.end].idx + len(doc[span.end]))
        if span.end < len(doc) and doc[span.end].lower_ in _SALT
        else span.end_char
    )


def _with_number(token: Token) -> int:
    """The start of a misspelt '5-fluorourcil', its number included."""
    before = token.doc._.layout.text[max(0, token.idx - 2) : token.idx]
    return token.idx - 2 if token.lower_.startswith("fl") and before in ("5-", "5 ") else token.idx


def _norm_of(definition: Definition, by_end: dict[int, Mention]) -> Drug | None:
    """The drug that a definition's long form ends with, where it is nearly all of the long form."""
    drug = by_end.get(definition.long_end)
    if drug is None or drug.start > definition.long_start + 12 or not isinstance(drug.value, Drug):
        return None
    return drug.value if drug.end != definition.short_start + len(definition.short) else None


def _regimens(text: str, drugs: list[Mention]) -> list[tuple[str, int, Drug]]:
    """Names in brackets after a list of two or more drugs whose initials they hold."""
    found = []
    run: list[Mention] = []
    for m in drugs:
        joined = run and _LIST_GAP.fullmatch(re.sub(r"\([^()]*\)", " ", text[run[-1].end : m.start]))
        run = [*run, m] if joined else [m]
        gap = _REGIMEN_GAP.match(text, m.end)
        name = _REGIMEN_NAME.match(text, gap.end() - 1) if gap else None
        if not name or len(run) < 2:
            continue
        initials = {text[d.start + 2 * text.startswith("5-", d.start)].upper() for d in run} | {
            d.value.norm()[0].upper() for d in run
        }
        letters = [c for c in name[1] if c.isupper()]
        if len(letters) >= 2 and sum(c in initials for c in letters) * 2 > len(letters):
            parts = {part for d in run if isinstance(d.value, Drug) for part in d.value.components}
            found.append((name[1], name.start(1), Drug(tuple(sorted(parts)))))
    return found


@Language.factory("oncocase_drugs", requires=["doc._.layout", "doc._.abbreviations"], assigns=["doc._.candidates"])
def make(nlp: Language, name: str) -> Drugs:
    """The factory that `config.cfg` names."""
    register()
    return Drugs(nlp)
