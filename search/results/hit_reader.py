"""What is read of each hit: all of a short document, the head and the passage that answers of a long one."""

from __future__ import annotations

from coopsearch.search.engines.base import Reader
from coopsearch.search.model import Document
from coopsearch.search.results.highlighter import Highlighter
from coopsearch.search.results.passage_choice import best_located
from coopsearch.search.results.snippets import NO_SNIPPET, Snippet, best_snippet, snippet_of, with_head


class HitReader:
    """Reads the hits of one search; not safe for several threads."""

    def __init__(self, reader: Reader, marking: Highlighter | None) -> None:
        """Without ``marking`` no snippet is made, and no text is read."""
        self._reader = reader
        self._marking = marking
        self._terms = marking.terms() if marking is not None else None

    def read(self, number: int) -> tuple[Document, Snippet]:
        """Return a document, of a long one maybe without its text, and its snippet."""
        marking = self._marking
        if marking is None:
            return self._reader.head(number), NO_SNIPPET
        document, snippet = self._shown(number, marking)
        shown = with_head(snippet, document, marking)
        if not snippet.text and snippet.passage is not None and snippet.passage.end > snippet.passage.start:
            # An index that was packed without its texts: the place is all there is to show.
            shown = shown._replace(passage=snippet.passage, line=snippet.line)
        return document, shown

    def _shown(self, number: int, marking: Highlighter) -> tuple[Document, Snippet]:
        document = self._reader.head(number)
        if document.text or not document.passages:
            return document, best_snippet(document, marking)
        located = self._reader.locate(number, self._terms) if self._terms is not None else None
        passage = best_located(located, document, marking) if located is not None else None
        if passage is None:
            document = self._reader.document(number)
            # Without its text nothing says which passage it is.
            return document, best_snippet(document, marking) if document.text else NO_SNIPPET
        text = self._reader.passage(number, passage.start, passage.end)
        return document, snippet_of(text, passage, marking)
