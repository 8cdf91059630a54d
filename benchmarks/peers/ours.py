"""coopsearch itself: `sync` over a folder, `open_index`, `Index.search` with snippets and without."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from pathlib import Path

from benchmarks.data import link
from benchmarks.peers.base import LIMIT, Ask, Peer

#: The engine of coopsearch that is measured.
ENGINE = "columns"


class Coopsearch(Peer):
    """coopsearch with its columns."""

    name = "coopsearch"
    label = "coopsearch"
    setting = "stems, positions, exact words; title, text stored; language of each passage found"
    index_folder = "index_data"

    def version(self) -> str | None:
        """Return the version, also where it runs from a checkout."""
        try:
            import coopsearch.indexer
            import coopsearch.search  # noqa: F401
        except ImportError:
            return None
        try:
            return importlib.metadata.version("coopsearch")
        except importlib.metadata.PackageNotFoundError:
            return "checkout"

    def workers(self, asked: int) -> int:
        """Return the processes of `sync`."""
        return asked

    def prepare(self, corpus: Path, folder: Path) -> None:
        """Lay out a project: a folder of documents beside the index."""
        super().prepare(corpus, folder)
        link(corpus, folder / "documents" / corpus.name)

    def index(self, corpus: Path, folder: Path, workers: int) -> None:
        """Bring the index in step with the folder of documents."""
        del corpus
        from coopsearch.indexer import sync

        report = sync([folder / "documents"], folder / "index_data", engine=ENGINE, workers=workers)
        if report.failed:
            raise RuntimeError(f"{report.failed[0].path}: {report.failed[0].reason}")

    def open(self, folder: Path) -> Mapping[str, Ask]:
        """Open the index."""
        from coopsearch.search import open_index

        index = open_index(folder / "index_data")

        search = index.search
        return {
            "hits": lambda query: search(query.text, limit=LIMIT, snippets=False).total,
            "snippets": lambda query: search(query.text, limit=LIMIT).total,
        }
