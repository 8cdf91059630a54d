"""What is new since the last time: for cron or a systemd timer, once a night.

    python nightly_alert.py queries.txt --folder reports --state alert.json

Each line of the file is a query. The index is brought up to date, then each query is asked: what it did not
find the last time is printed, and what it no longer finds. The first time, all is remembered and nothing is
told. Exit code: 0 with news, 1 without, 2 for an error.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import NamedTuple

from coopsearch.indexer import sync
from coopsearch.search import CoopsearchError, Index, open_index


class News(NamedTuple):
    """How the answer of a query differs from that of the last time."""

    query: str
    new: list[str]
    gone: list[str]


def remembered(path: Path) -> dict[str, list[str]]:
    """Return the addresses that each query found the last time; nothing where there was none."""
    try:
        found: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def remember(path: Path, answers: dict[str, list[str]]) -> None:
    """Replace the file in one step: cut off at any moment, it is the old one or the new one."""
    beside = path.with_name(f"{path.name}.part")
    beside.write_text(json.dumps(answers, indent=1, ensure_ascii=False), encoding="utf-8")
    beside.replace(path)


def ask(index: Index, query: str) -> list[str]:
    """Return the addresses of all documents that match."""
    return sorted(hit.path for hit in index.search(query, limit=None, snippets=False))


def compare(before: dict[str, list[str]], now: dict[str, list[str]]) -> list[News]:
    """Say what is new and what is gone, for each query that was asked before."""
    news = []
    for query, paths in now.items():
        old = before.get(query, paths)
        new, gone = sorted(set(paths) - set(old)), sorted(set(old) - set(paths))
        if new or gone:
            news.append(News(query, new, gone))
    return news


def show(index: Index, news: News) -> None:
    """Print what is new with its best passage, and what is gone."""
    print(f"{news.query}: {len(news.new)} new, {len(news.gone)} gone")
    wanted = set(news.new)
    for hit in index.search(news.query, limit=None):
        if hit.path in wanted:
            snippet = " ".join(hit.snippet.split())
            print(f"  + {printable(hit.shown)}: {printable(snippet)}")
    for path in news.gone:
        print(f"  - {printable(path)}")


def printable(text: str) -> str:
    """Return a text without what a terminal could take as a command: names and texts may be anybody's."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def main() -> int:
    """Bring the index up to date, ask, compare, tell and remember."""
    parser = argparse.ArgumentParser(description="Tell what is new for some queries.")
    parser.add_argument("queries", type=Path, help="a file with one query a line")
    parser.add_argument("--folder", action="append", default=[], help="folders to look through")
    parser.add_argument("--index", help="folder of the index; found as `coopsearch` finds it if not given")
    parser.add_argument("--state", type=Path, default=Path("alert.json"), help="where answers are remembered")
    given = parser.parse_args()
    try:
        queries = [line.strip() for line in given.queries.read_text(encoding="utf-8").splitlines()]
        sync(given.folder, given.index)
        with open_index(given.index) as index:
            now = {query: ask(index, query) for query in queries if query}
            news = compare(remembered(given.state), now)
            for one in news:
                show(index, one)
        remember(given.state, now)
    except (CoopsearchError, OSError, ValueError) as error:
        print(f"nightly_alert: {error}", file=sys.stderr)
        return 2
    return 0 if news else 1


if __name__ == "__main__":
    sys.exit(main())
