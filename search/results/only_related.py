"""Words of a query that no document of the answer holds itself: only words of their family stand there.

*passeurs* finds *passage*, which is welcome beside it and noise alone; so that is said. Does not depend
on the terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import And, Filter, Group, Node, Or, matched
from coopsearch.search.lazy import expression
from coopsearch.search.model import Hit
from coopsearch.search.query.expansion.words import Kin
from coopsearch.search.query.planned import Plan

#: In an answer of so many documents, a word that as many hold stands in some of them.
_MANY: Final = 1_000
#: Related words that are named.
_NAMED: Final = 4
_WORD: Final = expression(r"[^\W_]+")


def only_related(reader: Reader, plan: Plan, total: int, best: int | None) -> list[Kin]:
    """Return the words that no document of an answer of ``total`` holds, though relatives are there.

    ``best`` is the number of a document of the answer, None if none is known.
    """
    if not total or not plan.kin:
        return []
    node = matched(plan.node)
    found = []
    for kin in dict.fromkeys(plan.kin):
        if not kin.family.terms:
            continue
        if best is not None and reader.weigh(kin.own, best) > 0:
            continue
        held = sum(reader.document_frequency(kin.own.field, term) for term, _ in kin.own.terms)
        if held and (_admits(node, kin.own) or (total > _MANY and held > _MANY)):
            continue
        same: list[Node] = [
            kin.own,
            *([kin.opened] if kin.opened else []),
            *([kin.others] if kin.others.terms else []),
        ]
        itself: Node = Or(tuple(same)) if len(same) > 1 else kin.own
        if (held or len(same) > 1) and reader.search(And((Filter(node), itself)), 0).total:
            continue
        if reader.search(And((Filter(node), kin.family)), 0).total:
            found.append(kin)
    return found


def _admits(node: Node, own: Group) -> bool:
    """Say whether whatever holds a word is in the answer."""
    if isinstance(node, Group):
        return node.field == own.field and {term for term, _ in node.terms}.issuperset(
            term for term, _ in own.terms
        )
    return isinstance(node, Or) and any(_admits(child, own) for child in node.children)


def note(kin: Kin, hits: Sequence[Hit], stems_of: Callable[[str], Iterable[str]]) -> str:
    """Say that a word stands nowhere in the answer, and which related words are marked in its place."""
    family = {term for term, _ in kin.family.terms}
    words: dict[str, None] = {}
    for hit in hits:
        for start, end in hit.matches:
            for word in _WORD().findall(hit.snippet[start:end]):
                if not family.isdisjoint(stems_of(normalize(word))):
                    words[word.lower()] = None
        if len(words) >= _NAMED:
            break
    named = f": {', '.join(list(words)[:_NAMED])}" if words else ""
    return f"no document of the answer holds {kin.text} itself, only words that are related to it{named}"
