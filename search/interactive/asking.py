"""Answers in the background: what was asked for last is answered, and what came before it is dropped.

One thread asks the index, so a slow question delays no keystroke. Does not depend on the terminal.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, NamedTuple

from coopsearch.search.errors import CoopsearchError
from coopsearch.search.index import Index
from coopsearch.search.model import Results
from coopsearch.search.results.places import Places

#: Hits that are listed.
SHOWN: Final = 50
#: Letters of a last word from which on it is taken for the beginning of one.
_BEGINNING: Final = 2


class Answer(NamedTuple):
    """What is known of a query that was typed."""

    typed: str
    """As it stood when it was asked."""
    query: str
    """As it was asked: with its last word as the beginning of one, if it is found in no other way."""
    results: Results | None
    """None where the query cannot be read, or not yet."""
    error: str = ""


class Preview(NamedTuple):
    """The places of one document."""

    query: str
    path: str
    places: Places | None
    error: str = ""


class Asker:
    """Asks an index in a thread of its own; ``done`` is called there with each answer and preview."""

    def __init__(self, index: Index, done: Callable[[Answer | Preview], None]) -> None:
        """Begin to wait for questions."""
        self._index, self._done = index, done
        self._waiting = threading.Condition()
        self._query: str | None = None
        self._look: tuple[str, str] | None = None
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="asking", daemon=True)
        self._thread.start()

    def ask(self, typed: str) -> None:
        """Ask for the hits of a query, and forget what was asked for before."""
        with self._waiting:
            self._query, self._look = typed, None
            self._waiting.notify()

    def look(self, query: str, path: str) -> None:
        """Ask for the places of a document, and forget which other was asked for before."""
        with self._waiting:
            self._look = (query, path)
            self._waiting.notify()

    def end(self) -> None:
        """Answer nothing more, and wait until what is being answered is."""
        with self._waiting:
            self._ended = True
            self._waiting.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._waiting:
                while not self._ended and self._query is None and self._look is None:
                    self._waiting.wait()
                if self._ended:
                    return
                query, look = self._query, self._look
                self._query = None
                if query is None:
                    self._look = None
            if query is not None:
                self._done(answer(self._index, query))
            elif look is not None:
                self._done(preview(self._index, *look))


def answer(index: Index, typed: str) -> Answer:
    """Return what is found of a query that may not be typed to its end."""
    text = typed.strip()
    if not text:
        return Answer(typed, "", None)
    try:
        results = index.search(text, limit=SHOWN)
        if not results.total and (longer := begun(typed)):
            more = index.search(longer, limit=SHOWN)
            if more.total:
                return Answer(typed, longer, more)
    except CoopsearchError as error:
        return Answer(typed, text, None, str(error))
    return Answer(typed, text, results)


def preview(index: Index, query: str, path: str) -> Preview:
    """Return the places of a document that hold something of what a query wants."""
    try:
        return Preview(query, path, index.places(path, query))
    except CoopsearchError as error:
        return Preview(query, path, None, str(error))


def begun(typed: str) -> str:
    """Return a query with its last word taken for the beginning of one; "" if that makes no sense."""
    word = typed.rpartition(" ")[2]
    return f"{typed}*" if len(word) >= _BEGINNING and word.isalnum() else ""
