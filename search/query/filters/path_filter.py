"""Which documents a ``path:`` means where files of one content lie in several places.

Such files are indexed once, under the path of one of them. A document is meant if any of its places fits;
``-path:`` leaves it out only if all of them do. A member of an archive is compared by the archive's place.
Does not depend on a particular engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from coopsearch.search import schema
from coopsearch.search.analysis.tokenizer import read, rows
from coopsearch.search.engines.nodes import And, Group, Node, Not, Or
from coopsearch.search.engines.wildcards import fits as wildcard
from coopsearch.search.query.syntax import Leaf, Phrase, Regex, Wildcard, Word

Copies = Iterable[tuple[str, str]]


def at_any_place(node: Node, leaf: Leaf, copies: Copies) -> Node:
    """Return the documents of a node, and those of which a copy lies where the leaf says."""
    fits = _fits(leaf)
    return _or(node, {held for held, copy in copies if fits(copy)})


def at_no_other(node: Node, leaf: Leaf, copies: Copies) -> Node:
    """Return the documents of a node but for those of which a copy lies elsewhere."""
    fits = _fits(leaf)
    elsewhere = _files({held for held, copy in copies if not fits(copy)})
    return And((node, Not(elsewhere))) if elsewhere.terms else node


def _or(node: Node, files: set[str]) -> Node:
    return Or((node, _files(files))) if files else node


def _files(files: set[str]) -> Group:
    return Group(schema.FILE, tuple((file, 1.0) for file in sorted(files)))


def _fits(leaf: Leaf) -> Callable[[str], bool]:
    """Return what says whether a path fits a leaf, as the engine says it of the paths that it holds."""
    match leaf:
        case Word() | Phrase():
            wanted = read(leaf.text).slots
            slop = leaf.slop if isinstance(leaf, Phrase) else 0
            return lambda path: _holds(path, wanted, slop)
        case Wildcard():
            text = leaf.text if leaf.text.startswith("*") else f"*{leaf.text}"
            fitting = wildcard(text)
            return lambda path: fitting(path) is not None
        case Regex():
            from coopsearch.search.engines.regular import fitting as of_expression
            from coopsearch.search.engines.regular_syntax import read as expression

            made = expression(leaf.text)
            return lambda path: bool(of_expression(made, [path], 0))
        case _:
            return lambda path: False


def _holds(path: str, wanted: tuple[str, ...], slop: int) -> bool:
    """Say whether words stand side by side in a path; with a distance, whether all of them are there."""
    if slop or len(wanted) == 1:
        return set(wanted) <= {word for word, _ in rows(path)}
    words = read(path).slots
    return any(words[at : at + len(wanted)] == wanted for at in range(len(words) - len(wanted) + 1))
