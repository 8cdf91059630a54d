"""What an index covers: how many files of its sources it holds, and why not the others.

The run that brings an index up to date commits the counts as a small page with the documents, so that an
answer can say what it covers without a look at the sources or at the indexer's books. Does not depend on
the terminal.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from coopsearch.search.errors import RUN, FileState, IndexDamaged, IndexUnreadable
from coopsearch.search.indexdir import pages
from coopsearch.search.indexdir.pages import Page, read_page
from coopsearch.search.indexdir.stamp import mtime_of
from coopsearch.search.model import Changed, Coverage
from coopsearch.search.schema import LANGUAGE

if TYPE_CHECKING:
    from coopsearch.search.engines.base import Reader

#: The page of the counts, among those of a state.
ROLE: Final = "coverage"
#: That of what a small set of sources held when it was looked through.
LISTING: Final = "listing"
#: That of files of the same content, see ``coopsearch.search.indexdir.duplicates``.
COPIES: Final = "copies"
#: Seconds that a look for changes may take beside a search.
DEADLINE: Final = 0.02
#: What a file of the sources can be, by its name in ``Coverage``.
STATES: Final = {state.name.lower(): state for state in FileState}


_counts: Final = pages.table(pages.string, pages.whole)
_coverage: Final = pages.record(
    {
        "states": _counts,
        "formats": pages.table(pages.string, _counts),
        "unsupported": _counts,
        "recognised": pages.whole,
        "copies": pages.whole,
        "ignored": _counts,
        "updated": pages.maybe(pages.number),
    },
    # Known at the end of a run alone; and what older versions did not count.
    {"documents": pages.whole, "languages": _counts, "unread": pages.whole, "added": pages.whole},
)
_listing: Final = pages.record(
    {
        "suffixes": pages.every(pages.string),
        "sources": pages.table(
            pages.string,
            pages.record(
                {
                    "files": pages.table(pages.string, pages.row(pages.whole, pages.integer)),
                    "folders": pages.table(pages.string, pages.every(pages.string)),
                }
            ),
        ),
    },
    # There where files of all endings are read but these.
    {"except": pages.every(pages.string)},
)


def read_values(data: Path, named: Mapping[str, Page]) -> dict[str, Any] | None:
    """Return what the last run counted, by the pages of a state; None if there is no such page.

    Raises IndexDamaged or IndexUnreadable where there should be one.
    """
    page = named.get(ROLE)
    if page is None:
        return None
    value: dict[str, Any] = pages.parse(data / page.name, read_page(data, page), _coverage)
    return value


def read_listing(data: Path, named: Mapping[str, Page]) -> dict[str, Any] | None:
    """Return what small sources held, by the pages of a state; None if there is no such page.

    Raises IndexDamaged or IndexUnreadable where there should be one.
    """
    page = named.get(LISTING)
    return None if page is None else parsed_listing(read_page(data, page), data / page.name)


class Known(NamedTuple):
    """What is known of the sources without a look at them."""

    coverage: Coverage | None
    """None where nothing says it."""
    listing: Mapping[str, Any] | None
    """See ``changed_since``."""
    warning: str
    """Why the one or the other is not known, where it should be."""


def read_known(data: Path, named: Mapping[str, Page]) -> Known:
    """Return what the pages of a state say of its sources. A page that cannot be read stops no search."""
    coverage: Coverage | None = None
    listing: Mapping[str, Any] | None = None
    errors: list[IndexUnreadable] = []
    try:
        if (values := read_values(data, named)) is None:
            return Known(None, None, f"the first run did not come to its end; {RUN}")
        coverage = coverage_of(values)
    except IndexUnreadable as error:
        errors.append(error)
    try:
        listing = read_listing(data, named)
    except IndexUnreadable as error:
        errors.append(error)
    return Known(coverage, listing, _told(errors))


def _told(errors: Sequence[IndexUnreadable]) -> str:
    """Return what pages cannot be read, with one next step: the next run writes what is damaged anew."""
    faults = [error.fault for error in errors if isinstance(error, IndexDamaged)]
    damage = str(IndexDamaged("; ".join(faults), RUN)) if faults else ""
    refused = [str(error) for error in errors if not isinstance(error, IndexDamaged)]
    return "; ".join([*([damage] if damage else []), *refused])


def parsed_listing(page: bytes, path: Path = Path(LISTING)) -> dict[str, Any]:
    """Return what a listing says. Raises IndexDamaged for what is none."""
    value: dict[str, Any] = pages.parse(path, page, _listing)
    return value


def coverage_of(values: Mapping[str, Any]) -> Coverage:
    """Return the counts as what they mean."""
    states = values["states"]
    return Coverage(
        **{name: int(states.get(state, 0)) for name, state in STATES.items()},
        ignored=sum(values["ignored"].values()),
        updated=values["updated"],
        unread=values.get("unread", 0),
        added=values.get("added", 0),
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
        "unread": coverage.unread,
        "added": coverage.added,
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


def changed_since(
    listing: Mapping[str, Any] | None, base: Path, deadline: float = DEADLINE
) -> Changed | None:
    """Compare small sources with what they held, by names, sizes and times alone.

    ``listing`` is what they held, ``base`` the folder that holds the index. None without a listing: where the
    sources are too many for that, or rules of their own say what is ignored; and if it takes longer than
    ``deadline`` seconds.
    """
    until = time.monotonic() + deadline
    if listing is None:
        return None
    try:
        look = _Look(os.fspath(base), listing["suffixes"], listing.get("except"), until)
        for source in listing["sources"].values():
            look.files(source["files"])
            look.folders(source["folders"])
    except (OSError, ValueError):
        # Too slow, or a path that no system takes.
        return None
    return Changed(look.new, look.changed, look.gone)


class _Look:
    """One look at sources. Raises TimeoutError, which is an OSError, when it takes too long."""

    def __init__(
        self, base: str, suffixes: tuple[str, ...], unread: tuple[str, ...] | None, until: float
    ) -> None:
        self._base = base
        self._suffixes = suffixes
        self._unread = unread
        self._until = until
        self.new = self.changed = self.gone = 0

    def files(self, files: Mapping[str, tuple[float, ...]]) -> None:
        for path, known in files.items():
            self._go_on()
            try:
                status = os.stat(os.path.join(self._base, path))  # noqa: PTH116, PTH118 - quick
            except OSError:
                self.gone += 1
                continue
            self.changed += (status.st_size, mtime_of(status)) != known

    def folders(self, folders: Mapping[str, tuple[str, ...]]) -> None:
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
                else:
                    self.new += self._may_be_read(entry.name.lower())

    def _may_be_read(self, name: str) -> bool:
        if self._unread is not None:
            return not name.endswith(self._unread)
        return name.endswith(self._suffixes) or "." not in name

    def _go_on(self) -> None:
        if time.monotonic() > self._until:
            raise TimeoutError
