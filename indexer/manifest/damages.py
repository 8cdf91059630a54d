"""What is damaged of the pages that lie beside the documents and the books: counts, copies, small sources.

No document is lost with one of them, and the next run writes it anew. Whoever reads an index beside a search
asks here what to tell. Does not depend on engines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from coopsearch.search.errors import RUN, IndexDamaged, IndexUnreadable
from coopsearch.search.indexdir.coverage import COPIES, LISTING, ROLE, read_listing, read_values
from coopsearch.search.indexdir.pages import Page, read_page

_READERS: Final[Mapping[str, Callable[[Path, Mapping[str, Page]], object]]] = {
    ROLE: read_values,
    COPIES: lambda data, named: read_page(data, named[COPIES]),
    LISTING: read_listing,
}


def damages(data: Path, named: Mapping[str, Page]) -> dict[str, IndexUnreadable]:
    """Return why pages of a state cannot be read, by role, with what to do about it."""
    found: dict[str, IndexUnreadable] = {}
    for role, read in _READERS.items():
        if role in named:
            try:
                read(data, named)
            except IndexUnreadable as error:
                found[role] = healed(error)
    return found


def spare_damages(data: Path, pages: tuple[Page, ...]) -> list[IndexUnreadable]:
    """Return what is wrong with files that no search reads (``Reader.spare``)."""
    found: list[IndexUnreadable] = []
    for page in pages:
        try:
            read_page(data, page)
        except IndexUnreadable as error:
            found.append(healed(error))
    return found


def healed(error: IndexUnreadable) -> IndexUnreadable:
    """Return what to tell of a file that the next run writes anew; what the system refuses stays as it is."""
    return error.with_step(RUN) if isinstance(error, IndexDamaged) else error
