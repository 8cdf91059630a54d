"""Pictures are read by OCR where that is wanted; else nobody looks into them, and they are counted so."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.indexer.extract import picture_suffixes
from coopsearch.indexer.sandbox.host import Limits
from coopsearch.search import open_index
from tests.conftest import Run
from tests.extract.bad_files import with_parts
from tests.extract.image.picture_files import bmp, dots, png, tiff
from tests.extract.image.squares import BLACK, PICTURES, SHADES
from tests.extract.nested import read, zipped
from tests.extract.office.office_files import docx, paragraph
from tests.extract.office.test_alternative import picture as described
from tests.extract.pdf.test_ocr import POSIX, SCRIPT, TESSERACT, program  # noqa: F401 - a fixture

EMPTY = (
    b'<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">'
    b"<office:body><office:text/></office:body></office:document-content>"
)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A folder with a text, pictures, and pictures in a zip and in a mail."""
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "note.txt").write_text("a note on ports", encoding="utf-8")
    (folder / "page.PNG").write_bytes(png(dots(SHADES)))
    (folder / "pages.tif").write_bytes(tiff(dots(SHADES), dots(BLACK)))
    (folder / "photos.zip").write_bytes(zipped({"in/a.jpg": b"\xff\xd8\xff", "b.bmp": bmp(dots(SHADES))}))
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "words", "a@example.org"
    mail.set_content("a mail on boats")
    mail.add_attachment(png(dots(SHADES)), "image", "png", filename="scan.png")
    (folder / "mail.eml").write_bytes(bytes(mail))
    return folder


def test_without(run: Run, docs: Path, tmp_path: Path) -> None:
    """Without OCR pictures are unsupported, unopened; the report says in one line what would read them."""
    for number in range(50):
        (docs / f"{number}.jpg").write_bytes(b"\xff\xd8\xff")
    done = run("index", "docs", "--index", "ix", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    (line,) = (line for line in done.out.splitlines() if "--ocr" in line)
    assert line.startswith("52 files are pictures (50 .jpg, 1 .png, 1 .tif), ")
    assert "2 files hold pictures: `coopsearch index --ocr` reads them" in line
    assert "not supported" not in done.out
    status = run("status", "--index", "ix", cwd=tmp_path).out
    assert "52 of them are pictures: `coopsearch index --ocr` reads what is written there" in status
    value = json.loads(run("status", "--json", "--index", "ix", cwd=tmp_path).out)
    assert value["states"] == {"indexed": 2, "unsupported": 53}
    assert value["pictures"] == 52
    listed = run("status", "--state", "unsupported", "--index", "ix", cwd=tmp_path).out
    assert "docs/page.PNG: a picture; `coopsearch index --ocr` reads what is written in it" in listed
    assert (
        "docs/photos.zip: 2 in it of formats that are not read: 1 .jpg, 1 .bmp; --ocr reads pictures"
        in listed
    )
    assert (
        run("boats", "--index", "ix", cwd=tmp_path)
        .err.strip()
        .endswith("searched 2 of 55 files: 53 unsupported")
    )
    (docs / "new.png").write_bytes(b"")
    (docs / "new.txt").write_bytes(b"")
    assert "since then 1 new" in run("boats", "--index", "ix", cwd=tmp_path).err
    value = json.loads(run("status", "--json", "--index", "ix", cwd=tmp_path).out)
    assert value["changed"] == {"new": 1, "changed": 0, "gone": 0}


@POSIX
@pytest.mark.parametrize("workers", [1, 2])
def test_wanted(program: Callable[..., Path], docs: Path, tmp_path: Path, workers: int) -> None:  # noqa: F811
    """Once OCR is wanted all pictures are read, also those in files that did not change; and none twice."""
    index = tmp_path / "ix"
    first = sync([docs], index, workers=workers)
    assert (first.documents, first.pictures, first.failed) == (2, {".png": 1, ".tif": 1}, ())
    program()
    second = sync([docs], index, ocr=True, workers=workers)
    assert (second.documents, second.added, second.updated, second.pictures) == (6, 2, 2, {})
    assert (first.with_pictures, second.with_pictures) == (2, 0)
    assert [one.reason for one in second.failed] == ["damaged: no JPEG picture is in it"]
    third = sync([docs], index, workers=workers)
    assert (third.unchanged, third.documents) == (5, 6)
    # What was read stays when OCR is wanted no more, until the file changes.
    assert sync([docs], index, ocr=False, workers=workers).unchanged == 5
    (docs / "page.PNG").write_bytes(png(dots(BLACK)))
    last = sync([docs], index, workers=workers)
    assert (last.documents, last.removed, last.pictures) == (5, 1, {".png": 1})
    with open_index(index) as opened:
        hits = {hit.path.partition("docs/")[2]: hit for hit in opened.search("smuggling")}
    assert {name: (hit.type, hit.page, hit.recognised) for name, hit in hits.items()} == {
        "pages.tif": ("tiff", 1, True),
        "photos.zip!b.bmp": ("bmp", None, True),
        "mail.eml!scan.png": ("png", None, True),
    }


@POSIX
def test_nothing_written(program: Callable[..., Path], docs: Path, tmp_path: Path) -> None:  # noqa: F811
    """Pictures without text count as that, those beside a text make no fault of it, and one is asked once."""
    seen = tmp_path / "seen"
    seen.mkdir()
    program(f"import tempfile; tempfile.mkdtemp(dir={str(seen)!r})")
    (docs / "photos.zip").write_bytes(zipped({"a.txt": b"text", "b.bmp": bmp(dots(SHADES)), "c.png": b""}))
    sync([docs], tmp_path / "ix", ocr=True, workers=1)
    with open_index(tmp_path / "ix") as opened:
        assert opened.search("text").total == 1
        coverage = opened.search("text").coverage
        assert coverage is not None
        assert (coverage.indexed, coverage.no_text, coverage.in_part, coverage.failed) == (3, 2, 0, 0)
    assert len(list(seen.iterdir())) == 2, "four pictures show two things"


@POSIX
def test_in_documents(program: Callable[..., Path], tmp_path: Path) -> None:  # noqa: F811
    """Pictures in a document are read where it has no text of its own, as pages of a scan may stand there."""
    program()
    (tmp_path / "docs").mkdir()
    media = {f"word/media/image{number}.png": png(dots(SHADES)) for number in (10, 9)}
    odt = {
        "content.xml": EMPTY,
        "Pictures/1.png": png(dots(SHADES)),
        "Thumbnails/thumbnail.png": png(dots(BLACK)),
    }
    made = {
        "scan.docx": with_parts(docx(""), {}, media),
        "text.docx": with_parts(docx(paragraph("a note on ports")), {}, media),
        "scan.odt": zipped(odt),
        "told.docx": with_parts(docx(f"<w:p>{described('A scan of the letter')}</w:p>"), {}, media),
    }
    for name, data in made.items():
        (tmp_path / "docs" / name).write_bytes(data)
    report = sync([tmp_path / "docs"], tmp_path / "ix", workers=1)
    assert [Path(one.path).name for one in report.lacking] == ["scan.docx", "scan.odt", "told.docx"]
    report = sync([tmp_path / "docs"], tmp_path / "ix", ocr=True, workers=1)
    assert (report.lacking, report.failed, report.documents) == ((), (), 7)
    with open_index(tmp_path / "ix") as opened:
        found = [hit.path.partition("docs/")[2] for hit in opened.search("smuggling")]
        assert [hit.path for hit in opened.search("letter")] == [str(tmp_path / "docs" / "told.docx")]
    scans = [f"{name}.docx!image{number}.png" for name in ("scan", "told") for number in (10, 9)]
    assert sorted(found) == sorted([*scans, "scan.odt!1.png"])


@POSIX
def test_no_text_at_all(program: Callable[..., Path], tmp_path: Path) -> None:  # noqa: F811
    """A file that holds pictures without text, and nothing else, counts as without text."""
    program("print()")
    (tmp_path / "a.zip").write_bytes(zipped({"a.png": png(dots(SHADES)), "b.png": png(dots(BLACK))}))
    (tmp_path / "b.docx").write_bytes(with_parts(docx(""), {}, {"word/media/a.png": png(dots(SHADES))}))
    report = sync([tmp_path / "a.zip", tmp_path / "b.docx"], tmp_path / "ix", ocr=True, workers=1)
    assert [(one.reason, one.state) for one in report.lacking] == [
        ("2 pictures in it without text", "no text"), ("1 picture in it without text", "no text"),
    ]  # fmt: skip


@POSIX
def test_limits(program: Callable[..., Path], tmp_path: Path) -> None:  # noqa: F811
    """Pages over the limit are told, and the pages before it are kept."""
    program()
    (tmp_path / "a.tif").write_bytes(tiff(*[dots(SHADES)] * 4))
    report = sync([tmp_path / "a.tif"], tmp_path / "ix", ocr=True, limits=Limits(pages=2))
    assert report.documents == 1
    assert report.failed[0].reason.startswith("no text on pages 3-4: over 2 pages for OCR")


def test_under_other_names(tmp_path: Path) -> None:
    """A picture under the name of a document is told for what it is."""
    for suffix in (".pdf", ".docx", ".txt", ".doc"):
        path = tmp_path / f"a{suffix}"
        path.write_bytes(png(dots(SHADES)))
        documents, problems = read(path)
        assert not documents
        assert problems[0].reason == "no text: a picture; --ocr reads what is written in it"


@TESSERACT
def test_tesseract(run: Run, tmp_path: Path) -> None:
    """Pictures as programs wrote them are read by the program itself, in three languages, page by page."""
    (tmp_path / "docs").mkdir()
    for path in PICTURES.iterdir():
        shutil.copy(path, tmp_path / "docs")
    (tmp_path / "docs" / "a.zip").write_bytes(zipped({"in/deep.jpg": (PICTURES / "turned.jpg").read_bytes()}))
    done = run("index", "docs", "-q", "--ocr", "--index", "ix", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    found = run("smuggling AND cooperation", "-n", "20", "--json", "--index", "ix", cwd=tmp_path).objects()
    names = {Path(one["shown"]).name for one in found}
    assert names == {path.name for path in PICTURES.iterdir()} | {"deep.jpg"} - {"turned.jpg"} | {
        "turned.jpg"
    }
    assert all(one["ocr"] for one in found)
    for words, page, language in (("frontières passeurs", 2, "fr"), ("تهريب تعاون", 3, "ar")):
        (one,) = run(words, "--all", "--translate=no", "--json", "--index", "ix", cwd=tmp_path).objects()
        assert (Path(one["shown"]).name, one["page"], one["language"]) == ("group4.tif", page, language)
    shown = run("show", "docs/a.zip!in/deep.jpg", "--index", "ix", cwd=tmp_path)
    assert "on cooperation" in shown.out
    assert "text from OCR" in run("smuggling", "--index", "ix", cwd=tmp_path).out
    assert picture_suffixes() >= {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"}
