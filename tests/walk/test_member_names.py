"""A file whose name looks like that of a member of the archive beside it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from coopsearch.indexer import compare, purge, sync
from coopsearch.search import open_index
from coopsearch.search.errors import SettingsError


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


def test_purged_by_its_address(tmp_path: Path) -> None:
    """A document is purged by the address that answers give, and a part of a file never passes for gone."""
    sources = tmp_path / "src"
    sources.mkdir()
    (sources / "c.zip!.txt").write_text("secretbang")
    with zipfile.ZipFile(sources / "a.zip", "w") as archive:
        archive.writestr("b.txt", "inside")
    (sources / "gone.txt").write_text("gone")
    index = tmp_path / "index"
    sync([sources], index)
    (sources / "gone.txt").unlink()
    sync([sources], index)
    with pytest.raises(SettingsError, match="is a part of a file"):
        purge([sources / "a.zip!b.txt"], index)
    assert purge([sources / r"c.zip\x21.txt"], index).documents == 1
    with open_index(index) as opened:
        assert not opened.search("secretbang")
        assert len(opened.search("inside")) == 1


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("a.csv", "a.txt", "name,town\nann,rome\n"),
        ("b.md", "b.txt", "# Heading\n\ntext\n"),
        ("k.jsonl", "g.csv", '{"title": "x", "text": "one"}\n{"title": "y", "text": "two"}\n'),
    ],
)
def test_moved_to_another_ending(before: str, after: str, text: str, tmp_path: Path) -> None:
    """A file that is renamed to the ending of another format is read as that, also by another inode."""
    sources = tmp_path / "src"
    sources.mkdir()
    (sources / before).write_text(text)
    (sources / f"copied-{before}").write_text(text + "\n")
    index = tmp_path / "index"
    sync([sources], index)
    (sources / before).rename(sources / after)
    (sources / f"copied-{after}").write_text((sources / f"copied-{before}").read_text())
    (sources / f"copied-{before}").unlink()
    sync([sources], index)
    assert compare(index).counts == {}


@pytest.mark.parametrize("name", ["c.zip!.txt", "x.txt!y.txt", "l.jsonl!1.txt", "bad\udcff.txt", "plain.txt"])
def test_found_by_its_path(name: str, tmp_path: Path) -> None:
    """A document is found by the path of its file, also where that is not its address."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / name).write_text("border")
    sync([tmp_path / "src"], tmp_path / "index")
    with open_index(tmp_path / "index") as opened:
        (hit,) = opened.search("border")
        for path in (tmp_path / "src" / name, hit.path):
            assert opened.holds(path)
            assert opened.document(path).text == "border"
            assert opened.why_not("border", path).rank == 1
