"""Reading a file once more as a run read it, to compare what it gives with what is stored.

A file is read under the limits under which the run read it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from coopsearch.indexer.content import day_of
from coopsearch.indexer.extract import Format
from coopsearch.indexer.extract.base import DOCUMENT_LIMIT
from coopsearch.indexer.manifest.conditions import Conditions
from coopsearch.indexer.manifest.entry import Entry
from coopsearch.indexer.sandbox.child import PATIENCE
from coopsearch.indexer.sandbox.host import Limits
from coopsearch.indexer.sandbox.ocr import Recogniser, find
from coopsearch.indexer.verify.comparison import Against
from coopsearch.indexer.walk.walk import File
from coopsearch.indexer.workers.task import Reading, Result, Task
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines.base import Reader
from coopsearch.search.errors import FileState, SettingsError
from coopsearch.search.settings.path_rules import PathRules

_MIB: Final = 1024**2
#: A file that no limit kept from being read may have been read with wider ones than the usual. Only such a
#: file, which a run has read to its end, is read with these.
_WIDE: Final = Limits()._replace(
    seconds=600.0 * PATIENCE,
    cpu=600,
    memory=16_384 * _MIB,
    output=4096 * _MIB,
    members=10**8,
    depth=64,
    member=4096 * _MIB,
    unpacked=65_536 * _MIB,
    ratio=10**6,
    pages=10**6,
)
_WIDE_SIZE: Final = 4096 * _MIB


class Rereading:
    """Reads files one after the other, with the limits that each was read with."""

    def __init__(self, reader: Reader, rules: PathRules) -> None:
        """Take the state to compare with, and the rules for paths that it was made with."""
        self._rules = rules
        self._reader = reader
        self._against = Against(reader)
        self._key: tuple[Limits, bool] | None = None
        self._reading: Reading | None = None
        self._recogniser: Recogniser | None = None
        self._asked = False

    def close(self) -> None:
        """End the process that reads risky formats, if there is one."""
        if self._reading is not None:
            self._reading.close()
            self._reading = None

    def read(
        self, file: File, entry: Entry, form: Format, tell: Callable[[int], None]
    ) -> tuple[Result, Against] | None:
        """Read a file and compare its documents; None where that needs OCR and there is none.

        ``tell`` is called with the documents read so far, before each.
        """
        self._against.begin()
        result = self._read(file, entry, form, tell)
        if self._against.error is not None:
            raise self._against.error
        return None if result is None else (result, self._against)

    def paths(self, file: File, entry: Entry, form: Format) -> set[str]:
        """Return the paths of the documents that a file gives."""
        self._against.begin(only_paths=True)
        self._read(file, entry, form, lambda documents: None)
        return self._against.paths or set()

    def _read(self, file: File, entry: Entry, form: Format, tell: Callable[[int], None]) -> Result | None:
        result = self._read_with(*_limits(entry.conditions), file, entry, form, tell)
        if (
            result is None
            or entry.conditions.held_back
            or all(problem.state != FileState.TOO_LARGE for problem in result.problems)
        ):
            return result
        # No limit is noted, so it was read with other limits than the usual ones.
        self._against.begin(only_paths=self._against.paths is not None)
        return self._read_with(_WIDE_SIZE, _WIDE, file, entry, form, tell)

    def _read_with(
        self,
        size: int,
        limits: Limits,
        file: File,
        entry: Entry,
        form: Format,
        tell: Callable[[int], None],
    ) -> Result | None:
        ocr = bool(entry.recognised or form.picture or entry.conditions.ocr)
        if ocr and not self._asked:
            self._asked = True
            try:
                self._recogniser = find()
            except SettingsError:
                self._recogniser = None
        if ocr and self._recogniser is None:
            return None
        if self._reading is None or self._key != (limits, ocr):
            self.close()
            table = StemTable(self._reader.stems)
            self._reading = Reading(self._against, table, limits, self._recogniser if ocr else None)
            self._key = limits, ocr
        documents = 0

        def step(more: int) -> None:
            nonlocal documents
            tell(documents)
            documents += more

        given = self._rules.given(entry.file)
        task = Task(entry.file, file.place, day_of(file.mtime_ns), size, form.name, given=given)
        return self._reading.read(task, step)


def _limits(noted: Conditions) -> tuple[int, Limits]:
    """Return the most bytes of a document, and the limits, that a row notes; else the usual ones."""
    limits = Limits()
    kept = {name: most for name, most in noted.limits if name in Limits._fields}
    seconds = float(kept.pop("seconds", limits.seconds))
    whole = {name: int(most) for name, most in kept.items()}
    size = DOCUMENT_LIMIT if noted.size is None else noted.size
    return size, limits._replace(seconds=seconds, **whole)
