"""What a service is told by those who know more than an index: its sources, and its files.

The layers forbid ``search`` to import the indexer; the command line hands this over. Does not depend on the
web's libraries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

from coopsearch.search.errors import SettingsError
from coopsearch.search.model import Document


def _unread(path: Path) -> list[Document]:
    raise SettingsError(
        f"{path} changed since it was indexed, and nothing here reads it; cite on its machine"
    )


class Indexed(NamedTuple):
    """What was done to bring an index up to date."""

    line: str
    """All of it in a line, for a person."""
    failed: tuple[tuple[str, str, str], ...] = ()
    """The state, the address as it is shown, and the reason of each file that could not be read."""
    notes: tuple[str, ...] = ()


class Outside(NamedTuple):
    """Functions of whoever knows the sources. Each may be left out; less is told then."""

    status: Callable[[Path], dict[str, Any]] | None = None
    """Gives what an index covers, as ``coopsearch status --json`` prints it."""
    files: Callable[[Path, str], Sequence[dict[str, Any]]] | None = None
    """Gives the files of a state ("failed"), as ``coopsearch status --state --json`` prints them."""
    read: Callable[[Path], list[Document]] = _unread
    """Reads a file anew of which a citation is made; raises SettingsError with the reason."""
    bring: Callable[[Path, Event, Callable[[int, int, str], object]], Indexed | None] | None = None
    """Brings an index up to date with its sources until the event is set, None then, and tells how many files
    are done, of how many, and which is at hand; raises CoopsearchError with the reason why it cannot."""
