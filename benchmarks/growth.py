"""How the figures grow with the corpus: the same at an eighth, a quarter, a half and the whole of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from benchmarks.data import Corpus, cut
from benchmarks.measure import indexing, querying
from benchmarks.process import adding
from benchmarks.queries import Query

#: The sizes for a corpus that is large enough; a smaller one is cut in parts of the same proportions.
SIZES: Final = (38_000, 76_000, 152_000, 304_000)
#: Classes whose growth is shown.
KINDS: Final = ("union", "intersection", "phrase")


def sizes(documents: int) -> list[int]:
    """Return the sizes for a corpus of that many documents, smallest first."""
    if documents >= SIZES[-1]:
        return list(SIZES)
    return sorted({max(1, documents * size // SIZES[-1]) for size in SIZES})


def growth(
    engines: list[str],
    corpus: Corpus,
    queries: dict[str, list[Query]],
    work: Path,
    workers: int,
    tell: Callable[[str], None],
) -> list[dict[str, Any]]:
    """Index, ask and add at each size; return a list of figures, one for each size."""
    asked: dict[str, list[Query]] = {kind: queries[kind] for kind in KINDS if kind in queries}
    rows = []
    for documents in sizes(corpus.documents):
        place = work / "growth"
        shutil.rmtree(place, ignore_errors=True)
        part = cut(corpus, place / "corpus.jsonl", documents)
        row: dict[str, Any] = {"documents": part.documents, "engines": {}}
        folders = {}
        for name in engines:
            tell(f"{part.documents:,} documents: {name}")
            folders[name] = place / name
            row["engines"][name] = indexing(name, part, folders[name], workers)
        answers = querying(folders, asked, place, passes=3, modes=["hits"])
        for name in engines:
            row["engines"][name]["queries"] = {
                kind: answers[kind]["engines"][name]["modes"]["hits"]["ms"] for kind in asked
            }
        if "coopsearch" in folders:
            row["add"] = adding(folders["coopsearch"], 5)
        rows.append(row)
    shutil.rmtree(work / "growth", ignore_errors=True)
    return rows
