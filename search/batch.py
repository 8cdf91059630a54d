"""A list of questions, such as names, asked one after the other on one state of an index.

A line that cannot be asked costs its own answer and no other. Does not depend on files or the terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Self

from coopsearch.search.arguments import switch, whole_number
from coopsearch.search.errors import QueryError, SettingsError
from coopsearch.search.model import Hit
from coopsearch.search.query.lexer import check
from coopsearch.search.query.notes import without_signs
from coopsearch.search.query.parser import parse
from coopsearch.search.query.plain_words import plain
from coopsearch.search.query.syntax import Phrase, Tree

if TYPE_CHECKING:
    from coopsearch.search.index import Index

#: How a line is read: as words that stand side by side in this order; as words that one document holds; or as
#: a query, with all its signs.
Reading = Literal["phrase", "words", "query"]
#: Hits of one line, at most.
MOST: Final = 1_000


class Answer(NamedTuple):
    """What one line of a list finds."""

    text: str
    """The line as it was asked."""
    total: int
    """Documents that match it."""
    hits: tuple[Hit, ...]
    """The best of them, as many as were asked for."""
    notes: tuple[str, ...] = ()
    """What may have been meant otherwise than it was read: a sentence each."""
    error: str = ""
    """Why it could not be asked, "" if it was."""


class Batch:
    """Asks lines one by one, all of the state in which the index was at its beginning. A context manager.

    Not for several threads at once.
    """

    def __init__(
        self, index: Index, *, reading: Reading = "phrase", limit: int = 1, snippets: bool = True
    ) -> None:
        """Hold the state of now; see ``ask_each`` for the options."""
        self._limit = whole_number("the limit", limit, 0, MOST)
        switch("snippets", snippets)
        self._snippets = snippets
        if reading not in _READERS:
            raise SettingsError(f"there is no reading {reading!r}; there are: {', '.join(_READERS)}")
        self._read = _READERS[reading]
        self._lent = index._lend()  # noqa: SLF001 - made for this

    def ask(self, text: str) -> Answer:
        """Return what a line finds. Of a line that cannot be asked the answer says why."""
        try:
            tree = self._read(text)
            with self._lent.asked() as state:
                plan = state.plan(tree)
                found = state.reader.search(plan.node, self._limit)
                hits = self._lent.hits(found, plan, snippets=self._snippets)
                notes = plan.notes if self._read is parse else without_signs(plan.notes)
                return Answer(text, found.total, hits, notes)
        except QueryError as error:
            return Answer(text, 0, (), error=str(error))

    def close(self) -> None:
        """Let the state go."""
        self._lent.give_back()

    def __enter__(self) -> Self:
        """Return the batch itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()


def ask_each(
    index: Index,
    texts: Iterable[str],
    *,
    reading: Reading = "phrase",
    limit: int = 1,
    snippets: bool = True,
) -> Iterator[Answer]:
    """Return what each line of a list finds in an index, in the order of the list and as it is read.

    By default a line is plain text whose words stand side by side in this order, as if it were in quotes;
    no sign in it is an operator. ``reading`` "words" asks for documents that hold all its words, and "query"
    reads it as ``Index.search`` does. With each answer come its best ``limit`` hits; 0 only counts. All lines
    are asked of the state of now. Raises SettingsError for options that make no sense.
    """
    return _answers(Batch(index, reading=reading, limit=limit, snippets=snippets), texts)


def _answers(batch: Batch, texts: Iterable[str]) -> Iterator[Answer]:
    with batch:
        yield from map(batch.ask, texts)


def _phrase(text: str) -> Tree:
    check(text)
    if not text.strip():
        raise QueryError("the line is empty; give at least one word")
    return Phrase(text, 1)


def _words(text: str) -> Tree:
    return plain(text, require_all=True)


_READERS: Final[Mapping[str, Callable[[str], Tree]]] = {"phrase": _phrase, "words": _words, "query": parse}
