"""The file of accounts: read with care, written whole or not at all, and for its owner alone.

A line is ``NAME:scrypt:N:R:P:SALT:HASH``, salt and hash in base64. What is anything else is damage: a person
must not be let in, or left out, by half a line.
"""

from __future__ import annotations

import binascii
import contextlib
import os
import stat
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.search.accounts.names import checked_name, key_of
from coopsearch.search.accounts.passwords import Parameters, Secret, checked_password, made
from coopsearch.search.errors import IndexLocked, SettingsError

#: Accounts of one file, and its bytes.
MOST: Final = 1_000
_LARGEST: Final = 1 << 19
_KIND: Final = "scrypt"
_PARTS: Final = 7
_READ: Final = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
)
_NEW: Final = (
    os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
)
_MODE: Final = 0o600
#: Seconds that one who changes the file waits for another.
_PATIENCE: Final = 10.0


class Account(NamedTuple):
    """A person who may sign in."""

    name: str
    secret: Secret

    @property
    def key(self) -> str:
        """What is the same for all ways to write the name."""
        return key_of(self.name)


#: Accounts by the keys of their names, in the order of the file.
Accounts = Mapping[str, Account]


def read(path: Path) -> Accounts:
    """Read a file of accounts. Raises SettingsError where it is missing, damaged, or open to others."""
    try:
        handle = os.open(path, _READ)
    except OSError as error:
        what = "is not there" if isinstance(error, FileNotFoundError) else _reason(error)
        raise SettingsError(
            f"{path}: the file of accounts {what}; `coopsearch accounts add NAME --accounts FILE` makes one"
        ) from None
    try:
        check_private(os.fstat(handle), path, "the file of accounts")
    except SettingsError:
        os.close(handle)
        raise
    with os.fdopen(handle, "rb") as stream:
        data = stream.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise SettingsError(f"{path} is too large to be a file of accounts; name another")
    return _parsed(data, path)


def check_private(found: os.stat_result, path: Path, what: str) -> None:
    """Raise SettingsError for what is not a file, or of which others may read or replace something."""
    if not stat.S_ISREG(found.st_mode):
        raise SettingsError(f"{path}: {what} is not a regular file; name another")
    if os.name != "posix":
        return
    if found.st_mode & 0o077:
        raise SettingsError(f"{path}: others may read or write {what}; run `chmod 600` on it")
    if found.st_uid not in {0, os.geteuid()}:
        raise SettingsError(f"{path}: {what} belongs to another user; name one of your own")


def _parsed(data: bytes, path: Path) -> Accounts:
    found: dict[str, Account] = {}
    if data and not data.endswith(b"\n"):
        raise SettingsError(f"{path}: the file of accounts is cut off; restore it, or make it anew")
    for number, line in enumerate(data.split(b"\n")[:-1], 1):
        account = _account(line)
        if account is None or account.key in found:
            why = "is not an account" if account is None else "is an account that stands above it already"
            raise SettingsError(f"{path}:{number}: this line {why}; remove it, and add the person again")
        found[account.key] = account
    if len(found) > MOST:
        raise SettingsError(f"{path} has {len(found):,} accounts, and {MOST:,} are the most")
    return found


def _account(line: bytes) -> Account | None:
    try:
        parts = line.decode("utf-8").split(":")
        if len(parts) != _PARTS or parts[1] != _KIND:
            return None
        name, _, n, r, p, salt, digest = parts
        if not all(one.isascii() and one.isdigit() and len(one) < 10 for one in (n, r, p)):  # noqa: PLR2004
            return None
        secret = Secret(
            Parameters(int(n), int(r), int(p)),
            b64decode(salt, validate=True),
            b64decode(digest, validate=True),
        )
        return Account(name, secret) if secret.is_sound and checked_name(name) == name else None
    except (ValueError, binascii.Error, SettingsError):
        return None


def add(path: Path, name: str, password: str) -> Account:
    """Add a person; the file is made if it is not there. Raises SettingsError for a name that there is."""
    account = Account(checked_name(name), made(checked_password(password, name)))
    with _changing(path) as accounts:
        check_new(accounts, account.name, path)
        accounts[account.key] = account
    return account


def check_new(accounts: Accounts, name: str, path: Path) -> None:
    """Raise SettingsError where there is a person of this name, or room for no more."""
    if (there := accounts.get(key_of(name))) is not None:
        raise SettingsError(
            f"{path} has an account for {there.name} already; `coopsearch accounts password` "
            "gives it another password"
        )
    if len(accounts) >= MOST:
        raise SettingsError(f"{path} has {MOST:,} accounts, which are the most; remove some")


def change(path: Path, name: str, password: str) -> Account:
    """Give a person another password. Raises SettingsError for a name that is not there."""
    with _changing(path) as accounts:
        there = named(accounts, name, path)
        account = Account(there.name, made(checked_password(password, name)))
        accounts[account.key] = account
    return account


def remove(path: Path, name: str) -> Account:
    """Remove a person. Raises SettingsError for a name that is not there."""
    with _changing(path) as accounts:
        account = named(accounts, name, path)
        del accounts[account.key]
    return account


def named(accounts: Accounts, name: str, path: Path) -> Account:
    """Return the account of a name. Raises SettingsError where there is none."""
    found = accounts.get(key_of(name))
    if found is None:
        raise SettingsError(
            f"{path} has no account for {name!r:.80}; `coopsearch accounts list` shows those that there are"
        )
    return found


def existing(path: Path) -> Accounts:
    """Return the accounts of a file, none where it is not there yet. Raises SettingsError as ``read``."""
    return read(path) if os.path.lexists(path) else {}


@contextmanager
def _changing(path: Path) -> Iterator[dict[str, Account]]:
    """Give the accounts of a file to be changed, and write them at the end; one process at a time."""
    # Imported here: whoever reads the file needs no lock.
    from coopsearch.search.indexdir.exclusive import alone

    busy = IndexLocked(f"{path}: another process changes the file of accounts; try again")
    if not path.parent.is_dir():
        raise SettingsError(f"{path}: there is no folder {path.parent}; make it, or name another file")
    if not os.access(path.parent, os.W_OK):
        raise SettingsError(f"{path}: nothing can be written in {path.parent}; name another file")
    with alone(path.with_name(f"{path.name}.lock"), _PATIENCE, busy):
        accounts = dict(existing(path))
        yield accounts
        _write(path, accounts)


def _write(path: Path, accounts: Accounts) -> None:
    """Put accounts in the place of those that are there, in one step, durably, with mode 0600."""
    text = "".join(f"{_line(one)}\n" for one in accounts.values())
    part = path.with_name(f"{path.name}.new")
    try:
        # One that a killed process left, or a link that somebody laid there.
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
        with os.fdopen(os.open(part, _NEW, _MODE), "wb") as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
        if os.name == "posix":
            handle = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise SettingsError(
            f"{path}: the file of accounts cannot be written: {_reason(error)}; it is as it was"
        ) from None


def _line(account: Account) -> str:
    (n, r, p), salt, digest = account.secret
    return f"{account.name}:{_KIND}:{n}:{r}:{p}:{b64encode(salt).decode()}:{b64encode(digest).decode()}"


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
