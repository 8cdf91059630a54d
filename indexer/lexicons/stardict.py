"""Dictionaries of StarDict: .ifo says what .idx(.gz), .dict(.dz) and .syn hold.

Does not depend on the terminal.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.lexicons import dictionary, prose
from coopsearch.indexer.lexicons.collecting import Collection
from coopsearch.indexer.lexicons.dictionary import HEADWORD
from coopsearch.indexer.lexicons.files import Files, beside
from coopsearch.indexer.lexicons.model import About
from coopsearch.indexer.lexicons.text import decoded, licence_in, shortened
from coopsearch.search.errors import SettingsError

_MAGIC: Final = "StarDict's dict ifo file"
#: Kinds of text in an article: plain, with a mark for a language, with marks.
_PLAIN: Final = "ml"
_MARKED: Final = "ghx"


def read(
    files: Files, ifo: str, given: tuple[str, str], collection: Collection
) -> tuple[About, tuple[str, str]]:
    """Take the articles of a dictionary; return what it says of itself, and its languages.

    ``given`` are the languages that the user names, ("", "") for none. Raises SettingsError.
    """
    stem = ifo[: -len(".ifo")]
    text, _ = decoded(files.read(ifo), ifo)
    lines = text.splitlines()
    if not lines or lines[0].strip() != _MAGIC:
        raise SettingsError(f"{ifo} does not begin as the description of a StarDict dictionary does")
    said = {key.strip(): value.strip() for key, _, value in (line.partition("=") for line in lines[1:])}
    kinds = said.get("sametypesequence", "")
    if kinds and not {*kinds} & {*_PLAIN, *_MARKED}:
        raise SettingsError(
            f"{ifo}: its articles are of the kind {kinds!r:.20}, which is not read; those that are: "
            f"{', '.join(sorted(_PLAIN + _MARKED))}"
        )
    articles = files.read(_beside(files, stem, ifo, ".dict", ".dict.dz"))
    index = files.read(_beside(files, stem, ifo, ".idx", ".idx.gz"))
    between = dictionary.direction(ifo, given, said.get("lang", ""), said.get("bookname", ""), stem)
    heads = list(_rows(index, 8 if said.get("idxoffsetbits") == "64" else 4, stem, collection))
    others: dict[int, list[str]] = {}
    if synonyms := beside(files.names, stem, ".syn", ".syn.dz", ".syn.gz"):
        for headword, number in _synonyms(files.read(synonyms)):
            if number < len(heads):
                others.setdefault(number, []).append(headword)
            else:
                collection.tell(f"synonym {headword!r:.60}", "it leads to no article")
    for number, (headword, start, size) in enumerate(heads):
        place = f"entry {number + 1}"
        if start + size > len(articles):
            collection.tell(place, f"the article {headword!r:.60} lies outside of {stem}.dict")
            continue
        article = "\n".join(_texts(articles[start : start + size], kinds))
        dictionary.take(collection, place, [headword, *others.get(number, ())], article, between)
    notes = "\n\n".join(said.get(key, "").replace("<br>", "\n") for key in ("description", "copyright"))
    return About(shortened(said.get("bookname", "")), licence_in(notes)), between


def _beside(files: Files, stem: str, ifo: str, *endings: str) -> str:
    if found := beside(files.names, stem, *endings):
        return found
    raise SettingsError(f"{stem}{endings[0]} is missing beside {ifo}; put all files of it in one folder")


def _rows(index: bytes, width: int, stem: str, collection: Collection) -> Iterator[tuple[str, int, int]]:
    """Yield the headwords of an index, each with the first byte and the size of its article."""
    at = 0
    form = struct.Struct(">QI" if width == 8 else ">II")  # noqa: PLR2004
    while at < len(index):
        end = index.find(b"\0", at, at + HEADWORD)
        if end < 0 or end + 1 + form.size > len(index):
            collection.tell(f"byte {at:,} of {stem}.idx", "the index is cut, or damaged from there on")
            return
        start, size = form.unpack_from(index, end + 1)
        yield index[at:end].decode("utf-8", "replace"), start, size
        at = end + 1 + form.size


def _synonyms(data: bytes) -> Iterator[tuple[str, int]]:
    at = 0
    while 0 <= (end := data.find(b"\0", at)) <= len(data) - 5:
        yield data[at:end].decode("utf-8", "replace"), int.from_bytes(data[end + 1 : end + 5], "big")
        at = end + 5


def _texts(article: bytes, kinds: str) -> Iterator[str]:
    """Yield the texts of an article; what else stands in it (sounds, pictures) is passed over."""
    at, number = 0, 0
    while at < len(article):
        if kinds:
            if number >= len(kinds):
                return
            kind, is_last = kinds[number], number == len(kinds) - 1
        else:
            kind, is_last = chr(article[at]), False
            at += 1
        number += 1
        if kind.isupper():
            # A size, and so many bytes; the last one of a known row has no size.
            size = len(article) - at if is_last else int.from_bytes(article[at : at + 4], "big")
            at += 0 if is_last else 4
            at += size
            continue
        end = article.find(b"\0", at) if not is_last else len(article)
        end = end if end >= 0 else len(article)
        text = article[at:end].decode("utf-8", "replace")
        if kind in _PLAIN:
            yield text
        elif kind in _MARKED:
            yield prose.plain(text[: prose.READ])
        at = end + (0 if is_last else 1)
