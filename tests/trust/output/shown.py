"""Hits of any text, and where they are shown."""

from __future__ import annotations

import io

from hypothesis import strategies as st

from coopsearch.search.model import (
    Explanation,
    Hit,
    TermMatch,
)
from tests.trust.hostile.hostile import texts


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@st.composite
def hits(draw: st.DrawFn) -> Hit:
    """A hit that is hostile wherever a document, its name or its format speaks."""
    text = texts(12)
    snippet = draw(texts(60))
    places = sorted(draw(st.sets(st.integers(0, len(snippet)), max_size=8)))
    term = TermMatch(
        draw(text), draw(text).replace("{", "").replace("}", ""), 0.5, 2.0, (draw(text), draw(text))
    )
    met = Explanation(draw(text), draw(text), (term, term), 3, 1.5, 1.0, 0.25)
    return Hit(
        rank=draw(st.integers(1, 200)), score=1.0, path=draw(text), title=draw(text), language=draw(text),
        heading=tuple(draw(st.lists(text, max_size=3))), line=3, page=4, snippet=snippet,
        matches=tuple(zip(places[::2], places[1::2], strict=False)), type=draw(text), date=draw(text),
        fields={draw(text): draw(text)}, explanation=(met,), also=(draw(text),), near=(draw(text),),
    )  # fmt: skip


def marked(snippet: str, matches: tuple[tuple[int, int], ...]) -> Hit:
    """A hit with nothing but a snippet."""
    return Hit(
        rank=1, score=1.0, path="", title="", language="", heading=(), line=3, page=4, snippet=snippet,
        matches=matches,
    )  # fmt: skip
