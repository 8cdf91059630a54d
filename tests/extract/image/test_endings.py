"""Every ending of pictures that the page of formats lists: a file of each is read where OCR is wanted."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from coopsearch.indexer.extract import picture_suffixes
from tests.conftest import Run
from tests.extract.image.drawing import base, heic, saved
from tests.extract.pdf.test_ocr import POSIX, program  # noqa: F401 - a fixture

#: What makes a file of each ending that Pillow reads.
MAKERS: Final[dict[str, Callable[[], bytes]]] = {
    ".png": lambda: saved(base(), "PNG"),
    **dict.fromkeys((".jpg", ".jpeg", ".jpe", ".jfif"), lambda: saved(base(), "JPEG")),
    ".tif": lambda: saved(base(), "TIFF"), ".tiff": lambda: saved(base(), "TIFF", big_tiff=True),
    **dict.fromkeys((".bmp", ".dib"), lambda: saved(base(), "BMP")),
    ".gif": lambda: saved(base(), "GIF"),
    ".webp": lambda: saved(base("RGB"), "WEBP", lossless=True),
    ".jp2": lambda: saved(base("RGB"), "JPEG2000"), ".jpx": lambda: saved(base("RGB"), "JPEG2000"),
    **dict.fromkeys((".j2k", ".j2c"), lambda: saved(base(), "JPEG2000", no_jp2=True)),
}  # fmt: skip
#: Those for which a library has to be installed as well.
MORE: Final[dict[str, Callable[[], bytes]]] = dict.fromkeys(
    (".heic", ".heif", ".hif"), lambda: heic(base("RGB"))
)


def read(makers: dict[str, Callable[[], bytes]], folder: Path, run: Run) -> None:
    """Index a file of each ending with OCR, and look for the words that the stand-in reads in them."""
    docs = folder / "docs"
    docs.mkdir()
    for ending, make in makers.items():
        (docs / f"file{ending}").write_bytes(make())
    env = {"PATH": os.environ["PATH"]}  # With the stand-in.
    done = run("index", "docs", "--ocr", "--index", "ix", "--json", cwd=folder, env=env)
    (report,) = done.objects()
    assert (done.code, report["failed"]) == (0, []), done.err
    hits = run("smuggling", "-n", "50", "--index", "ix", "--json", cwd=folder).objects()
    found = {path for one in hits for path in (one["path"], *one.get("also", ()))}
    assert found == {str(folder / "docs" / f"file{ending}") for ending in makers}


@POSIX
def test_every_ending(program: Callable[..., Path], tmp_path: Path, run: Run) -> None:  # noqa: F811
    """The command reads a picture of every ending that Pillow reads."""
    assert {*MAKERS, *MORE} == picture_suffixes()
    program()
    read(MAKERS, tmp_path, run)


@POSIX
def test_endings_of_a_library(program: Callable[..., Path], tmp_path: Path, run: Run) -> None:  # noqa: F811
    """The command reads a picture of every ending for which pillow-heif is needed, where that is there."""
    program()
    read(MORE, tmp_path, run)
