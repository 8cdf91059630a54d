"""What is not a query: one line, the place, exit code 2, and quickly."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.search import Index, QueryError, open_index
from tests.conftest import Run
from tests.effort import effort

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
    ("titel:migration", 2, "no field 'titel' (character 1 of the query); did you mean title:?"),
    ("language:fr", 2, "no field 'language'"),
    ("date:tomorrowish", 2, "is not a date"),
    ("date:2019-13", 2, "no month 13"),
    ("date:[2019", 2, "character 6"),
    ("lang:xx", 2, "it holds: en, fr"),
    ("smuggling~9", 2, "at most 2"),
    ("smuggling^-1", 2, "character 10"),
    ("smuggling^abc", 2, "is not a boost"),
    ("^_^ smuggling", 0, "1 of 1"),
    ("lang:", 2, "character 1 of the query has no value"),
    ("smuggling title: routes", 2, "character 11"),
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
    ("~", 2, "no letters"),
    ("*", 0, "1 of 1"),
    (":", 2, "no letters"),
    ("\\", 2, "no letters"),
    ('"" «»', 2, "no letters"),
    ("title:", 2, "has no value"),
    ("a:b:c", 2, "character 1"),
    ("AND AND", 2, "character 1"),
    ("a OR OR b", 2, "character 3"),
    ("title:(a b", 2, "character 7"),
    ("date:-1", 2, "character 6"),
    ("date:2019-02-30", 2, "no day 30"),
    ("type:pdf", 2, "it holds: txt"),
    ("\u200b" * 9_000, 2, "empty"),
    ("ـ" * 9_000, 2, "no letters"),
    ("smuggling~2 " * 800, 0, "1 of 1"),
    ("w* " * 3_000, 2, "1,000 words"),
    ("NOT " * 1_999 + "zyzzyva", 0, "1 of 1"),
    ("NOT " * 2_000 + "zyzzyva", 1, "no match"),
    ("(" * 13 + "border" + ")^999" * 13, 2, "come to"),
    ("((border)^0.001)^0.0001", 2, "come to 1e-07"),
    ("border^0.0000001", 0, "1 of 1"),
    (" ".join(f"word{number}~2" for number in range(11)), 2, "more than 10 different fuzzy words"),
    ('"smuggling routes"~99999', 0, "1 of 1"),
]

#: In turns of the loop that work is counted in.
HALF_A_SECOND = 50

#: Queries that are right and must still be quick, in an index of some hundred documents.
HEAVY: list[str] = [
    "word1~2 " * 1_000,
    " ".join(f"word{number}~2" for number in range(900)),
    " OR ".join(f"word{number}" for number in range(800)),
    " ".join(f"+word{number}" for number in range(900)),
    " ".join(f"-word{number}" for number in range(900)),
    " ".join(f"w{number}*" for number in range(900)),
    '"' + "word1 word2 " * 800 + '"',
    "a-" * 4_900,
    "a." * 4_900,
    "http://" + "a/" * 4_000,
    "中" * 9_000,
    "a* w* s* r*",
    "*?*",
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
    """None of them is the work of half a second in an open index."""
    assert _effort(index, query) < HALF_A_SECOND


@pytest.fixture(scope="module", params=["whoosh", "columns"])
def larger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An open index of 300 documents of 2,000 different words."""
    folder = tmp_path_factory.mktemp("larger")
    docs = folder / "docs"
    docs.mkdir()
    for number in range(300):
        words = " ".join(f"word{(number * 37 + at) % 2000}" for at in range(100))
        (docs / f"{number}.txt").write_text(words, encoding="utf-8")
    sync([docs], folder / "index", engine=request.param)
    with open_index(folder / "index") as opened:
        opened.search("word1~ word1*")
        yield opened


@pytest.mark.timeout(20)
@pytest.mark.parametrize("query", HEAVY, ids=[query[:24] for query in HEAVY])
def test_heavy(larger: Index, query: str) -> None:
    """The heaviest queries that are let in are the work of under half a second, or are refused as soon."""
    assert _effort(larger, query) < HALF_A_SECOND


def _effort(index: Index, query: str) -> float:
    def search() -> None:
        with contextlib.suppress(QueryError):
            index.search(query)

    return effort(search)


@pytest.mark.parametrize("query", ["a\0b", "\ud800", "a \udfff"])
def test_api(index: Index, query: str) -> None:
    """What no shell can pass is refused with its place as well."""
    with pytest.raises(QueryError, match="at character") as caught:
        index.search(query)
    assert caught.value.position
