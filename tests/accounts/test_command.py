"""`coopsearch accounts`: as a person types it, and as a script calls it."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from coopsearch.search.accounts.kept import read
from coopsearch.search.accounts.passwords import is_right
from tests.conftest import Run

WORDS = "several words in a row"


def accounts(
    run: Run, folder: Path, *arguments: str, password: str | bytes | None = None
) -> tuple[int, str, str]:
    """Call the command for a file of a folder."""
    piped = [] if password is None else ["--password-stdin"]
    done = run("accounts", *arguments, "--accounts", "team.accounts", *piped, cwd=folder, input=password)
    return done.code, done.out, done.err


def test_from_a_script(run: Run, tmp_path: Path) -> None:
    """People are added, changed, listed and removed, each with a line."""
    assert accounts(run, tmp_path, "add", "Ann", password=f"{WORDS}\n") == (0, "added Ann\n", "")
    assert accounts(run, tmp_path, "add", "نور", password=f"{WORDS}\r\n") == (0, "added نور\n", "")
    path = tmp_path / "team.accounts"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert all(is_right(one.secret, WORDS) for one in read(path).values())
    changed = accounts(run, tmp_path, "password", "ANN", password="other words in a row")
    assert changed == (0, "changed the password of Ann\n", "")
    assert accounts(run, tmp_path, "list") == (0, "Ann\nنور\n", "")
    told = [json.loads(line) for line in accounts(run, tmp_path, "list", "--json")[1].splitlines()]
    assert told == [{"account": name, "n": 32768, "r": 8, "p": 1} for name in ("Ann", "نور")]
    assert accounts(run, tmp_path, "remove", "ann", "--json")[1] == '{"account": "Ann", "done": "removed"}\n'
    assert accounts(run, tmp_path, "remove", "نور") == (0, "removed نور\n", "")
    assert accounts(run, tmp_path, "list") == (1, "", "nobody has an account in team.accounts\n")


@pytest.mark.parametrize(
    ("arguments", "password", "why"),
    [
        (["add", "ann"], "short", "12 characters at least"),
        (["add", "ann"], "", "12 characters at least"),
        (["add", "ann"], f"{WORDS}\nsecond line", "no control characters"),
        (["add", "ann"], b"\xff" * 20, "not UTF-8"),
        (["add", "ann"], "x" * 10_000, "more than a password"),
        (["add", "ann"], None, "--password-stdin"),
        (["add", "a\x1bb"], WORDS, "and not U+001B"),
        (["add", "there"], WORDS, "has an account for there already"),
        (["add"], WORDS, "say who"),
        (["password", "nobody"], WORDS, "has no account for 'nobody'"),
        (["remove", "nobody"], None, "has no account for 'nobody'"),
        (["remove", "there"], WORDS, "--password-stdin belongs to"),
        (["list", "there"], None, "takes no name"),
        (["ad", "ann"], None, "no action 'ad'"),
    ],
)  # fmt: skip
def test_what_is_refused(
    run: Run, tmp_path: Path, arguments: list[str], password: str | bytes | None, why: str
) -> None:
    """What cannot be done is one line, and changes nothing."""
    accounts(run, tmp_path, "add", "there", password=WORDS)
    before = (tmp_path / "team.accounts").read_bytes()
    code, out, err = accounts(run, tmp_path, *arguments, password=password)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert why in err
    assert (tmp_path / "team.accounts").read_bytes() == before


def test_no_file(run: Run, tmp_path: Path) -> None:
    """A file that is not there is not made to remove somebody from it, nor in a folder that is not there."""
    for arguments in (["remove", "ann"], ["list"]):
        code, _, err = accounts(run, tmp_path, *arguments)
        assert (code, "the file of accounts is not there" in err) == (2, True)
    done = run("accounts", "list")
    assert (done.code, "say which file" in done.err) == (2, True)
    done = run("accounts", "add", "ann", "--accounts", tmp_path / "no" / "x", "--password-stdin", input=WORDS)
    assert (done.code, "there is no folder" in done.err) == (2, True)


@pytest.mark.skipif(sys.platform != "linux", reason="a terminal of Linux")
@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        ([WORDS, WORDS], 0, "added ann"),
        ([WORDS, "other words in a row"], 2, "two different passwords"),
        (["short"], 2, "12 characters at least"),
        ([WORDS, "\x03"], 130, "interrupted"),
        (["\x04"], 2, "no password was typed"),
    ],
)
def test_at_a_terminal(
    command: Sequence[str], clean_env: dict[str, str], tmp_path: Path, typed: list[str], code: int, said: str
) -> None:
    """A password is asked for twice and not shown, and the terminal shows again what is typed afterwards."""
    import pty
    import termios

    number, handle = pty.fork()
    if not number:
        os.chdir(tmp_path)
        os.execvpe(command[0], [*command, "accounts", "add", "ann", "--accounts", "team.accounts"], clean_env)
    shown = b""
    for at, one in enumerate(typed):
        while shown.count(b": ") <= at and b"coopsearch" not in shown:
            shown += os.read(handle, 1024)
        assert not termios.tcgetattr(handle)[3] & termios.ECHO
        os.write(handle, one.encode() + (b"" if one in {"\x03", "\x04"} else b"\n"))
    while True:
        try:
            part = os.read(handle, 1024)
        except OSError:
            break
        if not part:
            break
        shown += part
    _, status = os.waitpid(number, 0)
    os.close(handle)
    assert os.waitstatus_to_exitcode(status) == code
    assert said in shown.decode()
    assert WORDS not in shown.decode()
