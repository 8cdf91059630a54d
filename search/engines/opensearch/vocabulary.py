"""The words of an index that a cluster keeps: terms with their frequencies, stems, and names by their keys.

A query is planned by them: which words there are, what their stems are, which fit a pattern. They lie in
blocks beside the documents, of the runs that a state names; what was looked up is remembered, and a table of
which much is asked is taken as a whole. Does not depend on the client of a cluster or on queries.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice
from operator import attrgetter
from typing import Any, Final

from coopsearch.search import schema
from coopsearch.search.analysis.model import AnalysedDocument
from coopsearch.search.engines.opensearch import mapping
from coopsearch.search.engines.opensearch.beside import Others, others_of
from coopsearch.search.engines.opensearch.storage.blocks import Block, Entry, merged
from coopsearch.search.engines.opensearch.storage.states import RunOfWords
from coopsearch.search.errors import CoopsearchError
from coopsearch.search.indexdir.pages import string, whole
from coopsearch.search.indexdir.pages import table as checked_table
from coopsearch.search.model import Document
from coopsearch.search.names.keys import keys

#: What begins the name of a table of the terms of a field.
TERMS: Final = "terms."
STEMS: Final = "stems"
NAMES: Final = "names"
#: Fields whose terms are in the vocabulary; those of the others are few, or are asked of the documents.
FIELDS: Final = tuple(field.name for field in schema.FIELDS if field.kind == "text")
#: Fields whose document frequencies are counted here.
COUNTED: Final = frozenset({*FIELDS, schema.LANGUAGE, schema.TYPE})
#: How many words are asked for one by one, and how many entries a table has at most that is taken as a whole.
_SINGLE: Final = 48
_WHOLE: Final = 4_000_000
#: Entries of all tables together that are taken as a whole, with the first word: that is one request or two.
_SMALL: Final = 200_000
#: Blocks of one answer, and characters of a term by which blocks are found.
_BLOCKS: Final = 400
_KEY: Final = 1_000
_LAST: Final = "\U0010ffff"
_last_of: Final = attrgetter("last")

Search = Callable[[Mapping[str, Any]], Any]
_stems_of = checked_table(string, string)


def _check(table: str) -> Callable[[Any], Any]:
    return _stems_of if table == STEMS else whole


def together(table: str) -> Callable[[Any, Any], Any]:
    """Return what makes one value of two of a table, the older first."""
    if table == STEMS:
        return lambda older, newer: {**older, **newer}
    return (lambda one, other: one + other) if table.startswith(TERMS) else lambda one, _: one


def terms_of(analysed: AnalysedDocument) -> dict[str, set[str]]:
    """Return what a document brings into each table, but for the stems of its words."""
    found: dict[str, set[str]] = {TERMS + field: set() for field in FIELDS}
    for run in analysed.runs:
        for role, words, stems in mapping.BY_ROLE:
            if role in {"", run.role}:
                found[TERMS + words].update(run.words)
                found[TERMS + stems].update(run.stems)
    found[NAMES] = set(chain.from_iterable(map(named, analysed.names)))
    document = analysed.document
    found |= terms_beside(document, analysed.languages, others_of(document))
    return {table: terms for table, terms in found.items() if terms}


def terms_beside(document: Document, languages: Iterable[str], others: Others) -> dict[str, set[str]]:
    """Return what a document brings into tables beside those of its text; some of them may bring nothing.

    ``others`` is ``others_of`` it.
    """
    return {
        **{TERMS + field: {term for term, _ in plain} for field, plain in others.items()},
        TERMS + schema.LANGUAGE: set(languages),
        # Every document has one: so it can be told how many are counted here, deleted ones too.
        TERMS + schema.TYPE: {document.type},
    }


@lru_cache(1 << 16)
def named(word: str) -> tuple[str, ...]:
    """Return what a word that is written as a name brings into the table of names."""
    return tuple(f"{key} {word}" for key in keys(word))


class Vocabulary:
    """The vocabulary of one state. Safe for many threads."""

    def __init__(
        self, search: Search, runs: Sequence[RunOfWords], broken: Callable[[str], CoopsearchError]
    ) -> None:
        """``search`` asks the index of blocks, ``broken`` returns the error for one that is damaged."""
        self._search, self._runs, self._broken = search, tuple(runs), broken
        self._lock = threading.RLock()
        self._asked: Counter[str] = Counter()
        self._taken = False
        self._whole: dict[tuple[str, str], list[Block]] = {}
        """By run and table; in order."""
        self._known: dict[str, dict[str, tuple[Any, ...]]] = {}
        """By table and word: its values, the oldest first."""

    def of_runs(self, runs: Sequence[RunOfWords]) -> Vocabulary:
        """Return the vocabulary of another state; what both have in common is not read again."""
        other = Vocabulary(self._search, runs, self._broken)
        names = {run.name for run in runs}
        other._asked = self._asked
        other._whole = {key: blocks for key, blocks in self._whole.items() if key[0] in names}
        return other

    def get(self, table: str, words: Iterable[str]) -> dict[str, Any]:
        """Return the values of those of some words that are in a table."""
        wanted = list(dict.fromkeys(words))
        with self._lock:
            self._take_small()
            known = self._known.setdefault(table, {})
            new = [word for word in wanted if word not in known]
            if new:
                self._asked[table] += len(new)
                if self._has(table) or (self._asked[table] > _SINGLE and self._size(table) <= _WHOLE):
                    tables = self._tables(table)
                    found = {word: tuple(_values(tables, word)) for word in new}
                else:
                    found = self._looked_up(table, new)
                # A writer asks for every word once: what is at hand need not be remembered by word, too.
                if self._asked[table] <= _SINGLE:
                    known.update(found)
            else:
                found = {}
            values = {word: found.get(word) or known.get(word, ()) for word in wanted}
        make = together(table)
        return {word: _joined(some, make) for word, some in values.items() if some}

    def every(self, table: str, prefix: str = "") -> Iterator[Entry]:
        """Yield the entries of a table whose terms begin with something, sorted."""
        with self._lock:
            self._take_small()
            if not prefix or self._has(table):
                runs = self._tables(table)
            else:
                runs = list(self._between(table, [(prefix, prefix + _LAST)]).values())
        return merged((self._beginning(blocks, prefix) for blocks in runs), together(table))

    def documents(self) -> int:
        """Count the documents that the frequencies of terms are of, deleted ones too."""
        return sum(count for _, count in self.every(TERMS + schema.TYPE))

    def stems(self, word: str) -> Mapping[str, str]:
        """Return the stems of a word by language."""
        found: Mapping[str, str] = self.get(STEMS, [word]).get(word, {})
        return found

    def all_stems(self) -> Iterable[str] | None:
        """Return all stems that documents have; None where the vocabulary is not small."""
        small = sum(run.size for run in self._runs) <= _SMALL
        return (term for term, _ in self.every(TERMS + schema.STEMS)) if small else None

    def named(self, wanted: Iterable[str]) -> set[str]:
        """Return the words that were written as names can be, and have one of some keys."""
        starts = sorted({f"{key} " for key in wanted})
        if not starts:
            return set()
        with self._lock:
            self._take_small()
            if self._has(NAMES):
                runs = self._tables(NAMES)
            else:
                runs = list(self._between(NAMES, [(start, start + _LAST) for start in starts]).values())
        return {
            term[len(start) :]
            for blocks in runs
            for start in starts
            for term, _ in self._beginning(blocks, start)
        }

    def _take_small(self) -> None:
        """Take a small vocabulary as a whole: most of its tables are asked for each new word."""
        if self._taken or sum(run.size for run in self._runs) > _SMALL:
            return
        missing = [
            run.name
            for run in self._runs
            if any((run.name, table) not in self._whole for table in run.entries)
        ]
        if missing:
            read = self._blocks({"terms": {"run": missing}})
            for run in self._runs:
                if run.name in missing:
                    self._whole |= {
                        (run.name, table): read.get((run.name, table), []) for table in run.entries
                    }
        self._taken = True

    def _size(self, table: str) -> int:
        return sum(run.entries.get(table, 0) for run in self._runs)

    def _has(self, table: str) -> bool:
        return all((run.name, table) in self._whole for run in self._runs if table in run.entries)

    def _tables(self, table: str) -> list[list[Block]]:
        """Return the blocks of a table, of each run; those that are not at hand are read."""
        missing = [
            run.name for run in self._runs if table in run.entries and (run.name, table) not in self._whole
        ]
        if missing:
            read = self._read(table, missing, [])
            for run in missing:
                self._whole[run, table] = read.get(run, [])
        return [self._whole[run.name, table] for run in self._runs if table in run.entries]

    def _looked_up(self, table: str, words: Sequence[str]) -> dict[str, tuple[Any, ...]]:
        found: dict[str, tuple[Any, ...]] = {}
        for start in range(0, len(words), _SINGLE):
            some = words[start : start + _SINGLE]
            tables = list(self._between(table, [(word, word) for word in some]).values())
            found |= {word: tuple(self._guarded(_values, tables, word)) for word in some}
        return found

    def _between(self, table: str, spans: Sequence[tuple[str, str]]) -> dict[str, list[Block]]:
        """Return the blocks, by run, that can hold terms between some bounds."""
        names = [run.name for run in self._runs if table in run.entries]
        if not names:
            return {}
        found = self._read(table, names, spans)
        return {name: found[name] for name in names if name in found}

    def _read(
        self, table: str, names: Sequence[str], spans: Sequence[tuple[str, str]]
    ) -> dict[str, list[Block]]:
        wanted: list[Any] = [{"term": {"table": table}}, {"terms": {"run": list(names)}}]
        if spans:
            overlaps = [
                {
                    "bool": {
                        "filter": [
                            {"range": {"first": {"lte": high[:_KEY]}}},
                            {"range": {"last": {"gte": low[:_KEY]}}},
                        ]
                    }
                }
                for low, high in spans
            ]
            wanted.append({"bool": {"should": overlaps, "minimum_should_match": 1}})
        return {run: blocks for (run, _), blocks in self._blocks(*wanted).items()}

    def _blocks(self, *wanted: Any) -> dict[tuple[str, str], list[Block]]:
        """Return the blocks that fit everything, in order, by run and table."""
        body: dict[str, Any] = {
            "size": _BLOCKS,
            "query": {"bool": {"filter": [{"term": {"kind": "block"}}, *wanted]}},
            "_source": ["first", "last", "data"],
            "sort": [{"run": "asc"}, {"table": "asc"}, {"number": "asc"}],
            "track_total_hits": False,
        }
        found: dict[tuple[str, str], list[Block]] = {}
        while True:
            hits = self._search(body)["hits"]["hits"]
            for hit in hits:
                run, table, _ = hit["sort"]
                block = self._guarded(Block, hit["_source"], _check(table))
                found.setdefault((run, table), []).append(block)
            if len(hits) < _BLOCKS:
                return found
            body["search_after"] = hits[-1]["sort"]

    def _beginning(self, blocks: Sequence[Block], prefix: str) -> Iterator[Entry]:
        for block in islice(blocks, _first_up_to(blocks, prefix), None):
            if block.first > prefix + _LAST:
                return
            if block.last >= prefix[:_KEY]:
                yield from self._guarded(lambda one: list(one.beginning(prefix)), block)

    def _guarded(self, function: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return function(*arguments)
        except ValueError:
            raise self._broken("has a block of its vocabulary that cannot be read") from None


def _values(tables: Sequence[Sequence[Block]], word: str) -> list[Any]:
    """Return the values of a word, the oldest first."""
    values = []
    for blocks in tables:
        block = _block_with(blocks, word)
        value = block.get(word) if block is not None else None
        if value is not None:
            values.append(value)
    return values


def _first_up_to(blocks: Sequence[Block], word: str) -> int:
    """Return the place of the first block, of sorted ones, whose last term is not before a word."""
    return bisect_left(blocks, word[:_KEY], key=_last_of)


def _block_with(blocks: Sequence[Block], word: str) -> Block | None:
    """Return the block, of sorted ones, that holds a word if any does."""
    low = _first_up_to(blocks, word)
    if low == len(blocks):
        return None
    # Terms that are alike for longer than a key is may lie in several blocks.
    while len(word) > _KEY and low + 1 < len(blocks) and blocks[low + 1].first <= word[:_KEY]:
        if blocks[low].get(word) is not None:
            break
        low += 1
    return blocks[low]


def _joined(values: Sequence[Any], make: Callable[[Any, Any], Any]) -> Any:
    found = values[0]
    for value in values[1:]:
        found = make(found, value)
    return found
