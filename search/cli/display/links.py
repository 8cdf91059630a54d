"""Links to files that a terminal lets its user follow (OSC 8).

Does not depend on command-line options.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import IO, Final

from coopsearch.search.cli.display.terminal import ADDRESS
from coopsearch.search.errors import SettingsError
from coopsearch.search.indexdir.addresses import is_added, original

VARIABLE: Final = "COOPSEARCH_HYPERLINKS"
#: Terminals that print what they do not know, by the beginning of TERM.
_WITHOUT: Final = ("dumb", "linux", "vt", "eterm", "ansi")
_PLAIN: Final = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/")
_LINK: Final = re.compile(r"\x1b\]8;[^\x1b]*\x1b\\")


def has_links(stream: IO[str], environment: Mapping[str, str] = os.environ) -> bool:
    """Say whether to print links: on a terminal that is not known to lack them, unless told otherwise.

    Raises SettingsError for a value of the variable that makes no sense.
    """
    wanted = environment.get(VARIABLE, "") or "auto"
    if wanted not in {"auto", "always", "never"}:
        raise SettingsError(f"{VARIABLE} is {wanted!r}; set it to auto, always or never")
    if wanted != "auto":
        return wanted == "always"
    terminal = environment.get("TERM", "")
    return bool(
        stream.isatty() and terminal and not terminal.startswith(_WITHOUT) and not environment.get("NO_COLOR")
    )


def linked(text: str, address: str, name: str) -> str:
    """Return a text that leads to the file of an absolute address.

    Pieces of one link have one ``name``, by which a terminal shows them as one. An address that is too long
    for a path leads nowhere, and so does that of a document that a script added.
    """
    if not text or len(address) > ADDRESS or is_added(address):
        return text
    try:
        uri = file_uri(address)
    except UnicodeEncodeError:
        # No file has a name with such a character in it.
        return text
    return f"\x1b]8;id={name};{uri}\x1b\\{text}\x1b]8;;\x1b\\"


def file_uri(address: str) -> str:
    """Return the URI of a file: ASCII that holds nothing but its path, whatever characters that has."""
    path = original(address).replace(os.sep, "/")
    quoted = "".join(chr(one) if one in _PLAIN else f"%{one:02X}" for one in os.fsencode(path))
    return f"file://{_host()}{quoted if quoted.startswith('/') else '/' + quoted}"


def without_links(text: str) -> str:
    """Return a text without its links."""
    return _LINK.sub("", text)


def _host() -> str:
    """Return the name of this machine, by which a terminal on another one knows that it lacks the file."""
    name = os.uname().nodename if hasattr(os, "uname") else ""
    return name if name.isascii() and re.fullmatch(r"[\w.-]+", name) else ""
