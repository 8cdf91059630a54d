"""A review: all documents that match a query, walked through one after the other, by one person or several.

Each document that somebody looked at is written into the log of the desk, so a review goes on where it was
left, and the log shows who looked at what and when. Does not depend on the terminal.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.search.desk import marks
from coopsearch.search.desk.moves import moved, place_of
from coopsearch.search.desk.store import reading, who, writing
from coopsearch.search.engines.base import Found
from coopsearch.search.index import MOST_HITS, Index
from coopsearch.search.model import Document, Hit
from coopsearch.search.query.filters.tagged import narrowed
from coopsearch.search.query.parser import parse
from coopsearch.search.results.highlighter import Highlighter
from coopsearch.search.searcher import Searcher

#: Tags by which a document counts as looked at.
_SEEN: Final = frozenset({marks.SEEN, *marks.JUDGEMENTS})


class Entry(NamedTuple):
    """A line of the log."""

    at: str
    who: str
    act: str
    """look, mark, unmark, note, unnote or move."""
    path: str
    """The address as the index has it."""
    query: str
    """What it was an answer to, "" if it was named by itself."""
    value: str
    """The tag, the text of the note where it is still there, or the new address of a file that was moved."""


class Shown(NamedTuple):
    """A document at hand: its best passage for the query, its whole text, and what the desk has on it."""

    hit: Hit
    document: Document
    tags: tuple[str, ...]
    notes: tuple[marks.Note, ...]
    label: str = ""
    """How its index is called, where several are asked."""


class Place(NamedTuple):
    """A document of a review."""

    number: int
    score: float
    folder: Path
    """Of its index, in whose desk it is kept what becomes of it."""
    path: str
    """Its address as the index and the desk have it."""

    @property
    def key(self) -> tuple[Path, str]:
        """What tells it from all others."""
        return self.folder, self.path


class Review:
    """All documents that match a query, in the order of their rank, and the place in them."""

    def __init__(
        self, index: Index, query: str, *, require_all: bool = False, tags: Sequence[str] = ()
    ) -> None:
        """Ask the index, or several of them. Raises what ``Index.search`` raises."""
        self._index, self.query = index, query
        tree = parse(query, require_all=require_all)
        tree = narrowed(tree, tags) if tags else tree
        with index._held() as state:  # noqa: SLF001 - all addresses, which no answer has
            self._plan = state.plan(tree)
            found = state.reader.search(self._plan.node, MOST_HITS)
            self.places = [self._place(state, number, score) for number, score in found.best]
        self.notes = self._plan.notes
        #: How many of them were looked at before.
        self.done = 0
        self.at = self._start()
        #: What was passed and is not written down yet: it goes with the next act.
        self._looked: dict[tuple[Path, str], None] = {}
        self._logged: set[tuple[Path, str]] = set()

    def _place(self, state: Searcher, number: int, score: float) -> Place:
        folder = self._index._folder_of(state, number)  # noqa: SLF001 - see above
        return Place(number, score, folder, marks.address_in(folder, state.reader.path(number)))

    def __len__(self) -> int:
        """Count the documents that are walked."""
        return len(self.places)

    @property
    def here(self) -> Place:
        """The document at hand."""
        return self.places[self.at]

    def shown(self) -> Shown:
        """Return the document at hand."""
        number, score, folder, path = self.here
        with self._index._held() as state:  # noqa: SLF001 - see above
            marking = Highlighter(self._plan.wanted, state.table)
            (hit,) = self._index._hits(state).of(Found(1, ((number, score),)), marking)  # noqa: SLF001
            document = state.reader.document(number)
        tags = tuple(dict.fromkeys(one.tag for one in marks.marks(folder, paths=[path])))
        label = self._index.labels.get(str(folder), "")
        return Shown(
            hit._replace(rank=self.at + 1), document, tags, tuple(marks.notes(folder, [path])), label
        )

    def mark(self, tag: str) -> None:
        """Put a tag on the document at hand. Raises SettingsError for a bad one."""
        tag = marks.checked_tag(tag)
        here = self.here
        with writing(here.folder) as desk:
            self._looked[here.key] = None
            self._write(here.folder, desk)
            marks.put_on(desk, here.path, tag, self.query)

    def note(self, text: str, span: tuple[int, int] | None = None) -> None:
        """Keep a note on the document at hand, or on a range of it. Raises SettingsError for an empty one."""
        here = self.here
        with writing(here.folder) as desk:
            self._write(here.folder, desk)
            marks.note_on(desk, here.path, text, span, self.query)

    def finish(self) -> None:
        """Write down what was looked at."""
        for folder in dict.fromkeys(folder for folder, _ in self._looked):
            with writing(folder) as desk:
                self._write(folder, desk)

    def next(self) -> bool:
        """Go on to the next document; return whether there was one."""
        return self._go(self.at + 1)

    def back(self) -> bool:
        """Go back to the one before; return whether there was one."""
        return self._go(self.at - 1)

    def looked(self) -> dict[tuple[Path, str], list[str]]:
        """Return who looked at each of the documents that anybody looked at, in whatever review."""
        return {
            (folder, path): people
            for folder, paths in self._by_folder().items()
            for path, people in looked_at(folder, paths).items()
        }

    def progress(self) -> tuple[int, int]:
        """Return how many of the documents somebody looked at, and how many there are."""
        return len(self.looked()), len(self.places)

    def _by_folder(self) -> dict[Path, list[str]]:
        found: dict[Path, list[str]] = {}
        for place in self.places:
            found.setdefault(place.folder, []).append(place.path)
        return found

    def _go(self, at: int) -> bool:
        self._looked[self.here.key] = None
        if 0 <= at < len(self.places):
            self.at = at
            return True
        return False

    def _write(self, folder: Path, desk: sqlite3.Connection) -> None:
        """Log what was looked at in one index, each document once in a review."""
        for key in [key for key in self._looked if key[0] == folder]:
            if key not in self._logged:
                marks.log(desk, marks.LOOKED, key[1], self.query)
                self._logged.add(key)
            del self._looked[key]

    def _start(self) -> int:
        """Return the place of the first document that nobody judged or saw, and the user did not pass."""
        done: set[tuple[Path, str]] = set()
        for folder in self._by_folder():
            with reading(folder) as desk:
                places = moved(desk)
                done |= {
                    (folder, path)
                    for path, tag in desk.execute("SELECT path, tag FROM marks")
                    if tag in _SEEN
                }
                mine = desk.execute(
                    "SELECT path FROM log WHERE act = ? AND query = ? AND who = ?",
                    (marks.LOOKED, self.query, who()),
                )
                done |= {(folder, place_of(path, places)) for (path,) in mine}
        self.done = sum(place.key in done for place in self.places)
        return next((at for at, place in enumerate(self.places) if place.key not in done), 0)


def log_of(folder: Path, query: str | None = None) -> list[Entry]:
    """Return the log, or what of it belongs to a query, the oldest first. Raises what ``reading`` raises."""
    with reading(folder) as desk:
        texts = dict(desk.execute("SELECT id, text FROM notes"))
        rows = desk.execute(
            "SELECT at, who, act, path, query, value FROM log WHERE ?1 IS NULL OR query = ?1 ORDER BY at, id",
            (query,),
        ).fetchall()
    noted = (marks.NOTED, marks.UNNOTED)
    return [
        Entry(at, one, act, path, asked, texts.get(value, "") if act in noted else value)
        for at, one, act, path, asked, value in rows
    ]


def looked_at(folder: Path, paths: Sequence[str]) -> dict[str, list[str]]:
    """Return who looked at each of some documents, in whatever review, by their addresses in the index."""
    wanted = set(paths)
    found: dict[str, set[str]] = {}
    with reading(folder) as desk:
        places = moved(desk)
        rows = desk.execute("SELECT path, who FROM log WHERE act = ?", (marks.LOOKED,)).fetchall()
        rows = [(place_of(path, places), one) for path, one in rows]
        seen = desk.execute("SELECT path, who, tag FROM marks").fetchall()
    for path, one in (*rows, *((path, one) for path, one, tag in seen if tag in _SEEN)):
        if path in wanted:
            found.setdefault(path, set()).add(one)
    return {path: sorted(people) for path, people in found.items()}
