"""Adding, listing and removing the user's lexicons, each a table and a page beside it.

The table comes first, under a name of its content; the page, which names it, takes the place of an older one
in one step. So a run that is killed leaves the lexicon that was there, or the new one. Does not depend on the
terminal.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.search.errors import CoopsearchError, IndexLocked, IndexUnwritable, SettingsError
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.exclusive import alone
from coopsearch.search.indexdir.names import PART
from coopsearch.search.indexdir.opening import names_in, read_file
from coopsearch.search.lexicons import about as pages
from coopsearch.search.lexicons.about import About
from coopsearch.search.lexicons.place import LOCK, PAGE, VARIABLE, checked_name, folder
from coopsearch.search.translation.table import Unusable

#: Seconds to wait for another process that adds or removes.
_WAIT: Final = 10.0


class Listed(NamedTuple):
    """A lexicon of the user."""

    name: str
    about: About | None
    """None where its page cannot be read."""
    fault: str
    """Why it cannot be used, "" if it can."""


def place() -> Path:
    """Return the folder of the lexicons. Raises SettingsError where the user wants none."""
    if (found := folder()) is None:
        raise SettingsError(f"{VARIABLE} is empty, so no lexicons are kept; unset it, or name a folder in it")
    return found


def listed() -> list[Listed]:
    """Return all lexicons of the user, sorted by name, those that cannot be used among them."""
    from coopsearch.search.lexicons.opened import fault_of, opened

    where = place()
    found = []
    shared = fault_of(where)
    for name in pages.names(where):
        about, fault = None, shared
        try:
            about = pages.read(where, name)
            opened(where, name)
        except Unusable as error:
            fault = fault or str(error)
        found.append(Listed(name, about, fault))
    return found


def fault_of_all() -> str:
    """Say why none of the lexicons is used, "" if they are."""
    from coopsearch.search.lexicons.opened import fault_of

    return fault_of(place())


def like(name: str) -> str:
    """Return the lexicon that is called so, however its letters are written; "" for none."""
    return next((one for one in pages.names(place()) if one.casefold() == name.casefold()), "")


def check_free(name: str, *, replace: bool) -> None:
    """Raise SettingsError if a lexicon cannot be called so, or is there and not to be replaced."""
    checked_name(name)
    if (there := like(name)) and not replace:
        raise SettingsError(
            f"there is a lexicon {there} already; give another --name, or --replace to put this in its place"
        )


def keep(about: About, table: bytes, *, replace: bool) -> About:
    """Keep a lexicon, whose page says all but what the table tells; return the page as it is kept.

    Raises SettingsError for a name that cannot be, or that is taken and not to be replaced, and for what the
    system refuses; IndexLocked while another process adds one.
    """
    where = place()
    about = about._replace(size=len(table), crc32=f"{zlib.crc32(table):08x}")
    with _telling(where):
        durable.make_top(where)
        with _alone(where):
            check_free(about.name, replace=replace)
            before = like(about.name)
            if not _is_kept(where / about.table, table):
                with durable.replacing(where / about.table) as stream:
                    stream.write(table)
            durable.replace(where / f"{about.name}{PAGE}", pages.written(about))
            if before and before != about.name:
                durable.remove(where, [f"{before}{PAGE}"])
            _sweep(where)
    return about


def _is_kept(path: Path, table: bytes) -> bool:
    """Say whether a table is there already: on Windows nothing takes the place of one that is in use."""
    try:
        return read_file(path, most=len(table)) == table
    except (FileNotFoundError, CoopsearchError):
        return False


def remove(name: str) -> str:
    """Remove a lexicon; return what it was called. Raises SettingsError for one that is not there."""
    where = place()
    if not (found := like(name)):
        there = pages.names(where)
        which = f"there are: {', '.join(there)}" if there else "none was added"
        raise SettingsError(f"there is no lexicon {name!r:.60}; {which}")
    with _telling(where), _alone(where):
        durable.remove(where, [f"{found}{PAGE}"])
        if found in pages.names(where):
            raise SettingsError(
                f"the lexicon {found} cannot be removed from {where}; get the permission to write there"
            )
        durable.sync_folder(where)
        _sweep(where)
    return found


def _sweep(where: Path) -> None:
    """Remove the tables that no page names, and what a killed run left."""
    wanted = set()
    present = pages.names(where)
    for name in present:
        try:
            wanted.add(pages.read(where, name).table)
        except Unusable:
            # What a damaged page names is not known: its tables stay.
            wanted.update(one for one in names_in(where) if pages.is_table_of(one, name))
    old = [
        one
        for one in names_in(where)
        if one not in wanted and (pages.is_table(one.removesuffix(PART)) or one.endswith(f"{PAGE}{PART}"))
    ]
    durable.remove(where, old)


@contextmanager
def _telling(where: Path) -> Iterator[None]:
    """Turn what is said of writing an index into what is wrong with writing a lexicon."""
    try:
        yield
    except IndexUnwritable as error:
        cause = error.__cause__
        reason = (getattr(cause, "strerror", None) or str(cause or error)).lower()
        raise SettingsError(
            f"the lexicon cannot be written in {where}: {reason}; make room there or get the permission to "
            f"write, or name another folder in {VARIABLE}"
        ) from None
    except (IndexLocked, SettingsError):
        raise
    except CoopsearchError as error:
        raise SettingsError(f"the lexicons in {where} cannot be written: {pages.reason(error)}") from None


def _alone(where: Path) -> AbstractContextManager[None]:
    busy = IndexLocked(f"another process is adding or removing a lexicon in {where}; try again in a moment")
    return alone(where / LOCK, _WAIT, busy)
