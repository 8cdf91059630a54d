"""The pages that a run leaves beside the documents: books, counts, copies, and what small sources hold.

They are written before the commit that makes them the index's, under names that nothing had before, and
only where they differ from those of the state before. Does not depend on engines.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from itertools import count
from pathlib import Path
from typing import Any, Final

from coopsearch.indexer.manifest.coverage_writer import listing, tally
from coopsearch.indexer.manifest.damages import damages
from coopsearch.indexer.manifest.manifest import ROLE, Manifest
from coopsearch.indexer.walk.sources import PathMapper
from coopsearch.indexer.walk.walk import Notes
from coopsearch.search.errors import IndexUnreadable
from coopsearch.search.indexdir import coverage, durable
from coopsearch.search.indexdir import duplicates as copies
from coopsearch.search.indexdir.pages import Page, page_of, read_page
from coopsearch.search.indexdir.stamp import distinct

_numbers: Final = count(1)


class Books:
    """The pages of one run."""

    def __init__(
        self, data: Path, manifest: Manifest, named: Mapping[str, Page], sources: Collection[str]
    ) -> None:
        """Take the data folder, the rows, the pages of the state before, and what is indexed."""
        self._data = data
        self._manifest = manifest
        self._named = dict(named)
        self._sources = sources
        self._listed: Page | None = None
        #: What of these pages cannot be read, by role. It is written anew, if need be with the same content.
        self.damages = damages(data, named)
        self._spoilt = set(self.damages)

    def is_left(self, role: str) -> bool:
        """Say whether a page that cannot be read is still the state's."""
        return role in self._spoilt

    def pages(self) -> dict[str, Page]:
        """Write what changed; return all pages, for the commit of a batch. Raises IndexUnwritable."""
        return self._written(tally(self._manifest, self._sources))

    def last(
        self,
        documents: int,
        languages: Mapping[str, int],
        looked: Mapping[str, Notes],
        mapper: PathMapper,
        *,
        pictures: bool,
        any_text: bool,
    ) -> dict[str, Page]:
        """Write what is known at the end of a run; return all pages. Raises IndexUnwritable.

        ``looked`` are the sources that were looked through, with what was seen.
        """
        self.counted(documents, languages)
        before = self._before(self._listed)
        held = listing(
            before, self._manifest, mapper, self._sources, looked, pictures=pictures, any_text=any_text
        )
        if held is None and coverage.LISTING in self._spoilt and not set(self._sources) <= looked.keys():
            # What the other sources held was in it alone: that it is damaged is told until all are looked
            # through again, for without it changes would no longer be looked for, and nobody would know.
            assert self._listed is not None
            return {**self._named, coverage.LISTING: self._listed}
        return self._put(coverage.LISTING, None if held is None else _packed(held))

    def added(self, documents: int, languages: Mapping[str, int]) -> dict[str, Page]:
        """Write what is known after a script changed documents; return all pages. No file was looked at."""
        value = tally(self._manifest, self._sources)
        return self._written({**value, "documents": documents, "languages": dict(languages)})

    def counted(self, documents: int, languages: Mapping[str, int]) -> dict[str, Page]:
        """Write what is known of the documents; return all pages, without what small sources hold."""
        value = tally(self._manifest, self._sources)
        self._written({**value, "documents": documents, "languages": dict(languages)})
        self._listed = self._named.pop(coverage.LISTING, None)
        return dict(self._named)

    def _written(self, value: Mapping[str, Any]) -> dict[str, Page]:
        rows = self._manifest.write(self._create)
        self._named = {role: page for role, page in self._named.items() if not role.startswith(ROLE)}
        self._named |= rows
        self._put(coverage.ROLE, _packed(value))
        pairs = ((entry.copy_of, entry.file) for entry in self._manifest if entry.copy_of)
        return self._put(coverage.COPIES, copies.packed(pairs))

    def _before(self, page: Page | None) -> bytes:
        """Return what a page of the state before holds, b"" for nothing that can be read."""
        try:
            return b"" if page is None else read_page(self._data, page)
        except IndexUnreadable:
            return b""

    def _put(self, role: str, data: bytes | None) -> dict[str, Page]:
        """Give a role its content, None for none; return all pages."""
        if not data:
            self._named.pop(role, None)
        elif (before := self._before_of(role)) and page_of(before.name, data) == before:
            self._named[role] = before
        else:
            self._named[role] = self._create(role, data, "tsv" if role == coverage.COPIES else "json")
        self._spoilt.discard(role)
        return dict(self._named)

    def _before_of(self, role: str) -> Page | None:
        """Return the page that a role has and may keep, None for one that cannot be read."""
        if role in self._spoilt:
            return None
        return self._named.get(role) or (self._listed if role == coverage.LISTING else None)

    def _create(self, kind: str, data: bytes, ending: str = "json") -> Page:
        name = f"{kind}-{distinct():x}-{os.getpid() & 0xFFFFFFFF:x}-{next(_numbers):x}.{ending}"
        durable.create(self._data / name, data)
        return page_of(name, data)


def _packed(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
