"""What the screen shows, and what each key makes of it. Does not depend on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from coopsearch.search.interactive.asking import Answer, Preview
from coopsearch.search.model import Hit

Pane = Literal["hits", "narrow", "mark", "help"]

#: Facets that an answer is narrowed by, and the field of the query that does it.
NARROWED: Final = {"lang": "lang", "type": "type", "year": "date", "folder": "path"}
#: Values of each that are offered.
_VALUES: Final = 12


@dataclass
class State:
    """One screen. ``look`` is called with a query and an address when another document is to be previewed."""

    look: Callable[[str, str], None]
    typed: str = ""
    answer: Answer | None = None
    selected: int = 0
    preview: Preview | None = None
    place: int = 0
    scroll: int = 0
    pane: Pane = "hits"
    message: str = ""
    """What the last command said."""
    choices: list[tuple[str, str, int]] = field(default_factory=list)
    """In the pane for narrowing: facet, value, documents."""
    choice: int = 0

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The hits that are listed."""
        results = self.answer.results if self.answer is not None else None
        return results.hits if results is not None else ()

    @property
    def hit(self) -> Hit | None:
        """The one that is selected."""
        return self.hits[self.selected] if self.selected < len(self.hits) else None

    def take(self, found: Answer | Preview) -> None:
        """Take over what was found, unless something else is asked for by now."""
        if isinstance(found, Preview):
            hit = self.hit
            if hit is not None and self.answer is not None and (found.query, found.path) == self._asked(hit):
                self.preview, self.scroll = found, 0
                self.place = self._first_place(hit)
            return
        if found.typed != self.typed:
            return
        if found.error and self.answer is not None:
            # Half a phrase is no answer, and no reason to take away what was found before.
            self.message = found.error
            return
        self.message = found.error
        self.answer, self.selected = found, 0
        self.pane = "hits"
        self._show()

    def _asked(self, hit: Hit) -> tuple[str, str]:
        return (self.answer.query if self.answer is not None else "", hit.path)

    def _first_place(self, hit: Hit) -> int:
        """Return the place whose passage the hit shows, the first if none is that."""
        places = self.preview.places.places if self.preview is not None and self.preview.places else ()
        return next((at for at, one in enumerate(places) if one.start <= hit.span[0] < one.end), 0)

    def _show(self) -> None:
        self.preview, self.place, self.scroll = None, 0, 0
        if (hit := self.hit) is not None:
            self.look(*self._asked(hit))

    def move(self, by: int) -> None:
        """Select another hit, or another choice."""
        if self.pane == "narrow":
            self.choice = max(0, min(self.choice + by, len(self.choices) - 1))
        elif self.hits:
            selected = max(0, min(self.selected + by, len(self.hits) - 1))
            if selected != self.selected:
                self.selected = selected
                self._show()

    def next_place(self, by: int) -> None:
        """Go to the next place in the document, or the one before; after the last comes the first."""
        places = self.preview.places.places if self.preview is not None and self.preview.places else ()
        if places:
            self.place, self.scroll = (self.place + by) % len(places), 0

    def scrolled(self, by: int) -> None:
        """Move the text of the preview by some lines; the screen sees to it that there are so many."""
        self.scroll = max(0, self.scroll + by)

    def offer(self, facets: Mapping[str, Mapping[str, int]], total: int) -> None:
        """Offer values to narrow the answer by: those that not all of its ``total`` documents have."""
        self.choices = [
            (facet, value, count)
            for facet, counts in facets.items()
            for value, count in list(counts.items())[:_VALUES]
            if value and count < total
        ]
        self.choice = 0
        if self.choices:
            self.pane = "narrow"
        else:
            self.message = "There is nothing to narrow this answer by."

    def narrowed(self) -> str:
        """Return the query with the chosen value, and go back to the hits."""
        self.pane = "hits"
        if not self.choices:
            return self.typed
        facet, value, _ = self.choices[self.choice]
        shown = f'"{value}"' if set(value) & set(' :()[]"') else value
        return f"{self.typed.strip()} {NARROWED[facet]}:{shown} "
