"""The desk: one small SQLite file beside an index, for saved searches, marks, notes and citations.

The file is read into memory as a whole. It is written as a whole, too, beside the old one, which it then
replaces: so it is the old state or the new one whatever is cut off when, and a file that came with somebody
else's folder cannot make SQLite open another one through a journal or through what its schema names. A
rebuild of the index does not touch it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from coopsearch.search.errors import IndexDamaged, IndexLocked, IndexOutdated, IndexUnwritable
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.exclusive import alone
from coopsearch.search.indexdir.names import DESK, DESK_LOCK
from coopsearch.search.indexdir.opening import read_file
from coopsearch.search.indexdir.owner import check_owner

#: What says in SQLite's own header that a file is a desk ("coop"), and of which layout.
APPLICATION: Final = 0x636F6F70
VERSION: Final = 1
#: Bytes of the largest desk that is read: a million marks have some 100 MB.
_MOST: Final = 1 << 28
#: Seconds that a second writer waits; nobody holds a desk longer than a moment.
PATIENCE: Final = 10.0
#: Where SQLite's header says how the file is written: 1 for a rollback journal, 2 for a write-ahead log.
_JOURNAL: Final = b"\x01\x01"
#: The next step for a desk that cannot be read.
_STEP: Final = (
    "put a copy made by `coopsearch desk backup` in its place, or move it away to begin a new one; the index "
    "is not affected"
)
_USERS: Final = Path("/etc/passwd")
_HEADER: Final = b"SQLite format 3\x00"

#: Addresses of documents are as the index has them: relative to its parent where they lie in it. Moments are
#: ISO 8601 in UTC; ``who`` is the name of the user. Rows that are only added have an ``id`` of their own, by
#: which two desks are merged. No row names a command to run: a desk can come from somebody else.
SCHEMA: Final = tuple(
    " ".join(statement.split())
    for statement in """
    CREATE TABLE saved (name TEXT PRIMARY KEY, query TEXT NOT NULL, options TEXT NOT NULL,
        at TEXT NOT NULL, who TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE looked (name TEXT PRIMARY KEY, at TEXT NOT NULL, generation TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE known (name TEXT NOT NULL, path TEXT NOT NULL, state TEXT NOT NULL,
        PRIMARY KEY (name, path)) WITHOUT ROWID;
    CREATE TABLE marks (path TEXT NOT NULL, tag TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (path, tag, who)) WITHOUT ROWID;
    CREATE TABLE notes (id TEXT PRIMARY KEY, path TEXT NOT NULL, start INTEGER, stop INTEGER,
        text TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE log (id TEXT PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, act TEXT NOT NULL,
        path TEXT NOT NULL, query TEXT NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE citations (id TEXT PRIMARY KEY, path TEXT NOT NULL, quote TEXT NOT NULL,
        record TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX marks_by_tag ON marks (tag);
    CREATE INDEX log_by_path ON log (path)
    """.split(";")
)


def desk_path(index: Path) -> Path:
    """Return where the desk of an index is; it need not exist."""
    return index / DESK


def exists(index: Path) -> bool:
    """Say whether anything was ever kept beside an index."""
    return os.path.lexists(desk_path(index))


@contextmanager
def reading(index: Path) -> Iterator[sqlite3.Connection]:
    """Give the desk as it stands, an empty one where there is none. What is changed in it is not kept.

    Raises IndexDamaged for a file that is not a desk, IndexOutdated for one of another version,
    IndexUntrusted where others may have changed it, IndexUnreadable for what the system refuses.
    """
    connection = _loaded(index)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def writing(index: Path, *, wait: float = PATIENCE) -> Iterator[sqlite3.Connection]:
    """Give the desk for changes, which are kept together at the end, and none of them after an error.

    Others who write wait meanwhile: nothing long may happen within. Raises what ``reading`` raises,
    IndexLocked after ``wait`` seconds, and IndexUnwritable.
    """
    check_owner(index)
    with _telling(index), _alone(index, wait):
        connection = _loaded(index)
        try:
            before = connection.total_changes
            yield connection
            connection.commit()
            if connection.total_changes != before:
                durable.replace(desk_path(index), connection.serialize())
        finally:
            connection.close()


def read_desk(path: Path) -> sqlite3.Connection:
    """Return a desk from any file, in memory. Raises what ``reading`` raises, and FileNotFoundError."""
    try:
        data = read_file(path, most=_MOST, follow_folder=True)
    except IndexDamaged as error:
        raise error.with_step(_STEP) from None
    connection = _memory()
    try:
        if not data.startswith(_HEADER) or data[18:20] != _JOURNAL:
            raise sqlite3.DatabaseError("it is not an SQLite file with a rollback journal")
        connection.deserialize(data)
        _check(connection, path)
    except (sqlite3.Error, OverflowError, MemoryError, UnicodeDecodeError) as error:
        connection.close()
        raise _damaged(path, str(error)) from None
    except BaseException:
        connection.close()
        raise
    return connection


def put(index: Path, data: bytes, *, aside: str, wait: float = PATIENCE) -> None:
    """Make ``data`` the desk of an index, whatever is in its place; that is called ``aside`` from then on.

    Raises what ``writing`` raises.
    """
    check_owner(index)
    with _telling(index), _alone(index, wait), durable.telling(index):
        if exists(index):
            desk_path(index).replace(index / aside)
        durable.replace(desk_path(index), data)


def now() -> str:
    """Return the moment as the desk has it: ISO 8601 in UTC, to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


#: Who acts in this thread, where that is not the user of the process.
_ACTING: Final = threading.local()


@contextmanager
def acting(name: str) -> Iterator[None]:
    """Keep what is kept in this thread meanwhile in the name of a person; "" stands for the user."""
    _ACTING.name = name
    try:
        yield
    finally:
        _ACTING.name = ""


def who() -> str:
    """Return who acts, else the name of the user, as the environment or the system's list of users has it."""
    if name := getattr(_ACTING, "name", ""):
        return str(name)
    named = next(filter(None, map(os.environ.get, ("LOGNAME", "USER", "LNAME", "USERNAME"))), "")
    if named or os.name != "posix":
        return named or "unknown"
    # Asking the system's library for the name would open a socket to whatever serves names.
    number = str(os.getuid())
    with contextlib.suppress(OSError), _USERS.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            name, *rest = line.split(":")
            if len(rest) > 1 and rest[1] == number:
                return name
    return f"user {number}"


def new_id() -> str:
    """Return a name that no row of any desk has; those that are made later sort later."""
    return f"{time.time_ns():016x}{os.urandom(8).hex()}"


def _loaded(index: Path) -> sqlite3.Connection:
    check_owner(index)
    try:
        return read_desk(desk_path(index))
    except FileNotFoundError:
        connection = _memory()
        for statement in SCHEMA:
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.commit()
        return connection


def _memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    # A foreign file can name functions in its schema; none of them is to run.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    # What is deleted is gone from the file, too.
    connection.execute("PRAGMA secure_delete = ON")
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Raise sqlite3.Error, IndexDamaged or IndexOutdated for what is not a desk of this version."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
        raise _damaged(path, "it is an SQLite file of something else")
    if version > VERSION:
        raise IndexOutdated(
            f"{path} was written by a newer version of coopsearch, in layout {version}, and this one knows "
            f"{VERSION}; update coopsearch"
        )
    found = {row[0] for row in connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")}
    if found != set(SCHEMA):
        raise _damaged(path, "its tables are not those of a desk")
    for (table,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        for _, column, kind, *_ in connection.execute(f"PRAGMA table_info({table})").fetchall():
            # SQLite keeps any value in any column; those of another kind come from no desk.
            other = f"typeof({column}) NOT IN ('{kind.lower()}', 'null')"
            if connection.execute(f"SELECT 1 FROM {table} WHERE {other} LIMIT 1").fetchone():  # noqa: S608
                raise _damaged(path, f"a value of {table}.{column} is not {kind.lower()}")
    (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise _damaged(path, str(said))


def _damaged(path: Path, what: str) -> IndexDamaged:
    return IndexDamaged(
        f"the desk is damaged: {path}: {what}",
        _STEP,
    )


@contextmanager
def _telling(index: Path) -> Iterator[None]:
    """Say of an index beside which nothing may be written that it is the desk that cannot be kept."""
    try:
        yield
    except IndexUnwritable as error:
        cause = error.__cause__
        if not isinstance(cause, OSError) or cause.errno not in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise
        reason = (cause.strerror or str(cause)).lower()
        raise IndexUnwritable(
            f"nothing can be kept in the desk of the index {index}: {reason}; get the permission to write "
            "there, or copy the folder in which the index lies to a place of your own and ask the copy"
        ) from cause


def _alone(index: Path, wait: float) -> AbstractContextManager[None]:
    busy = IndexLocked(f"another process is writing {desk_path(index)}; try again in a moment")
    return alone(index / DESK_LOCK, wait, busy)
