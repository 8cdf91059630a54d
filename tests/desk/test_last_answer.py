"""The last answer of a terminal is found again by the numbers of its hits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.search import open_index
from coopsearch.search.desk import last_answer as kept
from coopsearch.search.errors import SettingsError


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index of three files, and a folder for state of its own."""
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(3):
        (docs / f"{number}.txt").write_text(f"zander {number}\n\nperch", encoding="utf-8")
    sync([docs], tmp_path / "index")
    return tmp_path / "index"


def ask(index: Path, query: str, limit: int = 10) -> None:
    with open_index(index) as opened:
        found = opened.search(query, limit=limit)
        kept.remember(
            query, found.hits, index=index, generations={str(index): opened.generation}, total=found.total
        )


def test_hits(index: Path) -> None:
    """Each hit has its address, place and passage; numbers that were not shown say what to do."""
    with pytest.raises(SettingsError, match="ask first"):
        kept.last_answer()
    ask(index, "zander", 2)
    answer = kept.last_answer(index)
    assert (answer.query, answer.total, len(answer.hits)) == ("zander", 3, 2)
    hit = answer.hit(2)
    with open_index(index) as opened:
        assert opened.document(hit.path).text[hit.start : hit.end].startswith("zander")
        assert answer.generations[str(index)] == opened.generation
    for number, step in (
        (3, "ask again with -n 3"),
        (9, "give one of"),
        (0, "give one of"),
        (-1, "give one of"),
    ):
        with pytest.raises(SettingsError, match=step):
            answer.hit(number)
    ask(index, "perch")
    assert kept.last_answer().query == kept.last_answer(index).query == "perch"
    with pytest.raises(SettingsError, match="of this index"):
        kept.last_answer(index / "other")
    kept.forget(index)
    with pytest.raises(SettingsError):
        kept.last_answer()


def test_private(index: Path, tmp_path: Path) -> None:
    """Only the user may read what was asked, and no text of a document is kept."""
    ask(index, "zander")
    (path,) = (one for one in (tmp_path / "state").rglob("*") if one.is_file())
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    assert "perch" not in path.read_text(encoding="ascii")


@pytest.mark.parametrize("content", ["", "[]", "{}", "null", '{"query": 1}', "\0", "[" * 5_000])
def test_foreign_content(index: Path, tmp_path: Path, content: str) -> None:
    """A file that was cut or altered passes for no answer."""
    ask(index, "zander")
    (path,) = (one for one in (tmp_path / "state").rglob("*") if one.is_file())
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match="ask first"):
        kept.last_answer(index)
    value = {
        "query": "a",
        "options": {},
        "generations": {},
        "hits": [["a", "b", 3, 4, 5, 6]],
        "total": 1,
        "at": 1,
    }
    path.write_text(json.dumps(value), encoding="utf-8")
    with pytest.raises(SettingsError, match="ask first"):
        kept.last_answer(index)


def test_sessions(index: Path) -> None:
    """Another session has an answer of its own, and a folder that cannot be written spoils no search."""
    ask(index, "zander")
    code = (
        "from coopsearch.search.desk.last_answer import last_answer\n"
        "try: print(last_answer().query)\n"
        "except Exception as error: print(type(error).__name__)\n"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, start_new_session=new,
            stdin=subprocess.DEVNULL,
        ).stdout.strip()
        for new in (False, True)
    ]  # fmt: skip
    assert outputs == ["zander", "SettingsError"]
    state = Path(os.environ["XDG_STATE_HOME"])
    state.rename(state.with_name("moved"))
    state.write_text("a file", encoding="utf-8")
    ask(index, "perch")


def test_a_later_page(index: Path) -> None:
    """Numbers go on from page to page, and those of another page say how to get there."""
    with open_index(index) as opened:
        found = opened.search("zander", limit=1, offset=1)
        kept.remember("zander", found.hits, index=index, generations={str(index): opened.generation}, total=3)
    answer = kept.last_answer(index)
    assert (answer.first, len(answer.hits)) == (2, 1)
    assert answer.hit(2).path == found[0].path
    for number, step in ((1, "without --page"), (3, "-n 3"), (4, "give one of"), (0, "give one of")):
        with pytest.raises(SettingsError, match=step):
            answer.hit(number)
