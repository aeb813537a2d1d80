"""The event that a time leans on: the noun phrase after 'two years after'."""

import re

from pipeline.language.numbers import NUMBER

_STOP = frozenset(
    (
        "is was were are be been being has have had do does did can could may might will would shall should "
        "must she he they it we i her- the a an his their our its this that these those which who whom whose "
        "when while where as because if in on at by for with without to from into onto during than due and or "
        "but however revealed showed demonstrated developed presented reported noted experienced underwent "
        "received several multiple many some no not both all each other there then also only about after "
        "before since until through via per patient patients remains remained remain died dies is lives alive "
        "achieved using including such so yet although though despite"
    ).split()
)
_AFTER_OF = frozenset(
    ["the", "a", "an", "his", "her", "their", "our", "its", "this", "that", "these", "those", "any", "all", "both"]
)
# A noun that names a whole event; what follows it begins something new.
_EVENT = frozenset(
    (
        "admission surgery operation discharge presentation delivery mastectomy lumpectomy hospitalization "
        "hospitalisation menopause nephrectomy hepatectomy gastrectomy colectomy diagnosis"
    ).split()
)
_GERUND = re.compile(
    r"(?:receiv|start|begin|initiat|complet|undergo|stopp|discontinu|restart|finish|commenc|introduc|tak|hav|switch"
    r"|resum|ceas|perform|add|achiev)ing$",
    re.I,
)
_WORD = re.compile(r"\s*([\w’'α-ω]+(?:[-–/][\w]+)*|[^\w\s])")
_DANGLING = re.compile(
    r"(?:(?:^| )(?:of|and|the|an?|his|her|their|our|its|this|that|these|those|any|all|both))+$", re.I
)
_JOINED = re.compile(
    r" (?:[\w-]+ ){0,2}?(?:(?:combination |combined )?(?:therapy|treatment|chemotherapy|radiotherapy|radiation"
    r"|surgery|resection|mastectomy|dissection))\b(?! (?:was|were|is|has|had|began|started)\b)"
)


def anchor_end(text: str, place: int, stop: int) -> int:
    """The end of the noun phrase that begins at `place`: the event that a time leans on."""
    end = place
    opened = True  # a determiner may stand here: at the start, after 'of', after a gerund
    event = False
    while (word := _WORD.match(text, end, stop)) is not None:
        token = word.group(1)
        low = token.lower()
        if not token[0].isalnum():
            break
        if low == "of" and end > place:
            pass
        elif low == "and" and not opened:
            if not _JOINED.match(text, word.end()):
                break
        elif opened and low in _AFTER_OF:
            pass
        elif (
            (event and low not in ("of", "and"))
            or low in _STOP
            or (not opened and low == "her")
            or (not opened and re.search(r"(?:ed|ly)$", low) and low not in ("combined", "bed"))
            or (not opened and re.fullmatch(NUMBER, low))
        ):
            break
        opened = low == "of" or low in _AFTER_OF or bool(_GERUND.search(low))
        event = low in _EVENT
        end = word.end()
    return place + len(_DANGLING.sub("", text[place:end]))
