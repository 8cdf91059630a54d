"""Reading files into an index's parts: extract, decide languages, hand on. The work that can be shared out.

The same whether it is done here or in a worker process: tasks come in, results go out, both plain values
that can be sent. Does not depend on a particular engine or the manifest.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.indexer.extract import Member, Source, format_named, format_of_bytes
from coopsearch.indexer.extract.base import Picture
from coopsearch.indexer.extract.reasons import empty, missing
from coopsearch.indexer.problem import Problem, Unread
from coopsearch.indexer.report import Interrupted
from coopsearch.indexer.sandbox.host import Isolation, Limits
from coopsearch.indexer.sandbox.ocr import Recogniser
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines.base import PartWriter
from coopsearch.search.errors import CoopsearchError, ExtractionError, IndexUnreadable, IndexUnwritable
from coopsearch.search.indexdir.durable import unwritable
from coopsearch.search.model import MODIFIED, RECOGNISED, Document
from coopsearch.search.settings.path_rules import NOTHING, Given

#: Errors of the system that are the run's and not of the file at which they come.
RUN: Final = frozenset({errno.EMFILE, errno.ENFILE})
#: Bytes that are read to see what a file is: more than any signature needs, and all of most notes.
_SMALL: Final = 1 << 14


class Task(NamedTuple):
    """A file to read, or one share of its records."""

    address: str
    path: str
    date: str
    """The day of its last change."""
    limit: int
    format: str
    share: int = 0
    shares: int = 1
    given: Given = NOTHING
    """What the rules for paths say of it."""


class Result(NamedTuple):
    """What became of a task."""

    task: Task
    documents: int = 0
    characters: int = 0
    problems: tuple[Problem, ...] = ()
    languages: frozenset[str] = frozenset()
    paths: tuple[str, ...] = ()
    """The documents' paths, where the file was shared out: two shares may have used one path."""
    cut: bool = False
    """Whether the run was ended inside of it."""
    vanished: bool = False
    unread: str = ""
    """Why the file cannot be opened or read, "" if it can."""
    texts: int = 0
    """Documents that hold text: an empty file is a document without."""
    recognised: int = 0
    """Documents with text from OCR."""
    held: bool = False
    """Whether OCR, which was not wanted, may read more of it."""
    lacks: frozenset[str] = frozenset()
    """Libraries that are missing to read parts of it."""
    left: tuple[Unread, ...] = ()
    """Members of it, of formats that are not read."""


class Flushed(NamedTuple):
    """What was made since the last time: it is the writer's to take over."""

    parts: list[str]
    stems: dict[tuple[str, str], str]


class Reading:
    """Reads files into parts, one task after the other."""

    def __init__(
        self, parts: PartWriter, table: StemTable, limits: Limits, recogniser: Recogniser | None = None
    ) -> None:
        """Take where documents go, what stems them, what a file of a risky format may need, and the OCR."""
        self._parts = parts
        self._table = table
        self._isolation = Isolation(limits, recogniser)

    def close(self) -> None:
        """End the process that reads risky formats, if there is one."""
        self._isolation.close()

    def _items(
        self, name: str, source: Source, waiting: Callable[[], None]
    ) -> Iterator[Document | Problem | Picture]:
        form = format_named(name)
        whole: bytes | None = None
        if not form.shared and (start := _start(source)) is not None:
            form = format_of_bytes(form, start)
            if form.risky and not start:
                raise empty()
            whole = start if len(start) < _SMALL else None
        if form.risky:
            return self._isolation.read(form.extract, source, waiting)
        if whole is not None and not form.shared:
            # A small file was read to its end to see what it is: opening it again would take longer.
            source = replace(source, data=whole)
        return (item for item in form.extract(source) if not isinstance(item, Member))

    def read(self, task: Task, tell: Callable[[int], None]) -> Result:
        """Read a file; what goes wrong with it is in the result.

        ``tell`` is called with 1 before each document, with 0 before each page that OCR reads, and now and
        then while a reader of risky formats is waited for; it may raise Interrupted, which ends the reading
        there. Raises IndexUnwritable, and OSError where no more files may be open.
        """
        problems: list[Problem] = []
        lacks: set[str] = set()
        paths: list[str] = []
        left: tuple[Unread, ...] = ()
        documents = characters = texts = recognised = 0
        source = Source(
            Path(task.path),
            task.address,
            task.given.day,
            task.limit,
            task.share,
            task.shares,
            modified=task.date,
        )
        cut = vanished = held = False
        unread = ""
        try:
            for item in self._items(task.format, source, lambda: tell(0)):
                if isinstance(item, Picture):
                    tell(0)
                    continue
                if not isinstance(item, Document):
                    problems.append(Problem(item.path, item.reason, item.state))
                    held = held or item.held
                    left += () if item.unread is None else (item.unread,)
                    lacks.add(item.lacks)
                    continue
                tell(1)
                self._add(dated(item, task))
                documents += 1
                characters += len(item.text)
                texts += bool(item.text) and not item.text.isspace()
                recognised += item.type in RECOGNISED and "ocr" in item.fields
                if task.shares > 1:
                    paths.append(item.path)
        except Interrupted:
            cut = True
        except (IndexUnreadable, IndexUnwritable):
            # The fault is the index's, and none of the file's.
            raise
        except ExtractionError as error:
            problems.append(Problem(task.address, str(error), error.state))
        except (FileNotFoundError, NotADirectoryError):
            vanished = True
        except OSError as error:
            if error.errno in RUN:
                raise
            unread = str(error.strerror or error)
        except ImportError as error:
            unread = missing(error)
        except MemoryError:
            # What is lacking here will lack for the next file too: a run of failures would take the place of
            # an index that is whole.
            raise CoopsearchError(
                f"there is no memory left to read {task.address}; close something, or leave large files "
                "out with --max-size, and run the command again"
            ) from None
        except Exception as error:  # noqa: BLE001
            # A fault in a format's library must cost one file, never the run.
            problems.append(_fault(task, error))
        languages = self._languages(task, problems)
        return Result(
            task,
            documents,
            characters,
            tuple(problems),
            languages,
            tuple(paths),
            cut,
            vanished,
            unread,
            texts,
            recognised,
            held,
            # The name may come from a process that a document has taken over.
            frozenset(filter(str.isidentifier, lacks)),
            left,
        )

    def _languages(self, task: Task, problems: list[Problem]) -> frozenset[str]:
        """Have the languages decided of what was handed on."""
        try:
            return self._parts.settle()
        except (IndexUnreadable, IndexUnwritable):
            raise
        except OSError as error:
            raise _unwritable(error) from error
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - what is in a text costs no run either
            problems.append(_fault(task, error))
            return frozenset()

    def _add(self, document: Document) -> None:
        """Hand a document on. What the system refuses then is not a fault of the file that is read."""
        try:
            self._parts.add(document)
        except OSError as error:
            raise _unwritable(error) from error

    def flush(self, languages: frozenset[str]) -> Flushed:
        """Make what was read durable. ``languages`` are those of the index: words get their stems in each.

        A query word is stemmed in every language of the index. That is done now for all its words, so
        that a search seldom has to load a stemmer.
        """
        try:
            parts = self._parts.finish(languages)
        except OSError as error:
            raise _unwritable(error) from error
        return Flushed(parts, self._table.drain())


def dated(document: Document, task: Task) -> Document:
    """Return a document of a file with what the rules for paths say of it.

    They count more than what a file says of itself, and less than what one of many in a file does. What has
    no date then says when the file was changed last, which is another thing.
    """
    alone = document.path == document.file
    day, fields = document.date, dict(document.fields)
    if task.given.fields:
        given = dict(task.given.fields)
        fields = {**fields, **given} if alone else {**given, **fields}
    if task.given.day and alone:
        day = task.given.day
        fields.pop(MODIFIED, None)
    elif not day:
        fields.setdefault(MODIFIED, task.date)
    elif not task.given.fields:
        return document
    return document._replace(date=day, fields=fields)


def _start(source: Source) -> bytes | None:
    """Return how a file begins, None if it cannot be opened: it says why when it is read."""
    try:
        with source.open() as stream:
            return stream.read(_SMALL)
    except OSError:
        return None


def _unwritable(error: OSError) -> IndexUnwritable:
    named = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else ""
    return IndexUnwritable(unwritable(Path(named).parent, error))


def _fault(task: Task, error: Exception) -> Problem:
    return Problem(task.address, f"cannot be read: {type(error).__name__}: {error}"[:300])
