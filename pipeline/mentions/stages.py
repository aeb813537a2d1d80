"""Stages: TNM strings with their prefixes, parts alone, and stage groups (AJCC/UICC, FIGO, Ann Arbor).

TNM is read from the raw text: no tokenizer splits 'ypT2N1a(mi)M0' usefully. A single axis without a
prefix ('T2') is a stage only where the words around it speak of staging, never of imaging.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.language.windows import scan, windows
from pipeline.mentions.mention import Mention, propose, register
from pipeline.values import StageGroup, Tnm

_PREFIX = r"(?:[yra]{0,2}[cp]|[yrau])?"
_NOTE = (
    r"(?:\s?\((?:m|s|sn|mi|mic|is|i[+−–-]|mol[+−–-]|f|itc|ITC|DCIS|LCIS|MP|SM|SS|SE|SI|\d{1,2}(?:/\d{1,2})?"
    r"|\d+ of \d+)\))"
)
_T = (
    r"(?:(?:[yra]{0,2}[cp]|yp|yc) ?|[yrau])?T ?(?:[Xx]\b|[Xx](?=[ ,;]?[ypc]?N)|is(?:\((?:Paget|DCIS|LCIS)\))?"
    rf"|IS|a(?=N)|0|1mic?|[1-4][a-d]?[1-3]?)(?:/is)?{_NOTE}*"
)
_N = rf"{_PREFIX} ?N ?(?:[Xx]|[0-3](?:[a-c]|mi)?|\([0-3][a-c]?\)|[+]){_NOTE}*"
_M = rf"{_PREFIX} ?M ?(?:[Xx]|0|1[a-d]?){_NOTE}*(?:\([A-Z]{{3}}(?:, ?[A-Z]{{3}})*\))?"
_OTHER = r"(?:y?[cp]?(?:CY|Cy|P|H)[01xX]|G[1-4X]|L[01]|V[0-2]|Pn[01]|R[0-2]|LVI?[01])"
_SEP = r"[\s,;/_·-]{0,3}"
_FULL = re.compile(
    rf"(?<![A-Za-z0-9]){_T}(?:{_SEP}{_OTHER}){{0,3}}(?:{_SEP}{_N}(?:{_SEP}{_OTHER}){{0,3}}(?:{_SEP}{_M})?"
    rf"|{_SEP}{_M})(?![A-Za-z0-9])(?!-weighted)"
    rf"|(?<![A-Za-z0-9]){_T}{_SEP}{_N}{_SEP}{_M}(?=[A-Z][a-z])"
    rf"|(?<![A-Za-z0-9]){_N}{_SEP}{_M}(?![A-Za-z0-9])"
)
_SINGLE = re.compile(rf"(?<![A-Za-z0-9/-])(?:{_T}|{_N}|{_M})(?![A-Za-z0-9-]|[+/](?=[A-Za-z0-9]))")
_AXIS_LETTER = re.compile(r"[TNM] ?(?:[0-4Xx(+]|is|IS|aN)")
_GROUP_WORD = re.compile(r"[sS][tT][aA][gG]|FIGO|Dukes")
_AXIS = re.compile(
    r"(?P<p>(?:[yra]{0,2}[cp]|[yrau])?) ?(?P<a>CY|Cy|T|N|M|P|H|G|L|V|Pn|R) ?(?P<c>is(?:/is)?|IS|[Xx]|\(?\d(?:mic?"
    r"|[a-d][1-3]?)?\)?(?:/is)?|\+|a(?=N))(?P<n>(?:\s?\([^()]{1,8}\))*)"
)
_KEPT_AXES = frozenset({"T", "N", "M", "CY", "P", "H"})
_KEPT_NOTES = re.compile(r"\((?:sn|mi|mic|is|i[+−–-]|mol[+−–-]|m|\d|DCIS|LCIS|Paget)\)")
_STAGING = re.compile(
    r"\b(?:stag\w+|TNM|classif\w+|tumou?rs?|cancer|carcinoma|disease|nodal|patholog\w*|clinical(?:ly)?|lesion|AJCC"
    r"|UICC|downstag\w+|category|status|node)\b",
    re.I,
)
_IMAGING = re.compile(
    r"\b(?:weighted|hyper-?intens\w*|hypo-?intens\w*|iso-?intens\w*|intensity|signal|MRI|MR|FLAIR|imag(?:e|es|ing)"
    r"|sequences?|vertebra\w*|spine|spinal|thoracic|level|levels|segment|MCA|macrophages?"
    r"|cells?|lymphocytes?|receptors?|thyroid|free|hormone|relaxation|mapping|gadolinium|cord|body|bodies|fracture"
    r"|compression|laminectomy|radicul\w+|dermatome|nerve|waves?|polari[sz]\w+)\b",
    re.I,
)
_ROMAN = r"(?:IV|I{1,3}|0|[1-4])"
_LETTER = r"(?:[ -]?[A-Ca-c](?:[1-3](?!\d)|i{1,2})?(?![A-Za-z]))?"
_SYSTEM = (
    r"(?:(?:(?:modified )?FIGO|AJCC|UICC|Ann[ -]Arbor|TNM|Dukes['’]?|Masaoka(?:-Koga)?|INRG|INSS|Lugano|BCLC"
    r"|ENSAT|Enneking|UICC/AJCC|AJCC/UICC)[ -])"
)
_GROUP = re.compile(
    rf"(?<![\w-])(?P<whole>(?:{_SYSTEM})?(?:y?[cp])?-?[Ss][Tt][Aa][Gg][Ee]s?(?:[ -](?:grouping|group))?(?:[ -]"
    rf"|\s?=\s?|: ?)?\(?(?P<g>{_ROMAN}{_LETTER}(?:ES?|S|X|B)?))(?![\w.]*\d|\w|-(?=[a-z]))"
    rf"|(?<![\w-])(?P<named>(?:FIGO|Dukes['’]?)[ -](?:stage )?(?P<h>(?:{_ROMAN}{_LETTER}|[A-D](?:[12])?)))(?!\w)"
    r"|\b(?:stage|staging|staged)(?: group\w*)?(?: (?:\w+ ){0,5}?(?:was|were|is|as|be|of|at)(?: (?:determined"
    r"|considered|classified|staged|assigned|defined|diagnosed|established|evaluated|found|estimated|a|as|be|to"
    rf"|the|clinical|pathological))*|:| =)? (?P<alone>(?P<i>(?:IV|I{{1,3}}){_LETTER}))(?!\w|\s?(?:and|or|-|to)\s?I)"
)
_NOT_CANCER = re.compile(
    r"\b(?:kidney|AKI|KDIGO|Hoehn|Yahr|osteonecrosis|jaw|implant|reconstruct\w*|expander|CKD|renal|hypertension"
    r"|ulcers?|pressure|Tanner|sleep|encephalopath\w+|decubitus|lymph(?:o)?edema|Parkinson\w*|heart failure"
    r"|fibrosis|cirrhosis|COPD|endometriosis|prolapse|sarcoidosis|labou?r|mucositis|retinopathy|NYHA"
    r"|of the (?:operation|procedure|surgery|study|trial))\b",
    re.I,
)


class Stages:
    """Proposes Stage mentions."""

    def __call__(self, doc: Doc) -> Doc:
        return propose(doc, [*_tnm(doc._.layout.text), *_groups(doc._.layout.text)])


def _tnm(text: str) -> Iterator[Mention]:
    near = windows(text, _AXIS_LETTER, 30, 60)
    full = list(scan(_FULL, text, near))
    for match in full:
        value = read(match.group())
        if value is None or _is_imaging(text, match):
            continue
        yield _stage(match, value, "tnm")
    starts, ends = [m.start() for m in full], [m.end() for m in full]
    for match in scan(_SINGLE, text, near):
        before = bisect_left(starts, match.end())
        if before and ends[before - 1] > match.start():
            continue
        value = read(match.group())
        if value is not None and _is_single(text, match, value):
            yield _stage(match, value, "axis")


def _stage(match: re.Match[str], value: Tnm, rule: str) -> Mention:
    lead = len(match.group()) - len(match.group().lstrip())
    trail = len(match.group()) - len(match.group().rstrip(" ,;/-"))
    return Mention(match.start() + lead, match.end() - trail, "Stage", value, f"stages:{rule}")


def read(text: str) -> Tnm | None:
    """The axes of a TNM string; grade, lymphatic, venous and margin codes among them are left out."""
    axes = []
    for match in _AXIS.finditer(text):
        axis = match["a"].upper()
        if axis not in _KEPT_AXES:
            continue
        category = re.sub(r"[()\s]", "", match["c"])
        category = "X" if category in "xX" else "is" if category == "IS" else category
        notes = "".join(_KEPT_NOTES.findall(re.sub(r"\s", "", match["n"]).replace("−", "-").replace("–", "-")))
        axes.append((match["p"].lower(), axis, category + notes))
    return Tnm(tuple(axes)) if axes else None


def _is_imaging(text: str, match: re.Match[str]) -> bool:
    near = text[match.end() : match.end() + 18]
    return bool(re.match(r"[\s/-]*(?:weighted|hyper|hypo|iso|signal|image|sequence|FLAIR|segment)", near, re.I))


def _is_single(text: str, match: re.Match[str], value: Tnm) -> bool:
    prefix, axis, category = value.axes[0]
    if prefix and " " not in match.group().strip():
        return prefix not in ("a", "r", "u", "y") or bool(
            _STAGING.search(text, max(0, match.start() - 60), match.end() + 40)
        )
    if (
        re.search(r"\((?:stage )?$", text[: match.start()][-8:])
        and text[match.end() : match.end() + 1] == ")"
        and axis != "T"
    ):
        return not _IMAGING.search(text[max(0, match.start() - 45) : match.start()])
    if category == "+" or axis not in "TNM" or match.group()[1:2] == " ":
        return False
    before, after = text[max(0, match.start() - 45) : match.start()], text[match.end() : match.end() + 30]
    if _IMAGING.search(before) or _IMAGING.search(after):
        return False
    return (
        bool(
            re.search(
                r"(?:stag\w*|TNM|classif\w+|categor\w+|AJCC|UICC|as|\()[\s:(]*(?:was |were |is |of |as |to |at |be "
                r"|a |clinical(?:ly)? |pathological(?:ly)? |disease |by |an? )*$",
                before,
                re.I,
            )
        )
        and bool(_STAGING.search(before + after))
    ) or bool(
        re.match(
            r" (?:tumou?r|disease|lesion|breast|cancer|carcinoma|nodal|status|stage|category|rectal|colon"
            r"|adenocarcinoma)",
            after,
        )
    )


def _groups(text: str) -> Iterator[Mention]:
    for match in scan(_GROUP, text, windows(text, _GROUP_WORD, 30, 90)):
        around = text[max(0, match.start() - 30) : match.start()] + " " + text[match.end() : match.end() + 30]
        if _NOT_CANCER.search(around):
            continue
        kind = next(k for k in ("whole", "named", "alone") if match[k])
        written = match["g"] or match["h"] or match["i"]
        start, end = match.span(kind)
        yield Mention(start, end, "Stage", StageGroup(group_norm(written)), f"stages:group_{kind}")


def group_norm(written: str) -> str:
    """'IIIc' is `IIIC`, '4' is `IV`, '3 b' is `IIIB`."""
    text = re.sub(r"[ -]", "", written)
    roman = {"1": "I", "2": "II", "3": "III", "4": "IV"}
    return (roman.get(text[0], text[0]) + text[1:]).upper()


@Language.factory("oncocase_stages", assigns=["doc._.candidates"])
def make(nlp: Language, name: str) -> Stages:
    """The factory that `config.cfg` names."""
    register()
    return Stages()
