"""Making one file of an index: a copy of its newest state, without what is its owner's alone.

The sources, the list of what they held and the manifest of the runs stay behind: whoever gets the file has
none of the files. So does all that deleted documents left. Does not depend on the terminal.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.search.analysis.analyzer import analyse
from coopsearch.search.analysis.langid.earlier import Decided
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines import CLUSTERED, engine_of
from coopsearch.search.engines.base import Reader, Writer
from coopsearch.search.engines.nodes import Everything
from coopsearch.search.errors import IndexLocked, IndexUnreadable, IndexUnwritable, SettingsError
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.coverage import COPIES, ROLE
from coopsearch.search.indexdir.meta import IndexMeta, read_meta, write_meta
from coopsearch.search.indexdir.names import DESK, PART, SPOOL, is_ours
from coopsearch.search.indexdir.opening import names_in, open_file
from coopsearch.search.indexdir.pages import Page, read_page
from coopsearch.search.model import Document
from coopsearch.search.newest import open_newest
from coopsearch.search.packing.bundle import CHUNK, SUFFIX, Manifest, sealed, write

#: Times that a copy is begun anew where the index changed meanwhile.
_TIMES: Final = 5
#: The data folder of a packed index.
_DATA: Final = "data-1"
#: Documents among which one with text is sought.
_LOOKED_AT: Final = 1_000
#: Documents that are committed together where they are written anew.
_BATCH: Final = 5_000


class Packed(NamedTuple):
    """What was packed."""

    path: Path
    manifest: Manifest
    size: int
    """Bytes of the file."""
    digest: str
    """SHA-256 of the file."""
    absolute: tuple[str, ...] = ()
    """Sources whose place in the file system the paths of their documents tell."""


def pack(
    index: Path,
    out: Path,
    *,
    texts: bool = True,
    relative: bool = False,
    desk: bool = False,
    name: str = "",
    note: str = "",
) -> Packed:
    """Make one file of an index. The index is only read.

    Without ``texts`` the documents can be searched as before, and hits show where they stand and no text:
    neither the text nor the headings and fields are kept, but titles are, and the words with their places,
    of which most of a text can be put together again. ``relative`` has the paths of documents that lie
    outside of the folder of the index begin with the name of their source, and not at the root. The ``desk``
    goes along where that is said. Raises SettingsError for a name that cannot be used, what ``open_index``
    raises, and IndexUnwritable.
    """
    if out.suffix != SUFFIX:
        raise SettingsError(f"{out} does not end in {SUFFIX}; call it {out.name}{SUFFIX}, for example")
    if os.path.lexists(out):
        raise SettingsError(f"{out} is there already; give another name, or remove it first")
    if desk and not texts:
        raise SettingsError("the desk holds quotes of the texts; leave out --with-desk or --without-texts")
    if desk and relative:
        raise SettingsError("the desk has the paths as they are; leave out --with-desk or --relative")
    if not out.parent.is_dir():
        raise SettingsError(f"there is no folder {out.parent}; make it, or give another place")
    with _writable(out), tempfile.TemporaryDirectory(prefix=".coopsearch-pack-", dir=out.parent) as made:
        stage = Path(made, "index")
        meta, documents, texts = _staged(index, stage, texts=texts, relative=relative)
        if desk:
            _take_desk(index, stage)
        manifest = Manifest(
            schema=meta.schema,
            analysis=meta.analysis,
            engine=meta.engine,
            documents=documents,
            texts=texts,
            desk=(stage / DESK).exists(),
            created=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            name=name or index.parent.name,
            note=note,
            files={},
        )
        with Path(made, "open").open("w+b") as draft:
            write(draft, stage, manifest)
            shutil.rmtree(stage)
            with durable.replacing(out) as target:
                digest = sealed(draft, target)
        durable.sync_folder(out.parent)
    told = () if relative else tuple(filter(os.path.isabs, read_meta(index).sources))
    return Packed(out, manifest, out.stat().st_size, digest, told)


@contextmanager
def _writable(out: Path) -> Iterator[None]:
    """Have what the system refuses name the file that is made, and not an index."""
    try:
        yield
    except (IndexUnwritable, OSError) as error:
        cause = error.__cause__ if isinstance(error, IndexUnwritable) else error
        reason = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(error)
        raise IndexUnwritable(
            f"{out} cannot be written: {reason.lower()}; make room there, or give another place"
        ) from None


def _staged(index: Path, stage: Path, *, texts: bool, relative: bool) -> tuple[IndexMeta, int, bool]:
    """Lay the newest state into a new folder.

    Return what its page says, how many documents it has, and whether it has their texts.
    """
    for _ in range(_TIMES):
        with suppress(FileExistsError):
            stage.mkdir(0o700)
        if read_meta(index).engine == CLUSTERED:
            raise SettingsError(
                f"the index at {index} is kept by a cluster, so there are no files of documents to pack; "
                "`coopsearch copy-index FOLDER` writes it into a folder, and that can be packed"
            )
        (meta, documents), reader = open_newest(index, lambda meta, reader: (meta, reader.documents))
        with reader:
            data = stage / _DATA
            if relative and not _has_texts(reader):
                raise SettingsError(
                    f"the index at {index} was packed without its texts, so its paths are what they are; "
                    "leave out --relative"
                )
            texts, anew = texts and _has_texts(reader), relative or (not texts and _has_texts(reader))
            if not anew:
                if not _copied(index / meta.data, data) or not reader.is_current():
                    # Another process committed meanwhile.
                    shutil.rmtree(data)
                    continue
                with engine_of(meta.engine, index).writer(data) as writer:
                    writer.scrub()
                    writer.commit(pages=_kept(writer.pages))
            else:
                _written_anew(
                    index, reader, meta, data, _Changes(meta.sources if relative else None, texts=texts)
                )
        _check(index, meta, data)
        kept = IndexMeta(meta.schema, meta.analysis, meta.engine, _DATA, any_text=meta.any_text)
        write_meta(stage, kept)
        return kept, documents, texts
    raise IndexLocked(f"the index at {index} changes faster than it can be copied; try again later")


def _kept(pages: Mapping[str, Page]) -> dict[str, Page]:
    """Return those of the pages that say something to whoever has none of the files."""
    return {role: page for role, page in pages.items() if role in (ROLE, COPIES)}


def _copied(source: Path, target: Path) -> bool:
    """Copy the files of a data folder; say whether all of them stayed there."""
    durable.make_folder(target)
    for name in names_in(source):
        if not is_ours(name) or name.endswith(PART) or name.startswith(SPOOL):
            continue
        try:
            handle = open_file(source / name)
        except FileNotFoundError:
            return False
        with os.fdopen(handle, "rb") as stream, durable.creating(target / name) as out:
            shutil.copyfileobj(stream, out, CHUNK)
    return True


class _Changes:
    """What is stored of a document, in place of what the index stores."""

    def __init__(self, sources: Sequence[str] | None, *, texts: bool) -> None:
        """Take the sources whose place in the file system is not told; None leaves addresses as they are."""
        self._texts = texts
        self._named: dict[str, str] | None = None
        if sources is not None:
            self._named = {}
            for source in sorted(filter(os.path.isabs, sources), key=len, reverse=True):
                self._named[source.rstrip("/")] = self._free(source.rstrip("/").rpartition("/")[2] or "root")

    def of(self, document: Document) -> Document:
        """Return a document as it is handed on."""
        if self._named is not None and Path(document.file).is_absolute():
            file = self._moved(document.file)
            document = document._replace(file=file, path=file + document.path[len(document.file) :])
        return document if self._texts else bare(document)

    def _moved(self, file: str) -> str:
        assert self._named is not None
        for source, name in self._named.items():
            if file == source or file.startswith(f"{source}/"):
                return name + file[len(source) :]
        # Of a source that the index no longer names.
        folder, _, last = file.rpartition("/")
        return f"{self._named.setdefault(folder, self._free('elsewhere'))}/{last}"

    def _free(self, name: str) -> str:
        """Return a name that no other source has."""
        assert self._named is not None
        used = set(self._named.values())
        numbered = (name if number == 1 else f"{name}-{number}" for number in count(1))
        return next(one for one in numbered if one not in used)


def _written_anew(index: Path, reader: Reader, meta: IndexMeta, data: Path, changes: _Changes) -> None:
    """Index the stored documents anew and store them otherwise."""
    source, engine = index / meta.data, engine_of(meta.engine, index)
    engine.create(data)
    table, decided = StemTable(reader.stems), Decided()
    everything = reader.search(Everything(), reader.documents, "path").best
    # Not the terms of the index: some may be words of deleted documents alone.
    words: set[str] = set()
    with engine.writer(data) as writer:
        known: dict[str, Page] = {}
        if (page := reader.pages.get(ROLE)) is not None:
            # Not before: a writer that opens removes what no state names.
            durable.create(data / page.name, read_page(source, page))
            known[ROLE] = page
        for place, (number, _) in enumerate(everything, 1):
            analysed = analyse(reader.document(number), table, decided)
            words.update(*(run.words for run in analysed.runs))
            writer.add(analysed._replace(document=changes.of(analysed.document)))
            if place % _BATCH == 0:
                writer.commit(more=True, pages=known)
        _learn(writer, words, reader, table)
        writer.commit(pages=known)


def _learn(writer: Writer, words: Iterable[str], reader: Reader, table: StemTable) -> None:
    """Have the new index know the stems of its words as the old one does: no search works them out."""
    for word in words:
        writer.learn({(language, word): stem for language, stem in reader.stems(word).items()})
    writer.learn(table.drain())


def bare(document: Document) -> Document:
    """Return a document without its texts: its passages say where they stand, and no more."""
    passages = tuple(passage._replace(heading=()) for passage in document.passages)
    return document._replace(text="", passages=passages, fields={})


def _has_texts(reader: Reader) -> bool:
    """Say whether an index has the texts of its documents: one that was packed without them has none."""
    for number, _ in reader.search(Everything(), _LOOKED_AT, "path").best:
        document = reader.document(number)
        if any(passage.end > passage.start for passage in document.passages):
            return bool(document.text)
    return True


def _check(index: Path, meta: IndexMeta, data: Path) -> None:
    """Raise IndexUnreadable where the copy is not whole: a damaged index must not travel on."""
    if found := engine_of(meta.engine, index).verify(data).damages:
        raise IndexUnreadable(
            f"the index at {index} cannot be packed, as a part of it is damaged; "
            f"`coopsearch verify --index {index}` says which ({len(found):,} in all)"
        )


def _take_desk(index: Path, stage: Path) -> None:
    # Imported here: few hand on what they marked.
    from coopsearch.search.desk import store

    if not store.exists(index):
        raise SettingsError(f"nothing was kept beside the index at {index}; leave out --with-desk")
    with store.reading(index) as desk:
        durable.create(stage / DESK, desk.serialize())
