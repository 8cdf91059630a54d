"""Removing what a person kept about documents that are purged: no word of them stays beside the index.

Does not depend on engines or the terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from coopsearch.search.desk import last_answer, store
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.names import ASIDE

#: The tables whose rows are about a document, named by ``path``.
_TABLES: Final = ("known", "marks", "notes", "log", "citations")


def erase(index: Path, paths: Iterable[str]) -> int:
    """Remove what the desk holds about documents of files, and the last answers; return how many rows went.

    ``paths`` are addresses as the index has them, of files or of folders with all that lies in them. Raises
    what ``store.writing`` raises.
    """
    last_answer.forget(index)
    # What a restore put aside holds the same documents.
    durable.remove(index, [ASIDE])
    if not store.exists(index):
        return 0
    removed = 0
    with store.writing(index) as desk:
        for start, end in {one for path in paths for one in _ranges(path)}:
            for table in _TABLES:
                # Comparing takes no sign of a name for a pattern, as LIKE would.
                statement = f"DELETE FROM {table} WHERE path >= ? AND path < ?"  # noqa: S608 - names of ours
                removed += desk.execute(statement, (start, end)).rowcount
            # Where a document was before it was moved, the log names it as the value.
            gone = "DELETE FROM log WHERE act = 'move' AND value >= ? AND value < ?"
            removed += desk.execute(gone, (start, end)).rowcount
        desk.commit()
        # What is deleted stays in the free room of the file until that is written anew.
        desk.execute("VACUUM")
    return removed


def _ranges(path: str) -> Iterator[tuple[str, str]]:
    """Yield the ranges of addresses that are those of a file, of its members, and of a folder's files."""
    path = path.encode("utf-8", "backslashreplace").decode("utf-8")
    yield path, f"{path}\x00"
    for sign in "!/":
        yield f"{path}{sign}", f"{path}{chr(ord(sign) + 1)}"
