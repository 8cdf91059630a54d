"""Asking an index the queries of a collection, as it is or with other settings of the ranking.

Does not depend on the terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from coopsearch.search.errors import SettingsError
from coopsearch.search.evaluation.collection import Collection
from coopsearch.search.evaluation.measures import MEASURES, others
from coopsearch.search.index import Index
from coopsearch.search.ranking import BOUNDS, DEFAULT, Parameters

#: Hits that are looked at for each query: average precision looks beyond the first hundred.
DEPTH: Final = 1_000


class Measured(NamedTuple):
    """What one run gave."""

    settings: str
    """As they were given; "" for none."""
    values: dict[str, dict[str, float]]
    """Measure -> query -> value."""

    def mean(self, measure: str) -> float:
        """Return the mean over all queries."""
        values = self.values[measure].values()
        return sum(values) / len(values)


def measure(
    index: Index, collection: Collection, name: Callable[[str], str], more: Sequence[str] = ()
) -> dict[str, dict[str, float]]:
    """Ask all queries as plain words; ``name`` makes a document's name in the collection of its address."""
    rankings = {
        query: [name(path) for path, _ in index.rank(text, limit=DEPTH, plain=True)]
        for query, text in collection.queries.items()
    }
    judged = collection.judged
    values = {
        measure: {query: function(rankings[query], judged[query]) for query in rankings}
        for measure, function in MEASURES.items()
    }
    return {**values, **others(more, rankings, judged)}


def parse_settings(text: str) -> Parameters:
    """Read ``closeness=0,exact=0.2``. Raises SettingsError, which lists the settings there are."""
    found: dict[str, float] = {}
    for part in text.split(","):
        name, sign, value = (piece.strip() for piece in part.partition("="))
        if name not in BOUNDS or not sign:
            raise SettingsError(f"{part!r} is not a setting; write name=number with {', '.join(BOUNDS)}")
        try:
            number = float(value)
        except ValueError:
            raise SettingsError(f"{part!r} is not a setting: {value!r} is not a number") from None
        low, high = BOUNDS[name]
        if not low <= number <= high:
            raise SettingsError(f"{name} is {value}; it must be from {low:g} to {high:g}")
        found[name] = number
    return changed(found)


def changed(settings: Mapping[str, float]) -> Parameters:
    """Return the parameters of a search with some of them changed; an index is opened with the result."""
    # Some of them count: those are whole numbers.
    return DEFAULT._replace(**{name: type(getattr(DEFAULT, name))(value) for name, value in settings.items()})
