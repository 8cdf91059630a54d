"""An index that is open: its state, what it knows of itself, its documents, and its end.

What is asked of it is in ``index``. Writes nothing. Does not depend on the terminal.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from coopsearch.search.engines.as_written import one_question
from coopsearch.search.engines.base import Reader
from coopsearch.search.errors import CoopsearchError, SettingsError
from coopsearch.search.indexdir.addresses import is_added
from coopsearch.search.indexdir.coverage import changed_since
from coopsearch.search.indexdir.location import path_text
from coopsearch.search.indexdir.meta import IndexMeta, read_meta
from coopsearch.search.indexdir.reading import reading
from coopsearch.search.model import Changed, Coverage, Document
from coopsearch.search.newest import open_newest
from coopsearch.search.query.expanding import expanding_of
from coopsearch.search.query.expansion.synonyms import declared_of
from coopsearch.search.ranking import DEFAULT, Parameters
from coopsearch.search.searcher import Searcher

if TYPE_CHECKING:
    from coopsearch.search.conversations.thread import MailThread

#: Synonyms as a caller gives them.
SynonymsLike = Mapping[str, Iterable[str]] | Iterable[Iterable[str]]

#: Documents of a file that an error names.
_NAMED: Final = 3
_CLOSED: Final = "the index was closed; open it again"


class OpenIndex:
    """An open index. Safe for many threads; a context manager.

    It keeps to the state that it was opened on until ``refresh`` is called.
    """

    def __init__(
        self,
        folder: Path,
        *,
        parameters: Parameters = DEFAULT,
        synonyms: SynonymsLike | None = None,
        translate: str | Iterable[str] = "auto",
        query_language: str = "",
        names: str = "auto",
    ) -> None:
        """Open the index in a folder (``open_index`` finds it), to be ranked with some parameters.

        ``synonyms`` are those of a table (``{"boat": ["dinghy"]}``: who looks for a boat finds a dinghy) or
        groups of words that mean the same; None has none. ``translate``, ``query_language`` and ``names`` are
        for all that is asked and does not say otherwise: see ``Index.search``.
        """
        self._expanding = expanding_of(translate, query_language, names)
        self._synonyms = declared_of(synonyms) if synonyms else ()
        self._folder, self._parameters = folder, parameters
        self._base = os.path.join(folder.parent, "")  # noqa: PTH118 - joined for every hit
        # The garbage collector may give a state back in the middle of anything.
        self._lock = threading.RLock()
        self._closed = False
        self._state = self._open()

    @property
    def documents(self) -> int:
        """Documents that are searched."""
        return self._state.reader.documents

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of their passages, ISO 639-1, sorted."""
        return tuple(filter(None, self._state.languages))

    @property
    def coverage(self) -> Coverage | None:
        """What of the sources is searched; None for an index that does not know."""
        return self._state.coverage

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields that a query may name, as in ``title:report``."""
        # Imported here: a search looks for the fields that its query names.
        from coopsearch.search.query.fields import known

        return tuple(known(self._state.reader))

    @property
    def folder(self) -> Path:
        """The folder of the index."""
        return self._folder

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders of the indexes that are asked: this one."""
        return (self._folder,)

    @property
    def generations(self) -> dict[str, str]:
        """By the folder of each index that is asked, which of its states is searched."""
        return {str(self._folder): self.generation}

    @property
    def labels(self) -> dict[str, str]:
        """By the folder of each index, how answers of several call it; empty for one."""
        return {}

    @property
    def coverages(self) -> dict[str, Coverage | None]:
        """By the folder of each index that is asked, what of its sources is searched."""
        return {str(self._folder): self.coverage}

    @property
    def generation(self) -> str:
        """Which state of the index is searched: another text after each commit, and after a rebuild."""
        return self._generation_of(self._state)

    def changed(self) -> Changed | None:
        """Return how many files of the sources changed since, by a glance that takes 20 ms at most.

        None where that does not suffice: for more than some hundred files, or where ignore files rule.
        ``coopsearch.indexer.status`` looks at all of them.
        """
        with self._held() as state:
            return changed_since(state.listing, self._folder.parent)

    def refresh(self) -> bool:
        """See what was committed since; return whether there was anything."""
        with self._lock:
            self._check_open()
            state = self._state
            if read_meta(self._folder).data == state.data:
                if state.reader.is_current():
                    return False
                if (other := self._followed(state)) is not None:
                    return other
        fresh = self._open()
        with self._lock:
            if self._closed:
                fresh.reader.close()
                raise CoopsearchError(_CLOSED)
            old, self._state = self._state, fresh
        self._release(old)
        return True

    def _followed(self, state: Searcher) -> bool | None:
        """Take over new pages beside the same documents; return whether they tell of other copies.

        None where the documents are others, or where the next commit came before the pages were read.
        """
        try:
            with reading(self._folder):
                if not state.reader.follow():
                    return None
            return state.look()
        except CoopsearchError:
            # A rebuild can take the folder away at any moment; whoever opens the index anew is told the rest.
            return None

    def close(self) -> None:
        """Let the files go; searches that are running end first."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._release(self._state)

    def __enter__(self) -> Self:
        """Return the index itself."""
        self._check_open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def _check_open(self) -> None:
        if self._closed:
            raise CoopsearchError(_CLOSED)

    def _open(self) -> Searcher:
        def look(meta: IndexMeta, reader: Reader) -> Searcher:
            return Searcher(reader, self._folder, meta.data, self._synonyms, self._expanding)

        with reading(self._folder):
            # A page that is not there any more is that of a state that was replaced meanwhile.
            return open_newest(
                self._folder, look, is_whole=lambda state: not state.warning, parameters=self._parameters
            )[0]

    @contextmanager
    def _held(self) -> Iterator[Searcher]:
        """Give the state of now, which is not closed as long as it is used."""
        with self._lock:
            self._check_open()
            state = self._state
            state.users += 1
        try:
            with one_question(), reading(self._folder):
                yield state
        finally:
            self._release(state)

    def _release(self, state: Searcher) -> None:
        with self._lock:
            state.users -= 1
            last = state.users == 0
        if last:
            state.reader.close()

    def holds(self, path: str | os.PathLike[str]) -> bool:
        """Say whether a file, or a member of one, is in the index."""
        text = path_text(path)
        with self._held() as state:
            return any(map(state.holds, self._addresses(text)))

    def document(self, path: str | os.PathLike[str]) -> Document:
        """Return a document as it is stored, by the path of its file or the address that hits give.

        Of a copy it is the document of the file that was indexed. Raises SettingsError for one that the
        index does not hold, and for a file of several documents.
        """
        text = path_text(path)
        with self._held() as state:
            return self._placed(self._stored(state, text))

    def members(self, path: str | os.PathLike[str]) -> tuple[str, ...]:
        """Return the addresses of all documents of a file, or of the file that a document is of; sorted.

        Those of a mail are the mail and what is attached to it. Raises what ``document`` raises.
        """
        text = path_text(path)
        with self._held() as state:
            file = self._stored(state, text).file
            return tuple(self._absolute(one) for one in state.reader.paths_of(file))

    def thread(self, path: str | os.PathLike[str]) -> MailThread:
        """Return the conversation that a mail is of, in order, with the mail; none of other documents.

        Mails belong together by the ids that they have of each other. At most 500 are given. Raises what
        ``document`` raises.
        """
        # Imported here: few ask for it.
        from coopsearch.search.conversations.thread import thread_of

        text = path_text(path)
        with self._held() as state:
            found = thread_of(state.reader, self._stored(state, text))
            return found._replace(
                mails=tuple(one._replace(document=self._placed(one.document)) for one in found.mails)
            )

    def _placed(self, document: Document) -> Document:
        return document._replace(path=self._absolute(document.path), file=self._absolute(document.file))

    def _addresses(self, address: str) -> list[str]:
        """Return what a path may be called in the index."""
        # Imported here: few ask for one document.
        from coopsearch.search.indexdir.addresses import address as written

        base = f"{self._folder.parent}{os.sep}"
        inside = os.path.abspath(address).removeprefix(base)  # noqa: PTH100 - links stay as they are
        named = (inside, address.removeprefix(base), address)
        # Of a file that has the name of a member of another, the member has the address.
        return list(dict.fromkeys((*named, *map(written, named))))

    def _stored(self, state: Searcher, given: str) -> Document:
        """Return the document at a path or address. Raises SettingsError if there is none, or several."""
        named = self._addresses(given)
        for one, find in [
            (one, find) for find in (state.documents_at, state.documents_of_copy) for one in named
        ]:
            found = find(one)
            if len(found) == 1:
                return found[0]
            if found:
                members = ", ".join(document.path for document in found[:_NAMED])
                more = ", ..." if len(found) > _NAMED else ""
                raise SettingsError(
                    f"{one} holds {len(found):,} documents; name one of them: {members}{more}"
                )
        raise SettingsError(
            f"{given or 'an empty path'} is not in the index; run `coopsearch index` if it should be"
        )

    def _generation_of(self, state: Searcher) -> str:
        return f"{state.data}.{state.reader.generation}"

    def _folder_of(self, state: Searcher, number: int) -> Path:  # noqa: ARG002 - of several it says which
        """Return the folder of the index that a document is from."""
        return self._folder

    def _reader_of(self, state: Searcher, folder: Path) -> Reader | None:
        """Return what reads the index of a folder by itself; None for one that is not asked."""
        return state.reader if folder == self._folder else None

    def _absolute(self, address: str) -> str:
        if os.path.isabs(address) or is_added(address):  # noqa: PTH117
            return address
        return self._base + address
