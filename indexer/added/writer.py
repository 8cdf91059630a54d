"""Documents without files: added, changed and deleted by a script, all in one step or not at all.

They live in one index with the documents of files. A run leaves them alone, and a writer leaves those of
files alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date as day
from pathlib import Path
from types import TracebackType
from typing import Self

from coopsearch.indexer.added.documents import (
    Value,
    address_of,
    day_given,
    document,
    fields_given,
    text_of,
    title_given,
)
from coopsearch.indexer.added.keeping import stored, write
from coopsearch.indexer.generation import begin, sweep
from coopsearch.indexer.handed_on import refuse as refuse_handed_on
from coopsearch.indexer.locking.lock import PATIENCE, locked
from coopsearch.indexer.manifest.manifest import Manifest
from coopsearch.search.analysis import ANALYSIS_VERSION
from coopsearch.search.arguments import duration
from coopsearch.search.engines import DEFAULT, engine_of
from coopsearch.search.engines import engine as engine_named
from coopsearch.search.engines.base import Reader
from coopsearch.search.errors import CoopsearchError, IndexMissing, IndexUnreadable, SettingsError
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.addresses import ADDED, is_added
from coopsearch.search.indexdir.location import index_folder, path_text
from coopsearch.search.indexdir.meta import (
    IndexMeta,
    check_versions,
    is_other,
    missing,
    read_meta,
    write_meta,
)
from coopsearch.search.indexdir.reading import reading
from coopsearch.search.model import Document
from coopsearch.search.schema import SCHEMA_VERSION


class IndexWriter:
    """One transaction over the documents of an index that have no files. Used by one thread.

    ``with open_writer(...) as writer:`` holds the index for writing until the end of the block, and commits
    there; an exception out of the block, or ``rollback``, leaves the index as it was. Until then, what is
    added is held in memory.
    """

    def __init__(
        self, index: Path, *, engine: str | None, wait: float, notice: Callable[[str], None]
    ) -> None:
        """Take the folder of an index; ``open_writer`` finds it."""
        self._index = index
        self._engine = engine
        self._wait = wait
        self._notice = notice
        self._held: ExitStack | None = None
        self._meta: IndexMeta | None = None
        self._reader: Reader | None = None
        self._there: set[str] = set()
        self._changes: dict[str, Document | None] = {}

    def __enter__(self) -> Self:
        """Take the lock, and look at what is there."""
        if self._held is not None:
            raise CoopsearchError("the writer is open already; a second one has to wait for its end")
        with ExitStack() as stack:
            self._meta = self._first_page()
            durable.make_top(self._index)
            stack.enter_context(
                locked(
                    self._index,
                    wait=self._wait,
                    waiting=lambda owner: self._notice(f"waiting for {owner}"),
                    notice=self._notice,
                )
            )
            # Once more when nobody else can write.
            meta = self._meta = self._first_page()
            self._there, self._changes, self._reader = set(), {}, None
            if meta is not None:
                data = self._index / meta.data
                with reading(self._index, others=OSError):
                    opened = engine_of(meta.engine, self._index).open(data)
                    self._reader = stack.enter_context(opened)
                    rows = Manifest(data, opened.pages)
                self._there = {row.file for row in rows if is_added(row.file)}
            self._held = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit, unless an exception ends the block, and let the index go."""
        held = self._open()
        with held:
            self._held = None
            if kind is None and self._changes:
                self._commit()

    def add(
        self,
        path: str,
        text: str = "",
        *,
        title: str = "",
        date: day | str | None = None,
        fields: Mapping[str, Value] | None = None,
    ) -> None:
        """Add a document under a path such as ``case/17``; hits have it as ``api://case/17``.

        Headings in the text are marked as in Markdown. ``date`` is the day that ``date:`` finds. ``fields``
        are found by their names: ``status:open``, ``amount:100..500``, ``opened:[2024-01 TO 2024-06]``.
        Raises SettingsError for a path that is there already: ``put`` replaces it.
        """
        address = address_of(path)
        self._open()
        if self._has(address):
            raise SettingsError(
                f"{address} is in the index already; use update to change parts of it, or put to replace it"
            )
        self._take(address, text, title, date, fields)

    def put(
        self,
        path: str,
        text: str = "",
        *,
        title: str = "",
        date: day | str | None = None,
        fields: Mapping[str, Value] | None = None,
    ) -> None:
        """Add a document, or replace the one of that path as a whole. One that is as it was costs nothing."""
        address = address_of(path)
        self._open()
        self._take(address, text, title, date, fields)

    def update(
        self,
        path: str,
        text: str | None = None,
        *,
        title: str | None = None,
        date: day | str | None = None,
        fields: Mapping[str, Value | None] | None = None,
    ) -> None:
        """Change what is given of a document, and keep the rest.

        Of ``fields`` those that are named change, and None takes one away; ``date=""`` takes the day away. A
        title that was made of the text stays: give one. Raises SettingsError for a path that is not there.
        """
        address = self._known(path)
        old = self._document(address)
        kept = dict(old.fields)
        for name, value in (fields or {}).items():
            kept.pop(name, None)
            if value is not None:
                kept |= fields_given({name: value})
        self._changes[address] = document(
            address,
            old.text if text is None else text_of(text),
            old.title if title is None else title_given(title),
            old.date if date is None else day_given(date),
            kept,
        )

    def delete(self, path: str) -> None:
        """Delete a document. Raises SettingsError for a path that is not there, and for that of a file."""
        address = self._known(path)
        self._document(address)
        if address in self._there:
            self._changes[address] = None
        else:
            del self._changes[address]

    def rollback(self) -> None:
        """Forget what was added, changed and deleted so far."""
        self._open()
        self._changes.clear()

    def paths(self, prefix: str = "") -> Iterator[str]:
        """Yield the paths of the documents without files, sorted, as they are now in this transaction.

        Only those that begin with ``prefix``.
        """
        self._open()
        begin = ADDED + prefix.removeprefix(ADDED)
        yield from (
            address.removeprefix(ADDED)
            for address in sorted(self._there | self._changes.keys())
            if address.startswith(begin) and self._has(address)
        )

    def __contains__(self, path: object) -> bool:
        """Say whether there is a document of that path."""
        self._open()
        return self._has(address_of(path))

    def _has(self, address: str) -> bool:
        if address in self._changes:
            return self._changes[address] is not None
        return address in self._there

    def _take(self, address: str, text: str, title: str, date: object, fields: object) -> None:
        self._changes[address] = document(
            address,
            text_of(text),
            title_given(title),
            day_given(date),
            fields_given({} if fields is None else fields),
        )

    def _known(self, path: str) -> str:
        """Return the address of a document that is to be changed. Raises SettingsError for that of a file."""
        self._open()
        if not is_added(path_text(path)) and self._is_of_file(path):
            raise SettingsError(
                f"{path} is in the index as a file, and a writer changes only what has none; change the file "
                "and run `coopsearch index`"
            )
        return address_of(path)

    def _is_of_file(self, path: str) -> bool:
        if self._reader is None or ADDED + path in self._there or ADDED + path in self._changes:
            return False
        inside = path.removeprefix(os.path.join(self._index.parent, ""))  # noqa: PTH118 - text
        with reading(self._index, others=OSError):
            return any(self._reader.document_at(place) for place in {path, inside})

    def _document(self, address: str) -> Document:
        """Return a document as it is now. Raises SettingsError if there is none."""
        found = self._changes.get(address)
        if address not in self._changes and address in self._there and self._reader is not None:
            with reading(self._index, others=OSError):
                found = stored(self._reader, address)
        if found is None:
            raise SettingsError(f"{address} is not in the index; add it first")
        return found

    def _open(self) -> ExitStack:
        if self._held is None:
            raise CoopsearchError(
                "the writer is not open; use it in a block: `with open_writer() as writer:`"
            )
        return self._held

    def _first_page(self) -> IndexMeta | None:
        """Return what the index says of itself, None if there is none. Raises what ``read_meta`` does."""
        refuse_handed_on(self._index, "so nothing else can be added to it")
        try:
            meta = read_meta(self._index)
        except IndexMissing:
            if is_other(self._index):
                raise SettingsError(missing(self._index)) from None
            return None
        check_versions(self._index, meta, ANALYSIS_VERSION)
        if self._engine not in (None, meta.engine):
            raise SettingsError(
                f"the index at {self._index} is kept with {meta.engine}; leave the engine out"
            )
        return meta

    def _is_stored(self, address: str, given: Document | None) -> bool:
        """Say whether the index holds a document that was given as it is."""
        if given is None or address not in self._there or self._reader is None:
            return False
        try:
            with reading(self._index, others=OSError):
                return stored(self._reader, address) == given
        except IndexUnreadable:
            # It is written anew then.
            return False

    def _commit(self) -> None:
        # Whoever puts all that another program has, every night, changes a little of it.
        for address, given in list(self._changes.items()):
            if self._is_stored(address, given):
                del self._changes[address]
        if not self._changes:
            return
        index, meta = self._index, self._meta
        with durable.telling(index), reading(index, others=OSError):
            if meta is None:
                fresh = IndexMeta(SCHEMA_VERSION, ANALYSIS_VERSION, self._engine or DEFAULT, "", added=True)
                meta = begin(index, fresh, served="")
            else:
                sweep(index, {meta.data}, live=meta.data)
                if not meta.added:
                    # Before the first document is there: a rebuild must know of it whatever is cut off now.
                    meta = meta._replace(added=True)
                    write_meta(index, meta)
            write(index, meta, self._changes)


def open_writer(
    index_dir: str | os.PathLike[str] | None = None,
    *,
    engine: str | None = None,
    wait: float = PATIENCE,
    notice: Callable[[str], None] = lambda message: None,
) -> IndexWriter:
    """Return a writer of documents that have no files, for the index at ``index_dir`` or the one found here.

    Where there is no index yet, the first commit makes one, kept with ``engine`` ("columns" if it is not
    given). ``wait`` and ``notice`` are those of ``sync``. The lock is taken when the block begins: that
    raises IndexLocked if another process writes for longer than ``wait`` seconds, and what ``sync`` raises
    for an index that cannot be used. At the end of the block IndexUnwritable is raised where there is no
    room.
    """
    wait = duration("wait", wait)
    if engine is not None:
        engine_named(engine)
    return IndexWriter(index_folder(index_dir), engine=engine, wait=wait, notice=notice)
