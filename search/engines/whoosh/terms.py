"""The terms of a segment: Whoosh's hashed and ordered table, without the pickles in it.

What the table says of itself is JSON, every length in it is checked as it is read, and so a table that
somebody made cannot lead a reader in a circle or beyond its end.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from typing import Any, Final

from whoosh.codec.whoosh3 import W3FieldCursor, W3FieldWriter, W3TermInfo, W3TermsReader
from whoosh.filedb.filetables import OrderedHashReader, OrderedHashWriter
from whoosh.reading import TermNotFound

from coopsearch.search.indexdir.pages import fitting, record, table, text, whole

_LENGTHS: Final = struct.Struct("!ii")
#: Bytes of a pointer in a hash table.
_POINTER: Final = 12
#: Bytes of what a table says of itself, at most.
_MOST: Final = 1 << 16
_extras = record(
    {"fieldmap": table(text, whole), "indextype": fitting(re.compile("[BHiIq]")), "indexlen": whole}
)


class PlainHashWriter(OrderedHashWriter):  # type: ignore[misc]
    """Writes the table."""

    def _write_extras(self) -> None:
        extras = {**self.extras, "indextype": self.index.typecode, "indexlen": len(self.index)}
        data = json.dumps(extras).encode()
        self.dbfile.write_int(len(data))
        self.dbfile.write(data)
        self.index.to_file(self.dbfile)


class PlainHashReader(OrderedHashReader):  # type: ignore[misc]
    """Reads the table."""

    def __init__(self, dbfile: Any, length: int) -> None:
        """Take the file and its length."""
        super().__init__(dbfile, length)
        for start, slots in self.tables:
            if not 0 <= start <= start + slots * _POINTER <= length or slots < 0:
                raise ValueError("a table of terms reaches beyond its file")
        if self.indexbase + self.indexlen * self.indexsize > length:
            raise ValueError("the order of terms reaches beyond its file")

    def _read_extras(self) -> None:
        size = self.dbfile.read_int()
        if not 0 <= size <= _MOST:
            raise ValueError("a table of terms says nothing of itself")
        extras = _extras(json.loads(self.dbfile.read(size)))
        if sorted(extras["fieldmap"].values()) != list(range(len(extras["fieldmap"]))):
            raise ValueError("the fields of a table of terms are not numbered")
        self.extras = extras
        self.indexbase, self.indexlen = self.dbfile.tell(), extras["indexlen"]
        kind = extras["indextype"]
        self.indexsize = struct.calcsize("!" + kind)
        file = self.dbfile
        self._get_pos = {
            "B": file.get_byte,
            "H": file.get_ushort,
            "i": file.get_int,
            "I": file.get_uint,
            "q": file.get_long,
        }[kind]

    def key_and_range_at(self, pos: int) -> tuple[bytes, int, int] | None:
        """Return the key at a place, and where its value is; None behind the last."""
        if pos >= self.endofdata:
            return None
        key, value = _LENGTHS.unpack(self.dbfile.get(pos, _LENGTHS.size))
        start = pos + _LENGTHS.size
        if key < 0 or value < 0 or start + key + value > self.endofdata:
            raise ValueError("a term has a length that it cannot have")
        return self.dbfile.get(start, key), start + key, value

    def _ranges(self, pos: int | None = None, eod: int | None = None) -> Iterator[tuple[int, int, int, int]]:
        at = pos or self.startofdata
        while at < (eod or self.endofdata) and (found := self.key_and_range_at(at)) is not None:
            key, start, length = found
            yield start - len(key), len(key), start, length
            at = start + length


class PlainTermInfo(W3TermInfo):  # type: ignore[misc]
    """Where the postings of a term are; never the postings themselves, which Whoosh would pickle."""

    @classmethod
    def from_bytes(cls, s: bytes) -> Any:
        """Read it. Raises ValueError for what holds postings."""
        if s[:1] != b"\0":
            raise ValueError("an index holds no pickles")
        return super().from_bytes(s)


class PlainCursor(W3FieldCursor):  # type: ignore[misc]
    """Goes over the terms of a field."""

    def term_info(self) -> Any:
        """Return where the postings of the term are."""
        if self._pos is None:
            return None
        return PlainTermInfo.from_bytes(self._tindex.dbfile.get(self._datapos, self._datalen))


class PlainFieldWriter(W3FieldWriter):  # type: ignore[misc]
    """Writes terms and postings; all but the table itself is Whoosh's."""

    def __init__(self, codec: Any, storage: Any, segment: Any) -> None:
        """Take where to write."""
        self._codec, self._storage, self._segment = codec, storage, segment
        self._fieldname = self._fieldid = self._btext = self._fieldobj = self._format = None
        self._tindex = PlainHashWriter(self._create_file(codec.TERMS_EXT))
        self._fieldmap: dict[str, int] = {}
        self._tindex.extras["fieldmap"] = self._fieldmap
        self._postfile = self._create_file(codec.POSTS_EXT)
        self._postwriter = None
        self._infield = self.is_closed = False


class PlainTermsReader(W3TermsReader):  # type: ignore[misc]
    """Reads terms and postings."""

    def __init__(self, codec: Any, dbfile: Any, length: int, postfile: Any, documents: int) -> None:
        """Take the files, and how many documents the segment has."""
        self._codec, self._dbfile, self._postfile, self._documents = codec, dbfile, postfile, documents
        self._tindex = PlainHashReader(dbfile, length)
        self._fieldmap = self._tindex.extras["fieldmap"]
        self._fieldunmap = sorted(self._fieldmap, key=self._fieldmap.__getitem__)

    def cursor(self, fieldname: str, fieldobj: Any) -> PlainCursor:
        """Return a cursor over the terms of a field."""
        return PlainCursor(self._tindex, fieldname, self._keycoder, self._keydecoder, fieldobj)

    def items(self) -> Iterator[tuple[tuple[str, bytes], Any]]:
        """Yield all terms and what is known of them."""
        for key, value in self._tindex.items():
            yield self._keydecoder(key), PlainTermInfo.from_bytes(value)

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], Any]]:
        """Yield the terms from one on."""
        for key, value in self._tindex.items_from(self._keycoder(fieldname, prefix)):
            yield self._keydecoder(key), PlainTermInfo.from_bytes(value)

    def term_info(self, fieldname: str, tbytes: bytes) -> Any:
        """Return what is known of a term."""
        try:
            return PlainTermInfo.from_bytes(self._tindex[self._keycoder(fieldname, tbytes)])
        except KeyError:
            raise TermNotFound(f"no term {fieldname}:{tbytes!r}") from None

    def matcher(self, fieldname: str, tbytes: bytes, format_: Any, scorer: Any = None) -> Any:
        """Return the postings of a term."""
        start, length = self.term_info(fieldname, tbytes).extent()
        return self._codec.matcher(
            self._postfile,
            start,
            length,
            format_,
            term=(fieldname, tbytes),
            scorer=scorer,
            documents=self._documents,
        )
