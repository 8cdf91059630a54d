"""What is no picture, or is cut, changed or too large, is told with its reason."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.image import reader as picture
from coopsearch.search.errors import ExtractionError
from tests.extract.image.picture_files import SQUARE, bmp, dots, gif, png, tiff
from tests.extract.image.recognising import drawn
from tests.extract.image.squares import BLACK, CHANCE, PICTURES, SHADES, refusal
from tests.extract.pdf.test_ocr import POSIX, program  # noqa: F401 - a fixture


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
