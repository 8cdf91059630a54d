"""coopsearch itself: `sync` over a folder, `open_index`, `Index.search`.

`Index.search` marks snippets always. For the rows that leave them out, the steps of `Index.search` are
taken one by one, up to the stored documents; the report names these rows for what they are.
"""

from __future__ import annotations

import importlib.metadata
import inspect
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.data import link
from benchmarks.peers.base import LIMIT, Ask, Peer
from benchmarks.queries import Query

#: The engine of coopsearch that is measured.
ENGINE = "columns"


class Coopsearch(Peer):
    """coopsearch with its columns."""

    name = "coopsearch"
    label = "coopsearch"
    setting = "stems, positions, exact words; title, text stored; language of each passage found"
    index_folder = "index_data"
    marks = True

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
        """Return the processes of `sync`, as far as it can be told how many."""
        from coopsearch.indexer import sync

        return asked if "workers" in inspect.signature(sync).parameters else 1

    def prepare(self, corpus: Path, folder: Path) -> None:
        """Lay out a project: a folder of documents beside the index."""
        super().prepare(corpus, folder)
        link(corpus, folder / "documents" / corpus.name)

    def index(self, corpus: Path, folder: Path, workers: int) -> None:
        """Bring the index in step with the folder of documents."""
        del corpus
        from coopsearch.indexer import sync

        options: dict[str, Any] = {"workers": workers} if self.workers(workers) > 1 else {}
        report = sync([folder / "documents"], folder / "index_data", engine=ENGINE, **options)
        if report.failed:
            raise RuntimeError(f"{report.failed[0].path}: {report.failed[0].reason}")

    def open(self, folder: Path) -> Mapping[str, Ask]:
        """Open the index."""
        from coopsearch.search import open_index
        from coopsearch.search.query.parser import parse
        from coopsearch.search.query.plan import Planner

        index = open_index(folder / "index_data")

        if "snippets" in inspect.signature(index.search).parameters:
            search_any: Any = index.search
            without = partial(search_any, limit=LIMIT, snippets=False)
            self.marks = False
            return {
                "hits": lambda query: without(query.text).total,
                "snippets": lambda query: index.search(query.text, limit=LIMIT).total,
            }
        state = index._state  # noqa: SLF001 - there is no public way without snippets
        reader = state.reader

        def hits(query: Query) -> int:
            return index.search(query.text, limit=LIMIT).total

        def steps(query: Query) -> int:
            found = reader.search(Planner(reader, state.stems_of).plan(parse(query.text)).node, LIMIT)
            for number, _ in found.best:
                reader.load(number)
            return found.total

        def search(query: Query) -> int:
            return reader.search(Planner(reader, state.stems_of).plan(parse(query.text)).node, LIMIT).total

        return {"hits": hits, "steps": steps, "search": search}
