"""The benchmark's command: its options, and where its report goes."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Final

from benchmarks import steps
from benchmarks.display import page, report
from benchmarks.memory import ROOT
from benchmarks.peers import PEERS
from benchmarks.queries import CLASSES

SHARED: Final = ROOT.parent / "shared"
CORPUS: Final = SHARED / "corpora" / "un_general_debate_passages.jsonl.xz"
QUERIES: Final = SHARED / "queries" / "search_benchmark_game.jsonl"


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="dev.py bench", description="coopsearch beside other engines, in one run."
    )
    add = parser.add_argument
    add("--corpus", type=Path, default=CORPUS, metavar="FILE", help="documents: .jsonl or .jsonl.xz")
    add("--queries", type=Path, default=QUERIES, metavar="FILE", help="queries: .jsonl with text and tags")
    add("--limit", type=int, metavar="N", help="only the first N documents")
    add("--whole", action="store_true", help="make one document of passages NAME#1, NAME#2, ... of a corpus")
    add("--engines", nargs="+", choices=PEERS, default=list(PEERS), metavar="NAME", help=", ".join(PEERS))
    add(
        "--classes",
        nargs="+",
        choices=CLASSES,
        default=list(CLASSES),
        metavar="NAME",
        help=", ".join(CLASSES),
    )
    add("--workers", type=int, default=2, metavar="N", help="processes or threads of an indexer (2)")
    add("--passes", type=int, default=5, metavar="N", help="warm passes over the queries (5)")
    add("--rounds", type=int, default=20, metavar="N", help="rounds of the whole processes (20)")
    add("--snippets", action="store_true", help="also with snippets, where an engine makes them")
    add("--growth", action="store_true", help="also at 38,000 to 304,000 documents")
    add(
        "--only",
        nargs="+",
        choices=steps.STEPS,
        metavar="STEP",
        help=f"only these steps: {', '.join(steps.STEPS)}",
    )
    add("--resume", action="store_true", help="go on with the run that is in the folder of work")
    add("--work", type=Path, default=ROOT / "build" / "benchmark", metavar="FOLDER", help="where indexes go")
    add("--report", type=Path, metavar="FILE", help="only print the report of a results.json")
    add("--page", type=Path, metavar="FILE", help="also put figures into a page: docs/performance.md")
    add("--keep", action="store_true", help="also keep the report in benchmarks/runs/, dated")
    parsed = parser.parse_args(arguments)
    for name in ("limit", "workers", "passes", "rounds"):
        if (value := getattr(parsed, name)) is not None and value < 1:
            parser.error(f"--{name} must be 1 or more")
    for file in (parsed.report,) if parsed.report else (parsed.corpus, parsed.queries):
        if not file.is_file():
            parser.error(f"there is no {file}")
        if not parsed.report and file.resolve().is_relative_to(parsed.work.resolve()):
            parser.error(f"{file} lies in {parsed.work}, which is emptied by a run")
    return parsed


def main() -> int:
    """Run, and print the report; or only print it."""
    args = options()
    if args.report:
        results = json.loads(args.report.read_text(encoding="utf-8"))
        steps.check(results, args.report)
    else:
        run = steps.Run(args)
        try:
            results = run.all()
        except RuntimeError as error:
            steps.say(f"{error}; what was measured is kept, `--resume` goes on from there")
            return 1
    text = report.text(results)
    print(text)
    if args.page:
        page.write(args.page, results)
    if args.keep:
        kind = "whole" if results["settings"].get("whole") else "engines"
        kept = ROOT / "benchmarks" / "runs" / f"{results['machine']['date']}-{kind}.txt"
        kept.write_text(text + "\n", encoding="utf-8")
        steps.say(f"kept in {kept.relative_to(ROOT)}")
    return 0
