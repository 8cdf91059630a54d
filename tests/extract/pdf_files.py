"""Small PDFs for tests, made by hand: lines of text, and pages that are pictures of them, as scans are."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import pypdfium2

#: Dots a point of the pictures.
_SCALE = 200 / 72


def pdf(*pages: bytes, resources: Sequence[bytes] = (), info: bytes = b"") -> bytes:
    """Return a PDF of pages, each given by what draws it; the table of objects is left for the reader to rebuild.

    ``resources`` are the pages' pictures, b"" for a page without.
    """
    count = len(pages)
    kids = b" ".join(b"%d 0 R" % (10 + 10 * number) for number in range(count))
    parts = [
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
        b"2 0 obj<</Type/Pages/Kids[%s]/Count %d>>endobj\n" % (kids, count),
        b"3 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>endobj\n",
        b"4 0 obj<<%s>>endobj\n" % info,
    ]
    for number, stream in enumerate(pages):
        first = 10 + 10 * number
        picture = resources[number] if number < len(resources) else b""
        held = b"/XObject<</Im %d 0 R>>" % (first + 2) if picture else b""
        parts += [
            b"%d 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents %d 0 R" % (first, first + 1),
            b"/Resources<</Font<</F1 3 0 R>>%s>>>>endobj\n" % held,
            b"%d 0 obj<</Length %d>>stream\n%s\nendstream endobj\n" % (first + 1, len(stream), stream),
            *([b"%d 0 obj%sendobj\n" % (first + 2, picture)] if picture else []),
        ]
    return b"".join([*parts, b"trailer<</Root 1 0 R/Info 4 0 R>>\n%%EOF"])


def lines(*texts: str, size: int = 14, top: int = 700) -> bytes:
    """Return what draws lines of text one below the other."""
    step = round(size * 1.3)
    return b"\n".join(
        b"BT /F1 %d Tf 72 %d Td (%s) Tj ET" % (size, top - number * step, text.encode("cp1252"))
        for number, text in enumerate(texts)
    )


def picture_of(data: bytes, page: int = 0) -> bytes:
    """Return the object that is a picture of a page of a PDF."""
    document = pypdfium2.PdfDocument(data)
    bitmap = document[page].render(scale=_SCALE, grayscale=True)
    rows = memoryview(bitmap.buffer).cast("B")
    grey = b"".join(
        rows[at : at + bitmap.width] for at in range(0, bitmap.stride * bitmap.height, bitmap.stride)
    )
    packed = zlib.compress(grey)
    head = b"<</Type/XObject/Subtype/Image/Width %d/Height %d" % (bitmap.width, bitmap.height)
    more = b"/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode/Length %d>>" % len(packed)
    bitmap.close()
    document.close()
    return head + more + b"stream\n%s\nendstream " % packed


#: What draws a picture over all of a page.
WHOLE = b"q 612 0 0 792 0 0 cm /Im Do Q"


def scan(*pages: bytes) -> bytes:
    """Return a PDF whose pages are pictures of what draws the given ones."""
    return pdf(*[WHOLE] * len(pages), resources=[picture_of(pdf(page)) for page in pages])
