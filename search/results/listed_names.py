"""The names in the documents that match: their stored texts are read, one after the other.

Reading takes most of the time: 300,000 passages some forty seconds, the documents of an ordinary folder less
than one. Does not depend on query syntax, a particular engine or the terminal.
"""

from __future__ import annotations

from collections.abc import Iterator

from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import Filter, Node
from coopsearch.search.model import Document
from coopsearch.search.names.listing import Name, Tally


def listed_names(reader: Reader, node: Node, limit: int) -> list[Name]:
    """Return the names that stand in most of the documents that match, the most frequent first."""
    tally = Tally()
    for number, _ in reader.search(Filter(node), reader.documents).best:
        tally.add(_texts(reader.document(number)))
    return tally.names(limit)


def _texts(document: Document) -> Iterator[tuple[str, bool]]:
    """Yield the texts of a document, and of each whether it is a heading."""
    if document.title:
        yield document.title, True
    for passage in document.passages:
        yield document.text[passage.start : passage.end], passage.level > 0
    for people in document.people.values():
        yield people, False
