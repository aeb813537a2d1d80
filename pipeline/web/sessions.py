"""Who is signed in: random tokens in the memory of the server, forgotten when it ends; and how often one may try."""

from __future__ import annotations

import hmac
import secrets
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

IDLE, LONGEST = 2 * 3600.0, 12 * 3600.0  # seconds
_MOST = 2000
_TRIES, _ALL_TRIES, _WITHIN = 5, 50, 300.0


@dataclass
class Session:
    """`who` is None until somebody signed in; `csrf` is what each form of this session carries."""

    token: str
    who: str | None
    began: float
    seen: float
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    def is_from_us(self, csrf: str) -> bool:
        return hmac.compare_digest(self.csrf.encode(), csrf.encode("utf-8", "surrogatepass"))


class Sessions:
    """The sessions by token. When there are too many, the one that was seen longest ago goes; those that are signed in
    are counted apart, so that nobody signs people out by asking for the form very often."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._signed_in: OrderedDict[str, Session] = OrderedDict()
        self._nobody: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, who: str | None) -> Session:
        now = self._clock()
        made = Session(secrets.token_urlsafe(32), who, now, now)
        known = self._nobody if who is None else self._signed_in
        with self._lock:
            known[made.token] = made
            while len(known) > _MOST:
                known.popitem(last=False)
        return made

    def find(self, token: str | None) -> Session | None:
        now = self._clock()
        with self._lock:
            known = self._signed_in if token in self._signed_in else self._nobody
            found = known.get(token or "")
            if found is None:
                return None
            if now - found.seen > IDLE or now - found.began > LONGEST:
                del known[found.token]
                return None
            found.seen = now
            known.move_to_end(found.token)
            return found

    def end(self, session: Session) -> None:
        with self._lock:
            self._signed_in.pop(session.token, None)
            self._nobody.pop(session.token, None)


class Tries:
    """Wrong sign-ins of the last minutes: from one address, and from all of them."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._all: deque[tuple[float, str]] = deque()
        self._lock = threading.Lock()

    def begin(self, address: str) -> float:
        """Count a try; 0 where it may be made, else the seconds to wait. A try that is right is taken back."""
        now = self._clock()
        with self._lock:
            while self._all and now - self._all[0][0] > _WITHIN:
                self._all.popleft()
            mine = [at for at, other in self._all if other == address]
            if len(mine) >= _TRIES:
                return _WITHIN - (now - mine[-_TRIES]) + 1
            if len(self._all) >= _ALL_TRIES:
                return _WITHIN - (now - self._all[0][0]) + 1
            self._all.append((now, address))
        return 0.0

    def forgive(self, address: str) -> None:
        """The tries of an address that gave the password."""
        with self._lock:
            self._all = deque(one for one in self._all if one[1] != address)
