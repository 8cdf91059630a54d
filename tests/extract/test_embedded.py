"""Files in office documents are members: read at their address, and bounded as those of archives are."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest

from coopsearch.indexer.extract import RecordProblem, Source
from coopsearch.indexer.extract.budget import Bounds
from coopsearch.indexer.extract.nesting import documents
from coopsearch.indexer.extract.office import extract
from coopsearch.indexer.isolation import Limits
from coopsearch.search.model import Document
from tests.conftest import Run
from tests.extract.bad_files import with_parts
from tests.extract.nested import read, zipped
from tests.extract.office_files import compound, docx, paragraph

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
            "oleObject3.bin": b"no object",
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
        reasons = [one.reason for one in items if isinstance(one, RecordProblem)]
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
    assert run("index", "docs", "--index", "ix", cwd=tmp_path).code == 0
    (hit,) = run("crossings", "--index", "ix", "--json", cwd=tmp_path).objects()
    assert hit["path"] == "docs/a.docx!list.txt"
    assert "boats and crossings" in run("show", hit["path"], "--index", "ix", cwd=tmp_path).out
