"""Marks and notes on documents, and the log of who looked at what and when.

A mark is a tag on a document: ``seen``, ``relevant``, ``not``, or any word of the user's own. Each act is
written into the log with it, which is only ever added to. Does not depend on engines or query syntax.
"""

from __future__ import annotations

import os
import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.search.desk.store import new_id, now, reading, who, writing
from coopsearch.search.errors import SettingsError
from coopsearch.search.indexdir.addresses import is_added
from coopsearch.search.lazy import expression

SEEN: Final = "seen"
RELEVANT: Final = "relevant"
NOT: Final = "not"
#: The two judgements of a document, of which one person holds one.
JUDGEMENTS: Final = (RELEVANT, NOT)

#: Acts in the log.
MARKED: Final = "mark"
UNMARKED: Final = "unmark"
NOTED: Final = "note"
UNNOTED: Final = "unnote"
LOOKED: Final = "look"

#: Characters of the longest tag and of the longest note.
_TAG: Final = 64
_NOTE: Final = 10_000
#: What would be read as syntax where a query names a tag.
_SYNTAX: Final = expression(r"""[\s,;:"'()\[\]{}*?~^\\/<>|&!=+]""")


class Mark(NamedTuple):
    """A tag on a document."""

    path: str
    """The address as the index has it."""
    tag: str
    who: str
    at: str


class Note(NamedTuple):
    """What somebody wrote about a document, or about a passage of it."""

    id: str
    path: str
    start: int | None
    """The range of the passage in the text of the document, None for the document as a whole."""
    stop: int | None
    text: str
    who: str
    at: str


def checked_tag(given: str) -> str:
    """Return a tag as it is kept: in small letters, composed. Raises SettingsError for what is not one."""
    tag = unicodedata.normalize("NFC", given.strip()).lower()
    if not tag:
        raise SettingsError("the tag is empty; give a word, such as seen, relevant or follow-up")
    if len(tag) > _TAG:
        raise SettingsError(f"the tag {tag[:20]!r}... has {len(tag):,} characters; {_TAG} are the most")
    if tag.startswith("-") or _SYNTAX().search(tag) or not tag.isprintable():
        raise SettingsError(
            f"{given!r} cannot be a tag; use letters, digits, - and _, as in follow-up, and begin with a "
            "letter"
        )
    return tag


def address_in(index: Path, path: str) -> str:
    """Return an address as the index and the desk have it: relative to the index's parent within that."""
    return path.removeprefix(os.path.join(index.parent, ""))  # noqa: PTH118 - a prefix of text


def absolute(index: Path, path: str) -> str:
    """Return the absolute form of an address that the desk has."""
    if os.path.isabs(path) or is_added(path):  # noqa: PTH117 - text
        return path
    return os.path.join(index.parent, path)  # noqa: PTH118 - text


def mark(index: Path, paths: Sequence[str], tag: str, *, query: str = "") -> int:
    """Put a tag on documents; return on how many it is new.

    Whoever judges a document has seen it, and takes back the other judgement. ``paths`` are addresses,
    absolute or as the index has them, and ``query`` says what they are an answer to, for the log. Raises
    SettingsError for a bad tag, and what ``store.writing`` raises.
    """
    tag = checked_tag(tag)
    with writing(index) as desk:
        return sum(put_on(desk, address_in(index, path), tag, query) for path in dict.fromkeys(paths))


def put_on(desk: sqlite3.Connection, path: str, tag: str, query: str = "") -> bool:
    """Put a tag on one document of an open desk; return whether it is new there."""
    me, at = who(), now()
    if tag in JUDGEMENTS:
        for other in JUDGEMENTS:
            if other != tag:
                take_off(desk, path, other, query)
        _insert(desk, path, SEEN, me, at, query)
    return _insert(desk, path, tag, me, at, query)


def _insert(desk: sqlite3.Connection, path: str, tag: str, me: str, at: str, query: str) -> bool:
    done = desk.execute("INSERT OR IGNORE INTO marks VALUES (?, ?, ?, ?)", (path, tag, me, at))
    if done.rowcount > 0:
        log(desk, MARKED, path, query, tag)
        return True
    return False


def unmark(index: Path, paths: Sequence[str], tag: str | None, *, everyone: bool = False) -> int:
    """Take a tag of the user's, or all, off documents; return how many marks are gone.

    With ``everyone`` those that others put there go, too. Raises what ``store.writing`` raises.
    """
    tag = None if tag is None else checked_tag(tag)
    with writing(index) as desk:
        return sum(
            take_off(desk, address_in(index, path), tag, everyone=everyone) for path in dict.fromkeys(paths)
        )


def take_off(
    desk: sqlite3.Connection, path: str, tag: str | None, query: str = "", *, everyone: bool = False
) -> int:
    """Take marks off one document of an open desk; return how many."""
    found = desk.execute(
        "SELECT tag, who FROM marks "
        "WHERE path = ?1 AND (?2 IS NULL OR tag = ?2) AND (?3 IS NULL OR who = ?3)",
        (path, tag, None if everyone else who()),
    ).fetchall()
    for one, owner in found:
        desk.execute("DELETE FROM marks WHERE path = ? AND tag = ? AND who = ?", (path, one, owner))
        # Of another's mark the log says whose it was, so that a merge finds the same one.
        log(desk, UNMARKED, path, query, one, owner=owner)
    return len(found)


def add_note(index: Path, path: str, text: str, span: tuple[int, int] | None = None) -> str:
    """Keep a note on a document, or on a range of its text; return its id. Raises SettingsError."""
    with writing(index) as desk:
        return note_on(desk, address_in(index, path), text, span)


def note_on(
    desk: sqlite3.Connection, path: str, text: str, span: tuple[int, int] | None = None, query: str = ""
) -> str:
    """Keep a note on a document of an open desk; return its id. Raises SettingsError for a bad one."""
    text = text.strip()
    if not text:
        raise SettingsError("the note is empty; write what is to be kept")
    if len(text) > _NOTE:
        raise SettingsError(f"the note has {len(text):,} characters; {_NOTE:,} are the most")
    name = new_id()
    start, stop = span or (None, None)
    row = (name, path, start, stop, text, who(), now())
    desk.execute("INSERT INTO notes VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    log(desk, NOTED, path, query, name)
    return name


def remove_note(index: Path, name: str) -> None:
    """Remove a note by its id, or by the last letters of it. Raises SettingsError for none, or several."""
    with writing(index) as desk:
        found = [
            (one, path) for one, path in desk.execute("SELECT id, path FROM notes") if one.endswith(name)
        ]
        if len(found) != 1 or not name:
            how = "no note" if not found else f"{len(found):,} notes"
            raise SettingsError(
                f"{how} of the desk can be meant by {name!r}; `coopsearch mark --list` shows their ids"
            )
        ((one, path),) = found
        desk.execute("DELETE FROM notes WHERE id = ?", (one,))
        log(desk, UNNOTED, path, "", one)


def log(
    desk: sqlite3.Connection, act: str, path: str, query: str = "", value: str = "", *, owner: str = ""
) -> None:
    """Write down who did what."""
    value = f"{value} of {owner}" if owner and owner != who() else value
    row = (new_id(), now(), who(), act, path, query, value)
    desk.execute("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def marks(index: Path, tag: str | None = None, paths: Iterable[str] | None = None) -> list[Mark]:
    """Return the marks of the desk, those with a tag, or those on some documents; sorted by address."""
    tag = None if tag is None else checked_tag(tag)
    with reading(index) as desk:
        found = desk.execute(
            "SELECT path, tag, who, at FROM marks WHERE ?1 IS NULL OR tag = ?1 ORDER BY path, tag, who",
            (tag,),
        ).fetchall()
    chosen = None if paths is None else {address_in(index, path) for path in paths}
    return [Mark(*row) for row in found if chosen is None or row[0] in chosen]


def notes(index: Path, paths: Iterable[str] | None = None) -> list[Note]:
    """Return the notes of the desk, or those on some documents; sorted by address, then by moment."""
    with reading(index) as desk:
        found = desk.execute(
            "SELECT id, path, start, stop, text, who, at FROM notes ORDER BY path, at, id"
        ).fetchall()
    chosen = None if paths is None else {address_in(index, path) for path in paths}
    return [Note(*row) for row in found if chosen is None or row[1] in chosen]
