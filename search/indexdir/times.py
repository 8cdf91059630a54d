"""When the files of an index were added to it, and when what they hold was changed last.

The indexer keeps both in the pages of its rows; so they are read from there when a query asks for them, and
no other search pays for that. Moments are milliseconds since 1970, by the clock of the machine that indexed;
0 where a version wrote the row that did not note them. Does not depend on engines or the terminal.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from coopsearch.search.indexdir import pages
from coopsearch.search.indexdir.pages import Page, parse, read_page

#: The pages of rows are called manifest.0, manifest.1 and so on, in the order in which they were written.
ROWS: Final = "manifest."
#: The key of such a page that says when the last run which brought something began to write.
BROUGHT: Final = "brought"
#: Where in a row, whatever version wrote it, the address of the file is, and when it was read: nanoseconds.
_FILE: Final = 0
_READ: Final = 9
#: Where the two moments are; rows of before end with others.
_ADDED, _CHANGED = 16, 17
_MS: Final = 1_000_000


class FileTimes(NamedTuple):
    """The moments of one file, in milliseconds since 1970."""

    added: int
    """When its documents came into the index; 0 where that is not known."""
    changed: int
    """When other ones took their place last, or the same as ``added``; 0 where that is not known."""
    read: int
    """When it was read last: what is not known was before."""


class Times(NamedTuple):
    """What the rows of one state say."""

    files: Mapping[str, FileTimes]
    """By the address of the file."""
    brought: int
    """When the last run that brought something began to write; 0 where that is not known."""


def _row(value: Any) -> tuple[str, FileTimes]:
    if type(value) is not list:
        raise ValueError(value)
    added, changed = value[_ADDED : _CHANGED + 1] if len(value) > _CHANGED else (0, 0)
    times = FileTimes(pages.whole(added), pages.whole(changed), pages.whole(value[_READ]) // _MS)
    return pages.text(value[_FILE]), times


_rows: Final = pages.every(_row)
_gone: Final = pages.every(pages.text)


def read_times(folder: Path, named: Mapping[str, Page]) -> Times | None:
    """Return the moments of all files, by the pages of a state; None for a state without rows.

    Raises IndexDamaged or IndexUnreadable.
    """
    files: dict[str, FileTimes] = {}
    brought, number = 0, 0
    while (page := named.get(f"{ROWS}{number}")) is not None:
        rows, gone, brought = parse(folder / page.name, read_page(folder, page), _page)
        for file in gone:
            files.pop(file, None)
        files.update(rows)
        number += 1
    return Times(files, brought) if number else None


def _page(value: Any) -> tuple[list[tuple[str, FileTimes]], list[str], int]:
    """Accept what is asked here of a page of any version."""
    return list(_rows(value["files"])), list(_gone(value["gone"])), pages.whole(value.get(BROUGHT, 0))
