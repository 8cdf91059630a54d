"""tantivy, through tantivy-py: the native engine that the others are compared with."""

from __future__ import annotations

import importlib
import importlib.metadata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.data import documents
from benchmarks.peers.base import LIMIT, Ask, Peer
from benchmarks.queries import Query

#: Bytes of its writer, for all threads together; more of it gives fewer, larger segments.
_HEAP = 400_000_000
FIELDS = ["title", "text"]
SNIPPET = 320


class Tantivy(Peer):
    """tantivy with English stems, and the words once more as they are."""

    name = "tantivy"
    label = "tantivy"
    setting = "en_stem, positions; the text once more unstemmed for exact words; title, text stored"

    def version(self) -> str | None:
        """Return the version of tantivy-py."""
        try:
            importlib.import_module("tantivy")
        except ImportError:
            return None
        return importlib.metadata.version("tantivy")

    def workers(self, asked: int) -> int:
        """Return the threads of its writer."""
        return asked

    def index(self, corpus: Path, folder: Path, workers: int) -> None:
        """Index with as many threads as workers, and wait for the merges."""
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_text_field("path", stored=True, tokenizer_name="raw")
        for field in FIELDS:
            builder.add_text_field(field, stored=True, tokenizer_name="en_stem")
        builder.add_text_field("words", stored=False, tokenizer_name="default")
        index = tantivy.Index(builder.build(), path=str(folder))
        writer = index.writer(heap_size=_HEAP, num_threads=workers)
        for entry in documents(corpus):
            text = entry["text"]
            writer.add_document(
                tantivy.Document(path=entry["_id"], title=entry["title"], text=text, words=text)
            )
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> Mapping[str, Ask]:
        """Open the index; titles and text are searched unless a mode says otherwise."""
        import tantivy

        index = tantivy.Index.open(str(folder))
        searcher = index.searcher()

        def read(parsed: Any, *, count: bool) -> int | None:
            result = searcher.search(parsed, LIMIT, count=count)
            for _, address in result.hits:
                found = searcher.doc(address)
                found["title"], found["text"]
            total: int | None = result.count
            return total

        def hits(query: Query) -> int | None:
            return read(index.parse_query(query.text, FIELDS), count=False)

        def count(query: Query) -> int | None:
            return read(index.parse_query(query.text, FIELDS), count=True)

        def text_alone(query: Query) -> int | None:
            return read(index.parse_query(query.text, ["text"]), count=False)

        def exact(query: Query) -> int | None:
            return read(index.parse_query(query.text, ["words"]), count=True)

        def snippets(query: Query) -> None:
            parsed = index.parse_query(query.text, FIELDS)
            make = tantivy.SnippetGenerator.create(searcher, parsed, index.schema, "text")
            make.set_max_num_chars(SNIPPET)
            for _, address in searcher.search(parsed, LIMIT, count=False).hits:
                found = searcher.doc(address)
                found["title"], make.snippet_from_doc(found).to_html()

        def search(query: Query) -> None:
            searcher.search(index.parse_query(query.text, FIELDS), LIMIT, count=False)

        return {
            "hits": hits,
            "count": count,
            "text": text_alone,
            "exact": exact,
            "snippets": snippets,
            "search": search,
        }
