"""Index and query speed beside tantivy and SQLite's FTS5: one run, same documents, fields and stored text.

    python engines.py --corpus documents.jsonl.xz --queries queries.jsonl [--documents N] [--workers 2]

Prints seconds, documents a second, size against the text, peak memory, and for each class of query the
median, 95th and 99th percentile of the best of several runs, with the ratio to tantivy. Times are from
query (nodes here, query text there) to ten stored hits. Peers come from the packages ``tantivy`` and the
standard library's ``sqlite3``; where one is missing it is left out.
"""

from __future__ import annotations

import argparse
import json
import lzma
import multiprocessing
import re
import resource
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from coopsearch.search.analysis.model import Outline, Text
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines.columns.engine import ColumnsEngine
from coopsearch.search.engines.columns.parts import write_segments
from coopsearch.search.engines.columns.writer import ColumnsWriter
from coopsearch.search.engines.nodes import And, Group, Node, Or, Phrase
from coopsearch.search.model import Document, Passage

_words = re.compile(r"\w+").findall
CLASSES = ("term", "union", "intersection", "phrase")


class Stems(dict[str, str]):
    """Stems of words, each made once."""

    def __init__(self) -> None:
        """Load the stemmer."""
        from nltk.stem.snowball import EnglishStemmer

        self._stem = EnglishStemmer().stem

    def __missing__(self, word: str) -> str:
        """Stem a new word."""
        stem: str = self._stem(word)
        self[word] = stem
        return stem


def corpus(path: str, limit: int, part: int = 0, parts: int = 1) -> Iterator[dict[str, str]]:
    """Return every ``parts``-th document of a corpus."""
    with (
        lzma.open(path, "rt", encoding="utf-8")
        if path.endswith("xz")
        else Path(path).open(encoding="utf-8") as lines
    ):
        for number, line in enumerate(lines):
            if number >= limit:
                return
            if number % parts == part:
                yield json.loads(line)


def analysed(documents: Iterator[dict[str, str]]) -> Iterator[Outline]:
    """Say of each document that it is English; words and stems are the engine's affair."""
    for entry in documents:
        text, title = entry["text"], entry["title"]
        path = f"corpus/{entry['_id']}"
        document = Document(path, path, title, text, (Passage(0, len(text), 1, language="en"),), "jsonl")
        yield Outline(document, [Text("title", "en", title), Text("body", "en", text)], ("en",))


def _work(arguments: tuple[str, int, int, int, str]) -> tuple[list[str], int]:
    path, limit, part, parts, folder = arguments
    documents = analysed(corpus(path, limit, part, parts))
    names = write_segments(documents, Path(folder), f"w{part}", StemTable(lambda word: {}))
    return names, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def index_columns(args: argparse.Namespace, folder: Path) -> tuple[float, int]:
    """Index with workers; return seconds and peak memory in bytes, that of all workers together."""
    started = time.perf_counter()
    ColumnsEngine().create(folder)
    with ColumnsWriter(folder) as writer:
        jobs = [
            (args.corpus, args.documents, part, args.workers, str(folder)) for part in range(args.workers)
        ]
        with multiprocessing.get_context("spawn").Pool(args.workers) as pool:
            results = pool.map(_work, jobs)
        for names, _ in results:
            writer.adopt(names)
        writer.commit()
    return time.perf_counter() - started, sum(memory for _, memory in results) * 1024


def index_tantivy(args: argparse.Namespace, folder: Path) -> float:
    """Index with tantivy's stemmer; positions and stored text."""
    import tantivy

    folder.mkdir()
    started = time.perf_counter()
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("path", stored=True, tokenizer_name="raw")
    builder.add_text_field("title", stored=True, tokenizer_name="en_stem")
    builder.add_text_field("text", stored=True, tokenizer_name="en_stem")
    builder.add_text_field("words", stored=False, tokenizer_name="default")
    index = tantivy.Index(builder.build(), path=str(folder))
    writer = index.writer(heap_size=400_000_000, num_threads=args.workers)
    for entry in corpus(args.corpus, args.documents):
        writer.add_document(
            tantivy.Document(path=entry["_id"], title=entry["title"], text=entry["text"], words=entry["text"])
        )
    writer.commit()
    writer.wait_merging_threads()
    return time.perf_counter() - started


def index_sqlite(args: argparse.Namespace, path: Path) -> float:
    """Index with FTS5."""
    started = time.perf_counter()
    with sqlite3.connect(path) as base:
        base.execute(
            "create virtual table t using fts5(path unindexed, title, text, tokenize='porter unicode61')"
        )
        base.executemany(
            "insert into t values (?, ?, ?)",
            ((entry["_id"], entry["title"], entry["text"]) for entry in corpus(args.corpus, args.documents)),
        )
    return time.perf_counter() - started


def read_queries(path: str) -> dict[str, list[str]]:
    """Return the queries of each class."""
    found: dict[str, list[str]] = {name: [] for name in CLASSES}
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        for name in CLASSES:
            if name in entry["tags"]:
                found[name].append(entry["text"])
    return found


def node_of(kind: str, text: str, stem: Callable[[str], str]) -> Node:
    """Return a query as nodes; phrases are of exact words."""
    words = _words(text.lower())
    if kind == "phrase":
        return Phrase("stems", tuple((stem(word),) for word in words))
    groups = tuple(Group("stems", ((stem(word), 1.0),)) for word in dict.fromkeys(words))
    return And(groups) if kind == "intersection" else Or(groups) if len(groups) > 1 else groups[0]


def times(run: Callable[[Any], object], queries: list[Any], repeat: int) -> list[float]:
    """Return the best time of each query in milliseconds."""
    best = [float("inf")] * len(queries)
    for _ in range(repeat):
        for place, query in enumerate(queries):
            started = time.perf_counter()
            run(query)
            best[place] = min(best[place], time.perf_counter() - started)
    return [seconds * 1000 for seconds in best]


def quantiles(values: list[float]) -> tuple[float, float, float]:
    """Return median, 95th and 99th percentile."""
    if len(values) < 2:
        return (values[0],) * 3 if values else (0.0,) * 3
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return cuts[49], cuts[94], cuts[98]


def main() -> None:
    """Run everything and print it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--queries", required=True)
    parser.add_argument("--documents", type=int, default=1 << 60)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--folder", default="")
    parser.add_argument("--keep", action="store_true", help="query the indexes that are in the folder")
    args = parser.parse_args()
    folder = Path(args.folder or tempfile.mkdtemp())
    text = sum(len(entry["text"].encode()) for entry in corpus(args.corpus, args.documents))
    count = sum(1 for _ in corpus(args.corpus, args.documents))
    print(f"{count:,} documents, {text / 1e6:.1f} MB of text, {args.workers} workers")

    def size(path: Path) -> int:
        return sum(
            file.stat().st_size for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file()
        )

    for name in () if args.keep else ("columns", "tantivy", "sqlite"):
        shutil.rmtree(folder / name, ignore_errors=True)
    report: dict[str, float] = {}
    memory = 0
    if not args.keep:
        report["columns"], memory = index_columns(args, folder / "columns")
        report["tantivy"] = index_tantivy(args, folder / "tantivy")
        (folder / "sqlite").unlink(missing_ok=True)
        report["sqlite"] = index_sqlite(args, folder / "sqlite")
    for name, spent in report.items():
        share = size(folder / name) / text
        print(
            f"index {name:8} {spent:7.1f} s {count / spent:9,.0f} documents/s {share:5.2f} x the text"
            f" {report['tantivy'] / spent:5.2f} x tantivy"
            + (f"  peak {memory / 1e6:,.0f} MB" if name == "columns" else "")
        )

    import tantivy

    stem = Stems().__getitem__
    started = time.perf_counter()
    reader = ColumnsEngine().open(folder / "columns")
    print(f"open {1000 * (time.perf_counter() - started):.2f} ms")
    index = tantivy.Index.open(str(folder / "tantivy"))
    searcher = index.searcher()
    base = sqlite3.connect(folder / "sqlite")

    def columns(query: Node) -> None:
        for number, _ in reader.search(query, 10).best:
            reader.load(number)

    def columns_search(query: Node) -> None:
        reader.search(query, 10)

    def peer(count: bool, load: bool = True) -> Callable[[tuple[str, str]], None]:
        def run(query: tuple[str, str]) -> None:
            parsed = index.parse_query(query[1], ["text"])
            for _, address in searcher.search(parsed, 10, count=count).hits:
                if load:
                    searcher.doc(address)["text"]

        return run

    def fts(query: tuple[str, str]) -> None:
        kind, words = query[0], _words(query[1].lower())
        asked = (
            f'"{" ".join(words)}"'
            if kind == "phrase"
            else (" AND " if kind == "intersection" else " OR ").join(f'"{w}"' for w in words)
        )
        base.execute(
            "select path, title, text from t where t match ? order by bm25(t) limit 10", (asked,)
        ).fetchall()

    cold = True
    for kind, texts in read_queries(args.queries).items():
        pairs = [(kind, text) for text in texts]
        nodes = [node_of(kind, text, stem) for text in texts]
        rows: list[tuple[str, list[float]]] = []
        if cold:
            rows.append(("columns, first look", times(columns, nodes, 1)))
        rows.append(("columns", times(columns, nodes, args.repeat)))
        rows.append(("columns, search alone", times(columns_search, nodes, args.repeat)))
        rows.append(("tantivy, counting", times(peer(True), pairs, args.repeat)))
        rows.append(("tantivy", times(peer(False), pairs, args.repeat)))
        rows.append(("tantivy, search alone", times(peer(False, False), pairs, args.repeat)))
        if count < 100_000:
            rows.append(("sqlite", times(fts, pairs, 1)))
        against = dict(rows)["tantivy"]
        print(f"{kind} ({len(texts)} queries), ms at 50 / 95 / 99 %, ratio to tantivy")
        for name, values in rows:
            ratios = [a / b for a, b in zip(quantiles(values), quantiles(against), strict=True)]
            print(
                f"  {name:24}"
                + "".join(f"{v:9.3f}" for v in quantiles(values))
                + "".join(f"{r:8.2f}" for r in ratios)
            )


if __name__ == "__main__":
    main()
