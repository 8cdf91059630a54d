"""An index that another version wrote, or another program: told apart, and rebuilt when that is asked for."""

from __future__ import annotations

import json
import shutil
import zlib
from pathlib import Path

import pytest
from whoosh import fields
from whoosh.index import create_in

from coopsearch.search.engines.columns.storage import toc
from tests.conftest import Run


@pytest.fixture
def data(run: Run, tmp_path: Path) -> Path:
    """The data folder of an index of two files."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "index_data").mkdir()
    for name in ("a", "b"):
        (tmp_path / "docs" / f"{name}.txt").write_text(f"zander perch {name}", encoding="utf-8")
    assert run("index", "-q", "docs", cwd=tmp_path).code == 0
    return next((tmp_path / "index_data").glob("data-*"))


def refused(run: Run, folder: Path) -> str:
    """Search and index; both must say in a line what to do, and doing that must mend it. Returns the line."""
    lines = set()
    for arguments in (["zander"], ["index"], ["verify"]):
        done = run(*arguments, cwd=folder)
        assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1), done
        lines.add(done.err.removeprefix("damaged: ").removeprefix("coopsearch: "))
    (line,) = lines
    assert "run `coopsearch index --rebuild`" in line
    assert run("index", "--rebuild", "-q", cwd=folder).code == 0
    assert "2 of 2 documents match" in run("zander", "-n0", cwd=folder).err
    assert run("verify", cwd=folder).code == 0
    return line


@pytest.mark.parametrize(("version", "words"), [(0, "an older coopsearch"), (99, "a newer coopsearch")])
def test_another_table(run: Run, data: Path, version: int, words: str) -> None:
    """A table of contents of another version, whole as it is."""
    body, _ = (data / toc.NAME).read_bytes().splitlines()
    body = json.dumps({**json.loads(body), "version": version}).encode()
    (data / toc.NAME).write_bytes(b"%b\n%08x\n" % (body, zlib.crc32(body)))
    assert words in refused(run, data.parents[1])


def test_another_column_file(run: Run, data: Path) -> None:
    """A file of columns of another version; the message names it."""
    path = next(data.glob("*.col"))
    whole = path.read_bytes()
    path.write_bytes(whole[:8] + b"\x07\0\0\0" + whole[12:])
    assert f"{path.name} has format 7, of a newer coopsearch" in refused(run, data.parents[1])


def test_files_of_whoosh(run: Run, data: Path) -> None:
    """Real files of Whoosh's own codec where the columns should be."""
    for path in data.iterdir():
        path.unlink()
    writer = create_in(str(data), fields.Schema(words=fields.TEXT)).writer()
    writer.add_document(words="zander perch")
    writer.commit()
    assert "in Whoosh's own files" in refused(run, data.parents[1])


def test_a_folder_of_whoosh_alone(run: Run, tmp_path: Path) -> None:
    """An index that Whoosh made by itself is not an index of ours: nobody writes into it."""
    create_in(str(tmp_path), fields.Schema(words=fields.TEXT)).close()
    before = sorted(path.name for path in tmp_path.iterdir())
    for arguments in (["zander"], ["index", "docs"]):
        done = run(*arguments, "--index", tmp_path, cwd=tmp_path)
        assert (done.code, len(done.err.splitlines())) == (2, 1)
        assert "is not a coopsearch index" in done.err or "does not exist" in done.err
    assert before == sorted(path.name for path in tmp_path.iterdir())


def test_another_engine(run: Run, data: Path) -> None:
    """An index that is kept in Whoosh's own files stays so until a rebuild with another engine."""
    folder = data.parents[1]
    shutil.rmtree(folder / "index_data")
    (folder / "index_data").mkdir()
    assert run("index", "-q", "--engine=whoosh", "docs", cwd=folder).code == 0
    done = run("index", "--engine=columns", cwd=folder)
    assert done.code == 2
    assert "is kept with whoosh; to change that, add --rebuild" in done.err
    assert run("index", "-q", "--engine=columns", "--rebuild", cwd=folder).code == 0
    assert list((folder / "index_data").glob("data-*/*.col"))
    assert "2 of 2 documents match" in run("zander", "-n0", cwd=folder).err
