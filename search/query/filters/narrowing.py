"""What an answer is narrowed to beside its query: days, formats, languages, folders.

These are the filters that ``date:``, ``type:``, ``lang:`` and ``path:`` stand for, given as values of their
own, so that nothing is pasted into the text of a query. Does not depend on query syntax, a particular engine
or the terminal.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import NamedTuple

from coopsearch.search import schema
from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.engines.base import Pattern, Reader
from coopsearch.search.engines.nodes import And, Everything, Filter, Group, Node, Range
from coopsearch.search.errors import SettingsError
from coopsearch.search.indexdir.addresses import ADDED, is_added
from coopsearch.search.query.dates import days

#: What a facet calls the language of a document that has none.
UNDECIDED = "undecided"
#: Values that a message lists.
_LISTED = 20


Given = tuple[str | None, str | None, Iterable[str], Iterable[str], Iterable[str | os.PathLike[str]]]
"""What a caller gives: the first and the last day, formats, languages, and folders."""


class Narrowing(NamedTuple):
    """Which documents may be found at all."""

    since: str = ""
    """The first day, in any form that ``date:`` takes; "" for no bound."""
    until: str = ""
    """The last day."""
    types: tuple[str, ...] = ()
    """Formats, of which a document must have one; empty for all."""
    languages: tuple[str, ...] = ()
    """Languages, of which a passage must have one."""
    folders: tuple[str, ...] = ()
    """Folders or files, in one of which a document must lie."""

    @classmethod
    def of(
        cls,
        since: str | None,
        until: str | None,
        types: Iterable[str],
        languages: Iterable[str],
        folders: Iterable[str | os.PathLike[str]],
    ) -> Narrowing:
        """Return what a caller asks for. Raises TypeError for what is of another kind."""
        return cls(
            _day_text("since", since),
            _day_text("until", until),
            _texts("types", types),
            _texts("languages", languages),
            _texts("folders", folders),
        )


class Places(NamedTuple):
    """What is known of where documents lie."""

    addresses: Callable[[str], list[str]]
    """What a path may be called in the index, by the most likely name first."""
    base: str
    """The folder that relative addresses begin at, with a separator behind it."""
    copies: Callable[[], Iterable[tuple[str, str]]] | None
    """Files that were indexed and others of the same content, where there are any."""


def filter_of(wanted: Narrowing, reader: Reader, places: Places) -> Node:
    """Return the filter of what is wanted.

    Raises SettingsError for a day that is none, and for a format, a language or a folder that no document of
    the index has.
    """
    parts: list[Node] = []
    if wanted.since or wanted.until:
        low = _day("since", wanted.since)[0] if wanted.since else None
        high = _day("until", wanted.until)[1] if wanted.until else None
        if low is not None and high is not None and low > high:
            raise SettingsError(f"since {wanted.since} is after until {wanted.until}; exchange the two")
        parts.append(Range(schema.DATE, low, high))
    if wanted.types:
        parts.append(_among(reader, schema.TYPE, "format", {_plain(one): one for one in wanted.types}))
    if wanted.languages:
        parts.append(
            _among(reader, schema.LANGUAGE, "language", {_code(one): one for one in wanted.languages})
        )
    if wanted.folders:
        files = {file for folder in wanted.folders for file in _files_in(folder, reader, places)}
        parts.append(Filter(Group(schema.FILE, tuple((file, 1.0) for file in sorted(files)))))
    return parts[0] if len(parts) == 1 else Filter(And(tuple(parts))) if parts else Everything()


def _day_text(name: str, value: str | None) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError(f"{name} is a str such as 2019-05-01, not {type(value).__name__}: {value!r:.60}")
    if not value.strip():
        raise SettingsError(f"{name} is empty; give a date, as in 2019 or 2019-05-01")
    return value.strip()


def _texts(name: str, values: Iterable[str | os.PathLike[str]]) -> tuple[str, ...]:
    given = [values] if isinstance(values, str | os.PathLike) else list(values)
    found = []
    for value in given:
        text = os.fspath(value)
        if not isinstance(text, str):
            raise TypeError(f"{name} are texts, not {type(text).__name__}: {text!r:.60}")
        if not text.strip():
            raise SettingsError(f"one of the {name} is empty; give a value or leave it out")
        found.append(text)
    return tuple(dict.fromkeys(found))


def _day(name: str, text: str) -> tuple[int, int]:
    try:
        return days(text)
    except ValueError as error:
        raise SettingsError(f"{name}: {error}") from None


def _plain(text: str) -> str:
    return normalize(text.strip().removeprefix("."))


def _code(text: str) -> str:
    """Return the code of a language that is given by its code or its name."""
    from coopsearch.search.query.fields import language_code

    value = language_code(text)
    return "" if value == UNDECIDED else value


def _among(reader: Reader, field: str, what: str, values: dict[str, str]) -> Node:
    """Return the filter of some values of a field, each with what was given for it."""
    held = [term for term, _ in reader.terms(field)]
    for value, given in values.items():
        if value not in held:
            known = ", ".join(term or UNDECIDED for term in held[:_LISTED]) or "no document"
            raise SettingsError(f"no document of the index is of {what} {given!r}; it holds: {known}")
    return Filter(Group(field, tuple((value, 1.0) for value in values)))


def _files_in(given: str, reader: Reader, places: Places) -> list[str]:
    """Return the files of the index in a folder, or a file itself. Raises SettingsError for none."""
    below = _above_all(given, reader, places)
    if below:
        return below
    for name in places.addresses(given):
        folder = name.rstrip("/" + os.sep)
        if not folder:
            continue
        found = reader.expand(schema.FILE, Pattern("wildcard", "*", prefix=f"{folder}/"))
        if os.sep != "/":
            found += reader.expand(schema.FILE, Pattern("wildcard", "*", prefix=f"{folder}{os.sep}"))
        found += reader.among(schema.FILE, [folder])
        if places.copies is not None:
            # What is there only as a copy was indexed under the path of another file.
            inside = f"{folder}/"
            found += [held for held, copy in places.copies() if copy.startswith(inside) or copy == folder]
        if found:
            return found
    tops = sorted({_top(file) for file, _ in reader.terms(schema.FILE)})
    known = ", ".join(tops[:_LISTED]) + (", ..." if len(tops) > _LISTED else "")
    raise SettingsError(
        f"no document of the index lies in {given}; its files lie in: {known or 'no folder, as it is empty'}"
    )


def _above_all(given: str, reader: Reader, places: Places) -> list[str]:
    """Return the files in a folder that the index itself lies in: all that have a relative address, too."""
    folder = os.path.join(os.path.abspath(given), "")  # noqa: PTH100, PTH118 - links stay as they are
    if not places.base.startswith(folder):
        return []
    return [
        file
        for file, _ in reader.terms(schema.FILE)
        if not os.path.isabs(file) or file.startswith(folder)  # noqa: PTH117
    ]


def _top(file: str) -> str:
    """Return the outermost folder of a relative address, and the folder of an absolute one."""
    if is_added(file):
        return ADDED
    if os.path.isabs(file):  # noqa: PTH117
        return os.path.dirname(file)  # noqa: PTH120
    return file.partition("/")[0]
