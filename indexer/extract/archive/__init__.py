"""Archives and packed files. Each format is declared here.

They have one reader, as their bytes say what they are. Every run loads the declarations; the reader is
imported when the first archive is met.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.base import Format, Item, Source


def _archive(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.archive.reader import extract

    return extract(source, _TAR_SUFFIXES)


#: What is packed under another ending is one file.
_TAR_SUFFIXES: Final = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tbz2", ".tar.xz", ".txz")
_ALSO: Final = frozenset({"zip", "tar", "packed"})

FORMATS: Final = (
    Format("zip", 3, (".zip",), _archive, signature=rb"PK\x03\x04", also=_ALSO, risky=True, container=True),
    Format("tar", 3, _TAR_SUFFIXES, _archive, also=_ALSO, risky=True, container=True),
    Format(
        "packed", 3, (".gz", ".xz", ".bz2"), _archive,
        signature=rb"\x1f\x8b\x08|\xfd7zXZ\0|BZh[1-9]1AY&SY", also=_ALSO, risky=True, container=True,
    ),
)  # fmt: skip
