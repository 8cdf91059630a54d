"""Marks and notes that go with a file to its new place.

An index run sees that a file lies elsewhere now; each such move is written into the log, so that it can be
followed again where a colleague's desk comes from before it. Does not depend on engines or query syntax.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from coopsearch.search.desk.marks import address_in, log
from coopsearch.search.desk.store import exists, reading, writing

MOVED: Final = "move"
#: Tables whose rows go with a file, with the moment of each.
_GOING: Final = ("marks", "notes")


def follow(index: Path, moves: Iterable[tuple[str, str]]) -> int:
    """Move marks and notes to where files are now; return of how many files. Raises as ``store.writing``.

    ``moves`` are addresses before and after, absolute or as the index has them.
    """
    if not exists(index):
        return 0
    pairs = [(address_in(index, before), address_in(index, after)) for before, after in moves]
    with reading(index) as desk:
        concerned = [pair for pair in pairs if _has(desk, pair[0])]
    if not concerned:
        return 0
    with writing(index) as desk:
        for before, after in concerned:
            log(desk, MOVED, before, "", after)
        follow_log(desk)
    return len(concerned)


def follow_log(desk: sqlite3.Connection) -> None:
    """Move what was marked or noted before a move that the log of an open desk knows."""
    moves = desk.execute("SELECT path, value, at FROM log WHERE act = ? ORDER BY at, id", (MOVED,)).fetchall()
    for before, after, at in moves:
        for table in _GOING:
            # Of an archive, all members go.
            desk.execute(
                f"UPDATE OR IGNORE {table} SET path = ?2 || substr(path, length(?1) + 1) "  # noqa: S608 - ours
                "WHERE (path = ?1 OR substr(path, 1, length(?1) + 1) = ?1 || '!') AND at <= ?3",
                (before, after, at),
            )
        desk.execute(
            "DELETE FROM marks WHERE (path = ?1 OR substr(path, 1, length(?1) + 1) = ?1 || '!') AND at <= ?2",
            (before, at),
        )


def moved(desk: sqlite3.Connection) -> Mapping[str, str]:
    """Return where files are now that the log says were moved, by their earlier addresses."""
    now: dict[str, str] = {}
    rows = desk.execute("SELECT path, value FROM log WHERE act = ? ORDER BY at, id", (MOVED,)).fetchall()
    for before, after in rows:
        for earlier, place in now.items():
            if place == before:
                now[earlier] = after
        now.pop(after, None)
        now[before] = after
    return now


def place_of(path: str, places: Mapping[str, str]) -> str:
    """Return where a document is now: it may be a member of a file that was moved."""
    if not places or path in places:
        return places.get(path, path)
    file, sign, member = path.partition("!")
    return f"{places[file]}{sign}{member}" if file in places else path


def _has(desk: sqlite3.Connection, path: str) -> bool:
    asked = " UNION ALL ".join(
        f"SELECT 1 FROM {table} WHERE path = ?1 OR substr(path, 1, length(?1) + 1) = ?1 || '!'"  # noqa: S608
        for table in (*_GOING, "citations", "log")
    )
    return desk.execute(f"{asked} LIMIT 1", (path,)).fetchone() is not None
