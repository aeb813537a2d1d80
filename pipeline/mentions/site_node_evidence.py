"""What the clause around lymph nodes says of them: counts, 'were positive', 'enlarged'."""

import re

from pipeline.lexicons import rows
from pipeline.mentions.anatomy import Anatomy
from pipeline.mentions.site_chains import Chain

Verdict = tuple[str, str]

_WHICH_HELD = re.compile(
    r"[^.;,]{0,40}, which (?:was|were|contained|proved|showed|harbou?red|held|turned out)\b(?! not)[^.;,]{0,60}", re.I
)
_ENLARGED = re.compile(r"\b(?:enlarged|swollen|suspicious|palpable|prominent)(?: \w+){0,2} $", re.I)
_STATED = re.compile(r"\b(negative|positive|free|clear)\s$", re.I)
# Where the clause of the nodes begins and ends.
_CLAUSE_BEFORE = re.compile(r"[.;]|, (?=and \w+ (?:was|were)|which|who|she|he\b)|\bbut\b|\bwith (?=no\b)")
_CLAUSE_AFTER = re.compile(
    r"[.;]|, (?=and |which|who|she|he\b)|\bbut\b|\bwhile\b|\band (?=(?:the |a |no )?\w+ (?:was|were))"
)
_TAKEN_OUT = re.compile(
    r"\b(?:dissect\w+|sampling|clearance|resection|excision|lymphadenectomy) (?:of|from) (?:\w+ ){0,3}$", re.I
)
_NONE_IN = re.compile(
    r"\bno (?:residual |viable |remaining )?(?:tumou?r|cancer|carcinoma|malignant)(?: cells?| tissue)? (?:(?:was"
    r"|were) )?(?:found |seen |detected )?"
    r"(?:in|within) (?:[\w-]+ ){0,4}$",
    re.I,
)
_NO_CELLS = re.compile(
    r"[^.;]{0,40}\b(?:no|without) (?:malignant|tumou?r|atypical|neoplastic|cancer|carcinoma) cells", re.I
)
_NODE_COUNT = re.compile(
    r"\b(?:(?P<p0>\d{1,2})|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|all)\s*(?:out )?(?:of"
    r"|/)\s*(?:the )?(?:\d{1,2}|\w+)\b|\(\s*(?P<pos>\d{1,2})\s*(?:/|of|out of)\s*(?P<all>\d{1,2})\s*\)"
    r"|\b(?P<p2>\d{1,2})\s*/\s*(?P<a2>\d{1,2})\b",
    re.I,
)


class NodeEvidence:
    """The verdict on an expression of lymph nodes."""

    def __init__(self) -> None:
        self.node = {
            row["kind"]: re.compile(rf"(?<![\w-])(?:{row['pattern']})(?!\w)", re.I)
            for row in rows("site_cues")
            if row["kind"].startswith("node_")
        }

    def verdict(
        self,
        text: str,
        start: int,
        end: int,
        member: Anatomy,
        chain: Chain,
        shared: Verdict | None,
        blocked: bool,
    ) -> Verdict | None:
        """What the clause around a lymph node expression says of it."""
        enlarged = _ENLARGED.search(text[start : member.start])
        if shared and shared[1] in ("spread_after", "biopsy", "spread_before"):
            # 'swollen nodes and multiple liver metastases': the nodes have their own word
            return (
                ("possible", "nodes")
                if enlarged and shared[1] == "spread_after" and member is not chain.members[-1]
                else shared
            )
        itself = re.search(r"aden(?:opath|ectas|omegal)", text[chain.start : chain.end], re.I)
        named = re.search(r"node|nodal|aden|^N$", text[chain.start : chain.end], re.I)
        if blocked or (not named and not shared):
            stated = None if blocked else _STATED.search(text[max(start, member.start - 12) : member.start])
            return ("present" if stated[1].lower() == "positive" else "absent", "nodes") if stated else None
        left = _CLAUSE_BEFORE.split(text[start : chain.start])[-1]
        right = _CLAUSE_AFTER.split(text[chain.end : end])[0]
        if _TAKEN_OUT.search(left) and not _NODE_COUNT.search(right):
            return None
        count = _NODE_COUNT.search(left[-60:]) or _NODE_COUNT.search(right[:60])
        if count and (count["pos"] or count["p2"] or count["p0"]) in ("0", "00"):
            return "absent", "nodes"
        told = _WHICH_HELD.match(text, chain.end, end)
        if told and self.node["node_present"].search(told.group()):
            return "present", "nodes"
        near = left.rsplit(",", 1)[-1][-70:] + " | " + right[:90]
        if _NONE_IN.search(left) or _NO_CELLS.match(right):
            return "absent", "nodes"
        if self.node["node_present"].search(near) and not re.match(r"\W*-?negative", right):
            return "present", "nodes"
        if self.node["node_absent"].search(right[:60]) or self.node["node_absent"].search(left[-15:]):
            return "absent", "nodes"
        if re.match(r"-?(?:\s|-)positive", right) or (count and self.node["node_present"].search(text[start:end])):
            return "present", "nodes"
        if itself or self.node["node_possible"].search(left[-40:] + " | " + right[:45]):
            return "possible", "nodes"
        return shared
