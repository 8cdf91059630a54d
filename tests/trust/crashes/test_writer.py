"""A transaction of a writer that is cut off anywhere leaves the old documents or the new ones, whole."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import pytest

from coopsearch.indexer import check, compare, open_writer, sync
from coopsearch.search import open_index
from tests.trust.conftest import Scale
from tests.trust.crashes.injecting import KILLED
from tests.trust.trials import posix_only, stage

pytestmark = posix_only

OLD: Final = {"api://a": "1", "api://b": "1", "api://c": "1"}
NEW: Final = {"api://a": "2", "api://c": "1", "api://d": "2"}


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def before(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of a file and of three documents without one."""
    folder = tmp_path_factory.mktemp("writer")
    (folder / "docs").mkdir()
    (folder / "docs" / "a7.txt").write_text("alpha of a file", encoding="utf-8")
    sync([folder / "docs"], folder / "index", engine=request.param)
    with open_writer(folder / "index") as writer:
        for name in "abc":
            writer.add(name, f"alpha {name} of the first version", fields={"version": 1})
    return folder


def held(index: Path) -> dict[str, str]:
    """Return the documents without files that an index finds, and checks that it finds the file too."""
    with open_index(index) as opened:
        found = opened.search("alpha", limit=None)
        assert opened.documents == len(found)
        assert sum(hit.type == "txt" for hit in found) == 1
        return {hit.path: hit.fields["version"] for hit in found if hit.type == "api"}


@pytest.mark.parametrize("error", [KILLED, "ENOSPC"])
def test_cut_off_anywhere(before: Path, tmp_path: Path, error: str, scale: Scale) -> None:
    """Killed, or refused, at any call of the system, a transaction has happened as a whole or not at all."""
    number, step = 1, scale(13, 1)
    kinds: set[str] = set()
    while True:
        world = tmp_path / str(number)
        shutil.copytree(before, world)
        index = world / "index"
        played = stage().play(
            world,
            [("face", "added", index)],
            fault={"folder": str(index), "at": number, "error": error},
        )
        seen = held(index)
        assert seen in (OLD, NEW), f"call {number}: {seen}"
        assert not check(index).damages
        if error == KILLED and len(kinds) < 2:
            kinds.add("old" if seen == OLD else "new")
        if not played.ended and played.steps[0].value == "done":
            assert seen == NEW
        elif error != KILLED:
            assert not played.steps[0].trace, played.steps[0]
        if number % 5 == 0 or seen == NEW:
            # The next writer finds nothing in its way, and a run neither.
            with open_writer(index) as writer:
                writer.put("a", "alpha once more", fields={"version": 3})
            assert held(index)["api://a"] == "3"
            assert sync(index_dir=index).removed == 0
            assert compare(index).counts.get("lost", 0) == compare(index).faults == 0
        shutil.rmtree(world)
        if len(played.calls) < number and not played.ended:
            break
        number += step
    assert number > 20
    assert error != KILLED or kinds == {"old", "new"}
