"""How figures look in the report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

WIDTH: Final = 110


def title(words: str) -> Iterator[str]:
    """Yield the head of a part."""
    yield ""
    yield words
    yield "-" * WIDTH


def milliseconds(value: float) -> str:
    """Return milliseconds in eight characters."""
    return f"{value:8.3f}" if value < 100 else f"{value:8.1f}"


def ratio(value: float) -> str:
    """Return a ratio with the digits that mean something."""
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def megabytes(value: float) -> str:
    """Return megabytes, with a decimal where there are few."""
    return f"{value / 1e6:,.1f}" if value < 1e8 else f"{value / 1e6:,.0f}"
