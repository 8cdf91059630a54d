"""The file of accounts: what it holds, what is damage, and that it is written whole or not at all."""

from __future__ import annotations

import os
import stat
import threading
from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search.accounts import kept, passwords
from coopsearch.search.accounts.kept import add, change, read, remove
from coopsearch.search.accounts.names import checked_name, key_of
from coopsearch.search.accounts.passwords import Parameters, checked_password, is_right
from coopsearch.search.errors import SettingsError

WORDS = "several words in a row"
SALT, DIGEST = b64encode(b"s" * 16).decode(), b64encode(b"d" * 32).decode()
posix = pytest.mark.skipif(os.name != "posix", reason="modes and links are of POSIX")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a test's file is."""
    return tmp_path / "team.accounts"


def test_a_round_trip(path: Path) -> None:
    """Who was added is there with the password that was given, until that is changed, or all of it goes."""
    add(path, "Ann Lee", WORDS)
    add(path, "نور", WORDS)
    assert [one.name for one in read(path).values()] == ["Ann Lee", "نور"]
    ann = read(path)[key_of("ann lee")]
    assert is_right(ann.secret, WORDS)
    assert not is_right(ann.secret, WORDS + " ")
    # The same password is not seen to be the same.
    assert len({one.secret.digest for one in read(path).values()}) == 2
    assert WORDS not in path.read_text(encoding="utf-8")
    change(path, "ANN LEE", "other words in a row")
    assert is_right(read(path)["ann lee"].secret, "other words in a row")
    assert remove(path, "ann LEE").name == "Ann Lee"
    assert [*read(path)] == ["نور"]


@posix
def test_who_can_read_it(path: Path) -> None:
    """It has mode 0600 from its first moment, whatever the umask, and is refused where others may read it."""
    before = os.umask(0)
    try:
        add(path, "ann", WORDS)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for mode in (0o640, 0o604, 0o620, 0o602):
        path.chmod(mode)
        with pytest.raises(SettingsError, match="chmod 600"):
            read(path)
        with pytest.raises(SettingsError, match="chmod 600"):
            add(path, "bob", WORDS)


@posix
def test_a_link_leads_nowhere(path: Path, tmp_path: Path) -> None:
    """No link in its place, or in that of what is written beside it, is followed."""
    other = tmp_path / "other"
    other.write_text("mine")
    path.symlink_to(other)
    with pytest.raises(SettingsError, match="links"):
        add(path, "ann", WORDS)
    path.unlink()
    path.with_name("team.accounts.new").symlink_to(other)
    add(path, "ann", WORDS)
    assert other.read_text() == "mine"
    assert [*read(path)] == ["ann"]


@posix
def test_a_full_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it cannot be written, it is as it was, and nothing is left beside it."""
    add(path, "ann", WORDS)
    before = path.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError, match="no space left on device; it is as it was"):
        add(path, "bob", WORDS)
    assert path.read_bytes() == before
    assert {one.name for one in path.parent.iterdir()} == {"team.accounts", "team.accounts.lock"}


def test_two_at_a_time(path: Path) -> None:
    """Nobody who was added meanwhile is lost."""
    names = [f"person {number}" for number in range(8)]
    threads = [threading.Thread(target=add, args=(path, name, WORDS)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(read(path)) == names


def test_the_same_name_twice(path: Path) -> None:
    """Names that differ in how they are written alone are one."""
    add(path, "Élodie", WORDS)
    for name in ("élodie", "E\u0301LODIE", "  Élodie "):
        with pytest.raises(SettingsError, match="an account for Élodie already"):
            add(path, name, WORDS)
    with pytest.raises(SettingsError, match="no account for"):
        change(path, "elodie", WORDS)
    with pytest.raises(SettingsError, match="no account for"):
        remove(path, "bob")


@pytest.mark.parametrize(
    "name",
    ["", " ", "a\nb", "a\x00b", "a\x1b[31mb", "a:b", "a\u202eb", "a\u200bb", "a\u200db",
        "\ufeffann", "...", "a\tb", "a" * 65, "<b>", "a/b", "\ud800"],
)  # fmt: skip
def test_what_is_not_a_name(name: str) -> None:
    """Signs that act, that nobody sees, or that part a line are in no name."""
    with pytest.raises(SettingsError, match="the name of an account"):
        checked_name(name)
    assert key_of(name) == ""


@given(st.text(max_size=70))
def test_every_name_stays_the_same(text: str) -> None:
    """What is a name stands in the file as it is, and is the same person in any writing."""
    key = key_of(text)
    if key:
        name = checked_name(text)
        assert checked_name(name) == name
        assert key_of(name) == key
        assert not set(name) & set(":\n\r\0")
        assert name.isprintable()


@pytest.mark.parametrize(
    "password",
    ["", "short", "elevenchars", "aaaaaaaaaaaaaaaa", "abababababababab", "annannannannann", "x" * 2000,
        "several words\nin a row", "several words\0 in a row"],
)  # fmt: skip
def test_what_is_not_a_password(password: str) -> None:
    """What is short, of few different characters or of the name, or that no form can send, is refused."""
    with pytest.raises(SettingsError, match="password"):
        checked_password(password, "ann")


def test_a_password_of_any_keyboard() -> None:
    """The same letters are the same password, however a system writes them."""
    secret = passwords.made("caf\u00e9 au lait matin")
    assert is_right(secret, "cafe\u0301 au lait matin")


@pytest.mark.parametrize(
    "line",
    [
        "", "ann", "ann:secret", f"ann:scrypt:32768:8:1:{SALT}", f"ann:bcrypt:32768:8:1:{SALT}:{DIGEST}",
        f"ann:scrypt:32768:8:1:{SALT}:{DIGEST}:x", f":scrypt:32768:8:1:{SALT}:{DIGEST}",
        f"ann:scrypt:32767:8:1:{SALT}:{DIGEST}", f"ann:scrypt:2:8:1:{SALT}:{DIGEST}",
        f"ann:scrypt:1073741824:8:1:{SALT}:{DIGEST}", f"ann:scrypt:32768:8:0:{SALT}:{DIGEST}",
        f"ann:scrypt:32768:-8:1:{SALT}:{DIGEST}", f"ann:scrypt:32768:8:16:!!:{DIGEST}",
        f"ann:scrypt:32768:8:1:{SALT}:", f"ann:scrypt:32768:8:1::{DIGEST}",
        f"ann :scrypt:32768:8:1:{SALT}:{DIGEST}",
        f"a\u202ennn:scrypt:32768:8:1:{SALT}:{DIGEST}", f"# ann:scrypt:32768:8:1:{SALT}:{DIGEST}",
        f"ann:scrypt:32768:8:1:{SALT}:{DIGEST}\r",
    ],
)  # fmt: skip
def test_damage(path: Path, line: str) -> None:
    """A line that is not an account is named by its number, and nobody is let in by the others."""
    good = f"bob:scrypt:32768:8:1:{SALT}:{DIGEST}\n"
    path.touch(0o600)
    path.write_text(f"{good}{line}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"team\.accounts:2: this line is not an account"):
        read(path)
    path.write_text(good)
    assert [*read(path)] == ["bob"]


@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    """Whatever stands in the file, it is accounts or one error."""
    try:
        found = kept._parsed(data, Path("x"))
    except SettingsError:
        return
    assert all(one.key == key and one.secret.is_sound for key, one in found.items())


def test_bounds(path: Path) -> None:
    """A file that is too large, or of too many people, is refused."""
    path.touch(0o600)
    path.write_bytes(b"x" * (1 << 20))
    with pytest.raises(SettingsError, match="too large"):
        read(path)
    path.write_text("".join(f"a{at}:scrypt:32768:8:1:{SALT}:{DIGEST}\n" for at in range(1001)))
    with pytest.raises(SettingsError, match="1,001 accounts"):
        read(path)


def test_what_a_try_costs() -> None:
    """Parameters that are too cheap to protect anybody, or that would take the machine, are not taken."""
    assert Parameters() == (1 << 15, 8, 1)
    for wanted in ((1 << 15, 8, 1), (1 << 14, 8, 5), (1 << 17, 8, 1)):
        assert Parameters(*wanted).are_sound
    for wanted in ((1 << 10, 8, 1), (1 << 20, 8, 1), (1 << 15, 8, 100), (0, 8, 1), (-(1 << 15), 8, 1)):
        assert not Parameters(*wanted).are_sound
