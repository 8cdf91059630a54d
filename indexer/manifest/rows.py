"""How the rows of the manifest stand in a page: what is written, and what is accepted of what is read.

A page may come from anybody, and from a version of before. Does not depend on file formats or engines.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Final, NamedTuple

from coopsearch.indexer.manifest import conditions
from coopsearch.indexer.manifest.entry import UNKNOWN, Entry
from coopsearch.indexer.problem import ALL_READ, Problem, Unread
from coopsearch.search.errors import FileState
from coopsearch.search.indexdir import pages
from coopsearch.search.indexdir.pages import Page, parse, read_page
from coopsearch.search.indexdir.times import BROUGHT


class Looked(NamedTuple):
    """When a source was looked through last, and how much each rule left out there."""

    seconds: float
    """Since 1970."""
    ignored: Mapping[str, int]


class Rows(NamedTuple):
    """What one page holds: the changes since the page before it."""

    files: Sequence[Entry]
    """Rows that are new or other than before."""
    gone: Sequence[str]
    """Addresses that have no row any more."""
    outside: Mapping[str, Problem]
    """What has no row: nobody can look into it, or no format reads it."""
    inside: Sequence[str]
    """Addresses that are no longer among these."""
    looked: Mapping[str, Looked]
    traces: int
    """See ``Manifest.traces``."""
    brought: int = 0
    """See ``Manifest.brought``."""

    def speaks_of(self) -> int:
        """Count the addresses that the page speaks of."""
        return len(self.files) + len(self.gone) + len(self.outside) + len(self.inside)


#: The version of the pages. Those of the third did not tell when files were added; those of the second not of
#: members that are not read; those of the first had no version, and told the conditions of a row in one text.
_VERSION: Final = 4
_THIRD, _SECOND = 3, 2
_VERSIONS: Final = frozenset((_SECOND, _THIRD, _VERSION))
#: In the order of the fields: a row is what an entry is made of. ``indexdir.times`` reads some of it, too.
_COLUMNS: Final = tuple(field.name for field in fields(Entry))
_CONDITIONS: Final = _COLUMNS.index("conditions")
_UNREAD: Final = _COLUMNS.index("unread")
_PROBLEMS: Final = _COLUMNS.index("problems")
_ADDED, _CHANGED = _COLUMNS.index("added_ms"), _COLUMNS.index("changed_ms")
_STATES: Final = {str(state): state for state in FileState}


def _state(value: Any) -> FileState:
    return FileState(pages.string(value))


_counts: Final = pages.row(pages.whole, pages.whole, pages.every(pages.string))


def _unread(value: Any) -> Unread:
    return ALL_READ if value is None else Unread(*_counts(value))


def _moment(value: Any) -> int:
    return pages.whole(value) or UNKNOWN


_problem: Final = pages.row(pages.string, pages.string, _state)
_checks: Final[Mapping[str, pages.Check]] = {
    "file": pages.text, "size": pages.whole, "mtime_ns": pages.integer, "inode": pages.whole,
    "digest": pages.text, "format": pages.text, "version": pages.whole,
    "documents": pages.whole, "complete": pages.flag,
    "seen_ns": pages.whole, "state": _state, "conditions": conditions.checked, "copy_of": pages.text,
    "recognised": pages.whole, "unread": _unread,
    "problems": pages.every(lambda value: Problem(*_problem(value))),
    "added_ms": _moment, "changed_ms": _moment,
}  # fmt: skip
_slowly: Final = pages.row(*(_checks[name] for name in _COLUMNS))
_of_first: Final = pages.row(*({**_checks, "conditions": conditions.from_text}[name] for name in _COLUMNS))
_outside: Final = pages.row(_state, pages.string)
_looked: Final = pages.row(pages.number, pages.table(pages.string, pages.whole))
_NONE: Final = type(None)
_TYPES: Final = [
    str,
    int,
    int,
    int,
    str,
    str,
    int,
    int,
    bool,
    int,
    str,
    _NONE,
    str,
    int,
    _NONE,
    list,
    int,
    int,
]


def _entry(row: Any) -> Entry:
    """Accept a row. There is one for each file, so what is right is seen at a look where that suffices."""
    if type(row) is list and [*map(type, row)] == _TYPES and not row[_PROBLEMS]:
        (
            file,
            size,
            mtime,
            inode,
            _,
            _,
            version,
            documents,
            _,
            seen,
            state,
            _,
            _,
            recognised,
            *_,
            add,
            change,
        ) = row
        counts = (size, mtime, inode, version, documents, seen, recognised, add, change)
        if state in _STATES and min(counts) >= 0 and max(counts) <= pages.LARGEST and file.isprintable():
            row[10:12] = _STATES[state], conditions.NONE
            row[_UNREAD], row[_PROBLEMS] = ALL_READ, ()
            row[_ADDED], row[_CHANGED] = add or UNKNOWN, change or UNKNOWN
            return Entry(*row)
    return Entry(*_slowly(row))


def _version(value: Any) -> int:
    if value not in _VERSIONS or type(value) is not int:
        raise ValueError(value)
    return value


def _entry_of_third(row: Any) -> Entry:
    """Accept a row of a page of the third version."""
    return _entry(_undated(row))


def _entry_of_second(row: Any) -> Entry:
    """Accept a row of a page of the second version."""
    return _entry(_counting(row))


def _entry_of_first(row: Any) -> Entry:
    """Accept a row of a page of the first version."""
    row = _counting(row)
    if type(row) is list and len(row) == len(_COLUMNS) and row[_CONDITIONS] == "":
        row[_CONDITIONS] = None
        return _entry(row)
    return Entry(*_of_first(row))


def _counting(row: Any) -> Any:
    """Return a row with its members that are not read, of which no page of before tells."""
    return _undated([*row[:-1], None, row[-1]] if type(row) is list and len(row) == _UNREAD + 1 else row)


def _undated(row: Any) -> Any:
    """Return a row with moments that are not known: no page of before tells them."""
    return [*row, 0, 0] if type(row) is list and len(row) == _ADDED else row


_parts: Final[Mapping[str, pages.Check]] = {
    "gone": pages.every(pages.text),
    "outside": pages.table(pages.text, _outside),
    "inside": pages.every(pages.text),
    "looked": pages.table(pages.text, lambda value: Looked(*_looked(value))),
    "traces": pages.whole,
}
_page_of_first: Final = pages.record({"files": pages.every(_entry_of_first), **_parts})
_page_of_second: Final = pages.record({"version": _version, "files": pages.every(_entry_of_second), **_parts})
_page_of_third: Final = pages.record({"version": _version, "files": pages.every(_entry_of_third), **_parts})
_page_of_now: Final = pages.record(
    {"version": _version, "files": pages.every(_entry), BROUGHT: pages.whole, **_parts}
)


def read_rows(folder: Path, page: Page) -> Rows:
    """Read a page of any version, with its rows as they are now. Raises IndexDamaged."""
    value = parse(folder / page.name, read_page(folder, page), _accepted)
    value.pop("version", None)
    outside = {file: Problem(file, reason, state) for file, (state, reason) in value.pop("outside").items()}
    return Rows(**value, outside=outside)


def packed_rows(rows: Rows) -> bytes:
    """Return a page as it is written."""
    value = {
        "version": _VERSION,
        "files": [_row(entry) for entry in rows.files],
        "gone": rows.gone,
        "outside": {file: (one.state, one.reason) for file, one in rows.outside.items()},
        "inside": rows.inside,
        "looked": rows.looked,
        "traces": rows.traces,
        BROUGHT: rows.brought,
    }
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _accepted(value: Any) -> Any:
    """Accept a page of any version, and give its rows as they are now."""
    if not isinstance(value, dict) or value.get("version") == _VERSION:
        return _page_of_now(value)
    if value.get("version") == _THIRD:
        return _page_of_third(value)
    return (_page_of_second if "version" in value else _page_of_first)(value)


def _row(entry: Entry) -> tuple[object, ...]:
    """Return what is written of an entry, as it is read again."""
    row = [getattr(entry, column) for column in _COLUMNS]
    row[_CONDITIONS] = conditions.packed(entry.conditions)
    row[_UNREAD] = None if entry.unread == ALL_READ else entry.unread
    row[_PROBLEMS] = [(problem.path, problem.reason, problem.state) for problem in entry.problems]
    row[_ADDED], row[_CHANGED] = max(0, entry.added_ms), max(0, entry.changed_ms)
    return tuple(row)
