"""What is known of the documents of saved searches, and the news that are told of them.

Whether there can be any is seen without opening the index, in a fraction of the time. Does not depend on a
particular engine or the terminal.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.search.desk.saved import Saved
from coopsearch.search.desk.store import now, reading, writing
from coopsearch.search.engines import generation_of
from coopsearch.search.indexdir.meta import read_meta
from coopsearch.search.indexdir.reading import reading as reading_index
from coopsearch.search.model import Hit


class Kind(StrEnum):
    """What became of a document."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"
    """It is not in the index any more."""
    LEFT = "no longer matches"
    """It is there, and is not an answer any more."""


class Item(NamedTuple):
    """A document that is news."""

    kind: Kind
    path: str
    """The absolute address."""
    hit: Hit | None
    """What is shown of one that is there; None for one that is gone, and beyond those that are shown."""


class News(NamedTuple):
    """What a saved search finds that nobody knew."""

    search: Saved
    items: tuple[Item, ...]
    """New ones by their rank, then changed ones, then those that are gone by address."""
    total: int
    """Documents that match now."""
    since: str
    """When somebody last looked, "" for the first look."""
    states: Mapping[str, str]
    """The state of each document that matches, by its key: its address as the index has it, and for one of
    another index the folder of that before it (see ``key_of``)."""
    generation: str

    old: str = ""
    """The state of the index when somebody last looked."""
    home: Path = Path()
    """The folder of the index in whose desk the search is saved."""

    @property
    def is_new(self) -> bool:
        """Whether there is anything that is not known yet: news, or another state of the index."""
        return bool(self.items) or self.generation != self.old

    @property
    def is_first(self) -> bool:
        """Whether nobody looked before: then all is taken as known."""
        return not self.since

    def count(self, kind: Kind) -> int:
        """Count the items of a kind."""
        return sum(item.kind == kind for item in self.items)


class Known(NamedTuple):
    """What was known of the documents of a saved search when somebody last looked."""

    at: str
    generation: str
    states: Mapping[str, str]


#: Stands between the folder of an index and an address in it.
_BETWEEN: Final = "//"
NOTHING: Final = Known("", "", {})


def known(folder: Path, name: str) -> Known:
    """Return what the desk knows of a saved search's documents. Raises what ``store.reading`` raises."""
    with reading(folder) as desk:
        looked = desk.execute("SELECT at, generation FROM looked WHERE name = ?", (name,)).fetchone()
        if looked is None:
            return NOTHING
        rows = desk.execute("SELECT path, state FROM known WHERE name = ?", (name,)).fetchall()
    return Known(str(looked[0]), str(looked[1]), dict(rows))


def unchanged(folder: Path, search: Saved) -> News | None:
    """Return that nothing is new, where nothing was committed since somebody looked; None where it may be.

    Raises what opening an index raises, and what ``store.reading`` raises.
    """
    if asks_tags(search):
        return None
    with reading(folder) as desk:
        row = desk.execute("SELECT at, generation FROM looked WHERE name = ?", (search.name,)).fetchone()
        if row is None:
            return None
        at, generation = map(str, row)
        (total,) = desk.execute("SELECT count(*) FROM known WHERE name = ?", (search.name,)).fetchone()
    states = []
    try:
        for index in search.folders(folder):
            with reading_index(index):
                meta = read_meta(index)
                states.append(f"{meta.data}.{generation_of(meta.engine, index / meta.data)}")
    except FileNotFoundError:
        # A commit came in between; whoever opens the index sees it whole.
        return None
    newest = "+".join(states)
    if newest != generation:
        return None
    return News(search, (), total, at, {}, newest, newest, home=folder)


def take(folder: Path, told: News) -> None:
    """Keep what matches now as known. Raises what ``store.writing`` raises."""
    name = told.search.name
    with writing(folder) as desk:
        desk.execute("INSERT OR REPLACE INTO looked VALUES (?, ?, ?)", (name, now(), told.generation))
        desk.execute("DELETE FROM known WHERE name = ?", (name,))
        rows = ((name, path, state) for path, state in sorted(told.states.items()))
        desk.executemany("INSERT INTO known VALUES (?, ?, ?)", rows)


def as_known(told: News) -> Known:
    """Return what is known once these news were told, without keeping it."""
    return Known(told.since or now(), told.generation, told.states)


def key_of(home: Path, folder: Path, address: str) -> str:
    """Return by what a document of the index of a folder is known in the desk of another index.

    In no path one slash follows another, so the two parts can be told.
    """
    return address if folder == home else f"{folder}{_BETWEEN}{address}"


def place_of(home: Path, key: str) -> tuple[Path, str]:
    """Return the folder of the index and the address, as that index has it, of what a desk knows by a key."""
    folder, sign, address = key.partition(_BETWEEN)
    if sign and os.path.isabs(folder):  # noqa: PTH117 - text
        return Path(folder), address
    return home, key


def asks_tags(search: Saved) -> bool:
    """Say whether what a search finds depends on the desk or on the day, too."""
    return bool(search.tags) or "tag:" in search.query.lower() or asks_times(search)


def asks_times(search: Saved) -> bool:
    """Say whether a search asks when documents were added: they are no longer among these after a time."""
    return "added:" in search.query.lower()
