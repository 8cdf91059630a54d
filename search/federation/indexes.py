"""Several open indexes with the face of one: ask them together, refresh them, close them.

Writes nothing. Does not depend on the terminal.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from coopsearch.search.engines.base import Reader
from coopsearch.search.errors import (
    CoopsearchError,
    IndexMissing,
    IndexUnreadable,
    IndexUntrusted,
    SettingsError,
)
from coopsearch.search.federation.joined_reader import JoinedReader
from coopsearch.search.federation.joined_searcher import JoinedSearcher
from coopsearch.search.federation.names import labelled
from coopsearch.search.index import Index
from coopsearch.search.indexdir.location import index_folder
from coopsearch.search.indexdir.meta import IndexMeta, read_meta
from coopsearch.search.indexdir.reading import reading
from coopsearch.search.model import Changed, Coverage, Document, Results
from coopsearch.search.newest import open_newest
from coopsearch.search.opened import SynonymsLike
from coopsearch.search.ranking import DEFAULT, Parameters
from coopsearch.search.results.hits import HitMaker
from coopsearch.search.searcher import Searcher
from coopsearch.search.settings.synonyms import synonyms_for

_NO_LABELS: Final[Mapping[str, str]] = {}
#: What can be wrong with one index while the others can be asked.
_UNREADABLE = (IndexMissing, IndexUnreadable, IndexUntrusted)


class Indexes(Index):
    """Several indexes, open for searching. Safe for many threads; a context manager.

    Documents score as if all lay in one index. Each hit names its index in ``Hit.index_folder``. A document
    that two of them hold is two hits.
    """

    def __init__(  # noqa: PLR0913 - the options of an index, by name
        self,
        folders: Mapping[str, Path],
        *,
        parameters: Parameters = DEFAULT,
        skip_unreadable: bool = False,
        notes: Iterable[str] = (),
        translate: str | Iterable[str] = "auto",
        query_language: str = "",
        names: str = "auto",
        synonyms: SynonymsLike | None = None,
    ) -> None:
        """Open the indexes in some folders, each under the name by which answers call it.

        ``synonyms`` are as ``Index`` takes them, for the documents of all.
        """
        self._names = {folder: name for name, folder in folders.items()}
        self._skips = skip_unreadable
        self._notes = tuple(notes)
        self._left_out: dict[Path, CoopsearchError] = {}
        super().__init__(
            next(iter(folders.values())),
            parameters=parameters,
            translate=translate,
            query_language=query_language,
            names=names,
            synonyms=synonyms,
        )

    @property
    def folder(self) -> Path:
        """Raise SettingsError: several indexes have no one folder; see ``folders``."""
        raise SettingsError("several indexes are open, and this needs one; name one index")

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders of those that are asked."""
        return self._joined().joined.indexes

    @property
    def generation(self) -> str:
        """Which states are searched: another text after each commit to any."""
        return self._generation_of(self._joined())

    @property
    def generations(self) -> dict[str, str]:
        """By the folder of each index, which of its states is searched."""
        return self._generations(self._joined())

    @property
    def labels(self) -> dict[str, str]:
        """By the folder of each index, how answers call it."""
        return {str(folder): self._names[folder] for folder in self.folders}

    @property
    def coverages(self) -> dict[str, Coverage | None]:
        """By the folder of each index, what of its sources is searched."""
        state = self._joined()
        return {
            str(folder): part.coverage for folder, part in zip(state.joined.indexes, state.parts, strict=True)
        }

    @property
    def left_out(self) -> Mapping[Path, CoopsearchError]:
        """The indexes that could not be read and are not asked, with the reason."""
        return dict(self._left_out)

    def search(self, query: str, **options: Any) -> Results:
        """Rank the documents of all indexes that match a query: see ``Index.search``."""
        return self._answered(lambda: super(Indexes, self).search(query, **options))

    def similar(self, document: str | os.PathLike[str] | Document, **options: Any) -> Results:
        """Rank the documents of all indexes that are like a given one: see ``Index.similar``."""
        return self._answered(lambda: super(Indexes, self).similar(document, **options))

    def changed(self) -> Changed | None:
        """Return how many files of all sources changed since, by a glance."""
        with self._held() as state:
            assert isinstance(state, JoinedSearcher)
            return state.changed()

    def refresh(self) -> bool:
        """See what was committed to any index since; return whether there was anything."""
        with self._lock:
            self._check_open()
            state = self._joined()
            folders = dict(zip(state.joined.indexes, state.parts, strict=True))
            if all(
                read_meta(folder).data == part.data and part.reader.is_current()
                for folder, part in folders.items()
            ):
                return False
        self._replace_state()
        return True

    def _generations(self, state: JoinedSearcher) -> dict[str, str]:
        return {
            str(folder): f"{part.data}.{part.reader.generation}"
            for folder, part in zip(state.joined.indexes, state.parts, strict=True)
        }

    def _generation_of(self, state: Searcher) -> str:
        assert isinstance(state, JoinedSearcher)
        return "+".join(self._generations(state).values())

    def _folder_of(self, state: Searcher, number: int) -> Path:
        assert isinstance(state, JoinedSearcher)
        return Path(state.joined.index_of(number))

    def _reader_of(self, state: Searcher, folder: Path) -> Reader | None:
        assert isinstance(state, JoinedSearcher)
        readers = zip(state.joined.indexes, state.joined.readers, strict=True)
        return next((reader for one, reader in readers if one == folder), None)

    def _replace_state(self) -> None:
        fresh = self._open()
        with self._lock:
            if self._closed:
                fresh.reader.close()
                self._check_open()
            old, self._state = self._state, fresh
        self._release(old)

    def _answered(self, ask: Any) -> Results:
        """Return an answer with what is to be told of the indexes; without those that cannot be read."""
        while True:
            try:
                results: Results = ask()
            except IndexUnreadable as error:
                # A file may prove damaged when it is first read.
                faulty = self._joined().joined.faulty
                if not self._skips or faulty is None or faulty in self._left_out:
                    raise
                self._left_out[faulty] = error
                self._replace_state()
                continue
            told = [f"the index {self._names[at]} was left out: {why}" for at, why in self._left_out.items()]
            notes = (*self._notes, *told, *results.notes)
            return results._replace(notes=notes, indexes=self.labels)

    def _joined(self) -> JoinedSearcher:
        assert isinstance(self._state, JoinedSearcher)
        return self._state

    def _open(self) -> Searcher:
        readers: list[Reader] = []
        parts: list[Searcher] = []
        folders: list[Path] = []
        with ExitStack() as opened:
            for folder in self._names:
                if folder in self._left_out:
                    continue
                try:
                    part, reader = self._open_one(folder)
                except _UNREADABLE as error:
                    if not self._skips:
                        raise
                    self._left_out[folder] = error
                    continue
                readers.append(opened.enter_context(reader))
                parts.append(part)
                folders.append(folder)
            if not readers:
                # Nothing is left to ask: the first reason is as good as any.
                raise next(iter(self._left_out.values()))
            joined = JoinedSearcher(
                JoinedReader(readers, folders), parts, self._synonyms, expanding=self._expanding
            )
            opened.pop_all()
        return joined

    def _open_one(self, folder: Path) -> tuple[Searcher, Reader]:
        def look(meta: IndexMeta, reader: Reader) -> Searcher:
            return Searcher(reader, folder, meta.data)

        with reading(folder):
            return open_newest(
                folder, look, is_whole=lambda state: not state.warning, parameters=self._parameters
            )

    def _addresses(self, address: str) -> list[str]:
        # Imported here: few ask for one document.
        from coopsearch.search.indexdir.addresses import address as written

        named = (os.path.abspath(address), address)  # noqa: PTH100 - links stay as they are
        return list(dict.fromkeys((*named, *map(written, named))))

    def _hits(self, state: Searcher) -> HitMaker:
        assert isinstance(state, JoinedSearcher)
        return HitMaker(state.reader, state.copies, self._absolute, state.joined.index_of)


def open_indexes(
    paths: Iterable[str | os.PathLike[str]] | Mapping[str, str | os.PathLike[str]],
    *,
    skip_unreadable: bool = False,
    labels: Mapping[str, str] = _NO_LABELS,
    translate: str | Iterable[str] = "auto",
    query_language: str = "",
    names: str = "auto",
) -> Index:
    """Open several indexes as one: with the same face, and one ranked answer from all of them.

    Documents score as if all lay in one index. A mapping gives each index the name by which answers call it;
    in a list, those have other names than their folders' whose folders are in ``labels``. Synonyms that the
    settings declare for one of the indexes count for all.
    A folder that is named twice is asked once. With ``skip_unreadable`` those that are missing, damaged, of
    another version or not trusted are left out, which ``Results.notes`` says; otherwise each raises what
    ``open_index`` raises for it. ``translate``, ``query_language`` and ``names`` are as ``Index.search``
    takes them. Raises SettingsError without any.
    """
    if isinstance(paths, str | os.PathLike):
        raise TypeError("the indexes are a list of paths, not one path")
    several = list(paths.values()) if isinstance(paths, Mapping) else list(paths)
    folders: dict[Path, Path] = {}
    notes: list[str] = []
    for path in several:
        folder = index_folder(path)
        first = folders.setdefault(Path(os.path.realpath(folder)), folder)
        if first is not folder:
            notes.append(f"{folder} is the same index as {first}, or is named twice; it is asked once")
    if not folders:
        raise SettingsError("no index is named; name one at least")
    if isinstance(paths, Mapping):
        labels = {str(index_folder(path)): name for name, path in paths.items()}
    named = labelled(list(folders.values()), labels)
    return Indexes(
        named,
        skip_unreadable=skip_unreadable,
        notes=notes,
        translate=translate,
        query_language=query_language,
        names=names,
        synonyms=_synonyms(named.values()),
    )


def _synonyms(folders: Iterable[Path]) -> dict[str, tuple[str, ...]]:
    """Return the synonyms that the settings declare for any of some indexes."""
    found: dict[str, tuple[str, ...]] = {}
    for folder in folders:
        for word, members in synonyms_for(folder).items():
            found[word] = tuple(dict.fromkeys((*found.get(word, ()), *members)))
    return found
