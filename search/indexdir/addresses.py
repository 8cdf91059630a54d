r"""Names of files as text that can be printed, stored and typed, and the way back.

A name on disk is bytes, and not every name is UTF-8. An address is: it can stand in JSON, in an index, on a
terminal. Nearly every name is its own address. Only where bytes are no UTF-8 (or where a name looks as if
it had been escaped here) are backslashes doubled and the odd bytes written as ``\xNN``, so that no two
names share an address and each address leads back to its file. The same holds for ``!`` behind an ending:
``a.zip!b.txt`` is the address of a member of ``a.zip``, and never that of a file which has this name. A
document that a script added has no file; its address begins with ``api://``. Works on names, and never looks
at the files.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Final

#: Begins the address of a document that a script added. No path of a file does: in those, one slash is never
#: followed by another.
ADDED: Final = "api://"
#: What only an escaped name holds: a doubled backslash, a byte over 0x7F, ``!``, a lone surrogate.
_ESCAPE: Final = re.compile(r"\\\\|\\x([89a-f][0-9a-f]|21)|\\u(d[89a-f][0-9a-f]{2})")
#: What is no UTF-8, and so cannot stand in an address as it is.
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
#: In the address of a file that is also the sign between a file and its members.
_ODD: Final = re.compile(rf"{_SURROGATE.pattern}|\.(?=\w*[^\W\d])\w{{1,10}}!")


def address(path: bytes | str) -> str:
    """Return the printable address of a path as the system gives it (bytes, or text from ``os.fsdecode``)."""
    return _written(os.fsdecode(path), _ODD)


def is_added(address: str) -> bool:
    """Say whether an address is that of a document which a script added: it has no file."""
    return address.startswith(ADDED)


def printable(name: str) -> str:
    """Return the name of a member as it stands in an address: within its file it may hold any sign."""
    return _written(name, _SURROGATE)


def files_in(address: str) -> Iterator[str]:
    """Yield the addresses of which one is that of the file: the whole, and what stands before each ``!``."""
    yield address
    yield from (address[:at] for at, sign in enumerate(address) if sign == "!")


def original(address: str) -> str:
    """Return the path that an address stands for, in the form that ``open`` takes."""
    return _ESCAPE.sub(_unescaped, address)


def _written(name: str, odd: re.Pattern[str]) -> str:
    if not odd.search(name) and not _ESCAPE.search(name):
        return name
    return odd.sub(_escaped, name.replace("\\", "\\\\"))


def _escaped(match: re.Match[str]) -> str:
    if match[0].endswith("!"):
        return rf"{match[0][:-1]}\x21"
    code = ord(match[0])
    # U+DC80 to U+DCFF are bytes, by PEP 383; any other surrogate is none, and is kept as what it is.
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"  # noqa: PLR2004


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        code = int(match[1], 16)
        return chr(code if code < 0x80 else 0xDC00 + code)  # noqa: PLR2004
    return chr(int(match[2], 16)) if match[2] else "\\"
