"""Stock Whoosh with its own codec, on the documents that it can index in a bearable time."""

from __future__ import annotations

import importlib
import importlib.metadata
from collections.abc import Mapping
from pathlib import Path

from benchmarks.data import documents
from benchmarks.peers.base import LIMIT, Ask, Peer
from benchmarks.queries import Query


class Whoosh(Peer):
    """Whoosh-Reloaded with StemmingAnalyzer."""

    name = "whoosh"
    label = "Whoosh"
    setting = "StemmingAnalyzer, positions; the text once more unstemmed for exact words; title, text stored"
    most = 20_000

    def version(self) -> str | None:
        """Return the version of Whoosh-Reloaded."""
        try:
            importlib.import_module("whoosh.index")
        except ImportError:
            return None
        return importlib.metadata.version("whoosh-reloaded")

    def index(self, corpus: Path, folder: Path, workers: int) -> None:
        """Index in one batch; its own processes were never faster."""
        del workers
        from whoosh.analysis import StandardAnalyzer, StemmingAnalyzer
        from whoosh.fields import ID, TEXT, Schema
        from whoosh.index import create_in

        # The same as the others: every word, stop words among them, as its stem and as it stands.
        analyzer = StemmingAnalyzer(stoplist=None)
        schema = Schema(
            path=ID(stored=True),
            title=TEXT(analyzer=analyzer, stored=True),
            text=TEXT(analyzer=analyzer, stored=True),
            words=TEXT(analyzer=StandardAnalyzer(stoplist=None)),
        )
        writer = create_in(str(folder), schema).writer(limitmb=1024)
        for entry in documents(corpus):
            text = entry["text"]
            writer.add_document(path=entry["_id"], title=entry["title"], text=text, words=text)
        writer.commit()

    def open(self, folder: Path) -> Mapping[str, Ask]:
        """Open the index with Whoosh's parser, which reads ``+`` and ``-`` by a plug-in of its own."""
        from whoosh.index import open_dir
        from whoosh.qparser import MultifieldParser, OrGroup, PlusMinusPlugin

        index = open_dir(str(folder))
        searcher = index.searcher()
        parser = MultifieldParser(["title", "text"], index.schema, group=OrGroup)
        parser.add_plugin(PlusMinusPlugin())

        def hits(query: Query) -> None:
            for hit in searcher.search(parser.parse(query.text), limit=LIMIT):
                hit.fields()

        def snippets(query: Query) -> None:
            for hit in searcher.search(parser.parse(query.text), limit=LIMIT, terms=True):
                hit.fields()
                hit.highlights("text")

        return {"hits": hits, "snippets": snippets}
