"""Mail: headers as fields, the text that was written apart from what is quoted, attachments as members."""

from __future__ import annotations

import random
from email.message import EmailMessage
from pathlib import Path

import pytest

from coopsearch.indexer.extract.mail.quotes import paragraphs
from tests.conftest import SHARED, Run
from tests.extract.nested import read

FIXTURES = SHARED / "fixtures"


def mail(**more: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Zoé Martin <zoe@example.org>"
    message["To"] = "bureau@example.org"
    message["Subject"] = more.get("subject", "Réunion sur les routes")
    message["Date"] = "Tue, 14 May 2019 10:00:00 +0200"
    message["Message-ID"] = more.get("id", "<1@example.org>")
    message.set_content(more.get("text", "Les passeurs changent de route."))
    return message


def written(tmp_path: Path, name: str, data: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def test_headers(tmp_path: Path) -> None:
    """Headers are fields, decoded; the subject is the title and the date is the mail's own."""
    (document,), problems = read(written(tmp_path, "a.eml", bytes(mail())))
    assert not problems
    assert (document.title, document.date, document.type) == ("Réunion sur les routes", "2019-05-14", "eml")
    assert dict(document.fields) == {
        "from": "Zoé Martin <zoe@example.org>",
        "to": "bureau@example.org",
        "subject": "Réunion sur les routes",
        "thread": "enicgnfjmkgdidbh",
    }
    assert document.text == "Les passeurs changent de route."


@pytest.mark.parametrize(
    ("header", "text"),
    [
        (b"Subject: =?windows-1256?B?yuXR7cg=?=", "تهريب"),
        (b"Subject: =?iso-8859-1?Q?pass=E9?= =?iso-8859-1?Q?_simple?=", "passé simple"),
        ("Subject: passé simple".encode(), "passé simple"),
        (b"Subject: =?no-such?Q?abc?=", "abc"),
        (b"Subject: a\n folded line", "a folded line"),
    ],
)
def test_subjects(tmp_path: Path, header: bytes, text: str) -> None:
    """Subjects are read in every way that programs write them."""
    (document,), _ = read(written(tmp_path, "a.eml", b"From: a@b.c\n" + header + b"\n\ntext\n"))
    assert document.title == text


def test_alternative(tmp_path: Path) -> None:
    """Of a text in two forms the plain one is read; the page where there is no other."""
    message = mail(text="plain words")
    message.add_alternative("<p>page <b>words</b></p>", subtype="html")
    (document,), _ = read(written(tmp_path, "a.eml", bytes(message)))
    assert document.text == "plain words"
    page = mail()
    page.set_content("<p>page <b>words</b></p>", subtype="html")
    (document,), _ = read(written(tmp_path, "b.eml", bytes(page)))
    assert document.text == "page words"


def test_attachments(tmp_path: Path) -> None:
    """Attachments are members, mails among them; pictures are counted."""
    message = mail()
    message.add_attachment("قائمة القوارب", filename="قائمة.txt")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png")
    message.add_attachment(mail(subject="Inner", text="inner words"))
    documents, problems = read(written(tmp_path, "a.eml", bytes(message)))
    assert [one.path for one in documents] == ["a.eml", "a.eml!قائمة.txt", "a.eml!part 3.eml"]
    assert [one.text.strip() for one in documents[1:]] == ["قائمة القوارب", "inner words"]
    assert [one.state for one in problems] == ["unsupported"]


QUOTING = [
    ("New.\n\nOn Monday, Jane Doe wrote:\n> old\n> words\n\nMore.", ["New.", "More."]),
    ("Nouveau.\n\nLe lundi 3 mai 2021 à 10:00, Jean a écrit :\n> vieux", ["Nouveau."]),
    ("جديد\n\nفي 3 مايو 2021 كتب أحمد:\n> قديم", ["جديد"]),
    ("Yes.\n\n-----Original Message-----\nFrom: a\n\nold text\n\nmore old", ["Yes."]),
    ("Oui.\n\n-------- Message d'origine --------\nDe : a\n\nvieux", ["Oui."]),
    ("On Monday we wrote:\nnothing is quoted here", ["On Monday we wrote:\nnothing is quoted here"]),
    ("> first\nanswer\n> second\nanother", ["answer", "another"]),
]


@pytest.mark.parametrize(("text", "new"), QUOTING)
def test_quotes(text: str, new: list[str]) -> None:
    """What is quoted is told from what is new, and loses no word."""
    found = list(paragraphs(text))
    assert [one for one, quoted in found if not quoted] == new
    words = " ".join(one for one, _ in found).split()
    assert words == [word for word in text.replace(">", " ").split() if word]


def test_quoted_passages(tmp_path: Path) -> None:
    """Quoted text stands in passages that say so, after nothing of the new text."""
    (document,), _ = read(written(tmp_path, "a.eml", bytes(mail(text="Fresh.\n\n> stale\n\nFresh again."))))
    assert [(document.text[one.start : one.end], one.heading) for one in document.passages] == [
        ("Fresh.", ()), ("stale", ("quoted",)), ("Fresh again.", ()),
    ]  # fmt: skip


def test_mailbox(tmp_path: Path) -> None:
    """Each mail of a mailbox is a member by its number; one that stands there twice is given once."""
    first, second = bytes(mail()), bytes(mail(id="<2@x>", text="From the coast\n\n>From a boat"))
    line = b"From a@example.org Tue May 14 10:00:00 2019\n"
    data = b"".join(
        line + one + b"\n" for one in (first, second, first.replace(b"To:", b"Received: by x\nTo:"))
    )
    documents, problems = read(written(tmp_path, "Inbox", data))
    assert [one.path for one in documents] == ["Inbox!1", "Inbox!2"]
    assert documents[1].text == "From the coast\n\nFrom a boat"
    assert not problems


def test_web_archive(tmp_path: Path) -> None:
    """The page of a saved page is read under its title."""
    message = EmailMessage()
    message["Subject"] = "Border news"
    message.set_content("<p>crossings rise</p>", subtype="html")
    message.make_related()
    (document,), _ = read(written(tmp_path, "a.mhtml", bytes(message)))
    assert (document.title, document.text, document.type) == ("Border news", "crossings rise", "mhtml")


def test_nested_parts(tmp_path: Path) -> None:
    """A mail of a thousand parts in each other is read all the same, as plain text at worst, and says so."""
    data = b"From: a@b.c\nSubject: deep\n"
    for n in range(1000):
        data += b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n)
    documents, problems = read(written(tmp_path, "a.eml", data + b"\nsmuggling\n"))
    assert "smuggling" in documents[0].text
    assert ["too deep" in one.reason for one in problems] == [True]


def test_locked(tmp_path: Path) -> None:
    """An encrypted mail is reported as that."""
    data = b"From: a@b.c\nContent-Type: multipart/encrypted; boundary=b\n\n--b\n\nVersion: 1\n--b--\n"
    _, problems = read(written(tmp_path, "a.eml", data))
    assert [one.state for one in problems] == ["encrypted"]


def test_locked_headers(tmp_path: Path, run: Run) -> None:
    """Of an encrypted mail the headers are found, which anybody can read, and it counts as read in part."""
    head = b"From: Amina <a@b.c>\nSubject: Quotas at sea\nDate: Tue, 14 May 2019 10:00:00 +0200\n"
    kind = b"Content-Type: multipart/encrypted; boundary=b\n\n--b\n\nVersion: 1\n--b--\n"
    (tmp_path / "docs").mkdir()
    documents, problems = read(written(tmp_path / "docs", "a.eml", head + kind))
    assert [(one.title, one.text, one.date) for one in documents] == [
        ("Quotas at sea", "Quotas at sea", "2019-05-14")
    ]
    assert [one.state for one in problems] == ["encrypted"]
    assert run("index", "docs", "--index", "ix", cwd=tmp_path).code == 0
    for query in ("quotas", "from:amina date:2019"):
        assert run(query, "--index", "ix", cwd=tmp_path).code == 0
    assert "a.eml" in run("status", "--state", "in-part", "--index", "ix", cwd=tmp_path).out


def test_mangled(tmp_path: Path) -> None:
    """Mails with changed or missing bytes end in documents or reasons, never in a fault of the program."""
    message = mail()
    message.add_attachment(b"words", maintype="text", subtype="plain", filename="a.txt")
    data = bytes(message)
    chance = random.Random(4)
    for _ in range(60):
        mangled = bytearray(data[: chance.randint(1, len(data))])
        for _ in range(chance.randint(0, 40)):
            mangled[chance.randrange(len(mangled))] = chance.randrange(256)
        _, problems = read(written(tmp_path, "a.eml", bytes(mangled)))
        assert not [one for one in problems if "cannot be read" in one.reason and "Error" in one.reason]


@pytest.mark.skipif(not FIXTURES.exists(), reason="the shared fixtures are not here")
def test_fixtures() -> None:
    """All mails of other people's archives give text under their subject."""
    paths = sorted((FIXTURES / "mail").iterdir())
    assert len(paths) >= 50
    for path in paths:
        documents, problems = read(path)
        assert documents, path.name
        assert documents[0].text.strip(), path.name
        assert not [one for one in problems if one.state not in {"unsupported", "no text"}], path.name


#: Files of other people's tests, what each gives (address, title, day, sender, a phrase), and what it cannot.
GIVEN = [
    ("headers.mbox", "!1", "subject", "2009-06-09", "<author@domain.com>", "Test content"),
    ("simple.mbox", "!2", "(no subject)", "", "", "Test content 2"),
    ("testEML_embedded_xhtml_and_img.eml", "", "This is the subject", "2018-03-21",
     '"Sender" <sender@test.com>', "Using inline content"),
    ("testGroupWiseEml.eml", "!Neues Textdokument.txt", "ssssssssssssssssssssss", "", "",
     "ssssssssssssssssssssss"),
    ("testRFC822_x-.eml", "", "[jira] Commented: (TIKA-461) RFC822 messages not parsed", "2010-09-06",
     '"Julien Nioche (JIRA)" <jira@apache.org>', "issues.apache.org/jira"),
    ("testThunderbirdEml.eml", "", "JUnit test message", "2012-11-21",
     '"Vladimir L." <vladimir_l@example.com>', "Dear Vladimir"),
    ("test-outlook.msg", "", "Microsoft Outlook Express 6", "2007-04-05",
     "L'Équipe Microsoft Outlook Express <msoe@microsoft.com>", "La réponse à vos attentes"),
    ("testMSG.msg", "", "MIME registry use cases", "2009-01-29", "Jukka Zitting <jukka.zitting@gmail.com>",
     "As discussed, I've been working on making the type detection"),
    ("testMSG_Post.msg", "", "QuickBrownFox", "2017-02-28", "Allison, Timothy B.", "over the lazy brown dog"),
    ("testMSG_Task.msg", "", "Must jump over the lazy dog", "2017-02-28", "Allison, Timothy B.",
     "Quick brown fox must do what he must"),
    ("testMSG_att_doc.msg", "", "test pièce jointe 1", "2009-04-22",
     "Nicolas1 23456 <nicolas1.23456@free.fr>", "contenu"),
    ("testMSG_att_doc.msg", "!test-unicode.doc", "école (00E9)", "2009-04-21", "", "euro : € (20AC)"),
    ("testMSG_chinese.msg", "", "Alfresco MSG format testing ( MSG 格式測試 )", "2011-03-29",
     "Tests Chang@FT (張毓倫)", "中文測試"),
]  # fmt: skip


@pytest.mark.skipif(not FIXTURES.exists(), reason="the shared fixtures are not here")
@pytest.mark.parametrize(("name", "member", "title", "day", "sender", "phrase"), GIVEN)
def test_given(name: str, member: str, title: str, day: str, sender: str, phrase: str) -> None:
    """Mails of other projects' tests give what a person reads in them."""
    documents, problems = read(FIXTURES / "tika" / name)
    (document,) = [one for one in documents if one.path == name + member]
    assert (document.title, document.date, document.fields.get("from", "")) == (title, day, sender)
    assert phrase in document.text
    assert not [one for one in problems if one.state not in {"unsupported", "no text"}]


@pytest.mark.skipif(not FIXTURES.exists(), reason="the shared fixtures are not here")
def test_mangled_outlook(tmp_path: Path) -> None:
    """Outlook's mails with changed or missing bytes end in documents or reasons."""
    chance = random.Random(5)
    for path in sorted((FIXTURES / "tika").glob("*.msg")):
        data = path.read_bytes()
        for _ in range(8):
            mangled = bytearray(data[: chance.randint(1, len(data))])
            for _ in range(chance.randint(0, 200)):
                mangled[chance.randrange(min(len(mangled), 1 << 13))] = chance.randrange(256)
            _, problems = read(written(tmp_path, "a.msg", bytes(mangled)))
            assert not [one for one in problems if "Error" in one.reason], problems


def test_from_the_shell(tmp_path: Path, run: Run) -> None:
    """Fields of headers can be asked for, and one mail in two mailboxes is one hit with both addresses."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.eml").write_bytes(b"Received: by one\n" + bytes(mail()))
    (docs / "b.eml").write_bytes(b"Received: by two\n" + bytes(mail()))
    assert run("index", str(docs), "--index", str(tmp_path / "i")).code == 0
    found = run("from:martin subject:réunion passeurs", "--index", str(tmp_path / "i"), "--json").objects()
    assert [(one["shown"], one["also"]) for one in found] == [(str(docs / "a.eml"), [str(docs / "b.eml")])]
