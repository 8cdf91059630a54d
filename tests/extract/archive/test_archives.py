"""Archives: what is in them is read at its address, and none of them can do harm."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from coopsearch.indexer.extract.budget import Bounds, Budget, Overrun
from coopsearch.indexer.sandbox.host import Limits
from tests.conftest import Run
from tests.extract.nested import read, tarred, zipped

MEMBERS = {
    "reports/routes.txt": b"Smuggling routes across the sea",
    "pages/\xc3\xa9tude.html".encode("latin-1").decode("utf-8"): b"<h1>Etude</h1><p>passeurs et routes</p>",
    "تقرير.txt": "تهريب المهاجرين".encode(),
    "records.jsonl": b'{"_id": "a", "text": "first"}\n{"_id": "b", "text": "second"}\n',
}
ADDRESSES = ["reports/routes.txt", "pages/étude.html", "تقرير.txt", "records.jsonl!a", "records.jsonl!b"]


def written(tmp_path: Path, name: str, data: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.zip", zipped(MEMBERS)),
        ("a.tar", tarred(MEMBERS)),
        ("a.tar.gz", tarred(MEMBERS, "w:gz")),
        ("a.TGZ", tarred(MEMBERS, "w:gz")),
        ("a.tar.bz2", tarred(MEMBERS, "w:bz2")),
        ("a.txz", tarred(MEMBERS, "w:xz")),
        ("really a tar.zip", tarred(MEMBERS)),
    ],
)
def test_members(tmp_path: Path, name: str, data: bytes) -> None:
    """Every member is a document at the archive's address and its own, with its time, whatever packs it."""
    documents, problems = read(written(tmp_path, name, data))
    assert not problems
    assert [one.path for one in documents] == [f"{name}!{address}" for address in ADDRESSES]
    assert {one.file for one in documents} == {name}
    # A time at which a file was written is not the date of what it says.
    assert {(one.date, one.modified) for one in documents} == {("", "2020-05-17")}
    assert documents[2].text == "تهريب المهاجرين"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        # Its header has a time, which is part of the test's name.
        ("a.txt.gz", gzip.compress(b"packed text", mtime=0)),
        ("a.txt.xz", lzma.compress(b"packed text")),
        ("a.txt.bz2", bz2.compress(b"packed ") + bz2.compress(b"text")),
    ],
)
def test_packed(tmp_path: Path, name: str, data: bytes) -> None:
    """A packed file is the one member of itself."""
    documents, problems = read(written(tmp_path, name, data))
    assert [(one.path, one.text, one.type) for one in documents] == [(f"{name}!a.txt", "packed text", "txt")]
    assert not problems


def test_nested(tmp_path: Path) -> None:
    """A mail in a zip in a tar gives its text and its attachment, each at its address."""
    mail = (
        b"From: a@example.org\nSubject: Routes\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\n\nsee below\n--b\nContent-Type: text/plain\n"
        b"Content-Disposition: attachment; filename=list.txt\n\nboats and crossings\n--b--\n"
    )
    inner = zipped({"m.eml": mail})
    documents, problems = read(written(tmp_path, "out.tar.gz", tarred({"in/a.zip": inner}, "w:gz")))
    assert [one.path for one in documents] == [
        "out.tar.gz!in/a.zip!m.eml",
        "out.tar.gz!in/a.zip!m.eml!list.txt",
    ]
    assert not problems


def test_names(tmp_path: Path) -> None:
    """A name in an archive is a label: never absolute, never upwards, never another's, nothing written."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("../../evil.txt", "/etc/evil.txt", "C:\\x\\evil.txt", "a.txt", "b\n\x1b[31m.txt"):
            archive.writestr(name, f"text of {name!r}")
        archive.writestr(".hidden.txt", "hidden")
        archive.writestr("__MACOSX/a.txt", "of a program")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.txt", "another of that name")
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    documents, _ = read(written(tmp_path, "a.zip", stream.getvalue()))
    assert [one.path for one in documents] == [
        "a.zip!evil.txt", "a.zip!etc/evil.txt", "a.zip!x/evil.txt", "a.zip!a.txt", "a.zip!b\n\x1b[31m.txt",
        "a.zip!a.txt#2",
    ]  # fmt: skip
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip"]


def test_links_of_tar(tmp_path: Path) -> None:
    """Links and devices of a tar are passed over."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            info = tarfile.TarInfo(f"{kind!r}.txt")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("a.txt")
        info.size = 4
        archive.addfile(info, io.BytesIO(b"text"))
    documents, problems = read(written(tmp_path, "a.tar", stream.getvalue()))
    assert [one.path for one in documents] == ["a.tar!a.txt"]
    assert not problems


def test_unread_members(tmp_path: Path) -> None:
    """Members of formats that are not read are counted in one line, and make no fault of the archive."""
    members = {
        "a.txt": b"text",
        "p.png": b"\x89PNG",
        "q.png": b"\x89PNG",
        "noise": b"\0\1\2\0",
        "x.exe": b"MZ\x90\0\3\0\0\0",
    }
    documents, problems = read(written(tmp_path, "a.zip", zipped(members)))
    assert len(documents) == 1
    assert [(one.path, one.state) for one in problems] == [("a.zip", "unsupported")]
    told = "4 in it of formats that are not read: 2 .png, 1 no ending, 1 .exe; --ocr reads pictures"
    assert problems[0].reason == told


def test_bad_member(tmp_path: Path) -> None:
    """One broken member costs itself alone."""
    members = {"a.txt": b"before", "b.pdf": b"no pdf", "c.docx": b"PK\x03\x04 no docx", "d.txt": b"after"}
    documents, problems = read(written(tmp_path, "a.zip", zipped(members)))
    assert [one.text for one in documents] == ["before", "after"]
    assert [one.path for one in problems] == ["a.zip!b.pdf", "a.zip!c.docx"]


def test_bomb(tmp_path: Path) -> None:
    """What unpacks to too much is given up there, with the limit's name; what stands before is kept."""
    members = {"a.txt": b"before", **{f"{n}.txt": bytes(30_000_000) for n in range(4)}}
    documents, problems = read(written(tmp_path, "a.zip", zipped(members)))
    assert [one.text for one in documents] == ["before"]
    assert problems[-1].state == "too large"
    assert "--limit ratio=TIMES" in problems[-1].reason


def test_nested_bomb(tmp_path: Path) -> None:
    """Nesting multiplies nothing: all that is unpacked counts, on every level."""
    inner = zipped({f"{n}.txt": bytes(20_000_000) for n in range(3)})
    for _ in range(2):
        inner = zipped({f"{n}.zip": inner for n in range(10)}, zipfile.ZIP_STORED)
    _, problems = read(written(tmp_path, "a.zip", zipped({"b.zip": inner})))
    assert "it unpacks to over" in problems[-1].reason


def test_overlap(tmp_path: Path) -> None:
    """Members that share their bytes are refused."""
    data = bytearray(zipped({"a.txt": b"a" * 1000, "b.txt": b"b" * 1000}, zipfile.ZIP_STORED))
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = struct.pack("<I", 0)
    _, problems = read(written(tmp_path, "a.zip", bytes(data)))
    assert problems[0].reason.startswith("refused: its members overlap")


def test_depth(tmp_path: Path) -> None:
    """Nesting ends at the limit, and says so."""
    data = b"deep"
    name = "a.txt"
    for _ in range(12):
        data, name = zipped({name: data}), "a.zip"
    path = written(tmp_path, "a.zip", data)
    documents, problems = read(path)
    assert not documents
    assert "nested deeper than 8" in problems[0].reason
    assert [one.text for one in read(path, Limits(depth=12))[0]] == ["deep"]


def test_members_limit(tmp_path: Path) -> None:
    """An archive of too many members is read as far as the limit goes."""
    path = written(tmp_path, "a.zip", zipped({f"{n}.txt": b"text" for n in range(50)}))
    documents, problems = read(path, Limits(members=10))
    assert len(documents) == 10
    assert "over 10 members" in problems[0].reason


def test_members_of_a_mailbox() -> None:
    """The usual limits let in as many mails as a large mailbox has, and still have an end."""
    budget = Budget(Bounds(), 300 * 1024**2)
    assert all(budget.enter() == number for number in range(1, 1_000_001))
    with pytest.raises(Overrun, match="over 1,000,000 members"):
        budget.enter()


def test_claimed_size(tmp_path: Path) -> None:
    """A member that claims 4 GB is refused by its claim, and one that lies is stopped by what comes."""
    info = tarfile.TarInfo("huge.txt")
    info.size = 4 << 30
    path = written(tmp_path, "a.tar", info.tobuf() + b"x" * 2048)
    _, problems = read(path)
    assert problems[0].path == "a.tar!huge.txt"
    assert problems[0].state == "too large"


def test_locked_member(tmp_path: Path) -> None:
    """A member with a password is reported as encrypted; the others are read."""
    data = bytearray(zipped({"a.txt": b"open", "b.txt": b"locked"}))
    second = data.rindex(b"PK\x01\x02")
    data[second + 8] |= 1
    documents, problems = read(written(tmp_path, "a.zip", bytes(data)))
    assert [one.text for one in documents] == ["open"]
    assert [(one.path, one.state) for one in problems] == [("a.zip!b.txt", "encrypted")]


def test_resumed(tmp_path: Path) -> None:
    """A member that kills or holds up its reader costs itself: the next process goes on behind it."""
    rows = "".join("<div>" * 40 + "</div>" * 40 for _ in range(10))
    members = {
        "a.txt": b"before",
        "z.zip": zipped({"b.txt": b"also before", "c.txt": b"x" * 3_000_000, "d.txt": b"behind"}),
        "e.html": rows.encode() + b"<p>after</p>",
    }
    documents, problems = read(written(tmp_path, "a.zip", zipped(members)), Limits(output=1024**2))
    assert [one.path for one in documents] == [
        "a.zip!a.txt", "a.zip!z.zip!b.txt", "a.zip!z.zip!d.txt", "a.zip!e.html",
    ]  # fmt: skip
    assert [one.path for one in problems] == ["a.zip!z.zip!c.txt"]
    assert "--limit output=MIB" in problems[0].reason


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.zip", zipped(MEMBERS)), ("a.tar", tarred(MEMBERS)), ("a.tgz", tarred(MEMBERS, "w:gz")),
     ("a.txz", tarred(MEMBERS, "w:xz")), ("a.tar.bz2", tarred(MEMBERS, "w:bz2")),
     ("a.txt.gz", gzip.compress(random.Random(3).randbytes(3000).hex().encode()))],
)  # fmt: skip
def test_cut(tmp_path: Path, name: str, data: bytes) -> None:
    """An archive that is cut anywhere is reported, and what it gives stands in the whole one."""
    whole = {one.path for one in read(written(tmp_path, name, data))[0]}
    for part in range(1, 8):
        documents, problems = read(written(tmp_path, name, data[: len(data) * part // 9]))
        found = {one.path for one in documents}
        assert found <= whole
        # A tar ends with zeros that can be missing without harm.
        assert problems or found == whole


def test_mangled(tmp_path: Path) -> None:
    """Archives with changed bytes end in documents or reasons, never in a fault of the program."""
    chance = random.Random(2)
    for name, data in (
        ("a.zip", zipped(MEMBERS)),
        ("a.tar", tarred(MEMBERS)),
        ("a.tgz", tarred(MEMBERS, "w:gz")),
    ):
        for _ in range(25):
            mangled = bytearray(data)
            for _ in range(chance.randint(1, 30)):
                mangled[chance.randrange(len(mangled))] = chance.randrange(256)
            _, problems = read(written(tmp_path, name, bytes(mangled)))
            assert not [one for one in problems if "reader died" in one.reason]


def test_from_the_shell(tmp_path: Path, run: Run) -> None:
    """A search names the member, its archive is one file, and a picture beside a text is not a failure."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.zip").write_bytes(zipped({"in/routes.txt": b"Smuggling routes across the sea", "p.png": b"x"}))
    assert run("index", str(docs), "--index", str(tmp_path / "i")).code == 0
    found = run("smuggling", "--index", str(tmp_path / "i"), "--json").objects()
    assert [one["shown"] for one in found] == [f"{docs / 'a.zip'}!in/routes.txt"]
    shown = run("status", "--index", str(tmp_path / "i"), "--json").objects()[0]
    assert shown["formats"] == {"zip": {"indexed": 1}}
