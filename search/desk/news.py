"""What is new among the documents that a saved search finds: new, changed or gone since somebody last looked.

All documents that match are compared, by their address and a hash of title and text, not the best ones
alone; so a file that was only touched, or moved, is not news. Does not depend on a particular engine or the
terminal.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from coopsearch.search.desk.known import Item, Kind, Known, News, asks_tags, asks_times, key_of, place_of
from coopsearch.search.desk.marks import absolute, address_in
from coopsearch.search.desk.saved import Saved
from coopsearch.search.engines.base import Found, Reader
from coopsearch.search.index import Index
from coopsearch.search.query.expanding import expanding_of
from coopsearch.search.query.filters.tagged import narrowed
from coopsearch.search.query.parser import parse
from coopsearch.search.results.highlighter import Highlighter
from coopsearch.search.searcher import Searcher

#: Bytes of the hash of a text: enough that no two states of a document have the same by chance.
_HASH: Final = 8


def news(
    index: Index,
    search: Saved,
    before: Known,
    *,
    home: Path | None = None,
    shown: int = 0,
    every: bool = False,
) -> News:
    """Compare what a saved search finds with what was known.

    ``home`` is the index in whose desk it is saved, the first of those that are asked unless it is given. Of
    new and changed documents the first ``shown`` have hits with passages. With ``every`` a first look lists
    all documents as new. Raises what ``Index.search`` raises.
    """
    home = index.folders[0] if home is None else home
    if before.generation == index.generation and not asks_tags(search):
        # Nothing was committed since: no document is another.
        return News(
            search,
            (),
            len(before.states),
            before.at,
            before.states,
            before.generation,
            before.generation,
            home,
        )
    tree = parse(search.query, require_all=search.require_all)
    tree = narrowed(tree, search.tags) if search.tags else tree
    with index._held() as state:  # noqa: SLF001 - all addresses, which no answer has
        reader = state.reader
        plan = state.plan(tree, expanding=expanding_of(**search.expansion, usual=index._expanding))  # noqa: SLF001
        found = reader.search(plan.node, reader.documents)
        keys = {number: _key(index, state, number, home) for number, _ in found.best}
        # In the order in which they are stored: neighbours are unpacked together.
        states = {keys[number]: state_of(reader, number) for number in sorted(keys)}
        generation = index._generation_of(state)  # noqa: SLF001
        if not before.at and not every:
            return News(search, (), found.total, "", states, generation, home=home)
        moved = _moved(before.states, states)
        kinds = {
            number: kind
            for number, _ in found.best
            if (kind := _kind(before.states, states, keys[number], moved)) is not None
        }
        chosen = [(number, score) for number, score in found.best if number in kinds]
        best = tuple(sorted(chosen, key=lambda one: kinds[one[0]] == Kind.CHANGED))
        marking = Highlighter(plan.wanted, state.table)
        hits = index._hits(state).of(Found(found.total, best[:shown]), marking)  # noqa: SLF001
        items = [
            Item(kinds[number], absolute(*place_of(home, keys[number])), hits[at] if at < len(hits) else None)
            for at, (number, _) in enumerate(best)
        ]
        # That a time has passed is not news.
        passing = asks_times(search)
        gone = [place_of(home, key) for key in sorted(before.states.keys() - states.keys() - moved.keys())]
        for place in gone:
            kind = _where(index, state, *place)
            if not (passing and kind is Kind.LEFT):
                items.append(Item(kind, absolute(*place), None))
    return News(search, tuple(items), found.total, before.at, states, generation, before.generation, home)


def _key(index: Index, state: Searcher, number: int, home: Path) -> str:
    folder = index._folder_of(state, number)  # noqa: SLF001 - see above
    return key_of(home, folder, address_in(folder, state.reader.path(number)))


def state_of(reader: Reader, number: int) -> str:
    """Return a hash of what a document says: its title and text.

    What else a format tells of it is left out: a later version may know more, and would make all documents
    look changed.
    """
    document = reader.document(number)
    said = f"{document.title}\0{document.text}".encode("utf-8", "surrogatepass")
    # Imported here: it takes long to load, and most news are that there are none.
    import hashlib

    return hashlib.blake2b(said, digest_size=_HASH).hexdigest()


def _kind(
    before: Mapping[str, str], states: Mapping[str, str], path: str, moved: Mapping[str, str]
) -> Kind | None:
    old = before.get(path)
    if old is None:
        return None if path in moved.values() else Kind.NEW
    return None if old == states[path] else Kind.CHANGED


def _moved(before: Mapping[str, str], states: Mapping[str, str]) -> dict[str, str]:
    """Return documents that say the same under another address now: the old address and the new one."""
    fresh: dict[str, list[str]] = {}
    for path in sorted(states.keys() - before.keys()):
        fresh.setdefault(states[path], []).append(path)
    moved = {}
    for path in sorted(before.keys() - states.keys()):
        if others := fresh.get(before[path]):
            moved[path] = others.pop(0)
    return moved


def _where(index: Index, state: Searcher, folder: Path, address: str) -> Kind:
    reader = index._reader_of(state, folder)  # noqa: SLF001 - see above
    return Kind.LEFT if reader is not None and reader.document_at(address) is not None else Kind.GONE
