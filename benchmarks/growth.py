"""How figures grow with the corpus: the same at an eighth, a quarter, a half and the whole of it."""

from __future__ import annotations

import shutil
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


def grown(
    documents: int,
    engines: list[str],
    corpus: Corpus,
    queries: dict[str, list[Query]],
    work: Path,
    *,
    workers: int,
    rounds: int,
) -> dict[str, Any]:
    """Index the first documents of a corpus, ask, and add one; return the figures of that size."""
    place = work / "growth"
    shutil.rmtree(place, ignore_errors=True)
    part = cut(corpus, place / "corpus.jsonl", documents)
    row: dict[str, Any] = {"documents": part.documents, "engines": {}}
    folders = {name: place / name for name in engines}
    for name, folder in folders.items():
        row["engines"][name] = indexing(name, part, folder, workers)
    asked: dict[str, list[Query]] = {kind: queries[kind] for kind in KINDS if kind in queries}
    answers = querying(folders, asked, place, passes=3, modes=["hits"])
    for name in engines:
        row["engines"][name]["queries"] = _times(answers, name)
    if "coopsearch" in folders:
        row["add"] = adding(folders["coopsearch"], rounds)
    shutil.rmtree(place, ignore_errors=True)
    return row


def whole(results: dict[str, Any], engines: list[str]) -> dict[str, Any] | None:
    """Return the figures of the whole corpus from the run's other steps; None if they were left out."""
    if not {"index", "query", "adding"} <= results.keys():
        return None
    return {
        "documents": results["corpus"]["documents"],
        "engines": {
            name: {**results["index"][name], "queries": _times(results["query"], name)} for name in engines
        },
        "add": results["adding"],
    }


def _times(answers: dict[str, Any], name: str) -> dict[str, list[float]]:
    return {kind: answers[kind]["engines"][name]["modes"]["hits"]["ms"] for kind in KINDS if kind in answers}
