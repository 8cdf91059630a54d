"""What becomes of files: added, changed, moved, removed, gone, not readable."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import pytest

from coopsearch.indexer import Progress, sync
from tests.cli.index.indexing import counts, found, index
from tests.conftest import Run


@pytest.mark.parametrize("engine", ["whoosh", "columns"])
def test_life(run: Run, project: Path, engine: str) -> None:
    """A file is found once it is indexed, under its new text, under its new name, and then forgotten."""
    seeds = project / "seeds"
    assert counts(index(run, project, "--engine", engine)) == (1, 0, 0, 0, 0, 0, 1)
    assert counts(index(run, project)) == (0, 0, 0, 0, 1, 0, 1)
    (seeds / "new.txt").write_text("Fisheries report\n\nAbout the zander.", encoding="utf-8")
    assert counts(index(run, project)) == (1, 0, 0, 0, 1, 0, 2)
    assert found(run, project, "zander") == ["seeds/new.txt"]
    (seeds / "new.txt").write_text("Fisheries report\n\nAbout the perch.", encoding="utf-8")
    assert counts(index(run, project)) == (0, 1, 0, 0, 1, 0, 2)
    assert found(run, project, "zander") == []
    assert found(run, project, "perch") == ["seeds/new.txt"]
    os.utime(seeds / "new.txt")
    assert counts(index(run, project)) == (0, 0, 0, 0, 2, 0, 2)
    (seeds / "deep").mkdir()
    (seeds / "new.txt").rename(seeds / "deep" / "moved.txt")
    assert counts(index(run, project)) == (0, 0, 1, 0, 1, 0, 2)
    assert found(run, project, "perch") == ["seeds/deep/moved.txt"]
    shutil.rmtree(seeds / "deep")
    assert counts(index(run, project)) == (0, 0, 0, 1, 1, 0, 1)
    assert found(run, project, "perch") == []


def test_moved_is_not_read(run: Run, project: Path) -> None:
    """A renamed file is taken over from the index: what stands in the file now is not looked at."""
    file = project / "seeds" / "a.txt"
    file.write_text("Heading words\n\nAbout the zander.", encoding="utf-8")
    stamp = file.stat()
    index(run, project)
    # The same inode, size and time with other content cannot be told from a renamed file without reading it.
    file.write_text("Heading words\n\nAbout the tench!!", encoding="utf-8")
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    file.rename(project / "seeds" / "b.txt")
    assert counts(index(run, project))[2] == 1
    assert found(run, project, "zander") == ["seeds/b.txt"]


def test_unchanged_is_not_read(run: Run, project: Path) -> None:
    """A file of the same size, time and inode as before is not read again."""
    file = project / "seeds" / "a.txt"
    file.write_text("About the zander.", encoding="utf-8")
    os.utime(file, (1_000_000_000, 1_000_000_000))
    index(run, project)
    file.write_text("About the tench!!", encoding="utf-8")
    os.utime(file, (1_000_000_000, 1_000_000_000))
    assert counts(index(run, project)) == (0, 0, 0, 0, 2, 0, 2)
    assert found(run, project, "zander") == ["seeds/a.txt"]
    assert counts(index(run, project, "--rebuild")) == (2, 0, 0, 0, 0, 0, 2)
    assert found(run, project, "tench") == ["seeds/a.txt"]


def test_failures(run: Run, project: Path) -> None:
    """A file that cannot be read is reported each time, the others are indexed, and the exit code is 2."""
    seeds = project / "seeds"
    (seeds / "binary.txt").write_bytes(b"\x7fELF\x02\x01\x01\0\0\0\0\0" * 9)
    (seeds / "empty.txt").touch()
    (seeds / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    with (seeds / "line.txt").open("wb") as stream:
        stream.write(b"word " * 21_000_000)
    for _ in range(2):
        report = index(run, project, code=2)
        assert [failure["shown"] for failure in report["failed"]] == ["seeds/binary.txt", "seeds/line.txt"]
        assert "not text" in report["failed"][0]["reason"]
        assert "too large" in report["failed"][1]["reason"]
        assert [failure["state"] for failure in report["failed"]] == ["failed", "too large"]
        assert (report["documents"], report["unsupported"]) == (2, {".jpg": 1})
    done = run("index", cwd=project)
    failed, large, empty = done.err.splitlines()
    assert failed.startswith("failed: seeds/binary.txt: not text")
    assert large.startswith("too large: seeds/line.txt: over 64 MiB")
    assert empty == "no text: seeds/empty.txt: it holds no text"
    assert done.out.startswith("4 unchanged, 1 without text, 1 too large, 1 failed: 2 documents")
    assert "1 .jpg" in done.out
    (seeds / "binary.txt").write_text("Text now: tench.", encoding="utf-8")
    (seeds / "line.txt").unlink()
    assert not index(run, project)["failed"]
    assert found(run, project, "tench") == ["seeds/binary.txt"]


def test_strange_files(run: Run, project: Path) -> None:
    """Loops, pipes, sockets, hidden and ignored files and names that are no UTF-8 are survived."""
    seeds = project / "seeds"
    (seeds / "loop").symlink_to(seeds)
    (seeds / "dangling").symlink_to(seeds / "nowhere")
    os.mkfifo(seeds / "pipe.txt")
    (seeds / ".hidden.txt").write_text("zander", encoding="utf-8")
    (seeds / ".coopsearchignore").write_text("drafts/\n*.log\n!keep.log\n", encoding="utf-8")
    (seeds / "drafts").mkdir()
    (seeds / "drafts" / "a.txt").write_text("zander", encoding="utf-8")
    (seeds / "a.log").write_text("zander", encoding="utf-8")
    (seeds / "keep.log").write_text("zander", encoding="utf-8")
    name = os.fsencode(seeds) + b"/caf\xe9.txt"
    strange = Path(os.fsdecode(name))
    strange.write_bytes(b"zander")
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(seeds)
        server.bind("s.txt")
        report = index(run, project, code=2)
    assert [failure["shown"] for failure in report["failed"]] == ["seeds/dangling"]
    assert found(run, project, "zander") == ["seeds/caf\\xe9.txt", "seeds/keep.log"]
    strange.unlink()
    (seeds / "dangling").unlink()
    assert counts(index(run, project)) == (0, 0, 0, 1, 2, 0, 2)


def test_folder_vanishes(project: Path) -> None:
    """A folder that vanishes between the walk and the reading costs nothing but its own files."""
    deep = project / "seeds" / "zz"
    deep.mkdir()
    (deep / "a.txt").write_text("zander", encoding="utf-8")

    def vanish(progress: Progress) -> None:
        shutil.rmtree(deep, ignore_errors=True)

    report = sync([project / "seeds"], project / "index_data", progress=vanish)
    assert (report.added, report.failed, report.documents) == (1, (), 1)


def test_one_long_line(run: Run, project: Path) -> None:
    """A line of a hundred million characters is indexed where the limit allows it, or told in a line."""
    with (project / "seeds" / "sparse.txt").open("wb") as stream:
        stream.truncate(100_000_000)
    report = index(run, project, code=2)
    assert [failure["shown"] for failure in report["failed"]] == ["seeds/sparse.txt"]
    assert report["documents"] == 1
