"""Writing an index once more, with another engine and in another folder, without its sources.

What is stored of a document gives back all that its words were made of: its texts, and which language each
of them was found to speak. Stems are those that the index knows, and the books of its runs go along as they
are, so the next run over the same sources finds nothing new. What deleted documents left stays behind. Does
not depend directly on a particular engine or file formats.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.indexer.generation import drop, finish, fresh_data, sweep
from coopsearch.indexer.locking.lock import PATIENCE, locked
from coopsearch.indexer.report import Progress
from coopsearch.indexer.settings import engine_for
from coopsearch.indexer.walk.sources import PathMapper
from coopsearch.indexer.workers.processes import prefix
from coopsearch.search.analysis.langid.earlier import Decided
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.arguments import duration
from coopsearch.search.desk import store
from coopsearch.search.engines import DEFAULT, Cluster, engine_of
from coopsearch.search.engines import engine as engine_named
from coopsearch.search.engines.base import Reader, Writer
from coopsearch.search.errors import IndexDamaged, SettingsError
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.addresses import is_added
from coopsearch.search.indexdir.location import file_text, index_folder
from coopsearch.search.indexdir.meta import IndexMeta, is_other
from coopsearch.search.indexdir.modes import is_group, settle
from coopsearch.search.indexdir.names import DESK, META_FILE
from coopsearch.search.indexdir.owner import is_shared, trust
from coopsearch.search.indexdir.pages import Page, read_page
from coopsearch.search.indexdir.reading import callers, reading
from coopsearch.search.model import Document
from coopsearch.search.newest import open_newest
from coopsearch.search.schema import FILE, LANGUAGE

#: Characters, or documents, that are committed together: memory stays bounded.
_CHARACTERS: Final = 32_000_000
_DOCUMENTS: Final = 20_000


class CopiedIndex(NamedTuple):
    """An index that was written once more."""

    place: Path
    """The folder of the new one."""
    engine: str
    """What it is kept with."""
    documents: int
    desk: bool
    """Whether there were saved searches, marks or notes, which are beside the new one, too."""
    seconds: float


def copy_index(
    target: str | os.PathLike[str],
    index_dir: str | os.PathLike[str] | None = None,
    *,
    engine: str | None = None,
    cluster: Cluster | None = None,
    wait: float = PATIENCE,
    progress: Callable[[Progress], None] = lambda progress: None,
    notice: Callable[[str], None] = lambda message: None,
) -> CopiedIndex:
    """Write an index once more in the folder ``target``, from what it stores: no source is opened.

    ``index_dir`` is the index to be copied, found as for a search if it is not given; it is only read, in
    its newest state. ``engine`` is what the new one is kept with, "columns" if it is not given, or
    "opensearch" where ``cluster`` says which cluster is to keep it. ``wait`` and ``notice`` are those of
    ``sync``; ``progress`` is called with each document, and may raise ``Interrupted``.

    The new index is there when it is whole, and not before. Raises SettingsError for a folder in which
    something is already, for one from which the addresses of the documents would lead elsewhere, and for an
    index that was packed without its texts; what ``open_index`` raises for the one to be copied;
    IndexLocked; IndexUnwritable if there is no room or no permission.
    """
    started = time.monotonic()
    wait = duration("wait", wait)
    name = engine_for(engine, cluster) or DEFAULT
    engine_named(name)
    if not file_text(target).strip():
        raise SettingsError("the path is empty; name the folder of the new index")
    source, place = index_folder(index_dir), index_folder(target)
    _check_free(source, place)
    (meta, pages), reader = open_newest(source, lambda meta, reader: (meta, _pages(source, meta, reader)))
    with reader:
        _check_addresses(source, place, meta, reader)
        made = not os.path.lexists(place)
        durable.make_top(place)
        try:
            with locked(
                place, wait=wait, waiting=lambda owner: notice(f"waiting for {owner}"), notice=notice
            ):
                _check_free(source, place)
                copying = _Copying(source, place, meta, reader, callers(progress))
                documents, desk = copying.run(name, cluster, pages)
        except BaseException:
            if made:
                with contextlib.suppress(OSError):
                    place.rmdir()
            raise
    return CopiedIndex(place, name, documents, desk, time.monotonic() - started)


def _pages(index: Path, meta: IndexMeta, reader: Reader) -> dict[str, tuple[Page, bytes]]:
    """Return the pages beside the documents, by role. Raises IndexDamaged for one that cannot be read."""
    return {role: (page, read_page(index / meta.data, page)) for role, page in reader.pages.items()}


def _check_free(source: Path, place: Path) -> None:
    """Raise SettingsError for a folder in which no new index can be made."""
    other = "name a folder that is not there yet"
    if place.resolve() == source.resolve() or os.path.lexists(place / META_FILE):
        raise SettingsError(f"there is an index at {place} already; {other}, or remove that one first")
    if place.resolve().is_relative_to(source.resolve()):
        raise SettingsError(f"{place} lies in the index at {source}; {other} beside it")
    if os.path.lexists(place) and (not place.is_dir() or is_other(place)):
        raise SettingsError(f"{place} is there already and no index; {other}")
    # A copy that was cut off just before its end leaves one, too.
    if store.exists(place) and not (store.exists(source) and _desk(place) == _desk(source)):
        raise SettingsError(f"{place} holds saved searches, marks and notes of another index; {other}")


def _desk(index: Path) -> bytes:
    with store.reading(index) as desk:
        return desk.serialize()


def _check_addresses(source: Path, place: Path, meta: IndexMeta, reader: Reader) -> None:
    """Raise SettingsError where addresses would not lead from the new place to where they lead now."""
    before, after = PathMapper(source.parent), PathMapper(place.parent)
    if before.base.resolve() == after.base.resolve():
        return
    files = (file for file, _ in reader.terms(FILE) if not is_added(file))
    for address in (*meta.sources, *files):
        if after.address(before.path(address)) != address:
            raise SettingsError(
                f"the index at {source} calls its documents by where they lie beside it, as in {address}; "
                f"name a new folder in {before.base}, or move that later together with them"
            )


class _Stems:
    """What an index knows of words, and which of it was asked for."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._asked: dict[tuple[str, str], str] = {}

    def lookup(self, word: str) -> Mapping[str, str]:
        """Return the stems of a word by language."""
        found = self._reader.stems(word)
        self._asked.update({(language, word): stem for language, stem in found.items()})
        return found

    def drain(self) -> dict[tuple[str, str], str]:
        """Return what was asked for since the last call, (language, word) -> stem."""
        asked, self._asked = self._asked, {}
        return asked


class _Copying:
    """One copy, of an index that is held open, into a folder that is locked."""

    def __init__(
        self,
        source: Path,
        place: Path,
        meta: IndexMeta,
        reader: Reader,
        progress: Callable[[Progress], None],
    ) -> None:
        self._source, self._place, self._meta, self._reader = source, place, meta, reader
        self._progress = progress

    def run(
        self, name: str, cluster: Cluster | None, pages: Mapping[str, tuple[Page, bytes]]
    ) -> tuple[int, bool]:
        """Make the index; return how many documents it has, and whether a desk went along.

        Until the first page of the new index is written, in one step, there is none. What an error leaves is
        removed, and what a killed process left, by the next copy or run into that folder.
        """
        place = self._place
        data = fresh_data(place)
        sweep(place, (), live="")
        # A page alone gives nobody a right: the folder has to be a group's already.
        group = self._meta.group and is_group(self._source)
        meta = self._meta._replace(engine=name, data=data, group=group)
        had_desk = store.exists(place)
        try:
            with durable.telling(place):
                settle(place, None, group=group)
                engine_named(name, cluster).create(place / data)
                self._fill(meta, pages)
                desk = self._copy_desk()
                if group and is_shared(place):
                    trust(place)
                settle(place, place / data, group=group)
                finish(place, meta)
        except BaseException:
            if not os.path.lexists(place / META_FILE):
                drop(place.resolve() / data, named=True)
                if not had_desk:
                    durable.remove(place, [DESK])
            raise
        return self._reader.documents, desk

    def _fill(self, meta: IndexMeta, pages: Mapping[str, tuple[Page, bytes]]) -> None:
        """Write the documents, in batches that nobody sees yet, and with the last one the books."""
        data, reader = self._place / meta.data, self._reader
        engine = engine_of(meta.engine, self._place)
        stems = _Stems(reader)
        table = StemTable(stems.lookup)
        languages = {language for language, _ in reader.terms(LANGUAGE) if language}
        parts = engine.parts(data, prefix(), table, Decided())

        def take_in(writer: Writer) -> None:
            languages.update(parts.settle())
            writer.adopt(parts.finish(frozenset(languages)))
            writer.learn(stems.drain())
            writer.learn(table.drain())

        with engine.writer(data) as writer:
            done = pending = characters = 0
            for document in self._documents():
                self._progress(Progress(done, reader.documents, document.path, done))
                parts.add(document)
                done, pending, characters = done + 1, pending + 1, characters + len(document.text)
                if pending >= _DOCUMENTS or characters >= _CHARACTERS:
                    take_in(writer)
                    writer.commit(more=True)
                    pending = characters = 0
            if done != reader.documents:
                raise IndexDamaged(
                    f"the index at {self._source} gives {done:,} documents instead of {reader.documents:,}",
                    "`coopsearch verify` says what is damaged",
                )
            self._progress(Progress(done, done, "", done))
            take_in(writer)
            # Not before: a writer removes what no state names.
            for page, content in pages.values():
                durable.create(data / page.name, content)
            writer.commit(pages={role: page for role, (page, _) in pages.items()})

    def _documents(self) -> Iterator[Document]:
        documents = self._reader.every()
        while True:
            with reading(self._source):
                document = next(documents, None)
            if document is None:
                return
            if document.is_bare:
                raise SettingsError(
                    f"the index at {self._source} was packed without its texts, of which a copy is "
                    "made; copy the folder of the index instead, or ask for a file with the texts"
                )
            yield document

    def _copy_desk(self) -> bool:
        """Put what the user keeps beside the index beside the new one, too; say whether there is any."""
        if not store.exists(self._source):
            return False
        if not store.exists(self._place):
            durable.create(self._place / DESK, _desk(self._source))
        return True
