"""Making citations of hits and of documents.

Opens each index that is cited from once, and sees that the file whose SHA-256 is given says what is quoted.
Does not depend on the terminal.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final, Self

from coopsearch.search.desk.citations import Citation, Source, cited
from coopsearch.search.desk.fingerprint import FileGone, FileRefused, may_have_changed, sha256_of
from coopsearch.search.desk.last_answer import LastAnswer
from coopsearch.search.desk.marks import address_in
from coopsearch.search.desk.quotes import Place, located, nearest, passage_at, place_of
from coopsearch.search.errors import SettingsError
from coopsearch.search.index import Index
from coopsearch.search.indexdir.addresses import is_added, original
from coopsearch.search.model import Document, Passage, shown_path
from coopsearch.search.results.snippets import sentences_around

_AGAIN: Final = "run `coopsearch index`, ask again, and cite from the new answer"


class Citing:
    """Makes citations; a context manager that closes what it opened."""

    def __init__(self, note: str, read: Callable[[Path], list[Document]]) -> None:
        """Take a note for each, and what reads a file anew: it raises SettingsError with the reason."""
        self._note, self._read = note, read
        self._stack = ExitStack()
        self._opened: dict[Path, Index] = {}
        #: What to say beside the citations.
        self.notes: list[str] = []

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the indexes."""
        self._stack.close()

    def hit(self, answer: LastAnswer, number: int, quote: str | None) -> tuple[Path, Citation]:
        """Return the citation of a hit of an answer, with the folder of its index."""
        hit = answer.hit(number)
        folder = Path(hit.index_folder)
        index = self._index(folder)
        stale = answer.generations.get(hit.index_folder) != index.generation
        document = _whole(index.document(hit.path))
        if quote is not None:
            return folder, self._exact(index, document, quote, answer.asked, near=hit.start)
        if not hit.end:
            # The title alone holds what was asked for.
            if not document.title:
                raise SettingsError(f'hit {number} shows no text; quote some of it with --quote "words"')
            place = Place(0, 0, None, None, "", (), "")
            return folder, self._citation(index, document, document.title, place, answer.asked, "title")
        passage = self._passage(document, hit.start, hit.end)
        matches: list[tuple[int, int]] = []
        if passage is not None:
            whole = bool(answer.options.get("require_all"))
            matches = index.matches(answer.query, document, passage, require_all=whole)
        if stale and not matches:
            raise SettingsError(
                f"the index changed since the last answer, and hit {number} is not where it was; ask again, "
                "and cite from the new answer"
            )
        if stale:
            self.notes.append(
                f"note: the index changed since the last answer; hit {number} still stands there"
            )
        text = document.text[hit.start : hit.end]
        start, end = sentences_around(text, [(low - hit.start, high - hit.start) for low, high in matches])
        place = place_of(document, hit.start + start, hit.start + end)
        return folder, self._citation(index, document, text[start:end], place, answer.asked)

    def document(self, path: str, folder: Path, quote: str | None, *, near: int = 0) -> tuple[Path, Citation]:
        """Return the citation of words of a document, with the folder of its index.

        Of words that stand there several times, those at ``near``, a character of the text, or next to it.
        """
        if not path:
            raise SettingsError("the path is empty; name a document as hits name it")
        if quote is None:
            raise SettingsError(
                f'{path} is cited by its words; give them, as in: coopsearch cite {path} --quote "words"'
            )
        index = self._index(folder)
        return folder, self._exact(index, _whole(index.document(path)), quote, "", near=near)

    def _index(self, folder: Path) -> Index:
        if folder not in self._opened:
            self._opened[folder] = self._stack.enter_context(Index(folder))
        return self._opened[folder]

    def _passage(self, document: Document, start: int, end: int) -> Passage | None:
        """Return the passage that a hit showed, None where the document holds no such passage any more."""
        first = passage_at(document, start)
        if first is None or first.start != start or end > len(document.text):
            return None
        # What stands over the cut of a paragraph is shown as one passage.
        ends = {one.end for one in document.passages}
        return first._replace(end=end) if end in ends else None

    def _exact(self, index: Index, document: Document, quote: str, query: str, *, near: int) -> Citation:
        place = located(document, quote, near)
        if place is None:
            shown = shown_path(document.path)
            other = nearest(document, quote)
            if other is None:
                raise SettingsError(f"{shown} does not hold these words; quote it word for word")
            text = " ".join(document.text[other.start : other.end].split())
            raise SettingsError(f"{shown} does not hold these words; nearest is: {text:.300}")
        return self._citation(index, document, document.text[place.start : place.end], place, query)

    def _citation(
        self,
        index: Index,
        document: Document,
        quote: str,
        place: Place,
        query: str,
        part: str = "text",
    ) -> Citation:
        if is_added(document.file):
            raise SettingsError(
                f"{document.path} was added by a script and has no file; a citation gives the SHA-256 of one"
            )
        shown, file = shown_path(document.path), _file(index, document)
        try:
            if may_have_changed(file, index.coverage.updated if index.coverage else None):
                self._compare(document, file, quote, part)
            sha256 = sha256_of(file)
        except FileGone:
            raise SettingsError(f"{shown} is not there any more; {_AGAIN}") from None
        except FileRefused as error:
            raise SettingsError(
                f"{shown} cannot be read: {error}; its SHA-256 is part of a citation"
            ) from None
        source = Source(document, index.folder, index.generation)
        return cited(source, quote, place, sha256=sha256, query=query, note=self._note, part=part)

    def _compare(self, document: Document, file: Path, quote: str, part: str) -> None:
        """See that a file that may be another than the index knows says the same.

        Otherwise its SHA-256 would be that of a file that never said what is quoted. Raises SettingsError.
        """
        if document.fields.get("ocr"):
            self.notes.append(
                f"note: {shown_path(document.path)} changed since it was indexed, and its text was read by "
                "OCR; compare the quotation by eye"
            )
            return
        member = document.path.removeprefix(document.file)
        for one in self._read(file):
            if one.path.removeprefix(one.file) == member and (
                located(one, quote) if part == "text" else one.title == quote
            ):
                return
        raise SettingsError(
            f"{shown_path(document.path)} changed since it was indexed, and does not say this any more; "
            f"{_AGAIN}"
        )


def _whole(document: Document) -> Document:
    """Return a document that can be quoted. Raises SettingsError where the index is without its text."""
    if document.is_bare:
        raise SettingsError(
            f"the text of {shown_path(document.path)} is not in this index, so it cannot be cited from; ask "
            "whoever packed the index for the file"
        )
    return document


def _file(index: Index, document: Document) -> Path:
    """Return the file of a document under its real name, which need not be UTF-8 as its address is."""
    return index.folder.parent / original(address_in(index.folder, document.file))
