"""What a reader knows without evaluating anything: documents, terms, pages, and whether the files are whole.

The same for both ways of reading the files of a state. Does not depend on NumPy, query syntax or snippets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, Final, TypeVar

from coopsearch.search import schema
from coopsearch.search.engines.base import Held, Reader, Verified
from coopsearch.search.engines.columns.field_columns import BODY, PLACES
from coopsearch.search.engines.columns.storage import stored_document as records
from coopsearch.search.engines.columns.storage.segment_files import StateFiles
from coopsearch.search.engines.columns.storage.string_table import decode, encode
from coopsearch.search.engines.columns.storage.toc import Toc, read_toc, stamp
from coopsearch.search.errors import RUN_OR_REBUILD, IndexDamaged, IndexUnreadable
from coopsearch.search.indexdir.pages import Page, read_page
from coopsearch.search.model import Document
from coopsearch.search.ranking import Parameters

T = TypeVar("T")

#: A commit may replace files between the reading of the table and the opening of what it names.
_ATTEMPTS: Final = 100


class StoredReader(Reader):
    """See the port for what its methods promise."""

    def __init__(
        self,
        folder: Path,
        toc: Toc,
        seen: tuple[int, int, int],
        files: StateFiles[Any],
        parameters: Parameters,
    ) -> None:
        """Take the folder, its table of contents with the stamp of that, and the files that it names."""
        self._folder, self._toc, self._seen = folder, toc, seen
        self._files = files
        self.parameters = parameters

    @property
    def documents(self) -> int:
        """Count the documents."""
        return self._files.documents

    def terms(self, field: str) -> Iterable[tuple[str, int]]:
        """Return a field's terms, sorted, and their document frequencies."""
        found: dict[bytes, int] = {}
        place = PLACES.get(field)
        for segment in self._files.segments:
            if field == schema.DATE:
                for day in filter(None, segment.days()):
                    key = b"%08d" % day
                    found[key] = found.get(key, 0) + 1
                continue
            if (table := segment.table(field)) is None:
                continue
            if place is None and (field == schema.PATH or segment.files_are_paths):
                counts = [1] * len(table)
            else:
                name, kind = place or (field, False)
                counts = segment.file[f"{name}.{'word_df' if kind else 'df'}"].list(0, len(table))
            for term, count in zip(table.slice(0, len(table)), counts, strict=True):
                found[term] = found.get(term, 0) + count
        return [(decode(term), found[term]) for term in sorted(found)]

    def among(self, field: str, terms: Iterable[str]) -> frozenset[str]:
        """Return those of the terms that documents hold: neighbours are looked up together."""
        if field not in PLACES:
            return super().among(field, terms)
        keys = sorted(set(map(encode, terms)))
        held: set[bytes] = set()
        for segment in self._files.segments:
            held.update(segment.table(field).among(keys))
        found = frozenset(map(decode, held))
        return super().among(field, found) if self._has_deletions else found

    @property
    def _has_deletions(self) -> bool:
        """Whether documents were deleted, so that a term of a table may have lost its last one."""
        return any(segment.deletions is not None for segment in self._files.segments)

    def stems(self, word: str) -> Mapping[str, str]:
        """Return a word's known stems."""
        found: dict[str, str] = {}
        for file in self._files.stem_files:
            found |= file.get(word)
        return found

    def named(self, keys: Iterable[str]) -> list[str]:
        """Return the words that can be names and have one of some keys."""
        wanted = sorted(set(map(encode, keys)))
        found: set[bytes] = set()
        for segment in self._files.segments:
            words = segment.postings[BODY].words
            found.update(words[place] for place in segment.names.places(wanted))
        words = map(decode, found)
        return sorted(self.among(schema.WORDS, words) if self._has_deletions else words)

    def path(self, number: int) -> str:
        """Return a document's path."""
        segment, own = self._files.locate(number)
        return decode(segment.path_of(own))

    def document(self, number: int) -> Document:
        """Read a stored document."""
        segment, own = self._files.locate(number)
        return records.unpack(segment.store.record(own))

    def head(self, number: int) -> Document:
        """Read a stored document; of a long one all but its text."""
        segment, own = self._files.locate(number)
        store = segment.store
        return records.unpack(store.record(own) if store.is_short(own) else store.head(own))

    def outline(self, number: int) -> Document:
        """Read what names a stored document, in one piece."""
        segment, own = self._files.locate(number)
        return records.outline(segment.store.beginning(own))

    def passage(self, number: int, start: int, end: int) -> str:
        """Read characters ``start`` to ``end`` of a document's text, without the rest of a long one."""
        segment, own = self._files.locate(number)
        found: str = segment.store.text(own, start, end)
        return found

    def documents_in_file(self, file: str) -> list[Document]:
        """Read the documents of a file."""
        found = [
            records.unpack(segment.store.record(doc))
            for segment in self._files.segments
            for doc in segment.docs_of_file(encode(file))
        ]
        return sorted(found, key=lambda document: document.path)

    def count_of(self, file: str) -> int:
        """Count the documents of a file."""
        return sum(len(segment.docs_of_file(encode(file))) for segment in self._files.segments)

    def paths_of(self, file: str) -> list[str]:
        """Return the paths of the documents of a file."""
        return sorted(
            decode(segment.path_of(doc))
            for segment in self._files.segments
            for doc in segment.docs_of_file(encode(file))
        )

    def document_at(self, path: str) -> Document | None:
        """Read the document at a path."""
        for segment in self._files.segments:
            for doc in segment.docs_of_path(encode(path)):
                return records.unpack(segment.store.record(doc))
        return None

    def held(self) -> Iterator[Held]:
        """Yield each file with its tables of strings, its stored documents and what those are packed with."""
        for segment in self._files.segments:
            strings = map(decode, segment.file.strings())
            documents = map(records.unpack, segment.store.records())
            texts = (text for document in documents for text in (document.title, document.text))
            yield Held(segment.entry.name, strings, chain(texts, segment.store.strange()))
        for stems in self._files.stem_files:
            yield Held(stems.file.path.name, stems.words(), ())

    @property
    def generation(self) -> int:
        """Return the number that the table of contents has."""
        return self._toc.generation

    def is_current(self) -> bool:
        """Compare the table of contents with the one that was opened."""
        return stamp(self._folder) == self._seen

    def follow(self) -> bool:
        """Take over the pages of the newest state if that has the same documents."""
        seen = stamp(self._folder)
        toc = read_toc(self._folder)
        if (toc.segments, toc.stems) != (self._toc.segments, self._toc.stems):
            return False
        self._toc, self._seen = toc, seen
        return True

    def close(self) -> None:
        """Let the files go. The maps end with the last view of them."""
        self._files.close()

    @property
    def pages(self) -> Mapping[str, Page]:
        """Return the pages of this state."""
        return self._toc.pages

    @property
    def spare(self) -> tuple[Page, ...]:
        """Return the table for Whoosh."""
        return (self._toc.whoosh,)

    def verify(self) -> Verified:
        """Check every block of every file, and every page."""
        files = self._files.files()
        damages: list[IndexUnreadable] = []
        for file in files:
            try:
                file.verify()
            except IndexDamaged as damage:
                damages.append(damage)
            except (ValueError, LookupError, TypeError, ArithmeticError) as error:
                # Sums show that a file is as it was written, not that it makes sense.
                damages.append(file.damaged(f"cannot be read ({type(error).__name__})"))
        pages = [self._toc.whoosh, *self._toc.pages.values()]
        for page in pages:
            try:
                read_page(self._folder, page)
            except IndexDamaged as damage:
                damages.append(damage.with_step(RUN_OR_REBUILD) if page in self.spare else damage)
            except IndexUnreadable as damage:
                damages.append(damage)
        size = sum(file.size for file in files) + sum(page.size for page in pages)
        return Verified.of(len(files) + len(pages) + 1, size, damages)


def newest(folder: Path, look: Callable[[Toc], T]) -> tuple[Toc, tuple[int, int, int], T]:
    """Return the newest table of contents of a folder, its stamp, and what ``look`` makes of the table.

    Raises IndexMissing, IndexOutdated, IndexDamaged or IndexUnreadable.
    """
    seen = stamp(folder)
    for _ in range(_ATTEMPTS):
        try:
            toc = read_toc(folder)
            return toc, seen, look(toc)
        except FileNotFoundError as error:
            before, seen = seen, stamp(folder)
            if before == seen:
                raise IndexDamaged(f"the index is damaged: {error.filename} is missing") from None
    raise IndexDamaged(f"the index at {folder} changes faster than it can be opened", "try again")
