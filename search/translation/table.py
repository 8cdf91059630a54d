"""A compiled lexicon, looked into through a memory map: a word costs some microseconds, opening next to none.

Lines lie in compressed blocks, each held against its checksum when it is read, and so are the first keys of
all blocks. Does not depend on NLTK or an index.
"""

from __future__ import annotations

import mmap
import os
import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple

from coopsearch.search.analysis import ANALYSIS_VERSION
from coopsearch.search.errors import SettingsError

#: What our own lexicon is called; the others are those of the user.
BUNDLED: Final = "coopsearch"
_MAGIC: Final = b"coopsearch-lexicon"
_VERSION: Final = b"3"
#: Bytes of the longest first line.
_HEAD: Final = 1_000
#: Of a block: where it ends among the blocks, and its CRC-32.
PLACE: Final = struct.Struct("<II")
#: Blocks that are kept unpacked, some kilobytes each: what is asked together lies in few of them.
_KEPT: Final = 512
_UNIT: Final = 1000.0


class Unusable(SettingsError):
    """A table is damaged, or was made by another version; ``fault`` says which, without the name."""

    def __init__(self, name: str, fault: str) -> None:
        """Name the table and what is wrong with it."""
        self.name = name
        step = f"run `coopsearch lexicon add FILE --name {name} --replace` with the file that it was made of"
        super().__init__(
            f"the lexicon {name} {fault}, so no word is translated by it; "
            f"{'install coopsearch anew' if name == BUNDLED else step}"
        )
        self.fault = fault


class Translation(NamedTuple):
    """What a word may be in another language."""

    words: str
    """Folded; apart by blanks where it is several."""
    stems: str
    """Of each of them, likewise."""
    joined: str
    """The stem of the whole where it is a compound (sous-marin), else ""."""
    vote: float


class Table:
    """A table, open. Safe for many threads."""

    def __init__(self, data: bytes | mmap.mmap, name: str) -> None:
        """Take the bytes, and what the lexicon is called. Raises Unusable for any other bytes."""
        self.name = name
        self._data = data
        end = data.find(b"\n", 0, _HEAD)
        head = bytes(data[: max(0, end)]).split(b" ")
        if head[0] != _MAGIC or len(head) < 6:  # noqa: PLR2004 - the parts of a first line
            raise Unusable(name, "is not a table of words")
        given = dict(part.partition(b"=")[::2] for part in head[2:])
        if head[1] != _VERSION or given.get(b"analysis") != b"%d" % ANALYSIS_VERSION:
            raise Unusable(name, "was made by another version of coopsearch")
        self._start = end + 1
        self.source = given.get(b"source", b"").decode("ascii", "replace")
        try:
            #: Words of its longest term.
            self.longest = int(given[b"longest"])
            self._count, keys, size = (int(given[name]) for name in (b"blocks", b"keys", b"bytes"))
            checked = int(given[b"checksum"], 16)
        except (KeyError, ValueError):
            raise Unusable(name, "is damaged in its first line") from None
        self._places = self._start + keys
        self._blocks = self._places + self._count * PLACE.size
        if len(data) != self._blocks + size:
            raise Unusable(name, "is damaged: it has another length than it should have")
        if zlib.crc32(data[self._start : self._blocks]) != checked:
            raise Unusable(name, "is damaged where it says which words lie where")
        # The first key of each block, sorted.
        self._firsts = bytes(data[self._start : self._places]).split(b"\n") if self._count else []
        self._unpacked: dict[int, bytes] = {}

    def holds(self, word: str, language: str) -> bool:
        """Say whether a folded word, or several apart by blanks, stands in it just so."""
        return self._find(f"{language}={word}") is not None

    def translations(self, word: str, language: str) -> dict[str, list[Translation]]:
        """Return what a folded word, or several, is in other languages, the best first; empty if unknown."""
        if (value := self._find(f"{language}={word}")) is None:
            return {}
        try:
            return {part[:2]: [_translation(one) for one in part[3:].split(";")] for part in value.split("|")}
        except ValueError:
            raise Unusable(self.name, f"is damaged where it speaks of {word}") from None

    def names(self, word: str, language: str) -> bool:
        """Say whether a folded word is a name and nothing else."""
        return self._find(f"{language}!{word}") is not None

    def irregular(self, form: str, language: str) -> list[str] | None:
        """Return the words that a listed form is one of, None for a form that is not listed."""
        return self._listed(f"{language}+{form}")

    def of_stem(self, stem: str, language: str) -> list[str]:
        """Return the words that have a stem; of terms, a row of stems apart by blanks."""
        return self._listed(f"{language}~{stem}") or []

    def begins(self, text: str, language: str, *, as_word: bool = False) -> bool:
        """Say whether any stem, or any word or term, of a language begins so."""
        wanted = f"{language}{'=' if as_word else '~'}{text}".encode("utf-8", "surrogatepass")
        at = bisect_right(self._firsts, wanted)
        # The first key that is not below it may open the next block.
        if at < self._count and self._firsts[at].startswith(wanted):
            return True
        return at > 0 and b"\n" + wanted in self._block(at - 1)

    def words(self, language: str) -> Iterator[str]:
        """Yield all words and terms of a language, sorted by their bytes."""
        prefix = f"{language}=".encode()
        for at in range(max(0, bisect_right(self._firsts, prefix) - 1), self._count):
            if self._firsts[at][: len(prefix)] > prefix:
                return
            for line in self._block(at).split(b"\n")[1:-1]:
                if line.startswith(prefix):
                    yield line[len(prefix) : line.index(b"\t")].decode()

    def _listed(self, key: str) -> list[str] | None:
        value = self._find(key)
        return value.split(";") if value else None if value is None else []

    def _find(self, key: str) -> str | None:
        wanted = key.encode("utf-8", "surrogatepass")
        at = bisect_right(self._firsts, wanted) - 1
        if at < 0:
            return None
        block = self._block(at)
        start = block.find(b"\n%b\t" % wanted)
        if start < 0:
            return None
        start += len(wanted) + 2
        return block[start : block.index(b"\n", start)].decode("utf-8", "replace")

    def _block(self, at: int) -> bytes:
        """Return the lines of a block, each with a line feed before it and one behind the last."""
        found = self._unpacked.get(at)
        if found is None:
            begin = PLACE.unpack_from(self._data, self._places + (at - 1) * PLACE.size)[0] if at else 0
            end, checksum = PLACE.unpack_from(self._data, self._places + at * PLACE.size)
            packed = self._data[self._blocks + begin : self._blocks + end]
            if zlib.crc32(packed) != checksum:
                raise Unusable(self.name, f"is damaged at byte {self._blocks + begin:,}")
            found = zlib.decompress(packed)
            if len(self._unpacked) >= _KEPT:
                self._unpacked.clear()
            self._unpacked[at] = found
        return found


def _translation(text: str) -> Translation:
    vote, _, rest = text.partition(" ")
    words, stems, *joined = rest.split("/")
    pairs = zip(words.split(), stems.split(), strict=True)
    # Of a word that begins with its stem, the table says how many letters it loses.
    full = [word[: len(word) - int(stem)] if stem.isdigit() else stem for word, stem in pairs]
    return Translation(words, " ".join(full), joined[0] if joined else "", int(vote) / _UNIT)


def mapped(path: str | os.PathLike[str], name: str) -> Table:
    """Open the table in a file. Raises OSError, and Unusable for any other file."""
    with open(path, "rb") as stream:  # noqa: PTH123 - without pathlib
        if os.fstat(stream.fileno()).st_size == 0:
            raise Unusable(name, "is an empty file")
        return Table(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ), name)
