"""'Distant' and 'recurrence', which name no organ."""

import re

from pipeline.mentions.anatomy import Anatomy, between
from pipeline.mentions.site_chains import FILL

# 'No evidence of breast cancer recurrence': the word is a Site where it is denied, a name of the disease elsewhere.
_NO_CANCER = re.compile(
    r"\b(?:no|without|any|(?:evidence|signs?|suspicion|indication) of) (?:\w+ )?(?:cancer|carcinoma|melanoma) $", re.I
)


def special(text: str, start: int, end: int, member: Anatomy, anatomy: list[Anatomy]) -> str | None:
    """'Distant' before a word of spread; 'recurrence' by itself, not 'peritoneal recurrence' or '-free'."""
    after = text[member.end : end]
    if member.name == "distant":
        return (
            "present"
            if re.match(
                r"[\s-]*(?:\w+ )?(?:(?:or|and|/)\s\w+ )?(?:\([^()]*\) )?(?:metasta\w*|spread|disease|recurren\w*"
                r"|lesions?|relapse|organ|site|disseminat\w+|failure)",
                after,
                re.I,
            )
            else None
        )
    if re.match(r"[- ](?:free|score|rate|risk|interval)|[- ]?suspected", after, re.I):
        return None
    words = text[member.start : member.end].lower()
    before = text[max(start, member.start - 30) : member.start]
    if not _NO_CANCER.search(before) and re.search(
        r"\b(?:cancer|carcinoma|melanoma|metastatic|distant|late|systemic|biochemical)\s$|\b(?:risk|rate"
        r"|chance|probability|prevent\w*) of (?:\w+ )?$|\bfree (?:of|from) (?:the )?$",
        before,
        re.I,
    ):
        return "absent" if re.search(r"\bfree (?:of|from) (?:the )?$", before, re.I) else None
    if words.startswith(("relapse", "recurred", "remote")) and not re.search(
        r"\b(?:no|without|free of|evidence of|signs? of)\s(?:\w+ )?$", before, re.I
    ):
        return None
    if "local" in words or "loco" in words:
        return None if text[start:end].strip(" \t\n.").lower() == words else "present"
    if re.match(
        r" of (?:the |her |his )?(?:disease|cancer|symptom|fever|rash|pain|effusion|breast cancer|ascites|bleeding)",
        after,
        re.I,
    ):
        return None
    place = re.match(
        rf"(?:\s+(?:was|were|is)\s(?:seen|found|noted|detected|observed))?\s+(?:in|to|on|within|at|of) {FILL}",
        after,
        re.I,
    )
    if place and any(a.start == member.end + place.end() for a in between(anatomy, member.end, member.end + 80)):
        return None  # 'recurrence in the liver': the liver is the Site
    listed = re.match(rf"\s?[:(]\s?{FILL}", after)
    if listed and any(a.start == member.end + listed.end() for a in between(anatomy, member.end, member.end + 80)):
        return None  # 'the recurrence: liver and nodes': its sites are named
    if any(
        a.end >= member.start - 1 and a.end <= member.start
        for a in between(anatomy, max(start, member.start - 40), member.start)
    ):
        return None  # 'peritoneal recurrence'
    return None if text[start:end].strip(" \t\n.").lower() == words else "present"
