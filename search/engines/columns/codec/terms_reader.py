"""The index's terms and postings as Whoosh wants them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from typing import Any, Final

import numpy as np
from whoosh.codec.base import FieldCursor, TermsReader
from whoosh.fields import DATETIME
from whoosh.matching.mcore import ListMatcher
from whoosh.reading import TermInfo, TermNotFound

from coopsearch.search import schema
from coopsearch.search.engines.columns.codec.dates import DAY, own_term, term_of
from coopsearch.search.engines.columns.codec.doc_numbers import Numbers
from coopsearch.search.engines.columns.evaluate.positions import Occurrences
from coopsearch.search.engines.columns.field_columns import PLACES, SCORED
from coopsearch.search.engines.columns.reader import ColumnsReader
from coopsearch.search.engines.columns.storage.segment import Segment
from coopsearch.search.engines.columns.storage.string_table import decode, encode

#: Terms of a table that are read at once: few at first, since most who look want a few.
_FEW: Final = 64
_MANY: Final = 1 << 13

NAMES = sorted([DAY, *(field.name for field in schema.FIELDS)])
"""Every field, sorted as Whoosh wants its terms."""


class ColumnTerms(TermsReader):  # type: ignore[misc]
    """Terms and postings of all segments together."""

    def __init__(self, reader: ColumnsReader) -> None:
        """Take the state."""
        self._reader, self._numbers = reader, Numbers(reader)

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        """Say whether a document holds a term."""
        return self.doc_frequency(*term) > 0

    def cursor(self, fieldname: str, fieldobj: Any) -> FieldCursor:
        """Return a cursor over the terms of a field."""
        return _Cursor([text for _, text in self._of(fieldname)], fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """Return all terms, sorted by field and text."""
        for name in NAMES:
            yield from self._of(name)

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """Return all terms from one on."""
        for name in NAMES[bisect_left(NAMES, fieldname) :]:
            yield from self._of(name, prefix if name == fieldname else b"")

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """Return all terms with their statistics."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """Return all terms from one on with their statistics."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Return a term's statistics. Raises TermNotFound."""
        docs, weights = self._postings(fieldname, text)
        if not docs:
            raise TermNotFound(f"{fieldname}:{decode(text)}")
        lengths: list[int] = [1]
        if (known := self._numbers.lengths(fieldname)) is not None:
            lengths = known[docs].tolist()
        return TermInfo(sum(weights), len(docs), min(lengths), max(lengths), max(weights), docs[0], docs[-1])

    def frequency(self, fieldname: str, text: bytes) -> float:
        """Return the weighted frequency of a term in all documents."""
        return float(sum(self._postings(fieldname, text)[1]))

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """Return how many documents hold a term."""
        return self._reader.document_frequency(*own_term(fieldname, text))

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ColumnMatcher:
        """Return the postings of a term. Raises TermNotFound."""
        info = self.term_info(fieldname, text)
        return ColumnMatcher(
            self._numbers, (fieldname, text), *self._postings(fieldname, text), info, format_, scorer
        )

    def indexed_field_names(self) -> list[str]:
        """Return the fields that have terms."""
        return NAMES

    def _of(self, fieldname: str, start: bytes = b"") -> Iterator[tuple[str, bytes]]:
        """Return the terms of a field that a document holds, from one on."""
        if fieldname == DAY:
            days = (term_of(decode(date)) for _, date in self._of(schema.DATE))
            yield from ((DAY, day) for day in days if day is not None and day >= start)
        elif fieldname == schema.DATE:
            days = np.unique(self._reader.snapshot.dates.take(self._numbers.own)).tolist()
            yield from ((fieldname, text) for day in days if day and (text := b"%08d" % day) >= start)
        else:
            segments = self._reader.snapshot.segments
            deleted = any(segment.deleted is not None for segment in segments)
            for term, _ in groupby(merge(*(_walk(segment, fieldname, start) for segment in segments))):
                # Where documents were deleted, a term may have lost its last one.
                if not deleted or self._reader.document_frequency(fieldname, decode(term)):
                    yield fieldname, term

    def _postings(self, fieldname: str, text: bytes) -> tuple[list[int], list[float]]:
        place, snapshot = PLACES.get(fieldname), self._reader.snapshot
        if place is None:
            docs: list[int] = self._numbers.of(snapshot.term(*own_term(fieldname, text)).docs).tolist()
            return docs, [1.0] * len(docs)
        own, frequencies = snapshot.frequencies(place, text)
        return self._numbers.of(own).tolist(), frequencies.tolist()


def _walk(segment: Segment, fieldname: str, start: bytes) -> Iterator[bytes]:
    """Yield the terms of a field in a segment's tables, sorted, from one on."""
    table, counts = segment.table(fieldname), None
    if table is None:
        return
    if (place := PLACES.get(fieldname)) is not None:
        counts = segment.file[f"{place.family}.{'word_df' if place.words else 'df'}"]
    at, step = table.lower_bound(start), _FEW
    while at < len(table):
        end = min(at + step, len(table))
        terms = table.slice(at, end)
        if counts is not None:
            held = counts.slice(at, end).tolist()
            terms = [term for term, count in zip(terms, held, strict=True) if count]
        yield from terms
        at, step = end, min(4 * step, _MANY)


class ColumnMatcher(ListMatcher):  # type: ignore[misc]
    """The postings of a term; positions are read for the documents that ask for them."""

    def __init__(
        self,
        numbers: Numbers,
        term: tuple[str, bytes],
        docs: list[int],
        weights: list[float],
        info: TermInfo,
        format_: Any,
        scorer: Any,
        position: int = 0,
    ) -> None:
        """Take a decoded list."""
        self._i: int
        self._ids: list[int]
        self._positions: Occurrences | None = None
        super().__init__(docs, weights, None, format_, scorer, position, None, term, info)
        self._numbers = numbers

    def copy(self) -> ColumnMatcher:
        """Return a matcher at the same place."""
        return ColumnMatcher(
            self._numbers,
            self._term,
            self._ids,
            self._weights,
            self._terminfo,
            self._format,
            self._scorer,
            self._i,
        )

    def id(self) -> int:
        """Return the document. Behind the end that is the last one: some of Whoosh's matchers look there."""
        try:
            return self._ids[self._i]
        except IndexError:
            return self._ids[-1]

    def skip_to(self, id: int) -> None:  # noqa: A002 - Whoosh's name
        """Go on to the first document not below a number."""
        self._i = bisect_left(self._ids, id, self._i)

    def supports(self, astype: str) -> bool:
        """Say what can be asked of a posting."""
        place = PLACES.get(self._term[0])
        scored = place is not None and place.family in SCORED
        return astype in ("frequency", "weight") or (astype == "positions" and scored)

    def value(self) -> bytes:
        """Return the posting as the field's format encodes it."""
        encoded: bytes = (
            self._format.encode(self.value_as("positions")) if self.supports("positions") else b""
        )
        return encoded

    def value_as(self, astype: str) -> Any:
        """Return something about the posting."""
        if astype == "positions":
            snapshot = self._numbers.reader.snapshot
            if self._positions is None:
                self._positions = snapshot.occurrences(self._term[0], decode(self._term[1]))
            return snapshot.positions_in(self._positions, self._term[0], int(self._numbers.own[self.id()]))
        return int(self.weight()) if astype == "frequency" else self.weight()

    def block_max_weight(self) -> float:
        """Return the highest weight of the list."""
        return float(self._terminfo.max_weight())


class _Cursor(FieldCursor):  # type: ignore[misc]
    """Walks over sorted terms."""

    def __init__(self, terms: list[bytes], fieldobj: Any) -> None:
        self._terms, self._place, self._field = terms, 0, fieldobj

    def first(self) -> Any:
        self._place = 0
        return self.term()

    def find(self, string: bytes | str) -> Any:
        key = encode(string) if isinstance(string, str) else string
        self._place = bisect_left(self._terms, key)
        return self.term()

    def next(self) -> Any:
        self._place += 1
        return self.term()

    def is_valid(self) -> bool:
        return self._place < len(self._terms)

    def text(self) -> Any:
        return self.term()

    def term(self) -> Any:
        if self._place >= len(self._terms):
            return None
        term = self._terms[self._place]
        return self._field.from_bytes(term) if isinstance(self._field, DATETIME) else decode(term)
