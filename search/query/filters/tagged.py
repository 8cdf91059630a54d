"""What ``tag:`` means in a query: the documents that carry a mark, as an engine finds them.

The marks are not in the index; whoever plans gives what reads them. Where documents have a field of that
name themselves, those that hold the word in it are meant, too. Does not depend on a particular engine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from coopsearch.search import schema
from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import Broad, Filter, Group, Node, Nothing, Or, Phrase, Terms
from coopsearch.search.errors import QueryError
from coopsearch.search.query import syntax
from coopsearch.search.query.syntax import Clause, Leaf, Row, Tree, Wildcard, Word

if TYPE_CHECKING:
    from coopsearch.search.desk.tags import TagReader

#: The field as it is typed, and as the options have it: that cannot be typed, and means marks alone.
TAG: Final = "tag"
MARK: Final = "tag="
#: Addresses that an engine is asked for at once.
_AT_ONCE: Final = 10_000
#: Tags that a note names.
_NAMED: Final = 12


def tag_node(leaf: Leaf, tags: TagReader | None, reader: Reader, say: Callable[[str], None]) -> Node:
    """Return the filter of a tag; where no document has it, that is said.

    Raises QueryError for what is not a tag, and what reading the desk raises.
    """
    if not isinstance(leaf, Word | syntax.Phrase | Wildcard):
        raise QueryError(
            f"tag: at character {leaf.position} takes a plain tag, as in tag:relevant", leaf.position
        )
    own = _own(leaf, reader) if leaf.field == TAG else None
    if tags is None:
        return Filter(own or Nothing())
    found = tags(leaf.text.strip())
    parts: list[Node] = [
        Broad(schema.PATH, Terms((found.key, at), found.paths[at : at + _AT_ONCE]))
        for at in range(0, len(found.paths), _AT_ONCE)
    ]
    if own is not None:
        parts.append(own)
    if not parts:
        # Who asks for what is unseen may not have looked at anything yet.
        if leaf != Word("seen", 0, MARK):
            say(_unknown(leaf.text, found.known))
        return Filter(Nothing())
    return Filter(parts[0] if len(parts) == 1 else Or(tuple(parts)))


def narrowed(tree: Tree, tags: Sequence[str]) -> Tree:
    """Return a query for those documents alone that have all of some tags; those with ``-tag`` must not."""
    more = [
        Clause("not" if tag.startswith("-") else "must", Word(tag.removeprefix("-"), 0, MARK)) for tag in tags
    ]
    if isinstance(tree, Row):
        return Row((*tree.clauses, *more))
    return Row((Clause("must", tree), *more))


def _own(leaf: Word | syntax.Phrase | Wildcard, reader: Reader) -> Node | None:
    """Return what finds the words of a tag in the documents' own field of that name, if they have one."""
    slots = read(leaf.text).slots
    if isinstance(leaf, Wildcard) or not slots or not reader.document_frequency(schema.META_NAMES, TAG):
        return None
    terms = tuple((f"{TAG}={word}",) for word in slots)
    return Group(schema.META, ((terms[0][0], 1.0),)) if len(terms) == 1 else Phrase(schema.META, terms)


def _unknown(tag: str, known: Sequence[str]) -> str:
    if not known:
        return f"no document has the tag {tag!r}; `coopsearch mark` puts tags on documents"
    more = ", ..." if len(known) > _NAMED else ""
    return f"no document has the tag {tag!r}; there are: {', '.join(known[:_NAMED])}{more}"
