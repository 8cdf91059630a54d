"""Names of accounts: which there can be, and which are the same.

Does not depend on files.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from coopsearch.search.errors import SettingsError

#: Characters of a name.
LONGEST: Final = 64
#: What a name is made of beside letters, their marks, and digits.
_BETWEEN: Final = frozenset(" ._-'@+")


def checked_name(given: str) -> str:
    """Return a name as it is kept. Raises SettingsError for what cannot be one.

    Signs that nobody sees, or that turn the direction, would make two names that look the same.
    """
    name = " ".join(unicodedata.normalize("NFC", given).split(" ")).strip()
    name = " ".join(name.split(" "))
    if not name:
        raise SettingsError("the name of an account is empty; give one, as in: coopsearch accounts add ann")
    if len(name) > LONGEST:
        raise SettingsError(f"the name of an account has {LONGEST} characters at most; give a shorter one")
    for character in name:
        if unicodedata.category(character)[0] not in "LMN" and character not in _BETWEEN:
            shown = character if character.isprintable() else f"U+{ord(character):04X}"
            raise SettingsError(
                f"the name of an account holds letters, digits, blanks and . _ - ' @ +, and not {shown}; "
                "give another"
            )
    if not any(unicodedata.category(character)[0] in "LN" for character in name):
        raise SettingsError("the name of an account needs a letter or a digit; give another")
    return name


def key_of(given: str) -> str:
    """Return what is the same for all ways to write a name, "" for what cannot be one."""
    try:
        name = checked_name(given)
    except SettingsError:
        return ""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
