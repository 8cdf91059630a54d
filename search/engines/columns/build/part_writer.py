"""Segments made apart from an index: by any process, beside the index, until a writer adopts them.

Writes segment files and never the table of contents.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final

from coopsearch.search.analysis.langid.earlier import Earlier
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines.base import PartWriter
from coopsearch.search.engines.columns.build.merge_plan import SEGMENT_TOKENS
from coopsearch.search.engines.columns.build.segment_writer import SegmentBuilder
from coopsearch.search.engines.columns.build.text_buffer import TextBuffer, Vocabulary
from coopsearch.search.engines.columns.storage.toc import SUFFIX
from coopsearch.search.model import Document

#: Documents that are taken in at once, or so many that have these characters together.
_AT_ONCE: Final = 256
_CHARACTERS: Final = 1 << 18


class SegmentParts(PartWriter):
    """Writes documents as segment files of a folder; see the port for what its methods promise."""

    def __init__(
        self,
        folder: Path,
        prefix: str,
        table: StemTable,
        limit: int = SEGMENT_TOKENS,
        earlier: Earlier | None = None,
    ) -> None:
        """Begin without documents; a file is written whenever ``limit`` tokens or so are held."""
        self._folder = folder
        self._prefix = prefix
        self._table = table
        self._limit = limit
        self._vocabulary = Vocabulary(table, earlier)
        self._builder: SegmentBuilder[TextBuffer] | None = None
        self._number = 0
        self._done: list[str] = []
        self._waiting: list[Document] = []
        self._characters = 0
        self._languages: set[str] = set()
        self._words: set[str] = set()
        """Those of vocabularies that were given up since the last call of ``finish``."""

    def add(self, document: Document) -> None:
        """Take a document."""
        self._waiting.append(document)
        self._characters += len(document.text)
        if len(self._waiting) >= _AT_ONCE or self._characters >= min(_CHARACTERS, self._limit):
            self._take_in()

    def hear(self, spoken: Mapping[str, int]) -> None:
        """Take what the index speaks for a hint."""
        self._vocabulary.earlier.hear(spoken)

    def settle(self) -> frozenset[str]:
        """Decide the languages of what was added; return those that were met since the last call."""
        self._take_in()
        met, self._languages = self._languages, set()
        return frozenset(met)

    def finish(self, languages: frozenset[str]) -> list[str]:
        """Write what is held; return the names of all files since the last call."""
        self._take_in()
        self._finish_segment()
        self._table.complete(chain(self._words, self._vocabulary.lexicon.words), languages)
        self._words = set()
        done, self._done = self._done, []
        return done

    def discard(self) -> None:
        """Forget what is held."""
        self._waiting, self._characters = [], 0
        if self._builder is not None:
            self._builder.discard()
            self._builder = None

    def _take_in(self) -> None:
        waiting, self._waiting, self._characters = self._waiting, [], 0
        if not waiting:
            return
        if self._builder is None:
            if self._vocabulary.is_full:
                self._words.update(self._vocabulary.lexicon.words)
                self._vocabulary = Vocabulary(self._table, self._vocabulary.earlier)
            self._number += 1
            self._builder = SegmentBuilder(
                self._folder / f"{self._prefix}-{self._number:x}{SUFFIX}",
                partial(TextBuffer, vocabulary=self._vocabulary),
            )
        buffer = self._builder.buffer
        self._languages |= buffer.add(waiting)
        if buffer.tokens >= self._limit or self._vocabulary.is_full:
            self._finish_segment()

    def _finish_segment(self) -> None:
        if self._builder is not None:
            builder, self._builder = self._builder, None
            builder.finish()
            self._done.append(builder.path.name)
