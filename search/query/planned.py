"""A query that was planned: what the engine answers, and what is to be marked and said of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coopsearch.search.engines.nodes import Node
from coopsearch.search.query.among import HighlightTerm
from coopsearch.search.query.expansion.words import Kin

if TYPE_CHECKING:
    from coopsearch.search.query.interpretation import Readings


class Plan(NamedTuple):
    """A query, ready to be answered."""

    node: Node
    every: Node | None
    """Documents that hold all its words; None where ``node`` says the same."""
    wanted: tuple[HighlightTerm, ...]
    readings: Readings | None
    """How each word was read, for a person; None where nobody asked."""
    notes: tuple[str, ...] = ()
    """What may have been meant otherwise, for a person."""
    kin: tuple[Kin, ...] = ()
    """Its words that have families or translations."""
    translated: bool = False
    """Whether any of its words has translations."""
