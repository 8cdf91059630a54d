"""The steps of a run, in their order, and what is kept of each.

A step's figures are written to results.json in the folder of work as soon as they are there, so that a
crash loses one step and `--resume` goes on behind it. The report is made from that file alone.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks import growth, measure, parsing, process
from benchmarks.data import Corpus, cut, save, unpack
from benchmarks.peers import MODES, PEERS
from benchmarks.queries import Query, read_queries

#: Steps that can be asked for alone.
STEPS: Final = ("index", "query", "process", "files", "growth", "parsing")
#: How often an engine indexes at most, and after how many seconds of that it does not begin again.
REPEATS: Final = 3
PATIENCE: Final = 60.0


def say(message: str) -> None:
    """Tell what is being done, on stderr: the report alone goes to stdout."""
    print(f"{datetime.now(UTC):%H:%M:%S}  {message}", file=sys.stderr, flush=True)


def check(results: Any, file: Path) -> None:
    """End with a word if a file is not the results of a run."""
    if not isinstance(results, dict) or not {"settings", "machine"} <= results.keys():
        raise SystemExit(f"dev.py bench: {file} holds no results of a run")


class Run:
    """One run: its folder, its settings, and its results so far."""

    def __init__(self, args: argparse.Namespace) -> None:
        """Begin, or go on with what is there if it was asked for and has the same settings."""
        self._args = args
        self._work: Path = args.work.absolute()
        self._file = self._work / "results.json"
        steps = args.only or [step for step in STEPS if step != "growth" or args.growth]
        self._steps: list[str] = steps
        settings = {
            "corpus": args.corpus.name,
            "whole": args.whole,
            "queries": args.queries.name,
            "limit": args.limit,
            "workers": args.workers,
        }
        before = json.loads(self._file.read_text(encoding="utf-8")) if self._file.is_file() else {}
        if before:
            check(before, self._file)
        if args.resume and before.get("settings") != settings:
            raise SystemExit(f"dev.py bench: no run with these settings to go on with in {self._work}")
        if args.resume:
            self.results: dict[str, Any] = before
            return
        if self._work.is_dir() and not before and any(self._work.iterdir()):
            raise SystemExit(f"dev.py bench: {self._work} holds something else; name a folder with --work")
        shutil.rmtree(self._work, ignore_errors=True)
        self._work.mkdir(parents=True)
        self.results = {"settings": settings, "machine": machine()}
        save(self._file, self.results)

    def all(self) -> dict[str, Any]:
        """Do every step that is not done yet."""
        started = time.monotonic()
        corpus = self._corpus()
        engines = self._present()
        queries = {
            kind: of_kind
            for kind, of_kind in read_queries(self._args.queries).items()
            if kind in self._args.classes
        }
        if "index" in self._steps:
            self._index(engines, corpus)
        if "query" in self._steps:
            self._query(engines, queries)
        big = self._work / "coopsearch"
        if "process" in self._steps and big.is_dir():
            self._step("starting", lambda: process.starting(big, self._work, self._args.rounds))
            self._step("adding", lambda: process.adding(big, min(self._args.rounds, 5)))
        if "files" in self._steps and "coopsearch" in engines:
            rounds = min(self._args.rounds, 5)
            self._step("files", lambda: process.unchanged(corpus, self._work, self._args.workers, rounds))
        if "growth" in self._steps:
            self._growth(engines, corpus, queries)
        if "parsing" in self._steps:
            self._step("parsing", parsing.measured)
        self.results["seconds"] = self.results.get("seconds", 0.0) + time.monotonic() - started
        save(self._file, self.results)
        say(f"done; the figures are in {self._file}")
        return self.results

    def _corpus(self) -> Corpus:
        path = self._work / "corpus" / "passages.jsonl"
        if known := self.results.get("corpus"):
            return Corpus(path, known["documents"], known["text"])
        say(f"{self._args.corpus.name}: unpacking")
        corpus = unpack(self._args.corpus, path, self._args.limit, whole=self._args.whole)
        self.results["corpus"] = {"documents": corpus.documents, "text": corpus.text}
        save(self._file, self.results)
        return corpus

    def _present(self) -> list[str]:
        found = {name: PEERS[name].version() for name in self._args.engines}
        for name, version in found.items():
            if version is None:
                say(f"{name} is not installed and is left out")
        present = [name for name, version in found.items() if version is not None]
        self.results["versions"] = {name: found[name] for name in present}
        return present

    def _step(self, name: str, work: Callable[[], Any]) -> None:
        """Do a step unless it is done, and keep its figures."""
        if name in self.results:
            return
        say(name)
        self.results[name] = work()
        save(self._file, self.results)

    def _index(self, engines: list[str], corpus: Corpus) -> None:
        """Index with each engine in turn, and in turn again while an engine has not had its time."""
        found = self.results.setdefault("index", {})
        spent = dict.fromkeys(engines, 0.0)
        done = set(found)
        for number in range(REPEATS):
            for name in engines:
                if name in done or spent[name] > PATIENCE:
                    continue
                most = PEERS[name].most
                part = cut(corpus, self._work / "corpus" / f"{name}.jsonl", most) if most else corpus
                say(f"index: {name}, {part.documents:,} documents{', again' if number else ''}")
                # A run that is cut in its second round still has the indexes of its first.
                folder = self._work / ("again" if number else name)
                shutil.rmtree(folder, ignore_errors=True)
                # The first run is watched for its memory, which costs time; the others are timed alone.
                row = measure.indexing(name, part, folder, self._args.workers, memory=not number)
                spent[name] += row["seconds"]
                first = found.get(name, row)
                best = min(first, row, key=lambda one: float(one["seconds"]))
                found[name] = {**best, "memory": first["memory"], "runs": number + 1}
                save(self._file, self.results)
        shutil.rmtree(self._work / "again", ignore_errors=True)

    def _query(self, engines: list[str], queries: dict[str, list[Query]]) -> None:
        folders = {name: self._work / name for name in engines if (self._work / name).is_dir()}
        found = self.results.setdefault("query", {})
        for kind, of_kind in queries.items():
            if kind in found:
                continue
            say(f"query: {kind}, {len(of_kind):,} queries")
            found |= measure.querying(
                folders,
                {kind: of_kind},
                self._work,
                passes=self._args.passes,
                modes=[mode for mode in MODES if mode != "snippets" or self._args.snippets],
            )
            save(self._file, self.results)

    def _growth(self, engines: list[str], corpus: Corpus, queries: dict[str, list[Query]]) -> None:
        compared: list[str] = [name for name in ("coopsearch", "tantivy") if name in engines]
        rows = self.results.setdefault("growth", [])
        for number, documents in enumerate(growth.sizes(corpus.documents)):
            if number < len(rows):
                continue
            say(f"growth: {documents:,} documents")
            # What was measured with as good as all documents need not be measured again.
            known = growth.whole(self.results, compared) if documents > 0.99 * corpus.documents else None
            rows.append(
                known
                or growth.grown(
                    documents,
                    compared,
                    corpus,
                    queries,
                    self._work,
                    workers=self._args.workers,
                    rounds=min(self._args.rounds, 5),
                )
            )
            save(self._file, self.results)


def machine() -> dict[str, Any]:
    """Say what the figures were measured on."""
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    }
