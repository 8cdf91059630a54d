"""Copies of a desk: making one, putting one back, joining two, and looking whether all is well.

Two desks are joined by what their rows are: marks by document, tag and person, rows that are only added by
their id. To join the same desk twice changes nothing, and two that are joined either way hold the same
marks, notes, log and citations: what was taken back in one is taken back in both, as the log says when. Does
not depend on engines or query syntax.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.search.desk import store
from coopsearch.search.desk.marks import UNMARKED, UNNOTED
from coopsearch.search.desk.moves import follow_log
from coopsearch.search.errors import CoopsearchError, IndexUnreadable, SettingsError
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.names import ASIDE, DESK

#: Tables whose rows are merged by their keys, in the order in which they are told.
_JOINED: Final = ("marks", "notes", "log", "citations")
#: All tables, as they are counted.
TABLES: Final = ("saved", "looked", "known", *_JOINED)


class Merged(NamedTuple):
    """What a merge came to."""

    added: dict[str, int]
    """New rows of each table."""
    removed: int
    """Marks and notes that were here and had been taken back there."""
    conflicts: tuple[str, ...]
    """Names of saved searches that are others there: those here stay."""


def backup(index: Path, target: Path, *, force: bool = False) -> int:
    """Write a copy of the desk; return its size. Raises SettingsError, and what ``store.reading`` raises."""
    if not store.exists(index):
        raise SettingsError(f"nothing is kept yet in the desk of {index}; there is nothing to back up")
    _refuse(index, target)
    if os.path.lexists(target) and not force:
        raise SettingsError(f"{target} is there already; give another name, or --force to replace it")
    with store.reading(index) as desk:
        data = desk.serialize()
    _write(target, data)
    return len(data)


def restore(index: Path, source: Path) -> Path | None:
    """Put a copy in the place of the desk; return where the one that was there lies now.

    The copy is checked first, and the one that was there need not be readable. Raises SettingsError and what
    ``store.writing`` raises.
    """
    _refuse(index, source)
    copy = _read(source)
    try:
        data = copy.serialize()
    finally:
        copy.close()
    aside = index / ASIDE if store.exists(index) else None
    store.put(index, data, aside=ASIDE)
    return aside


def merge(index: Path, source: Path) -> Merged:
    """Take over what another desk holds. Raises SettingsError, and what ``store.writing`` raises.

    What somebody there has looked at of saved searches is theirs and stays there.
    """
    _refuse(index, source)
    other = _read(source)
    try:
        with store.writing(index) as desk:
            added = {table: _join(desk, other, table) for table in _JOINED}
            removed = _taken_back(desk)
            follow_log(desk)
            mine = dict(desk.execute("SELECT name, query || char(0) || options FROM saved"))
            conflicts, fresh = [], 0
            for row in other.execute("SELECT name, query, options, at, who FROM saved ORDER BY name"):
                if row[0] not in mine:
                    desk.execute("INSERT INTO saved VALUES (?, ?, ?, ?, ?)", row)
                    fresh += 1
                elif mine[row[0]] != f"{row[1]}\0{row[2]}":
                    conflicts.append(str(row[0]))
    finally:
        other.close()
    return Merged({"saved": fresh, **added}, removed, tuple(conflicts))


def counts(index: Path) -> dict[str, int]:
    """Return how many rows each table has; reading them checks the whole file."""
    with store.reading(index) as desk:
        return {
            table: int(desk.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - our own names
            for table in TABLES
        }


def addresses(index: Path) -> list[str]:
    """Return the addresses of all documents that have marks, notes or citations, sorted."""
    asked = " UNION ".join(f"SELECT path FROM {table}" for table in ("marks", "notes", "citations"))  # noqa: S608
    with store.reading(index) as desk:
        return sorted(str(path) for (path,) in desk.execute(asked))


def _join(desk: sqlite3.Connection, other: sqlite3.Connection, table: str) -> int:
    """Add the rows of a table that are not here; return how many that are."""
    before = desk.total_changes
    rows = other.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - our own names
    if rows:
        places = ", ".join("?" * len(rows[0]))
        if table == "marks":
            # One who put the same tag on the same document twice did so first at the earlier moment.
            desk.executemany(
                "INSERT INTO marks VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET at = min(at, excluded.at) "
                "WHERE excluded.at < at",
                rows,
            )
        else:
            desk.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({places})", rows)  # noqa: S608
    return desk.total_changes - before


def _taken_back(desk: sqlite3.Connection) -> int:
    """Remove what the log of either desk says was taken back later; return how much."""
    gone = 0
    taken = desk.execute("SELECT path, value, who, at FROM log WHERE act = ?", (UNMARKED,)).fetchall()
    for path, value, actor, at in taken:
        tag, _, owner = str(value).partition(" of ")
        gone += desk.execute(
            "DELETE FROM marks WHERE path = ? AND tag = ? AND who = ? AND at <= ?",
            (path, tag, owner or actor, at),
        ).rowcount
    gone += desk.execute(
        "DELETE FROM notes WHERE id IN (SELECT value FROM log WHERE act = ?)", (UNNOTED,)
    ).rowcount
    return gone


def _refuse(index: Path, path: Path) -> None:
    """Raise SettingsError where a copy would be the desk itself."""
    try:
        same = path.exists() and store.exists(index) and path.samefile(store.desk_path(index))
    except OSError:
        same = False
    if same:
        raise SettingsError(f"{path} is the desk of this index itself; give another file")


def _read(source: Path) -> sqlite3.Connection:
    """Open a desk from any file. Raises SettingsError where there is none, and what ``read_desk`` raises."""
    path = source / DESK if source.is_dir() else source
    try:
        return store.read_desk(path)
    except FileNotFoundError:
        raise SettingsError(
            f"there is no desk at {path}; give a file that `desk backup` made, or an index"
        ) from None


def _write(target: Path, data: bytes) -> None:
    if not target.parent.is_dir():
        raise SettingsError(f"there is no folder {target.parent}; make it first")
    try:
        durable.replace(target, data)
    except IndexUnreadable:
        raise
    except CoopsearchError as error:
        raise SettingsError(f"the copy cannot be written to {target}: {_reason(error)}") from None


def _reason(error: CoopsearchError) -> str:
    cause = error.__cause__
    return (cause.strerror or str(cause)).lower() if isinstance(cause, OSError) else str(error)
