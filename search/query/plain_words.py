"""Text that is not a query but words: a question, a title, a sentence. Nothing in it is an operator."""

from __future__ import annotations

from coopsearch.search.errors import QueryError
from coopsearch.search.query.lexer import check
from coopsearch.search.query.parser import MOST_WORDS
from coopsearch.search.query.syntax import Clause, Row, Tree, Word


def plain(text: str, *, require_all: bool = False) -> Tree:
    """Read text as words side by side. Raises QueryError for none, for too many, and for no valid text."""
    check(text)
    words = text.split()
    if not words:
        raise QueryError("the query is empty; give at least one word")
    if len(words) > MOST_WORDS:
        raise QueryError(f"the query has more than {MOST_WORDS:,} words; shorten it")
    at, found = 0, []
    for word in words:
        at = text.index(word, at)
        # A colon behind a word makes no field of it here: "the main event of the year: ...".
        found.append(Clause("must" if require_all else "should", Word(word.rstrip(":") or word, at + 1)))
        at += len(word)
    return Row(tuple(found))
