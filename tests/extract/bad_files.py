"""Files made to do harm, for tests: bombs, loops, lies about sizes, nesting without end."""

from __future__ import annotations

import gzip
import io
import lzma
import random
import struct
import tarfile
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from typing import Final

from coopsearch.indexer.extract import known_suffixes
from tests.extract.archive.quine import overlapping, quine
from tests.extract.nested import tarred, zipped
from tests.extract.office.office_files import docx, paragraph

DOCX: Final = docx(paragraph("text"))
_W: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LAUGHS: Final = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
EXTERNAL: Final = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def with_parts(data: bytes, changed: dict[str, bytes], more: dict[str, bytes] | None = None) -> bytes:
    """Return a package with some parts replaced, and others added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changed.get(name, old.read(name)))
        for name, part in (more or {}).items():
            new.writestr(name, part)
    return stream.getvalue()


def _word(start: str, entity: str) -> bytes:
    body = (
        f"{start}<w:document {_W}><w:body><w:p><w:r><w:t>&{entity};</w:t></w:r></w:p></w:body></w:document>"
    )
    return with_parts(DOCX, {"word/document.xml": body.encode()})


def _flat(start: str, entity: str) -> bytes:
    return (
        f'{start}<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>'
        f"<text:p>&{entity};</text:p></office:text></office:body></office:document>"
    ).encode()


def _claiming(data: bytes) -> bytes:
    """Return a zip whose first member claims 4 GB."""
    changed = bytearray(data)
    at = changed.index(b"PK\x01\x02")
    changed[at + 20 : at + 28] = struct.pack("<II", 0xFFFFFFFE, 0xFFFFFFFE)
    return bytes(changed)


def _lying(data: bytes) -> bytes:
    """Return a zip whose first member says that it unpacks to ten bytes."""
    changed = bytearray(data)
    at = changed.index(b"PK\x01\x02")
    changed[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(changed)


def _mails(count: int, *, nested: bool) -> bytes:
    if nested:
        data = b""
        for number in range(count):
            data += b"From: a@b.c\nSubject: level %d\nContent-Type: message/rfc822\n\n" % number
        return data + b"From: a@b.c\nSubject: end\n\nbelow all\n"
    message = EmailMessage()
    message["From"], message["Subject"] = "a@b.c", "many"
    message.set_content("body text")
    for number in range(count):
        message.add_attachment(f"part {number}", filename=f"{number}.txt")
    return bytes(message)


def _chain() -> bytes:
    """Return a compound file whose tables lead in circles."""
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", head, 44, 1, 1, 0, 4096, 0, 1, 0, 1, 0)
    return bytes(head) + struct.pack("<128I", *([0] * 128)) * 2


def _deep(levels: int) -> bytes:
    data = zipped({"a.txt": b"deep"})
    for _ in range(levels):
        data = zipped({"a.zip": data})
    return data


def _tar_claim() -> bytes:
    data = bytearray(tarred({"a.txt": b"text"}))
    data[124:136] = b"\x80\0\0\0\0\0\0\1\0\0\0\0"
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    return bytes(data)


def _mailbox() -> bytes:
    line = b"From a@example.org Tue May 14 10:00:00 2019\n"
    mails = (
        b"", b"\xff\xfe\0\0", b"no header at all\n", b"Content-Type: multipart/mixed\n\nno boundary\n",
        b"Content-Transfer-Encoding: base64\n\n!!!!\n", b"Subject: =?utf-8?b?%%%?=\n\nfine words\n",
        b"Content-Type: text/plain; charset=no-such\n\nother words\n",
        b"Date: yesterday\nFrom: \xe9\n\nlast\n",
    )  # fmt: skip
    return b"".join(line + one + b"\n" for one in mails)


def _nested() -> bytes:
    inner = zipped({f"{n}.txt": bytes(20_000_000) for n in range(3)})
    for _ in range(2):
        inner = zipped({f"{n}.zip": inner for n in range(10)}, zipfile.ZIP_STORED)
    return zipped({"a.zip": inner})


def _outward() -> dict[str, bytes]:
    """Return members whose names lead out of their archive."""
    names = ("../../evil.txt", "/etc/evil.txt", "C:\\evil.txt", "..\\..\\evil.txt", "a/../../evil.txt")
    return {name: b"evil words %d" % number for number, name in enumerate(names)}


def _outward_zip() -> bytes:
    stream = io.BytesIO(zipped(_outward()))
    with zipfile.ZipFile(stream, "a") as archive:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return stream.getvalue()


def _outward_tar() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for number, kind in enumerate((tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE)):
            info = tarfile.TarInfo(f"{number}.txt")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        for name, data in _outward().items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def _tree(kids: bytes, count: int) -> bytes:
    """Return a PDF whose tree of pages has these branches, and says to have so many; 2 is its root."""
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[%s]/Count %d>>endobj\n"
        b"3 0 obj<</Type/Pages/Parent 2 0 R/Kids[2 0 R 3 0 R]/Count 9>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%%%EOF" % (kids, count)
    )


#: What each is called, its bytes, and the state that its file ends in.
BAD: Final[list[tuple[str, Callable[[], bytes], str]]] = [
    ("ratio.zip", lambda: zipped({"a.txt": bytes(80_000_000)}), "too large"),
    ("ratio.docx", lambda: with_parts(DOCX, {"word/document.xml": b" " * 40_000_000}), "too large"),
    ("nested.zip", _nested, "too large"),
    ("overlap.zip", overlapping, "failed"),
    ("quine.zip", quine, "failed"),
    ("outward.zip", _outward_zip, "indexed"),
    ("outward.tar", _outward_tar, "indexed"),
    ("itself.pdf", lambda: _tree(b"2 0 R", 9), "no text"),
    ("circle.pdf", lambda: _tree(b"3 0 R 3 0 R", 9), "no text"),
    ("million.pdf", lambda: _tree(b"3 0 R 3 0 R", 1_000_000), "too large"),
    ("deep.zip", lambda: _deep(40), "too large"),
    ("zeros.txt.gz", lambda: gzip.compress(bytes(80_000_000), 1), "too large"),
    ("zeros.gz", lambda: gzip.compress(bytes(1_000_000)), "unsupported"),
    ("zeros.jsonl.xz", lambda: lzma.compress(bytes(80_000_000), preset=0), "too large"),
    ("laughs.docx", lambda: _word(LAUGHS, "j"), "failed"),
    ("laughs.fodt", lambda: _flat(LAUGHS, "j"), "failed"),
    ("laughs.xhtml", lambda: LAUGHS.encode() + b"<html><body><p>so many &j;</p></body></html>", "indexed"),
    ("external.docx", lambda: _word(EXTERNAL, "x"), "failed"),
    ("external.fodt", lambda: _flat(EXTERNAL, "x"), "failed"),
    ("external.xhtml", lambda: EXTERNAL.encode() + b"<html><body><p>the &x;</p></body></html>", "indexed"),
    ("claims.zip", lambda: _claiming(zipped({"a.txt": b"text" * 100})), "too large"),
    ("claims.docx", lambda: _claiming(DOCX), "indexed"),
    ("claims.rtf", lambda: rb"{\rtf1 before \bin4294967295 after}", "indexed"),
    ("claims.emlx", lambda: b"4294967295\nFrom: a@b.c\nSubject: s\n\ntext\n", "indexed"),
    ("claims.tar", _tar_claim, "too large"),
    ("lies.zip", lambda: _lying(zipped({"a.txt": b"text" * 100})), "failed"),
    ("loop.doc", _chain, "failed"),
    ("loop.msg", _chain, "failed"),
    ("nested.eml", lambda: _mails(1000, nested=True), "in part"),
    ("parts.eml", lambda: _mails(1000, nested=False), "indexed"),
    ("deep.html", lambda: b"<div>" * 100_000 + b"deep words", "indexed"),
    ("deep.rtf", lambda: rb"{\rtf1 " + b"{" * 100_000 + b"deep words", "failed"),
    ("deep.json", lambda: b"[" * 100_000, "failed"),
    ("deep.jsonl", lambda: b'{"text": ' + b"[" * 100_000 + b'\n{"text": "fine"}\n', "in part"),
    ("deep.fodt", lambda: _flat("", "amp").replace(b"<text:p>", b"<text:span>" * 50_000), "failed"),
    ("quotes.txt", lambda: b"> " * 500_000 + b"words", "indexed"),
    ("line.txt", lambda: b"word " * 600_000, "indexed"),
    ("unbroken.txt", lambda: b"x" * 2_000_000, "indexed"),
    ("line.md", lambda: b"# " + b"*a* " * 200_000, "indexed"),
    ("line.html", lambda: b"<p>" + b"word &amp; " * 200_000, "indexed"),
    ("cell.csv", lambda: b'a,b\n1,"' + b"word " * 300_000 + b'"\n', "indexed"),
    ("open.csv", lambda: b'a,b\n1,"' + b"word, other\n" * 10_000, "indexed"),
    ("columns.csv", lambda: b",".join(b"c%d" % n for n in range(9_000)) + b"\n" + b"1," * 9_000, "indexed"),
    ("broken.mbox", _mailbox, "in part"),
    ("colons.eml", lambda: b":" * 1_000_000, "indexed"),
    ("headers.eml", lambda: b"".join(b"X-%d: y\n" % n for n in range(50_000)) + b"\ntext", "indexed"),
    ("folded.eml", lambda: b"Subject: a\n" + b" b\n" * 200_000 + b"\ntext", "indexed"),
    ("words.eml", lambda: b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\n\ntext", "indexed"),
]


def noise(seed: int) -> dict[str, bytes]:
    """Return random bytes under every ending that is read."""
    chance = random.Random(seed)
    return {f"noise{suffix}": chance.randbytes(chance.randint(1, 20_000)) for suffix in known_suffixes()}
