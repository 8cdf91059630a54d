"""The walk: what it finds, what it passes over, and what it survives."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from coopsearch.indexer.problem import Problem
from coopsearch.indexer.walk.walk import File, walk

posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX files")


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def found(root: Path, exclude: Collection[Path] = ()) -> list[str]:
    return [item.relative for item in walk(root, exclude=exclude) if isinstance(item, File)]


def problems(root: Path) -> dict[str, str]:
    return {Path(item.path).name: item.reason for item in walk(root) if isinstance(item, Problem)}


def test_order(tmp_path: Path) -> None:
    """Files come sorted, before the folders beside them, whatever the order they were made in."""
    make(tmp_path, "b/z.txt", "b/a.txt", "a.txt", "c.txt", "B.txt", "b/c/x.txt", "a/x.txt", "é.txt")
    expected = ["B.txt", "a.txt", "c.txt", "é.txt", "a/x.txt", "b/a.txt", "b/z.txt", "b/c/x.txt"]
    assert found(tmp_path) == expected
    assert list(walk(tmp_path)) == list(walk(tmp_path))


def test_status(tmp_path: Path) -> None:
    """A file is yielded with its path, size, time, inode and device."""
    make(tmp_path, "a.txt")
    (item,) = walk(tmp_path)
    status = (tmp_path / "a.txt").stat()
    values = (status.st_size, status.st_mtime_ns, status.st_ino, status.st_dev)
    assert item == File(str(tmp_path / "a.txt"), "a.txt", *values)


def test_hidden(tmp_path: Path) -> None:
    """Hidden files and folders are passed over, but a hidden root is what was asked for."""
    make(tmp_path, ".git/config", ".hidden", "a/.b/c", "shown")
    assert found(tmp_path) == ["shown"]
    assert found(tmp_path / ".git") == ["config"]
    assert found(tmp_path / ".hidden") == [".hidden"]


@posix
def test_links(tmp_path: Path) -> None:
    """Loops end, each folder is walked once, and by its own name rather than a link's."""
    make(tmp_path, "root/z/one.txt", "root/z/two.txt", "outside/three.txt", "four.txt")
    root = tmp_path / "root"
    (root / "a_link").symlink_to(root / "z")
    (root / "up").symlink_to(root)
    (root / "z" / "loop").symlink_to("..")
    (root / "away").symlink_to(tmp_path / "outside")
    (tmp_path / "outside" / "back").symlink_to(root)
    (root / "file_link").symlink_to(tmp_path / "four.txt")
    (root / "same").symlink_to(root / "z" / "one.txt")
    assert found(root) == ["z/one.txt", "z/two.txt", "away/three.txt", "file_link"]
    assert problems(root) == {}


@posix
def test_broken_links(tmp_path: Path) -> None:
    """A link that leads nowhere, or to itself, is a problem and stops nothing."""
    make(tmp_path, "a.txt")
    (tmp_path / "broken").symlink_to("nothing")
    (tmp_path / "circle").symlink_to("circle")
    assert found(tmp_path) == ["a.txt"]
    reasons = problems(tmp_path)
    assert reasons["broken"] == "is a link that leads nowhere"
    assert reasons["circle"].startswith("cannot be opened: ")


@posix
def test_no_files(tmp_path: Path) -> None:
    """FIFOs, sockets and devices are passed over without being opened, also under names that are read."""
    make(tmp_path, "a.txt")
    os.mkfifo(tmp_path / "fifo.txt")
    os.mkfifo(tmp_path / "index.json")
    os.mkfifo(tmp_path / ".coopsearchignore")
    (tmp_path / "null").symlink_to("/dev/null")
    place = os.path.relpath(tmp_path / "socket")  # the name of a socket may not be long
    with socket.socket(socket.AF_UNIX) as one:
        try:
            one.bind(place)
        except OSError as error:
            pytest.skip(f"no socket here: {error}")
        assert found(tmp_path) == ["a.txt"]
    assert list(problems(tmp_path)) == [".coopsearchignore"]
    (item,) = walk(tmp_path / "fifo.txt")
    assert isinstance(item, Problem)
    assert item.reason == "is neither a file nor a folder"


@posix
def test_unreadable(tmp_path: Path) -> None:
    """A folder that may not be opened is a problem; the others are walked."""
    make(tmp_path, "shut/a.txt", "open/b.txt")
    (tmp_path / "shut").chmod(0)
    try:
        if os.access(tmp_path / "shut", os.R_OK):
            pytest.skip("runs as root, who may open everything")
        assert found(tmp_path) == ["open/b.txt"]
        assert problems(tmp_path) == {"shut": "may not be opened: permission denied"}
    finally:
        (tmp_path / "shut").chmod(0o700)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names(tmp_path: Path) -> None:
    """Names that are no UTF-8, or hold line breaks and escape codes, lead to their files."""
    for name in (b"caf\xe9.txt", b"two\nlines", b"\x1b[31mred", b"\xff" * 200):
        (tmp_path / os.fsdecode(name)).write_bytes(name)
    items = [item for item in walk(tmp_path) if isinstance(item, File)]
    assert len(items) == 4
    assert all(item.path.read_bytes() == os.fsencode(item.path.name) for item in items)


def test_indexes(tmp_path: Path) -> None:
    """Folders that hold an index of coopsearch are passed over, others with an index.json are not."""
    make(tmp_path, "one/index.json", "two/index.json", "two/a.txt", "three/index.json", "docs/a.txt")
    (tmp_path / "one" / "index.json").write_text('{"format": "something", "note": "coopsearch-index"}')
    (tmp_path / "two" / "index.json").write_text('{"format": "coopsearch-index", "schema": 1}')
    (tmp_path / "three" / "index.json").write_text("coopsearch-index {")
    assert found(tmp_path) == ["docs/a.txt", "one/index.json", "three/index.json"]
    (item,) = walk(tmp_path / "two")
    assert isinstance(item, Problem)


def test_exclude(tmp_path: Path) -> None:
    """Excluded folders and files are left out, also behind a link; a missing one is no matter."""
    make(tmp_path, "index/data.bin", "docs/a.txt", "docs/b.txt")
    if os.name != "nt":
        (tmp_path / "docs" / "link").symlink_to(tmp_path / "index")
    exclude = [tmp_path / "index", tmp_path / "docs" / "b.txt", tmp_path / "nothing"]
    assert found(tmp_path, exclude=exclude) == ["docs/a.txt"]
    assert found(tmp_path / "index", exclude=exclude) == []


@pytest.mark.parametrize("name", ["nothing", "a\0b", "x" * 5000])
def test_no_root(tmp_path: Path, name: str) -> None:
    """A root that is not there, or cannot be, is one problem."""
    (item,) = walk(tmp_path / name)
    assert isinstance(item, Problem)
    assert item.reason


def test_vanishing(tmp_path: Path) -> None:
    """What vanishes while the walk goes on is not there, and no problem."""
    make(tmp_path, "a.txt", "b/c.txt", "d/e.txt")
    items: Iterator[File | Problem] = walk(tmp_path)
    assert Path(next(items).path).name == "a.txt"
    (tmp_path / "b" / "c.txt").unlink()
    (tmp_path / "b").rmdir()
    assert [Path(item.path).name for item in items] == ["e.txt"]


@posix
def test_deep(tmp_path: Path) -> None:
    """A tree of nearly 2,000 levels, as many as a path has room for, is walked to its end."""
    here, depth = os.open(tmp_path, os.O_RDONLY), 0
    try:
        for _ in range(min(2_000, (4_000 - len(os.fsencode(tmp_path))) // 2)):
            os.mkdir("d", dir_fd=here)
            here, depth = step(here, "d"), depth + 1
        os.close(os.open("end.txt", os.O_CREAT | os.O_WRONLY, dir_fd=here))
        (item,) = walk(tmp_path)
        assert isinstance(item, File)
        assert Path(item.path).name == "end.txt"
        os.unlink("end.txt", dir_fd=here)
    finally:
        # pytest removes its folders by recursion, which such a tree would break.
        for _ in range(depth):
            here = step(here, "..")
            os.rmdir("d", dir_fd=here)
        os.close(here)


def step(here: int, name: str) -> int:
    """Open a folder beside or below an open one, in its place."""
    try:
        return os.open(name, os.O_RDONLY, dir_fd=here)
    finally:
        os.close(here)


def test_speed(tmp_path: Path) -> None:
    """11,000 files are looked at in a fraction of a second; the bound leaves room for a busy machine."""
    for number in range(110):
        folder = tmp_path / f"d{number // 10}" / f"e{number}"
        folder.mkdir(parents=True)
        for name in range(100):
            (folder / f"{name}.txt").touch()
    times = []
    for _ in range(3):
        start = time.process_time()
        assert len(list(walk(tmp_path))) == 11_000
        times.append(time.process_time() - start)
    assert min(times) < 1
