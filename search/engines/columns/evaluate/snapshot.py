"""The terms of a committed state: postings and positions over all its segments.

Postings come with global statistics and without deleted documents; those lately used are kept. Does not
depend on query syntax.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from coopsearch.search import ranking, schema
from coopsearch.search.engines.columns.arrays import (
    F32,
    I32,
    I64,
    NO_DOCS,
    Bools,
    marked,
    merged,
)
from coopsearch.search.engines.columns.evaluate import many_terms as many
from coopsearch.search.engines.columns.evaluate import positions
from coopsearch.search.engines.columns.evaluate.byte_cache import ByteCache
from coopsearch.search.engines.columns.evaluate.doc_space import DocSpace
from coopsearch.search.engines.columns.evaluate.positions import Occurrences
from coopsearch.search.engines.columns.evaluate.postings import Postings
from coopsearch.search.engines.columns.evaluate.rank_bitmap import RankBitmap
from coopsearch.search.engines.columns.evaluate.vocabulary import Vocabulary
from coopsearch.search.engines.columns.field_columns import (
    BODY,
    HEADING,
    PLACES,
    RUNS,
    SCORED,
    TITLE,
    ColumnRef,
    date_number,
)
from coopsearch.search.engines.columns.storage import stored_document as records
from coopsearch.search.engines.columns.storage.field_tables import Source
from coopsearch.search.engines.columns.storage.segment import Segment
from coopsearch.search.engines.columns.storage.segment_files import NOT_OPENED, Opened
from coopsearch.search.engines.columns.storage.string_table import encode
from coopsearch.search.engines.columns.storage.toc import Toc
from coopsearch.search.engines.nodes import Broad, Group, Neighbours, Phrase, Spelled, WholeTitle
from coopsearch.search.model import Document
from coopsearch.search.ranking import DEFAULT, Parameters

#: Bytes of decoded postings that a snapshot keeps.
CACHE: Final = 384 << 20
#: Terms whose document frequency it remembers.
_LOOKS: Final = 1 << 16
#: Sets of many terms whose highest document frequency it remembers.
_SLOTS: Final = 64
#: So many terms are read together: a few alone are read sooner, and are kept for the next query.
MANY: Final = 16
#: Where files are terms: a field that no query names and ``PLACES`` leaves out.
_FILES: Final = ColumnRef(schema.FILE, words=False)


class Snapshot(DocSpace):
    """The terms of a state. Safe for many threads."""

    def __init__(
        self, folder: Path, toc: Toc, parameters: Parameters = DEFAULT, opened: Opened = NOT_OPENED
    ) -> None:
        """Map the state's files that are not ``opened``. Raises IndexDamaged or FileNotFoundError."""
        super().__init__(folder, toc, parameters, opened)
        self._df: dict[tuple[str, str], int] = {}
        self._max_df: dict[tuple[str, tuple[str, ...]], int] = {}
        self._kept: ByteCache[Postings | Occurrences] = ByteCache(CACHE)
        self.vocabulary = Vocabulary(self.segments)
        self.paths: dict[int, bytes] = {}
        """Paths that decided between documents of one score, see ``top_docs``."""

    def df(self, field: str, term: str) -> int:
        """Return how many documents hold a term. Every query asks that of its words again and again."""
        found = self._df.get((field, term))
        if found is None:
            if len(self._df) >= _LOOKS:
                self._df.clear()
            found = self._df[field, term] = self._counted(field, term)
        return found

    def _counted(self, field: str, term: str) -> int:
        known, place = self._kept.get((field, term)), PLACES.get(field)
        declared = None
        if place is not None and not isinstance(known, Postings):
            declared = self.declared_df(place, encode(term))
        return len(self.term(field, term)) if declared is None else declared

    def max_df(self, field: str, terms: tuple[str, ...]) -> int:
        """Return the document frequency of the most frequent of some terms; that of many is remembered."""
        place = PLACES.get(field)
        if len(terms) < MANY or place is None:
            return max((self.df(field, term) for term in terms), default=0)
        key = (field, terms)
        found = self._max_df.get(key)
        if found is None:
            if len(self._max_df) >= _SLOTS:
                self._max_df.clear()
            found = self._max_df[key] = self._max_of_many(field, place, sorted(set(terms)))
        return found

    def term(self, field: str, term: str) -> Postings:
        """Return the postings of a term; empty for one that the index does not know."""
        key = (field, term)
        found = self._kept.get(key)
        if isinstance(found, Postings):
            return found
        place = PLACES.get(field)
        if place is None:
            return self._kept.keep(key, Postings(self._special(field, term), None, self.space))
        docs, frequencies = self.frequencies(place, encode(term))
        scored = place.field in SCORED
        impacts = self.impacts(place.field, docs, frequencies) if scored and len(docs) else None
        return self._kept.keep(key, Postings(docs, impacts, self.space))

    def holders(self, field: str, term: str) -> Postings:
        """Return the documents of a term as ``term`` does, maybe without what these get for it.

        For those who only ask which documents hold it: most of what is stored of a term says how often.
        """
        key = ("holders", field, term)
        for known in (key, (field, term)):
            found = self._kept.get(known)
            if isinstance(found, Postings):
                return found
        place = PLACES.get(field)
        if place is None or any(segment.deleted is not None for segment in self.segments):
            return self.term(field, term)
        docs = [NO_DOCS]
        for segment, base in zip(self.segments, self.bases, strict=False):
            field_postings = segment.postings[place.field]
            own = [
                field_postings.docs(source.list)
                if source.form is None
                else field_postings.occurrences(source.list, source.form)[0]
                for source in self.sources(segment, place, encode(term))
            ]
            if own:
                docs.append((own[0] if len(own) == 1 else merged(own)) + np.int32(base))
        return self._kept.keep(key, Postings(np.concatenate(docs), None, self.space))

    def group(self, field: str, terms: Sequence[tuple[str, float]]) -> Postings:
        """Return the postings of alternatives as one term: see nodes.Group."""
        if len(terms) == 1 and terms[0][1] == 1.0:
            return self.term(field, terms[0][0])
        key = (field, tuple(terms))
        found = self._kept.get(key)
        if isinstance(found, Postings):
            return found
        place = PLACES.get(field)
        if len(terms) > MANY and all(weight == 1.0 for _, weight in terms):
            return self._kept.keep(key, self._together(field, sorted(term for term, _ in terms)))
        if place is None or place.field not in SCORED:
            union = [self.term(field, term).docs for term, _ in terms]
            docs = merged(union) if union else NO_DOCS
            return self._kept.keep(key, Postings(docs, None, self.space))
        lists = [(self.frequencies(place, encode(term)), weight) for term, weight in terms]
        full = [found for found, weight in lists if weight == 1.0 and len(found[0])]
        less = [
            (docs, tf * np.float32(weight)) for (docs, tf), weight in lists if weight != 1.0 and len(docs)
        ]
        highest = max((len(docs) for docs, _ in full or less), default=0)
        if less:
            docs, summed = _sum(less)
            # np.divide, not ranking.lesser: in place, and 32 bits wide.
            full.append((docs, np.divide(summed, summed + np.float32(1.0))))
        docs, frequencies = _sum(full)
        impacts = self.impacts(place.field, docs, frequencies) if len(docs) else None
        return self._kept.keep(key, Postings(docs, impacts, self.space, highest))

    def rarity(self, group: Group, own: int) -> float:
        """Return the inverse document frequency of a group that has the document frequency ``own`` here."""
        whole = self.collection
        if whole is None:
            return ranking.idf(self.documents, own)
        return ranking.idf(whole.documents, whole.weighed_frequency(group))

    def broad(self, node: Broad) -> Postings:
        """Return the documents that hold any of very many terms."""
        found = self._kept.get(node)
        if not isinstance(found, Postings):
            found = self._kept.keep(
                node, Postings(self._holders(node.field, node.terms.terms), None, self.space)
            )
        return found

    def document(self, number: int) -> Document:
        """Read a stored document."""
        segment, own = self.locate(number)
        return records.unpack(segment.store.record(own))

    def written(self, number: int) -> Document:
        """Read a stored document without its passages, which takes a fifth of the time."""
        segment, own = self.locate(number)
        return records.written(segment.store.record(own))

    def title(self, number: int) -> str:
        """Read the title of a stored document, and nothing else of it."""
        segment, own = self.locate(number)
        return records.title(segment.store.head(own))

    def kept(self, phrase: Phrase | Neighbours | Spelled | WholeTitle) -> Postings | None:
        """Return what was kept of a phrase: facets, orders and counts ask for it again."""
        found = self._kept.get(phrase)
        return found if isinstance(found, Postings) else None

    def keep(self, phrase: Phrase | Neighbours | Spelled | WholeTitle, postings: Postings) -> Postings:
        """Keep the documents of a phrase, and what it gives them."""
        return self._kept.keep(phrase, postings)

    def _holders(self, field: str, terms: Sequence[str]) -> I32:
        """Return the documents that hold any of many sorted terms."""
        parts = [NO_DOCS]
        for number, (segment, base) in enumerate(zip(self.segments, self.bases, strict=False)):
            deleted = segment.deleted
            mark: Bools = np.zeros(segment.documents, np.bool_) if deleted is None else deleted.copy()
            if field == schema.PATH or (field == schema.FILE and segment.files_are_paths):
                mark[many.docs_of_paths(segment, self.vocabulary.places(number, field, terms))] = True
            elif segment.table(field) is not None:
                many.mark_holders(self._chosen(number, field, terms), mark)
            if deleted is not None:
                mark &= ~deleted
            parts.append((marked(mark) + base).astype(np.int32))
        return np.concatenate(parts)

    def _together(self, field: str, terms: Sequence[str]) -> Postings:
        """Return the postings of many sorted terms as one term, all of full weight."""
        place = PLACES.get(field)
        if place is None or place.field not in SCORED:
            return Postings(self._holders(field, terms), None, self.space)
        docs, sums = [NO_DOCS], [np.zeros(0, np.float32)]
        for number, (segment, base) in enumerate(zip(self.segments, self.bases, strict=False)):
            chosen = self._chosen(number, field, terms)
            counts = many.frequencies(chosen, segment.documents, weighted=not place.words)
            if place.words and place.field != BODY:
                counts *= _weight(place.field)
            elif place.words:
                # A token of the title or of a heading is one of the body that weighs more.
                for role, words in ((TITLE, schema.TITLE_WORDS), (HEADING, schema.HEADING_WORDS)):
                    inside = self._chosen(number, words, terms)
                    more = many.frequencies(inside, segment.documents, weighted=False)
                    counts += (_weight(role) - 1) * more
            if segment.deleted is not None:
                counts[segment.deleted] = 0.0
            own = np.flatnonzero(counts)
            docs.append((own + base).astype(np.int32))
            sums.append(counts[own].astype(np.float32))
        mine, frequencies = np.concatenate(docs), np.concatenate(sums)
        impacts = self.impacts(place.field, mine, frequencies) if len(mine) else None
        return Postings(mine, impacts, self.space, self._max_of_many(field, place, terms))

    def _chosen(self, number: int, field: str, terms: Sequence[str]) -> many.Chosen:
        """Return the lists of a segment that hold some sorted terms of a field that has postings."""
        segment, place = self.segments[number], PLACES.get(field, _FILES)
        places = self.vocabulary.places(number, field, terms)
        field_postings = segment.postings[place.field]
        return many.of_words(field_postings, places) if place.words else many.of_terms(field_postings, places)

    def _max_of_many(self, field: str, place: ColumnRef, terms: Sequence[str]) -> int:
        """Return the document frequency of the most frequent of many sorted terms."""
        kind = f"{place.field}.{'word_df' if place.words else 'df'}"
        bounds = self.vocabulary.bounds(
            field, terms, lambda number, places: self.segments[number].file[kind].take(places)
        )
        most = 0
        # The tables may say too much of a term, never too little: those of deleted documents count there.
        for which in np.argsort(bounds)[::-1].tolist():
            if bounds[which] <= most:
                break
            most = max(most, self.df(field, terms[which]))
        return most

    def keys_among(self, field: str, terms: Sequence[str], docs: I32) -> I64:
        """Return where any of many terms stand in some documents, as numbers of both; sorted, none twice."""
        found, several = [np.zeros(0, np.int64)], sorted(terms)
        for segment, base, own in self.split(docs):
            wanted: Bools = np.zeros(segment.documents, np.bool_)
            wanted[own] = True
            chosen = self._chosen(self.bases.index(base), field, several)
            found += [keys + (base << 32) for keys in many.keys(chosen, wanted)]
        return merged(found)

    def frequencies(self, place: ColumnRef, term: bytes) -> tuple[I32, F32]:
        """Return the documents of a term and its weighted frequency in each."""
        docs, frequencies = [], []
        for segment, base in zip(self.segments, self.bases, strict=False):
            if sources := self.sources(segment, place, term):
                mine, tf = self._list(segment, place, sources, term)
                if segment.deleted is not None:
                    alive = ~segment.deleted[mine]
                    mine, tf = mine[alive], tf[alive]
                docs.append(mine + np.int32(base))
                frequencies.append(tf)
        if len(docs) == 1:
            return docs[0], frequencies[0]
        return (
            (np.concatenate(docs), np.concatenate(frequencies))
            if docs
            else (NO_DOCS, np.zeros(0, np.float32))
        )

    def frequency(self, place: ColumnRef, term: bytes, doc: int) -> float:
        """Return how often a document that is not deleted holds a term, weighted by role."""
        segment, own = self.locate(doc)
        sources = self.sources(segment, place, term)
        if not sources:
            return 0.0
        docs, frequencies = self._list(segment, place, sources, term)
        at = int(docs.searchsorted(np.int32(own)))
        return float(frequencies[at]) if at < len(docs) and docs[at] == own else 0.0

    def _list(
        self, segment: Segment, place: ColumnRef, sources: list[Source], term: bytes
    ) -> tuple[I32, F32]:
        """Return a segment's documents of a term and its weighted frequency in each."""
        field_postings = segment.postings[place.field]
        if sources[0].form is None and len(sources) == 1:
            docs = field_postings.docs(sources[0].list)
            if not field_postings.scored:
                return docs, np.ones(len(docs), np.float32)
            return docs, field_postings.frequencies(sources[0].list)[1].astype(np.float32)
        docs, counts = _sum([field_postings.occurrences(source.list, source.form) for source in sources])
        if place.field != BODY:
            # All tokens of these fields weigh the same.
            counts *= np.float32(_weight(place.field))
            return docs, counts
        # What title and headings add stands with the stem; for some forms of it, look there.
        for role in (TITLE, HEADING):
            inside = ColumnRef(role, words=True)
            if found := self.sources(segment, inside, term):
                mine, weighted = self._list(segment, inside, found, term)
                # A document whose title has a word has it.
                weight = _weight(role)
                counts[np.searchsorted(docs, mine)] += weighted * np.float32((weight - 1) / weight)
        return docs, counts

    def _special(self, field: str, term: str) -> I32:
        """Return the documents of a term of a field that is kept as a column."""
        if field in (schema.PATH, schema.FILE):
            key = encode(term)
            docs = [
                base + doc
                for segment, base in zip(self.segments, self.bases, strict=False)
                for doc in (segment.docs_of_path(key) if field == schema.PATH else segment.docs_of_file(key))
            ]
            return np.array(docs, np.int32)
        if field == schema.DATE:
            try:
                return self.dated(date_number(term), date_number(term))
            except ValueError:
                return NO_DOCS
        return NO_DOCS

    def occurrences(self, field: str, term: str) -> Occurrences:
        """Return where a term of a text field stands."""
        key = ("positions", field, term)
        found = self._kept.get(key)
        if not isinstance(found, Occurrences):
            place, text = PLACES[field], encode(term)
            parts = [
                (base, positions.read(segment, segment.postings[place.field], sources))
                for segment, base in zip(self.segments, self.bases, strict=False)
                if (sources := self.sources(segment, place, text))
            ]
            joined = positions.join(parts)
            found = joined._replace(finder=RankBitmap(joined.docs, self.space))
            self._kept.keep(key, found)
        return found

    def positions_in(self, occurrences: Occurrences, field: str, doc: int) -> list[int]:
        """Return the true positions of a term in one document, sorted."""
        at = int(occurrences.docs.searchsorted(np.int32(doc)))
        kept = occurrences.positions[occurrences.starts[at] : occurrences.starts[at + 1]]
        keys = (np.int64(doc) << 32) | kept.astype(np.int64)
        true = self.true_keys(keys) if PLACES[field].field in RUNS else keys
        found: list[int] = (true & 0xFFFFFFFF).tolist()
        return found


def _weight(field: str) -> int:
    """Return what a token of the title or of a heading weighs."""
    return ranking.ROLE_WEIGHTS["title" if field == TITLE else "heading"]


def _sum(lists: Sequence[tuple[I32, F32]]) -> tuple[I32, F32]:
    """Unite lists of documents; the frequencies of a document are summed in the order of the lists."""
    if len(lists) == 1:
        return lists[0]
    if not lists:
        return NO_DOCS, np.zeros(0, np.float32)
    docs = merged([mine for mine, _ in lists])
    sums = np.zeros(len(docs), np.float32)
    for mine, values in lists:
        sums[docs.searchsorted(mine)] += values
    return docs, sums
