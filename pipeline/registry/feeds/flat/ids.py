"""Case ids as ids of other systems, which take fewer characters."""

from __future__ import annotations

import re
from hashlib import sha256

_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]")


def safe_id(case_id: str, limit: int) -> str:
    """The case id where it is of letters, digits, `_`, `.`, `-` and no longer than `limit`; else what can be taken of
    it, and eight digits of its hash, so that two cases never become one."""
    safe = _UNSAFE.sub("-", case_id)
    if safe == case_id and len(case_id) <= limit:
        return case_id
    return f"{safe[: limit - 9]}-{sha256(case_id.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
