"""Our own entries as a table: the one that was compiled with the package, or one made of the entries.

A checkout has no table. It is made there when it is first asked for and kept among the compiled modules,
where the interpreter keeps what it makes of sources; where nothing can be kept it is made in memory. Does not
depend on an index or the terminal.
"""

from __future__ import annotations

import contextlib
import os
import threading
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from coopsearch.search.translation.table import BUNDLED, Table, Unusable, mapped

if TYPE_CHECKING:
    from coopsearch.search.translation.entry import Entry

#: What the lexicon is called where its translations are explained.
NAME: Final = BUNDLED
#: The compiled table, beside this file.
FILE: Final = "bundled.lexicon"
#: The files of the entries, which the installed package does not hold.
ENTRIES: Final = ("words.tsv", "terms.tsv", "places.tsv")
_HERE: Final = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - without pathlib
_CACHE: Final = "__pycache__"

_lock: Final = threading.Lock()
_opened: dict[str, Table] = {}


def bundled() -> Table:
    """Return the table of our own entries, the same for all who ask. Safe for many threads.

    Raises Unusable for a table that is damaged, missing, or of another version.
    """
    with _lock:
        if NAME not in _opened:
            _opened[NAME] = _open()
        return _opened[NAME]


def _open() -> Table:
    sources = _sources()
    path = os.path.join(_HERE, FILE)  # noqa: PTH118
    if sources is None:
        try:
            return mapped(path, NAME)
        except OSError as error:
            raise Unusable(NAME, f"cannot be opened ({error.strerror})") from None
    stamp = stamp_of(sources)
    kept = os.path.join(_HERE, _CACHE, FILE)  # noqa: PTH118
    with contextlib.suppress(OSError, Unusable):
        table = mapped(kept, NAME)
        if table.source == stamp:
            return table
    # Imported for a checkout whose entries or rules have changed.
    from coopsearch.search.translation.compiling import compiled

    data = compiled(entries(), stamp)
    _keep(kept, data)
    return Table(data, NAME)


def entries() -> Iterator[Entry]:
    """Yield our own entries, where their files are. Raises SettingsError, with the line, for a bad one."""
    from coopsearch.search.translation.entry import read_entries

    for name in ENTRIES:
        with open(os.path.join(_HERE, "entries", name), encoding="utf-8") as stream:  # noqa: PTH118, PTH123
            yield from read_entries(stream, name)


def stamp_of(sources: list[bytes]) -> str:
    """Return a text that tells the contents of the files of entries from others."""
    return "".join(f"{zlib.crc32(source):08x}" for source in sources)


def _sources() -> list[bytes] | None:
    """Return the files of the entries, None for an installed package, which has none."""
    found = []
    for name in ENTRIES:
        try:
            with open(os.path.join(_HERE, "entries", name), "rb") as stream:  # noqa: PTH118, PTH123
                found.append(stream.read())
        except OSError:
            return None
    return found


def _keep(path: str, data: bytes) -> None:
    """Write a table where the next process finds it, whole or not at all; whoever cannot does without."""
    with contextlib.suppress(OSError):
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
        part = f"{path}.{os.getpid()}"
        try:
            with open(part, "wb") as stream:  # noqa: PTH123
                stream.write(data)
            os.replace(part, path)  # noqa: PTH105
        finally:
            with contextlib.suppress(OSError):
                os.unlink(part)  # noqa: PTH108
