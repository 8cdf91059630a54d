"""What is read of each hit: all of a short document, the head and the passage that answers of a long one."""

from __future__ import annotations

from collections.abc import Callable

from coopsearch.search.engines.base import Reader
from coopsearch.search.model import Document, HitPassage
from coopsearch.search.results.highlighter import Highlighter
from coopsearch.search.results.passage_choice import best_located, best_passages
from coopsearch.search.results.snippets import NO_SNIPPET, Snippet, best_snippet, snippet_of, with_head


class HitReader:
    """Reads the hits of one search; not safe for several threads."""

    def __init__(self, reader: Reader, marking: Highlighter | None, *, context: int = 0) -> None:
        """Without ``marking`` no snippet is made, and no text is read.

        ``context`` is the number of sentences that are wanted on each side of a snippet.
        """
        self._reader = reader
        self._marking = marking
        self._context = context
        self._terms = marking.terms() if marking is not None else None

    def read(self, number: int) -> tuple[Document, Snippet]:
        """Return a document, of a long one maybe without its text, and its snippet."""
        marking = self._marking
        if marking is None:
            return self._reader.outline(number), NO_SNIPPET
        document, snippet = self._shown(number, marking)
        shown = with_head(snippet, document, marking)
        if not snippet.text and snippet.passage is not None and snippet.passage.end > snippet.passage.start:
            # An index that was packed without its texts: the place is all there is to show.
            shown = shown._replace(passage=snippet.passage, line=snippet.line)
        return document, shown

    def around(self, number: int, document: Document, snippet: Snippet) -> tuple[str, str]:
        """Return the sentences before and after a snippet; empty where none are wanted."""
        if not self._context or not snippet.text:
            return "", ""
        # Imported here: few ask for it.
        from coopsearch.search.results.surroundings import surroundings

        return surroundings(self._part(number, document), document.passages, snippet.window, self._context)

    def passages(self, number: int, most: int) -> tuple[HitPassage, ...]:
        """Return the best passages of a document, in its order."""
        marking = self._marking
        if marking is None:
            return ()
        document = self._reader.document(number)
        found = []
        for passage in best_passages(document, marking, most):
            snippet = snippet_of(document.text[passage.start : passage.end], passage, marking)
            if snippet.matches:
                before, after = self.around(number, document, snippet)
                found.append(
                    HitPassage(
                        snippet=snippet.text,
                        matches=snippet.matches,
                        line=snippet.line,
                        page=passage.page,
                        heading=passage.heading,
                        language=passage.language,
                        span=(passage.start, passage.end),
                        before=before,
                        after=after,
                    )
                )
        return tuple(found)

    def _part(self, number: int, document: Document) -> Callable[[int, int], str]:
        if document.text:
            return lambda start, end: document.text[start:end]
        return lambda start, end: self._reader.passage(number, start, end)

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
