"""How many documents there are of each value of a facet: bars for a person, plain counts in a pipe.

Does not depend on command-line options or an index.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import IO, Final

from coopsearch.search.cli.display.terminal import (
    BOLD,
    DIM,
    QUOTED,
    has_colour,
    safe,
    shown_path,
    styled,
    width,
)
from coopsearch.search.cli.display.wrapping import broken

#: Values of a facet that are shown to a person; a program gets all.
_VALUES: Final = 20
#: What a value is called that is not there; of other facets "none".
_NAMELESS: Final = {"lang": "undecided", "year": "no date", "folder": "."}
#: Eighths of a cell.
_BLOCKS: Final = " ▏▎▍▌▋▊▉█"
_BAR: Final = 24
#: Columns below which there is no room for bars.
_NARROW: Final = 40


def facet_lines(
    facets: Mapping[str, Mapping[str, int]], *, after_hits: bool, stream: IO[str] | None = None
) -> Iterator[str]:
    """Yield how many documents there are of each value, the most first, as it is shown on ``stream``."""
    if after_hits:
        yield ""
    columns = width(stream) if stream is not None else 0
    for number, (facet, counts) in enumerate(facets.items()):
        nameless = _NAMELESS.get(_kind(facet), "none")
        # Folders of several indexes are named in full.
        named = [(safe(_relative(value), QUOTED) or nameless, count) for value, count in counts.items()]
        if not columns or stream is None:
            shown = [f"{value} {count:,}" for value, count in named[:_VALUES]]
            if len(named) > _VALUES:
                shown.append(f"and {len(named) - _VALUES:,} more")
            yield f"{safe(facet, QUOTED)}: {', '.join(shown) or 'none'}"
            continue
        if number:
            yield ""
        colour = has_colour(stream)
        yield styled(safe(facet, QUOTED), BOLD, colour=colour)
        yield from _bars(named, columns, colour=colour, blocks=_has_blocks(stream))
        if len(named) > _VALUES:
            yield styled(f"  and {len(named) - _VALUES:,} more", DIM, colour=colour)
        elif not named:
            yield styled("  none", DIM, colour=colour)


def _relative(value: str) -> str:
    return shown_path(value) if os.path.isabs(value) else value  # noqa: PTH117 - the address of a folder


def _kind(facet: str) -> str:
    """Return a facet without the number of folders in it."""
    return facet.partition(":")[0].partition("/")[0]


def _bars(named: list[tuple[str, int]], columns: int, *, colour: bool, blocks: bool) -> Iterator[str]:
    # The value stands last: so it may be of any length, and text that runs to the left moves no number.
    most = max((count for _, count in named), default=1)
    wide = max((len(f"{count:,}") for _, count in named[:_VALUES]), default=1)
    length = min(_BAR, columns // 4) if columns >= _NARROW else 0
    indent = 2 + wide + 1 + (length + 1 if length else 0)
    for value, count in named[:_VALUES]:
        bar = f"{_bar(count, most, length, blocks=blocks)} " if length else ""
        first, *rest = broken(value, max(columns - indent, 1))
        yield f"  {count:>{wide},} {styled(bar, DIM, colour=colour)}{first}"
        yield from (" " * indent + line for line in rest)


def _bar(count: int, most: int, length: int, *, blocks: bool) -> str:
    """Return a bar of a length in proportion; what is there at all is seen."""
    if not blocks:
        return ("#" * max(1, round(length * count / most))).ljust(length)
    eighths = max(1, round(8 * length * count / most))
    return ("█" * (eighths // 8) + _BLOCKS[eighths % 8]).strip().ljust(length)


def _has_blocks(stream: IO[str]) -> bool:
    try:
        _BLOCKS.encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
