"""Pictures of every format, changed and cut, end in reasons."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from coopsearch.indexer.extract import format_of
from coopsearch.indexer.extract.base import Picture, Source
from coopsearch.indexer.sandbox.host import Isolation, Limits
from coopsearch.indexer.sandbox.ocr import Recogniser
from coopsearch.search.errors import ExtractionError
from tests.extract.image.drawing import base, heic, interlaced, saved
from tests.extract.image.squares import refusal
from tests.extract.mangle import mangled


def formats() -> Iterator[tuple[str, bytes]]:
    """Yield pictures of every format that can be made, each with the ending of its format."""
    image = Image.effect_noise((90, 70), 80)
    color = Image.merge("RGB", (image, image.rotate(90, expand=False), image))
    yield ".png", saved(color, "PNG")
    yield ".png", interlaced(image)
    yield ".png", saved(base("I;16"), "PNG")
    yield ".jpg", saved(color, "JPEG", progressive=True)
    yield ".tif", saved(image, "TIFF", save_all=True, append_images=[image, color])
    yield ".tif", saved(base("I;16"), "TIFF", compression="tiff_lzw")
    yield ".tif", saved(color, "TIFF", compression="jpeg")
    yield ".tif", saved(base("1"), "TIFF", compression="group4")
    yield ".bmp", saved(color, "BMP")
    yield ".gif", saved(color.quantize(), "GIF")
    yield ".webp", saved(color, "WEBP")
    yield ".webp", saved(color.convert("RGBA"), "WEBP", lossless=True)
    yield ".jp2", saved(color, "JPEG2000")
    yield ".j2k", saved(image, "JPEG2000", no_jp2=True)
    try:
        yield ".heic", heic(color)
    except pytest.skip.Exception:
        return


class Blank(Recogniser):
    """Reads nothing in any picture."""

    def read(self, picture: Picture, limits: Limits) -> bytes:  # noqa: ARG002 - a stand-in
        """Return a page without text."""
        return b""


def check(tmp_path: Path, rounds: int, chance: random.Random) -> int:
    """Read changed copies in the isolated process; return how many of them OCR was asked for."""
    shown = 0
    with closing(Isolation(Limits(seconds=30), Blank("", "", turns=False))) as isolation:
        for suffix, data in formats():
            form = format_of(Path("a" + suffix))
            assert form is not None
            for number in range(rounds):
                path = tmp_path / f"{number}{suffix}"
                path.write_bytes(mangled(data, chance))
                try:
                    for item in isolation.read(form.extract, Source(path, path.name, "2001-02-03")):
                        shown += isinstance(item, Picture)
                except ExtractionError as error:
                    reason = str(error)
                    assert not reason.startswith(("cannot be read", "its reader", "refused")), (path, reason)
                    assert "took" not in reason, (path, reason)
                path.unlink()
    return shown


def test_mangled(tmp_path: Path) -> None:
    """Changed and cut pictures of every format end in reasons; none brings its reader down or hangs it."""
    assert check(tmp_path, 25, random.Random(11)) > 50


@pytest.mark.long
def test_mangled_long(tmp_path: Path) -> None:
    """Many more of them, other ones each time."""
    seed = random.randrange(1 << 30)
    print("seed", seed)
    check(tmp_path, 500, random.Random(seed))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "GIF", "WEBP", "JPEG2000", "TIFF"])
def test_cut(kind: str) -> None:
    """A picture that is cut off is damaged in every format, however much of it can be drawn."""
    noise = Image.effect_noise((300, 300), 90)
    data = saved(noise, kind)
    assert refusal(data[: len(data) // 2]).startswith("damaged: ")
