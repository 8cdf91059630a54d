"""The table of our own entries, made while the package is built: the build calls ``make``.

Does not depend on an index or the terminal.
"""

from __future__ import annotations

from pathlib import Path

from coopsearch.search.translation.bundled import ENTRIES, stamp_of
from coopsearch.search.translation.compiling import compiled
from coopsearch.search.translation.entry import read_entries


def make(folder: str, target: str) -> None:
    """Compile the entries in a folder into a file. Raises SettingsError, with the line, for a bad entry."""
    contents = [Path(folder, name).read_bytes() for name in ENTRIES]
    entries = [
        entry
        for name, content in zip(ENTRIES, contents, strict=True)
        for entry in read_entries(content.decode("utf-8").splitlines(), name)
    ]
    Path(target).write_bytes(compiled(entries, stamp_of(contents)))
