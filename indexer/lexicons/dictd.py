"""Dictionaries of the server dictd, as FreeDict has them: .index says where articles stand in .dict(.dz).

Each line of the index is a headword, the first byte and the length of its article, both in base 64. Does not
depend on the terminal.
"""

from __future__ import annotations

from typing import Final

from coopsearch.indexer.lexicons import dictionary
from coopsearch.indexer.lexicons.collecting import Collection
from coopsearch.indexer.lexicons.dictionary import HEADWORD
from coopsearch.indexer.lexicons.files import Files, beside
from coopsearch.indexer.lexicons.model import About
from coopsearch.indexer.lexicons.text import decoded, licence_in, lines_of, shortened
from coopsearch.search.errors import SettingsError

_DIGITS: Final = {
    digit: value
    for value, digit in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
}
#: How the headwords begin under which a dictionary speaks of itself.
_ABOUT: Final = ("00database", "00-database")
#: Digits of the largest number, and what an index has in a line.
_LONGEST: Final = 7
_COLUMNS: Final = 3


def read(
    files: Files, index: str, given: tuple[str, str], encoding: str, collection: Collection
) -> tuple[About, tuple[str, str]]:
    """Take the articles of a dictionary; return what it says of itself, and its languages.

    ``given`` are the languages that the user names, ("", "") for none. Raises SettingsError.
    """
    stem = index[: -len(".index")]
    if not (name := beside(files.names, stem, ".dict.dz", ".dict")):
        raise SettingsError(
            f"{stem}.dict or {stem}.dict.dz is missing beside {index}; put both in one folder"
        )
    articles, rows = files.read(name), files.read(index)
    if not rows.strip():
        raise SettingsError(f"{index} is empty; get the dictionary once more")
    text, encoding = decoded(rows, index, encoding)
    places: dict[tuple[int, int], tuple[int, list[str]]] = {}
    about: dict[str, str] = {}
    for number, line in enumerate(lines_of(text), 1):
        headword, *columns = line.rstrip("\n").split("\t")
        place = f"line {number}"
        if len(headword) > HEADWORD or len(columns) < _COLUMNS - 1 or (found := _place(*columns[:2])) is None:
            collection.tell(place, "it is not a headword, a place and a length with tabs between them")
        elif sum(found) > len(articles):
            collection.tell(place, f"the article {headword!r:.60} lies outside of {name}")
        elif headword.startswith(_ABOUT):
            about[headword.replace("-", "")[10:]] = articles[found[0] : sum(found)].decode(
                encoding, "replace"
            )
        else:
            places.setdefault(found, (number, []))[1].append(headword)
    if len(collection.misread) > len(places) + len(about):
        first = collection.problems[0]
        raise SettingsError(
            f"{index} is not the index of a dictionary ({first.place}: {first.what}); name another file"
        )
    title = about.get("short", "").replace("00-database-short", "").strip()
    between = dictionary.direction(index, given, title, stem)
    for (start, length), (number, headwords) in places.items():
        article = articles[start : start + length].decode(encoding, "replace")
        dictionary.take(collection, f"line {number}", headwords, article, between)
    return About(shortened(title), licence_in(about.get("info", "")), encoding), between


def _place(start: str, length: str) -> tuple[int, int] | None:
    found = []
    for text in (start, length):
        if not 0 < len(text) <= _LONGEST or not all(digit in _DIGITS for digit in text):
            return None
        value = 0
        for digit in text:
            value = value * 64 + _DIGITS[digit]
        found.append(value)
    return found[0], found[1]
