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

#: Bytes that are looked at.
START: Final = 2048
_MARK: Final = b"\xef\xbb\xbf"


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


def unnamed(start: bytes, *later: bytes, ending: bool = False) -> Format | None:
    """Return the format of a file whose name has no known ending, by samples of its bytes; None for none.

    ``start`` is how it begins, ``later`` are samples from further on. ``ending`` says whether its name has an
    ending that nobody knows: a package or container under that is of a program's own.
    """
    from coopsearch.indexer.extract.sniff import is_text

    for signature, form in _signatures():
        if signature.match(start):
            return None if ending and form.shared_start else form
    # What begins like a mail is one, also where what is attached to it is no text.
    beginning = start.removeprefix(_MARK)
    for opening, form in _openings():
        if opening.match(beginning):
            return form
    return format_named("txt") if is_text(start, *later) else None
