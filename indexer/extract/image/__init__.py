"""Pictures, which OCR reads. Each format is declared by its row in ``picture_rows.py``.

They have one reader, as their bytes say what they are. Every run loads the declarations; the reader is
imported when the first picture is met.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.base import Format, Item, Source
from coopsearch.indexer.extract.picture_rows import ROWS


def _picture(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.image.reader import extract

    return extract(source)


_ALSO: Final = frozenset(row[0] for row in ROWS)

FORMATS: Final = tuple(
    Format(
        name, version, suffixes, _picture,
        signature=signature, shared_start=shared, also=_ALSO, risky=True, picture=True,
    )
    for name, version, suffixes, signature, _, _, _, shared in ROWS
)  # fmt: skip
