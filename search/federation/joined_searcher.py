"""One state of several indexes, and what each of them knows of its sources.

Does not depend on snippets or the terminal.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from coopsearch.search.federation.joined_reader import JoinedReader
from coopsearch.search.federation.local_nodes import in_index
from coopsearch.search.indexdir.coverage import Known, changed_since
from coopsearch.search.indexdir.pages import Page
from coopsearch.search.model import Changed, Coverage, Document
from coopsearch.search.query.expanding import AUTO, Expanding
from coopsearch.search.query.expansion.synonyms import Declared
from coopsearch.search.searcher import Searcher

if TYPE_CHECKING:
    from coopsearch.search.added import Days, Found
    from coopsearch.search.desk.tags import Tagged
    from coopsearch.search.indexdir.duplicates import Copies


class JoinedSearcher(Searcher):
    """The states of several indexes, planned for and answered as one."""

    def __init__(
        self,
        reader: JoinedReader,
        parts: Sequence[Searcher],
        synonyms: Declared = (),
        *,
        expanding: Expanding = AUTO,
    ) -> None:
        """Take the reader of all, the state of each index in the reader's order, and synonyms."""
        self.joined, self.parts = reader, tuple(parts)
        super().__init__(reader, reader.indexes[0], parts[0].data, synonyms, expanding=expanding)

    def changed(self) -> Changed | None:
        """Return how many files of all sources changed since; None where that is not known of all."""
        indexes = zip(self.parts, self.joined.indexes, strict=True)
        found = [changed_since(part.listing, index.parent) for part, index in indexes]
        if None in found:
            return None
        return Changed(*map(sum, zip(*cast("list[Changed]", found), strict=True)))

    def _known(self) -> Known:
        told = [
            f"{index}: {part.warning}"
            for part, index in zip(self.parts, self.joined.indexes, strict=True)
            if part.warning
        ]
        return Known(_summed([part.coverage for part in self.parts]), None, "; ".join(told))

    def _tagged(self, tag: str) -> Tagged:
        """Return the documents of a tag in the desks of all, each named as one of its index."""
        found = [part._tagged(tag) for part in self.parts]  # noqa: SLF001 - of the same class
        # Imported here: a query that names no tag never looks at a desk.
        from coopsearch.search.desk.tags import Tagged

        return Tagged(
            tuple(one.key for one in found),
            tuple(in_index(place, path) for place, one in enumerate(found) for path in one.paths),
            tuple(sorted({known for one in found for known in one.known})),
        )

    def _added(self, days: Days | None) -> Found:
        """Return the files of a span of time in all, each named as one of its index."""
        found = [part._added(days) for part in self.parts]  # noqa: SLF001 - of the same class
        # Imported here: few ask for it.
        from coopsearch.search.added import Found

        names = [str(index) for index in self.joined.indexes]
        return Found(
            tuple(one.key for one in found),
            tuple(in_index(place, file) for place, one in enumerate(found) for file in one.files),
            sum(one.unknown for one in found),
            all(one.silent for one in found),
            "; ".join(f"{one.since} ({name})" for name, one in zip(names, found, strict=True) if one.since),
            tuple(name for name, one in zip(names, found, strict=True) if one.silent),
        )

    def _found_copies(self) -> Copies | None:
        known = [
            (os.path.join(index.parent, ""), part.copies)  # noqa: PTH118 - with its separator
            for part, index in zip(self.parts, self.joined.indexes, strict=True)
            if part.copies is not None
        ]
        # Of the same face as those of one index.
        return cast("Copies", JoinedCopies(known)) if known else None


@dataclass(slots=True)
class JoinedCopies:
    """Where else the contents of files lie, by what each index knows of its own."""

    known: Sequence[tuple[str, Copies]]
    """The folder to which the addresses of an index are relative, and its table."""
    page: tuple[Page, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.page = tuple(copies.page for _, copies in self.known)

    def places(self, document: Document) -> list[str]:
        """Return the absolute addresses at which a document lies beside its own."""
        found = (
            os.path.join(base, place)  # noqa: PTH118 - addresses are text
            for base, copies in self.known
            for place in copies.places(
                document._replace(
                    path=document.path.removeprefix(base), file=document.file.removeprefix(base)
                )
            )
        )
        return [place for place in dict.fromkeys(found) if place != document.path]

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield the absolute address that was indexed, and the other as its index has it, for each copy."""
        for base, copies in self.known:
            for held, copy in copies.pairs():
                yield os.path.join(base, held), copy  # noqa: PTH118 - addresses are text

    def files(self) -> Iterator[tuple[str, str]]:
        """Yield both addresses absolute, for each copy."""
        for base, copies in self.known:
            for held, copy in copies.files():
                yield os.path.join(base, held), os.path.join(base, copy)  # noqa: PTH118 - addresses are text


def _summed(several: Sequence[Coverage | None]) -> Coverage | None:
    """Return the counts of all; the oldest look at sources is that of all. None where one is not known."""
    known = [one for one in several if one is not None]
    if len(known) < len(several):
        return None
    moments = [one.updated for one in known]
    oldest = None if None in moments else min(cast("list[float]", moments))
    sums = {name: sum(getattr(one, name) for one in known) for name in Coverage._fields if name != "updated"}
    return Coverage(**sums, updated=oldest)
