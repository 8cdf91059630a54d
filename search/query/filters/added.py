"""What ``added:`` means in a query: the documents that came into the index, or were changed there, in a time.

When that was is not in the postings; whoever plans gives what knows it. Where documents have a field of that
name themselves, days in it are meant, too. Does not depend on a particular engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from coopsearch.search import schema
from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.engines.nodes import Broad, Filter, Node, Nothing, Or, Terms
from coopsearch.search.errors import QueryError
from coopsearch.search.query.dates import days
from coopsearch.search.query.syntax import Leaf, Phrase, Span, Word

if TYPE_CHECKING:
    from coopsearch.search.added import Days, Found

ADDED: Final = "added"
#: What is typed for the time since somebody last looked.
SINCE_LAST: Final = "since-last"
_FORMS: Final = f"2026-11, 2026-11-30, 2026-11.., yesterday or {SINCE_LAST}"

#: The last day that can be asked for.
_LAST: Final = 99_999_999

AddedReader = Callable[["Days | None"], "Found"]


def added_node(leaf: Leaf, times: AddedReader | None, own: Node | None, say: Callable[[str], None]) -> Node:
    """Return the filter of a span of time; what is not known of it is said.

    ``own`` is what a field of the documents' own of that name finds, None where there is none. Raises
    QueryError for a value that says no time, and what reading the index and the desk raises.
    """
    wanted = _wanted(leaf)
    parts: list[Node] = [] if own is None else [own]
    if times is not None:
        found = times(wanted)
        if found.files:
            parts.append(Broad(schema.FILE, Terms((ADDED, *found.key), found.files)))
        for note in _notes(found):
            say(note)
    if not parts:
        return Filter(Nothing())
    return Filter(parts[0] if len(parts) == 1 else Or(tuple(parts)))


def _notes(found: Found) -> Iterator[str]:
    if found.since:
        yield f"{ADDED}:{SINCE_LAST} means since {found.since}"
    if found.silent or found.of:
        which = " and ".join(found.of) if found.of and not found.silent else "the index"
        yield (
            f"{which} does not say when its documents were added, as another version of coopsearch made it, "
            "or somebody handed it on"
        )
    if found.unknown:
        files = "1 file" if found.unknown == 1 else f"{found.unknown:,} files"
        yield (
            f"when {files} of the index came into it is not known, as another version of coopsearch read "
            "them; their documents are not among these"
        )


def is_since_last(leaf: Leaf) -> bool:
    """Say whether a leaf means the time since somebody last looked."""
    return isinstance(leaf, Word | Phrase) and normalize(leaf.text.strip(".,; ")) == SINCE_LAST


def _bound(text: str | None, *, last: bool, none: int = 0) -> int:
    return none if text in (None, "", "*") else days(text or "")[last]


def _wanted(leaf: Leaf) -> Days | None:
    if is_since_last(leaf):
        return None
    try:
        if isinstance(leaf, Span):
            first = _bound(leaf.low, last=not leaf.include_low) + (not leaf.include_low)
            last = _bound(leaf.high, last=leaf.include_high, none=_LAST) - (not leaf.include_high)
            return first, last
        if isinstance(leaf, Word | Phrase):
            return days(leaf.text)
    except ValueError as error:
        reason = str(error).partition("; ")[0]
        raise QueryError(
            f"{ADDED}: at character {leaf.position} of the query: {reason}; write {_FORMS}", leaf.position
        ) from None
    raise QueryError(
        f"{ADDED}: at character {leaf.position} of the query takes a day or a span of days; write {_FORMS}",
        leaf.position,
    )
