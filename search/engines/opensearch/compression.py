"""Bytes in zlib's format, made as fast as this machine can. Does not depend on the rest of coopsearch."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import cache, partial
from typing import Final

#: Of zlib, and of isal where there is a wheel of it: as small, in a quarter of the time.
_LEVEL: Final = 5
_LEVEL_OF_ISAL: Final = 2


def compressed(data: bytes) -> bytes:
    """Return data in zlib's format."""
    return _compress()(data)


@cache
def _compress() -> Callable[[bytes], bytes]:
    try:
        # Imported where something is written: a search starts without.
        from isal import isal_zlib
    except ImportError:
        return partial(zlib.compress, level=_LEVEL)
    return partial(isal_zlib.compress, level=_LEVEL_OF_ISAL)
