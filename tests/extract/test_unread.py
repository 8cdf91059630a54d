"""Nothing is unread without a trace: what is attached or archived and not read is named and counted."""

from __future__ import annotations

import json
from email.message import EmailMessage
from pathlib import Path

import pytest

from coopsearch.indexer import compare, sync, unread
from coopsearch.indexer.problem import NAMED
from coopsearch.search import open_index
from tests.conftest import Run
from tests.extract.nested import read, zipped


def mail(*files: tuple[str | None, bytes], text: str = "See what is attached.") -> bytes:
    """Return a mail with files, each by its name or without one, of a kind that says nothing."""
    message = EmailMessage()
    message["From"], message["Subject"] = "a@example.org", "Routes"
    message.set_content(text)
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return bytes(message)


NOISE = bytes(range(256)) * 4


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of a mail with two files that nobody reads and one that is read, and an archive with one."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.eml").write_bytes(mail(("routes.map", NOISE), ("note.txt", b"words"), (None, NOISE)))
    (docs / "b.zip").write_bytes(
        zipped({"in/setup.exe": b"MZ\0\0", "photo.png": b"\x89PNG", "t.txt": b"archived"})
    )
    return tmp_path


def test_report(folder: Path, run: Run) -> None:
    """A run names what it could not read in mails and archives; pictures have a line of their own."""
    done = run("index", "docs", "--index", "ix", cwd=folder)
    assert done.code == 0, done.err
    told = [line for line in done.err.splitlines() if line.startswith("unsupported: ")]
    assert told == [
        "unsupported: docs/a.eml!routes.map: no format is known for .map",
        "unsupported: docs/a.eml!part 3: its bytes are of no format that is read",
        "unsupported: docs/b.zip!in/setup.exe: no format is known for .exe",
    ]
    assert "not read in mails, archives and documents: 3 attached or archived files" in done.out
    assert "1 file holds pictures" in done.out
    (again,) = run("index", "docs", "--index", "ix", "--json", cwd=folder).objects()
    assert again["unread_members"] == 3
    assert [one["shown"].rpartition("docs/")[2] for one in again["unread"]] == [
        "a.eml!routes.map", "a.eml!part 3", "b.zip!in/setup.exe", "b.zip!photo.png",
    ]  # fmt: skip


def test_status(folder: Path, run: Run) -> None:
    """The status counts them, lists them with their files, and takes no other list beside that."""
    run("index", "docs", "--index", "ix", cwd=folder)
    said = run("status", "--index", "ix", cwd=folder).out
    assert "3 attached or archived files not read: `coopsearch status --unread` lists them" in " ".join(
        said.split()
    )
    listed = run("status", "--unread", "--index", "ix", "--json", cwd=folder).objects()
    assert [(one["shown"], one["file"]) for one in listed][:2] == [
        ("docs/a.eml!routes.map", "docs/a.eml"), ("docs/a.eml!part 3", "docs/a.eml"),
    ]  # fmt: skip
    assert {one["state"] for one in listed} == {"unsupported"}
    assert len(listed) == 4
    assert "docs/b.zip!photo.png: a picture" in run("status", "--unread", "--index", "ix", cwd=folder).out
    (value,) = run("status", "--index", "ix", "--json", cwd=folder).objects()
    assert (value["unread"], value["states"]) == (3, {"indexed": 2})
    assert run("status", "--unread", "--state", "failed", "--index", "ix", cwd=folder).code == 2


def test_coverage(folder: Path, run: Run) -> None:
    """An answer says how many of them it does not cover, also where it found nothing."""
    run("index", "docs", "--index", "ix", cwd=folder)
    for query in ("words", "nothingofthekind"):
        assert "3 attached or archived files not read" in run(query, "--index", "ix", cwd=folder).err
    last = run("words", "--json", "--coverage", "--index", "ix", cwd=folder).out.splitlines()[-1]
    assert json.loads(last)["coverage"]["unread"] == 3


def test_kept(folder: Path) -> None:
    """The count stays with files that are unchanged, moved or copied, and a comparison sees no fault."""
    docs = folder / "docs"
    index = folder / "ix"
    sync([docs], index)
    (docs / "copy.eml").write_bytes((docs / "a.eml").read_bytes())
    (docs / "b.zip").rename(docs / "c.zip")
    sync([docs], index)
    assert sorted(one.path.rpartition("docs/")[2] for one in unread(index)) == [
        "a.eml!part 3", "a.eml!routes.map", "c.zip!in/setup.exe", "c.zip!photo.png", "copy.eml!part 3",
        "copy.eml!routes.map",
    ]  # fmt: skip
    with open_index(index) as opened:
        covered = opened.search("words").coverage
        assert covered is not None
        assert (covered.unread, covered.files) == (5, 3)
    assert not compare(index).faults
    (docs / "c.zip").unlink()
    sync([docs], index)
    assert {one.file.rpartition("/")[2] for one in unread(index)} == {"a.eml", "copy.eml"}


def test_looked_into(tmp_path: Path, shared: Path) -> None:
    """A part without a name, of a kind that says nothing, is read as what its bytes are."""
    document = (shared / "faults" / "documents" / "untitled.pdf").read_bytes()
    nested = mail((None, b"inner words"), text="a mail within")
    (tmp_path / "a.eml").write_bytes(
        mail(
            (None, document),
            (None, b"plain words\n"),
            (None, zipped({"z.txt": b"zipped words"})),
            (None, nested),
        )
    )
    documents, problems = read(tmp_path / "a.eml")
    assert not problems
    assert [one.path for one in documents] == [
        "a.eml", "a.eml!part 1", "a.eml!part 2", "a.eml!part 3!z.txt", "a.eml!part 4", "a.eml!part 4!part 1",
    ]  # fmt: skip


def test_many(tmp_path: Path, run: Run) -> None:
    """Of a file with thousands of them a hundred are named, and all are counted."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.zip").write_bytes(zipped({"t.txt": b"words", **{f"{n}.exe": b"MZ\0\0" for n in range(3_000)}}))
    done = run("index", "docs", "--index", "ix", cwd=tmp_path)
    assert done.code == 0, done.err
    assert f"unsupported: {NAMED + 1 - 5:,} more; `coopsearch status --unread` lists them" in done.err
    listed = run("status", "--unread", "--index", "ix", cwd=tmp_path).out.splitlines()
    assert len(listed) == NAMED + 1
    assert "docs/a.zip: 2,900 more in it of formats that are not read" in listed
    assert "3,000 attached or archived files not read" in run("words", "--index", "ix", cwd=tmp_path).err
