"""The order in which people read what stands on a slide: by where it stands, not by when it was drawn.

Boxes are cut apart where the widest gap runs through all of them, side by side or one above the other, until
each is alone. Does not depend on file formats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple, TypeVar

T = TypeVar("T")

#: Boxes of one slide that are cut apart; more are read line by line.
_MOST: Final = 500
#: The part of the height of all boxes by which they may overlap and still be apart.
_OVERLAP: Final = 0.015
#: So many lines of aligned boxes are a table, which is read line by line.
_LINES: Final = 3
_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LETTER: Final = re.compile(r"[^\W\d_]")


class Box(NamedTuple):
    """Where something stands, from the left and from the top, in any unit."""

    left: float
    top: float
    right: float
    bottom: float


def around(boxes: Iterable[Box | None]) -> Box | None:
    """Return the box around some, None around none."""
    known = [box for box in boxes if box is not None]
    if not known:
        return None
    return Box(
        min(box.left for box in known),
        min(box.top for box in known),
        max(box.right for box in known),
        max(box.bottom for box in known),
    )


def is_right_to_left(text: str) -> bool:
    """Say whether most letters of a text belong to scripts that are read from the right."""
    return 2 * len(_RIGHT_TO_LEFT.findall(text)) > len(_LETTER.findall(text))


def in_order(given: Sequence[tuple[Box | None, T]], *, right_to_left: bool = False) -> list[T]:
    """Return what stands on a slide in the order of reading.

    What has no place of its own stays behind what it was drawn after.
    """
    followers: list[list[T]] = [[]]
    boxes: list[tuple[Box, int]] = []
    for box, item in given:
        if box is not None:
            left, right = (-box.right, -box.left) if right_to_left else (box.left, box.right)
            boxes.append((Box(left, box.top, right, box.bottom), len(followers)))
            followers.append([item])
        else:
            followers[-1].append(item)
    order = [0, *(number for _, number in _cut_apart(boxes))]
    return [item for number in order for item in followers[number]]


def _cut_apart(boxes: list[tuple[Box, int]]) -> list[tuple[Box, int]]:
    whole = around(box for box, _ in boxes)
    if whole is None:
        return []
    overlap = _OVERLAP * (whole.bottom - whole.top)
    if len(boxes) > _MOST:
        return _by_lines(boxes, overlap)
    found: list[tuple[Box, int]] = []
    waiting = [boxes]
    while waiting:
        some = waiting.pop()
        parts = _parts(some, overlap) if len(some) > 1 else [some]
        if len(parts) > 1:
            waiting.extend(reversed(parts))
        else:
            found += _by_lines(some, overlap)
    return found


def _parts(boxes: list[tuple[Box, int]], overlap: float) -> list[list[tuple[Box, int]]]:
    """Return the boxes apart at the widest gap, and at all that are as wide; in one part if there is none."""
    if _is_table(boxes, overlap):
        return [boxes]
    down, rows = _gaps(sorted(boxes, key=_top), 1, overlap)
    across, columns = _gaps(sorted(boxes), 0, overlap)
    return rows if down >= across else columns


def _gaps(
    boxes: list[tuple[Box, int]], axis: int, overlap: float
) -> tuple[float, list[list[tuple[Box, int]]]]:
    """Return the widest gap along an axis, and the parts between the gaps that are as wide."""
    gaps = []
    end = boxes[0][0][axis + 2]
    for number, (box, _) in enumerate(boxes[1:], 1):
        gaps.append((box[axis] - end + overlap, number))
        end = max(end, box[axis + 2])
    widest = max(gap for gap, _ in gaps)
    if widest < 0:
        return widest, [boxes]
    cuts = [0, *(number for gap, number in gaps if gap >= widest - overlap / 2 and gap >= 0), len(boxes)]
    return widest, [boxes[start:stop] for start, stop in pairwise(cuts)]


def _top(one: tuple[Box, int]) -> tuple[float, float, int]:
    return one[0].top, one[0].left, one[1]


def _lines(boxes: list[tuple[Box, int]], overlap: float) -> list[list[tuple[Box, int]]]:
    """Return boxes that begin at one height, the highest first, each line from left to right."""
    lines: list[list[tuple[Box, int]]] = []
    for one in sorted(boxes, key=_top):
        if lines and one[0].top - lines[-1][0][0].top <= overlap:
            lines[-1].append(one)
        else:
            lines.append([one])
    return [sorted(line) for line in lines]


def _by_lines(boxes: list[tuple[Box, int]], overlap: float) -> list[tuple[Box, int]]:
    return [one for line in _lines(boxes, overlap) for one in line]


def _is_table(boxes: list[tuple[Box, int]], overlap: float) -> bool:
    """Say whether boxes stand in three or more lines, of as many boxes each and one below the other."""
    lines = _lines(boxes, overlap)
    if len(lines) < _LINES or len(lines[0]) < 2 or len({len(line) for line in lines}) > 1:  # noqa: PLR2004
        return False
    return all(
        below[0].top >= above[0].bottom - overlap
        for first, second in pairwise(lines)
        for above, below in zip(first, second, strict=True)
    )
