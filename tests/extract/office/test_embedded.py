"""Files in office documents are members: read at their address, and bounded as those of archives are."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest

from coopsearch.indexer.extract import Source
from coopsearch.indexer.extract.budget import Bounds
from coopsearch.indexer.extract.by_signature import extract
from coopsearch.indexer.extract.nesting import documents
from coopsearch.indexer.problem import Problem
from coopsearch.indexer.sandbox.host import Limits
from coopsearch.search.model import Document
from tests.conftest import Run
from tests.extract.bad_files import with_parts
from tests.extract.nested import read, zipped
from tests.extract.office.office_files import compound, docx, paragraph
from tests.extract.pdf.pdf_files import WHOLE, lines, pdf, picture_of

DOCX = docx(paragraph("the report itself"))


def packaged(name: str, data: bytes) -> bytes:
    """Return an object as Windows wraps a file."""
    names = name.encode() + b"\0" + b"C:\\a\\" + name.encode() + b"\0"
    body = (
        b"\2\0" + names + b"\0\0\3\0" + struct.pack("<I", 4) + b"tmp\0" + struct.pack("<I", len(data)) + data
    )
    return compound({"\x01Ole10Native": struct.pack("<I", len(body)) + body})


def document(parts: dict[str, bytes]) -> bytes:
    """Return a Word document with embedded files."""
    return with_parts(DOCX, {}, {f"word/embeddings/{name}": data for name, data in parts.items()})


def texts(folder: Path, data: bytes, limits: Limits | None = None) -> tuple[dict[str, str], list[str]]:
    """Return the text of each member by its address, and what was wrong."""
    path = folder / "a.docx"
    path.write_bytes(data)
    documents, problems = read(path, limits)
    return {one.path: one.text.strip() for one in documents}, [one.reason for one in problems]


def test_members(tmp_path: Path) -> None:
    """Documents and wrapped files are read, in each other too, by the names that their programs gave them."""
    found, problems = texts(
        tmp_path,
        document({
            "annex.docx": docx(paragraph("the annex")),
            "oleObject1.bin": packaged("list of boats.txt", b"boats and crossings"),
            "oleObject2.bin": packaged("in.zip", zipped({"deep.txt": b"deep inside"})),
            "oleObject3.bin": b"\0\1 no object",
            "oleObject4.bin": compound({"other": b"a formula"}),
        }),
    )  # fmt: skip
    assert found == {
        "a.docx": "the report itself",
        "a.docx!annex.docx": "the annex",
        "a.docx!list of boats.txt": "boats and crossings",
        "a.docx!in.zip!deep.txt": "deep inside",
    }
    assert problems == ["1 in it of formats that are not read: 1 .bin"]


def digits(kind: bytes, data: bytes, form: int = 2) -> bytes:
    """Return an object of OLE 1 as an RTF file has it."""
    name = struct.pack("<I", len(kind) + 1) + kind + b"\0"
    whole = struct.pack("<II", 0x501, form) + name + bytes(8) + struct.pack("<I", len(data)) + data
    text = whole.hex().encode()
    lines = b"\n".join(text[at : at + 128] for at in range(0, len(text), 128))
    return rb"{\object\objemb{\*\objclass " + kind + rb"}{\*\objdata " + lines + rb"}{\result shown}}"


def package(name: str, data: bytes) -> bytes:
    """Return what such an object holds of a file that Windows wrapped."""
    names = name.encode() + b"\0" + b"C:\\a\\" + name.encode() + b"\0"
    return b"\2\0" + names + b"\0\0\3\0\4\0\0\0tmp\0" + struct.pack("<I", len(data)) + data


def test_rtf(tmp_path: Path) -> None:
    """The same of RTF; an object that is cut off, or linked to, costs itself."""
    held = [
        digits(b"Package", package("list.txt", b"boats and crossings")),
        digits(b"Word.Document.12", compound({"package": docx(paragraph("the annex"))})),
        digits(b"Word.Document.12", b"C:\\secret.doc", form=1),
        digits(b"Package", package("cut.txt", b"words" * 99))[:-200] + b"}}",
        rb"{\object{\*\objdata 0z}}",
    ]
    (tmp_path / "a.rtf").write_bytes(rb"{\rtf1 the report itself " + b"".join(held) + b"}")
    documents, problems = read(tmp_path / "a.rtf")
    assert {one.path: one.text.strip() for one in documents} == {
        "a.rtf": "the report itself shownshownshown",
        "a.rtf!list.txt": "boats and crossings",
        "a.rtf!part 2": "the annex",
    }
    assert [one.reason for one in problems] == ["damaged: this embedded file is cut off"]


def office(kind: str, text: str) -> dict[str, bytes]:
    """Return the parts of an OpenDocument file of one paragraph or cell."""
    home = "urn:oasis:names:tc:opendocument:xmlns"
    names = " ".join(f'xmlns:{name}="{home}:{name}:1.0"' for name in ("office", "text", "table"))
    inner = f"<text:p>{text}</text:p>"
    if kind == "spreadsheet":
        cell = f"<table:table-cell>{inner}</table:table-cell>"
        inner = f"<table:table><table:table-row>{cell}</table:table-row></table:table>"
    body = f"<office:body><office:{kind}>{inner}</office:{kind}></office:body>"
    return {"content.xml": f"<office:document-content {names}>{body}</office:document-content>".encode()}


def test_open_document(tmp_path: Path) -> None:
    """Documents that are folders of one, and files in it, are members; charts and pictures are none."""
    parts = {
        "mimetype": b"application/vnd.oasis.opendocument.text",
        **office("text", "the report itself"),
        **{f"Object 1/{name}": data for name, data in office("spreadsheet", "boats of May").items()},
        **{f"Object 1/Object 2/{name}": data for name, data in office("text", "deep inside").items()},
        **{f"Object 3/{name}": data for name, data in office("chart", "a chart").items()},
        "Object 4": packaged("list.txt", b"crossings"),
        "Object 5": docx(paragraph("the annex")),
        "ObjectReplacements/Object 4": compound({"other": b"a picture"}),
        "Pictures/a.png": b"\x89PNG",
    }
    (tmp_path / "a.odt").write_bytes(zipped(parts))
    documents, problems = read(tmp_path / "a.odt")
    assert {one.path: one.text.strip() for one in documents} == {
        "a.odt": "the report itself\n\na chart",
        "a.odt!object 1.ods": "boats of May",
        "a.odt!object 1.ods!object 2.odt": "deep inside",
        "a.odt!list.txt": "crossings",
        "a.odt!object 5": "the annex",
    }
    assert not problems


def attached(files: dict[str, bytes], page: bytes, pictures: tuple[bytes, ...] = ()) -> bytes:
    """Return a PDF to which files are attached."""
    whole = pdf(page, resources=pictures)
    names = b"".join(b"(%s) %d 0 R" % (name.encode(), 100 + 2 * at) for at, name in enumerate(files))
    whole = whole.replace(b"/Type/Catalog", b"/Type/Catalog/Names<</EmbeddedFiles<</Names[%s]>>>>" % names)
    held = b""
    for at, (name, data) in enumerate(files.items()):
        first = 100 + 2 * at
        held += b"%d 0 obj<</Type/Filespec/F(%s)/UF(%s)/EF<</F %d 0 R>>>>endobj\n" % (
            first, name.encode(), name.encode(), first + 1
        )  # fmt: skip
        held += b"%d 0 obj<</Type/EmbeddedFile/Length %d>>stream\n" % (first + 1, len(data))
        held += data + b"\nendstream endobj\n"
    return whole.replace(b"trailer", held + b"trailer")


def test_pdf(tmp_path: Path) -> None:
    """Files that are attached to a PDF are its members, whatever they are called."""
    files = {
        "list.txt": b"boats and crossings",
        "annex.docx": docx(paragraph("the annex")),
        "../../evil.txt": b"evil words",
        "data.bin": b"\0\1",
        "..": b"of no name",
    }
    (tmp_path / "a.pdf").write_bytes(attached(files, lines("the report itself")))
    documents, problems = read(tmp_path / "a.pdf")
    assert {one.path: one.text.strip() for one in documents} == {
        "a.pdf": "the report itself",
        "a.pdf!list.txt": "boats and crossings",
        "a.pdf!annex.docx": "the annex",
        "a.pdf!evil.txt": "evil words",
        "a.pdf!part 5": "of no name",
    }
    assert [one.reason for one in problems] == ["1 in it of formats that are not read: 1 .bin"]


def test_pdf_without_text(tmp_path: Path) -> None:
    """A scan with attachments lacks its text nevertheless; a blank page around them does not."""
    (tmp_path / "blank.pdf").write_bytes(attached({"a.txt": b"words"}, b""))
    documents, problems = read(tmp_path / "blank.pdf")
    assert ([one.path for one in documents], problems) == (["blank.pdf!a.txt"], [])
    picture = picture_of(pdf(lines("a page")))
    (tmp_path / "scan.pdf").write_bytes(attached({"a.txt": b"words"}, WHOLE, (picture,)))
    documents, problems = read(tmp_path / "scan.pdf")
    assert [one.path for one in documents] == ["scan.pdf!a.txt"]
    assert [one.reason for one in problems] == [
        "no text: it holds images alone, as a scan does; --ocr reads those"
    ]


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("testPPT_EmbeddedPDF.ppt", ["part 1.pdf", "part 2.pdf"]),
        ("testPPT_embeded.ppt", ["part 1.xls", "part 2.doc"]),
        ("testPPT_oleWorkbook.ppt", ["part 1"]),
        ("testODFwithOOo3.odt", ["object 1.ods"]),
        ("testPDFPackage.pdf", ["PDF1.pdf", "PDF2.pdf"]),
        ("testPDFFileEmbInAnnotation_noContents.pdf", ["Excel.xlsx"]),
        ("testRTFEmbeddedFiles.rtf", ["part 1.doc", "part 1.doc!Hw.txt", "part 2", "part 8.pdf", "part 13"]),
    ],
)
def test_of_programs(shared: Path, name: str, members: list[str]) -> None:
    """What programs embedded is found in their files."""
    documents, problems = read(shared / "fixtures" / "tika" / name)
    assert {f"{name}!{member}" for member in members} <= {one.path for one in documents}
    assert all(one.text.strip() for one in documents)
    assert not [one for one in problems if one.state != "unsupported"]


def test_depth(tmp_path: Path) -> None:
    """Documents in documents end at the limit of nesting."""
    data = DOCX
    for _ in range(12):
        data = document({"in.docx": data})
    found, problems = texts(tmp_path, data)
    assert len(found) == 9
    assert ["nested deeper than 8" in one for one in problems] == [True]


def test_bomb(tmp_path: Path) -> None:
    """What is embedded counts as what is unpacked."""
    found, problems = texts(tmp_path, document({f"{n}.txt": bytes(8_000_000) for n in range(12)}))
    assert found["a.docx"] == "the report itself"
    assert "too large" in problems[-1]


def test_mangled() -> None:
    """Wrapped files with changed bytes cost no more than themselves."""
    chance = random.Random(3)
    whole = packaged("a.txt", b"boats")
    for _ in range(40):
        data = bytearray(whole[: chance.randint(1, len(whole))] if chance.random() < 0.3 else whole)
        for _ in range(chance.randint(0, 20)):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        source = Source(Path("a.docx"), "a.docx", "", data=document({"oleObject1.bin": bytes(data)}))
        items = list(documents(extract, source, Bounds()))
        assert [one.text for one in items if isinstance(one, Document)][:1] == ["the report itself"]
        reasons = [one.reason for one in items if isinstance(one, Problem)]
        assert not [one for one in reasons if one.startswith("cannot be read")]


@pytest.mark.parametrize("name", ["testEXCEL_embeddedPDF_windows.xls", "testWORD_embedded_pdf.doc"])
def test_older(shared: Path, name: str) -> None:
    """What is embedded in the older formats is read as well."""
    found, _ = read(shared / "fixtures" / "tika" / name)
    assert f"{name}!part 1.pdf" in [one.path for one in found]


def test_from_the_shell(tmp_path: Path, run: Run) -> None:
    """A search names the embedded file, and its text can be shown."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.docx").write_bytes(document({"o.bin": packaged("list.txt", b"boats and crossings")}))
    (docs / "b.rtf").write_bytes(
        rb"{\rtf1 b " + digits(b"Package", package("list.txt", b"crossings b")) + b"}"
    )
    (docs / "c.pdf").write_bytes(attached({"list.txt": b"crossings c"}, lines("c")))
    inner = {f"Object 1/{name}": data for name, data in office("text", "crossings d").items()}
    (docs / "d.odt").write_bytes(zipped({**office("text", "d"), **inner}))
    assert run("index", "docs", "--index", "ix", cwd=tmp_path).code == 0
    hits = run("crossings", "--index", "ix", "--json", cwd=tmp_path).objects()
    addresses = [
        "docs/a.docx!list.txt",
        "docs/b.rtf!list.txt",
        "docs/c.pdf!list.txt",
        "docs/d.odt!object 1.odt",
    ]
    assert sorted(hit["shown"] for hit in hits) == addresses
    for address in addresses:
        assert "crossings" in run("show", address, "--index", "ix", cwd=tmp_path).out
