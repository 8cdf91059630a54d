"""What a script gives, made into a document: checked, cut into passages, its values written as texts.

Does not depend on engines.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from coopsearch.indexer.extract.base import DOCUMENT_LIMIT
from coopsearch.indexer.extract.encoding import clean
from coopsearch.indexer.extract.passages import passages
from coopsearch.indexer.extract.titles import title_of
from coopsearch.indexer.manifest.entry import ADDED as FORMAT
from coopsearch.search.errors import SettingsError
from coopsearch.search.indexdir.addresses import ADDED, is_added
from coopsearch.search.model import Document

#: What a field of a document may hold: a text, a number, a day, or whether something is so.
Value = str | int | float | date | bool

_NAME: Final = re.compile(r"[^\W\d]\w{0,63}")
#: Fields that every document has; a query means these by their names.
_TAKEN: Final = frozenset({"text", "title", "heading", "path", "lang", "type", "date", "file", "fields"})
#: Characters of the longest name of a document.
_LONGEST: Final = 1_000
#: Below that, a whole number that is a float is written as what it is.
_WHOLE: Final = 1e15
#: Signs that mean something in an address, or to a shell that it is pasted into.
_ODD: Final = re.compile(r"[!\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def address_of(path: object) -> str:
    """Return the address of a document by its name or its address. Raises TypeError, else SettingsError.

    A name is made of parts between slashes, as a path is: none is empty, ``.`` or ``..``.
    """
    if not isinstance(path, str):
        raise TypeError(f"the path of a document is a str, not {type(path).__name__}: {path!r:.60}")
    name = path.removeprefix(ADDED)
    if is_added(name) or not {"", ".", ".."}.isdisjoint(name.split("/")):
        raise SettingsError(
            f"a document cannot be called {path!r:.80}; give it a path of names between slashes, such as "
            "case/17"
        )
    if odd := _ODD.search(name):
        raise SettingsError(
            f"a document cannot be called {path!r:.80}; leave out the sign {odd[0]!r}, which an address "
            "keeps for other uses"
        )
    if len(name) > _LONGEST:
        raise SettingsError(
            f"the path {path!r:.40}... has {len(name):,} characters; {_LONGEST:,} are the most"
        )
    return ADDED + name


def text_of(text: object) -> str:
    """Return a text. Raises TypeError for what is none, SettingsError for one that is too large."""
    if not isinstance(text, str):
        raise TypeError(f"the text of a document is a str, not {type(text).__name__}: {text!r:.60}")
    if len(text) > DOCUMENT_LIMIT:
        raise SettingsError(
            f"a text of {len(text):,} characters is too large; {DOCUMENT_LIMIT:,} are the most: split it"
        )
    return clean(text)


def title_given(title: object) -> str:
    """Return a title as one line. Raises TypeError for what is none."""
    if not isinstance(title, str):
        raise TypeError(f"the title of a document is a str, not {type(title).__name__}: {title!r:.60}")
    return clean(" ".join(title.split()))


def day_given(day: object) -> str:
    """Return a day in ISO 8601, "" for none. Raises TypeError, or SettingsError for what is not a day."""
    if day is None or day == "":
        return ""
    if isinstance(day, datetime):
        return day.date().isoformat()
    if isinstance(day, date):
        return day.isoformat()
    if not isinstance(day, str):
        raise TypeError(f"the date of a document is a date or a str, not {type(day).__name__}: {day!r:.60}")
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        raise SettingsError(f"{day!r:.60} is not a day; write it as 2024-05-31, or give a date") from None


def fields_given(fields: object) -> dict[str, str]:
    """Return fields as texts by their names. Raises TypeError, or SettingsError for one that cannot be."""
    if not isinstance(fields, Mapping):
        raise TypeError(f"the fields of a document are a mapping, not {type(fields).__name__}")
    found = {}
    for name, value in fields.items():
        if not isinstance(name, str):
            raise TypeError(f"the name of a field is a str, not {type(name).__name__}: {name!r:.60}")
        if not _NAME.fullmatch(name) or name != name.lower():
            raise SettingsError(
                f"a field cannot be called {name!r:.60}; use small letters, digits and _, a letter first"
            )
        if name in _TAKEN:
            raise SettingsError(f"every document has {name!r} already; call the field otherwise")
        if value is not None and (text := _value(name, value)):
            found[name] = text
    return found


def _value(name: str, value: object) -> str:
    """Return a value as the text under which it is searched and compared."""
    match value:
        case bool():
            return "yes" if value else "no"
        case str():
            return clean(value)
        case int():
            return str(value)
        case float() if math.isfinite(value):
            return str(int(value)) if value.is_integer() and abs(value) < _WHOLE else repr(value)
        case float():
            raise SettingsError(f"the field {name!r} is {value}; a number must be finite")
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
    raise TypeError(
        f"the field {name!r} is a str, a number, a date or a bool, not {type(value).__name__}: {value!r:.60}"
    )


def document(address: str, text: str, title: str, day: str, fields: Mapping[str, str]) -> Document:
    """Return the document. Without a title it is called by its first heading or line, else by its name."""
    found = tuple(passages(text))
    return Document(
        path=address,
        file=address,
        title=title or title_of(text, found, address),
        text=text,
        passages=found,
        type=FORMAT,
        date=day,
        fields=dict(fields),
    )
