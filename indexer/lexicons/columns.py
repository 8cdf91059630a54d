"""Glossaries in columns (TSV, CSV), a language each, and lists of two columns whose languages are given.

    en<TAB>ar
    smuggling<TAB>تهريب; تهريب البضائع

A cell holds one term or several. Does not depend on files.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.lexicons import languages
from coopsearch.indexer.lexicons.collecting import Collection
from coopsearch.indexer.lexicons.text import lines_of
from coopsearch.search.errors import SettingsError
from coopsearch.search.translation.entry import LANGUAGES

_BETWEEN: Final = re.compile(r"[;؛|\n,،]|\s/\s")
_SEPARATORS: Final = ("\t", ";", ",", "|")
#: Characters of the longest cell.
_CELL: Final = 10_000
#: What stands in the file, to be shown in a message.
_EXAMPLE: Final = "begin the file with a line that names them, as in en<TAB>ar, or say --from en --to ar"


def read(
    text: str, name: str, given: tuple[str, str], collection: Collection
) -> tuple[list[str], tuple[str, ...]]:
    """Take the rows of a table; return notes for a person, and the languages of its columns.

    ``given`` are the languages that the user names, ("", "") for none: of a table without headings, the
    first two columns are in these. Raises SettingsError.
    """
    separator = _separator(text, name)
    rows = _rows(text, separator, name)
    notes: list[str] = []
    number, first = next(rows, (0, []))
    columns = {at: languages.of_column(cell) for at, cell in enumerate(first)}
    columns = {at: code for at, code in columns.items() if code}
    if len(set(columns.values())) < 2:  # noqa: PLR2004
        if not all(given):
            raise _refused(name, first)
        columns = dict(enumerate(given))
        if not _is_heading(first):
            _take(collection, number, first, columns)
    else:
        if all(given):
            columns = {at: code for at, code in columns.items() if code in given}
            if missing := next((one for one in given if one not in columns.values()), ""):
                raise SettingsError(
                    f"{name} has no column in {missing} by its first line; leave out --from and --to, or "
                    "name the languages that it has"
                )
        if unread := [cell.strip() for at, cell in enumerate(first) if at not in columns and cell.strip()]:
            notes.append(f"not read: the columns {', '.join(f'{one:.30}' for one in unread[:8])}")
    for number, row in rows:
        _take(collection, number, row, columns)
    return notes, tuple(code for code in LANGUAGES if code in columns.values())


def _refused(name: str, first: list[str]) -> SettingsError:
    named = [cell.strip() for cell in first if languages.is_language(cell)]
    if len(named) > 1:
        return SettingsError(
            f"{name} has the languages {', '.join(named[:8])}; lexicons translate between en, fr and ar "
            "alone, and need two of these"
        )
    if len(first) < 2:  # noqa: PLR2004
        return SettingsError(
            f"{name} line 1: there is one column; a glossary has one for each language, with tabs between "
            "them"
        )
    return SettingsError(f"{name} line 1: it does not say in which languages its columns are; {_EXAMPLE}")


def _is_heading(row: list[str]) -> bool:
    """Say whether a row names columns without telling both languages ("source", "en")."""
    codes = [code for cell in row[:2] if (code := languages.of_column(cell))]
    # Two names of one language are a word and its translation: anglais, English.
    return len(codes) == 1 and all(cell.isascii() and len(cell.split()) == 1 for cell in row[:2])


def _take(collection: Collection, number: int, row: list[str], columns: dict[int, str]) -> None:
    place = f"line {number}"
    if not any(map(str.strip, row)):
        return
    if len(row) <= min(sorted(columns)[1], max(columns)):
        are = "is one column" if len(row) == 1 else f"are {len(row)} columns"
        collection.tell(place, f"there {are}, and the languages stand in {max(columns) + 1}")
        return
    said: dict[str, list[str]] = {}
    for at, code in columns.items():
        if at < len(row) and (terms := [one for one in _BETWEEN.split(row[at]) if one.strip()]):
            said.setdefault(code, []).extend(terms)
    if said:
        collection.add(place, said)
    else:
        collection.tell(place, "it has no words in the columns of the languages")


def _separator(text: str, name: str) -> str:
    """Return what stands between the columns: by the name of the file, or what the first lines share."""
    if name.lower().endswith((".tsv", ".tab")):
        return "\t"
    lines = [one for one in lines_of(text[:20_000]) if one.strip() and not one.startswith("#")][:20]
    counts = {one: min((line.count(one) for line in lines), default=0) for one in _SEPARATORS}
    for one in _SEPARATORS:
        if counts[one] or (lines and lines[0].count(one) and one != "|"):
            return one
    return "\t"


def _rows(text: str, separator: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows with the numbers of their lines, without comments before the first of them."""
    lines = lines_of(text)
    if separator == "\t":
        # A tab stands in no term, so quotation marks mean nothing.
        for number, line in enumerate(lines, 1):
            if not line.startswith("#") and line.strip():
                yield number, [cell.strip()[:_CELL] for cell in line.rstrip("\r\n").split("\t")]
        return
    before = csv.field_size_limit(_CELL)
    try:
        reader = csv.reader(lines, delimiter=separator, skipinitialspace=True)
        while True:
            number = reader.line_num + 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise SettingsError(
                    f"{name} line {number}: {error}; a quotation mark may not be closed"
                ) from None
            if row and not row[0].startswith("#"):
                yield number, row
    finally:
        csv.field_size_limit(before)
