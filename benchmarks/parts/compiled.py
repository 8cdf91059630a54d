"""How much quicker Whoosh's queries are as operations on arrays than by Whoosh's matchers. `dev.py compiled`.

The same queries on one open index, by Whoosh's own searcher and by the one that compiles, by turns; the best
of some rounds counts, the walked ones are asked once if they are slow. The compiled scores are compared with
those of all hits that Whoosh walks over: with a limit it leaves out what it takes to be worse, not always
rightly, and the line says so.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.data import unpack
from benchmarks.steps import machine
from coopsearch.indexer import sync

SHARED = Path(__file__).resolve().parents[3] / "shared"
#: A query that takes so many milliseconds is not asked again.
_SLOW: Final = 1_000
#: Scores that differ by less are the same.
_SAME: Final = 1e-3


class Case(NamedTuple):
    """What is asked, and how."""

    text: str
    query: Any
    settings: dict[str, Any]


def main(arguments: Sequence[str]) -> int:
    """Index, ask, and print a line for each query."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--corpus", type=Path, default=SHARED / "corpora" / "un_general_debate_passages.jsonl.xz"
    )
    parser.add_argument("--documents", type=int, default=None, help="only so many documents")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args(arguments)
    print("  ".join(f"{name} {value}" for name, value in machine().items()))
    with tempfile.TemporaryDirectory(prefix="coopsearch-compiled-") as scratch:
        corpus = unpack(given.corpus, Path(scratch) / "corpus.jsonl", given.documents)
        sync([corpus.path], Path(scratch) / "index")
        page = json.loads((Path(scratch) / "index" / "index.json").read_text())
        _measure(Path(scratch) / "index" / page["data"], given.rounds)
    return 0


def _measure(folder: Path, rounds: int) -> None:
    from whoosh.searching import Searcher

    from coopsearch.search.engines.columns.codec import open_index

    index = open_index(folder)
    with index.searcher() as compiled, Searcher(index.reader(), fromindex=index) as walked:
        print(f"{compiled.doc_count():,} documents; milliseconds, ten hits unless said")
        for case in _cases(index.schema):
            first, _ = _asked(compiled, case)
            ours, found = _best(compiled, case, rounds)
            theirs, wanted = _best(walked, case, rounds)
            everything = walked.search(case.query, **{**case.settings, "limit": None}).top_n
            assert _alike(found, everything[: len(found)]), case.text
            wrong = "" if _alike(found, wanted) else "   (walked, these are not the best)"
            print(
                f"{case.text:44s} first {first:8.2f}   compiled {ours:8.2f}   walked {theirs:10.2f}"
                f"   ratio {theirs / ours:9.1f}{wrong}"
            )


def _alike(found: list[Any], wanted: list[Any]) -> bool:
    """Say whether scores are the same, place by place."""
    return len(found) == len(wanted) and all(
        not isinstance(score, float) or abs(score - its) < _SAME
        for (score, _), (its, _) in zip(found, wanted, strict=True)
    )


def _cases(schema: Any) -> list[Case]:
    from whoosh import query, sorting
    from whoosh.qparser import OrGroup, QueryParser

    every, some = QueryParser("words", schema).parse, QueryParser("words", schema, group=OrGroup).parse
    backwards = sorting.FieldFacet("date", reverse=True)
    texts = [
        (every, "united"), (some, "united nations"), (some, "smuggling routes security"),
        (some, "the security of the small states"), (every, "united security"), (every, "peace NOT war"),
        (every, '"human rights"'), (every, '"united nations"'), (every, '"human security"~4'),
        (every, "secur*"), (every, "secu?it*"), (every, "peace AND (war OR securit*)"),
    ]  # fmt: skip
    human, security = query.Term("words", "human"), query.Term("words", "security")
    peace = query.Term("words", "peace")
    return [
        *(Case(text if parse is every else f"{text} (any)", parse(text), {}) for parse, text in texts),
        Case("securty~2", query.FuzzyTerm("words", "securty", maxdist=2), {}),
        Case("human NEAR/4 security", query.SpanNear(human, security, slop=4, ordered=False), {}),
        Case("human, rather with security", query.AndMaybe(human, security), {}),
        Case("peace, filter security", peace, {"filter": security}),
        Case("peace, newest first", peace, {"sortedby": backwards}),
        Case("peace, groups by type", peace, {"groupedby": "type"}),
        Case("peace, which terms matched", peace, {"terms": True}),
        Case("peace, all hits", peace, {"limit": None}),
    ]


def _best(searcher: Any, case: Case, rounds: int) -> tuple[float, list[Any]]:
    best, found = _asked(searcher, case)
    for _ in range(rounds - 1):
        if best < _SLOW:
            best = min(best, _asked(searcher, case)[0])
    return best, found


def _asked(searcher: Any, case: Case) -> tuple[float, list[Any]]:
    started = time.perf_counter()
    found = searcher.search(case.query, **case.settings)
    return (time.perf_counter() - started) * 1_000, found.top_n


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
