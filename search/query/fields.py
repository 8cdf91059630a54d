"""The fields that a query may name, and what a value means in each.

Does not depend directly on ranking formulas.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from coopsearch.search import schema
from coopsearch.search.analysis.language import TABLE, declared
from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.engines.base import Pattern, Reader
from coopsearch.search.engines.nodes import Filter, Group, Node, Range
from coopsearch.search.errors import QueryError
from coopsearch.search.query.dates import day, days
from coopsearch.search.query.syntax import Fuzzy, Leaf, Phrase, Regex, Span, Wildcard, Word
from coopsearch.search.query.tagged import MARK, TAG, tag_node

if TYPE_CHECKING:
    from coopsearch.search.desk.tags import TagReader

#: Fields whose values are compared, not searched: they narrow and do not rank.
FILTERS: Final = frozenset({"lang", "type", "date", TAG, MARK})

#: A value for each field that takes other than words.
_VALUES: Final = {"lang": "fr", "type": "pdf", "date": "2019", "path": "reports", TAG: "relevant"}


#: What is written before a number or a name that is pasted with it, where documents have no such field.
_SCHEMES: Final = frozenset(("tel", "sip", "sms", "urn", "doi"))


class FieldTarget(NamedTuple):
    """Where in the index a word of a query is looked for."""

    words: str
    """The field of exact words."""
    stems: str | None
    """The field of stems, None where words have no other forms."""
    pattern: str
    """The field in which wildcards are expanded."""
    prefix: str = ""
    """What stands before each term of the field."""
    shown: bool = True
    """Whether a match stands in the text and can be marked."""


_PLACES: Final = {
    None: FieldTarget(schema.WORDS, schema.STEMS, schema.WORDS),
    "text": FieldTarget(schema.WORDS, schema.STEMS, schema.WORDS),
    "title": FieldTarget(schema.TITLE_WORDS, schema.TITLE_STEMS, schema.TITLE_WORDS),
    "heading": FieldTarget(schema.HEADING_WORDS, schema.HEADING_STEMS, schema.HEADING_WORDS),
    "path": FieldTarget(schema.PATH_WORDS, None, schema.PATH, shown=False),
}


def place_of(leaf: Leaf, reader: Reader) -> FieldTarget:
    """Return where a leaf is looked for. Raises QueryError for a field that the index has not."""
    name = leaf.field
    if name in _PLACES:
        return _PLACES[name]
    assert name is not None
    if reader.document_frequency(schema.META_NAMES, name):
        return FieldTarget(schema.META, None, schema.META, f"{name}=", shown=False)
    if name.lower() in _PLACES:
        return _PLACES[name.lower()]
    if name.lower() in _SCHEMES:
        return _PLACES[None]
    filters = sorted(FILTERS - {MARK})
    names = [*filter(None, _PLACES), *filters, *(term for term, _ in reader.terms(schema.META_NAMES))]
    place = leaf.position - len(name) - 1 if leaf.position > len(name) else leaf.position
    # Imported for those who mistype.
    from difflib import get_close_matches

    like = get_close_matches(name.lower(), names, 1, 0.7)
    meant = f"did you mean {like[0]}:? " if like else ""
    raise QueryError(
        f"there is no field {name!r} (character {place} of the query); {meant}there are: {', '.join(names)}; "
        f'to search for the words themselves, put them in quotes: "{name}:..."',
        place,
    )


def refuse_empty(leaf: Leaf) -> None:
    """Raise QueryError for the name of a field with nothing after it: ``lang:``, or ``lang: fr``."""
    if isinstance(leaf, Word) and leaf.text.endswith(":") and not leaf.exact:
        name = leaf.text[:-1]
        if name in FILTERS or (name in _PLACES and name):
            raise QueryError(
                f"{name}: at character {leaf.position} of the query has no value; write it without a space, "
                f'as in {name}:{_VALUES.get(name, "word")}, or "{name}" for the word itself',
                leaf.position,
            )


def wildcard(leaf: Wildcard, place: FieldTarget) -> Pattern:
    """Return the pattern of a word with * or ?. A path is matched as a whole and as it is written."""
    if place.pattern == schema.PATH:
        text = leaf.text if leaf.text.startswith("*") else f"*{leaf.text}"
        return Pattern("wildcard", text)
    # Folding must not eat the signs, and keeps ASCII ones as they are.
    return Pattern("wildcard", normalize(leaf.text), prefix=place.prefix)


def expression(leaf: Regex, place: FieldTarget) -> Pattern:
    """Return the pattern of /an expression/. Raises QueryError for one that cannot be read."""
    # Loaded for those who write one.
    from coopsearch.search.engines.regular_syntax import BadExpression, read

    try:
        read(leaf.text)
    except BadExpression as error:
        at = leaf.position + 1 + error.place
        raise QueryError(f"the expression at character {leaf.position} of the query: {error}", at) from None
    return Pattern("regex", leaf.text, prefix=place.prefix)


def filter_of(
    leaf: Leaf, reader: Reader, tags: TagReader | None = None, say: Callable[[str], None] = lambda note: None
) -> Node:
    """Return the filter of a lang:, type:, date: or tag: value. Raises QueryError for one without sense.

    ``tags`` says which documents have a tag, and ``say`` takes what a person should know.
    """
    if leaf.field in (TAG, MARK):
        return tag_node(leaf, tags, reader, say)
    if leaf.field == "date":
        return _dates(leaf)
    name = schema.LANGUAGE if leaf.field == "lang" else schema.TYPE
    if not isinstance(leaf, Word | Phrase):
        raise QueryError(f"{leaf.field}: at character {leaf.position} takes a plain value", leaf.position)
    value = normalize(leaf.text.strip(".,; "))
    if leaf.field == "lang":
        value = {normalize(name): code for code in TABLE for name in declared(code).names.split()}.get(
            value, value
        )
    held = sorted(term for term, _ in reader.terms(name))
    if value not in held:
        raise QueryError(
            f"{leaf.field}:{leaf.text} at character {leaf.position} is in no document of the index; "
            f"it holds: {', '.join(filter(None, held)) or 'none'}",
            leaf.position,
        )
    return Filter(Group(name, ((value, 1.0),)))


def _dates(leaf: Leaf) -> Node:
    try:
        if isinstance(leaf, Span):
            low = day(leaf.low)[0 if leaf.include_low else 1] if leaf.low else None
            high = day(leaf.high)[1 if leaf.include_high else 0] if leaf.high else None
            low = low + 1 if low is not None and not leaf.include_low else low
            high = high - 1 if high is not None and not leaf.include_high else high
            return Range(schema.DATE, low, high)
        if isinstance(leaf, Wildcard) and not leaf.text.strip("*"):
            return Range(schema.DATE, None, None)
        if isinstance(leaf, Wildcard | Fuzzy):
            raise ValueError(f"{leaf.text!r} is not a date; write 2019, 2019-05, 2019-05-01 or 2019..2021")  # noqa: TRY004 - the user's value is at fault
        return Range(schema.DATE, *days(leaf.text))
    except ValueError as error:
        raise QueryError(f"date: at character {leaf.position} of the query: {error}", leaf.position) from None
