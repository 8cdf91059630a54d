"""Who is signed in: sessions in memory, which end with the service, after a while, or when somebody says so.

A cookie holds a random key, of which the digest alone is kept here; one that was not made here is no session,
whoever brings it. Does not depend on the web's libraries.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from typing import Final

from coopsearch.search.accounts.kept import Account

#: Seconds without a question after which a session ends, and after which each ends.
IDLE: Final = 3600.0
LONGEST: Final = 12 * 3600.0
#: Sessions of all, and of one person: browsers, telephones.
MOST: Final = 4096
MOST_OF_ONE: Final = 16


class Session:
    """Somebody who is signed in."""

    __slots__ = ("account", "began", "csrf", "is_over", "used")

    def __init__(self, account: Account, now: float) -> None:
        """Begin for a person."""
        self.account = account
        self.csrf = secrets.token_urlsafe(24)
        """The second key, which stands in this person's pages."""
        self.began = self.used = now
        self.is_over = False
        """Whether it was ended; what still goes out over it must stop."""


class Sessions:
    """All sessions of a service. For the thread of one event loop."""

    def __init__(
        self, is_current: Callable[[Account], bool], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Take who knows whether an account is still as it was, and what counts seconds."""
        self._is_current, self._clock = is_current, clock
        self._every: dict[bytes, Session] = {}

    def __len__(self) -> int:
        """Return how many there are, over or not."""
        return len(self._every)

    def begin(self, account: Account) -> str:
        """Begin a session; return its key. The oldest of a person who has too many ends."""
        now = self._clock()
        for digest, one in list(self._every.items()):
            if not self._lasts(one, now):
                self._drop(digest)
        mine = [digest for digest, one in self._every.items() if one.account.key == account.key]
        for digest in mine[: max(0, len(mine) + 1 - MOST_OF_ONE)]:
            self._drop(digest)
        if len(self._every) >= MOST:
            self._drop(min(self._every, key=lambda digest: self._every[digest].used))
        key = secrets.token_urlsafe(32)
        self._every[_digest(key)] = Session(account, now)
        return key

    def find(self, key: str, *, used: bool = True) -> Session | None:
        """Return the session of a key, None for one that is over or never was. ``used`` keeps it going."""
        digest = _digest(key)
        found = self._every.get(digest)
        if found is None:
            return None
        now = self._clock()
        if not self._lasts(found, now):
            self._drop(digest)
            return None
        if used:
            found.used = now
        return found

    def lasts(self, session: Session) -> bool:
        """Say whether a session goes on, at this moment."""
        return not session.is_over and self._lasts(session, self._clock())

    def end(self, key: str) -> None:
        """End the session of a key, if there is one."""
        self._drop(_digest(key))

    def _lasts(self, session: Session, now: float) -> bool:
        return (
            now - session.used < IDLE and now - session.began < LONGEST and self._is_current(session.account)
        )

    def _drop(self, digest: bytes) -> None:
        found = self._every.pop(digest, None)
        if found is not None:
            found.is_over = True


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
