"""Merging beside a writer that goes on: nothing waits for it, nothing is lost by it, whenever it ends."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopsearch.search.analysis.model import AnalysedDocument
from coopsearch.search.engines.columns.build import merge_plan
from coopsearch.search.engines.columns.build import segment_merger as merge
from coopsearch.search.engines.columns.build.background_merge import Background
from coopsearch.search.engines.columns.storage import toc
from coopsearch.search.engines.columns.writer import ColumnsWriter
from coopsearch.search.engines.nodes import Group, Node
from tests.engines.brute import Brute
from tests.engines.strategies import histories, queries
from tests.engines.test_oracle import History, check

from .test_trust import ENGINE, document

ALL = Group("stems", (("alpha", 1.0),))


@settings(max_examples=settings().max_examples // 2)
@given(histories, st.lists(queries, min_size=1, max_size=4), st.sampled_from([1, 12]), st.randoms())
def test_any_history(history: History, asked: list[Node], tokens: int, rng: random.Random) -> None:
    """Whenever a merge ends, and whatever is deleted meanwhile, the answers are those of the documents."""
    held: dict[str, list[AnalysedDocument]] = {}
    with (
        tempfile.TemporaryDirectory() as name,
        # What is merged is taken at once, some commits later, or by the last.
        patch.object(Background, "is_done", property(lambda _: rng.random() < 0.3)),
        patch.object(merge_plan, "_SMALL_FACTOR", 2),
        # What a crash would lose is not the question here, and thousands of small files wait long for a disk.
        patch.object(os, "fsync", lambda _: None),
    ):
        ENGINE.create(Path(name))
        with ColumnsWriter(Path(name), segment_tokens=tokens) as writer:
            for commit in history:
                for file, documents in commit:
                    writer.delete_file(file)
                    held[file] = documents
                    for one in documents:
                        writer.add(one)
                writer.commit(more=True)
                names = {path.name for path in Path(name).iterdir()}
                assert toc.read_toc(Path(name)).files() <= names
            writer.commit()
        assert not ENGINE.verify(Path(name)).damages
        truth = Brute([one for documents in held.values() for one in documents])
        with ENGINE.open(Path(name)) as reader:
            assert reader.documents == len(truth.documents)
            for query in asked:
                check(reader, truth, query, 10)
        left = {path.name for path in Path(name).iterdir() if path.name.endswith((".col", ".part"))}
        assert left == toc.read_toc(Path(name)).files()


def _fill(writer: ColumnsWriter, commit: int, count: int = 6) -> None:
    """Add segments of two documents each."""
    for number in range(count):
        writer.add(document(f"{commit}-{number}.txt", f"alpha commit{commit}"))
        writer.add(document(f"{commit}-{number}+.txt", f"alpha commit{commit}"))
        writer._finish_segment()


def test_nobody_waits(tmp_path: Path) -> None:
    """A batch is committed, deletions in segments that are being merged too, while a merge is under way."""
    ENGINE.create(tmp_path)
    go_on = threading.Event()
    merging = merge.merge

    def slow(*arguments: object) -> object:
        assert go_on.wait(60)
        return merging(*arguments)  # type: ignore[arg-type]

    with ColumnsWriter(tmp_path) as writer, patch.object(merge, "merge", slow):
        for commit in range(3):
            _fill(writer, commit)
            if commit:
                writer.delete_file(f"0-{commit}.txt")
            writer.commit(more=True)
            with ENGINE.open(tmp_path) as reader:
                assert reader.search(ALL, 0).total == reader.documents == 12 * (commit + 1) - commit
            assert len(toc.read_toc(tmp_path).segments) == 6 * (commit + 1)
        # All of one of the segments that are being merged, and some of others, without a commit between.
        writer.delete_file("0-1+.txt")
        writer.commit(more=True)
        for file in range(6):
            writer.delete_file(f"0-{file}.txt")
        go_on.set()
        writer.commit()
    with ENGINE.open(tmp_path) as reader:
        assert reader.search(ALL, 0).total == reader.documents == 24 + 5
        assert reader.search(Group("words", (("commit0", 1.0),)), 0).total == 5
    assert len(toc.read_toc(tmp_path).segments) < 6


def test_what_is_merged_is_bounded(tmp_path: Path) -> None:
    """Commits merge no more together than a few times what they add, and few segments are left."""
    ENGINE.create(tmp_path)
    sums: list[int] = []
    merging = merge.merge

    def counted(segments: object, path: Path) -> object:
        sums.append(sum(segment.entry.tokens for segment in segments))  # type: ignore[attr-defined]
        return merging(segments, path)  # type: ignore[arg-type]

    with (
        ColumnsWriter(tmp_path, spare_tokens=0) as writer,
        patch.object(merge, "merge", counted),
    ):
        for commit in range(30):
            _fill(writer, commit)
            writer.commit(more=True)
        writer.commit()
    added = sum(entry.tokens for entry in toc.read_toc(tmp_path).segments)
    assert 0 < sum(sums) <= 4 * added
    assert len(toc.read_toc(tmp_path).segments) < 12


def test_a_merge_that_fails(tmp_path: Path) -> None:
    """The next commit says so, and the state is the last that was whole."""
    ENGINE.create(tmp_path)
    with ColumnsWriter(tmp_path) as writer:
        _fill(writer, 0)
        with patch.object(merge, "merge", side_effect=OSError(28, "No space left on device")):
            writer.commit(more=True)
            _fill(writer, 1)
            with pytest.raises(OSError, match="No space"):
                writer.commit()
    with ENGINE.open(tmp_path) as reader:
        assert reader.search(ALL, 0).total == reader.documents == 12
    with ColumnsWriter(tmp_path) as writer:
        _fill(writer, 2)
        writer.commit()
    with ENGINE.open(tmp_path) as reader:
        assert reader.documents == 24


KILLED = """
import os, signal, sys
from pathlib import Path
from coopsearch.search.analysis.model import AnalysedDocument, Run
from coopsearch.search.engines.columns.build import background_merge as background
from coopsearch.search.engines.columns.storage import column_writer
from coopsearch.search.engines.columns.writer import ColumnsWriter
from coopsearch.search.model import Document

def fill(writer, commit):
    for number in range(6):
        for name in (f"{commit}-{number}.txt", f"{commit}-{number}+.txt"):
            words = ["alpha", f"commit{commit}"]
            document = Document(name, name, name, " ".join(words), (), "txt")
            writer.add(AnalysedDocument(document, (Run("body", 0, words, words),), ("en",)))
        writer._finish_segment()

left = int(sys.argv[2])

def counted(call):
    def instead(*arguments, **named):
        global left
        if background.threading.current_thread().name == "coopsearch-merge":
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments, **named)
    return instead

column_writer.ColumnWriter.add = counted(column_writer.ColumnWriter.add)
column_writer.ColumnWriter.finish = counted(column_writer.ColumnWriter.finish)
os.fsync, Path.replace = counted(os.fsync), counted(Path.replace)
writer = ColumnsWriter(Path(sys.argv[1]))
fill(writer, 1)
writer.commit(more=True)
writer._background.wait()
fill(writer, 2)
writer.commit()
print("ended")
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_killed(tmp_path: Path) -> None:
    """Killed at any step of a merge in the background, the index is as its last commit left it."""
    ended, step = False, 0
    while not ended:
        folder = tmp_path / str(step)
        folder.mkdir()
        ENGINE.create(folder)
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(folder), str(step)],
            capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        ended = done.stdout == "ended\n"
        assert ended or done.returncode == -signal.SIGKILL, done.stderr
        with ENGINE.open(folder) as reader:
            assert reader.search(ALL, 0).total == reader.documents == (24 if ended else 12)
        assert not ENGINE.verify(folder).damages
        with ColumnsWriter(folder) as writer:
            _fill(writer, 3)
            writer.commit()
        left = {path.name for path in folder.iterdir() if path.name.endswith((".col", ".part"))}
        assert left == toc.read_toc(folder).files()
        step += 20 if step else 1
    assert step > 40
