"""A query that is the whole title of a document: that document comes first, however little else says so.

Whoever types a title word by word means that document. What it gains is more than the rest of the query can
give to any document, so several of one title stand among themselves as the rest orders them. Does not depend
on a particular engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from coopsearch.search import ranking, schema
from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import (
    And,
    AndMaybe,
    Group,
    Near,
    Node,
    Or,
    Phrase,
    Rescored,
    Spelled,
    WholeTitle,
)
from coopsearch.search.query.fields import is_filter, place_of
from coopsearch.search.query.syntax import Leaf, Row, Tree, Word
from coopsearch.search.query.syntax import Phrase as Quoted

#: Words of the longest title that is looked for.
_LONGEST: Final = 60


def plain_texts(tree: Tree, reader: Reader) -> list[str] | None:
    """Return the words and quoted texts of a query that has no operators, filters left out; else None."""
    texts: list[str] = []
    return texts if _plain(tree, texts, reader) else None


def titled(node: Node, texts: Sequence[str], reader: Reader) -> Node:
    """Return the node of a query of plain texts, with what puts the documents first that are called so."""
    # Most queries end here: a word of them is in no title.
    for text in texts:
        for word in read(text).slots:
            if not reader.document_frequency(schema.TITLE_WORDS, word):
                return node
    words = read(" ".join(texts)).slots
    if not 0 < len(words) <= _LONGEST:
        return node
    first = WholeTitle(words, _most(node, reader))
    if isinstance(node, Rescored):
        return Rescored(node.child, (first, *node.more), (first,))
    return Rescored(node, (first,), (first,))


def _plain(tree: Tree, texts: list[str], reader: Reader) -> bool:
    """Say whether a query is words or quoted text, beside filters, without operators; note its texts."""
    match tree:
        case Word(exact=False, as_written=False, boost=1.0) if tree.field is None:
            texts.append(tree.text)
            return True
        case Quoted(slop=0, as_written=False, boost=1.0) if tree.field is None:
            texts.append(tree.text)
            return True
        case Row(clauses):
            return all(
                _filters(clause.tree, reader)
                or (clause.occur != "not" and _plain(clause.tree, texts, reader))
                for clause in clauses
            )
        case _:
            return False


def _filters(tree: Tree, reader: Reader) -> bool:
    """Say whether a part of a query only says which documents may be found."""
    if not isinstance(tree, Leaf) or tree.field is None:
        return False
    return is_filter(tree, reader) or not place_of(tree, reader).shown


def _most(node: Node, reader: Reader) -> float:
    """Return what no document's score by a node of plain words exceeds."""
    parameters, documents = reader.parameters, reader.documents
    match node:
        case Group(boost=boost):
            return boost * (parameters.k1 + 1.0) * ranking.idf(documents, reader.weighed_frequency(node))
        case Phrase(field, slots, _, _, boost):
            counts = (reader.max_document_frequency(field, slot) for slot in slots)
            return boost * (parameters.k1 + 1.0) * sum(ranking.idf(documents, count) for count in counts)
        case Spelled(boost=boost):
            return boost * (parameters.k1 + 1.0) * ranking.idf(documents, 1)
        case Near(groups):
            return len(groups) * parameters.closeness * (parameters.closeness_k + 1.0)
        case Or(children) | And(children):
            return sum(_most(child, reader) for child in children)
        case AndMaybe(required, optional):
            return _most(required, reader) + _most(optional, reader)
        case Rescored(child, more):
            return _most(child, reader) + sum(_most(part, reader) for part in more)
        case _:
            return 0.0
