"""Answering the query algebra a column at a time.

Does not depend directly on files.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import repeat
from typing import TYPE_CHECKING, Final

import numpy as np

from coopsearch.search import ranking, schema
from coopsearch.search.engines.columns.arrays import F32, I32, NO_DOCS, Bools, marked
from coopsearch.search.engines.columns.evaluate import combine
from coopsearch.search.engines.columns.evaluate.combine import Scored
from coopsearch.search.engines.columns.evaluate.maxscore import Item, count_intersection, count_union, union
from coopsearch.search.engines.columns.evaluate.phrases import (
    match_neighbours,
    match_phrase,
    match_spelled,
    match_title,
)
from coopsearch.search.engines.columns.evaluate.postings import Postings
from coopsearch.search.engines.columns.evaluate.proximity import near
from coopsearch.search.engines.columns.evaluate.snapshot import Snapshot
from coopsearch.search.engines.nodes import (
    AllWordsFirst,
    And,
    AndMaybe,
    Broad,
    Checked,
    Everything,
    Filter,
    Group,
    Near,
    Neighbours,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Range,
    Rescored,
    Spelled,
    WholeTitle,
    conjuncts,
    demanded,
    disjuncts,
)

if TYPE_CHECKING:
    from coopsearch.search.engines.as_written import AsWritten, Checks

#: Stands for a score of 0 where not to be scored would mean not to match. Gone before anyone sees it.
_FAINT: Final = np.float32(1e-30)


class Evaluator:
    """Evaluates nodes over a snapshot. Safe for many threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Take the state."""
        self._snapshot = snapshot
        self._checks: Checks | None = None

    def top(self, node: Node, limit: int) -> tuple[int, I32, F32 | None]:
        """Return how many documents match, and candidates with scores: the ``limit`` best are among them.

        Candidates are in any order.
        """
        match node:
            case Group():
                postings, weight = self._weighted(node)
                if postings.impacts is not None and limit:
                    return union([(postings, weight)], limit, self._snapshot.scratch)
                return len(postings), postings.docs, None
            case Broad():
                docs = self._snapshot.broad(node).docs
                return len(docs), docs, None
            case Or(children):
                items = [self._item(child) for child in disjuncts(children)]
                if limit and all(postings.impacts is not None or not len(postings) for postings, _ in items):
                    total, candidates, sums = union(items, limit, self._snapshot.scratch)
                    faint = any(type(child) is not Group for child in children)
                    return total, candidates, _clean(sums) if faint else sums
                if not limit:
                    return (
                        count_union([postings for postings, _ in items], self._snapshot.scratch),
                        NO_DOCS,
                        None,
                    )
            case And(children) if children and not limit:
                bare = [child.child if isinstance(child, Filter) else child for child in children]
                lists = [self._holders(child) for child in bare if isinstance(child, Group)]
                if len(lists) == len(children):
                    return count_intersection(lists, self._snapshot.scratch), NO_DOCS, None
            case Rescored() | AllWordsFirst() | AndMaybe() | Filter() if not limit:
                # Who is counted need not be scored.
                return self.top(demanded(node), 0)
        docs, scores = self.scores(node)
        return len(docs), docs, _clean(scores)

    def scores(self, node: Node) -> Scored:
        """Return all documents that match, with their scores."""
        match node:
            case Group():
                postings, weight = self._weighted(node)
                impacts = postings.impacts
                return postings.docs, None if impacts is None else impacts * np.float32(weight)
            case Broad():
                return self._snapshot.broad(node).docs, None
            case Phrase() | Neighbours() | Spelled():
                return self._phrase(node, None)
            case Range(field, low, high):
                return (self._snapshot.dated(low, high) if field == "date" else NO_DOCS), None
            case And(children):
                return self._all(children) if children else (NO_DOCS, None)
            case Or(children):
                return combine.unite(
                    [self._item(child) for child in disjuncts(children)], self._snapshot.space
                )
            case Not(child):
                return self._without(self._snapshot.everything, self.scores(child)[0]), None
            case AndMaybe(required, optional):
                docs, scores = self.scores(required)
                return docs, _add(scores, self.at(optional, docs))
            case Filter(child):
                return self.scores(child)[0], None
            case Checked(child, wanted):
                return self._checked(*self.scores(child), wanted)
            case Rescored(child) | AllWordsFirst(child):
                return self.scores(child)
            case WholeTitle():
                titled = self._titled(node)
                return titled.docs, titled.impacts
            case Everything():
                return self._snapshot.everything, None
            case Nothing() | Near():
                return NO_DOCS, None

    def _weighted(self, group: Group) -> Item:
        postings = self._snapshot.group(group.field, group.terms)
        if group.boost <= 0:
            # What scores nothing must not pass for what does not match.
            postings = Postings(postings.docs, None, self._snapshot.space, postings.df)
        return postings, group.boost * self._snapshot.rarity(group, postings.df)

    def _holders(self, group: Group) -> Postings:
        """Return the documents of a group, for a count."""
        if len(group.terms) == 1:
            return self._snapshot.holders(group.field, group.terms[0][0])
        return self._snapshot.group(group.field, group.terms)

    def _item(self, node: Node) -> Item:
        """Return a node's documents as postings."""
        if isinstance(node, Group):
            return self._weighted(node)
        if isinstance(node, Filter) and isinstance(node.child, Group):
            kept = self._weighted(node.child)[0]
            if kept.impacts is None:
                # A language or a type: what is kept of its list finds documents at once.
                return kept, 1.0
        if isinstance(node, Broad):
            return self._snapshot.broad(node), 1.0
        docs, scores = self.scores(node)
        if not len(docs) or scores is None:
            return Postings(docs, None, self._snapshot.space), 1.0
        return Postings(docs, np.maximum(scores, _FAINT), self._snapshot.space), 1.0

    def _phrase(self, node: Phrase | Neighbours | Spelled, within: I32 | None) -> Scored:
        known = self._snapshot.kept(node)
        if known is None and within is None:
            known = self._snapshot.keep(node, self._matched(node, None))
        postings = known if known is not None else self._matched(node, within)
        if known is None or within is None or not len(postings):
            return postings.docs, postings.impacts
        # By the documents alone: a boost of 0 gives impacts that say nothing of who is there.
        at = marked(self._among(within, postings.docs))
        docs = within[at]
        impacts = postings.impacts
        return docs, None if impacts is None else impacts.take(postings.docs.searchsorted(docs))

    def _matched(self, node: Phrase | Neighbours | Spelled, within: I32 | None) -> Postings:
        """Return the documents (of ``within``, if given) that hold a phrase, with what it gives them."""
        snapshot = self._snapshot
        match node:
            case Phrase():
                docs, frequencies, field = match_phrase(snapshot, node, within)
            case Neighbours():
                docs, frequencies, field = match_neighbours(snapshot, node, within)
            case Spelled():
                docs, frequencies, field = match_spelled(snapshot, node, within)
                if node.text and len(docs):
                    # Imported for those who ask for a code.
                    from coopsearch.search.engines import codes

                    kept = np.array(codes.holding(node.text, docs.tolist(), snapshot.written), np.bool_)
                    docs, frequencies = docs[kept], frequencies[kept]
        if not len(docs):
            return Postings(NO_DOCS, None, snapshot.space)
        weight = node.boost * self._rarity(node)
        return Postings(docs, snapshot.impacts(field, docs, frequencies) * np.float32(weight), snapshot.space)

    def _titled(self, node: WholeTitle) -> Postings:
        """Return the documents that are called so; they are asked for more than once in one search."""
        known = self._snapshot.kept(node)
        if known is None:
            docs = match_title(self._snapshot, node)
            same = np.full(len(docs), node.boost, np.float32)
            known = self._snapshot.keep(node, Postings(docs, same, self._snapshot.space))
        return known

    def holds(self, node: Node, docs: I32) -> Bools:
        """Say which of some documents (sorted) match a node, without looking at others where that is easy."""
        match node:
            case Group():
                found, hit = self._snapshot.group(node.field, node.terms).lookup(docs, self._snapshot.scratch)
                if hit is not None:
                    return hit
                assert found is not None
                return found > 0
            case Or(children):
                held: Bools = np.zeros(len(docs), np.bool_)
                for child in children:
                    held |= self.holds(child, docs)
                return held
            case And(children) if children:
                held = np.ones(len(docs), np.bool_)
                for child in children:
                    held &= self.holds(child, docs)
                return held
            case Filter(child) | AndMaybe(child) | Rescored(child) | AllWordsFirst(child):
                return self.holds(child, docs)
            case Not(child):
                return ~self.holds(child, docs)
            case Phrase() | Neighbours() | Spelled():
                return self._among(docs, self._phrase(node, docs)[0])
            case _:
                return self._among(docs, self.scores(node)[0])

    def _checked(self, docs: I32, scores: F32 | None, wanted: AsWritten) -> Scored:
        """Return those of some documents that hold a text as it is written."""
        if self._checks is None:
            # Imported for those who ask for one.
            from coopsearch.search.engines.as_written import Checks

            self._checks = Checks()
        whole = wanted.field not in {schema.WORDS, schema.TITLE_WORDS}
        read = self._snapshot.document if whole else self._snapshot.written
        kept = np.array(self._checks.holding(wanted, docs.tolist(), read), np.bool_)
        return docs[kept], None if scores is None else scores[kept]

    def _rarity(self, node: Phrase | Neighbours | Spelled) -> float:
        """Return the inverse document frequency of a phrase, or of parts that are near each other."""
        if isinstance(node, Neighbours):
            return sum(min(map(self._rarity, part)) for part in node.parts)
        whole = self._snapshot.collection
        documents = self._snapshot.documents if whole is None else whole.documents
        if isinstance(node, Spelled):
            return ranking.idf(documents, 1)
        frequency = self._snapshot.max_df if whole is None else whole.max_document_frequency
        return sum(
            ranking.idf(documents, frequency(field, slot))
            for field, slot in zip(node.fields or repeat(node.field), node.slots, strict=False)
        )

    def _all(self, children: Iterable[Node]) -> Scored:
        """Intersect, the shortest list first; phrases last, within what is left."""
        items: list[Item] = []
        phrases: list[Phrase | Neighbours | Spelled] = []
        forbidden: list[Node] = []
        # What is read in the documents comes last, when others have left few of them.
        children = list(children)
        checks = [child.wanted for child in children if isinstance(child, Checked)]
        children = [child.child if isinstance(child, Checked) else child for child in children]
        for child in conjuncts(children):
            match child:
                case Phrase() | Neighbours() | Spelled():
                    phrases.append(child)
                case Not(inner):
                    forbidden.append(inner)
                case Everything():
                    continue
                case _:
                    items.append(self._item(child))
        docs, scores = combine.intersect(items, self._snapshot.scratch) if items else (None, None)
        for phrase in phrases:
            if docs is None or len(docs):
                found, more = self._phrase(phrase, docs)
                scores = _add(
                    None if scores is None or docs is None else scores[np.searchsorted(docs, found)], more
                )
                docs = found
        if docs is None:
            docs = self._snapshot.everything
        for node in forbidden:
            if len(docs):
                kept = ~self._among(docs, self.scores(node)[0])
                docs, scores = docs[kept], None if scores is None else scores[kept]
        for wanted in checks:
            docs, scores = self._checked(docs, scores, wanted)
        return docs, scores

    def at(self, node: Node, docs: I32) -> F32 | None:
        """Return what a node gives to some documents; 0 to those that it does not match."""
        scores: F32 | None
        match node:
            case Group():
                postings, weight = self._weighted(node)
                impacts, _ = postings.lookup(docs, self._snapshot.scratch)
                return None if impacts is None else impacts * np.float32(weight)
            case Or(children):
                total: F32 | None = None
                for child in children:
                    total = _add(total, self.at(child, docs))
                return total
            case Phrase() | Neighbours() | Spelled():
                found, scores = self._phrase(node, docs)
            case Near():
                return near(self._snapshot, node, docs)
            case Checked(child, wanted):
                scores = self.at(child, docs)
                if scores is None:
                    return None
                found = docs[marked(scores != 0)]
                return np.where(np.isin(docs, self._checked(found, None, wanted)[0]), scores, np.float32(0))
            case Not() | Filter() | Range() | Broad() | Everything() | Nothing():
                return None
            case _:
                found, scores = self.scores(node)
        if scores is None or not len(found):
            return None
        more, _ = Postings(found, scores, self._snapshot.space).lookup(docs, self._snapshot.scratch)
        return more

    def _among(self, docs: I32, others: I32) -> Bools:
        return combine.among(docs, others, self._snapshot.space, self._snapshot.scratch)

    def _without(self, docs: I32, gone: I32) -> I32:
        return docs[~self._among(docs, gone)] if len(gone) else docs


def _clean(scores: F32 | None) -> F32 | None:
    return None if scores is None else np.where(scores > 1000 * _FAINT, scores, np.float32(0.0))


def _add(scores: F32 | None, more: F32 | None) -> F32 | None:
    if scores is None or more is None:
        return more if scores is None else scores
    return scores + more
