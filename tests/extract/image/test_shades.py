"""OCR is given what a picture shows, however the picture is kept."""

from __future__ import annotations

import pytest

from tests.extract.image.picture_files import bmp, dots, gif, png, tiff
from tests.extract.image.recognising import drawn
from tests.extract.image.squares import BLACK, SHADES, refusal, same, shades

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
