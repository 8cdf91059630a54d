"""A compiled lexicon, looked into through a memory map: a word costs some microseconds, opening next to none.

Each line that is read is held against its checksum. Does not depend on NLTK or an index.
"""

from __future__ import annotations

import mmap
import os
import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

from coopsearch.search.analysis import ANALYSIS_VERSION
from coopsearch.search.errors import SettingsError

#: What our own lexicon is called; the others are those of the user.
BUNDLED: Final = "coopsearch"
_MAGIC: Final = b"coopsearch-lexicon"
_VERSION: Final = b"2"
#: Bytes of the longest first line.
_HEAD: Final = 1_000
#: What ends each line: a tab, eight digits, a line feed.
_SUM: Final = 10
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
        longest = given.get(b"longest", b"")
        if given.get(b"bytes") != b"%d" % (len(data) - self._start) or not longest.isdigit():
            raise Unusable(name, "is damaged: it has another length than it should have")
        #: Words of its longest term.
        self.longest = int(longest)

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
        at = self._seek(wanted)
        return bytes(self._data[at : at + len(wanted)]) == wanted

    def words(self, language: str) -> Iterator[str]:
        """Yield all words and terms of a language, sorted by their bytes."""
        prefix = f"{language}=".encode()
        at = self._seek(prefix)
        while bytes(self._data[at : at + len(prefix)]) == prefix:
            end = self._data.find(b"\n", at)
            key, _ = self._checked(at, end)
            yield key[len(prefix) :].decode()
            at = end + 1

    def _listed(self, key: str) -> list[str] | None:
        value = self._find(key)
        return value.split(";") if value else None if value is None else []

    def _find(self, key: str) -> str | None:
        wanted = key.encode("utf-8", "surrogatepass") + b"\t"
        at = self._seek(wanted)
        if bytes(self._data[at : at + len(wanted)]) != wanted:
            return None
        end = self._data.find(b"\n", at)
        return self._checked(at, end)[1].decode("utf-8", "replace")

    def _seek(self, key: bytes) -> int:
        """Return where the first line begins that is not below a key."""
        data, low, high = self._data, self._start, len(self._data)
        width = len(key)
        while low < high:
            middle = (low + high) // 2
            line = data.rfind(b"\n", low, middle) + 1 or low
            if bytes(data[line : line + width]) < key:
                end = data.find(b"\n", middle, high)
                if end < 0:
                    return high
                low = end + 1
            else:
                high = line
        return low

    def _checked(self, at: int, end: int) -> tuple[bytes, bytes]:
        content = bytes(self._data[at : end + 1 - _SUM])
        if bytes(self._data[end + 1 - _SUM : end]) != b"\t%08x" % zlib.crc32(content):
            raise Unusable(self.name, f"is damaged at byte {at:,}")
        key, _, value = content.partition(b"\t")
        return key, value


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
