"""SQLite's FTS5, through the standard library."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from benchmarks.data import documents
from benchmarks.peers.base import LIMIT, Ask, Peer
from benchmarks.queries import Query

_HITS = f"select path, title, text from t where t match ? order by rank limit {LIMIT}"
_SNIPPETS = f"""select path, title, snippet(t, 2, '<b>', '</b>', '…', 50)
    from t where t match ? order by rank limit {LIMIT}"""


def _quoted(words: list[str]) -> str:
    return f'"{" ".join(words)}"'


def expression(query: Query) -> str:
    """Return the query in FTS5's syntax. A word that is demanded beside others that are not has none."""
    parts = [(sign, words) for sign, words in query.parts if words]
    wanted = [_quoted(words) for sign, words in parts if sign != "-"]
    between = " OR " if all(not sign for sign, _ in parts) else " AND "
    excluded = "".join(f" NOT {_quoted(words)}" for sign, words in parts if sign == "-")
    return f"({between.join(wanted)}){excluded}"


class Sqlite(Peer):
    """FTS5 with Porter's stemmer."""

    name = "sqlite"
    label = "SQLite FTS5"
    setting = "porter unicode61, positions; title, text stored"
    classes = ("union", "intersection", "phrase", "negated")

    def version(self) -> str | None:
        """Return SQLite's version if it was built with FTS5."""
        try:
            with sqlite3.connect(":memory:") as base:
                base.execute("create virtual table t using fts5(text)")
        except sqlite3.OperationalError:
            return None
        return sqlite3.sqlite_version

    def index(self, corpus: Path, folder: Path, workers: int) -> None:
        """Index in one transaction."""
        del workers
        base = sqlite3.connect(folder / "fts5.sqlite")
        with base:
            base.execute(
                "create virtual table t using fts5(path unindexed, title, text, tokenize='porter unicode61')"
            )
            rows = ((entry["_id"], entry["title"], entry["text"]) for entry in documents(corpus))
            base.executemany("insert into t values (?, ?, ?)", rows)
        base.close()

    def open(self, folder: Path) -> Mapping[str, Ask]:
        """Open the file."""
        base = sqlite3.connect(folder / "fts5.sqlite")

        def hits(query: Query) -> None:
            base.execute(_HITS, (expression(query),)).fetchall()

        def snippets(query: Query) -> None:
            base.execute(_SNIPPETS, (expression(query),)).fetchall()

        return {"hits": hits, "snippets": snippets}
