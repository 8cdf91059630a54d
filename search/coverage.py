"""What an index covers: how many files of its sources it holds, and why not the others.

The run that brings an index up to date leaves the counts in a small file beside the index, so that an
answer can say what it covers without a look at the sources or at the indexer's books. Knows that file and
no terminal.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from coopsearch.search.model import Changed, Coverage
from coopsearch.search.schema import LANGUAGE
from coopsearch.search.sealed import unsealed

if TYPE_CHECKING:
    from coopsearch.search.copies import Copies
    from coopsearch.search.engines.base import Reader

NAME: Final = "coverage.json"
#: What a small set of sources held when it was looked through.
LISTING: Final = "listing.json"
#: Seconds that a look for changes may take beside a search.
DEADLINE: Final = 0.02
#: What a file of the sources can be, by its name in ``Coverage``.
STATES: Final = {
    "indexed": "indexed", "in_part": "in part", "no_text": "no text", "encrypted": "encrypted",
    "unsupported": "unsupported", "too_large": "too large", "failed": "failed",
}  # fmt: skip


def read_values(data: Path) -> dict[str, Any] | None:
    """Return what the last run left in a data folder, None if there is nothing that can be read."""
    try:
        value: dict[str, Any] = unsealed((data / NAME).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return value


def read_coverage(data: Path) -> Coverage | None:
    """Return what an index covers by its data folder, None where that is not known."""
    values = read_values(data)
    try:
        return None if values is None else coverage_of(values)
    except (KeyError, ValueError, TypeError, AttributeError):
        return None


def copies_beside(folder: Path) -> Copies | None:
    """Return what is known of copies in a data folder; most have none, and then nothing is imported."""
    if not os.path.exists(os.path.join(folder, "copies.tsv")):  # noqa: PTH110, PTH118 - every search asks
        return None
    from coopsearch.search.copies import read_copies

    return read_copies(folder)


def coverage_of(values: Mapping[str, Any]) -> Coverage:
    """Return the counts as what they mean. Raises KeyError, ValueError or TypeError if they are none."""
    states = values["states"]
    updated = values["updated"]
    return Coverage(
        **{name: int(states.get(state, 0)) for name, state in STATES.items()},
        ignored=sum(map(int, values["ignored"].values())),
        updated=None if updated is None else float(updated),
    )


def by_state(coverage: Coverage) -> dict[str, int]:
    """Return how many files there are of each state that has any."""
    return {state: count for name, state in STATES.items() if (count := int(getattr(coverage, name)))}


def as_value(coverage: Coverage, changed: Changed | None) -> dict[str, Any]:
    """Return a coverage as JSON-ready data; times are UTC in ISO 8601."""
    return {
        "files": coverage.files,
        "searched": coverage.searched,
        "states": by_state(coverage),
        "ignored": coverage.ignored,
        "updated": moment(coverage.updated),
        "changed": None if changed is None else changed._asdict(),
    }


def moment(seconds: float | None) -> str | None:
    """Return seconds since 1970 in ISO 8601, None for None."""
    return None if seconds is None else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def language_counts(reader: Reader) -> dict[str, int]:
    """Return how many documents hold passages of each language; "" stands for undecided."""
    # Imported here: only the end of a run counts them.
    from coopsearch.search.engines.nodes import Filter, Group

    return {
        language: reader.search(Filter(Group(LANGUAGE, ((language, 1.0),))), 0).total
        for language, _ in reader.terms(LANGUAGE)
    }


def changed_since(data: Path, base: Path, deadline: float = DEADLINE) -> Changed | None:
    """Compare small sources with what they held, by names, sizes and times alone.

    ``base`` is the folder that holds the index. None where the sources are too many for that, where rules of
    their own say what is ignored, or if it takes longer than ``deadline`` seconds.
    """
    until = time.monotonic() + deadline
    try:
        listing = unsealed((data / LISTING).read_bytes())
        suffixes = tuple(listing["suffixes"])
        look = _Look(os.fspath(base), suffixes, until)
        for source in listing["sources"].values():
            look.files(source["files"])
            look.folders(source["folders"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return Changed(look.new, look.changed, look.gone)


class _Look:
    """One look at sources. Raises TimeoutError, which is an OSError, when it takes too long."""

    def __init__(self, base: str, suffixes: tuple[str, ...], until: float) -> None:
        self._base = base
        self._suffixes = suffixes
        self._until = until
        self.new = self.changed = self.gone = 0

    def files(self, files: Mapping[str, list[int]]) -> None:
        for path, known in files.items():
            self._go_on()
            try:
                status = os.stat(os.path.join(self._base, path))  # noqa: PTH116, PTH118 - quick
            except OSError:
                self.gone += 1
                continue
            self.changed += [status.st_size, status.st_mtime_ns] != known

    def folders(self, folders: Mapping[str, list[str]]) -> None:
        for path, names in folders.items():
            self._listed(os.path.join(self._base, path), set(names))  # noqa: PTH118

    def _listed(self, top: str, known: set[str]) -> None:
        waiting = [(top, known)]
        while waiting:
            self._go_on()
            folder, held = waiting.pop()
            try:
                with os.scandir(folder) as entries:
                    fresh = [one for one in entries if one.name not in held and not one.name.startswith(".")]
            except OSError:
                continue
            for entry in fresh:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((entry.path, set()))
                elif entry.name.lower().endswith(self._suffixes) or "." not in entry.name:
                    self.new += 1

    def _go_on(self) -> None:
        if time.monotonic() > self._until:
            raise TimeoutError
