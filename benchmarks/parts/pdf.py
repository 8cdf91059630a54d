"""Time a page of PDFs takes, beside plain PDFium. `dev.py pdf`.

The same files by turns: PDFium's own text, our reading of it, and that in a process of its own as a run does
it; the best of some rounds counts for each file. Scanned pages are timed apart, where the machine has OCR.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pypdfium2

if __name__ == "__main__":
    # Started as a file: its folder is on the path then, and not the one above.
    sys.path[:1] = [str(Path(__file__).resolve().parents[2])]

from benchmarks.steps import machine
from coopsearch.indexer.extract import Source, format_named
from coopsearch.indexer.sandbox.host import Isolation, Limits
from coopsearch.indexer.sandbox.ocr import find
from coopsearch.search.errors import ExtractionError, SettingsError
from coopsearch.search.model import Document

SHARED = Path(__file__).resolve().parents[3] / "shared"


def main(arguments: Sequence[str]) -> int:
    """Read, and print a line for each way of reading."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=SHARED / "fixtures")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args(arguments)
    print("  ".join(f"{name} {value}" for name, value in machine().items()))
    paths = [path for path in sorted(given.folder.rglob("*.pdf")) if _is_read(path)]
    pages = sum(map(_pages, paths))
    print(f"{len(paths):,} PDFs that give text, {pages:,} pages; ms a page, and times PDFium alone")
    with closing(Isolation(Limits())) as isolation:
        ways: dict[str, Callable[[Path], object]] = {
            "PDFium alone": _plain,
            "read": lambda path: list(format_named("pdf").extract(_source(path))),
            "read in a process of its own": lambda path: list(
                isolation.read(format_named("pdf").extract, _source(path))
            ),
        }
        best = {name: dict.fromkeys(paths, float("inf")) for name in ways}
        for _ in range(given.rounds):
            for path in paths:
                for name, way in ways.items():
                    started = time.perf_counter()
                    way(path)
                    best[name][path] = min(best[name][path], time.perf_counter() - started)
    alone = sum(best["PDFium alone"].values())
    for name, times in best.items():
        taken = sum(times.values())
        print(f"{name:30s} {taken / pages * 1000:8.2f} ms   {taken / alone:5.2f}")
    _recognised(given.folder)
    return 0


def _recognised(folder: Path) -> None:
    try:
        recogniser = find()
    except SettingsError as error:
        print(f"OCR: {error}")
        return
    pages = words = 0
    taken = 0.0
    with closing(Isolation(Limits(), recogniser)) as isolation:
        for path in sorted(folder.rglob("*.pdf")):
            started = time.perf_counter()
            for document in _documents(isolation, path):
                if document.fields.get("ocr") == "all":
                    pages += _pages(path)
                    words += len(document.text.split())
                    taken += time.perf_counter() - started
    if pages:
        each = f"{taken / pages * 1000:.0f} ms a page"
        print(f"OCR ({recogniser.languages}): {pages} pages, {words} words, {each}")


def _documents(isolation: Isolation, path: Path) -> Iterator[Document]:
    try:
        for item in isolation.read(format_named("pdf").extract, _source(path)):
            if isinstance(item, Document):
                yield item
    except ExtractionError:
        return


def _plain(path: Path) -> None:
    with closing(pypdfium2.PdfDocument(path.read_bytes())) as document:
        for page in document:
            text = page.get_textpage()
            text.get_text_range()
            text.close()
            page.close()


def _is_read(path: Path) -> bool:
    try:
        return bool(list(format_named("pdf").extract(_source(path))))
    except ExtractionError:
        return False


def _pages(path: Path) -> int:
    with closing(pypdfium2.PdfDocument(path)) as document:
        return len(document)


def _source(path: Path) -> Source:
    return Source(path, path.name, "2001-02-03")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
