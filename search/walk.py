"""All hits of a query, one after the other, from one state of an index.

A query is evaluated once; what is held of its answer are the numbers and scores of the documents, and hits
are made of them a few at a time. Does not depend on the terminal.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from coopsearch.search.arguments import switch, whole_number
from coopsearch.search.engines.as_written import one_question
from coopsearch.search.engines.base import Found, Order
from coopsearch.search.indexdir.reading import reading
from coopsearch.search.model import Hit
from coopsearch.search.results.highlighter import Highlighter
from coopsearch.search.results.hits import HitMaker
from coopsearch.search.searcher import Searcher

if TYPE_CHECKING:
    from coopsearch.search.engines.nodes import Node
    from coopsearch.search.query.expanding import Expanding
    from coopsearch.search.query.planned import Plan
    from coopsearch.search.query.syntax import Tree

#: Hits that are made together unless the caller says otherwise, and at most.
BATCH: Final = 500
MOST: Final = 100_000
#: Hits that are made first, so that the first one is there at once.
_FIRST: Final = 20
#: More documents than any index has.
_NO_END: Final = 1 << 40


class Lent:
    """A state of an index that is held for several questions: it stays as it is until it is given back."""

    def __init__(self, state: Searcher, folder: Path, hits: HitMaker, give_back: Callable[[], None]) -> None:
        """Take the state, which is held already, and what lets it go."""
        self._state, self._folder, self._hits = state, folder, hits
        self._give_back: Callable[[], None] | None = give_back

    @contextmanager
    def asked(self) -> Iterator[Searcher]:
        """Give the state for one question."""
        with one_question(), reading(self._folder):
            yield self._state

    def hits(self, found: Found, plan: Plan, *, snippets: bool) -> tuple[Hit, ...]:
        """Return the hits of what was found, within one question."""
        # One for each few hits, as it remembers all words that it met.
        marking = Highlighter(plan.wanted, self._state.table) if snippets and found.best else None
        return self._hits.of(found, marking)

    def give_back(self) -> None:
        """Let the state go; a second time does nothing."""
        give_back, self._give_back = self._give_back, None
        if give_back is not None:
            give_back()

    def __del__(self) -> None:
        """Let the state go that nobody gave back: a loop over hits may be left in the middle."""
        self.give_back()


class Walk(Iterator[Hit]):
    """The hits of a query, all of them, to be gone through once.

    It holds the state of the index on which it began, whatever is committed or refreshed meanwhile, until its
    end, ``close`` or the end of a ``with`` block. Not for several threads at once.
    """

    total: int
    """Documents that match the query, before an offset."""
    notes: tuple[str, ...]
    """What may have been meant otherwise than it was read: a sentence each."""

    def __init__(  # noqa: PLR0913 - the options of a walk, by name
        self,
        lent: Lent,
        tree: Tree,
        order: Order,
        *,
        snippets: bool,
        offset: int,
        batch: int,
        within: Callable[[Searcher], Node] | None = None,
        expanding: Expanding | None = None,
    ) -> None:
        """Evaluate a query on a state that is lent; it is given back here.

        ``within`` gives what every document must match beside the query, and ``expanding`` says what its
        words stand for, if not what they do by the way in which the index was opened.
        """
        self._lent, self._snippets = lent, snippets
        self._made: Iterator[Hit] = iter(())
        try:
            switch("snippets", snippets)
            self._batch = whole_number("the batch", batch, 1, MOST)
            self._at = whole_number("the offset", offset, 0, _NO_END)
            with lent.asked() as state:
                narrowing = within(state) if within is not None else None
                self._plan = state.plan(tree, within=narrowing, expanding=expanding)
                found = state.reader.search(self._plan.node, state.reader.documents, order)
        except BaseException:
            lent.give_back()
            raise
        self.total, self.notes = found.total, self._plan.notes
        # A pair of Python's takes ten times the room.
        self._numbers = array("I", (number for number, _ in found.best))
        self._scores = array("d", (score for _, score in found.best))
        self._next = min(_FIRST, self._batch)

    def __next__(self) -> Hit:
        """Return the next hit."""
        hit = next(self._made, None)
        if hit is None:
            self._made = iter(self._more())
            hit = next(self._made, None)
        if hit is None:
            self.close()
            raise StopIteration
        return hit

    def _more(self) -> list[Hit]:
        """Make the next hits; none at the end."""
        start, end = self._at, self._at + self._next
        pairs = tuple(zip(self._numbers[start:end], self._scores[start:end], strict=True))
        if not pairs:
            return []
        with self._lent.asked():
            made = self._lent.hits(Found(self.total, pairs), self._plan, snippets=self._snippets)
        self._at, self._next = end, self._batch
        return [hit._replace(rank=rank) for rank, hit in enumerate(made, start + 1)]

    def close(self) -> None:
        """End it here, and let the state of the index go."""
        self._made = iter(())
        self._numbers, self._scores = array("I"), array("d")
        self._lent.give_back()

    def __enter__(self) -> Self:
        """Return the walk itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()
