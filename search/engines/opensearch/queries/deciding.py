"""Deciding on our side what a cluster cannot: it finds what may match, and the documents are looked at.

Does not depend on the client of a cluster.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final, NoReturn

from coopsearch.search.engines.as_written import MOST as MOST_READ
from coopsearch.search.engines.as_written import Checks
from coopsearch.search.engines.nodes import (
    And,
    AndMaybe,
    Checked,
    Filter,
    Node,
    Not,
    Or,
)
from coopsearch.search.engines.opensearch.queries.asking import Json, all_of
from coopsearch.search.engines.opensearch.queries.compile import Compiler, decided, undecided
from coopsearch.search.engines.opensearch.queries.documents import Documents, Hit
from coopsearch.search.engines.opensearch.queries.local import Local
from coopsearch.search.errors import QueryTooCostly

#: Documents of one page that are looked at.
PAGE: Final = 200
_LARGEST_PAGE: Final = 2_000
#: Characters of a page behind which no larger one comes: documents can be whole books.
_HEAVY: Final = 4 << 20
#: Nodes of which it is remembered which documents match.
_REMEMBERED: Final = 64
#: Documents that are looked at for one node, or for the best of one query.
MOST_LOOKED: Final = 50_000


class Deciding:
    """Decides over one state."""

    def __init__(self, documents: Documents, compiler: Compiler, local: Local, checks: Checks) -> None:
        """Take what gives documents, what finds those that may match, and what looks at them."""
        self._documents, self._compiler, self._local, self._checks = documents, compiler, local, checks
        self._known: dict[tuple[str, str], Node] = {}

    def decide(self, node: Node) -> Node:
        """Return a node in which what a cluster cannot decide is decided."""
        match node:
            case And(children):
                bare = [self.decide(one.child if isinstance(one, Checked) else one) for one in children]
                for one in children:
                    if isinstance(one, Checked):
                        # What is read comes last, when others have left few.
                        known = self._look(one, And(tuple(bare)))
                        bare.append(Filter(known))
                return And(tuple(bare))
            case Or(children):
                return Or(tuple(map(self.decide, children)))
            case Not(child):
                return Not(self.decide(child))
            case Filter(child):
                return Filter(self.decide(child))
            case AndMaybe(required, optional):
                return AndMaybe(self.decide(required), self.decide(optional))
            case Checked(child, wanted):
                child = self.decide(child)
                return And((child, Filter(self._look(Checked(child, wanted), child))))
            case _:
                return self._look(node, node) if undecided(self._compiler, node) else node

    def _look(self, node: Node, candidates: Node) -> Node:
        """Look at all documents that may match a node, of some that do."""
        query = self._compiler.matches(candidates)
        key = (repr(node), json.dumps(query))
        found = self._known.get(key)
        if found is None:
            found = self._looked(node, query)
            if len(self._known) >= _REMEMBERED:
                self._known = {}
            self._known[key] = found
        return found

    def _looked(self, node: Node, query: Json) -> Node:
        seen = 0
        total, page = self._documents.page(all_of([query]), PAGE, packed=True)
        if isinstance(node, Checked) and total > MOST_READ:
            # Raises: so many are not read. None of them is known by these numbers.
            self._checks.holding(node.wanted, range(-total, 0), _unread)
        if total > MOST_LOOKED:
            raise too_many(total)
        ids: list[str] = []
        while page:
            seen += len(page)
            looked = [self._documents.looked(hit) for hit in page]
            ids += [one.id for one in looked if self._local.score(node, one) is not None]
            if seen >= total:
                break
            _, page = self._documents.page(all_of([query]), next_size(page), after=page[-1], packed=True)
        return decided(node, ids)


def next_size(page: Sequence[Hit]) -> int:
    """Return how many documents to look at after those of a page: twice as many, unless these are large."""
    size = len(page)
    return min(2 * size, _LARGEST_PAGE) if sum(len(hit.packed) for hit in page) < _HEAVY else size


def too_many(total: int) -> QueryTooCostly:
    """Return the error for a query of which so many documents have to be looked at."""
    return QueryTooCostly(
        f"{total:,} documents have to be looked at to see how near to each other words stand in them, and at "
        f"most {MOST_LOOKED:,} are for one question; join another word to it by AND"
    )


def _unread(number: int) -> NoReturn:
    """Stand for a document that nobody reads."""
    raise LookupError(number)
