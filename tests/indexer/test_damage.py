"""One flipped bit, or a cut, anywhere in an index: a right answer or an error that names the file."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from coopsearch.indexer import check, sync
from coopsearch.search import CoopsearchError, open_index
from coopsearch.search.engines import NAMES

#: Places that are tried in each file; more with --long.
PLACES = settings().max_examples // 8
QUERIES = ["alpha", '"smuggling routes"', "word3", "numb*", "lang:en", "refugies", "type:csv", "path:a7"]


def make(folder: Path, engine: str) -> Path:
    """An index with all that an index can hold: copies, deletions, stems, files that are not read."""
    docs = folder / "docs"
    docs.mkdir()
    for number in range(30):
        text = f"alpha beta word{number % 5} number{number} réfugiés smuggling routes\n\nsecond {number}"
        (docs / f"a{number}.txt").write_text(text, encoding="utf-8")
    shutil.copy(docs / "a1.txt", docs / "copy.txt")
    (docs / "x.bin").write_bytes(b"\0\1")
    (docs / "b.csv").write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    sync([docs], folder / "index_data", engine=engine)
    (docs / "a3.txt").unlink()
    (docs / "a4.txt").write_text("changed text alpha", encoding="utf-8")
    sync([], folder / "index_data")
    return folder / "index_data"


def answers(index: Path) -> list[object]:
    """All that a few questions look at, what is said of coverage last."""
    with open_index(index) as opened:
        results = [opened.search(query, limit=50) for query in QUERIES]
        found: list[object] = [
            (one.total, [(hit[:10], hit.also) for hit in one], one.documents) for one in results
        ]
        found += [opened.search("alpha", sort="newest", facets=["lang", "year", "folder", "type"]).facets]
        found += [opened.document(index.parent / "docs" / "a7.txt"), opened.languages]
        return [*found, opened.changed(), results[0].coverage]


@pytest.mark.parametrize("engine", NAMES)
def test_any_damage(tmp_path: Path, engine: str) -> None:
    """No damage changes an answer, `verify` finds each, and none makes a traceback of anything."""
    index = make(tmp_path, engine)
    truth = answers(index)
    assert not check(index).damages
    files = [path for path in index.rglob("*") if path.is_file() and path.stat().st_size]
    # The lock holds nothing.
    files = [path for path in files if path.name not in {"lock", "lock.json"}]
    assert len(files) > 5
    count = PLACES if engine == "columns" else PLACES // 4
    chance = random.Random(0)
    for path in sorted(files):
        whole = path.read_bytes()
        places = {0, len(whole) - 1, *chance.sample(range(len(whole)), min(count, len(whole)))}
        spoilt = [
            (at, whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
            for at in sorted(places)
        ]
        spoilt += [(size, whole[:size]) for size in (0, len(whole) // 2, len(whole) - 1)]
        for place, data in spoilt:
            path.write_bytes(data)
            assert told(index, truth, path.name), (path, place)
        path.write_bytes(whole)
    assert answers(index) == truth


def told(index: Path, truth: list[object], name: str) -> bool:
    """Ask a damaged index; return whether a check says that it is damaged."""
    message = ""
    try:
        *found, changed, coverage = answers(index)
    except CoopsearchError as error:
        message = str(error)
    if message:
        assert name in message
        assert "coopsearch index" in message
    else:
        assert found == truth[:-2]
        # Where the pages that say so are damaged, it is not known what is covered.
        assert changed in {truth[-2], None}
        assert coverage in {truth[-1], None}
    try:
        damages = check(index).damages
    except CoopsearchError as error:
        damages = (str(error),)
    assert all("coopsearch index" in damage for damage in damages)
    return any(name in damage for damage in damages)


def test_lost_books_are_told(tmp_path: Path) -> None:
    """A run over a list of files in which a row was changed says so, and reads nothing wrong into it."""
    index = make(tmp_path, "columns")
    books = next(path for path in index.glob("data-*/manifest-*") if b"docs/a7.txt" in path.read_bytes())
    whole = books.read_bytes()
    at = whole.index(b"docs/a7.txt") + 6
    books.write_bytes(whole[:at] + b"8" + whole[at + 1 :])
    with pytest.raises(CoopsearchError, match=books.name):
        sync([], index)
    sync([], index, rebuild=True)
    assert not check(index).damages
