"""The hits of an answer put together by what their documents have in common.

Does not depend on query syntax, a particular engine or the terminal.
"""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.search.engines.base import Facet
from coopsearch.search.errors import SettingsError
from coopsearch.search.model import Hit, Results

#: By what hits are grouped, and the facet that counts the documents of a group.
GROUPS: Final[dict[str, Facet]] = {
    "folder": "folder",
    "language": "lang",
    "lang": "lang",
    "year": "year",
    "type": "type",
}
_NAMED: Final = ("folder", "language", "year", "type")


class HitGroup(NamedTuple):
    """Hits that have something in common."""

    value: str
    """As the facet has it; of a folder the absolute path."""
    documents: int
    """Documents that match and have it, shown or not."""
    hits: tuple[Hit, ...]


def facet_of(name: str) -> Facet:
    """Return the facet that counts what hits are grouped by. Raises SettingsError for an unknown name."""
    if name not in GROUPS:
        raise SettingsError(f"hits cannot be grouped by {name!r}; --group takes {', '.join(_NAMED)}")
    return GROUPS[name]


def grouped(results: Results, facet: Facet, base: Path) -> list[HitGroup]:
    """Return the hits in groups, these in the order of their best hits; ``base`` is the index's parent."""
    groups: dict[str, list[Hit]] = {}
    for hit in results:
        groups.setdefault(_value(hit, facet), []).append(hit)
    counts = results.facets[facet]
    if facet == "folder":
        counts = {posixpath.join(base.as_posix(), value).rstrip("/"): n for value, n in counts.items()}
    return [HitGroup(value, counts.get(value, len(hits)), tuple(hits)) for value, hits in groups.items()]


def _value(hit: Hit, facet: Facet) -> str:
    if facet == "folder":
        return posixpath.dirname(hit.file)
    return {"lang": hit.language, "year": hit.date[:4], "type": hit.type}[facet]
