"""What is no query: one line, the place, exit code 2, and quickly."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.search import Index, QueryError, open_index
from tests.conftest import Run

#: Query, exit code, what the line holds.
TABLE: list[tuple[str | bytes, int, str]] = [
    ("", 2, "empty"),
    ("   ", 2, "empty"),
    ("AND", 2, "character 1"),
    ("OR AND NOT", 2, "character 1"),
    ("smuggling AND", 2, "character 11"),
    ("NOT", 2, "character 1"),
    ("+", 2, "no letters"),
    ("...", 2, "no letters"),
    ('"smuggling', 2, "character 1"),
    ("smuggling «routes", 2, "character 11"),
    ("(smuggling", 2, "character 1"),
    ("smuggling)", 2, "character 10"),
    ("()", 2, "character 2"),
    ("colour:red", 2, "no field 'colour'"),
    ("date:tomorrowish", 2, "is no date"),
    ("date:2019-13", 2, "no month 13"),
    ("date:[2019", 2, "character 6"),
    ("lang:xx", 2, "it holds: en, fr"),
    ("smuggling~9", 2, "at most 2"),
    ("x" * 100_000, 2, "100,000 characters"),
    ("smuggling " * 10_000, 2, "100,000 characters"),
    ("(" * 1000, 2, "100 levels"),
    ("(" * 1000 + "smuggling" + ")" * 1000, 2, "100 levels"),
    ("(" * 90 + "smuggling" + ")" * 90, 0, "1 of 1"),
    ("x" * 9_999, 1, "no match"),
    ("*" * 5_000 + "a", 0, "1 of 1"),
    ("a*" * 2_000, 1, "no match"),
    ("?" * 9_000, 2, "no letters"),
    (b"\xff\xfe", 2, "character 1"),
    (b"smuggling caf\xe9", 2, "character 14"),
    ("-smuggling", 1, "no match"),
    ("the of and", 0, "1 of 1"),
    ("\u202esmuggling\u202c", 0, "1 of 1"),
    ("s\u0335\u0336\u0337\u0338muggling" + "\u0335" * 3_000, 0, "1 of 1"),
    ("sm\u00aduggling", 0, "1 of 1"),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, repo: Path) -> Path:
    """A folder with the seeds and their index."""
    folder = tmp_path_factory.mktemp("bad")
    shutil.copytree(repo / "seeds", folder / "seeds")
    sync([folder / "seeds"], folder / "index_data")
    return folder


@pytest.fixture(scope="module")
def index(project: Path) -> Iterator[Index]:
    """The open index."""
    with open_index(project / "index_data") as opened:
        yield opened


@pytest.mark.parametrize(("query", "code", "line"), TABLE, ids=range(len(TABLE)))
def test_command(run: Run, project: Path, query: str | bytes, code: int, line: str) -> None:
    """Each query ends with the code beside it and one line on stderr."""
    done = run("-n0", "--", query, cwd=project)
    assert (done.code, len(done.err.splitlines())) == (code, 1)
    assert line in done.err
    assert len(done.err) < 500
    assert not done.out


@pytest.mark.parametrize("query", [query for query, _, _ in TABLE if isinstance(query, str)], ids=repr)
def test_time(index: Index, query: str) -> None:
    """None of them takes half a second of processor time in an open index."""
    started = time.process_time()
    with contextlib.suppress(QueryError):
        index.search(query)
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("query", ["a\0b", "\ud800", "a \udfff"])
def test_api(index: Index, query: str) -> None:
    """What no shell can pass is refused with its place as well."""
    with pytest.raises(QueryError, match="at character") as caught:
        index.search(query)
    assert caught.value.position
