"""What an engine has to be able to do to take part.

An adapter says how its engine indexes a corpus and how it answers a query, each through the engine's own
public Python interface and with its own parser where it has one. It measures nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar

from benchmarks.queries import CLASSES, Query

#: Answers a query; returns how many documents match, or None if that was not counted.
Ask = Callable[[Query], int | None]

#: The ways to ask, in the order of the report, and what is done within the time measured.
MODES: Mapping[str, str] = {
    "hits": "query text to ten stored hits",
    "steps": "the same by its inner steps, without snippets",
    "count": "the same, all matches counted",
    "text": "the same, in the text alone, not the titles",
    "exact": "the same, in the text alone and its exact words, all matches counted",
    "snippets": "query text to ten stored hits with snippets",
    "search": "the search alone, nothing read",
}

#: How many hits are asked for.
LIMIT = 10


class Peer(ABC):
    """One engine."""

    name: ClassVar[str]
    """What it is called on the command line."""
    label: ClassVar[str]
    """What it is called in the report."""
    setting: ClassVar[str]
    """How it was set up: analysis, what is indexed, workers; for the report."""
    most: ClassVar[int | None] = None
    """The most documents it is given, for one that would take too long with all."""
    classes: ClassVar[tuple[str, ...]] = CLASSES
    """The classes of queries that it can answer."""
    marks: bool = False
    """Whether "hits" come with snippets, so that it stands for "snippets", too."""
    index_folder: ClassVar[str] = "."
    """Where in its folder the index lies; the rest is not counted."""

    @abstractmethod
    def version(self) -> str | None:
        """Return the version that is installed, None if there is none. Imports it."""

    def workers(self, asked: int) -> int:
        """Return with how many processes or threads it indexes if it is asked for some."""
        del asked
        return 1

    def prepare(self, corpus: Path, folder: Path) -> None:
        """Lay out the documents if they are wanted elsewhere. Not measured."""
        del corpus
        folder.mkdir(parents=True, exist_ok=True)

    @abstractmethod
    def index(self, corpus: Path, folder: Path, workers: int) -> None:
        """Index a corpus into an empty folder, and return when a search could begin and all is on disk."""

    @abstractmethod
    def open(self, folder: Path) -> Mapping[str, Ask]:
        """Open what was indexed; return the ways to ask. Every engine has "hits"."""
