"""Status beyond the cues of a sentence: plans under their label, conditions told by inversion, refusals that answer.

Each function gives those of the mentions, in order of place, of which it holds.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc

from pipeline.mentions.mention import Mention

_REACH = 300  # characters; a list of drugs that no full stop ends is still read in linear time
# A plan's label and where its block ends: a line break, the next label of the note, a remark.
_PLAN = re.compile(r"(?:(?<=[.;!?)] )|^[ \t]*)(?:P|Plan|Plans|Plan of care|Orders)(?=:)", re.M)
_BLOCK_END = re.compile(
    r"\n|(?<=[.;!?)] )(?:[A-Z]|[A-Z][A-Za-z’']+(?: [A-Za-z0-9]+){0,2}):(?= )|(?:Encounter|Visit|Day) \d"
)
# 'P:' is a plan in a note that has the other letters of SOAP too; in a list of names it is anything.
_SOAP = re.compile(r"(?:(?<=[.;!?)] )|(?<=\s)|^)[SOA]:(?= )", re.M)
_TOLD = re.compile(r"\b(?:was|were|had|has|received|took|started|began|tolerated|stopped|completed)\b", re.I)
_ONGOING = re.compile(
    r"\b(?:stop|hold|off|continue|cont|carry on(?: with)?|reduce|cut|increase|decrease|raise|keep|maintain|finish"
    r"|complete|taper|wean|resume|restart|discontinue|d/c)\b[^.;,]*$",
    re.I,
)
_INVERTED = re.compile(
    r"[\s\W]*(?:(?:Were|Should) (?:[^,.;]{1,60}) (?:be|to be|ever be|prove|become|fail|recur|progress|relapse)\b"
    r"|Had (?:[^,.;]{1,60}) been\b)"
)
_CONDITION = re.compile(
    r"[\s\W]*(?:If|Should|Were|Had|In (?:case|the event) of"
    r"|(?:On|At|Upon|After|With) (?:further |next |any )?(?:progression|relapse|recurrence))\b[^,.;]{0,300},"
)
_MODAL = re.compile(r"\b(?:would|could|might)\b", re.I)
_WHO = (
    r"(?:she|he|they|the (?:patient|woman|man|family|parents|couple|lady|gentleman)|(?:her|his|the) (?:family|parents"
    r"|husband|wife)|this patient|our patient)"
)
_MANNER = r"(?:,? ?(?:however|then|again|also|both times|at first|\w+ly),?)*"
_REFUSED = r"(?:declined|refused|rejected|turned (?:it|this|them|both) down|did not (?:accept|want|wish|agree|consent))"
_OBJECT = (
    r"(?: (?:to )?(?:it|this|them|both|these|that|all|everything|(?:the|any|this|all) (?:offer|proposal|treatment"
    r"|suggestion|recommendation|plan|therapy)(?! (?:with|by|of)\b)))?"
)
_ANSWER = re.compile(
    rf"\s*(?:however,? |but |yet )?(?:{_WHO}{_MANNER} {_REFUSED}{_OBJECT}"
    r"(?=[.;,]|$| (?:because|on|for|owing|and|as|due|since|out)\b)"
    r"|(?:both|this|it|these|all|the (?:offer|proposal))(?: of (?:them|these))? (?:was|were)"
    rf"{_MANNER} (?:declined|refused|rejected|turned down))",
    re.I,
)


# '…, in spite of its rationale, was not given': an aside between commas, which for ConText ends the scope.
_WITHHELD = re.compile(r",[^.;,]{0,40}, (?:was|were) not (?:given|prescribed|used|started|begun)\b")

# 'X (two injections a month; declined)': the word that decides stands in the bracket behind the drug.
_IN_BRACKETS = re.compile(
    r"\s?\((?:[^()]{0,60}[;,:–-] ?)?(?:(?:was |were |but )?"
    r"(?P<declined>(?:patient )?(?:declined|refused|rejected)|not (?:accepted|wanted))(?: by [^();]{1,30})?"
    r"|(?:was |were )?(?:omitted|not (?:given|used|started|available)))\)",
    re.I,
)


def planned(doc: Doc, bare: Sequence[Mention]) -> Iterator[Mention]:
    """Treatments that a note orders under 'Plan:', in a sentence that tells of no giving."""
    text: str = doc._.layout.text
    starts = [mention.start for mention in bare]
    soap = _SOAP.search(text)
    for label in _PLAN.finditer(text) if bare else ():
        if label.group().strip() == "P" and not (soap and soap.start() < label.start()):
            continue
        end = _BLOCK_END.search(text, label.end() + 1)
        stop = end.start() if end else len(text)
        for mention in bare[bisect_left(starts, label.end()) : bisect_left(starts, stop)]:
            low, high = _near(doc, mention)
            low = max(low, label.end())
            if not _ONGOING.search(text[low : mention.start]) and not _TOLD.search(text, low, min(high, stop)):
                yield mention


def conditional(doc: Doc, bare: Sequence[Mention]) -> Iterator[Mention]:
    """'Were X to be given', 'Had X been available', 'If it grew, X would be used'."""
    text: str = doc._.layout.text
    for mention in bare:
        low, high = doc._.layout.sentence(mention.start)
        inverted = _INVERTED.match(text, low, high)
        if inverted and mention.end <= inverted.end():
            yield mention
            continue
        condition = _CONDITION.match(text, low, high)
        if (
            condition
            and condition.end() <= mention.start
            and _MODAL.search(text, condition.end(), _near(doc, mention)[1])
        ):
            yield mention


def withheld(doc: Doc, bare: Sequence[Mention]) -> Iterator[Mention]:
    """Treatments that are the subject of 'was not given' over an aside between commas."""
    return (mention for mention in bare if _WITHHELD.match(doc._.layout.text, mention.end))


def refused(doc: Doc, treatments: Sequence[Mention]) -> Iterator[Mention]:
    """Treatments offered or planned in a sentence that the next one answers: 'She declined both.'"""
    layout = doc._.layout
    for mention in treatments:
        after = layout.sentence_index(mention.start) + 1
        if mention.status in ("considered", "planned") and after < len(layout.sentences):
            low, high = layout.sentences[after]
            if _ANSWER.match(layout.text, low, high):
                yield mention


def in_brackets(treatments: Sequence[Mention], text: str) -> Iterator[tuple[Mention, str]]:
    """Treatments with 'declined' or 'not given' in the bracket behind them, which names no other, and that status."""
    starts = [mention.start for mention in treatments]
    for mention in treatments:
        found = _IN_BRACKETS.match(text, mention.end)
        if found and bisect_left(starts, mention.end) == bisect_left(starts, found.end()):
            yield mention, "declined" if found["declined"] else "not_given"


def _near(doc: Doc, mention: Mention) -> tuple[int, int]:
    """The sentence of the mention, or of one that does not end what lies about it."""
    low, high = doc._.layout.sentence(mention.start)
    return max(low, mention.start - _REACH), min(high, mention.end + _REACH)
