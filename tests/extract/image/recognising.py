"""What OCR is given of a picture, without any OCR."""

from __future__ import annotations

from pathlib import Path

import pytest

from coopsearch.indexer.extract.base import Picture, Source
from coopsearch.indexer.extract.image import reader as picture
from coopsearch.search.errors import ExtractionError


def drawn(data: bytes) -> list[Picture]:
    """Return the pictures that OCR is given of a file."""
    found: list[Picture] = []

    def recognise(one: Picture) -> bytes:
        found.append(one)
        return b""

    with pytest.raises(ExtractionError, match=r"no text: (?:OCR finds none|the picture is of one colour)"):
        list(picture.extract(Source(Path("a"), "a", "", data=data, recognise=recognise)))
    return found
