"""Pictures as pages of a PDF: how they are handed to PDFium, which unpacks and draws them.

What is packed stays packed: a PDF has pictures in it as PNG, JPEG and TIFF pack them, so nothing but headers
is read here and no picture library is needed. Knows PDF and no format of pictures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from coopsearch.indexer.extract.base import DPI
from coopsearch.indexer.extract.reasons import too_large
from coopsearch.search.errors import ExtractionError

#: Dots that one picture may have, asked before any is unpacked.
MOST: Final = 100_000_000
#: A side of fewer dots shows no text.
LEAST: Final = 12
#: Pictures of fewer dots are drawn twice as large: they come from screens, whose print is small.
_SMALL: Final = 2_500_000
_POINTS: Final = 72
#: Dots may be higher than wide, as those of a fax, but not by more than this.
_STRETCH: Final = 4

GREY: Final = b"/DeviceGray"
RGB: Final = b"/DeviceRGB"
CMYK: Final = b"/DeviceCMYK"
#: What is seen of colours that are clear in part, on white paper.
_CLEAR_GREY: Final = b"{dup 1 exch sub 3 1 roll mul add}"
_CLEAR_RGB: Final = (
    b"{dup 1 exch sub 3 -1 roll 2 index mul 1 index add 5 1 roll 3 -1 roll 2 index mul 1 index add 5 1 roll "
    b"3 -1 roll 2 index mul 1 index add 3 1 roll pop pop 3 1 roll}"
)
CLEAR_GREY: Final = b"[/DeviceN[/G/A]/DeviceGray 3 0 R]"
CLEAR_RGB: Final = b"[/DeviceN[/R/G/B/A]/DeviceRGB 4 0 R]"
_FIRST: Final = 5


class Part(NamedTuple):
    """A rectangle of a picture, packed."""

    data: bytes
    width: int
    height: int
    space: bytes
    """What its values are, as PDF says it."""
    bits: int = 8
    """Of one value."""
    packing: bytes = b""
    """The filter that unpacks it, b"" for none."""
    parameters: bytes = b""
    """Of the filter."""
    decode: bytes = b""
    """What its values stand for, where they do not mean what they usually do."""
    left: int = 0
    top: int = 0
    """Where it is in its picture, in dots from the top left corner."""


class Sheet(NamedTuple):
    """A picture, or one of several in a file."""

    width: int
    height: int
    parts: Sequence[Part]
    turn: int = 0
    """Degrees by which it is to be turned to the right."""
    stretch: float = 1.0
    """How many times higher than wide a dot is."""
    cut: bool = False
    """Whether some of it is missing."""


def checked(width: int, height: int) -> None:
    """Raise ExtractionError for a picture that is larger than is drawn, or has no size."""
    if width < 1 or height < 1:
        raise ExtractionError("damaged: a picture without a size")
    if width * height > MOST:
        raise too_large(f"{width:,} x {height:,} dots, over {MOST:,}; make the picture smaller")


def indexed(colours: bytes) -> bytes:
    """Return the space of values that are numbers of colours, three bytes each."""
    return b"[/Indexed/DeviceRGB %d<%s>]" % (len(colours) // 3 - 1, colours.hex().encode())


def pdf_of(sheets: Sequence[Sheet]) -> bytes:
    """Return a PDF with a page for each picture."""
    pages: list[int] = []
    objects: list[bytes] = []
    number = _FIRST
    for sheet in sheets:
        pages.append(number)
        made = list(_page(sheet, number))
        objects += made
        number += len(made)
    kids = b" ".join(b"%d 0 R" % page for page in pages)
    function = b"endobj\n%d 0 obj<</FunctionType 4/Domain[%s]/Range[%s]/Length %d>>stream\n%s\nendstream "
    head = [
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
        b"2 0 obj<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(pages)),
        function % (3, b"0 1 " * 2, b"0 1 ", len(_CLEAR_GREY), _CLEAR_GREY),
        function % (4, b"0 1 " * 4, b"0 1 " * 3, len(_CLEAR_RGB), _CLEAR_RGB),
        b"endobj\n",
    ]
    return b"".join([*head, *objects, b"trailer<</Root 1 0 R>>\n%%EOF"])


def _page(sheet: Sheet, number: int) -> Iterator[bytes]:
    """Yield the objects of a page, from this number on."""
    width, height = sheet.width, sheet.height
    scale = _POINTS / DPI * (2 if width * height < _SMALL else 1)
    tall = scale * (sheet.stretch if 1 / _STRETCH <= sheet.stretch <= _STRETCH else 1)
    drawn: list[bytes] = []
    names: list[bytes] = []
    for at, part in enumerate(sheet.parts):
        names.append(b"/I%d %d 0 R" % (at, number + 2 + at))
        low = height - part.top - part.height
        place = (part.width, part.height, part.left, low)
        drawn.append(b"q %d 0 0 %d %d %d cm /I%d Do Q" % (*place, at))
    stream = b"q %.6f 0 0 %.6f 0 0 cm\n%s\nQ" % (scale, tall, b"\n".join(drawn))
    yield (
        b"%d 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.3f %.3f]/Rotate %d/Contents %d 0 R"
        b"/Resources<</XObject<<%s>>>>>>endobj\n"
        % (number, width * scale, height * tall, sheet.turn, number + 1, b"".join(names))
    )
    yield b"%d 0 obj<</Length %d>>stream\n%s\nendstream endobj\n" % (number + 1, len(stream), stream)
    for at, part in enumerate(sheet.parts):
        yield _image(part, number + 2 + at)


def _image(part: Part, number: int) -> bytes:
    packed = b"/Filter%s" % part.packing if part.packing else b""
    told = b"/DecodeParms<<%s>>" % part.parameters if part.parameters else b""
    meant = b"/Decode[%s]" % part.decode if part.decode else b""
    return (
        b"%d 0 obj<</Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent %d/ColorSpace%s%s%s%s"
        b"/Length %d>>stream\n%s\nendstream endobj\n"
    ) % (
        number, part.width, part.height, part.bits, part.space, packed, told, meant, len(part.data), part.data
    )  # fmt: skip
