"""What the indexer knows of an index, for services, which may not import it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coopsearch.search.model import Document
    from coopsearch.search.serving.outside import Outside


def outside() -> Outside:
    """Return what is told of sources and files. Nothing of it is loaded before it is asked for."""
    from coopsearch.search.serving.outside import Outside

    return Outside(_status, files, _read)


def files(folder: Path, state: str) -> list[dict[str, Any]]:
    """Return the files of a state, or what is "unread", as ``coopsearch status`` has them in JSON."""
    from coopsearch.indexer import files, unread
    from coopsearch.search.cli.keeping.status_command import file_value

    return [file_value(one) for one in (unread(folder) if state == "unread" else files(state, folder))]


def _status(folder: Path) -> dict[str, Any]:
    from coopsearch.indexer import status
    from coopsearch.search.cli.keeping.status_command import status_value

    return status_value(status(folder))


def _read(path: Path) -> list[Document]:
    from coopsearch.indexer import read_documents

    return read_documents(path)
