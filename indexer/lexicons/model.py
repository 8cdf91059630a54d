"""What is known of a glossary beside its words. Does not depend on files."""

from __future__ import annotations

from typing import NamedTuple


class About(NamedTuple):
    """What a glossary says of itself."""

    title: str = ""
    licence: str = ""
    """As the file states it, "" if it does not."""
    encoding: str = "utf-8"
    """That it was read in."""
    notes: tuple[str, ...] = ()
    """What a person should know of how it was read."""
