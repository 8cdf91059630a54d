"""Lines for a person: printed as they come."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO


def paged(lines: Iterable[str], stream: IO[str], *, wanted: bool | None = None) -> None:
    """Print lines to a stream. ``wanted`` says whether a person asked for a pager, None if nobody said."""
    del wanted
    for line in lines:
        print(line, file=stream)
