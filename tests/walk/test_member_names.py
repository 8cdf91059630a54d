"""A file whose name looks like that of a member of the archive beside it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from coopsearch.indexer import compare, purge, sync
from coopsearch.search import open_index


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_a_file_and_a_member_of_one_name(tmp_path: Path, engine: str) -> None:
    """A file named like a member of the archive beside it is found, compared and purged as a file."""
    sources = tmp_path / "src"
    sources.mkdir()
    with zipfile.ZipFile(sources / "a.zip", "w") as archive:
        archive.writestr("b.txt", "inside border")
    (sources / "a.zip!b.txt").write_text("beside border")
    (sources / "Urgent!.txt").write_text("urgent border")
    index = tmp_path / "index"
    sync([sources], index, engine=engine)
    assert compare(index).counts == {}
    with open_index(index) as opened:
        found = {hit.path.rpartition("/")[2]: hit.snippet for hit in opened.search("border")}
    assert found == {
        "a.zip!b.txt": "inside border",
        r"a.zip\x21b.txt": "beside border",
        "Urgent!.txt": "urgent border",
    }
    (sources / "a.zip").unlink()
    (sources / "Urgent!.txt").unlink()
    purged = purge([sources / "a.zip", sources / "Urgent!.txt"], index)
    assert purged.documents == 2
    assert purged.left == ()
    with open_index(index) as opened:
        assert [hit.path.rpartition("/")[2] for hit in opened.search("border")] == [r"a.zip\x21b.txt"]
