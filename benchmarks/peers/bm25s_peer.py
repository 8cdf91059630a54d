"""bm25s: BM25 as sparse matrices, in Python with NumPy. It answers unions of words and nothing else."""

from __future__ import annotations

import importlib
import importlib.metadata
from collections.abc import Mapping
from pathlib import Path

from benchmarks.data import documents
from benchmarks.peers.base import LIMIT, Ask, Peer
from benchmarks.queries import Query


class Bm25s(Peer):
    """bm25s with the Snowball stemmer that its manual recommends."""

    name = "bm25s"
    label = "bm25s"
    setting = "Snowball stems of title and text as one, no positions; documents stored"
    classes = ("union",)

    def version(self) -> str | None:
        """Return the version; it needs the stemmer, too."""
        try:
            importlib.import_module("bm25s")
            importlib.import_module("Stemmer")
        except ImportError:
            return None
        return importlib.metadata.version("bm25s")

    def index(self, corpus: Path, folder: Path, workers: int) -> None:
        """Index and save, the documents with it."""
        del workers
        import bm25s
        import Stemmer

        entries = list(documents(corpus))
        texts = [f"{entry['title']} {entry['text']}" for entry in entries]
        tokens = bm25s.tokenize(
            texts, stopwords=[], stemmer=Stemmer.Stemmer("english"), show_progress=False, leave=False
        )
        index = bm25s.BM25()
        index.index(tokens, show_progress=False)
        index.save(str(folder), corpus=entries, show_progress=False)

    def open(self, folder: Path) -> Mapping[str, Ask]:
        """Open it with its arrays and documents mapped into memory."""
        import bm25s
        import Stemmer

        index = bm25s.BM25.load(str(folder), load_corpus=True, mmap=True, show_progress=False)
        stemmer = Stemmer.Stemmer("english")
        most = min(LIMIT, len(index.corpus))

        def hits(query: Query) -> None:
            tokens = bm25s.tokenize(
                query.text, stopwords=[], stemmer=stemmer, return_ids=False, show_progress=False
            )
            index.retrieve(tokens, k=most, show_progress=False, n_threads=0)

        return {"hits": hits}
