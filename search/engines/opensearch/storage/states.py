"""What the committed state of an index is: one document of the cluster, replaced in one step.

It says which generation is whole, so that a reader sees nothing of the next one before all shards have it;
which runs of the vocabulary belong to it; and which pages lie beside it. Anybody may have written it, so it
is read by a schema. Does not depend on queries or documents.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from coopsearch.search.engines.opensearch.cluster.connection import Connection
from coopsearch.search.engines.opensearch.cluster.failures import Refused
from coopsearch.search.errors import IndexDamaged, IndexUnwritable
from coopsearch.search.indexdir import pages
from coopsearch.search.indexdir.pages import Page, every, fitting, record, row, table, text, whole

IDENTIFIER: Final = "state"
_GONE: Final = 404
_CONFLICT: Final = 409
_RUN: Final = re.compile(r"[0-9a-f]{1,16}-[0-9a-f]{1,32}", re.ASCII)


class RunOfWords(NamedTuple):
    """Blocks of the vocabulary that one commit wrote, or that took the place of several such."""

    name: str
    entries: dict[str, int]
    """By the name of a table, how many entries it has."""

    @property
    def size(self) -> int:
        """Entries of all tables."""
        return sum(self.entries.values())


class State(NamedTuple):
    """One committed state."""

    generation: int = 0
    documents: int = 0
    changed: int = 0
    """The generation that last added or deleted a document."""
    purged: int = 0
    """What was deleted by this generation, or before, may be gone from the disks for good."""
    runs: tuple[RunOfWords, ...] = ()
    """The oldest first."""
    dropped: tuple[str, ...] = ()
    """Runs that the last commit replaced: readers of the state before may still look into them."""
    pages: Mapping[str, Page] = {}
    """The pages beside the folder's small file, by role."""
    token: str = ""
    """Whose commit it was: by it a writer knows its own, where the answer to it was lost."""


class Stored(NamedTuple):
    """A state, and the number of its writing, which tells whether it was replaced since."""

    state: State
    sequence: int
    term: int


def _run(value: Any) -> RunOfWords:
    return RunOfWords(*_row(value))


_row = row(fitting(_RUN), table(text, whole))
_record = record(
    {
        "generation": whole, "documents": whole, "changed": whole, "purged": whole, "runs": every(_run),
        "dropped": every(fitting(_RUN)), "pages": table(text, pages.page), "token": text,
    }
)  # fmt: skip


def read_state(connection: Connection) -> Stored:
    """Read the newest state, from the node that writes it. Raises IndexDamaged, and as ``Connection.ask``."""
    place = connection.place
    try:
        found = connection.ask("GET", f"/{place.words}/_doc/{IDENTIFIER}", expected=[_GONE])
    except Refused as refused:
        if "index_not_found_exception" in refused.kinds:
            connection.refuse(refused)
        raise damaged(connection, "has no state") from None
    try:
        state = State(**_record(found["_source"]["value"]))
        if max(state.changed, state.purged) > state.generation:
            raise ValueError(state)
        return Stored(state, whole(found["_seq_no"]), whole(found["_primary_term"]))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise damaged(connection, "has a state that does not hold what one holds") from None


def write_state(connection: Connection, state: State, before: Stored | None) -> Stored:
    """Put a state in the place of another; without one it is the first.

    Raises IndexUnwritable where somebody else was faster: nothing of this state is seen then.
    """
    place = connection.place
    if before is None:
        path, params = f"/{place.words}/_create/{IDENTIFIER}", {}
    else:
        path = f"/{place.words}/_doc/{IDENTIFIER}"
        params = {"if_seq_no": before.sequence, "if_primary_term": before.term}
    try:
        found = connection.ask(
            "PUT", path, {"kind": "state", "value": _value(state)}, params, expected=[_CONFLICT]
        )
    except Refused:
        # Maybe it was this very request, whose answer was lost on the way.
        stored = read_state(connection)
        if stored.state == state:
            return stored
        raise IndexUnwritable(
            f"somebody else wrote {place.name} in the cluster at {place.shown} meanwhile; what this run "
            "added is dropped: run it again"
        ) from None
    return Stored(state, *connection.version(found))


def _value(state: State) -> Mapping[str, Any]:
    return state._asdict()


def damaged(connection: Connection, what: str) -> IndexDamaged:
    """Return the error for an index of a cluster that is not as it was written."""
    place = connection.place
    return IndexDamaged(f"the index is damaged: {place.name} in the cluster at {place.shown} {what}")
