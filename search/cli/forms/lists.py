"""The lines of a list that is asked as a whole: names, numbers or phrases, or a column of a table of them.

A list may have been made by any program and be of any length: it is read a line at a time, in an encoding
that is checked. Does not depend on an index.
"""

from __future__ import annotations

import codecs
import csv
import errno
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, Final, NamedTuple

from coopsearch.search.errors import SettingsError

#: Stands for standard input.
STDIN: Final = "-"
#: Bytes that are looked at before anything is asked, to tell the encoding.
_SAMPLE: Final = 1 << 16
#: Characters of a line that are read: a query has fewer.
_LINE: Final = 20_000
#: Characters of a row of a table.
_ROW: Final = 1 << 20
#: Characters that are repeated of a line which is too long to be asked.
_REPEATED: Final = 200
#: What programs part cells by; the first of equals.
_PARTED: Final = (",", ";", "\t", "|")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Errors of whoever writes, never of whoever reads.
_OF_OUTPUT: Final = (errno.EPIPE, errno.ENOSPC)
_FAULT: Final = "\ufffd"


class Line(NamedTuple):
    """One line of a list that is not blank."""

    number: int
    """Where it stands, from 1: the line of the file on which it begins."""
    text: str
    error: str = ""
    """Why it cannot be asked, "" if it can."""


@contextmanager
def opened(name: str, encoding: str | None = None, column: str | None = None) -> Iterator[Iterator[Line]]:
    """Give the lines of a list, or the cells of a column of a table, as they are read.

    ``name`` is a file, or "-" for standard input. Raises SettingsError for what cannot be read.
    """
    if not name:
        raise SettingsError("no list is given; name a list, or - for standard input")
    shown = "standard input" if name == STDIN else name
    with _bytes(name) as data:
        encoding = _known(encoding) if encoding is not None else _encoding(data, shown)
        # What is not in the encoding is told line by line.
        text = io.TextIOWrapper(data, encoding, errors="replace", newline=None if column is None else "")
        try:
            yield _lines(text, encoding) if column is None else _cells(text, encoding, column, shown)
        finally:
            text.detach()


@contextmanager
def _bytes(name: str) -> Iterator[io.BufferedReader]:
    if name == STDIN:
        yield io.BufferedReader(_Raw(sys.stdin.buffer), _SAMPLE)
        return
    try:
        with Path(name).open("rb", buffering=_SAMPLE) as stream:
            assert isinstance(stream, io.BufferedReader)
            yield stream
    except ValueError as error:
        if "null" not in str(error):
            raise
        raise SettingsError("the name of the list holds a NUL; remove it") from None
    except OSError as error:
        if error.errno in _OF_OUTPUT:
            # What is asked of the list is printed while it is read.
            raise
        reason = (error.strerror or str(error)).lower()
        raise SettingsError(
            f"{name or 'an empty name'}: {reason}; name a list, or - for standard input"
        ) from None


class _Raw(io.RawIOBase):
    """Standard input, which stays open."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        read = getattr(self._stream, "read1", self._stream.read)
        data: bytes = read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _known(encoding: str) -> str:
    """Return the encoding of a name. Raises SettingsError for none, and for what does not make text."""
    try:
        found = codecs.lookup(encoding)
    except (LookupError, ValueError):
        found = None
    if found is None or not getattr(found, "_is_text_encoding", True):
        raise SettingsError(f"there is no encoding {encoding!r:.80}; utf-8, utf-16, cp1252 or cp1256, say")
    return "utf-8-sig" if found.name == "utf-8" else found.name


def _encoding(data: io.BufferedReader, shown: str) -> str:
    """Return the encoding of a list. Raises SettingsError where it is not UTF-8 and no mark names it."""
    sample = data.peek(_SAMPLE)[:_SAMPLE]
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError as error:
        line = sample.count(b"\n", 0, error.start) + 1
        guess = _guess(sample)
        raise SettingsError(
            f"{shown}: line {line:,} is not UTF-8; the list seems to be {guess}: give --encoding {guess}"
        ) from None
    if guess := _wide(sample):
        raise SettingsError(f"{shown}: the list seems to be {guess}: give --encoding {guess}")
    return "utf-8-sig"


def _guess(sample: bytes) -> str:
    # Imported here: of most lists this is not asked. The readers of files know how languages are encoded.
    from coopsearch.indexer.extract.codepages import guess

    return _wide(sample) or guess(sample)


def _wide(sample: bytes) -> str:
    """Return the encoding of two or four bytes a character that a list without a mark is in, "" for none."""
    if b"\0" not in sample:
        return ""
    from coopsearch.indexer.extract.encoding import wide_encoding

    return wide_encoding(sample[: len(sample) & ~3])


def _lines(text: IO[str], encoding: str) -> Iterator[Line]:
    number = 0
    while line := text.readline(_LINE + 1):
        number += 1
        length, whole = len(line), line.endswith("\n")
        while not whole and (more := text.readline(_LINE)):
            length, whole = length + len(more), more.endswith("\n")
        length -= whole
        if length > _LINE:
            yield _too_long(number, line, length)
        elif not line.isspace():
            yield _line(number, line.strip(), encoding)


def _line(number: int, text: str, encoding: str) -> Line:
    if _FAULT in text:
        return Line(
            number, text, f"it holds what is not {encoding.removesuffix('-sig')}; --encoding names another"
        )
    return Line(number, text)


def _too_long(number: int, text: str, length: int) -> Line:
    return Line(number, f"{text[:_REPEATED]}…", f"it has {length:,} characters; a line to be asked has fewer")


def _cells(text: IO[str], encoding: str, column: str, shown: str) -> Iterator[Line]:
    """Yield the cells of a column below the row of names."""
    rows = _Rows(text, shown)
    names = [name.strip() for name in next(rows, [])]
    if column not in names:
        known = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")  # noqa: PLR2004 - what a line has room for
        has = f"it has: {known}" if known else "it is empty"
        raise SettingsError(f"{shown} has no column {column!r:.80}; {has:.500}")
    if names.count(column) > 1:
        raise SettingsError(f"{shown} has {names.count(column)} columns {column!r:.80}; rename all but one")
    at = names.index(column)
    for row in rows:
        cell = row[at].strip() if at < len(row) else ""
        if len(cell) > _LINE:
            yield _too_long(rows.number, cell, len(cell))
        elif cell:
            yield _line(rows.number, " ".join(cell.split()), encoding)


class _Rows(Iterator[list[str]]):
    """The rows of a table, however long the file is and whatever it is parted by."""

    def __init__(self, text: IO[str], shown: str) -> None:
        self._text, self._shown = text, shown
        #: The line on which the last row began.
        self.number = 0
        self._given = 0
        first = self._bounded(1)
        parted = max(_PARTED, key=lambda sign: (first.count(sign), -_PARTED.index(sign)))
        self._reader = csv.reader(self._after(first), delimiter=parted)

    def __next__(self) -> list[str]:
        self.number = self._given + 1
        try:
            return next(self._reader)
        except csv.Error as error:
            raise SettingsError(
                f"{self._shown}, line {self.number:,}: {error}; close the quotation marks of that row"
            ) from None

    def _after(self, first: str) -> Iterator[str]:
        line = first
        while line:
            self._given += 1
            yield line
            line = self._bounded(self._given + 1)

    def _bounded(self, number: int) -> str:
        line = self._text.readline(_ROW)
        if len(line) >= _ROW:
            raise SettingsError(
                f"{self._shown}, line {number:,} has more than {_ROW:,} characters; a table has shorter rows"
            )
        return line
