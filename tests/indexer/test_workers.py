"""Several processes that read side by side make the index that one makes, and end as well."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from coopsearch.indexer import Interrupted, Progress, sync
from coopsearch.indexer.sandbox.host import Limits
from coopsearch.indexer.workers.processes import Workers
from coopsearch.indexer.workers.task import Task
from coopsearch.search import open_index
from coopsearch.search.errors import CoopsearchError

QUERIES = ("zander", "pike word7", '"zander perch"', "réfugiés", "التعاون", "word1*", "-zander")


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Return a folder of small files, one of them broken, and one of many records."""
    folder = tmp_path / "docs"
    folder.mkdir()
    for number in range(40):
        text = f"zander perch word{number}\n\nLes réfugiés de {number}\n\nالتعاون بين البلدين {number}"
        (folder / f"{number:02}.txt").write_text(text, encoding="utf-8")
    (folder / "broken.txt").write_bytes(bytes(range(256)) * 9)
    lines = [
        json.dumps({"_id": f"r{number % 700}", "text": f"pike word{number} and zander"})
        for number in range(1500)
    ]
    lines[3] = "{"
    (folder / "records.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def answers(place: Path) -> list[object]:
    """Return what an index says to some queries."""
    with open_index(place) as index:
        return [
            (found.total, [(hit.path, round(hit.score, 5), hit.snippet, hit.language) for hit in found])
            for query in QUERIES
            for found in [index.search(query, limit=2000)]
        ]


def test_same_index(docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents, paths, scores and problems do not depend on who read, also where a file is shared out."""
    monkeypatch.setattr("coopsearch.indexer.ingest._SHARED", 10_000)
    one = sync([docs], tmp_path / "one", workers=1)
    several = sync([docs], tmp_path / "several", workers=3)
    assert several.documents == one.documents == 40 + 1499
    assert several.failed == one.failed
    assert len(one.failed) == 2
    assert answers(tmp_path / "several") == answers(tmp_path / "one")
    (docs / "07.txt").write_text("pike alone", encoding="utf-8")
    # Another second of the same day: another day is another date of its documents.
    seen = int((docs / "records.jsonl").stat().st_mtime)
    other = seen - 1 if seen % 86_400 else seen + 1
    os.utime(docs / "records.jsonl", (other, other))
    again = sync([docs], tmp_path / "several", workers=2)
    assert (again.updated, again.unchanged, again.documents) == (1, 41, one.documents)


def test_interruption(docs: Path, tmp_path: Path) -> None:
    """A run that is ended keeps what was read; the next one reads the rest, each document once."""

    def end(progress: Progress) -> None:
        if progress.done >= 5:
            raise Interrupted

    with pytest.raises(Interrupted):
        sync([docs], tmp_path / "index", workers=2, progress=end)
    with open_index(tmp_path / "index") as index:
        assert 5 <= index.documents < 1539
    report = sync([docs], tmp_path / "index", workers=2)
    assert report.unchanged >= 5
    assert report.documents == 1539


def test_a_worker_that_dies(docs: Path, tmp_path: Path) -> None:
    """A process that is killed ends the run with an error that says so; nothing that was there is lost."""
    sync([docs / "00.txt"], tmp_path / "index")
    data = next((tmp_path / "index").glob("data-*"))
    pool = Workers(1, "columns", data, Limits())
    try:
        pool._workers[0].child.kill()
        task = Task("01.txt", str(docs / "01.txt"), "2020-01-01", 1_000_000, "txt")
        list(pool.submit(task, lambda documents: None))
        with pytest.raises(CoopsearchError, match=r"ended while it read 01\.txt \(SIGKILL\); .*--workers 1"):
            list(pool.wait(lambda documents: None))
    finally:
        pool.close()
    assert sync([docs], tmp_path / "index", workers=2).documents == 1539


def test_workers_end_with_the_run(docs: Path, tmp_path: Path) -> None:
    """No process is left when the one that started it is gone."""
    sync([docs / "00.txt"], tmp_path / "index")
    pool = Workers(2, "columns", next((tmp_path / "index").glob("data-*")), Limits())
    for worker in pool._workers:
        worker.child._orders.close()
    for worker in pool._workers:
        assert worker.child._process.wait(timeout=30) == 0
    started = time.monotonic()
    pool.close()
    assert time.monotonic() - started < 5
