"""The words of a query as the shell hands them over. Does not depend on an index or the terminal."""

from __future__ import annotations

from coopsearch.search.errors import QueryError


def joined(words: list[str]) -> str:
    """Return the arguments of a command as one query.

    The shell takes quotes away: a single argument is a query as it stands, but among several one with a
    blank was quoted on purpose and is a phrase, unless it holds query syntax of its own.
    """
    for number, word in enumerate(words, 1):
        if "\0" in word:
            raise QueryError(f"word {number} of the query holds a NUL; remove it")
    if len(words) == 1:
        return words[0]
    return " ".join(f'"{word}"' if " " in word and not set(word) & set('"()[]:') else word for word in words)
