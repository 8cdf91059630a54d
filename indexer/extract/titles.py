"""What a document is called when its format does not say: its first line, a heading, its file's name.

Does not depend on file formats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from coopsearch.indexer.extract.passages import plain
from coopsearch.search.model import Passage

#: A first line longer than this is a paragraph, not a title.
TITLE_LIMIT: Final = 150
_WORD: Final = re.compile(r"\w")
_JOINTS: Final = re.compile(r"[\s_.\-–]+")


def title_of(text: str, passages: Iterable[Passage], address: str, *, start: int = 0) -> str:
    """Return the first line that holds a word, if it is short; else a heading; else the file's name."""
    return first_line(text, start) or first_heading(text, passages) or named(address)


def first_line(text: str, start: int = 0) -> str:
    """Return the first line that holds a word, cleaned; "" for none, or one too long for a title."""
    match = _WORD.search(text, start)
    if match is None:
        return ""
    begin = 1 + max(text.rfind("\n", start, match.start()), text.rfind("\r", start, match.start()))
    line = (text[max(begin, start) : match.start() + TITLE_LIMIT + 1].splitlines() or [""])[0].strip()
    return plain(line) if len(line) <= TITLE_LIMIT else ""


def first_heading(text: str, passages: Iterable[Passage]) -> str:
    """Return the first heading, cleaned; "" if there is none."""
    return next((plain(text[one.start : one.end]) for one in passages if one.level), "")


def named(address: str) -> str:
    """Return the words of a file's name, or of a member's, without its ending."""
    name = address.rsplit("/", 1)[-1]
    member = name.rsplit("!", 1)[-1]
    name = member if member.strip(".") and not member.startswith(".") else name
    stem, dot, suffix = name.rpartition(".")
    if dot and stem and suffix.isalnum():
        name = stem
    return _JOINTS.sub(" ", name).strip() or address
