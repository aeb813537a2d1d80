"""What a receptor result means: status by ASCO/CAP, HER2 by IHC and ISH, the surrogate subtype.

Sources: Allison et al., J Clin Oncol 2020;38:1346 (ER and PR: positive from 1 %, ER 1-10 % low positive);
Wolff et al., Arch Pathol Lab Med 2023;147:993 (HER2: 0 and 1+ negative, 3+ positive, 2+ by ISH); HER2-low is
IHC 1+, or 2+ without amplification (Modi et al., N Engl J Med 2022;387:9); ultralow is IHC 0 with some staining
(DESTINY-Breast06); surrogate subtypes: St. Gallen 2013, Goldhirsch et al., Ann Oncol 2013;24:2206, Ki-67 from 20 %.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.patient.model import MarkerResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.values import Result

HORMONAL = frozenset({"ER", "PR", "AR", "HR"})
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WORDS = {"overexpressed": "positive", "high": "positive"}
_ALLRED = re.compile(r"Allred (\d)")
_IRS = re.compile(r"(?:IRS|immunoreactive score)\D*(\d+)", re.I)
_IRS_BETWEEN = 2  # of 12 (Remmele 1987): 0 and 1 are negative, from 3 on all call it positive
_POSITIVE_FROM = 1.0
_LOW_TO = 10.0
_KI67_HIGH = 20.0


def combined(marker: str, results: Iterable[Result]) -> MarkerResult:
    """The results of one marker mention as one: a word, a percentage, a score, an ISH."""
    found = MarkerResult()
    for result in results:
        text = result.text
        if text in ("amplified", "not amplified"):
            found.ish = "amplified" if text == "amplified" else "not amplified"
        elif result.kind == "ratio":
            continue  # by ASCO/CAP 2018 the copy number counts too: what the ratio means is for the text to say
        elif result.kind == "percent":
            found.percent = found.percent or text
        elif result.kind in ("score", "bare_score", "allred", "h_score") or text[0].isupper() or text[:1].isdigit():
            if marker == "HER2" or not text[:1].isdigit():
                found.score = found.score or text
            elif marker in HORMONAL and text == "0":
                found.status = found.status or "negative"
        elif marker != "Ki-67":
            found.status = found.status or _WORDS.get(text, text)
    if marker == "HER2" and found.status == "negative" and (found.score or "").startswith("3"):
        found.status = None  # 'negative for ER and PR and HER2 3+': the word is not HER2's
    return found


def numbers(text: str | None) -> list[float]:
    """The figures of a percentage: `5-10%` has two."""
    return [float(n) for n in _NUMBER.findall(text or "")]


def status_of(marker: str, result: MarkerResult) -> tuple[str, str] | None:
    """The status that a result has by rule, and the rule; None where no rule gives one."""
    if marker == "HER2":
        return _her2(result)
    if marker not in HORMONAL:
        return None
    if result.percent:
        low, high = numbers(result.percent)[0], numbers(result.percent)[-1]
        if result.percent.startswith("<"):
            return ("negative", "ASCO/CAP 2020: below 1 %") if high <= _POSITIVE_FROM else None
        if high < _POSITIVE_FROM:
            return "negative", "ASCO/CAP 2020: below 1 %"
        if marker == "ER" and high <= _LOW_TO and not result.percent.startswith(">"):
            return "low", "ASCO/CAP 2020: ER 1-10 % is low positive"
        return ("positive", "ASCO/CAP 2020: 1 % or more") if low >= _POSITIVE_FROM else None
    if result.score and (allred := _ALLRED.match(result.score)):
        positive = int(allred[1]) > 2
        return ("positive" if positive else "negative"), "Allred score: positive from 3"
    if result.score and (irs := _IRS.match(result.score)) and int(irs[1]) != _IRS_BETWEEN:
        return ("positive" if int(irs[1]) > _IRS_BETWEEN else "negative"), "immunoreactive score: positive from 3"
    return None


def _her2(result: MarkerResult) -> tuple[str, str] | None:
    score = (result.score or "").rstrip("+")
    if score == "3":
        return "positive", "ASCO/CAP 2023: IHC 3+"
    if result.ish == "amplified":
        return "positive", "ASCO/CAP 2023: ISH amplified"
    if score in ("0", "1"):
        return "negative", f"ASCO/CAP 2023: IHC {result.score}"
    if result.ish == "not amplified":
        return "negative", "ASCO/CAP 2023: ISH not amplified"
    return ("equivocal", "ASCO/CAP 2023: IHC 2+ without ISH") if score == "2" else None


def her2_category(result: MarkerResult) -> tuple[str, str] | None:
    """`positive`, `low`, `ultralow` or `0`, and why; None where the result does not tell them apart."""
    score = (result.score or "").rstrip("+")
    if result.status == "positive":
        return "positive", "HER2-positive"
    if score == "1" or (score == "2" and result.ish == "not amplified") or result.status == "low":
        return "low", "IHC 1+, or 2+ not amplified, is HER2-low"
    if score == "0":
        faint = result.percent is not None and numbers(result.percent)[-1] > 0
        return ("ultralow", "IHC 0 with staining in up to 10 % of cells") if faint else ("0", "IHC 0")
    return None


def subtype(results: Mapping[str, MarkerResult]) -> tuple[str, str] | None:
    """The surrogate subtype and its rule; None where ER, PR or HER2 is not known well enough."""
    said = {name: result.status for name, result in results.items()}
    hormones = {said.get("ER"), said.get("PR"), said.get("HR")} - {None}
    her2 = said.get("HER2")
    luminal = bool(hormones & {"positive", "low"})
    both_negative = (said.get("ER") == "negative" and said.get("PR") == "negative") or said.get("HR") == "negative"
    if said.get("triple-negative") == "positive":
        return "triple-negative", "said to be triple-negative"
    if her2 == "positive":
        if luminal:
            return "luminal B HER2-positive", "St. Gallen 2013: hormone receptor and HER2 positive"
        return ("HER2-positive", "St. Gallen 2013: HER2 positive, ER and PR negative") if both_negative else None
    if her2 not in ("negative", "low"):
        return None
    if both_negative:
        return "triple-negative", "ER, PR and HER2 negative"
    if not luminal:
        return None
    rate = numbers(results["Ki-67"].percent) if "Ki-67" in results else []
    if rate and said.get("ER") in ("positive", "low") and "PR" in results:
        progesterone = numbers(results["PR"].percent)
        high_pr = bool(progesterone) and progesterone[0] >= _KI67_HIGH
        if rate[-1] < _KI67_HIGH and high_pr:
            return "luminal A", "St. Gallen 2013: Ki-67 below 20 %, PR 20 % or more"
        if rate[0] >= _KI67_HIGH or not high_pr:
            return "luminal B HER2-negative", "St. Gallen 2013: Ki-67 20 % or more, or PR below 20 %"
    return "luminal HER2-negative", "hormone receptor positive, HER2 negative; Ki-67 or PR level not said"


def conflict(marker: str, first: MarkerResult, second: MarkerResult) -> bool:
    """Whether two results of one marker cannot both hold of one specimen."""
    if first.percent and second.percent:
        return numbers(first.percent) != numbers(second.percent)
    if first.score and second.score and first.score[:6] != second.score[:6]:
        return first.score[0].isdigit() == second.score[0].isdigit()
    if first.ish and second.ish:
        return first.ish != second.ish
    ours, theirs = (_side(marker, result) for result in (first, second))
    return ours is not None and theirs is not None and ours != theirs


def equal(marker: str, first: MarkerResult, second: MarkerResult) -> bool:
    """Whether two results say the same and do not conflict."""
    if conflict(marker, first, second):
        return False
    return _side(marker, first) == _side(marker, second) or bool(first.percent and second.percent)


def _side(marker: str, result: MarkerResult) -> str | None:
    ruled = status_of(marker, result)
    status = result.status or (ruled[0] if ruled else None)
    if status == "low":
        return "negative" if marker == "HER2" else "positive"
    return None if status == "equivocal" else status  # another test settles it: that is no conflict
