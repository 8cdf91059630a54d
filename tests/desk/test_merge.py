"""Two desks become one: whichever way, however often, and nothing of either is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search.desk import marks, merge, store
from coopsearch.search.desk.saved import save, saved
from coopsearch.search.errors import CoopsearchError, SettingsError
from coopsearch.search.indexdir.names import DESK

ALL = ("marks", "notes", "log", "citations")


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The folders of two indexes, and in each what somebody kept."""
    folders = tmp_path / "a", tmp_path / "b"
    for folder, name in zip(folders, ("amal", "jean"), strict=True):
        folder.mkdir(0o700)
        monkeypatch.setenv("LOGNAME", name)
        marks.mark(folder, ["both.txt", f"{name}.txt"], "relevant")
        marks.add_note(folder, "both.txt", f"note by {name}")
        save(folder, f"of {name}", name, {})
        with store.writing(folder) as desk:
            row = (store.new_id(), "both.txt", "quote", "{}", name, store.now())
            desk.execute("INSERT INTO citations VALUES (?, ?, ?, ?, ?, ?)", row)
    return folders


def content(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    with store.reading(folder) as desk:
        return {table: sorted(desk.execute(f"SELECT * FROM {table}")) for table in (*ALL, "saved")}


def test_both_ways(two: tuple[Path, Path], tmp_path: Path) -> None:
    """Either way the same comes out, a second time nothing is added, and an index stands for its desk."""
    first, second = two
    copy = tmp_path / "copy.sqlite"
    merge.backup(first, copy)
    told = merge.merge(first, second)
    assert told == merge.Merged({"saved": 1, "marks": 4, "notes": 1, "log": 5, "citations": 1}, 0, ())
    merge.merge(second, copy)
    assert content(first) == content(second)
    before = content(first)
    assert not any(merge.merge(first, second).added.values())
    assert content(first) == before


def test_taken_back(two: tuple[Path, Path], tmp_path: Path) -> None:
    """What somebody took back after a copy was made does not come back with that copy."""
    first, second = two
    merge.merge(second, first)
    copy = tmp_path / "copy.sqlite"
    merge.backup(first, copy)
    marks.unmark(first, ["both.txt"], "relevant", everyone=True)
    (note,) = marks.notes(first)
    marks.remove_note(first, note.id)
    merge.merge(first, copy)
    assert marks.notes(first) == []
    assert merge.merge(second, first).removed == 2
    for folder in two:
        assert {(one.path, one.tag) for one in marks.marks(folder) if one.who == "jean"} >= set()
    gone = {(one.path, one.tag, one.who) for one in marks.marks(second)}
    assert ("both.txt", "relevant", "jean") in gone


def test_names_of_searches(two: tuple[Path, Path]) -> None:
    """Of two searches of one name the one that is here stays, and the conflict is told."""
    first, second = two
    save(first, "boats", "boats", {})
    save(second, "boats", "ships", {"require_all": True})
    save(first, "same", "x", {"tags": ["-seen"]})
    save(second, "same", "x", {"tags": ["-seen"]})
    told = merge.merge(first, second)
    assert told.conflicts == ("boats",)
    assert {one.name: one.query for one in saved(first)} == {
        "boats": "boats", "same": "x", "of amal": "amal", "of jean": "jean",
    }  # fmt: skip


def test_backup_and_restore(two: tuple[Path, Path], tmp_path: Path) -> None:
    """A copy replaces no file, is put back whole, and what was there lies beside it, readable or not."""
    first, _ = two
    copy = tmp_path / "copy.sqlite"
    merge.backup(first, copy)
    assert copy.stat().st_mode & 0o077 == 0
    with pytest.raises(SettingsError, match="--force"):
        merge.backup(first, copy)
    merge.backup(first, copy, force=True)
    before = content(first)
    store.desk_path(first).write_bytes(b"damaged")
    aside = merge.restore(first, copy)
    assert aside is not None
    assert aside.read_bytes() == b"damaged"
    assert content(first) == before
    assert sum(merge.counts(first).values()) == sum(map(len, before.values()))


@pytest.mark.parametrize("act", [merge.restore, merge.merge])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:3000]),
        lambda path: (path.unlink(), path.mkdir()),
        lambda path: sqlite3.connect(path).execute("PRAGMA user_version = 9").connection.close(),
    ],
)
def test_bad_copies(
    two: tuple[Path, Path],
    tmp_path: Path,
    act: Callable[[Path, Path], object],
    spoil: Callable[[Path], object],
) -> None:
    """A copy that is missing, cut, or of a newer version changes nothing, and the error names it."""
    first, _ = two
    copy = tmp_path / "copy.sqlite"
    merge.backup(first, copy)
    spoil(copy)
    before = store.desk_path(first).read_bytes()
    with pytest.raises(CoopsearchError, match="copy"):
        act(first, copy)
    assert store.desk_path(first).read_bytes() == before


def test_the_desk_itself(two: tuple[Path, Path], tmp_path: Path) -> None:
    """A desk is not its own copy, by whatever name, and an empty one needs none."""
    first, _ = two
    link = tmp_path / "link.sqlite"
    link.symlink_to(first / DESK)
    for act in (merge.merge, merge.restore, merge.backup):
        for path in (first / DESK, link):
            with pytest.raises(SettingsError, match="itself"):
                act(first, path)
    (tmp_path / "empty").mkdir(0o700)
    with pytest.raises(SettingsError, match="nothing"):
        merge.backup(tmp_path / "empty", tmp_path / "copy.sqlite")
    with pytest.raises(SettingsError, match="folder"):
        merge.backup(first, tmp_path / "missing" / "copy.sqlite")


ACTS = st.lists(
    st.tuples(st.booleans(), st.sampled_from("ab"), st.sampled_from(["seen", "x"]), st.booleans()),
    max_size=12,
)


@given(ACTS)
def test_any_history(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[bool, str, str, bool]]
) -> None:
    """After any marks put and taken back in two desks, both ways of merging give the same marks and log."""
    folders = [tmp_path_factory.mktemp("desk"), tmp_path_factory.mktemp("desk")]
    for first, path, tag, put in acts:
        if put:
            marks.mark(folders[first], [path], tag)
        else:
            marks.unmark(folders[first], [path], tag)
    with store.writing(folders[0]) as desk:
        desk.execute("INSERT INTO looked VALUES ('x', '', '')")
    with store.writing(folders[1]) as desk:
        desk.execute("INSERT INTO looked VALUES ('x', '', '')")
    copy = folders[0] / "copy"
    merge.backup(folders[0], copy)
    merge.merge(folders[0], folders[1])
    merge.merge(folders[1], copy)
    assert content(folders[0]) == content(folders[1])
