"""What parts of a query are asked with, over one state of an index, to say why it finds nothing or little.

Loaded for these questions alone. Does not depend on the terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from coopsearch.search.engines.nodes import Node
from coopsearch.search.model import Hit
from coopsearch.search.query.among import HighlightTerm
from coopsearch.search.query.expanding import Expanding
from coopsearch.search.query.order.rescoring import MOST
from coopsearch.search.query.syntax import Tree
from coopsearch.search.results.diagnosis import Asking
from coopsearch.search.results.highlighter import Highlighter
from coopsearch.search.results.hits import HitMaker
from coopsearch.search.results.translated_parts import Abroad
from coopsearch.search.searcher import Searcher

#: Documents that are read to see how they write a translation.
_READ: Final = 10


def _remembered(plan: Callable[[Tree], Node | None]) -> Callable[[Tree], Node | None]:
    """Return what plans each part of one query once."""
    known: dict[str, Node | None] = {}

    def planned(tree: Tree) -> Node | None:
        # As text: tuples are equal whatever their names are, so that a AND b would be a OR b.
        key = repr(tree)
        if key not in known:
            known[key] = plan(tree)
        return known[key]

    return planned


def asking_of(state: Searcher, hits: HitMaker, expanding: Expanding) -> Asking:
    """Return what asks for parts of a query; its words stand for what ``expanding`` says."""

    def read_hits(node: Node, wanted: Sequence[HighlightTerm]) -> Sequence[Hit]:
        return hits.of(state.reader.search(node, _READ), Highlighter(wanted, state.table))

    def abroad(words: Sequence[str]) -> Abroad | None:
        if len(words) > MOST:
            # The words of a long query stand for themselves.
            return None
        choices = dict.fromkeys((expanding, expanding._replace(into=None)))
        voices = [one for choice in choices if (one := state.voices(words, choice)) is not None]
        return (
            Abroad(state.reader, state.stems_of, state.names.spelled, read_hits, voices) if voices else None
        )

    # A part is asked of several times: what it finds, what the rest finds, what it finds in other words.
    asking = Asking(
        state.reader,
        _remembered(partial(state.node, expanding=expanding)),
        state.stems_of,
        state.languages,
        abroad=abroad,
        itself=_remembered(partial(state.node, expanding=expanding.untranslated)),
    )
    return asking._replace(spelled=state.names.spelled) if expanding.names else asking
