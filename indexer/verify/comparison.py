"""What a comparison of an index with its sources finds, and how one document is compared with another.

Plain data and the comparing of what one file gives now with what is stored of it. Does not depend directly
on the manifest or files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from coopsearch.search.engines.base import PartWriter, Reader
from coopsearch.search.model import Document

#: What can be different. The first five are faults of the index: "lost" and "doubled" documents, those that
#: "differ", "stray" ones that no file gives, and what the "books" say of a file that is not so. "new",
#: "changed" and "removed" files are so since the last run, and "unread" ones cannot be compared now.
Kind = Literal["lost", "doubled", "differs", "stray", "books", "new", "changed", "removed", "unread"]
FAULTS: Final[frozenset[Kind]] = frozenset({"lost", "doubled", "differs", "stray", "books"})
#: Differences of one kind that are kept to be told; all are counted.
MOST: Final = 1_000
#: Documents of one file that are named.
_NAMED: Final = 100


class Difference(NamedTuple):
    """A file, or a document in one, that is not in the index as it is on disk."""

    path: str
    kind: Kind
    reason: str


@dataclass(frozen=True, slots=True)
class Compared:
    """What was compared, and what was found different."""

    files: int
    """Files that were read and compared."""
    documents: int
    """Documents of theirs."""
    copies: int
    """Files that hold the same as another, which was compared for them."""
    counts: Mapping[Kind, int]
    """How much is different, by kind; what is not does not stand here."""
    differences: tuple[Difference, ...]
    """The first thousand of each kind."""

    @property
    def faults(self) -> int:
        """Count what is wrong in the index, whatever changed in the sources."""
        return sum(count for kind, count in self.counts.items() if kind in FAULTS)


@dataclass(slots=True)
class Findings:
    """Differences as they come: all are counted, the first of each kind kept."""

    counts: Counter[Kind] = field(default_factory=Counter)
    kept: list[Difference] = field(default_factory=list)

    def add(self, path: str, kind: Kind, reason: str) -> None:
        """Take a difference."""
        self.counts[kind] += 1
        if self.counts[kind] <= MOST:
            self.kept.append(Difference(path, kind, reason))


class Against(PartWriter):
    """Stands for parts of an index: what would be written is compared with what is stored.

    Of each document only one at a time is held, however many a file has.
    """

    def __init__(self, reader: Reader) -> None:
        """Take the state to compare with."""
        self._reader = reader
        self.error: Exception | None = None
        """What the index raised: whoever reads takes it for a fault of the file, and goes on."""
        self.begin()

    def begin(self, *, only_paths: bool = False) -> None:
        """Forget the file before. With ``only_paths`` the next one's are kept, and nothing is compared."""
        self.found: list[Difference] = []
        self.given = self.lost = self.more = 0
        self.paths: set[str] | None = set() if only_paths else None

    def add(self, document: Document) -> None:
        """Compare a document."""
        if self.paths is not None:
            self.paths.add(document.path)
            return
        if self.error is not None:
            return
        self.given += 1
        try:
            stored = self._reader.document_at(document.path)
        except Exception as error:
            self.error = error
            raise
        if stored is None:
            self.lost += 1
            self._note(document.path, "lost", "its file gives it, and the index does not hold it")
        elif names := differing(stored, document):
            self._note(document.path, "differs", f"the index holds another {' and '.join(names)} of it")

    def _note(self, path: str, kind: Kind, reason: str) -> None:
        if len(self.found) < _NAMED:
            self.found.append(Difference(path, kind, reason))
        else:
            self.more += 1

    def settle(self) -> frozenset[str]:
        """Decide no language: these are the index's own matter."""
        return frozenset()

    def finish(self, languages: frozenset[str]) -> list[str]:  # noqa: ARG002 - the port's
        """Make nothing."""
        return []

    def discard(self) -> None:
        """Forget nothing, as nothing is kept."""


def differing(stored: Document, fresh: Document) -> list[str]:
    """Return what of a document is not as it is stored. Languages are the index's own and not compared."""
    names = [
        name for name in ("file", "title", "text", "type", "date") if _of(stored, name) != _of(fresh, name)
    ]
    if [passage[:6] for passage in stored.passages] != [passage[:6] for passage in fresh.passages]:
        names.append("division into passages")
    if dict(stored.fields) != dict(fresh.fields):
        names += sorted(
            f"field {name!r}"
            for name in {*stored.fields, *fresh.fields}
            if stored.fields.get(name) != fresh.fields.get(name)
        )
    return names


def _of(document: Document, name: str) -> str:
    value: str = getattr(document, name)
    return value
