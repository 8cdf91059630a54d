"""The words of a command line as the text of one query. Does not depend on an index."""

from __future__ import annotations

from collections.abc import Sequence

from coopsearch.search.errors import QueryError


def rejoined(words: Sequence[str]) -> str:
    """Return the arguments as one query.

    The shell takes quotes away: a single argument is a query as it stands, but among several one with a
    blank was quoted on purpose and is a phrase, unless it holds query syntax of its own.
    """
    for number, word in enumerate(words, 1):
        if "\0" in word:
            raise QueryError(f"word {number} of the query holds a NUL; remove it")
    if len(words) == 1:
        return words[0]
    return " ".join(f'"{word}"' if " " in word and not set(word) & set('"()[]:') else word for word in words)
