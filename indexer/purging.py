"""Purging documents: what is taken out of an index leaves nothing in its files, and that is looked at.

Deleting a document hides it at once and leaves its words in the files for some runs. A purge writes
everything anew that holds something of it, and then looks through every file for its words and its name.
This file holds the order of the steps; the engine and the manifest say what each of their files holds.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from coopsearch.indexer.generation import sweep
from coopsearch.indexer.handed_on import refuse as refuse_handed_on
from coopsearch.indexer.locking.lock import PATIENCE, locked
from coopsearch.indexer.manifest.entry import Entry
from coopsearch.indexer.manifest.manifest import Manifest
from coopsearch.indexer.manifest.pages import Books
from coopsearch.indexer.walk.sources import PathMapper, all_absolute, within
from coopsearch.search.analysis import ANALYSIS_VERSION
from coopsearch.search.analysis.tokenizer import words
from coopsearch.search.arguments import duration
from coopsearch.search.desk.erase import erase
from coopsearch.search.engines import engine_of
from coopsearch.search.engines.base import Engine, Reader
from coopsearch.search.errors import SettingsError
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.addresses import files_in, is_added, original
from coopsearch.search.indexdir.coverage import language_counts
from coopsearch.search.indexdir.location import index_folder, path_text
from coopsearch.search.indexdir.meta import IndexMeta, check_versions, read_meta, write_meta
from coopsearch.search.indexdir.names import META_FILE
from coopsearch.search.indexdir.opening import names_in, read_file
from coopsearch.search.indexdir.reading import callers, reading
from coopsearch.search.model import Document
from coopsearch.search.schema import (
    DATE,
    HEADING_STEMS,
    LANGUAGE,
    META_NAMES,
    PATH_WORDS,
    STEMS,
    TITLE_STEMS,
    TYPE,
    WORDS,
)


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge took out, and what a look through all files found."""

    files: tuple[str, ...]
    """Absolute paths, sorted."""
    documents: int
    words: int
    """Words that no other document holds."""
    looked: int
    """Files of the index that were looked through afterwards."""
    left: tuple[str, ...]
    """Files in which something was found still; empty, unless this program has a fault."""
    there: tuple[str, ...]
    """Those of ``files`` that are in their place still: the next run would read them again."""


def purge(
    paths: Iterable[str | os.PathLike[str]],
    index_dir: str | os.PathLike[str] | None = None,
    *,
    wait: float = PATIENCE,
    notice: Callable[[str], None] = lambda message: None,
) -> Purged:
    """Take files, or all files of folders, out of an index, with every word that they alone brought.

    What a script added is named by its address (``api://case/17``), which may be that of a folder, too.

    Nothing of them is in any file of the index afterwards: no text, no name, no stem that was learned, and in
    the desk no mark, note or citation that is about them. What a file system, a snapshot or a backup keeps of
    files that were removed is beyond this. ``wait`` and ``notice`` are those of ``sync``. What was deleted
    before goes with whatever is named. A source that is named is none any more. Raises SettingsError for a
    path that the index does not hold, and for one whose content lies in another file of the index, too;
    otherwise what ``sync`` raises.
    """
    wait = duration("wait", wait)
    index = index_folder(index_dir)
    read_meta(index)
    refuse_handed_on(
        index,
        "and none of them can be purged alone",
        "remove the index as a whole, or ask whoever packed it for one without what is to go",
    )
    mapper = PathMapper(index.parent)
    given = _given(paths)
    with (
        locked(index, wait=wait, waiting=lambda owner: notice(f"waiting for {owner}"), notice=notice),
        durable.telling(index),
        reading(index, others=OSError),
    ):
        meta = read_meta(index)
        check_versions(index, meta, ANALYSIS_VERSION)
        sweep(index, {meta.data}, live=meta.data)
        backend = engine_of(meta.engine, index)
        data = index / meta.data
        _sweep_data(backend, data, callers(notice))
        with backend.open(data) as reader:
            manifest = Manifest(data, reader.pages)
            wanted = [_place(one, manifest, mapper) for one in given]
            entries = _rows(manifest, wanted, mapper)
            documents = [document for entry in entries for document in reader.documents_in_file(entry.file)]
        # Before the documents: a purge that is cut off in between can be repeated as long as they are there.
        erase(index, {*(entry.file for entry in entries), *wanted})
        left = _left_sources(meta, wanted)
        _take_out(backend, data, meta._replace(sources=left), wanted, mapper)
        if left != meta.sources:
            write_meta(index, meta._replace(sources=left))
        with backend.open(data) as reader:
            alone = _words(documents)
            # Of a word in the name of another file, of the stem of others, of the code of a language or a
            # format nothing can be said.
            for field in (
                WORDS, PATH_WORDS, STEMS, TITLE_STEMS, HEADING_STEMS, LANGUAGE, TYPE, DATE, META_NAMES
            ):  # fmt: skip
                alone -= reader.among(field, alone)
            names = {entry.file for entry in entries}
            names |= {place for place in wanted if not mapper.path(place).is_dir()}
            looked = list(_looked(reader, data, alone, names))
    files = {entry.file for entry in entries}
    return Purged(
        files=tuple(sorted(map(mapper.shown, files))),
        documents=len(documents),
        words=len(alone),
        looked=len(looked),
        left=tuple(name for name, found in looked if found),
        there=tuple(sorted(mapper.shown(name) for name in files if _is_read_again(name, left, mapper))),
    )


def _sweep_data(backend: Engine, data: Path, notice: Callable[[str], None]) -> None:
    """Remove what a run that was cut off left in the data folder.

    If that was a purge, it holds what is to be gone, and the index no longer knows the name to purge it by.
    """
    before = set(names_in(data))
    with backend.writer(data):
        pass  # a writer removes them when it opens
    if before - set(names_in(data)):
        notice("what a run that was cut off left in the index is removed now")


def _given(paths: Iterable[str | os.PathLike[str]]) -> list[Path | str]:
    """Return what is named: files and folders by their absolute paths, what scripts added by its address."""
    if isinstance(paths, (str, bytes, os.PathLike)):
        all_absolute(paths)
    given: list[Path | str] = []
    for one in paths:
        text = path_text(one)
        given += [text.rstrip("/")] if is_added(text) else all_absolute([one])
    return given


def _left_sources(meta: IndexMeta, roots: list[str]) -> tuple[str, ...]:
    """Return the sources without those that are purged themselves: their names go, too."""
    return tuple(one for one in meta.sources if not any(within(one, root) for root in roots))


def _is_read_again(name: str, sources: tuple[str, ...], mapper: PathMapper) -> bool:
    """Say whether the next run would read a file."""
    return os.path.lexists(mapper.path(name)) and any(within(name, source) for source in sources)


def _place(given: Path | str, manifest: Manifest, mapper: PathMapper) -> str:
    """Return the address of what is named by a path, or by the address that answers and lists give."""
    if isinstance(given, str):
        return given
    places = mapper.address(given), mapper.address(Path(original(os.fspath(given))))
    held = [any(within(entry.file, place) for entry in manifest) for place in places]
    return places[held == [False, True]]


def _rows(manifest: Manifest, wanted: list[str], mapper: PathMapper) -> list[Entry]:
    """Return the rows of what is named. Raises SettingsError."""
    found: dict[str, Entry] = {}
    for place in wanted:
        rows = [entry for entry in manifest if within(entry.file, place)]
        if not rows and place not in manifest.outside:
            whole = original(place)
            if any(whole.startswith(f"{original(entry.file)}!") for entry in manifest):
                what = "is a part of a file; name the file as a whole"
            # What was deleted before may have left something, and has no row any more.
            elif manifest.traces and not os.path.lexists(mapper.path(place)):
                continue
            else:
                what = "is not in the index"
            shown = place if is_added(place) else mapper.path(place)
            raise SettingsError(f"{shown} {what}; `coopsearch status --state indexed` lists what is")
        found |= {entry.file: entry for entry in rows}
    for entry in manifest:
        other = entry.copy_of
        if other and (entry.file in found) != (other in found):
            named, kept = (entry.file, other) if entry.file in found else (other, entry.file)
            raise SettingsError(
                f"{mapper.shown(named)} holds the same as {mapper.shown(kept)}; name that, too, as "
                "their words are the same"
            )
    return list(found.values())


def _take_out(backend: Engine, data: Path, meta: IndexMeta, wanted: list[str], mapper: PathMapper) -> None:
    """Delete the documents, and write anew what holds something of them, in one commit."""
    with backend.writer(data) as writer:
        manifest = Manifest(data, writer.pages)
        for entry in _rows(manifest, wanted, mapper):
            writer.delete_file(entry.file)
            manifest.forget(entry.file)
        manifest.pass_over(
            [place for place in manifest.outside if any(within(place, root) for root in wanted)], {}
        )
        manifest.looked({}, meta.sources, 0)
        manifest.traces = 0
        manifest.rewrite()
        writer.scrub()
        books = Books(data, manifest, writer.pages, meta.sources)
        writer.commit(pages=books.pages())
        with backend.open(data) as reader:
            counts = reader.documents, language_counts(reader)
        writer.commit(pages=books.counted(*counts))


def _words(documents: Iterable[Document]) -> set[str]:
    found: set[str] = set()
    for document in documents:
        headings = {heading for passage in document.passages for heading in passage.heading}
        for text in (*document.searched, *headings):
            found.update(words(text)[0])
    return found


def _looked(reader: Reader, data: Path, alone: set[str], names: set[str]) -> Iterator[tuple[str, bool]]:
    """Yield each file of an index, and whether one of the words, or the name of a file, is in it."""
    seen = set()
    for name, terms, texts in reader.held():
        seen.add(name)
        held = any(term in alone or not names.isdisjoint(files_in(term)) for term in terms)
        yield name, held or any(not alone.isdisjoint(words(text)[0]) for text in texts)
    # In the pages there are names alone, as JSON writes them.
    quoted = [json.dumps(name, ensure_ascii=code)[1:-1] for name in names for code in (True, False)]
    spelled = re.compile("|".join(f'"{re.escape(name)}["!]' for name in quoted)) if quoted else None
    for path in [data.parent / META_FILE, *(data / name for name in names_in(data) if name not in seen)]:
        text = read_file(path, follow_folder=path.name == META_FILE).decode("utf-8", "replace")
        yield path.name, spelled is not None and spelled.search(text) is not None
