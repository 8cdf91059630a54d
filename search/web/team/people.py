"""Who somebody is: the accounts of a file as it is now, and whether a password is the right one.

One password is tried at a time, in a thread of its own, so a flood of them takes one core at most and
searches go on. What was right is remembered for a while under a digest with a key that this process alone
has: a program sends its password with every request. Does not depend on the web's libraries.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.search.accounts import passwords
from coopsearch.search.accounts.kept import Account, Accounts, read
from coopsearch.search.accounts.names import key_of
from coopsearch.search.accounts.passwords import Secret
from coopsearch.search.errors import SettingsError
from coopsearch.search.web.guard.places import place_of
from coopsearch.search.web.team.throttle import Throttle

#: Passwords that wait to be tried, of all and from one place.
WAITING: Final = 32
WAITING_OF_ONE: Final = 8
#: Passwords that were right and are remembered, and for how many seconds.
REMEMBERED: Final = 256
_LASTS: Final = 300.0


class Wait(NamedTuple):
    """That somebody has to wait before the next try."""

    seconds: int


class People:
    """Those who may sign in. For the thread of one event loop."""

    def __init__(
        self,
        path: Path,
        say: Callable[[str], object] = lambda message: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read a file of accounts; ``say`` is told when it cannot be read any more. Raises SettingsError."""
        self._path, self._say, self._clock = path, say, clock
        self._seen: tuple[int, ...] = ()
        self._accounts: Accounts = {}
        self.trouble = ""
        """Why nobody can be let in, "" while the file can be read."""
        self._seen = _looks_like(path)
        self._accounts = read(path)
        if not self._accounts:
            raise SettingsError(
                f"{path} holds no account, so nobody could sign in; add one with `coopsearch accounts add`"
            )
        first = next(iter(self._accounts.values()))
        self._decoy: Secret = passwords.decoy(first.secret.parameters)
        self._throttle = Throttle(clock)
        self._key = secrets.token_bytes(32)
        self._right: dict[bytes, tuple[Account, float]] = {}
        self._turn = asyncio.Lock()
        self._waiting: Counter[str] = Counter()
        self._judging: set[asyncio.Task[Account | Wait | None]] = set()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="password")

    def close(self) -> None:
        """End the thread, once it has tried the password at hand."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def current(self) -> Accounts:
        """Return the accounts as the file has them now; none where it is damaged, so nobody is let in."""
        seen = _looks_like(self._path)
        if seen != self._seen:
            self._seen = seen
            try:
                self._accounts = read(self._path)
                if self.trouble:
                    self._say(f"{self._path}: the file of accounts can be read again")
                self.trouble = ""
            except SettingsError as error:
                self._accounts = {}
                if str(error) != self.trouble:
                    self._say(f"{error}; nobody is let in until then")
                self.trouble = str(error)
        return self._accounts

    def is_current(self, account: Account) -> bool:
        """Say whether an account is there, and has the password that it had."""
        return self.current().get(account.key) == account

    def known_as(self, name: str) -> str:
        """Return the name of the account that somebody means, "" where there is none."""
        found = self.current().get(key_of(name))
        return "" if found is None else found.name

    async def check(self, name: str, password: str, address: str) -> Account | Wait | None:
        """Return the account whose name and password these are, None where they are not.

        A name that is not there costs what a wrong password costs. Wait says that nothing was tried.
        """
        key = key_of(name)
        if (known := self._remembered(key, password)) is not None:
            return known
        place = place_of(address)
        if seconds := self._throttle.wait(key, address):
            return Wait(seconds)
        if self._waiting.total() >= WAITING or self._waiting[place] >= WAITING_OF_ONE:
            return Wait(1)
        self._waiting[place] += 1
        # Whoever goes away meanwhile does not take back the guess.
        judging = asyncio.ensure_future(self._judged(key, password, address))
        self._judging.add(judging)
        judging.add_done_callback(self._judging.discard)
        return await asyncio.shield(judging)

    async def _judged(self, key: str, password: str, address: str) -> Account | Wait | None:
        place = place_of(address)
        try:
            async with self._turn:
                # Those before it may have been the same, or too many.
                if (known := self._remembered(key, password)) is not None:
                    return known
                if seconds := self._throttle.wait(key, address):
                    return Wait(seconds)
                account = self.current().get(key)
                secret = self._decoy if account is None else account.secret
                right = await asyncio.get_running_loop().run_in_executor(
                    self._thread, passwords.is_right, secret, password
                )
                if account is None or not right or not self.is_current(account):
                    self._throttle.failed(key, address)
                    return None
                self._throttle.passed(key, address)
                self._remember(key, password, account)
                return account
        finally:
            self._waiting[place] -= 1
            if not self._waiting[place]:
                del self._waiting[place]

    def _remembered(self, key: str, password: str) -> Account | None:
        digest = self._digest(key, password)
        account, until = self._right.get(digest, (None, 0.0))
        if account is None:
            return None
        if until <= self._clock() or not self.is_current(account):
            del self._right[digest]
            return None
        return account

    def _remember(self, key: str, password: str, account: Account) -> None:
        while len(self._right) >= REMEMBERED:
            del self._right[next(iter(self._right))]
        self._right[self._digest(key, password)] = account, self._clock() + _LASTS

    def _digest(self, key: str, password: str) -> bytes:
        text = f"{key}\0{password}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, text, hashlib.sha256).digest()


def _looks_like(path: Path) -> tuple[int, ...]:
    """Return what changes with a file: which it is, how long, since when, and who may read it."""
    try:
        found = path.lstat()
    except OSError:
        return ()
    return (
        found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_mode,
        found.st_uid,
    )  # fmt: skip
