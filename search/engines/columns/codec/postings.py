"""The postings of terms as Whoosh's rankings score them, a whole list at a time.

Documents have Whoosh's numbers. Three of its weightings are worked out here. Does not depend directly on
queries.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from whoosh import scoring

from coopsearch.search import schema
from coopsearch.search.engines.columns.arrays import F32, I32, I64, NO_DOCS, first_of_runs, marked
from coopsearch.search.engines.columns.codec.dates import DAY, own_term, term_of
from coopsearch.search.engines.columns.codec.doc_numbers import Numbers
from coopsearch.search.engines.columns.evaluate.byte_cache import ByteCache
from coopsearch.search.engines.columns.evaluate.maxscore import Item
from coopsearch.search.engines.columns.evaluate.phrases import keys_in
from coopsearch.search.engines.columns.evaluate.position_matching import adjacent
from coopsearch.search.engines.columns.evaluate.postings import Postings
from coopsearch.search.engines.columns.evaluate.scratch import Scratch
from coopsearch.search.engines.columns.evaluate.uninverted import keywords
from coopsearch.search.engines.columns.field_columns import GAP_KEPT, KEYWORDS, PLACES, RUNS, SCORED
from coopsearch.search.engines.columns.reader import ColumnsReader
from coopsearch.search.engines.columns.storage.string_table import decode

#: Bytes of postings that are kept.
CACHE: Final = 256 << 20


class SearcherPostings:
    """The postings of one of Whoosh's searchers over the columns. Safe for many threads."""

    def __init__(self, searcher: Any) -> None:
        """``searcher`` is one of Whoosh's, over a reader of ``codec``."""
        reader = searcher.reader()
        self.reader: ColumnsReader = reader.segment().reader(reader.storage())
        self.numbers = Numbers(self.reader)
        self.space = len(self.numbers)
        self.scratch = Scratch(self.space)
        self.everything: I32 = np.arange(self.space, dtype=np.int32)
        self.nothing = Postings(NO_DOCS, None, self.space)
        self._searcher = searcher
        self._kept: ByteCache[Postings] = ByteCache(CACHE)

    def term(self, fieldname: str, text: bytes, weighting: Any) -> Item | None:
        """Return a term's postings and their weight; None for a weighting that has no column form.

        Where the postings have no impacts, each of the documents scores the weight. A weighting of None
        scores nothing.
        """
        searcher, kind = self._searcher, type(weighting)
        scored = PLACES[fieldname].family in SCORED if fieldname in PLACES else False
        if weighting is None or (not scored and kind in (scoring.BM25F, scoring.Frequency)):
            return self._postings(fieldname, text, ()), 1.0
        form: tuple[float, ...]
        if kind is scoring.BM25F:
            form = (weighting._field_B.get(fieldname, weighting.B), weighting.K1)  # noqa: SLF001 - no other way
        elif kind in (scoring.TF_IDF, scoring.Frequency):
            form = (0.0,) if scored else ()
        else:
            return None
        postings = self._postings(fieldname, text, form)
        if kind is scoring.Frequency or not len(postings):
            return postings, 1.0
        return postings, searcher.idf(fieldname, text)

    def _postings(self, fieldname: str, text: bytes, form: tuple[float, ...]) -> Postings:
        """Return postings without impacts, with frequencies (a form of one number), or with BM25's."""
        key = (fieldname, text, form)
        if (kept := self._kept.get(key)) is not None:
            return kept
        place, snapshot = PLACES.get(fieldname), self.reader.snapshot
        impacts: F32 | None = None
        if place is None:
            own = snapshot.term(*own_term(fieldname, text)).docs
        else:
            own, impacts = snapshot.frequencies(place, text)
        docs: I32 = self.numbers.of(own).astype(np.int32, copy=False)
        if not form:
            impacts = None
        elif len(form) == 2 and impacts is not None:
            below = self._norms(fieldname, *form).take(docs)
            below += impacts
            np.divide(impacts, below, out=below)
            below *= np.float32(form[1] + 1.0)
            impacts = below
        return self._kept.keep(key, Postings(docs, impacts, self.space))

    def _norms(self, fieldname: str, b: float, k1: float) -> F32:
        """Return, for each document, what BM25 adds to the frequency below the line."""
        key = ("norms", fieldname, b, k1)
        found = self._kept.get(key)
        if found is None:
            lengths = self.numbers.lengths(fieldname)
            assert lengths is not None
            average = self._searcher.avg_field_length(fieldname) or 1
            norms = lengths.astype(np.float32)
            norms *= np.float32(k1 * b / average)
            norms += np.float32(k1 * (1.0 - b))
            found = self._kept.keep(key, Postings(self.everything, norms, self.space))
        assert found.impacts is not None
        return found.impacts

    def holders(self, fieldname: str) -> I32 | None:
        """Return the documents that have a term in a field; None for a field that is not known here."""
        snapshot = self.reader.snapshot
        if (lengths := self.numbers.lengths(fieldname)) is not None:
            return marked(lengths > 0).astype(np.int32)
        if fieldname in (schema.PATH, schema.FILE):
            return self.everything
        if fieldname in KEYWORDS:
            own = snapshot.alive(np.unique(keywords(snapshot, fieldname).docs))
            return self.numbers.of(own).astype(np.int32, copy=False)
        if fieldname not in (schema.DATE, DAY):
            return None
        dates = snapshot.dates.take(self.numbers.own)
        if fieldname == schema.DATE:
            return marked(dates > 0).astype(np.int32)
        days = [date for date in np.unique(dates).tolist() if date and term_of(f"{date:08}") is not None]
        return marked(np.isin(dates, days)).astype(np.int32)

    def days(self, fieldname: str, texts: list[bytes]) -> I32:
        """Return the documents of some terms of a field of days."""
        wanted = [int(own_term(fieldname, text)[1]) for text in texts]
        return marked(np.isin(self.reader.snapshot.dates.take(self.numbers.own), wanted)).astype(np.int32)

    def positions(self, fieldname: str, text: bytes, docs: I32) -> I64:
        """Return where a term stands in some (sorted) documents: each with its position as one number."""
        snapshot, numbers = self.reader.snapshot, self.numbers
        if fieldname not in PLACES:
            return np.zeros(0, np.int64)
        found = snapshot.occurrences(fieldname, decode(text))
        keys = keys_in(snapshot, found, numbers.own.take(docs))
        if len(keys) and PLACES[fieldname].family in RUNS:
            keys = snapshot.true_keys(keys)
        own: I64 = numbers.of((keys >> 32).astype(np.int32)).astype(np.int64)
        return (own << 32) | (keys & 0xFFFFFFFF)

    def phrase(self, fieldname: str, texts: list[bytes], slop: int, docs: I32) -> I32:
        """Return those of some documents in which the terms follow each other.

        Each stands 1 to ``slop`` positions behind the one before it. All the documents hold all the terms.
        """
        snapshot, own = self.reader.snapshot, self.numbers.own.take(docs)
        occurrences = {text: snapshot.occurrences(fieldname, decode(text)) for text in texts}
        keys = {text: keys_in(snapshot, found, own) for text, found in occurrences.items()}
        if slop > GAP_KEPT and PLACES[fieldname].family in RUNS:
            # So wide a step may reach over a gap that was cut: its true width counts.
            keys = {text: snapshot.true_keys(values) for text, values in keys.items()}
        if slop == 1:
            ends = adjacent([keys[text] for text in texts])
        else:
            ends = keys[texts[0]]
            for text in texts[1:]:
                if not len(ends):
                    break
                # The last end before each key is the nearest; that of another document is never so near.
                following = keys[text]
                at = np.searchsorted(ends, following) - 1
                ends = following[(at >= 0) & (following - ends[np.maximum(at, 0)] <= slop)]
        owners = (ends >> 32).astype(np.int32)
        owners = owners[first_of_runs(owners)]
        return self.numbers.of(owners).astype(np.int32, copy=False)
