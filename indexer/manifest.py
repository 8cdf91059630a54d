"""What was read, and as what: the memory that lets a run read only what changed.

One row a file. Committed after the engine's commit, never before: if a run is cut between the two, its
files are read once more and nothing is lost. Knows no format and no engine.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple

from coopsearch.indexer.report import IN_PART, INDEXED, Trouble
from coopsearch.search.errors import FAILED, NO_TEXT, TOO_LARGE, IndexDamaged, IndexOutdated, IndexUnreadable

NAME: Final = "manifest.sqlite"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one file."""

    file: str
    """Its address, unique."""
    size: int
    mtime_ns: int
    inode: int
    digest: str
    """Hash of the content; "" if it was never read to the end."""
    format: str
    version: int
    """Of the format's extractor, when the file was read."""
    documents: int
    """Documents that it gave."""
    complete: bool
    """False while a run is inside the file: it is read again, from the start."""
    seen_ns: int
    """When it was read: a file changed within the clock's grain of that is not trusted by its time."""
    state: str = INDEXED
    """indexed, in part, or why it gives no text (``coopsearch.search.errors.State``)."""
    limits: str = ""
    """Those it was read with, if one of them kept text back, and the libraries that were missing: with others
    it is read again. See ``noted`` and ``is_settled``."""
    copy_of: str = ""
    """The file that was indexed for this one, as it holds the same; "" for one with documents of its own."""
    recognised: int = 0
    """Documents of it with text from OCR."""
    problems: tuple[Trouble, ...] = ()
    """What gave no text: the file, or records in it."""


class Outside(NamedTuple):
    """Something in the sources that has no row of its own: no format reads it, or nobody can look into it."""

    state: str
    reason: str


#: Stands between limits and libraries.
_WITHOUT: Final = " without "
#: In the order of the fields, so that a row with its problems is what an entry is made of.
_COLUMNS: Final = tuple(field.name for field in fields(Entry) if field.name != "problems")
_COMPLETE: Final = _COLUMNS.index("complete")


class Manifest:
    """The rows, in memory while a run lasts, and in one small database."""

    def __init__(self, path: Path, *, writing: bool = True) -> None:
        """Open or make it; without ``writing``, only read it. Raises IndexDamaged for a file that is none."""
        self._path = path
        try:
            if writing:
                self._database = sqlite3.connect(path, isolation_level="DEFERRED")
                with self._database:
                    self._make()
            else:
                where = f"{path.absolute().as_uri()}?mode=ro"
                self._database = sqlite3.connect(where, uri=True, isolation_level="DEFERRED")
                if not {"state", "recognised"} <= self._columns():
                    raise IndexOutdated(f"{path} is of an older version; run `coopsearch index` once")
            # One state of all tables, whatever another process commits meanwhile.
            self._database.execute("BEGIN")
            self._sum = 0
            self.outside = self._load_outside()
            self._entries = {entry.file: entry for entry in self._load()}
            self._kept = self._noted()
            if self._kept not in {None, self._sum ^ self._small()}:
                raise ValueError("it differs from what was written")
            if writing:
                self._database.rollback()
        except (sqlite3.DatabaseError, ValueError, TypeError) as error:
            raise self._damaged(error) from None

    def _make(self) -> None:
        columns = ", ".join(_COLUMNS)
        for statement in (
            f"file ({columns}, PRIMARY KEY (file)) WITHOUT ROWID",
            "problem (file, address, reason, state)",
            "outside (file PRIMARY KEY, state, reason) WITHOUT ROWID",
            "ignored (source, rule, count)",
            "looked (source PRIMARY KEY, seconds) WITHOUT ROWID",
            "whole (sum)",
        ):
            self._database.execute(f"CREATE TABLE IF NOT EXISTS {statement}")
        self._database.execute("CREATE INDEX IF NOT EXISTS problem_file ON problem (file)")
        self._renew()

    def get(self, file: str) -> Entry | None:
        """Return what is known of a file."""
        return self._entries.get(file)

    def __iter__(self) -> Iterator[Entry]:
        """Iterate over all files."""
        return iter(list(self._entries.values()))

    def __len__(self) -> int:
        """Count the files."""
        return len(self._entries)

    def put(self, entry: Entry) -> None:
        """Add or replace a file's row; kept with the next commit."""
        self.forget(entry.file)
        self._sum ^= _checksum(_row(entry), entry.problems)
        marks = ", ".join("?" * len(_COLUMNS))
        with self._telling():
            self._database.execute(
                f"INSERT INTO file ({', '.join(_COLUMNS)}) VALUES ({marks})",  # noqa: S608 - names and marks
                _row(entry),
            )
            self._database.executemany(
                "INSERT INTO problem VALUES (?, ?, ?, ?)",
                [(entry.file, *problem) for problem in entry.problems],
            )
        self._entries[entry.file] = entry

    def forget(self, file: str) -> None:
        """Drop a file's row; kept with the next commit."""
        entry = self._entries.pop(file, None)
        if entry is not None:
            self._sum ^= _checksum(_row(entry), entry.problems)
            with self._telling():
                self._database.execute("DELETE FROM file WHERE file = ?", (file,))
                self._database.execute("DELETE FROM problem WHERE file = ?", (file,))

    def pass_over(self, gone: Iterable[str], found: Mapping[str, Outside]) -> None:
        """Note what has no row of its own, and forget what has it no more; kept with the next commit."""
        dropped = [(file,) for file in gone if file in self.outside]
        for (file,) in dropped:
            self._sum ^= _checksum(file, self.outside.pop(file))
        fresh = [(file, *one) for file, one in found.items() if self.outside.get(file) != one]
        for file, *_ in fresh:
            if file in self.outside:
                self._sum ^= _checksum(file, self.outside[file])
            self._sum ^= _checksum(file, found[file])
        self.outside.update(found)
        with self._telling():
            self._database.executemany("DELETE FROM outside WHERE file = ?", dropped)
            self._database.executemany("INSERT OR REPLACE INTO outside VALUES (?, ?, ?)", fresh)

    def looked(
        self, sources: Mapping[str, Mapping[str, int]], known: Collection[str], seconds: float
    ) -> None:
        """Note when sources were looked through, and how much each rule left out there.

        ``known`` are all sources there are: what is noted of others is dropped.
        """
        with self._telling():
            for (source,) in self._database.execute("SELECT source FROM looked").fetchall():
                if source not in known or source in sources:
                    self._database.execute("DELETE FROM looked WHERE source = ?", (source,))
                    self._database.execute("DELETE FROM ignored WHERE source = ?", (source,))
            for source, rules in sources.items():
                self._database.execute("INSERT INTO looked VALUES (?, ?)", (source, seconds))
                self._database.executemany(
                    "INSERT INTO ignored VALUES (?, ?, ?)", [(source, *one) for one in rules.items()]
                )

    def updated(self, sources: Collection[str]) -> float | None:
        """Return when the source that waits longest was looked through, None if one never was."""
        times = dict(self._database.execute("SELECT source, seconds FROM looked").fetchall())
        return min(map(float, times.values())) if sources and set(sources) <= set(times) else None

    def ignored(self) -> Counter[str]:
        """Return how many files and folders each rule left out."""
        counts: Counter[str] = Counter()
        for rule, count in self._database.execute("SELECT rule, count FROM ignored"):
            counts[rule] += count
        return counts

    def commit(self) -> None:
        """Make the changes durable."""
        with self._telling():
            whole = self._sum ^ self._small()
            if whole != self._kept:
                self._database.execute("DELETE FROM whole")
                self._database.execute("INSERT INTO whole VALUES (?)", (whole,))
                self._kept = whole
            self._database.commit()

    def close(self) -> None:
        """Drop what was not committed and close."""
        self._database.close()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Tell damage that shows only in writing as what it is."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from None

    def _damaged(self, error: Exception) -> IndexDamaged:
        reason = " ".join(str(error).split())
        return IndexDamaged(
            f"the index is damaged: {self._path} cannot be read ({reason}); run `coopsearch index --rebuild`"
        )

    def _renew(self) -> None:
        """Give the tables of an older version the columns they lack; what they hold stays."""
        held = self._columns()
        for column, value in (("limits", ""), ("copy_of", ""), ("state", INDEXED), ("recognised", 0)):
            if column not in held:
                self._database.execute(f"ALTER TABLE file ADD COLUMN {column} DEFAULT {value!r}")
                # What is noted is of rows without it.
                self._database.execute("DELETE FROM whole")
        if "state" not in held:
            self._database.execute(f"ALTER TABLE problem ADD COLUMN state DEFAULT '{FAILED}'")
            self._database.execute(
                f"UPDATE file SET state = iif(documents, '{IN_PART}', '{FAILED}') "  # noqa: S608 - constants
                "WHERE file IN (SELECT file FROM problem)"
            )

    def _columns(self) -> set[str]:
        return {row[1] for row in self._database.execute("PRAGMA table_info (file)")}

    def _noted(self) -> int | None:
        """Return the checksum of all rows; None if there is none, as in books of an older version."""
        if not self._database.execute("PRAGMA table_info (whole)").fetchall():
            return None
        row = self._database.execute("SELECT sum FROM whole").fetchone()
        return None if row is None else int(row[0])

    def _small(self) -> int:
        """Return the checksum of the tables that are not held in memory."""
        found = 0
        for table in ("SELECT source, rule, count FROM ignored", "SELECT source, seconds FROM looked"):
            for row in self._database.execute(table):
                found ^= _checksum(table, row)
        return found

    def _load_outside(self) -> dict[str, Outside]:
        with closing(self._database.execute("SELECT file, state, reason FROM outside")) as rows:
            found = {file: Outside(state, reason) for file, state, reason in rows}
        for file, one in found.items():
            self._sum ^= _checksum(file, one)
        return found

    def _load(self) -> Iterator[Entry]:
        problems: dict[str, list[Trouble]] = {}
        with closing(
            self._database.execute("SELECT file, address, reason, state FROM problem ORDER BY rowid")
        ) as rows:
            for file, *trouble in rows:
                problems.setdefault(file, []).append(Trouble(*trouble))

        def held(file: str) -> tuple[Trouble, ...]:
            return tuple(problems[file]) if file in problems else ()

        columns = ", ".join(_COLUMNS)
        with closing(self._database.execute(f"SELECT {columns} FROM file")) as rows:  # noqa: S608 - names alone
            for row in rows:
                # By place: there is a row for every file, and every run reads them all.
                values: list[Any] = [*row, held(row[0])]
                self._sum ^= _checksum(row, values[-1])
                values[_COMPLETE] = bool(values[_COMPLETE])
                yield Entry(*values)


def noted(limits: str, *lacking: Iterable[str]) -> str:
    """Return what is noted of a file: limits that kept text back ("" if none), libraries that are missing."""
    names = sorted({name for some in lacking for name in some})
    return f"{limits}{_WITHOUT}{' '.join(names)}" if names else limits


def limits_of(kept: str) -> str:
    """Return the limits of what was noted, without the libraries."""
    return kept.partition(_WITHOUT)[0]


def holds_pictures(entry: Entry) -> bool:
    """Say whether a file holds others that OCR, which was not wanted, could read, and lacks nothing else."""
    held = bool(limits_of(entry.limits))
    return held and all(problem.state not in {TOO_LARGE, NO_TEXT} for problem in entry.problems)


def is_settled(kept: str, limits: str) -> bool:
    """Say whether a file for which this was noted would give the same now, with these limits."""
    before, _, lacking = kept.partition(_WITHOUT)
    return before in {"", limits} and not any(map(_is_there, lacking.split()))


def _is_there(library: str) -> bool:
    try:
        return find_spec(library) is not None
    except (ImportError, ValueError):
        return False


def troubles(entry: Entry) -> tuple[Trouble, ...]:
    """Return what gave no text, also where the state alone says so."""
    if entry.problems or entry.state != NO_TEXT:
        return entry.problems
    return (Trouble(entry.file, "it holds no text", NO_TEXT),)


def _row(entry: Entry) -> tuple[object, ...]:
    """Return what is written of an entry, as it is read again."""
    values = [getattr(entry, column) for column in _COLUMNS]
    values[_COMPLETE] = int(values[_COMPLETE])
    return tuple(values)


def _checksum(*values: object) -> int:
    """Return the checksum of a row. Those of all rows make one, by exclusive or, in any order."""
    return zlib.crc32(repr(values).encode("utf-8", "surrogatepass"))


def check_manifest(path: Path) -> str:
    """Read all of a manifest; return what is wrong with it in a line, "" if nothing is. Changes nothing."""
    what = "is missing"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            rows = database.execute("PRAGMA integrity_check").fetchall()
            if rows == [("ok",)]:
                Manifest(path, writing=False).close()
                return ""
            what = f"is not whole ({rows[0][0]})"
    except IndexUnreadable as error:
        return str(error)
    except sqlite3.DatabaseError as error:
        if path.exists():
            what = f"cannot be read ({error})"
    return f"the index is damaged: {path} {' '.join(what.split())}; run `coopsearch index --rebuild`"
