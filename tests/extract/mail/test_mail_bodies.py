"""Mails as programs write them, well and badly: which form is read, and what bytes and headers mean."""

from __future__ import annotations

import base64
import email
from pathlib import Path

import pytest

from coopsearch.indexer.extract.mail.flowed import unflowed
from coopsearch.indexer.extract.mail.headers import HEADERS, charset_text, decoded, header_text
from coopsearch.indexer.extract.mail.transfer import unbased
from coopsearch.indexer.extract.mail.uuencode import taken_out
from coopsearch.search.model import Document
from tests.extract.nested import read

HEAD = b"From: a@example.org\nTo: b@example.org\nSubject: s\nMIME-Version: 1.0\n"


def given(tmp_path: Path, data: bytes) -> list[Document]:
    """Return what a mail gives, which must be no problem."""
    path = tmp_path / "a.eml"
    path.write_bytes(data)
    documents, problems = read(path)
    assert not problems
    return documents


def text(tmp_path: Path, data: bytes) -> str:
    """Return the text of a mail that gives one document."""
    (document,) = given(tmp_path, data)
    return document.text


def alternative(*forms: tuple[bytes, bytes]) -> bytes:
    """Return a mail of several forms, each with its kind and its text."""
    parts = b"".join(b"--B\nContent-Type: %s\n\n%s\n" % form for form in forms)
    return HEAD + b'Content-Type: multipart/alternative; boundary="B"\n\n' + parts + b"--B--\n"


@pytest.mark.parametrize(
    "stub",
    [
        "This message requires an HTML viewer.",
        "Your email client does not support HTML messages.",
        "View this email in your browser: https://example.org/x",
        "If you cannot read this, see the web version.",
        "This is a multi-part message in MIME format.",
        "Votre logiciel de messagerie n'affiche pas les messages en HTML.",
        "Consultez cette lettre dans votre navigateur.",
        " ",
    ],
)
def test_stub(tmp_path: Path, stub: str) -> None:
    """A page is read where the plain form only says that there is one, or says nothing."""
    page = b"<p>The report about smuggling routes is here.</p>"
    data = alternative((b"text/plain; charset=utf-8", stub.encode()), (b"text/html", page))
    assert text(tmp_path, data) == "The report about smuggling routes is here."


def test_plain_of_two(tmp_path: Path) -> None:
    """A plain form that says what the page says is read, though it names pages, viewers and browsers."""
    plain = b"We sell a viewer of HTML to all who cannot open pages on their old machines, for ten dinars."
    page = b"<html><style>p { color: red }</style><p>" + plain + b"</p></html>"
    assert (
        text(tmp_path, alternative((b"text/plain", plain * 9), (b"text/html", page * 9)))
        == (plain * 9).decode()
    )
    short = b"See you at nine in Tunis."
    assert (
        text(tmp_path, alternative((b"text/plain", short), (b"text/html", b"<p>" + short))) == short.decode()
    )


def test_shortened(tmp_path: Path) -> None:
    """A plain form that holds the beginning alone gives way; one that says another thing is read as well."""
    page = b"<p>First words. " + b"Then there is much more of it. " * 20 + b"The end is zulu.</p>"
    assert "zulu" in text(tmp_path, alternative((b"text/plain", b"First words."), (b"text/html", page)))
    both = text(tmp_path, alternative((b"text/plain", b"Completely other sentence"), (b"text/html", page)))
    assert both.startswith("Completely other sentence")
    assert both.endswith("zulu.")


def test_attached_to_a_form(tmp_path: Path) -> None:
    """What is attached within the form that is not read is a member all the same, and its page is not."""
    inner = (
        b'Content-Type: multipart/mixed; boundary="C"\n\n--C\nContent-Type: text/html\n\n<p>same words</p>\n'
        b'--C\nContent-Type: text/plain; name="annex.txt"\n\nannexed words\n--C--\n'
    )
    data = (
        HEAD
        + b'Content-Type: multipart/alternative; boundary="B"\n\n--B\n'
        + b"Content-Type: text/plain\n\nsame words\n"
        b"--B\n" + inner + b"--B\nContent-Type: text/x-amp-html\n\n<p>same words</p>\n--B--\n"
    )
    assert [(one.path, one.text.strip()) for one in given(tmp_path, data)] == [
        ("a.eml", "same words"), ("a.eml!annex.txt", "annexed words"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "start",
    [b"\xef\xbb\xbf", b"\r\n\r\n", b"\n \n", b"\xef\xbb\xbf\r\n", b"From a@b.c Tue May 14 10:00:00 2019\n"],
)
def test_start(tmp_path: Path, start: bytes) -> None:
    """A mark, blank lines or a mailbox's line before the headers take nothing from them."""
    (document,) = given(tmp_path, start + HEAD + b"\nbody words\n")
    assert (document.title, document.text, document.fields["from"]) == ("s", "body words", "a@example.org")


def test_utf16(tmp_path: Path) -> None:
    """A mail that was stored as UTF-16 is read."""
    (document,) = given(tmp_path, (HEAD.decode() + "\nréfugiés\n").encode("utf-16"))
    assert (document.title, document.text) == ("s", "réfugiés")


def test_apple(tmp_path: Path) -> None:
    """What Apple's program puts around a mail is no text, also where its length is an old one."""
    mail = HEAD + b"\nbody words\n"
    properties = (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "x">\n<plist>secret</plist>\n'
    )
    for length in (len(mail), len(mail) - 5):
        assert text(tmp_path, b"%-10d\n" % length + mail + properties) == "body words"


FLOWED = [
    ("The smug \ngling ring", True, "The smuggling ring"),
    ("The ring \nmoved north \n\nto sea.", False, "The ring moved north \n\nto sea."),
    ("> old \n> words\nnew \nwords", False, "> old words\nnew words"),
    (" From here\n >no quote", False, "From here\n>no quote"),
    ("text\n-- \nsignature", False, "text\n-- \nsignature"),
    ("> The smug \n> gling ring \n>> quo \n>> ted", True, "> The smuggling ring\n>> quoted"),
    ("> a \n>> b \n> c", False, "> a \n>> b \n> c"),
]


@pytest.mark.parametrize(("given_", "delsp", "expected"), FLOWED)
def test_flowed(given_: str, delsp: bool, expected: str) -> None:
    """Lines that flow are one paragraph, and a word that was cut by a space of the format's is whole."""
    assert unflowed(given_, delsp=delsp) == expected


BASED = base64.b64encode("Les passeurs réfugiés.".encode())


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (BASED.rstrip(b"="), "Les passeurs réfugiés."),
        (BASED[:20] + b"\r\n" + BASED[20:], "Les passeurs réfugiés."),
        (b"YQ==\nYg==\nYw==", "abc"),
        (
            BASED + b"\n_______\nThe list's own line, in plain.\n",
            "Les passeurs réfugiés.\n\n_______\nThe list's",
        ),
        (b"This was never encoded, whatever it says.", "This was never encoded"),
        (b"YWJjZ", "abc"),
        (base64.urlsafe_b64encode("تتت؟؟؟".encode()), "تتت؟؟؟"),
        (b"", ""),
    ],
)
def test_base64(data: bytes, expected: str) -> None:
    """Base64 is read as far as there is any, in the ways that programs break it."""
    assert unbased(data).decode().startswith(expected)


@pytest.mark.parametrize(
    ("charset", "data", "expected"),
    [
        ("x-unknown", "réfugiés".encode(), "réfugiés"),
        ("us-ascii", "réfugiés passés".encode("latin-1"), "réfugiés passés"),
        ("iso-8859-1", "réfugiés".encode(), "réfugiés"),
        ("iso-8859-1", "l’accord – fin".encode("cp1252"), "l’accord – fin"),
        ("iso-8859-1", "تهريب المهاجرين عبر الحدود".encode("cp1256"), "تهريب المهاجرين عبر الحدود"),
        ("utf-8", "réfugiés".encode("cp1252"), "réfugiés"),
        ("windows-1256", "تهريب".encode(), "تهريب"),
        ("x-windows-1256", "تهريب".encode("cp1256"), "تهريب"),
        ("'utf-8'", "é".encode(), "é"),
        ("gb2312", "朱镕基".encode("gb18030"), "朱镕基"),
        ("iso-8859-6-i", "تهريب".encode("iso8859-6"), "تهريب"),
        ("unicode-1-1-utf-7", b"r+AOk-fugi", "réfugi"),
        ("idna", b"xn--abc", "xn--abc"),
        ("base64", b"plain", "plain"),
        (None, "réfugiés".encode(), "réfugiés"),
    ],
)
def test_charsets(charset: str | None, data: bytes, expected: str) -> None:
    """Text is read by its charset under any name, and by its bytes where they say that it is another."""
    assert charset_text(data, charset) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=?utf-8?B?2KrZh9ix2YrY?= =?utf-8?B?qCDYp9mE2YXZh9in2KzYsdmK2YY=?=", "تهريب المهاجرين"),
        ("=?UTF-8?B?2KrZh9ix2YrY?=\n =?utf-8?B?qA?=", "تهريب"),
        ("=?utf-8?Q?Les r=C3=A9fugi=C3=A9s?= a", "Les réfugiés a"),
        ("a=?utf-8?Q?b?=c", "abc"),
        ("=?utf-8*fr?Q?caf=C3=A9?=", "café"),
        ("=?utf-8?B?!!!?= x", "x"),
        ("=?broken?X?abc?=", "=?broken?X?abc?="),
    ],
)
def test_encoded_words(value: str, expected: str) -> None:
    """Encoded words are read together, so that a letter may stand in two of them."""
    assert decoded(value) == expected


def test_raw_headers() -> None:
    """Raw letters in headers are read, beside encoded words and in names of files."""
    raw = (
        'Subject: Réunion =?utf-8?Q?=C3=A0?= Genève\nContent-Disposition: attachment; filename="été.pdf"\n\n'
    )
    for charset in ("latin-1", "utf-8"):
        message = email.message_from_bytes(raw.encode(charset), policy=HEADERS)
        assert header_text(message, "subject") == "Réunion à Genève"
        assert message.get_filename() == "été.pdf"


@pytest.mark.parametrize("kind", [b"multipart/mixed; boundary=B", b"multipart/mixed"])
@pytest.mark.parametrize("coded", [True, False])
def test_multiparts(tmp_path: Path, kind: bytes, coded: bool) -> None:
    """A multipart in base64 is taken apart, and one that does not say where its parts begin."""
    body = b"--B\nContent-Type: text/plain; charset=utf-8\n\ninner words\n--B--\n"
    head = HEAD + b"Content-Type: " + kind + b"\nContent-Transfer-Encoding: base64\n\n"
    assert text(tmp_path, head + (base64.encodebytes(body) if coded else body)) == "inner words"


def test_uuencode(tmp_path: Path) -> None:
    """A file that stands in the text is a member, and its letters are none of the text."""
    coded = b"begin 644 note.txt\n+:&5L;&\\@=V]R;&0`\n`\nend\n"
    documents = given(tmp_path, HEAD + b"\nBefore it.\n\n" + coded + b"\nAfter it.\n")
    assert [(one.path, one.text) for one in documents] == [
        ("a.eml", "Before it.\n\nAfter it."), ("a.eml!note.txt", "hello world"),
    ]  # fmt: skip
    based = "begin-base64 644 n.txt\naGVsbG8=\n====\nend of it"
    assert taken_out(based) == ("end of it", [("n.txt", b"hello")])
    plain = "begin 644 words\nof a sentence that goes on.\n"
    assert taken_out(plain) == (plain, [])


def test_locked_text(tmp_path: Path) -> None:
    """A text that is encrypted where it stands is told as that, and its letters are no words."""
    path = tmp_path / "a.eml"
    path.write_bytes(HEAD + b"\n-----BEGIN PGP MESSAGE-----\n\nhQEMA3secret\n-----END PGP MESSAGE-----\n")
    documents, problems = read(path)
    assert [one.text for one in documents] == ["s"]
    assert [one.state for one in problems] == ["encrypted"]


def test_root_of_another_kind(tmp_path: Path) -> None:
    """A mail that is nothing but a file gives the file."""
    data = HEAD + b'Content-Type: text/csv; name="t.csv"\n\na,b\nsmuggler,routes\n'
    assert [one.path for one in given(tmp_path, data)] == ["a.eml", "a.eml!t.csv"]


def test_page_by_its_meta(tmp_path: Path) -> None:
    """A page whose part names no charset is read by the one that it names itself."""
    page = '<meta charset="windows-1256"><p>تهريب المهاجرين</p>'.encode("cp1256")
    assert text(tmp_path, HEAD + b"Content-Type: text/html\n\n" + page) == "تهريب المهاجرين"
