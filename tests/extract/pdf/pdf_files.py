"""Small PDFs for tests, made by hand: lines of text, and pages that are pictures of them, as scans are."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Sequence

import pypdfium2

#: Dots a point of the pictures.
_SCALE = 200 / 72


HELVETICA = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"


def pdf(*pages: bytes, resources: Sequence[bytes] = (), info: bytes = b"", font: bytes = HELVETICA) -> bytes:
    """Return a PDF of pages, each given by what draws it.

    The table of objects is left for the reader to rebuild. ``resources`` are the pages' pictures, b"" for a
    page without.
    """
    count = len(pages)
    kids = b" ".join(b"%d 0 R" % (10 + 10 * number) for number in range(count))
    parts = [
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
        b"2 0 obj<</Type/Pages/Kids[%s]/Count %d>>endobj\n" % (kids, count),
        b"3 0 obj%sendobj\n" % font,
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


#: The shape of each letter that stands alone, and of lam and alef as one.
_JOINED = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFEF5, 0xFEFD, 2)}
_SHAPES = {
    unicodedata.normalize("NFKC", chr(code)): chr(code)
    for code in range(0xFE8D, 0xFEF5)
    if "ISOLATED" in unicodedata.name(chr(code), "")
}


def arabic(
    *texts: str, order: str = "visual", shapes: bool = False, ligatures: bool = False, words: bool = False
) -> bytes:
    """Return a PDF of lines that are read from the right, as programs write them.

    ``order`` is that of the letters in the file: "visual", from the left of the page to the right, or
    "logical", as they are read. ``shapes`` has the font name joined shapes instead of letters, ``ligatures``
    draws lam and alef as one, ``words`` leaves blanks out.
    """
    signs: list[tuple[float, float, str]] = []
    for number, text in enumerate(texts):
        clusters = re.findall("ل[اأإآ]|.", text) if ligatures else list(text)
        places = _from_left(clusters)
        placed = [(spot, _looks(clusters[index], shapes=shapes)) for spot, index in enumerate(places)]
        if order == "logical":
            where = {index: spot for spot, index in enumerate(places)}
            placed = [(where[index], placed[where[index]][1]) for index in range(len(clusters))]
        signs.extend(
            (100 + 6 * spot, 700 - 20 * number, name) for spot, name in placed if name != " " or not words
        )
    return drawn(*signs)


def drawn(*signs: tuple[float, float, str]) -> bytes:
    """Return a PDF of signs in the order of the file: each with its left end, its height, what it stands for.

    Each is 6 points wide, and 12 high.
    """
    codes: dict[str, int] = {}
    stream = b"\n".join(
        b"BT /F1 12 Tf %g %g Td <%02x> Tj ET" % (left, floor, codes.setdefault(name, 33 + len(codes)))
        for left, floor, name in signs
    )
    rows = "".join(f"<{code:02x}> <{text.encode('utf-16-be').hex()}>\n" for text, code in codes.items())
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /x def /CMapType 2 def\n"
        "1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{rows}endbfchar\nendcmap end end"
    ).encode()
    # A name of its own: of the fonts that every reader has, the widths are known and not looked for.
    head = b"<</Type/Font/Subtype/Type1/BaseFont/Made/FirstChar 33/LastChar 200/ToUnicode 5 0 R/Widths[%s]>>"
    held = b"endobj\n5 0 obj<</Length %d>>stream\n%s\nendstream " % (len(cmap), cmap)
    return pdf(stream, font=head % (b"500 " * 168) + held)


#: What is read from the left in a line from the right: numbers, and all between two Latin letters or digits.
_FROM_LEFT = re.compile("[0-9]+(?:[.,/-][0-9]+)*|[A-Za-z](?:[^\u0620-\u06ff\ufe70-\ufeff]*[A-Za-z0-9])?")


def _from_left(clusters: list[str]) -> list[int]:
    """Return the clusters' numbers as they stand from the left."""
    # One character for each of them.
    text = "".join(one[0] for one in clusters)
    order: list[int] = []
    at = 0
    for match in _FROM_LEFT.finditer(text):
        order.extend(range(at, match.start()))
        order.extend(reversed(range(*match.span())))
        at = match.end()
    return [*order, *range(at, len(text))][::-1]


def _looks(cluster: str, *, shapes: bool) -> str:
    """Return what the font says of the drawn sign: brackets look the other way round there."""
    if shapes and len(cluster) > 1:
        return _JOINED[cluster]
    mirrored = {"(": ")", ")": "("}.get(cluster, cluster)
    return _SHAPES.get(mirrored, mirrored) if shapes else mirrored


def labelled(data: bytes, ranges: bytes) -> bytes:
    """Return a PDF with labels of its pages: a page, from 0, and how labels are made from there on."""
    return data.replace(b"/Pages 2 0 R", b"/Pages 2 0 R/PageLabels<</Nums[%s]>>" % ranges, 1)
