"""Zip packages that are one document: their parts by name, and how parts name each other.

Nothing is unpacked to disk, and no more than a bound in memory. A name from a file is only ever looked up
in the package. Parts name each other by the conventions of OPC (ECMA-376 part 2): ``_rels``.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from typing import IO, BinaryIO, Final, NamedTuple, Self
from urllib.parse import unquote

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.office.xml_reader import Element, elements, tree
from coopsearch.indexer.extract.reasons import encrypted, too_large
from coopsearch.search.errors import ExtractionError

#: Parts that a package may have.
_PARTS: Final = 20_000
#: A package may unpack to so much in any case, else to so many times its size,
_FREE: Final = 10 * 1024**2
_RATIO: Final = 100
#: and never to more than so many times the text that one document may have: XML is mostly not text.
_AROUND: Final = 8
_LOCKED: Final = 0x1

#: What zipfile raises for archives that are broken, beside its own error.
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OverflowError, KeyError, IndexError)


class Relation(NamedTuple):
    """What a part says of another: the kind is the last word of its type."""

    id: str
    kind: str
    target: str


class Package:
    """An open package."""

    def __init__(self, source: Source, stream: BinaryIO) -> None:
        """Read the list of parts. Raises ExtractionError if there is none, or too many parts."""
        try:
            self._zip = zipfile.ZipFile(stream)
            infos = self._zip.infolist()
        except (*_DAMAGE, NotImplementedError, OSError) as error:
            raise ExtractionError(f"damaged: no whole zip package ({str(error)[:100]})") from None
        if len(infos) > _PARTS:
            raise too_large(f"{len(infos):,} parts, over {_PARTS:,}")
        # OPC takes capital letters for small ones.
        self._infos = {_plain(info.filename): info for info in infos if info.filename and not info.is_dir()}
        size = stream.seek(0, io.SEEK_END)
        self._most = min(max(_FREE, _RATIO * size), _AROUND * source.limit)
        self._unpacked = 0

    def __contains__(self, name: str) -> bool:
        """Say whether there is a part."""
        return _plain(name) in self._infos

    def names(self) -> list[str]:
        """Return the names of all parts, in small letters."""
        return list(self._infos)

    def open(self, name: str) -> _Part:
        """Open a part. Raises ExtractionError if there is none, if it is locked, or packed in an odd way."""
        info = self._infos.get(_plain(name))
        if info is None:
            raise ExtractionError(f"damaged: its part {name[:100]} is missing")
        if info.flag_bits & _LOCKED:
            raise encrypted()
        try:
            return _Part(self._zip.open(info), self)
        except (*_DAMAGE, NotImplementedError, RuntimeError, OSError) as error:
            raise ExtractionError(f"damaged: its part {name[:100]} ({str(error)[:100]})") from None

    def read(self, name: str) -> bytes:
        """Return a part. Raises ExtractionError like ``open``, and if it is damaged or too large."""
        with self.open(name) as stream:
            return stream.read()

    def tree(self, name: str) -> Element:
        """Return the root of a part in XML. Raises ExtractionError like ``open`` and ``xml.tree``."""
        with self.open(name) as stream:
            return tree(stream)

    def relations(self, part: str = "") -> list[Relation]:
        """Return what a part, or the package, says of parts that there are. Other places are left out."""
        folder, name = posixpath.split(part)
        where = posixpath.join(folder, "_rels", f"{name}.rels")
        if where not in self:
            return []
        found = []
        with self.open(where) as stream:
            for one in elements(stream, "Relationship"):
                target = inside(part, one.get("Target", ""))
                if one.get("TargetMode", "").lower() != "external" and target in self:
                    kind = one.get("Type", "").rsplit("/", 1)[-1]
                    found.append(Relation(one.get("Id", ""), kind, target))
        return found

    def related(self, part: str, *kinds: str) -> list[str]:
        """Return the parts of some kinds that a part names, each once, in its order."""
        return list(dict.fromkeys(one.target for one in self.relations(part) if one.kind in kinds))

    def count(self, size: int) -> None:
        """Count bytes that were unpacked. Raises ExtractionError when they are too many."""
        self._unpacked += size
        if self._unpacked > self._most:
            raise too_large(f"it unpacks to over {self._most // 1024**2:,} MiB; raise that with --max-size")


class _Part:
    """A part that is read: counts what comes out, and has one kind of error for all damage."""

    def __init__(self, stream: IO[bytes], package: Package) -> None:
        self._stream = stream
        self._package = package

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def read(self, size: int = -1, /) -> bytes:
        pieces = []
        left = size
        while left:
            try:
                piece = self._stream.read(1 << 16 if size < 0 else min(left, 1 << 16))
            except (*_DAMAGE, NotImplementedError, RuntimeError, OSError) as error:
                raise ExtractionError(f"damaged: it does not unpack ({str(error)[:100]})") from None
            if not piece:
                break
            self._package.count(len(piece))
            pieces.append(piece)
            left = -1 if size < 0 else left - len(piece)
        return b"".join(pieces)


def inside(part: str, target: str) -> str:
    """Return the part that another means by a relative address: never a place outside of the package."""
    path = unquote(target.partition("#")[0]).replace("\\", "/")
    joined = path if path.startswith("/") else posixpath.join("/", posixpath.dirname(part), path)
    return posixpath.normpath(joined).lstrip("/")


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
