"""Whatever somebody lays in the place of the files of a lock, nothing of it is followed or believed."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from coopsearch.indexer.locking.lock import locked
from coopsearch.search.errors import SettingsError
from tests.trust.conftest import Ledger
from tests.trust.locking.holding import ELSEWHERE, is_held, left, refusing


#: What somebody may lay in the place of the page.
def _fifo(page: Path) -> None:
    os.mkfifo(page)


def _folder(page: Path) -> None:
    page.mkdir()


def _link(page: Path) -> None:
    page.symlink_to("../victim")


def _hard_link(page: Path) -> None:
    os.link(page.parent.parent / "victim", page)


def _large(page: Path) -> None:
    with page.open("wb") as stream:
        stream.truncate(1 << 30)


def _brackets(page: Path) -> None:
    page.write_text("[" * 4000, encoding="utf-8")


def _holding(**changes: object) -> Callable[[Path], None]:
    def write(page: Path) -> None:
        page.write_text(json.dumps({**ELSEWHERE, **changes}), encoding="utf-8")

    return write


TAMPERED: dict[str, Callable[[Path], None]] = {
    "fifo": _fifo,
    "folder": _folder,
    "link": _link,
    "hard link": _hard_link,
    "large": _large,
    "brackets": _brackets,
    "list": lambda page: _ignore(page.write_text("[1]", encoding="utf-8")),
    "bytes": lambda page: _ignore(page.write_bytes(b"\xff\xfe{")),
    "number": lambda page: _ignore(page.write_text(f'{{"process": {"9" * 4000}}}', encoding="utf-8")),
    "text": _holding(process="1; rm"),
    "true": _holding(process=True),
    "negative": _holding(process=-1),
    "float": _holding(process=1e999),
    "escape": _holding(host="\x1b]0;owned\x07"),
    "direction": _holding(host="\u202eevil"),
    "long": _holding(host="a" * 3000),
    "surrogate": _holding(host="\ud800"),
    "nul": _holding(host="a\0b"),
    "none": _holding(host=None),
    "since": _holding(since="\x1b[2J", host=os.uname().nodename),
    "digits": _holding(since="٢٠٢٦-٠١-٠٢ ٠٣:٠٤:٠٥"),
}


def _ignore(_: object) -> None:
    pass


def test_tampered_page(ledger: Ledger, tmp_path: Path) -> None:
    """Whatever lies in the place of the page, who waits is told safe text, nothing is written through."""
    victim = tmp_path / "victim"
    wrong: list[tuple[str, object]] = []
    lost: list[str] = []
    for number, (name, tamper) in enumerate(TAMPERED.items()):
        index = tmp_path / str(number)
        index.mkdir()
        victim.write_text("precious", encoding="utf-8")
        with locked(index):
            (index / "lock.json").unlink()
            tamper(index / "lock.json")
            told = is_held(index)
        if not told or not told.isascii() or not told.isprintable() or len(told) > 400:
            wrong.append((name, told))
        if name in {"direction", "since", "digits"}:
            # Of these something is a holder elsewhere, or its time is not believed; it is young.
            os.utime(index / "lock.json", (1, 1))
        if is_held(index):
            wrong.append((name, "stays"))
        if victim.read_text(encoding="utf-8") != "precious":
            lost.append(name)
        if left(index) not in ([], ["lock.json"] if name == "folder" else []):
            wrong.append((name, left(index)))
    ledger("crowd", "lock.json tampered", tried=len(TAMPERED), wrong=len(wrong), lost=len(lost))
    assert (wrong, lost) == ([], [])


@pytest.mark.parametrize("tamper", [_fifo, _folder, _link, _hard_link], ids=lambda one: one.__name__)
def test_tampered_lock_file(
    tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch, tamper: Callable[[Path], None]
) -> None:
    """Where a file has to be the lock, no link is followed to it, and what is not a plain file is told."""
    monkeypatch.setattr(fcntl, "flock", refusing(fcntl.flock))
    (tmp_path / "victim").write_text("precious", encoding="utf-8")
    tamper(index / "lock")
    with pytest.raises(SettingsError, match="is not a plain file of one name"):
        is_held(index)
    assert (tmp_path / "victim").read_text(encoding="utf-8") == "precious"
