"""The fields that a query may name, and what a value means in each.

Does not depend directly on ranking formulas.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple, TypeGuard

from coopsearch.search import schema
from coopsearch.search.analysis.language import TABLE, declared
from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.analysis.numbers import SIGN, number
from coopsearch.search.engines.base import Pattern, Reader
from coopsearch.search.engines.nodes import Broad, Filter, Group, Node, Nothing, Range, Terms
from coopsearch.search.errors import QueryError
from coopsearch.search.query.dates import day, days
from coopsearch.search.query.filters.added import ADDED, added_node, is_since_last
from coopsearch.search.query.filters.tagged import MARK, TAG, tag_node
from coopsearch.search.query.syntax import NAME, NAMED, Fuzzy, Leaf, Phrase, Regex, Span, Wildcard, Word

if TYPE_CHECKING:
    from coopsearch.search.desk.tags import TagReader

#: Fields whose values are compared, not searched: they narrow and do not rank.
FILTERS: Final = frozenset({"lang", "type", "date", ADDED, TAG, MARK})
#: Fields of days that documents may say of themselves.
_DAYS: Final = frozenset({"modified", "created"})
#: The year of a document's date, unless documents have a field of that name.
_YEAR: Final = "year"

#: A value for each field that takes other than words.
_VALUES: Final = {
    "lang": "fr",
    "type": "pdf",
    "date": "2019",
    "year": "2019",
    "path": "reports",
    TAG: "relevant",
    ADDED: "2026-11",
}


#: Before the name of a language in Arabic, as in اللغة العربية.
_ARTICLE: Final = "ال"
#: The last day that can be asked for.
_LAST: Final = 99_999_999
#: Smaller numbers are years, and larger ones days.
_YEARS: Final = 10_000
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


_PLACES: Final[dict[str | None, FieldTarget]] = {
    None: FieldTarget(schema.WORDS, schema.STEMS, schema.WORDS),
    "text": FieldTarget(schema.WORDS, schema.STEMS, schema.WORDS),
    "title": FieldTarget(schema.TITLE_WORDS, schema.TITLE_STEMS, schema.TITLE_WORDS),
    "heading": FieldTarget(schema.HEADING_WORDS, schema.HEADING_STEMS, schema.HEADING_WORDS),
    "path": FieldTarget(schema.PATH_WORDS, None, schema.PATH, shown=False),
    NAMED: FieldTarget(schema.WORDS, None, schema.WORDS),
}
#: Fields that documents' own of the same name come before.
_YIELDING: Final = {NAME: _PLACES[NAMED]}


def known(reader: Reader) -> list[str]:
    """Return the names of all fields that a query may name, those of documents' own last."""
    own = (term for term, _ in reader.terms(schema.META_NAMES))
    named = (name for name in _PLACES if name and name != NAMED)
    return list(dict.fromkeys((*named, *sorted(FILTERS - {MARK}), _YEAR, NAME, *own)))


def place_of(leaf: Leaf, reader: Reader) -> FieldTarget:
    """Return where a leaf is looked for. Raises QueryError for a field that the index has not.

    The same for a pattern of names.
    """
    name = leaf.field
    _refuse_pattern_of_name(leaf, reader)
    if name in _PLACES:
        return _PLACES[name]
    assert name is not None
    if reader.document_frequency(schema.META_NAMES, name):
        return FieldTarget(schema.META, None, schema.META, f"{name}=", shown=False)
    if name.lower() in _YIELDING:
        return _YIELDING[name.lower()]
    if name.lower() in _PLACES:
        return _PLACES[name.lower()]
    if name.lower() in _SCHEMES:
        return _PLACES[None]
    names = known(reader)
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


def is_name(leaf: Leaf, reader: Reader) -> TypeGuard[Word | Phrase]:
    """Say whether a leaf asks for a name: where documents have a field of that name, only ``~`` does."""
    if not isinstance(leaf, Word | Phrase):
        return False
    own = leaf.field == NAME and reader.document_frequency(schema.META_NAMES, NAME) > 0
    return leaf.field in (NAME, NAMED) and not own


def _refuse_pattern_of_name(leaf: Leaf, reader: Reader) -> None:
    """Raise QueryError for a pattern or a range of names, ``~Om*``: what is met would be any words."""
    if isinstance(leaf, Word | Phrase) or leaf.field not in (NAME, NAMED):
        return
    if leaf.field == NAME and reader.document_frequency(schema.META_NAMES, NAME):
        return
    sign = "~" if leaf.field == NAMED else "name:"
    raise QueryError(
        f"{sign} at character {max(1, leaf.position - len(sign))} of the query stands before a pattern or a "
        f"range, and a name is found by its sound; write it in full, as in {sign}Omar, or leave out {sign}",
        leaf.position,
    )


def refuse_empty(leaf: Leaf) -> None:
    """Raise QueryError for the name of a field with nothing after it: ``lang:``, or ``lang: fr``."""
    if isinstance(leaf, Word) and leaf.text.endswith(":") and not leaf.exact:
        name = leaf.text[:-1]
        if name in FILTERS or name in (_YEAR, NAME) or (name in _PLACES and name):
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


def is_filter(leaf: Leaf, reader: Reader) -> bool:
    """Say whether the value of a leaf is compared in an index, and not searched."""
    field = leaf.field
    if field in FILTERS:
        return True
    if field == _YEAR:
        return not reader.document_frequency(schema.META_NAMES, _YEAR)
    if field not in _DAYS or not reader.document_frequency(schema.META_NAMES, field):
        return False
    # A year or a day is found as a word of the field; what spans many days is compared.
    return isinstance(leaf, Span) or (
        isinstance(leaf, Word | Phrase) and (".." in leaf.text or not leaf.text[:1].isdecimal())
    )


def filter_of(
    leaf: Leaf, reader: Reader, tags: TagReader | None = None, say: Callable[[str], None] = lambda note: None
) -> Node:
    """Return the filter of a value that is compared: of lang:, type:, date:, added:, tag: or a field of days.

    ``tags`` says which documents have a tag, or were added when, and ``say`` takes what a person should know.
    Raises QueryError for a value that makes no sense.
    """
    if leaf.field in (TAG, MARK):
        return tag_node(leaf, tags, reader, say)
    if leaf.field == ADDED:
        has_own = not is_since_last(leaf) and reader.document_frequency(schema.META_NAMES, ADDED)
        own = _own_days(leaf, reader) if has_own else None
        return added_node(leaf, tags.added if tags is not None else None, own, say)
    if leaf.field in ("date", _YEAR):
        return _dates(leaf)
    if leaf.field in _DAYS:
        return _own_days(leaf, reader)
    name = schema.LANGUAGE if leaf.field == "lang" else schema.TYPE
    if not isinstance(leaf, Word | Phrase):
        raise QueryError(f"{leaf.field}: at character {leaf.position} takes a plain value", leaf.position)
    value = language_code(leaf.text) if leaf.field == "lang" else normalize(leaf.text.strip(".,; "))
    held = sorted(term for term, _ in reader.terms(name))
    if value not in held:
        raise QueryError(
            f"{leaf.field}:{leaf.text} at character {leaf.position} is in no document of the index; "
            f"it holds: {', '.join(filter(None, held)) or 'none'}",
            leaf.position,
        )
    return Filter(Group(name, ((value, 1.0),)))


def language_code(text: str) -> str:
    """Return the code of a language that is given by its name, in its own words or ours; else the text."""
    value = normalize(text.strip(".,; "))
    names = {_bare(normalize(name)): code for code in TABLE for name in declared(code).names.split()}
    return names.get(_bare(value), value)


def _bare(name: str) -> str:
    """Return the name of a language without the Arabic article."""
    return name.removeprefix(_ARTICLE)


def _own_days(leaf: Leaf, reader: Reader) -> Node:
    """Return the documents that have a day of their own in a field, in a span of days."""
    span = _dates(leaf)
    start = f"{leaf.field}="
    low, high = span.low or 0, _LAST if span.high is None else span.high
    # A day is indexed as a whole, too, 20240531, and a year as the number that it is.
    patterns = Pattern("wildcard", "?" * 8, prefix=start), Pattern("wildcard", "*", prefix=start + SIGN)
    terms = {term for pattern in patterns for term in reader.expand(schema.META, pattern)}
    values = {term: number(term[len(start) :].removeprefix(SIGN)) for term in terms}
    found = sorted(term for term, value in values.items() if _meets(value, low, high))
    key = leaf.field, low, high
    return Filter(Broad(schema.META, Terms(key, found)) if found else Nothing())


def _meets(value: float | None, low: int, high: int) -> bool:
    """Say whether a day, or a year, lies in a span of days, if only in part."""
    if value is None:
        return False
    first, last = (value * 10_000 + 101, value * 10_000 + 1231) if value < _YEARS else (value, value)
    return first <= high and last >= low


def _dates(leaf: Leaf) -> Range:
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
        raise QueryError(
            f"{leaf.field}: at character {leaf.position} of the query: {error}", leaf.position
        ) from None
