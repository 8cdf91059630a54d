"""The benchmark runs, so that nobody finds it broken on the day it is wanted."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

WORDS = "boat coast border patrol smuggling routes security peace cooperation trade port council".split()
QUERIES = [
    {"text": "smuggling routes", "tags": ["union"]},
    {"text": "+border +patrol", "tags": ["intersection", "global"]},
    {"text": '"security peace"', "tags": ["phrase"]},
    {"text": "+coast -boat", "tags": ["negated"]},
    {"text": "left out, as its tag is unknown", "tags": ["two-phase-critic"]},
]


def documents(count: int) -> list[dict[str, str]]:
    """Return documents in which each word stands with each other one somewhere."""
    return [
        {
            "_id": f"speech-{number // 4}#{number % 4}",
            "title": f"Report {number}",
            "text": f"The {WORDS[number % 12]} and the {WORDS[(number // 5 + 1) % 12]} on day {number}. "
            f"{WORDS[6]} {WORDS[7]} {' '.join(WORDS[number % 3 :: 3])}.",
        }
        for number in range(count)
    ]


@pytest.fixture
def bench(repo: Path, tmp_path: Path) -> Any:
    """Runs the benchmark over a hundred documents; returns its results and its report."""
    corpus, queries = tmp_path / "corpus.jsonl", tmp_path / "queries.jsonl"
    corpus.write_text("".join(json.dumps(entry) + "\n" for entry in documents(120)), encoding="utf-8")
    queries.write_text("".join(json.dumps(entry) + "\n" for entry in QUERIES), encoding="utf-8")

    def run(*arguments: str) -> tuple[dict[str, Any], str]:
        done = subprocess.run(
            [
                *(sys.executable, repo / "benchmarks" / "run.py"),
                *("--corpus", corpus, "--queries", queries, "--limit", "100"),
                *("--work", tmp_path / "work", "--passes", "2", "--rounds", "2"),
                *arguments,
            ],
            cwd=tmp_path,
            env={name: value for name, value in os.environ.items() if name != "COOPSEARCH_INDEX"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads((tmp_path / "work" / "results.json").read_text(encoding="utf-8")), done.stdout

    return run


def test_our_own_row_stands_in_every_table(bench: Any, repo: Path, tmp_path: Path) -> None:
    """Every step runs for coopsearch alone, and its figures are in the report and the page."""
    page = tmp_path / "performance.md"
    page.write_text((repo / "docs" / "performance.md").read_text(encoding="utf-8"), encoding="utf-8")
    results, report = bench("--engines", "coopsearch", "--growth", "--page", str(page))
    assert results["corpus"]["documents"] == results["index"]["coopsearch"]["documents"] == 100
    assert set(results["query"]) == {"union", "intersection", "phrase", "negated"}
    for group in results["query"].values():
        ours = group["engines"]["coopsearch"]
        assert ours["failed"] == 0
        assert all(low <= high for low, high in zip(ours["modes"]["hits"]["ms"], [1e6] * 3, strict=True))
    assert results["query"]["union"]["queries"] == 1 + 8  # those of everyday work; one is in both
    assert results["files"]["files"] == 25
    assert [row["documents"] for row in results["growth"]] == [12, 25, 50, 100]
    if sys.platform == "linux":
        assert results["index"]["coopsearch"]["memory"] > 1e7
    rows = re.findall(r"^ *coopsearch\b.*\d", report, re.MULTILINE)
    assert len(rows) > 10
    assert ": 100 documents, " in report
    assert max(map(len, report.splitlines())) <= 112
    assert "| 100 |" in page.read_text(encoding="utf-8")
    assert (tmp_path / "performance-growth.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_run_goes_on_where_it_was(bench: Any) -> None:
    """Steps that are done are not done again, and absent engines are left out without harm."""
    first, _ = bench("--engines", "coopsearch", "sqlite", "--only", "index")
    second, report = bench("--resume", "--only", "index", "query")
    assert first["index"]["coopsearch"] == second["index"]["coopsearch"]
    assert set(second["query"]["phrase"]["engines"]) >= {"coopsearch"}
    assert "phrase: the words in this order (3 queries)" in report


def test_what_cannot_be_measured_is_said_in_a_line(repo: Path, tmp_path: Path) -> None:
    """A corpus that is not there, and a folder that holds something else, end the run before it begins."""
    kept = tmp_path / "theirs" / "kept.txt"
    kept.parent.mkdir()
    kept.write_text("theirs", encoding="utf-8")
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text('{"_id": "1", "title": "", "text": "peace"}\n', encoding="utf-8")
    command: list[str | Path] = [
        sys.executable,
        repo / "benchmarks" / "run.py",
        "--queries",
        corpus,
        "--work",
    ]
    for work, given, words in (
        (tmp_path / "work", tmp_path / "none.jsonl", "there is no "),
        (tmp_path, corpus, "is emptied by a run"),
        (tmp_path / "theirs", corpus, "holds something else"),
    ):
        done = subprocess.run(
            [*command, work, "--corpus", given],
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert done.returncode
        assert words in done.stderr.splitlines()[-1]
    assert kept.read_text(encoding="utf-8") == "theirs"
