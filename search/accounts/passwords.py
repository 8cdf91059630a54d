"""Passwords: which are too weak, and what is kept in place of one.

What is kept is made by scrypt (RFC 7914), which takes as much memory as time, so that whoever copies the file
tries few of them. Does not depend on files.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from typing import Final, NamedTuple

from coopsearch.search.errors import SettingsError

#: Characters of a password, and how many different ones.
SHORTEST: Final = 12
LONGEST: Final = 1024
_DIFFERENT: Final = 5
_SALT: Final = 16
_DIGEST: Final = 32
#: Bytes that one scrypt may take.
_MEMORY: Final = 1 << 28


class Parameters(NamedTuple):
    """What one try costs: 128 * n * r bytes, and time as n * r * p."""

    n: int = 1 << 15
    r: int = 8
    p: int = 1

    @property
    def are_sound(self) -> bool:
        """Whether a try costs something, and not too much: a file may have been written by hand."""
        return (
            self.n.bit_count() == 1
            and 1 <= self.r <= 64  # noqa: PLR2004 - far above any that is used
            and 1 <= self.p <= 16  # noqa: PLR2004
            and self.n * self.r >= 1 << 17
            and self.n * self.r * self.p <= 1 << 24
            and 128 * self.n * self.r <= _MEMORY
        )


class Secret(NamedTuple):
    """What is kept in place of a password."""

    parameters: Parameters
    salt: bytes
    digest: bytes

    @property
    def is_sound(self) -> bool:
        """Whether it can be one."""
        return self.parameters.are_sound and len(self.salt) == _SALT and len(self.digest) == _DIGEST


def checked_password(given: str, name: str) -> str:
    """Return a password for a person. Raises SettingsError for one that is guessed easily."""
    password = normal(given)
    if len(password) < SHORTEST:
        raise SettingsError(f"a password has {SHORTEST} characters at least; some words make a good one")
    if len(password) > LONGEST:
        raise SettingsError(f"a password has {LONGEST:,} characters at most; give a shorter one")
    if any(unicodedata.category(one) == "Cc" for one in password):
        raise SettingsError("a password holds no control characters, as no form takes them; give another")
    rest = password.casefold().replace(normal(name).casefold(), "")
    if len(set(rest)) < _DIFFERENT:
        raise SettingsError("this password is guessed at once; give one of several words")
    return password


def made(password: str) -> Secret:
    """Return what is kept of a password, with a salt of its own."""
    parameters, salt = Parameters(), secrets.token_bytes(_SALT)
    return Secret(parameters, salt, derive(password, parameters, salt))


def decoy(parameters: Parameters) -> Secret:
    """Return what no password matches, and costs as much to try."""
    return Secret(parameters, secrets.token_bytes(_SALT), secrets.token_bytes(_DIGEST))


def is_right(secret: Secret, password: str) -> bool:
    """Say whether a password is the one. It takes some 0.1 s, and as long for a wrong one."""
    found = derive(password, secret.parameters, secret.salt)
    return hmac.compare_digest(found, secret.digest)


def derive(password: str, parameters: Parameters, salt: bytes) -> bytes:
    """Return what scrypt makes of a password. It leaves other threads at work."""
    n, r, p = parameters
    return hashlib.scrypt(
        normal(password).encode("utf-8", "surrogatepass"),
        salt=salt,
        n=n,
        r=r,
        p=p,
        maxmem=_MEMORY + (1 << 20),
        dklen=_DIGEST,
    )


def normal(password: str) -> str:
    """Return the one form of what keyboards of several systems write in several (RFC 8265)."""
    return unicodedata.normalize("NFC", password)
