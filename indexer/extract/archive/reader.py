"""Archives and packed files: zip, tar (packed or not), gzip, xz, bzip2. What they hold, unopened.

A name in an archive is a label and nothing else: nothing is written anywhere, and links and devices are
passed over. Members are yielded unopened; ``nesting`` has them read.
"""

from __future__ import annotations

import io
import os
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import IO, BinaryIO, Final, Self, cast

from coopsearch.indexer.extract.archive.member_names import decoded, page_of
from coopsearch.indexer.extract.base import SNIFFED, Member, Readable, Source
from coopsearch.indexer.extract.budget import Bounds, Budget, Overrun
from coopsearch.indexer.extract.compressed import Damage, kind_of, unpacked
from coopsearch.indexer.extract.reasons import Refused, empty, encrypted
from coopsearch.search.errors import ExtractionError, FileState
from coopsearch.search.indexdir.addresses import printable

_LOCKED: Final = 0x1
_UTF8: Final = 0x800
_BLOCK: Final = 512
#: The end of a list of members that stands on another disk than the first.
_END: Final = re.compile(rb"PK\x05\x06(?!\0\0)", re.DOTALL)
#: Ways of packing that are read: as it is, deflate, bzip2, LZMA.
_PACKINGS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA})
#: What the libraries raise for archives that are broken.
_DAMAGE: Final = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, Damage, EOFError, ValueError, OverflowError, KeyError,
    IndexError, NotImplementedError, RuntimeError, OSError,
)  # fmt: skip


def extract(source: Source, tar_suffixes: tuple[str, ...] = ()) -> Iterator[Member]:
    """Yield the members of an archive, or the one of a packed file. The bytes say which it is.

    What is packed is an archive under one of the ``tar_suffixes``, else one file. Raises ExtractionError if
    there is none, or where what follows cannot be read.
    """
    budget = source.budget or Budget(Bounds(), 1 << 40)
    with source.open() as stream:
        start = stream.read(_BLOCK)
        stream.seek(0)
        name = source.path.name
        if start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"PK00PK")):
            yield from _zip(stream, budget)
        elif (kind := kind_of(start)) and not name.lower().endswith(tar_suffixes):
            inner = name.rpartition(".")[0] or name

            def opened() -> Readable:
                return _Reading(unpacked(stream, kind), budget)

            yield Member(inner, opened)
        elif kind:
            yield from _tar(_Reading(unpacked(stream, kind), budget))
        elif start[257:262] == b"ustar" or name.lower().endswith(tar_suffixes):
            yield from _tar(stream)
        elif not start:
            raise empty()
        elif _END.search(_tail(stream)):
            raise ExtractionError("damaged: one part of an archive that was split; join the parts")
        else:
            raise ExtractionError("damaged: no archive, whatever its name says")


def _zip(stream: BinaryIO, budget: Budget) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(stream)
        infos = archive.infolist()
    except _DAMAGE as error:
        raise ExtractionError(f"damaged: its list of members is broken ({str(error)[:100]})") from None
    _refuse_overlaps(infos)
    page = page_of(_raw(info) for info in infos if not info.flag_bits & _UTF8)
    for info in infos:
        name = _label(_name(info, page))
        if not name or info.is_dir() or stat.S_ISLNK(info.external_attr >> 16):
            continue

        def opened(info: zipfile.ZipInfo = info) -> Readable:
            if info.flag_bits & _LOCKED:
                raise encrypted("this member opens with a password only; store it without one")
            if info.compress_type not in _PACKINGS:
                raise ExtractionError("packed in a way that is not read; pack it anew", FileState.UNSUPPORTED)
            try:
                return _Reading(_pieces(archive.open(info)), budget)
            except _DAMAGE as fault:
                raise ExtractionError(f"damaged: it does not unpack ({str(fault)[:100]})") from None

        yield Member(name, opened, info.file_size, _zip_day(info))


def _tail(stream: BinaryIO) -> bytes:
    """Return the end of a file, where a zip has its list of members."""
    stream.seek(max(0, stream.seek(0, io.SEEK_END) - _BLOCK))
    return stream.read()


def _refuse_overlaps(infos: list[zipfile.ZipInfo]) -> None:
    """Refuse archives whose members share bytes: so a small one could unpack to a large one many times."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise Refused("its members overlap, as in no honest archive")
        end = info.header_offset + info.compress_size


def _name(info: zipfile.ZipInfo, page: str) -> str:
    """Return a member's name; ``page`` is the code page that the names of the archive look like."""
    if info.flag_bits & _UTF8 or info.orig_filename.isascii():
        return info.filename
    found = decoded(_raw(info), page, info.extra)
    return info.filename if found is None else found


def _raw(info: zipfile.ZipInfo) -> bytes:
    """Return the bytes of a name that the library takes for the code page of DOS."""
    return info.orig_filename.encode("cp437", "replace").partition(b"\0")[0]


def _zip_day(info: zipfile.ZipInfo) -> str:
    try:
        return date(*info.date_time[:3]).isoformat() if info.date_time[0] > 1980 else ""  # noqa: PLR2004
    except ValueError:
        return ""


def _tar(stream: Readable) -> Iterator[Member]:
    watched = _Watched(stream)
    try:
        # One pass, without going back: the stream may be packed.
        with tarfile.open(fileobj=cast("IO[bytes]", watched), mode="r|") as archive:
            for info in archive:
                name = _label(_tar_name(info.name))
                if info.isfile() and name:
                    yield Member(name, _opener(archive, info), info.size, _tar_day(info))
                # Else the library keeps all it met.
                archive.members = []  # type: ignore[attr-defined]
    except (Overrun, ExtractionError):
        raise
    except _DAMAGE as error:
        raise ExtractionError(f"damaged: it cannot be read further ({str(error)[:100]})") from None
    if not watched.is_whole():
        raise ExtractionError("damaged: the archive is cut off; what stands before is kept")


def _tar_name(name: str) -> str:
    try:
        name.encode()
    except UnicodeEncodeError:
        raw = os.fsencode(name)
        return decoded(raw, page_of([raw])) or name
    return name


def _opener(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Callable[[], Readable]:
    def opened() -> Readable:
        stream = archive.extractfile(info)
        assert stream is not None
        return _Reading(_pieces(stream), None)

    return opened


def _tar_day(info: tarfile.TarInfo) -> str:
    try:
        return datetime.fromtimestamp(info.mtime, UTC).date().isoformat() if info.mtime > 0 else ""
    except (ValueError, OverflowError, OSError):
        return ""


def _label(name: str) -> str:
    """Return a name as it is shown: never absolute, never upwards; "" for what is hidden."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."}]
    if parts and len(parts[0]) == 2 and parts[0].endswith(":"):  # noqa: PLR2004 - a drive
        del parts[0]
    # Folders of mails below a Maildir have a dot before their names.
    mails = parts[-2:-1] in (["cur"], ["new"]) and len(parts) > 2 and parts[-3].startswith(".")  # noqa: PLR2004
    shown = parts[:-3] + parts[-2:] if mails else parts
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in shown)
    return "" if hidden else printable("/".join(parts))


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    # Of a member that nobody reads, the first piece is all that is unpacked.
    size = SNIFFED
    with stream:
        while piece := stream.read(size):
            yield piece
            size = 1 << 16


class _Reading:
    """What unpacks, as a stream: counts what comes out, and has one kind of error for all damage."""

    def __init__(self, pieces: Iterator[bytes], budget: Budget | None) -> None:
        self._pieces = pieces
        self._budget = budget
        self._rest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._rest = b""

    def read(self, size: int = -1, /) -> bytes:
        found = bytearray(self._rest)
        self._rest = b""
        while size < 0 or len(found) < size:
            try:
                piece = next(self._pieces, b"")
            except (Overrun, ExtractionError):
                raise
            except _DAMAGE as error:
                raise ExtractionError(f"damaged: it does not unpack ({str(error)[:100]})") from None
            if not piece:
                break
            if self._budget is not None:
                self._budget.unpack(len(piece))
            found += piece
        if size >= 0:
            found, self._rest = found[:size], bytes(found[size:])
        return bytes(found)


class _Watched:
    """A stream of which the end is remembered."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._tail = b""

    def read(self, size: int) -> bytes:
        piece = self._stream.read(size)
        self._tail = (self._tail + piece)[-2 * _BLOCK :]
        return piece

    def is_whole(self) -> bool:
        """Say whether the archive ends as archives do: with a block of zeros."""
        while self.read(1 << 16):
            pass
        return not self._tail[-_BLOCK:].strip(b"\0")
