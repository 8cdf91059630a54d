"""The shape of analysed text, handed from analysis to an engine.

Columns instead of token objects: an engine that works a column at a time never has to take apart a million
small things. Does not depend on a particular language, file formats or engines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from coopsearch.search.model import Document

Role = Literal["title", "heading", "body", "people"]

#: Positions left free between two runs, so that no phrase reaches from one paragraph into the next.
RUN_GAP: Final = 100
#: Characters of the shortest passage that cutting a long paragraph leaves before a cut. Whoever cuts keeps to
#: it, and by it a passage that goes on is told from one that ends.
SHORTEST_PIECE: Final = 200


class Run(NamedTuple):
    """The tokens of one passage, of the title, or of a field of people, in order of the text.

    The lists are of one length, a row for each token. Several rows may share a position: the parts of
    ``cross-border`` and the joined ``crossborder``.
    """

    role: Role
    position: int
    """Position of the run's first token in its document."""
    words: list[str]
    """Folded surface forms."""
    stems: list[str]
    """Stems, each by the language of the passage."""
    steps: Sequence[int] | None = None
    """Each token's position less ``position``; None for 0, 1, 2, ..."""


class AnalysedDocument(NamedTuple):
    """A document and its tokens, ready to be written."""

    document: Document
    runs: tuple[Run, ...]
    languages: tuple[str, ...]
    """Languages of its passages, sorted, each once."""
    names: frozenset[str] = frozenset()
    """Words of its runs that are written as names can be."""


class Text(NamedTuple):
    """A text of a document that is still to be taken apart: a passage, the title, or a field of people."""

    role: Role
    language: str
    text: str
    goes_on: bool = False
    """Whether it goes on with the paragraph of the text before, which was cut: no position lies between."""


class Outline(NamedTuple):
    """A document whose languages are decided, before its words are looked at."""

    document: Document
    """Its passages have their languages."""
    texts: list[Text]
    """In order; each becomes a run, with ``RUN_GAP`` between two paragraphs that have words."""
    languages: tuple[str, ...]
    """Languages of its passages and its title, sorted, each once."""
