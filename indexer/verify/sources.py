"""Comparing an index with its sources, document by document: nothing lost, nothing twice, nothing else.

Every file is read anew, as a run reads it, and one document at a time is compared with the stored one; so
is the manifest's row. What merely changed since the last run is told apart from faults. Writes nothing.
Does not depend directly on file formats.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

from coopsearch.indexer.content import has_content, state_of
from coopsearch.indexer.extract import Format, format_of
from coopsearch.indexer.handed_on import refuse as refuse_handed_on
from coopsearch.indexer.manifest.entry import Entry
from coopsearch.indexer.manifest.manifest import Manifest
from coopsearch.indexer.report import Progress
from coopsearch.indexer.verify.comparison import Compared, Findings, Kind
from coopsearch.indexer.verify.rereading import Rereading
from coopsearch.indexer.walk.ignore import NAME as IGNORE
from coopsearch.indexer.walk.sources import PathMapper, within
from coopsearch.indexer.walk.walk import File, walk
from coopsearch.search.engines.base import Reader
from coopsearch.search.indexdir.addresses import is_added
from coopsearch.search.indexdir.location import index_folder
from coopsearch.search.indexdir.meta import IndexMeta
from coopsearch.search.indexdir.reading import callers, reading
from coopsearch.search.indexdir.stamp import inode_of, mtime_of
from coopsearch.search.newest import open_newest
from coopsearch.search.schema import FILE
from coopsearch.search.settings.path_rules import PathRules

#: Seconds by which the clock of a file system may be behind.
_CLOCK: Final = 2.0

_SINCE: Final = "since the last run"


def compare(
    index_dir: str | os.PathLike[str] | None = None,
    *,
    progress: Callable[[Progress], None] = lambda progress: None,
) -> Compared:
    """Read all files of an index's sources anew and compare what they give with what it holds.

    The index is found as for a search if it is not given; others may search and write it meanwhile.
    ``progress`` is called for each file and document. Raises IndexMissing where there is no index,
    IndexUnreadable where it cannot be read (``check`` says where it is damaged), SettingsError for one that
    was handed on without its sources.
    """
    index = index_folder(index_dir)
    refuse_handed_on(
        index, "and there is nothing to compare them with", "leave out --sources to check the index itself"
    )

    def look(meta: IndexMeta, reader: Reader) -> tuple[IndexMeta, Manifest]:
        return meta, Manifest(index / meta.data, reader.pages)

    (meta, manifest), reader = open_newest(index, look)
    with reader:
        comparison = _Comparison(index, meta, manifest, reader, callers(progress))
        try:
            # What the system refuses of the sources is not a fault of the index.
            with reading(index, others=OSError):
                return comparison.run()
        finally:
            comparison.close()


class _Comparison:
    """One comparison."""

    def __init__(
        self,
        index: Path,
        meta: IndexMeta,
        manifest: Manifest,
        reader: Reader,
        progress: Callable[[Progress], None],
    ) -> None:
        self._index = index
        self._meta = meta
        self._mapper = PathMapper(index.parent)
        self._manifest = manifest
        self._reader = reader
        self._progress = progress
        self._findings = Findings()
        self._rules = PathRules(meta.paths)
        self._rereading = Rereading(reader, self._rules)
        self._ocr = meta.ocr or any(entry.recognised for entry in manifest)
        self._files = self._documents = self._copies = self._held = self._done = 0

    def close(self) -> None:
        """End what reads."""
        self._rereading.close()

    def run(self) -> Compared:
        """Compare all there is."""
        seen: set[str] = set()
        unlooked: list[str] = []
        for source in self._meta.sources:
            for item in walk(self._mapper.path(source), exclude={self._index}):
                if not isinstance(item, File):
                    unlooked.append(self._mapper.address(item.path))
                    self._note(unlooked[-1], "unread", item.reason)
                elif (place := self._mapper.address(item.place)) not in seen:
                    seen.add(place)
                    self._look(item, place, source)
        for entry in self._manifest:
            if entry.file in seen:
                continue
            self._count(entry)
            if is_added(entry.file):
                # It came from a script: nothing is there to compare it with, but it must be there.
                continue
            if not any(within(entry.file, source) for source in self._meta.sources):
                self._note(entry.file, "books", "the manifest knows it, and it lies in no source")
            elif not any(within(entry.file, place) for place in unlooked):
                self._note(entry.file, "removed", f"it is gone, or left out by a rule, {_SINCE}")
        self._find_strays()
        return Compared(
            self._files,
            self._documents,
            self._copies,
            dict(self._findings.counts),
            tuple(self._findings.kept),
        )

    def _note(self, place: str, kind: Kind, reason: str) -> None:
        self._findings.add(self._mapper.shown(place), kind, reason)

    def _look(self, file: File, place: str, source: str) -> None:
        """Compare a file of the sources with its row, and with its documents if it is as it was."""
        entry = self._manifest.get(place)
        form = format_of(file.place, any_text=self._meta.any_text)
        if entry is None:
            if form is not None and (self._ocr or not form.picture):
                self._unknown(file, place, source)
            return
        self._tell(place, self._documents)
        self._done += 1
        change = _change(file, entry, form, self._rules.given(place).mark)
        if change or form is None:
            self._count(entry)
            self._note(place, "changed", change)
            return
        try:
            same = has_content(file, form, entry.digest)
        except OSError as error:
            self._count(entry)
            self._note(place, "unread", f"it cannot be read: {error.strerror or error}")
            return
        if not same:
            self._count(entry)
            told = file.inode != entry.inode or file.mtime_ns >= entry.seen_ns - int(_CLOCK * 1e9)
            hidden = ", though its size and time say that it did not: `touch` it first"
            self._note(place, "changed", f"its content changed {_SINCE}{'' if told else hidden}")
        elif entry.copy_of:
            self._copy(entry)
        else:
            self._compare(file, entry, form)

    def _tell(self, place: str, documents: int) -> None:
        self._progress(Progress(self._done, len(self._manifest), place, documents))

    def _unknown(self, file: File, place: str, source: str) -> None:
        """Tell what is new from what an earlier run must have seen."""
        since = self._manifest.updated(self._meta.sources)
        if place in self._manifest.outside or since is None or not self._was_there(file, source, since):
            self._note(place, "new", f"it came {_SINCE}")
        else:
            self._note(place, "lost", "it was there at the last run, and the index knows nothing of it")

    def _was_there(self, file: File, source: str, since: float) -> bool:
        """Say whether a file must have been seen by the last run: neither it nor a folder around changed."""
        root = self._mapper.path(source)
        path = file.path
        looked = [path]
        while path not in {root, path.parent}:
            path = path.parent
            looked += [path, path / IGNORE]
        for one in looked:
            try:
                status = one.lstat()
            except FileNotFoundError:
                continue
            except OSError:
                return False
            if stat.S_ISLNK(status.st_mode) or status.st_dev != file.device:
                return False
            if max(status.st_ctime, status.st_mtime) >= since - _CLOCK:
                return False
        return True

    def _count(self, entry: Entry) -> None:
        """Compare at least the number of documents, where the file is not what was read."""
        held = self._reader.count_of(entry.file)
        self._held += held
        if entry.complete and held != entry.documents:
            self._books(entry, f"{held:,} documents of it, and not {entry.documents:,}, are in the index")

    def _books(self, entry: Entry, reason: str) -> None:
        self._note(entry.file, "books", reason)

    def _copy(self, entry: Entry) -> None:
        """Compare a copy with the row of the file that holds its documents."""
        self._copies += 1
        holder = self._manifest.get(entry.copy_of)
        if holder is None or holder.copy_of:
            self._note(entry.file, "lost", f"it is known as a copy of {entry.copy_of}, which is not indexed")
        elif (holder.digest, holder.format) != (entry.digest, entry.format):
            self._note(
                entry.file, "lost", f"it is known as a copy of {entry.copy_of}, which holds another text"
            )
        held = self._reader.count_of(entry.file)
        self._held += held
        if held or entry.documents:
            self._note(entry.file, "doubled", f"it is indexed, and known as a copy of {entry.copy_of} too")

    def _compare(self, file: File, entry: Entry, form: Format) -> None:
        """Compare what a file gives with what is stored of it."""
        held = self._reader.count_of(entry.file)
        self._held += held

        def tell(documents: int) -> None:
            self._tell(entry.file, self._documents + documents)

        read = self._rereading.read(file, entry, form, tell)
        if read is None:
            self._note(entry.file, "unread", "it needs the program tesseract, which this machine has not")
            return
        result, against = read
        if result.vanished or result.unread or _stamp(file.path) != (file.size, file.mtime_ns, file.inode):
            self._note(entry.file, "changed", result.unread or "it changed while it was compared")
            return
        self._files += 1
        self._documents += against.given
        for path, kind, reason in against.found:
            self._note(path, kind, reason)
        if against.more:
            self._note(entry.file, "differs", f"{against.more:,} more of its documents are lost or differ")
        if held + against.lost != against.given:
            self._surplus(file, entry, form)
        problems = tuple(dict.fromkeys(result.problems))
        state = state_of(problems, result.texts)
        for name, noted, found in (
            ("documents", entry.documents, result.documents),
            ("documents read by OCR", entry.recognised, result.recognised),
            ("state", entry.state, state),
            ("problems", len(entry.problems), len(problems)),
        ):
            if noted != found:
                self._books(entry, f"the manifest notes {noted} as its {name}, and reading it gives {found}")
        # Shares of a large file may have told theirs in another order.
        if len(entry.problems) == len(problems) and set(entry.problems) != set(problems):
            self._books(entry, "the manifest notes other problems of it than reading it gives")

    def _surplus(self, file: File, entry: Entry, form: Format) -> None:
        """Name documents that are there twice, and those that their file does not give."""
        stored = Counter(self._reader.paths_of(entry.file))
        given = self._rereading.paths(file, entry, form)
        for path, count in sorted(stored.items()):
            if path not in given:
                self._note(path, "stray", "the index holds it, and its file does not give it")
            elif count > 1:
                self._note(path, "doubled", f"the index holds it {count:,} times")

    def _find_strays(self) -> None:
        """Find documents of files that have no row."""
        if self._held == self._reader.documents:
            return
        for file, _ in self._reader.terms(FILE):
            if self._manifest.get(file) is None and (count := self._reader.count_of(file)):
                documents = "a document" if count == 1 else f"{count:,} documents"
                self._note(file, "stray", f"the index holds {documents} of it, and no source gives it")


def _change(file: File, entry: Entry, form: Format | None, mark: str) -> str:
    """Say what is different about a file, by its name, its times and its row; "" if nothing is."""
    if form is None:
        return "it is not read any more by its name, or without OCR"
    if not entry.complete:
        return entry.problems[0].reason if entry.problems else "a run was cut inside of it; the next goes on"
    if (form.name, form.version) != (entry.format, entry.version):
        return "this version of coopsearch reads it otherwise than the one that indexed it"
    if entry.conditions.path != mark:
        return "the rules for paths say otherwise of it than when it was indexed"
    # The limits that it was read with hold here too; only libraries can be there now that were missing.
    if not entry.conditions.is_settled(entry.conditions, mark):
        return "a library that was missing is there now"
    if (file.size, file.mtime_ns) != (entry.size, entry.mtime_ns):
        return f"it changed {_SINCE}"
    return ""


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, mtime_of(status), inode_of(status)
