"""What was read, and as what: the memory that lets a run read only what changed.

One row a file. Committed after the engine's commit, never before: if a run is cut between the two, its
files are read once more and nothing is lost. Knows no format and no engine.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Final

from coopsearch.search.errors import IndexDamaged

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
    problems: tuple[tuple[str, str], ...] = ()
    """(address, reason) of what gave no text: the file, or records in it."""


_COLUMNS: Final = tuple(field.name for field in fields(Entry) if field.name != "problems")


class Manifest:
    """The rows, in memory while a run lasts, and in one small database."""

    def __init__(self, path: Path) -> None:
        """Open or make it. Raises IndexDamaged for a file that is none."""
        self._path = path
        try:
            self._database = sqlite3.connect(path, isolation_level="DEFERRED")
            with self._database:
                columns = ", ".join(_COLUMNS)
                self._database.execute(
                    f"CREATE TABLE IF NOT EXISTS file ({columns}, PRIMARY KEY (file)) WITHOUT ROWID"
                )
                self._database.execute("CREATE TABLE IF NOT EXISTS problem (file, address, reason)")
                self._database.execute("CREATE INDEX IF NOT EXISTS problem_file ON problem (file)")
            self._entries = {entry.file: entry for entry in self._load()}
        except (sqlite3.DatabaseError, ValueError, TypeError) as error:
            raise self._damaged(error) from None

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
        marks = ", ".join("?" * len(_COLUMNS))
        with self._telling():
            self._database.execute(
                f"INSERT INTO file VALUES ({marks})",  # noqa: S608 - marks alone
                astuple(entry)[: len(_COLUMNS)],
            )
            self._database.executemany(
                "INSERT INTO problem VALUES (?, ?, ?)", [(entry.file, *problem) for problem in entry.problems]
            )
        self._entries[entry.file] = entry

    def forget(self, file: str) -> None:
        """Drop a file's row; kept with the next commit."""
        if self._entries.pop(file, None) is not None:
            with self._telling():
                self._database.execute("DELETE FROM file WHERE file = ?", (file,))
                self._database.execute("DELETE FROM problem WHERE file = ?", (file,))

    def commit(self) -> None:
        """Make the changes durable."""
        with self._telling():
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

    def _load(self) -> Iterator[Entry]:
        problems: dict[str, list[tuple[str, str]]] = {}
        with closing(
            self._database.execute("SELECT file, address, reason FROM problem ORDER BY rowid")
        ) as rows:
            for file, address, reason in rows:
                problems.setdefault(file, []).append((address, reason))
        with closing(self._database.execute("SELECT * FROM file")) as rows:
            for row in rows:
                values = dict(zip(_COLUMNS, row, strict=True))
                values["complete"] = bool(values["complete"])
                yield Entry(**values, problems=tuple(problems.get(row[0], ())))


def check_manifest(path: Path) -> str:
    """Read all of a manifest; return what is wrong with it in a line, "" if nothing is. Changes nothing."""
    what = "is missing"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            rows = database.execute("PRAGMA integrity_check").fetchall()
            if rows == [("ok",)]:
                return ""
            what = f"is not whole ({rows[0][0]})"
    except sqlite3.DatabaseError as error:
        if path.exists():
            what = f"cannot be read ({error})"
    return f"the index is damaged: {path} {' '.join(what.split())}; run `coopsearch index --rebuild`"
