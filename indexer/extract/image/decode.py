"""Pictures into grey dots, as the program that recognises text wants them. No other file imports Pillow.

Each format is opened by its own plug-in and no other is loaded, so Pillow never meets a format that starts
a program or opens another file. Sizes are looked at before anything is unpacked.
"""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final, NamedTuple

from coopsearch.indexer.extract.base import MOST_DOTS, Picture
from coopsearch.indexer.extract.reasons import too_large
from coopsearch.search.errors import ExtractionError, FileState

#: Dots that one picture may have, asked before any is unpacked.
MOST: Final = 100_000_000
#: A side of fewer dots shows no text.
LEAST: Final = 12
#: Pictures of fewer dots are drawn twice as large: they come from screens, whose print is small.
_SMALL: Final = 2_500_000
#: Dots may be higher than wide, as those of a fax, but not by more than this.
_STRETCH: Final = 4
_MOST_PAGES: Final = 10_000


class _Plugin(NamedTuple):
    """What opens the files of a format that begin so."""

    magic: re.Pattern[bytes]
    kind: str
    module: str
    opener: str


_PLUGINS: Final = tuple(
    _Plugin(re.compile(magic, re.DOTALL), kind, module, opener)
    for magic, kind, module, opener in (
        (rb"\x89PNG\r\n\x1a\n", "png", "PIL.PngImagePlugin", "PngImageFile"),
        (rb"\xff\xd8\xff", "jpeg", "PIL.JpegImagePlugin", "JpegImageFile"),
        (rb"II[*+]\0|MM\0[*+]", "tiff", "PIL.TiffImagePlugin", "TiffImageFile"),
        (rb"BM", "bmp", "PIL.BmpImagePlugin", "BmpImageFile"),
        (rb"GIF8", "gif", "PIL.GifImagePlugin", "GifImageFile"),
        (rb"RIFF.{4}WEBP", "webp", "PIL.WebPImagePlugin", "WebPImageFile"),
        (
            rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51",
            "jp2",
            "PIL.Jpeg2KImagePlugin",
            "Jpeg2KImageFile",
        ),
        (rb".{4}ftyp(?:he[ivx][cmsx]|mif1|msf1)", "heic", "pillow_heif.as_plugin", "HeifImageFile"),
    )
)
#: Fields of a TIFF: the kind of page, what 0 means, the turn, and the bytes of its strips or tiles.
_KIND, _MEANING, _TURN, _COUNTS, _TILE_COUNTS = 254, 262, 274, 279, 325
#: A small copy of a page, or a mask of one.
_NO_PAGE: Final = 5
#: From this turn on, rows are columns.
_ON_ITS_SIDE: Final = 5
#: The methods of Pillow that set a picture upright, by its turn as Exif has it.
_UPRIGHT: Final = {
    2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE", 6: "ROTATE_270",
    7: "TRANSVERSE", 8: "ROTATE_90",
}  # fmt: skip
_WHITE: Final = 255
_16_BITS: Final = 65_535


def kind_of(data: bytes) -> str:
    """Return the format that a picture is of by its first bytes, "" if they are of none."""
    return next((plugin.kind for plugin in _PLUGINS if plugin.magic.match(data)), "")


class Pages:
    """The pictures of a file: the pages of a TIFF, of any other format the first."""

    def __init__(self, data: bytes, kind: str) -> None:
        """Open a file of a format that ``kind_of`` named. Raises ExtractionError, ImportError."""
        self.cut = False
        """Whether some of what was drawn is missing."""
        self.shown = False
        """Whether any that was drawn shows more than one colour."""
        self.small = True
        """Whether all of them are too small to show any text."""
        self._data = data
        self._kind = kind
        self._on_its_side = False
        with _quiet():
            self._image = self._opened()
            self._frames = list(self._found())
        if not self._frames:
            raise ExtractionError(f"damaged: no {kind.upper()} picture is in it")

    def __len__(self) -> int:
        return len(self._frames)

    def draw(self, number: int) -> Picture | None:
        """Return a page (from 0) as it looks, None if it is of one colour. Raises ExtractionError.

        What is left of a page that is cut off is drawn, and the cut is kept in mind.
        """
        with _quiet():
            try:
                self._load(self._frames[number])
                factors = (1.0, _stretch(self._image))
                # Where Pillow has turned the page already, so are its dots.
                factors = factors[::-1] if self._on_its_side else factors
                grey = _set_upright(_resized(_grey(self._image), *factors), self._image)
            except (ExtractionError, MemoryError, ImportError):
                raise
            except Exception as error:  # noqa: BLE001 - of a plug-in, each has its own
                raise _broken(error) from None
            dots = grey.tobytes()
        if dots.count(dots[:1]) == len(dots):
            return None
        self.shown = True
        return Picture(grey.width, grey.height, dots)

    def _opened(self) -> Any:
        """Return what is known of the first picture from its head. Raises ExtractionError, ImportError."""
        plugin = next(one for one in _PLUGINS if one.kind == self._kind)
        opener = getattr(import_module(plugin.module), plugin.opener)
        try:
            return opener(io.BytesIO(self._data))
        except (MemoryError, ImportError):
            raise
        except Exception as error:  # noqa: BLE001 - of a plug-in, each has its own
            # A head of values that Pillow's tables do not have is whole; BMP says that as an error of a file.
            known = not isinstance(error.__cause__, KeyError)
            if known and not (self._kind == "bmp" and isinstance(error, OSError)):
                raise _broken(error, f"damaged: no {self._kind.upper()} picture is in it") from None
            raise ExtractionError(
                f"a {self._kind.upper()} of a kind that is not read; store it anew", FileState.UNSUPPORTED
            ) from None

    def _found(self) -> Iterator[int]:
        """Yield the pictures that are pages, by their numbers in the file."""
        if self._kind != "tiff":
            self.small = min(self._image.size) < LEAST
            yield 0
            return
        left = 4 * len(self._data) + 65_536
        for frame in range(_MOST_PAGES):
            try:
                self._image.seek(frame)
            except EOFError:
                return
            except Exception:  # noqa: BLE001 - whatever is wrong with a page, it is said when it is drawn
                self.small = False
                yield frame
                continue
            fields = self._image.tag_v2
            # Few bytes must not make many pages.
            left -= sum(_numbers(fields.get(_COUNTS))) + sum(_numbers(fields.get(_TILE_COUNTS)))
            if left < 0:
                raise ExtractionError("damaged: its pages share their bytes")
            if not sum(_numbers(fields.get(_KIND))) & _NO_PAGE:
                self.small = self.small and min(self._image.size) < LEAST
                yield frame

    def _load(self, frame: int) -> None:
        """Unpack a picture; if it is cut off, what is left of it."""
        from PIL import ImageFile

        try:
            self._at(frame)
            self._image.load()
        except (ExtractionError, MemoryError, ImportError):
            raise
        except Exception:  # noqa: BLE001 - the second attempt says what is wrong
            self._image = self._opened()
            self._at(frame)
            ImageFile.LOAD_TRUNCATED_IMAGES = True
            try:
                self._image.load()
            finally:
                ImageFile.LOAD_TRUNCATED_IMAGES = False
            self.cut = True

    def _at(self, frame: int) -> None:
        if frame or self._image.tell():
            self._image.seek(frame)
        if self._kind == "tiff":
            self._on_its_side = sum(_numbers(self._image.tag_v2.get(_TURN))) >= _ON_ITS_SIDE
        width, height = self._image.size
        if width < 1 or height < 1:
            raise ExtractionError("damaged: a picture without a size")
        if width * height > MOST:
            raise too_large(f"{width:,} x {height:,} dots, over {MOST:,}; make the picture smaller")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Pillow within our bounds, and its warnings to itself: what it cannot read it raises anyhow."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MOST // 2  # It refuses twice as many.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _broken(error: Exception, otherwise: str = "damaged: the picture cannot be unpacked") -> ExtractionError:
    from PIL import Image

    if isinstance(error, ExtractionError):
        return error
    if isinstance(error, Image.DecompressionBombError):
        return too_large(f"over {MOST:,} dots; make the picture smaller")
    return ExtractionError(otherwise)


def _numbers(value: object) -> list[int]:
    """Return the whole numbers of a field, whatever a damaged file has there."""
    values = value if isinstance(value, tuple) else (value,)
    return [one for one in values if isinstance(one, int)]


def _grey(image: Any) -> Any:
    """Return what a picture shows on white paper, a byte for each dot."""
    from PIL import Image

    mode: str = image.mode
    if mode.startswith("I;16"):
        grey = _stretched(image.convert("I"), 0, _16_BITS)
    elif mode in {"I", "F"}:
        grey = _stretched(image, *image.getextrema())
    elif mode == "LAB":
        return image.getchannel(0)
    elif image.has_transparency_data:
        # Of few colours, one may be clear; its number says nothing of its shade.
        image = image.convert("LA" if mode in {"1", "L", "LA", "La"} else "RGBA")
        paper = Image.new("L", image.size, _WHITE)
        paper.paste(image.convert("L"), mask=image.getchannel("A"))
        return paper
    else:
        return image.convert("L")
    # Pillow turns round where 0 is white, but not where values have more than 8 bits.
    fields = getattr(image, "tag_v2", {})
    return grey.point(list(range(_WHITE, -1, -1))) if fields.get(_MEANING) == 0 else grey


def _stretched(image: Any, low: float, high: float) -> Any:
    scale = _WHITE / (high - low) if high > low else 1.0
    return image.point(lambda value: value * scale - low * scale).convert("L")


def _stretch(image: Any) -> float:
    """Return how many times higher than wide a dot is by its resolution, 1 where that makes no sense."""
    across, up = image.info.get("dpi") or image.info.get("resolution") or (1, 1)
    ratio = float(across) / float(up) if across > 0 and up > 0 else 1.0
    return ratio if 1 / _STRETCH <= ratio <= _STRETCH else 1.0


def _resized(grey: Any, wide: float, high: float) -> Any:
    """Return a picture as large as print is read best, with dots that are so many times as wide and high."""
    from PIL import Image

    width, height = grey.size
    scale = 2.0 if width * height < _SMALL else 1.0
    scale = min(scale, math.sqrt(MOST_DOTS / (width * height * wide * high)))
    size = (max(1, int(width * scale * wide)), max(1, int(height * scale * high)))
    return grey if size == grey.size else grey.resize(size, Image.Resampling.BICUBIC)


def _set_upright(grey: Any, image: Any) -> Any:
    """Return a picture turned as the camera says that it was held."""
    from PIL import Image

    try:
        turn = image.getexif().get(_TURN, 1)
    except Exception:  # noqa: BLE001 - what a camera wrote beside a picture takes nothing from it
        return grey
    method = _UPRIGHT.get(turn) if isinstance(turn, int) else None
    return grey.transpose(Image.Transpose[method]) if method else grey
