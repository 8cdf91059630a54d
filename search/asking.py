"""What parts of a query are asked with, over one state of an index, to say why it finds nothing or little.

Loaded for these questions alone. Does not depend on the terminal.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from coopsearch.search.engines.nodes import Node
from coopsearch.search.model import Hit
from coopsearch.search.query.among import HighlightTerm
from coopsearch.search.query.expanding import Expanding
from coopsearch.search.query.order.rescoring import MOST
from coopsearch.search.results.diagnosis import Asking
from coopsearch.search.results.highlighter import Highlighter
from coopsearch.search.results.hits import HitMaker
from coopsearch.search.results.translated_parts import Abroad
from coopsearch.search.searcher import Searcher

#: Documents that are read to see how they write a translation.
_READ: Final = 10


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

    asking = Asking(
        state.reader,
        partial(state.node, expanding=expanding),
        state.stems_of,
        state.languages,
        abroad=abroad,
        itself=partial(state.node, expanding=expanding.untranslated),
    )
    return asking._replace(spelled=state.names.spelled) if expanding.names else asking
