"""Mails without an ending: folders in which each mail is a file (Maildir, MH), known by their lines."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from coopsearch.indexer.extract import format_of
from tests.conftest import Run
from tests.extract.nested import read, zipped

HEADERS = b"From: Amina <amina@example.org>\nSubject: Routes\nDate: Tue, 14 May 2019 10:00:00 +0200\n"
NAMES = [
    "1234.M5P.host",
    "1696243200.M20046P2137.mx.example.org",
    "1696243200.M20046P2137.mx.example.org,S=4542,W=4642:2,RS",
    "1696243200.M5P6V7I8.mail.md:2,S",
    "1696243200.12345_1.mail.example.com",
    "1696243200.12345.mail.example.org",
    "1696243200.M1P2.host!2,S",
    "1",
    "4711",
    "Sent",
]


@pytest.mark.parametrize("name", NAMES)
def test_names(tmp_path: Path, name: str) -> None:
    """A mail in a folder of mails is one, whatever the name of its machine ends in."""
    if os.name == "nt" and ":" in name:
        pytest.skip("such names cannot be there")
    (tmp_path / name).write_bytes(HEADERS + b"\nLes passeurs\n")
    form = format_of(tmp_path / name)
    assert form is not None
    assert form.name == "eml"


@pytest.mark.parametrize("name", ["1696243200.report.csv", "2019.05.report.csv", "1234.txt", "a.M5P.txt"])
def test_other_names(tmp_path: Path, name: str) -> None:
    """A number before an ending that is known makes no mail of a file."""
    (tmp_path / name).write_bytes(HEADERS)
    form = format_of(tmp_path / name)
    assert form is not None
    assert f".{form.name}" == Path(name).suffix


STARTS = {
    HEADERS: "eml",
    b"Subject: x\r\nFrom: y\r\n\r\nbody": "eml",
    b"DKIM-Signature: v=1;\n a=b\nList-Id: x\nReceived: y\n by z\nFrom: q\nTo: r\n": "eml",
    b"\xef\xbb\xbf" + HEADERS: "eml",
    b"\r\n\r\n" + HEADERS: "eml",
    b"1234      \n" + HEADERS: "eml",
    b">From a@b.c Tue May 14 10:00:00 2019\n" + HEADERS: "eml",
    b"From a@b.c Tue May 14 10:00:00 2019\n" + HEADERS: "mbox",
    b"title: x\nauthor: y\ndate: z\n\nwords": "txt",
    b"Subject: the word alone\n\nwords": "txt",
    b"To: x\nwords that begin so": "txt",
    b"a: b\n" * 900: "txt",
    b"a:\n b\n" * 600 + b"From: x\n": "txt",
}


@pytest.mark.parametrize("start", STARTS)
def test_starts(tmp_path: Path, start: bytes) -> None:
    """What has no ending is a mail if it begins with headers of mails, others among them."""
    (tmp_path / "nameless").write_bytes(start)
    form = format_of(tmp_path / "nameless")
    assert form is not None
    assert form.name == STARTS[start]


def test_maildir(tmp_path: Path, run: Run) -> None:
    """Mails of folders are found by their fields and in each other's place only once; so are other stores."""
    docs = tmp_path / "docs"
    for folder in ("Maildir/new", "Maildir/cur", "Maildir/tmp", "Mail/inbox"):
        (docs / folder).mkdir(parents=True)
    (docs / "Maildir/new/1696243200.M5P6.mail.example.org").write_bytes(HEADERS + b"\nnew words\n")
    (docs / "Maildir/cur/1696243201.M5P6.mail.example.org,S=3").write_bytes(HEADERS + b"\ncurrent words\n")
    (docs / "Mail/inbox/12").write_bytes(HEADERS + b"\nnumbered words\n")
    (docs / "text.msg").write_bytes(HEADERS + b"\nmisnamed words\n")
    (docs / "one.mbox").write_bytes(HEADERS + b"\nsingle words\n")
    (docs / "apple.emlx").write_bytes(b"999       \n" + HEADERS + b"\napple words\n")
    done = run("index", "docs", "--index", "ix", cwd=tmp_path)
    assert done.code == 0, done.err
    found = run("from:amina subject:routes words", "--index", "ix", "--json", cwd=tmp_path).objects()
    assert len(found) == 6
    assert {one["type"] for one in found} == {"eml"}
    assert {one["date"] for one in found} == {"2019-05-14"}
    (docs / "Maildir/new/1696243200.M5P6.mail.example.org").rename(
        docs / "Maildir/cur/1696243200.M5P6.mail.example.org,S=3"
    )
    (report,) = run("index", "docs", "--index", "ix", "--json", cwd=tmp_path).objects()
    assert (report["moved"], report["added"], report["unchanged"]) == (1, 0, 5)


def test_folders_of_a_maildir(tmp_path: Path, run: Run) -> None:
    """Folders below a Maildir are read, though a dot stands before their names; others are hidden as ever."""
    docs = tmp_path / "docs"
    for folder in ("", ".Sent", ".Archive.2019", ".cache"):
        for part in ("cur", "new", "tmp") if folder != ".cache" else ("data",):
            (docs / folder / part).mkdir(parents=True)
    (docs / ".Sent/cur/1696243200.M1P2.host:2,S").write_bytes(HEADERS + b"\nsent words\n")
    (docs / ".Archive.2019/new/1696243200.M3P4.host").write_bytes(HEADERS + b"\narchived words\n")
    (docs / ".cache/data/x.txt").write_text("cached words", encoding="utf-8")
    assert run("index", "docs", "--index", "ix", cwd=tmp_path).code == 0
    found = run("words", "--index", "ix", "--json", cwd=tmp_path).objects()
    assert sorted(one["shown"] for one in found) == [
        "docs/.Archive.2019/new/1696243200.M3P4.host", "docs/.Sent/cur/1696243200.M1P2.host:2,S",
    ]  # fmt: skip
    (status,) = run("status", "--index", "ix", "--json", cwd=tmp_path).objects()
    assert status["ignored"] == {"hidden names": 1}


def test_copied_folders(tmp_path: Path, run: Run) -> None:
    """Folders of mails are read from copies too that lack what was empty, and from archives."""
    docs = tmp_path / "docs"
    names = ["new/1696243200.M1P2.host", ".Sent/cur/1696243200.M3P4.host", ".git/hooks/1696243200.M5P6.host"]
    mails = {name: HEADERS + f"\nwords of {number}\n".encode() for number, name in enumerate(names)}
    for name, data in mails.items():
        (docs / "copy" / name).parent.mkdir(parents=True)
        (docs / "copy" / name).write_bytes(data)
    packed = {f"Maildir/{name}": data.replace(b"words", b"packed words") for name, data in mails.items()}
    (docs / "mails.zip").write_bytes(zipped(packed))
    assert run("index", "docs", "--index", "ix", cwd=tmp_path).code == 0
    found = run("words", "--index", "ix", "--json", cwd=tmp_path).objects()
    assert sorted(one["shown"] for one in found) == sorted(
        f"docs/{place}{name}" for place in ("copy/", "mails.zip!Maildir/") for name in names[:2]
    )


def delivered(tmp_path: Path, run: Run, count: int) -> None:
    """Index a folder of so many mails twice."""
    folder = tmp_path / "docs" / "new"
    folder.mkdir(parents=True)
    for number in range(count):
        name = f"{1_600_000_000 + number}.M{number}P9.mail.example.org"
        (folder / name).write_bytes(HEADERS + b"Message-ID: <%d@x>\n\nnote n%dx here\n" % (number, number))
    done = run("index", "docs", "--index", "ix", cwd=tmp_path, timeout=1_200)
    assert done.code == 0, done.err
    (hit,) = run(f"n{count - 1}x", "--index", "ix", "--json", cwd=tmp_path).objects()
    assert hit["type"] == "eml"
    (again,) = run("index", "docs", "--index", "ix", "--json", cwd=tmp_path, timeout=1_200).objects()
    assert (again["unchanged"], again["added"]) == (count, 0)


def test_many(tmp_path: Path, run: Run) -> None:
    """A folder of a thousand mails is read, and not read again."""
    delivered(tmp_path, run, 1_000)


@pytest.mark.long
def test_very_many(tmp_path: Path, run: Run) -> None:
    """One of fifty thousand is, too."""
    delivered(tmp_path, run, 50_000)


MAIL = HEADERS + b"\nLes passeurs changent de route.\n"
OTHER = b"From: b@example.org\nSubject: Ports\nDate: Tue, 14 May 2019 10:00:00 +0200\n\nFrom Zarzis.\n"


def counted(mail: bytes) -> bytes:
    """Return a mail as a mailbox of UW IMAP has it."""
    return b"14-May-2019 10:00:00 +0200,%d;000000000001-00000001\r\n" % len(mail) + mail


@pytest.mark.parametrize("name", ["a.mbx", "a.mbox", "Inbox"])
@pytest.mark.parametrize(
    "data",
    [
        b"".join(b"\1\1\1\1\n" + one + b"\1\1\1\1\n" for one in (MAIL, OTHER)),
        b"".join(b"\1\1\1\1\r\nFrom a@b.c Tue May 14 10:00:00 2019\r\n" + one for one in (MAIL, OTHER)),
        b"*mbx*\r\n0123456789abcdef\r\n".ljust(2046) + b"\r\n" + counted(MAIL) + counted(OTHER),
    ],
    ids=["mmdf", "mmdf cut", "mbx"],
)
def test_other_mailboxes(tmp_path: Path, name: str, data: bytes) -> None:
    """Mailboxes of MMDF and of UW IMAP are read as others, under their endings and without one."""
    (tmp_path / name).write_bytes(data)
    documents, problems = read(tmp_path / name)
    assert not problems
    assert [(one.title, one.text) for one in documents] == [
        ("Routes", "Les passeurs changent de route."),
        ("Ports", "From Zarzis."),
    ]


def test_broken_mailbox(tmp_path: Path) -> None:
    """What is damaged of such a mailbox is told, and takes nothing from the mails before."""
    head = b"*mbx*\r\n0123456789abcdef\r\n".ljust(2046) + b"\r\n"
    (tmp_path / "a.mbx").write_bytes(head + counted(MAIL) + b"rubbish")
    documents, problems = read(tmp_path / "a.mbx")
    assert [one.title for one in documents] == ["Routes"]
    assert ["damaged" in one.reason for one in problems] == [True]
