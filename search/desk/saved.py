"""Saved searches: a name for a query and its options, kept in the desk.

No command is kept with them: a desk may come from somebody else, and what runs is said where it is run.
Does not depend on engines or the terminal.
"""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from coopsearch.search.desk.marks import absolute, address_in
from coopsearch.search.desk.store import now, reading, who, writing
from coopsearch.search.errors import SettingsError
from coopsearch.search.query.expanding import given_in

#: Characters of the longest name and of the longest query.
_NAME: Final = 64
_QUERY: Final = 20_000
#: Characters of a name that cannot be one which a message repeats.
_SHOWN: Final = 30
#: Names that a message lists.
_LISTED: Final = 12


class Saved(NamedTuple):
    """A saved search."""

    name: str
    query: str
    options: Mapping[str, Any]
    """What else is asked for: ``require_all``, ``tags`` and what words stand for as ``Index.search`` has
    them, and ``indexes`` that are asked beside the one in whose desk it is."""
    at: str
    who: str

    @property
    def require_all(self) -> bool:
        """Whether documents must hold all words."""
        return self.options.get("require_all") is True

    @property
    def tags(self) -> tuple[str, ...]:
        """Tags that documents must have, or must not have where a dash stands before."""
        return self._texts("tags")

    @property
    def expansion(self) -> dict[str, str]:
        """What its words stand for, as far as that was said: ``translate``, ``query_language``, ``names``."""
        return given_in(self.options)

    def _texts(self, name: str) -> tuple[str, ...]:
        given = self.options.get(name)
        return tuple(map(str, given)) if isinstance(given, list) else ()

    def folders(self, home: Path) -> list[Path]:
        """Return the folders of all indexes that are asked, that of its desk first.

        Raises SettingsError for a place that no desk of this computer can name.
        """
        found = [home]
        for one in self._texts("indexes"):
            if not one or "\0" in one or (os.name == "nt" and one.replace("/", "\\").startswith("\\\\")):
                # To look there would tell a computer of somebody's choice who the user is.
                raise SettingsError(
                    f"the saved search {self.name!r} asks an index at {one!r:.80}, which is not on this "
                    "computer; save it anew"
                )
            found.append(Path(os.path.normpath(absolute(home, one))))
        return list(dict.fromkeys(found))


def checked_name(given: str) -> str:
    """Return the name of a saved search as it is kept. Raises SettingsError for what is not one."""
    name = unicodedata.normalize("NFC", given.strip())
    if not name or len(name) > _NAME or name.startswith("-") or not name.isprintable():
        shown = f"{given[:_SHOWN]!r}" + ("..." if len(given) > _SHOWN else "")
        raise SettingsError(
            f"{shown} cannot be the name of a saved search; use 1 to {_NAME} letters, digits or signs, and "
            "do not begin with a dash"
        )
    return name


def save(index: Path, name: str, query: str, options: Mapping[str, Any]) -> Saved | None:
    """Save a search under a name; return the one that had it before.

    Under another query nothing is known any more of what the old one found. Raises SettingsError for a bad
    name or query, and what ``store.writing`` raises.
    """
    name = checked_name(name)
    if not query.strip():
        raise SettingsError(
            f'the query to save is empty; give it, as in: coopsearch save {name} "boat migrants"'
        )
    if len(query) > _QUERY:
        raise SettingsError(f"the query to save has {len(query):,} characters; {_QUERY:,} are the most")
    kept = json.dumps({key: value for key, value in options.items() if value}, sort_keys=True)
    with writing(index) as desk:
        row = desk.execute(
            "SELECT name, query, options, at, who FROM saved WHERE name = ?", (name,)
        ).fetchone()
        if row is not None and row[1:3] == (query, kept):
            return _saved(row)
        desk.execute("INSERT OR REPLACE INTO saved VALUES (?, ?, ?, ?, ?)", (name, query, kept, now(), who()))
        _forget(desk, name)
    return None if row is None else _saved(row)


def beside(home: Path, folders: Sequence[Path]) -> list[str]:
    """Return the indexes that a search asks beside the one of its desk, as the desk keeps them."""
    return [address_in(home, str(folder)) for folder in folders if folder != home]


def remove(index: Path, name: str) -> None:
    """Remove a saved search, with what is known of its documents. Raises SettingsError for none."""
    named(index, [name])
    with writing(index) as desk:
        desk.execute("DELETE FROM saved WHERE name = ?", (checked_name(name),))
        _forget(desk, checked_name(name))


def saved(index: Path) -> list[Saved]:
    """Return all saved searches, sorted by name. Raises what ``store.reading`` raises."""
    with reading(index) as desk:
        found = desk.execute("SELECT name, query, options, at, who FROM saved ORDER BY name").fetchall()
    return list(map(_saved, found))


def named(index: Path, names: Sequence[str]) -> list[Saved]:
    """Return some saved searches, or all of them without names. Raises SettingsError for an unknown one."""
    every = saved(index)
    if not names:
        if not every:
            raise SettingsError(
                "no search is saved in the desk of this index; save one, as in: "
                'coopsearch save boats "boat migrants"'
            )
        return every
    of = {one.name: one for one in every}
    for name in map(checked_name, names):
        if name not in of:
            raise SettingsError(f"no saved search is called {name!r}; {_known(list(of))}")
    return [of[checked_name(name)] for name in names]


def named_in(indexes: Sequence[Path], names: Sequence[str]) -> list[tuple[Path, Saved]]:
    """Return some saved searches of several desks, or all of them without names, each with its index.

    Raises SettingsError for a name that none of the desks has.
    """
    if len(indexes) == 1:
        return [(indexes[0], one) for one in named(indexes[0], names)]
    every = [(index, one) for index in indexes for one in saved(index)]
    if not every:
        raise SettingsError(
            "no search is saved in the desks of these indexes; save one, as in: "
            'coopsearch save boats "boat migrants"'
        )
    wanted = list(dict.fromkeys(map(checked_name, names)))
    for name in wanted:
        if name not in {one.name for _, one in every}:
            known = dict.fromkeys(one.name for _, one in every)
            raise SettingsError(f"no saved search is called {name!r}; {_known(list(known))}")
    return [pair for pair in every if not wanted or pair[1].name in wanted]


def _known(names: Sequence[str]) -> str:
    if not names:
        return 'none is saved; save one, as in: coopsearch save boats "boat migrants"'
    more = ", ..." if len(names) > _LISTED else ""
    return f"there are: {', '.join(names[:_LISTED])}{more}"


def _saved(row: Sequence[str]) -> Saved:
    name, query, options, at, who_ = map(str, row)
    try:
        value = json.loads(options)
    except (ValueError, RecursionError):
        value = None
    return Saved(name, query, value if isinstance(value, dict) else {}, at, who_)


def _forget(desk: Any, name: str) -> None:
    desk.execute("DELETE FROM looked WHERE name = ?", (name,))
    desk.execute("DELETE FROM known WHERE name = ?", (name,))
