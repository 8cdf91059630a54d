"""Pictures as Pillow writes them, in every format that is read, are given to OCR as they look."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from coopsearch.indexer import sync
from coopsearch.indexer.extract import format_named, format_of, format_of_bytes, picture_suffixes
from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.image import decode
from coopsearch.indexer.extract.image import reader as picture
from coopsearch.indexer.extract.signatures import START
from coopsearch.search import open_index
from coopsearch.search.errors import ExtractionError, FileState
from coopsearch.search.model import RECOGNISED, Document
from tests.conftest import Run
from tests.extract.image.drawing import SIZE, base, heic, interlaced, saved
from tests.extract.image.picture_files import dots, png, tiff
from tests.extract.image.recognising import drawn
from tests.extract.image.squares import SHADES, refusal, same, shades
from tests.extract.pdf.test_ocr import POSIX, TESSERACT, program  # noqa: F401 - a fixture
from tests.indexer.test_missing_libraries import hidden


def clear() -> Image.Image:
    """Return black squares on what is clear, black below."""
    image = Image.new("LA", SIZE)
    image.putdata([(shade, 255 - shade) for row in dots(BINARY) for shade in row])
    return image


def inverted(data: bytes) -> bytes:
    """Return a TIFF in which 0 is white."""
    field = struct.pack("<HHIHH", 262, 3, 1, 1, 0)
    assert data.count(field) == 1
    return data.replace(field, struct.pack("<HHIHH", 262, 3, 1, 0, 0))


def lab() -> bytes:
    """Return a TIFF of lightness and two colours that are none."""
    grey = base()
    return saved(Image.merge("LAB", (grey, Image.new("L", SIZE, 128), Image.new("L", SIZE, 128))), "TIFF")


BINARY = [[shade // 128 * 255 for shade in row] for row in SHADES]
#: What is made, by its name, and whether its shades are exact or black and white alone.
MADE: dict[str, tuple[Callable[[], bytes], list[list[int]]]] = {
    "webp": (lambda: saved(base("RGB"), "WEBP", lossless=True), SHADES),
    "webp clear": (lambda: saved(clear().convert("RGBA"), "WEBP", lossless=True, exact=True), BINARY),
    "jp2": (lambda: saved(base("RGB"), "JPEG2000"), SHADES),
    "jp2 bare": (lambda: saved(base(), "JPEG2000", no_jp2=True), SHADES),
    "jp2 16 bits": (lambda: saved(base("I;16"), "JPEG2000"), SHADES),
    "heic": (lambda: heic(base("RGB")), SHADES),
    "png interlaced": (lambda: interlaced(base()), SHADES),
    "png 16 bits": (lambda: saved(base("I;16"), "PNG"), SHADES),
    "png of one bit": (lambda: saved(base("1"), "PNG"), []),
    "png with a clear colour": (lambda: saved(base("RGB"), "PNG", transparency=(255, 255, 255)), SHADES),
    "png clear": (lambda: saved(clear(), "PNG"), BINARY),
    "tiff 16 bits": (lambda: saved(base("I;16"), "TIFF"), SHADES),
    "tiff 16 bits, packed": (lambda: saved(base("I;16"), "TIFF", compression="tiff_lzw"), SHADES),
    "tiff 16 bits, high first": (lambda: tiff(dots(SHADES), order=">", bits=16), SHADES),
    "tiff 16 bits, colour": (lambda: tiff(dots(SHADES), order=">", bits=16, meaning=2), SHADES),
    "tiff 16 bits, 0 is white": (
        lambda: inverted(saved(base("I;16"), "TIFF")), [[255 - one for one in row] for row in SHADES]
    ),
    "tiff of floats": (lambda: saved(base("F"), "TIFF"), SHADES),
    "tiff of integers": (lambda: saved(base("I"), "TIFF"), SHADES),
    "tiff lab": (lab, SHADES),
    "big tiff": (lambda: saved(base(), "TIFF", big_tiff=True), SHADES),
    "tiff deflated": (lambda: saved(base("RGBA"), "TIFF", compression="tiff_adobe_deflate"), SHADES),
    "bmp": (lambda: saved(base("P"), "BMP"), SHADES),
    "gif moving": (lambda: saved(base(), "GIF", save_all=True, append_images=[Image.new("L", SIZE)]), SHADES),
    "webp moving": (
        lambda: saved(
            base("RGB"), "WEBP", lossless=True, save_all=True, append_images=[Image.new("RGB", SIZE)]
        ),
        SHADES,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MADE)
def test_shades(name: str) -> None:
    """OCR is given what a picture shows, whatever its format, its depth and its colours are."""
    make, expected = MADE[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        data = make()
    (one,) = drawn(data)
    if expected:
        assert same(shades(one, 13, 7), expected)


def test_table() -> None:
    """Every format of pictures has endings, a mark by which its bytes are told, and hits that say "OCR"."""
    made = {"png": png(dots(SHADES)), **{name.partition(" ")[0]: make() for name, (make, _) in MADE.items()
            if name in {"webp", "jp2", "bmp", "gif moving"}},
            "heic": b"\0\0\0\x18ftypheic" + bytes(16),
            "tiff": saved(base(), "TIFF"), "jpeg": saved(base(), "JPEG")}  # fmt: skip
    assert {*made, "pdf"} == RECOGNISED
    endings: set[str] = set()
    for kind, data in made.items():
        form = format_named(kind)
        endings.update(form.suffixes)
        assert form.picture and form.risky
        assert decode.kind_of(data) == kind
        assert format_of_bytes(format_named("pdf"), data[:START]).name == kind
        assert form.name in {format_of(Path("a" + suffix)).name for suffix in form.suffixes}  # type: ignore[union-attr]
    assert endings == picture_suffixes()
    assert endings >= {".webp", ".jp2", ".j2k", ".heic", ".heif"}


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_turned(kind: str, turn: int) -> None:
    """A picture is set upright as its camera says that it was held, also where it is mirrored."""
    upright = base("RGB")
    # What undoes the turn by which it is set upright.
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    kept = upright.transpose(Image.Transpose(undo[turn])) if turn > 1 else upright
    exif = Image.Exif()
    exif[274] = turn
    more = {"quality": 95} if kind == "JPEG" else {"lossless": True} if kind == "WEBP" else {}
    (one,) = drawn(saved(kept, kind, exif=exif, **more))
    assert all(
        abs(found - shade) <= 8
        for row, row_ in zip(shades(one, 13, 7), SHADES, strict=True)
        for found, shade in zip(row, row_, strict=True)
    )


@pytest.mark.parametrize(("turn", "size"), [(1, (416, 448)), (6, (448, 416))])
def test_resolution(turn: int, size: tuple[int, int]) -> None:
    """Dots of a fax, which are higher than wide, are made square, also where its page lies on its side."""
    (one,) = drawn(saved(base(), "TIFF", dpi=(200, 100), tiffinfo={274: turn}))
    assert (one.width, one.height) == size
    (one,) = drawn(saved(base(), "TIFF", dpi=(300, 300)))
    assert (one.width, one.height) == (416, 224)
    (one,) = drawn(saved(base(), "TIFF", dpi=(9000, 10)))
    assert (one.width, one.height) == (416, 224), "nobody has such dots"


def test_large() -> None:
    """What has more dots than are recognised is made smaller, and what has more than are unpacked refused."""
    image = Image.new("1", (9_000, 9_000))
    image.paste(1, (0, 0, 4_500, 9_000))
    (one,) = drawn(saved(image, "PNG"))
    assert (one.width, one.height) == (5_000, 5_000)
    wide = Image.new("1", (10_001, 10_000))
    for kind, more in (("PNG", {}), ("TIFF", {"compression": "group4"}), ("GIF", {}), ("BMP", {})):
        assert refusal(saved(wide, kind, **more)) == (
            "too large: 10,001 x 10,000 dots, over 100,000,000; make the picture smaller"
        )


def test_bombs() -> None:
    """Heads that say more than may be unpacked are too large in every format, and cost no memory."""
    webp = bytearray(saved(base("RGBA"), "WEBP", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0"))
    assert webp[12:16] == b"VP8X"
    webp[24:30] = b"\xfe\x3f\0\xfe\x3f\0"
    jp2 = bytearray(saved(base(), "JPEG2000"))
    at = jp2.index(b"ihdr") + 4
    jp2[at : at + 8] = b"\0\1\0\0\0\1\0\0"
    for data in (bytes(webp), bytes(jp2)):
        with pytest.raises(ExtractionError, match=r"^too large: ") as error:
            list(picture.extract(Source(Path("a"), "a", "", data=data, recognise=lambda one: b"")))
        assert error.value.state == FileState.TOO_LARGE


def test_pages() -> None:
    """Each page of a TIFF is a page; one that cannot be unpacked is named and costs no other."""
    pages = [Image.new("L", SIZE, shade) for shade in (0, 50, 100)]
    for image in pages:
        image.paste(255, (0, 0, 20, 20))
    data = bytearray(saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    assert [one.grey[-1] for one in drawn(bytes(data))] == [0, 50, 100]
    hocr = (
        b"<p class='ocr_par'><span class='ocr_line' title=\"bbox 0 0 90 20\">"
        b"<span class='ocrx_word' title='bbox 0 0 90 20; x_wconf 90'>routes</span></span></p>"
    )
    field = struct.pack("<HHIHH", 259, 3, 1, 1, 0)
    at = data.index(field, data.index(field) + 1)
    data[at : at + 12] = struct.pack("<HHIHH", 259, 3, 1, 34712, 0)
    document, problem = picture.extract(
        Source(Path("a"), "a", "", data=bytes(data), recognise=lambda one: hocr)
    )
    assert isinstance(document, Document)
    assert [one.page for one in document.passages] == [1, 3]
    assert getattr(problem, "reason", "") == "no text on page 2: damaged: the picture cannot be unpacked"


def test_plugins(tmp_path: Path) -> None:
    """No plug-in is loaded but that of the format at hand, and none for formats that are not read."""
    script = """
import sys
from pathlib import Path
from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.image.reader import extract
assert not [name for name in sys.modules if name.startswith("PIL")]
for path in sys.argv[1:]:
    source = Source(Path(path), "a", "", recognise=lambda one: b"")
    try:
        list(extract(source))
    except Exception as error:
        assert "OCR finds none" in str(error), error
    from PIL import Image
    print(*sorted(Image.OPEN))
"""
    (tmp_path / "a.png").write_bytes(saved(base(), "PNG"))
    (tmp_path / "b.tif").write_bytes(saved(base(), "TIFF"))
    names = [str(tmp_path / name) for name in ("a.png", "b.tif")]
    told = subprocess.run(
        [sys.executable, "-c", script, *names], check=True, capture_output=True, text=True
    ).stdout
    assert told.splitlines() == ["PNG", "PNG TIFF"]
    eps = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\nshowpage\n"
    assert refusal(eps) == "damaged: no picture, whatever its name says"


@POSIX
@pytest.mark.parametrize(("module", "package", "name"), [
    ("PIL", "pillow", "a.png"), ("pillow_heif", "pillow-heif", "a.heic"),
])  # fmt: skip
def test_missing(
    program: Callable[..., Path],  # noqa: F811
    tmp_path: Path, run: Run, module: str, package: str, name: str,
) -> None:  # fmt: skip
    """Without the library a picture is told with the command that brings it, and is read once it is there."""
    program()
    docs = tmp_path / "docs"
    docs.mkdir()
    data = saved(base(), "PNG") if module == "PIL" else b"\0\0\0\x18ftypheic" + bytes(30)
    (docs / name).write_bytes(data)
    (docs / "good.txt").write_text("a note on ports", encoding="utf-8")
    env = {**hidden(tmp_path, module), "PATH": os.environ["PATH"]}
    done = run("index", "docs", "--ocr", "--index", "ix", cwd=tmp_path, env=env)
    assert done.code == 2
    (line,) = (line for line in done.err.splitlines() if f"docs/{name}: " in line)
    assert line.endswith(f"run: pip install {package}")
    assert run("ports", "--index", "ix", cwd=tmp_path, env=env).code == 0
    if module == "PIL":
        done = run("index", "docs", "--index", "ix", cwd=tmp_path, env={"PATH": os.environ["PATH"]})
        assert done.code == 0
        assert run("smuggling", "--index", "ix", cwd=tmp_path).code == 0


@TESSERACT
def test_tesseract(tmp_path: Path) -> None:
    """Words that Pillow draws are read by the program itself, in the formats that are new."""
    docs = tmp_path / "docs"
    docs.mkdir()
    image = Image.new("RGB", (900, 160), "white")
    ImageDraw.Draw(image).text((20, 40), "Smuggling routes", "black", ImageFont.load_default(70))
    grey = image.convert("L")
    wide = grey.convert("I").point(lambda value: value * 257).convert("I;16")
    made = {
        "a.webp": saved(image, "WEBP"), "b.jp2": saved(image, "JPEG2000"), "d.png": interlaced(grey),
        "c.tif": saved(wide, "TIFF", save_all=True, append_images=[wide]),
    }  # fmt: skip
    for name, data in made.items():
        (docs / name).write_bytes(data)
    report = sync([docs], tmp_path / "ix", ocr=True, workers=1)
    assert (report.failed, report.lacking, report.documents) == ((), (), len(made))
    with open_index(tmp_path / "ix") as opened:
        hits = {Path(hit.path).name: hit for hit in opened.search("smuggling AND routes")}
    assert {*hits} == {*made}
    assert all(hit.recognised for hit in hits.values())
    assert hits["a.webp"].type == "webp"
