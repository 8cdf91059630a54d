"""What became of a file is told from the results of its shares; a pool says itself that it is interrupted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from coopsearch.indexer import Interrupted, Limits, Problem
from coopsearch.indexer.adoption import row_of
from coopsearch.indexer.extract import format_named
from coopsearch.indexer.manifest.conditions import NONE, conditions_of
from coopsearch.indexer.outcome import Ending, OpenFile, row_when_unread
from coopsearch.indexer.walk.changes import Candidate
from coopsearch.indexer.walk.walk import File
from coopsearch.indexer.workers.pool import InProcess
from coopsearch.indexer.workers.task import Reading, Result, Task
from coopsearch.search import FileState
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines import engine

TASK = Task("a.txt", "/a.txt", "2020-01-01", 1000, "txt")
RUN = conditions_of(1000, Limits()._asdict())


def opened(*results: Result, known: bool = False, copies: tuple[Candidate, ...] = ()) -> OpenFile:
    """Return a file all of whose shares were read."""
    one = candidate("a.txt", known=known)
    made = OpenFile(
        one, row_of(one, "new", 1), len(results), copies=[(c, row_of(c, "new", 1)) for c in copies]
    )
    assert [made.add(result) for result in results] == [*[False] * (len(results) - 1), True]
    return made


def candidate(name: str, *, known: bool = False) -> Candidate:
    """Return a file that is looked into, and whose row of before says ``old``."""
    one = Candidate(File(f"/{name}", name, 5, 2, 3, 4), name, format_named("txt"), None)
    return Candidate(one.file, name, one.format, row_of(one, "old", 1)) if known else one


@pytest.mark.parametrize(
    ("results", "ending"),
    [
        ([{}], Ending.READ),
        ([{"paths": ("a#1",)}, {"paths": ("a#2",)}], Ending.READ),
        ([{"paths": ("a#1",)}, {"paths": ("a#1",)}], Ending.DOUBLED),
        ([{}, {"unread": "permission denied"}], Ending.UNREAD),
        ([{"vanished": True}, {"unread": "permission denied"}], Ending.UNREAD),
        ([{"vanished": True}, {}], Ending.VANISHED),
        ([{"cut": True}, {"vanished": True, "unread": "permission denied"}], Ending.CUT),
    ],
)
def test_endings(results: list[dict[str, Any]], ending: Ending) -> None:
    """What ended a share ends the file, and the run's own end comes before all others."""
    assert opened(*(Result(TASK, **one) for one in results)).ending is ending


def test_row_of_shares() -> None:
    """A row has the sum of the shares, each problem once, and conditions only where they kept text back."""
    problem = Problem("a.txt", "broken")
    large = Problem("a.txt", "too large: it is", FileState.TOO_LARGE)
    row = opened(
        Result(TASK, 2, problems=(problem,), texts=2, recognised=1), Result(TASK, 3, problems=(problem,))
    ).row_when_read(RUN)
    assert (row.documents, row.recognised, row.problems) == (5, 1, (problem,))
    assert (row.state, row.conditions, row.digest) == (FileState.IN_PART, NONE, "new")
    assert opened(Result(TASK, problems=(large,))).row_when_read(RUN).conditions == RUN
    assert opened(Result(TASK, 1, texts=1, held=True)).row_when_read(RUN).conditions == RUN
    lacking = opened(Result(TASK, lacks=frozenset({"docx"}))).row_when_read(RUN)
    assert (lacking.conditions.missing, lacking.conditions.held_back) == (("docx",), False)


def test_rows_of_a_file_that_was_cut() -> None:
    """A file that was known keeps its row, but is read again; new copies of a new one say as much as it."""
    copies = candidate("b.txt"), candidate("c.txt", known=True)
    cut = Result(TASK, 2, cut=True)
    rows = {row.file: row for row in opened(cut, copies=copies).rows_when_cut()}
    assert not any(row.complete for row in rows.values())
    assert [(name, row.digest, row.copy_of) for name, row in rows.items()] == [
        ("a.txt", "new", ""),
        ("b.txt", "new", "a.txt"),
        ("c.txt", "old", ""),
    ]
    assert (rows["a.txt"].documents, rows["a.txt"].state) == (2, FileState.IN_PART)
    rows = {row.file: row for row in opened(cut, known=True, copies=copies).rows_when_cut()}
    assert [(name, row.digest, row.complete) for name, row in rows.items()] == [
        ("a.txt", "old", False),
        ("c.txt", "old", False),
    ]


def test_row_of_a_file_that_cannot_be_read() -> None:
    """What is known of such a file stays; of a new one, nothing says that its content is in the index."""
    for known, digest in ((True, "old"), (False, "")):
        one = candidate("a.txt", known=known)
        row = row_when_unread(one, row_of(one, "new", 1), "permission denied")
        assert (row.digest, row.complete, row.state) == (digest, False, FileState.FAILED)
        assert row.problems == (Problem("a.txt", "cannot be read: permission denied"),)


def test_interrupted_in_process(tmp_path: Path) -> None:
    """Where this process reads, the result of what was cut comes first, and then the interruption."""
    backend = engine("columns")
    backend.create(tmp_path / "data-1")
    path = tmp_path / "a.jsonl"
    path.write_text("".join(f'{{"_id": "{n}", "text": "perch {n}"}}\n' for n in range(9)), encoding="utf-8")
    with backend.open(tmp_path / "data-1") as reader:
        table = StemTable(reader.stems)
        pool = InProcess(Reading(backend.parts(tmp_path / "data-1", "p1", table), table, Limits()))

        def tell(documents: int) -> None:
            if documents >= 3:
                raise Interrupted

        results = pool.submit(Task("a.jsonl", str(path), "2020-01-01", 1000, "jsonl"), tell)
        result = next(results)
        assert (result.cut, result.documents) == (True, 3)
        with pytest.raises(Interrupted):
            next(results)
        pool.close()
