"""How figures grow, drawn as SVG: small panels side by side, a line for each engine. No library."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape
from typing import Any, Final, NamedTuple, TypeAlias

from benchmarks.peers import PEERS

_PANEL: Final = (240, 150)
_MARGIN: Final = (58, 34, 22, 40)  # left, top, right, bottom
_COLUMNS: Final = 3
_COLOURS: Final = {"coopsearch": "#0b6e99", "tantivy": "#c2571a"}


#: Takes a row of the growth and an engine's name.
_Figure: TypeAlias = Callable[[dict[str, Any], str], float | None]


class Panel(NamedTuple):
    """One figure over the number of documents."""

    title: str
    figure: _Figure


def _of_engine(get: Callable[[dict[str, Any]], float | None]) -> _Figure:
    return lambda row, name: get(row["engines"][name])


def _query(kind: str) -> _Figure:
    return lambda row, name: row["engines"][name]["queries"].get(kind, [None] * 3)[2]


def _add(row: dict[str, Any], name: str) -> float | None:
    return row["add"]["median"] if name == "coopsearch" and "add" in row else None


_PANELS: Final = (
    Panel("index, seconds", _of_engine(lambda figures: figures["seconds"])),
    Panel("peak memory, MB", _of_engine(lambda figures: (figures["memory"] or 0) / 1e6 or None)),
    Panel("add one document, seconds", _add),
    Panel("union, ms at 99 %", _query("union")),
    Panel("intersection, ms at 99 %", _query("intersection")),
    Panel("phrase, ms at 99 %", _query("phrase")),
)


def svg(rows: Sequence[dict[str, Any]]) -> str:
    """Return the drawing; axes begin at 0."""
    names = list(rows[0]["engines"])
    left, top, right, bottom = _MARGIN
    width, height = _PANEL
    step = (width + left + right, height + top + bottom)
    lines = math.ceil(len(_PANELS) / _COLUMNS)
    size = (_COLUMNS * step[0], lines * step[1] + 24)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]}">',
        '<g font-family="sans-serif" font-size="11" fill="#222">',
        f'<rect width="{size[0]}" height="{size[1]}" fill="#fff"/>',
    ]
    for number, panel in enumerate(_PANELS):
        at = (number % _COLUMNS * step[0] + left, number // _COLUMNS * step[1] + top)
        parts += _panel(panel, rows, names, at)
    x = left
    for name in names:
        colour = _COLOURS.get(name, "#555")
        y = size[1] - 12
        parts.append(f'<path d="M{x} {y}h24" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{x + 30}" y="{y + 4}">{escape(PEERS[name].label)}</text>')
        x += 120
    return "\n".join([*parts, "</g>", "</svg>", ""])


def _panel(
    panel: Panel, rows: Sequence[dict[str, Any]], names: Sequence[str], at: tuple[float, float]
) -> list[str]:
    width, height = _PANEL
    x0, y0 = at
    series = {
        name: [(row["documents"], value) for row in rows if (value := panel.figure(row, name)) is not None]
        for name in names
    }
    most = max(row["documents"] for row in rows)
    ticks = _ticks(max((value for points in series.values() for _, value in points), default=1.0))
    parts = [f'<text x="{x0}" y="{y0 - 12}" font-weight="bold">{escape(panel.title)}</text>']
    for tick in ticks:
        y = y0 + height * (1 - tick / ticks[-1])
        parts.append(f'<path d="M{x0} {y:.1f}h{width}" stroke="#ddd"/>')
        parts.append(f'<text x="{x0 - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>')
    for row in rows:
        x = x0 + width * row["documents"] / most
        label = f"{row['documents'] / 1000:.3g}k" if row["documents"] >= 1000 else str(row["documents"])
        parts.append(f'<text x="{x:.1f}" y="{y0 + height + 16}" text-anchor="middle">{label}</text>')
    for name, points in series.items():
        places = [
            (x0 + width * documents / most, y0 + height * (1 - value / ticks[-1]))
            for documents, value in points
        ]
        if not places:
            continue
        colour = _COLOURS.get(name, "#555")
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
    return parts


def _ticks(highest: float) -> list[float]:
    """Return four to six round values from 0 to at least the highest."""
    if highest <= 0:
        return [0.0, 1.0]
    power = 10.0 ** math.floor(math.log10(highest))
    step = next(step * power for step in (0.2, 0.25, 0.5, 1, 2) if highest / (step * power) <= 5)
    return [round(step * number, 10) for number in range(math.ceil(highest / step - 1e-9) + 1)]
