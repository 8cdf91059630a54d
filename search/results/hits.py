"""The hits of an answer, made of the numbers of documents that an engine found.

Reads of each document what is shown of it. Does not depend on query syntax, a particular engine or the
terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from coopsearch.search.arguments import whole_number
from coopsearch.search.engines.base import Found, Reader
from coopsearch.search.model import Document, Hit
from coopsearch.search.page_labels import label_of, shown_fields
from coopsearch.search.results.highlighter import Highlighter
from coopsearch.search.results.hit_reader import HitReader
from coopsearch.search.results.snippets import NO_SNIPPET, Snippet

if TYPE_CHECKING:
    from coopsearch.search.indexdir.duplicates import Copies
    from coopsearch.search.results.explain import Reasons


class Shown(NamedTuple):
    """Which hits of an answer are made, and how much is shown of each."""

    offset: int = 0
    """Hits that are passed over."""
    passages: int = 1
    """Passages of a document."""
    context: int = 0
    """Sentences on each side of a snippet."""


USUAL: Final = Shown()
#: Passages of one document, and sentences around one, that anybody reads.
_PASSAGES: Final = 1_000
_CONTEXT: Final = 100
_OFFSET: Final = 100_000


def shown_part(limit: int, offset: int, passages: int, context: int) -> Shown:
    """Return what is shown of an answer. Raises SettingsError for a number that makes no sense."""
    if (offset, passages, context) == (0, 1, 0):
        return USUAL
    return Shown(
        whole_number("the offset", offset, 0, _OFFSET - limit),
        whole_number("the number of passages", passages, 1, _PASSAGES),
        whole_number("the number of sentences around a snippet", context, 0, _CONTEXT),
    )


class HitMaker:
    """Makes the hits of one answer."""

    def __init__(
        self,
        reader: Reader,
        copies: Copies | None,
        absolute: Callable[[str], str],
        folder_of: Callable[[int], str] | None = None,
    ) -> None:
        """Take what reads the documents, where else they stand, and what makes an address absolute.

        ``folder_of`` gives the index of a document by its number, where several were asked.
        """
        self._reader, self._copies, self._absolute = reader, copies, absolute
        self._folder_of = folder_of

    def of(
        self,
        found: Found,
        marking: Highlighter | None,
        reasons: Reasons | None = None,
        *,
        folded_to: int | None = None,
        shown: Shown = USUAL,
    ) -> tuple[Hit, ...]:
        """Return the hits, with passages if ``marking`` is given, as ``folded_to`` ones if that is given.

        ``folded_to`` counts those that ``shown`` passes over.
        """
        best: Iterable[tuple[int, float]] = found.best
        near: dict[int, list[str]] = {}
        if folded_to is not None:
            from coopsearch.search.results.near_duplicates import collapsed

            best, near = collapsed(best, folded_to, self._reader.document, self._copies)
        hits = []
        hit_reader = HitReader(self._reader, marking, context=shown.context)
        for rank, (number, score) in enumerate(islice(best, shown.offset, None), shown.offset + 1):
            document, snippet = hit_reader.read(number)
            hit = self._hit(rank, score, document, snippet)
            if shown.context:
                before, after = hit_reader.around(number, document, snippet)
                hit = hit._replace(before=before, after=after)
            if shown.passages > 1 and snippet.text:
                hit = hit._replace(passages=hit_reader.passages(number, shown.passages))
            if self._copies is not None:
                hit = hit._replace(also=tuple(map(self._absolute, self._copies.places(document))))
            if self._folder_of is not None:
                hit = hit._replace(index_folder=self._folder_of(number))
            if number in near:
                hit = hit._replace(near=tuple(map(self._absolute, near[number])))
            if reasons is not None:
                gained = found.gained.get(number, 0.0)
                hit = hit._replace(explanation=reasons.of(number, self._reader.document(number), gained))
            hits.append(hit)
        return tuple(hits)

    def _hit(self, rank: int, score: float, document: Document, snippet: Snippet) -> Hit:
        address, file, title, _, _, kind, date, fields = document
        path = self._absolute(address)
        file = path if file is address or file == address else self._absolute(file)
        fields = shown_fields(kind, fields) if fields else fields
        if snippet is NO_SNIPPET:
            # Most of a hit says where its passage stands. By place: names take as long as all the rest.
            return Hit(
                rank, score, path, title, "", (), None, None, "", (), kind, date, fields,
                (), (), (), (), snippet.field_matches, (0, 0), "", "", file,
            )  # fmt: skip
        passage = snippet.passage
        return Hit(
            rank=rank,
            score=score,
            path=path,
            title=title,
            language=passage.language if passage else "",
            heading=passage.heading if passage else (),
            line=snippet.line,
            page=passage.page if passage else None,
            snippet=snippet.text,
            matches=snippet.matches,
            title_matches=snippet.title_matches,
            field_matches=snippet.field_matches,
            type=kind,
            date=date,
            fields=fields,
            span=(passage.start, passage.end) if passage else (0, 0),
            page_label=label_of(kind, document.fields, passage.page if passage else None),
            file=file,
        )
