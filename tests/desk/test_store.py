"""The file of the desk: whole or not at all, its own tables or an error."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from coopsearch.search.desk import store
from coopsearch.search.errors import CoopsearchError, IndexDamaged, IndexLocked, IndexOutdated
from coopsearch.search.indexdir.names import DESK, DESK_LOCK

INSERT = "INSERT INTO marks VALUES ('a.txt', 'seen', 'me', '2026-01-01T00:00:00Z')"


def marks(index: Path) -> list[tuple[str, ...]]:
    with store.reading(index) as desk:
        return desk.execute("SELECT path, tag FROM marks").fetchall()


def test_kept(tmp_path: Path) -> None:
    """What is written is read again; what fails in between leaves nothing, and reading writes no file."""
    assert marks(tmp_path) == []
    assert not store.exists(tmp_path)
    with store.writing(tmp_path) as desk:
        desk.execute(INSERT)
    with pytest.raises(sqlite3.OperationalError), store.writing(tmp_path) as desk:
        desk.executescript("DELETE FROM marks; DELETE FROM nothing")
    assert marks(tmp_path) == [("a.txt", "seen")]
    assert store.desk_path(tmp_path).stat().st_mode & 0o077 == 0


def test_two_writers(tmp_path: Path) -> None:
    """Writers wait for each other and lose nothing; one that waits for too long is told."""

    def write(number: int) -> None:
        with store.writing(tmp_path) as desk:
            desk.execute("INSERT INTO marks VALUES (?, 'seen', 'me', '')", (f"{number}.txt",))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(marks(tmp_path)) == 20
    with (
        store.writing(tmp_path),
        pytest.raises(IndexLocked, match="try again"),
        store.writing(tmp_path, wait=0),
    ):
        pass


def test_who(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The user is named by the environment, else by the list of users, else by the number."""
    monkeypatch.setenv("LOGNAME", "amina")
    assert store.who() == "amina"
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    assert store.who()
    users = tmp_path / "passwd"
    monkeypatch.setattr(store, "_USERS", users)
    assert store.who() == f"user {os.getuid()}"
    users.write_text(f"broken\nfarid:x:{os.getuid()}:0:::\n", encoding="utf-8")
    assert store.who() == "farid"


def other(path: Path, *statements: str) -> None:
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    path.chmod(0o600)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5_000])


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096 * 3 : 4096 * 3 + 60] = b"\xff" * 60
    path.write_bytes(data)


def newer(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


def trigger(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TRIGGER t AFTER INSERT ON marks BEGIN DELETE FROM notes; END")
    connection.close()


def log(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE more (x)")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda path: path.write_bytes(b""), IndexDamaged),
        (lambda path: path.write_bytes(b"no database at all" * 99), IndexDamaged),
        (cut, IndexDamaged), (flipped, IndexDamaged), (trigger, IndexDamaged), (log, IndexDamaged),
        (lambda path: other(path, "CREATE TABLE a (b)"), IndexDamaged),
        (newer, IndexOutdated),
    ],
)  # fmt: skip
def test_not_a_desk(tmp_path: Path, spoil: Callable[[Path], object], error: type[CoopsearchError]) -> None:
    """A file that is cut, altered, of something else or of a newer version is named, and stays as it is."""
    with store.writing(tmp_path) as desk:
        desk.execute(INSERT)
    path = store.desk_path(tmp_path)
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(error, match=r"desk\.sqlite"), store.writing(tmp_path) as desk:
        desk.execute(INSERT)
    with pytest.raises(error), store.reading(tmp_path):
        pass
    assert path.read_bytes() == before


def test_links(tmp_path: Path) -> None:
    """A link in the place of the desk or of its lock leads nowhere."""
    index, victim = tmp_path / "index", tmp_path / "victim"
    index.mkdir(0o700)
    victim.write_bytes(b"precious")
    for name in (DESK, DESK_LOCK):
        (index / name).unlink(missing_ok=True)
        (index / name).symlink_to(victim)
        with pytest.raises(CoopsearchError) as caught, store.writing(index) as desk:
            desk.execute(INSERT)
        # A rebuild does not touch a desk.
        assert "--rebuild" not in str(caught.value)
        (index / name).unlink()
    assert victim.read_bytes() == b"precious"
    assert victim.stat().st_size == 8


@pytest.mark.parametrize(
    "row", ["INSERT INTO marks VALUES (x'ff', 'seen', 'me', 'now')",
            "INSERT INTO notes VALUES ('1', 'a', 'x', 2, 'text', 'me', 'now')"],
)  # fmt: skip
def test_values_of_another_kind(tmp_path: Path, row: str) -> None:
    """A desk of somebody else, with bytes or words where text or numbers belong, is damaged."""
    with store.writing(tmp_path) as desk:
        desk.execute(row)
    with pytest.raises(IndexDamaged, match="a value of"), store.reading(tmp_path):
        pass
