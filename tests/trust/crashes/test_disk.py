"""The record of a run and the disk that it is played back to are themselves right: they carry other tests.

Does not depend on coopsearch.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.trust.crashes.crash_disk import Crash, Tree, all_crashes, played, read_tree, umask
from tests.trust.crashes.crash_recorder import STRACE, Op, record

#: Calls of all kinds, by two processes and two threads.
_WORK: Final = """
import os, subprocess, sys, threading
top = sys.argv[1]
at = lambda name: os.path.join(top, name)
os.mkdir(at("d"))
with open(at("d/a"), "wb") as f:
    f.write(b"x" * 1000); f.flush(); f.seek(10); f.write(b"seek"); f.flush(); os.fsync(f.fileno())
with open(at("d/a"), "ab") as f: f.write(b"end")
fd = os.open(at("b"), os.O_RDWR | os.O_CREAT, 0o600)
os.pwrite(fd, b"there", 600); os.writev(fd, [b"one", b"two"]); os.ftruncate(fd, 603)
two = os.dup(fd); os.write(two, b"three"); os.close(two); os.close(fd)
def work(n):
    with open(at(f"t{n}"), "wb", buffering=0) as f:
        for k in range(50): f.write(b"%d" % (n * k))
threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
[t.start() for t in threads]; [t.join() for t in threads]
child = "import sys; open(sys.argv[1], 'w').write('child')"
subprocess.run([sys.executable, "-S", "-c", child, at("c")], check=True)
folder = os.open(top, os.O_RDONLY | os.O_DIRECTORY)
os.rename("b", "d/moved", src_dir_fd=folder, dst_dir_fd=folder)
os.link(at("c"), at("linked")); os.unlink(at("c")); os.truncate(at("linked"), 3)
os.chmod(at("linked"), 0o600); os.fsync(folder); os.mkdir("gone", dir_fd=folder); os.rmdir(at("gone"))
os.replace(at("t0"), at("t1"))
"""


@pytest.mark.skipif(STRACE is None, reason="there is no strace")
def test_a_record_played_back_is_what_was_done(tmp_path: Path) -> None:
    """Every way to change a file, from any process or thread, is in the record, in order."""
    top = tmp_path / "top"
    top.mkdir()
    ops, done = record([sys.executable, "-S", "-c", _WORK, str(top)], top, {}, tmp_path / "record")
    assert done.returncode == 0, done.stderr
    assert played({}, ops, umask()) == read_tree(top)
    assert {op.kind for op in ops} == {
        "open", "write", "truncate", "rename", "link", "unlink", "mkdir", "rmdir", "chmod", "sync",
    }  # fmt: skip


#: A page is replaced in one step, durably.
_SAFE: Final = (
    Op("open", "page.part", at=0o666, fresh=True, cut=True),
    Op("write", "page.part", data=b"new" * 400),
    Op("sync", "page.part"),
    Op("rename", "page.part", "page"),
    Op("sync", ""),
)
_BEFORE: Final[Tree] = {"page": (b"old" * 400, 0o666)}


def _contents(crashes: list[Crash]) -> set[bytes | None]:
    return {crash.tree.get("page", (None, 0))[0] for crash in crashes}


def test_a_page_written_durably_is_the_old_one_or_the_new_one_on_every_disk() -> None:
    """No crash tears what was synced before it was renamed, and after the last fsync it is there."""
    crashes = all_crashes(_BEFORE, _SAFE, 0, 0)
    assert _contents(crashes) == {b"old" * 400, b"new" * 400}
    assert _contents([crash for crash in crashes if crash.after == len(_SAFE)]) == {b"new" * 400}
    assert any("page.part" in crash.tree for crash in crashes)


@pytest.mark.parametrize("left_out", [2, 4])
def test_each_fsync_that_is_left_out_is_seen(left_out: int) -> None:
    """Without fsync of the file some disk has a torn page, without that of the folder the old one."""
    ops = [op for n, op in enumerate(_SAFE) if n != left_out]
    ended = _contents([crash for crash in all_crashes(_BEFORE, ops, 0, 0) if crash.after == len(ops)])
    assert ended - {b"new" * 400}
    assert (b"old" * 400 in ended) == (left_out == 4)


def test_names_are_lost_one_against_another() -> None:
    """Of two renames without fsync either may be there without the other."""
    before: Tree = {name: (name.encode(), 0o644) for name in ("a", "b")}
    ops = [Op("rename", "a", "c"), Op("rename", "b", "d")]
    left = {tuple(sorted(crash.tree)) for crash in all_crashes(before, ops, 0, 0)}
    assert left == {("a", "b"), ("a", "d"), ("b", "c"), ("c", "d")}


def test_a_folder_that_is_lost_takes_with_it_what_was_synced_inside() -> None:
    """The fsync of a file and of its folder does not keep the folder's own name."""
    ops = [
        Op("mkdir", "data", at=0o777),
        Op("open", "data/x", at=0o666, fresh=True),
        Op("write", "data/x", data=b"x"),
        Op("sync", "data/x"),
        Op("sync", "data"),
    ]
    lost = [crash for crash in all_crashes({}, ops, 0, 0) if crash.after == len(ops) and not crash.tree]
    assert [crash.what for crash in lost] == ["nothing unsynced was kept"]


def test_the_same_seed_gives_the_same_crashes() -> None:
    """A failure can be repeated."""
    ops = [
        Op("open", "x", at=0o666, fresh=True),
        *(Op("write", "x", data=b"y" * 700, at=n) for n in range(20)),
    ]
    first, second = (all_crashes({}, ops, 0, random.Random(7).randrange(99)) for _ in range(2))
    assert first == second
