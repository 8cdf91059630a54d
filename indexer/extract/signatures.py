"""What a file is by its first bytes: one whose name does not say it, or says something else.

People rename files, and so do programs. Where a format reads all that a file is, its text is read all the
same. Looks only at what formats declare of themselves.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from coopsearch.indexer.extract.base import Format
from coopsearch.indexer.extract.formats import FORMATS, format_named
from coopsearch.search.errors import ExtractionError

#: Bytes that are looked at.
START: Final = 2048


@cache
def _signatures() -> tuple[tuple[re.Pattern[bytes], Format], ...]:
    # Compiled when the first file is read: a run that finds all as it was needs none.
    return tuple((re.compile(one.signature, re.DOTALL), one) for one in FORMATS if one.signature)


@cache
def _openings() -> tuple[tuple[re.Pattern[bytes], Format], ...]:
    return tuple((re.compile(one.opening), one) for one in FORMATS if one.opening)


def actual(name: str, start: bytes) -> str:
    """Return the name of the format that reads a file that begins so; ``name`` is that of its ending."""
    named = format_named(name)
    for signature, form in _signatures():
        if signature.match(start):
            return name if form is named or form.name in named.also else form.name
    return (named.disguised and named.disguised(start)) or name


def unnamed(start: bytes) -> Format | None:
    """Return the format of a file whose name has no ending and that begins so, None if it is not text."""
    from coopsearch.indexer.extract.encoding import decode

    for opening, form in (*_signatures(), *_openings()):
        if opening.match(start):
            return form
    try:
        decode(start)
    except ExtractionError:
        return None
    return format_named("txt")
