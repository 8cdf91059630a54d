"""An open index of a few texts, which many tests ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from coopsearch.indexer import sync
from coopsearch.search import Index, open_index


@contextmanager
def indexed(
    folder: Path, texts: Mapping[str, str], engine: str, *, translate: str = "auto"
) -> Iterator[Index]:
    """Write texts as files below a folder, by their names, index them, and open the index."""
    (folder / "docs").mkdir()
    for name, text in texts.items():
        (folder / "docs" / name).write_text(text, encoding="utf-8")
    sync([folder / "docs"], folder / "index", engine=engine)
    with open_index(folder / "index", translate=translate) as opened:
        yield opened


def project(top: Path, texts: Mapping[str, str]) -> Path:
    """Write texts as files below ``docs/`` of a folder, and index them there; return the folder."""
    (top / "docs").mkdir()
    for name, text in texts.items():
        (top / "docs" / name).write_text(text, encoding="utf-8")
    sync([top / "docs"], top / "index_data")
    return top
