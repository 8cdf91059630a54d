"""Reading stored documents out of a cluster, some at a time, each once.

Does not depend on the client of a cluster or on queries.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from coopsearch.search import schema
from coopsearch.search.engines.opensearch.mapping import DOCUMENT
from coopsearch.search.engines.opensearch.numbers import Numbers
from coopsearch.search.engines.opensearch.packing import document_in
from coopsearch.search.engines.opensearch.storage.requests import Search, every
from coopsearch.search.errors import CoopsearchError
from coopsearch.search.model import Document

#: Characters of the documents that are remembered, and how many are read ahead.
_REMEMBERED: Final = 8_000_000
_AHEAD: Final = 10
#: Stored documents of one answer, where all are read.
_SOME: Final = 100


class StoredDocuments:
    """The documents of one state. Safe for many threads."""

    def __init__(self, search: Search, numbers: Numbers, broken: Callable[[str], CoopsearchError]) -> None:
        """``search`` asks the documents, ``broken`` returns the error for one that is damaged."""
        self._search, self._numbers, self._broken = search, numbers, broken
        self._lock = threading.Lock()
        self._known: OrderedDict[int, Document] = OrderedDict()
        self._size = 0
        self._soon: tuple[int, ...] = ()
        self._brought: Mapping[int, str] = {}

    def expect(self, numbers: Sequence[int], brought: Mapping[int, str]) -> None:
        """Note which documents will be asked for one after the other, and those that came with an answer."""
        if numbers:
            self._soon, self._brought = tuple(numbers), brought

    def document(self, number: int) -> Document:
        """Return a document. Raises IndexDamaged if it is not there, or cannot be read."""
        with self._lock:
            found = self._known.get(number)
            if found is not None:
                self._known.move_to_end(number)
                return found
            if number in self._brought:
                return self._remembered({number: self._unpacked(self._brought[number], number)})[number]
            wanted = [number]
            if number in self._soon:
                place = self._soon.index(number)
                wanted += [one for one in self._soon[place + 1 : place + _AHEAD] if one not in self._known]
        found_now = self.read(wanted)
        with self._lock:
            return self._remembered(found_now)[number]

    def _remembered(self, found: Mapping[int, Document]) -> Mapping[int, Document]:
        for one, document in found.items():
            if one not in self._known:
                self._known[one] = document
                self._size += len(document.text)
        while self._size > _REMEMBERED and len(self._known) > len(found):
            self._size -= len(self._known.popitem(last=False)[1].text)
        return found

    def read(self, numbers: Sequence[int]) -> dict[int, Document]:
        """Read documents by their numbers. Raises IndexDamaged for one that is not there."""
        names = {self._numbers.identifier(number): number for number in numbers}
        body = {
            "size": len(names),
            "query": {"ids": {"values": list(names)}},
            "docvalue_fields": [DOCUMENT],
            "_source": False,
            "track_total_hits": False,
        }
        hits = self._search(body)["hits"]["hits"]
        found = {names[hit["_id"]]: self.unpacked(hit) for hit in hits if hit["_id"] in names}
        for name, number in names.items():
            if number not in found:
                raise self._broken(f"has lost the document {name}")
        return found

    def where(self, query: Mapping[str, Any]) -> Iterator[Document]:
        """Yield the documents that fit a query, sorted by path as far as the cluster sorts it."""
        for hit in every(self._search, query, DOCUMENT, _SOME):
            yield self.unpacked(hit)

    def paths(self, numbers: Sequence[int]) -> list[str]:
        """Return the paths of documents, of which nothing else is read."""
        new = [number for number in numbers if not self._numbers.path(number)]
        if new:
            body = {
                "size": len(new),
                "query": {"ids": {"values": [self._numbers.identifier(number) for number in new]}},
                "docvalue_fields": [schema.PATH],
                "_source": False,
                "track_total_hits": False,
            }
            for hit in self._search(body)["hits"]["hits"]:
                self._numbers.of(hit["_id"], hit["fields"][schema.PATH][0])
        return [self._numbers.path(number) for number in numbers]

    def unpacked(self, hit: Mapping[str, Any]) -> Document:
        """Return the document that a hit brought along. Raises IndexDamaged."""
        fields = hit.get("fields")
        packed = fields.get(DOCUMENT) if isinstance(fields, Mapping) else None
        return self._unpacked(packed[0] if packed else None, hit.get("_id"))

    def _unpacked(self, packed: Any, name: object) -> Document:
        try:
            return document_in(packed)
        except Exception as error:  # noqa: BLE001 - whoever wrote it, it is not a document
            raise self._broken(
                f"has a document that cannot be read ({name}: {type(error).__name__})"
            ) from None
