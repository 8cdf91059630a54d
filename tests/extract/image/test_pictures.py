"""Pictures are read by OCR where that is wanted; else nobody looks into them, and they are counted so."""

from __future__ import annotations

import json
import random
import shutil
import struct
import zlib
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.indexer.extract import picture_suffixes
from coopsearch.indexer.extract.base import Picture, Source
from coopsearch.indexer.extract.image import reader as picture
from coopsearch.indexer.sandbox.host import Limits
from coopsearch.search import open_index
from coopsearch.search.errors import ExtractionError
from tests.conftest import Run
from tests.extract.bad_files import with_parts
from tests.extract.image.picture_files import SQUARE, bmp, dots, gif, png, tiff
from tests.extract.image.recognising import drawn
from tests.extract.nested import read, zipped
from tests.extract.office.office_files import docx, paragraph
from tests.extract.office.test_alternative import picture as described
from tests.extract.pdf.test_ocr import POSIX, SCRIPT, TESSERACT, program  # noqa: F401 - a fixture

EMPTY = (
    b'<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">'
    b"<office:body><office:text/></office:body></office:document-content>"
)
PICTURES = Path(__file__).with_name("pictures")
CHANCE = random.Random(5)
#: 13 by 7 squares of black, white and two greys.
SHADES = [[CHANCE.choice((0, 85, 170, 255)) for _ in range(13)] for _ in range(7)]
BLACK = [[shade // 128 * 255 for shade in row] for row in SHADES]


def refusal(data: bytes) -> str:
    """Return why a picture is not read."""
    with pytest.raises(ExtractionError) as error:
        list(picture.extract(Source(Path("a"), "a", "", data=data, recognise=lambda one: b"")))
    return str(error.value)


def shades(one: Picture, across: int, up: int) -> list[list[int]]:
    """Return the shade in the middle of each square of a picture that is so many squares wide and high."""
    wide, high = one.width / across, one.height / up
    return [
        [
            one.grey[int((row + 0.5) * high) * one.width + int((column + 0.5) * wide)]
            for column in range(across)
        ]
        for row in range(up)
    ]


def same(found: list[list[int]], expected: list[list[int]]) -> bool:
    """Say whether shades are the same but for rounding."""
    return all(
        abs(one - other) <= 3
        for row, row_ in zip(found, expected, strict=True)
        for one, other in zip(row, row_, strict=True)
    )


#: Every way to keep shades, and those that know black and white alone.
GREY = {
    **{f"png {colour} {bits}": png(dots(SHADES), colour, bits) for colour, bits in (
        (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 2), (3, 4), (3, 8), (4, 8), (4, 16), (6, 8),
        (6, 16),
    )},
    **{f"tiff {bits}": tiff(dots(SHADES), bits=bits) for bits in (2, 4, 8)},
    **{f"tiff {bits} from the high byte on": tiff(dots(SHADES), order=">", bits=bits) for bits in (2, 4, 8)},
    **{f"tiff meaning {meaning}": tiff(dots(SHADES), meaning=meaning) for meaning in (0, 2)},
    "tiff numbers": tiff(dots(SHADES), meaning=3, bits=4),
    **{f"tiff packing {packing}": tiff(dots(SHADES), packing=packing, rows=10) for packing in (1, 8, 32773)},
    "tiff row by row": tiff(dots(SHADES), rows=1),
    "tiff tiles": tiff(dots(SHADES), tile=48),
    "tiff tiles packed": tiff(dots(SHADES), tile=64, packing=8, meaning=2),
    "tiff first of the low bits": tiff(dots(SHADES), more=[(266, 1)]),
    **{f"bmp {bits}": bmp(dots(SHADES), bits) for bits in (4, 8, 24, 32)},
    "bmp upright": bmp(dots(SHADES), upright=True),
    "gif": gif(dots(SHADES)), "gif interlaced": gif(dots(SHADES), interlaced=True),
    "gif clear": gif([[7 if shade == 255 else shade for shade in row] for row in dots(SHADES)], clear=7),
}  # fmt: skip
BITS = {
    "png": png(dots(BLACK), 0, 1), "png numbers": png(dots(BLACK), 3, 1), "tiff": tiff(dots(BLACK), bits=1),
    "tiff white is 0": tiff(dots([[255 - one for one in row] for row in BLACK]), bits=1, more=[(262, 0)]),
    "bmp": bmp(dots(BLACK), 1),
}  # fmt: skip


@pytest.mark.parametrize("name", GREY)
def test_shades(name: str) -> None:
    """OCR is given what a picture shows, however the picture is kept."""
    (one,) = drawn(GREY[name])
    assert same(shades(one, 13, 7), SHADES)


@pytest.mark.parametrize("name", BITS)
def test_black_and_white(name: str) -> None:
    """The same of pictures with a bit for each dot."""
    (one,) = drawn(BITS[name])
    assert same(shades(one, 13, 7), BLACK)


def test_ink() -> None:
    """More ink is darker; the exact shade is the ink's."""
    (one,) = drawn(tiff(dots([[0, 85, 170, 254]]), meaning=5))
    found = shades(one, 4, 1)[0]
    assert found == sorted(set(found))
    assert found[0] < 64
    assert found[-1] > 224


@pytest.mark.parametrize("colour", [3, 4, 6])
def test_clear(colour: int) -> None:
    """What is clear shows white paper, whatever colour is kept there; what is half clear, a mixture."""
    (half,) = drawn(png(dots(SHADES), colour, opaque=51))
    assert same(shades(half, 13, 7), [[204 + shade // 5 for shade in row] for row in SHADES])
    assert not drawn(png(dots(SHADES), colour, opaque=0)), "a white page is not given to anybody"


@pytest.mark.parametrize(("turn", "degrees"), [(1, 0), (3, 180), (6, 90), (8, 270)])
def test_turned(turn: int, degrees: int) -> None:
    """A picture is turned as it says that it was taken."""
    (one,) = drawn(tiff(dots(SHADES), more=[(274, turn)]))
    expected = SHADES
    for _ in range(degrees // 90):
        expected = [list(row) for row in zip(*expected[::-1], strict=True)]
    assert same(shades(one, len(expected[0]), len(expected)), expected)


def test_pages() -> None:
    """Pages of a TIFF come in their order, without small copies and masks."""
    pages = [[[0, 255] * 4, [255, 0] * 4], [[85, 170] * 4, [170, 85] * 4]]
    found = drawn(tiff(*map(dots, pages)))
    assert [shades(one, 8, 2)[0][0] for one in found] == [0, 85]
    assert same(shades(found[1], 8, 2), pages[1])
    assert refusal(tiff(dots(SHADES), more=[(254, 1)])) == "damaged: no TIFF picture is in it"


def head(width: int, height: int) -> bytes:
    """Return the head of a grey PNG."""
    raw = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return raw + struct.pack(">I", zlib.crc32(raw))


HEAD, LARGE = head(13 * SQUARE, 1), head(10**5, 10**5)
#: A field of a TIFF.
WIDTH = struct.pack("<HHII", 256, 3, 1, 13 * SQUARE)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"not really a picture", "damaged: no picture, whatever its name says"),
        (b"", "no text: the file is empty"),
        (b"\x89PNG\r\n\x1a\n", "damaged: no PNG picture is in it"),
        (b"\xff\xd8\xff\xe0\0\x04ab\xff\xda", "damaged: no JPEG picture is in it"),
        (b"II*\0\x08\0\0\0", "damaged: no TIFF picture is in it"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "damaged: no WEBP picture is in it"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "damaged: no JP2 picture is in it"),
        (b"BM", "damaged: no BMP picture is in it"),
        (b"GIF89a", "damaged: no GIF picture is in it"),
        (png(dots(SHADES), interlaced=True), "damaged: the picture is cut off"),
        (png(dots([[0]])[:8]), "no text: too small a picture to show any"),
        ((PICTURES / "colour.jpg").read_bytes().replace(b"\xff\xdb", b"\xff\xe5"),
         "damaged: the picture is cut off"),
        (png(dots(SHADES)[:1]).replace(HEAD, LARGE), "too large: 100,000 x 100,000 dots, over 100,000,000"),
        (tiff(dots(SHADES)).replace(WIDTH, struct.pack("<HHII", 256, 4, 1, 2**31)),
         "too large: 2,147,483,648 x 112 dots"),
        (tiff(dots(SHADES), more=[(259, 34712)]), "a TIFF of a kind that is not read"),
        (bmp(dots(SHADES))[:30] + b"\4" + bmp(dots(SHADES))[31:], "a BMP of a kind that is not read"),
    ],
)  # fmt: skip
def test_refused(data: bytes, reason: str) -> None:
    """What is not a picture, or cannot be read, is reported with the reason before anything is unpacked."""
    assert refusal(data).startswith(reason)


def test_shared_pages() -> None:
    """Pages that have the same bytes over and over end as damage, not in memory; none leads in circles."""
    fields = {256: 1000, 257: 100, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: 100, 279: 100_000}
    data = b"II*\0" + struct.pack("<I", 8 + 100_000) + bytes(100_000)
    for _ in range(200):
        data += struct.pack("<H", len(fields))
        data += b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in fields.items())
        data += struct.pack("<I", len(data) + 4)
    assert refusal(data) == "damaged: its pages share their bytes"
    loop = bytearray(tiff(dots(SHADES)))
    loop[-4:] = loop[4:8]
    assert len(drawn(bytes(loop))) == 1


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


def mangled(data: bytes) -> Iterator[bytes]:
    """Yield a file cut in several places, and with bytes changed."""
    chance = random.Random(len(data))
    yield from (data[: len(data) * part // 7] for part in range(1, 7))
    for _ in range(12):
        changed = bytearray(data)
        for _ in range(chance.randint(1, 12)):
            changed[chance.randrange(min(len(changed), 400))] = chance.randrange(256)
        yield bytes(changed)


@POSIX
def test_mangled(program: Callable[..., Path], tmp_path: Path) -> None:  # noqa: F811
    """Cut and changed pictures cost themselves, never their reader."""
    program("print()")
    made = [
        png(dots(SHADES), 6),
        gif(dots(SHADES)),
        tiff(dots(SHADES), dots(BLACK), packing=8, rows=20),
        bmp(dots(SHADES), 8),
    ]
    made += [path.read_bytes() for path in sorted(PICTURES.iterdir())]
    (tmp_path / "docs").mkdir()
    for number, data in enumerate(made):
        for part, wrong in enumerate(mangled(data)):
            (tmp_path / "docs" / f"{number}-{part}.png").write_bytes(wrong)
    report = sync([tmp_path / "docs"], tmp_path / "ix", ocr=True, workers=1)
    assert len(report.failed + report.lacking) > 9 * len(made)
    assert not [one for one in report.failed if "reader" in one.reason or "Error" in one.reason]


def test_cut(tmp_path: Path) -> None:
    """What is left of a picture that is cut off is read, and the cut is told."""
    whole = png([[CHANCE.randrange(256) for _ in range(100)] for _ in range(100)])
    hocr = (
        b"<p class='ocr_par'><span class='ocr_line' title=\"bbox 0 0 90 20\">"
        b"<span class='ocrx_word' title='bbox 0 0 90 20; x_wconf 90'>routes</span></span></p>"
    )
    items = picture.extract(Source(Path("a"), "a", "", data=whole[:6000], recognise=lambda one: hocr))
    assert getattr(next(items), "text", "") == "routes"
    with pytest.raises(ExtractionError, match="damaged: the picture is cut off"):
        next(items)


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
    names = {Path(one["path"]).name for one in found}
    assert names == {path.name for path in PICTURES.iterdir()} | {"deep.jpg"} - {"turned.jpg"} | {
        "turned.jpg"
    }
    assert all(one["ocr"] for one in found)
    for words, page, language in (("frontières passeurs", 2, "fr"), ("تهريب تعاون", 3, "ar")):
        (one,) = run(words, "--all", "--json", "--index", "ix", cwd=tmp_path).objects()
        assert (Path(one["path"]).name, one["page"], one["language"]) == ("group4.tif", page, language)
    shown = run("show", "docs/a.zip!in/deep.jpg", "--index", "ix", cwd=tmp_path)
    assert "on cooperation" in shown.out
    assert "text from OCR" in run("smuggling", "--index", "ix", cwd=tmp_path).out
    assert picture_suffixes() >= {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"}
