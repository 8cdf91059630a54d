"""Pairs of spellings of a name in Arabic and Latin script, cut into a half to learn of and a half to measure.

A name in Arabic script is in one half with all its spellings, by a checksum.
"""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.search.analysis.normalize import normalize

PAIRS: Final = Path(__file__).resolve().parents[3] / "shared" / "cross" / "name_pairs.tsv.xz"
#: Who collected the pairs, and whether they may be learned of: the last ones only measure, since a table that
#: was learned of them would have to carry their notice.
SOURCES: Final = {"arabnames-cc0": True, "wikidata-cc0": True, "google-apache2": False}
_JOINED: Final = str.maketrans("", "", " -'’")


class Pair(NamedTuple):
    """One name, folded and written as one word."""

    arabic: str
    latin: str
    source: str


def pairs(path: Path = PAIRS, *, learning: bool) -> Iterator[Pair]:
    """Yield the pairs of a half, in the order of the file."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            arabic, latin, source = line.rstrip("\n").split("\t")
            half = zlib.crc32(arabic.encode()) % 2 == 0
            if half == learning and (SOURCES[source] or not learning):
                yield Pair(_word(arabic), _word(latin), source)


def _word(text: str) -> str:
    return normalize(text).translate(_JOINED)
