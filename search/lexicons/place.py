"""Where the user's lexicons are, and what one may be called. Reads no file of them."""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from pathlib import Path
from typing import Final

from coopsearch.search.errors import SettingsError
from coopsearch.search.translation.table import BUNDLED

#: Names the folder in place of the usual one; where it is empty, no lexicons are read.
VARIABLE: Final = "COOPSEARCH_LEXICONS"
#: What ends the name of the page of a lexicon, and that of its table.
PAGE: Final = ".json"
TABLE: Final = ".lexicon"
#: The lock of whoever adds or removes.
LOCK: Final = "lock"
_NAME: Final = re.compile(r"[^\W_](?:[\w.-]{0,38}[\w])?")
#: Characters of the longest name.
_LONGEST: Final = 40
#: Names that no file has on Windows, whatever its ending is.
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def folder() -> Path | None:
    """Return where lexicons are, or would be; None where there are to be none."""
    if VARIABLE in os.environ:
        named = os.environ[VARIABLE]
        return _real(os.path.expanduser(named)) if named.strip() else None  # noqa: PTH111
    system: str = sys.platform
    if system not in {"win32", "darwin"}:
        # What platformdirs would say, at no cost for each search.
        given = os.environ.get("XDG_DATA_HOME", "")
        base = given if os.path.isabs(given) else os.path.expanduser("~/.local/share")  # noqa: PTH111, PTH117
        return _real(os.path.join(base, "coopsearch", "lexicons")) if os.path.isabs(base) else None  # noqa: PTH117, PTH118
    from platformdirs import user_data_path

    return _real(user_data_path("coopsearch", appauthor=False) / "lexicons")


def _real(path: str | os.PathLike[str]) -> Path:
    """Return where a path leads: the folder may be a link, as its user chose where it is."""
    return Path(os.path.realpath(path))


def checked_name(name: str) -> str:
    """Return what a lexicon is to be called. Raises SettingsError for what cannot be the name of a file."""
    name = unicodedata.normalize("NFC", name)
    if not is_name(name):
        raise SettingsError(
            f"a lexicon cannot be called {name!r:.60}; a name has up to {_LONGEST} letters and digits, with "
            "dots, dashes and underscores between them"
        )
    if name.casefold() == BUNDLED:
        raise SettingsError(f"{BUNDLED} is the lexicon that comes with the program; give another --name")
    return name


def is_name(name: str) -> bool:
    """Say whether a lexicon can be called so."""
    return _NAME.fullmatch(name) is not None and not _RESERVED.fullmatch(name)


def name_of(file: str) -> str:
    """Return a name for the lexicon that a file is made into: its own without endings."""
    stem = unicodedata.normalize("NFC", file)
    endings = r"\.(?:gz|xz|bz2|dz|zip|tar|tgz|tbz2|txz|index|dict|ifo|idx|syn|tbx|tmx|xml|tsv|tab|csv|txt)$"
    while (shorter := re.sub(endings, "", stem, flags=re.IGNORECASE)) != stem:
        stem = shorter
    stem = re.sub(r"[^\w.-]+", "-", stem)[:_LONGEST].strip("-._")
    return stem or "lexicon"
