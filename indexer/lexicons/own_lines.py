"""Lines in the format of our own entries: English, part of speech, French and Arabic.

Does not depend on files.
"""

from __future__ import annotations

from typing import Final

from coopsearch.indexer.lexicons import languages
from coopsearch.indexer.lexicons.collecting import Collection
from coopsearch.indexer.lexicons.text import lines_of
from coopsearch.search.errors import SettingsError
from coopsearch.search.translation.entry import LANGUAGES, POS, order, parse

_COLUMNS: Final = 4
#: Lines that are looked at to tell the format.
_LOOKED_AT: Final = 20


def are(text: str) -> bool:
    """Say whether a text begins with entries of ours: four columns, the second a part of speech."""
    rows = [line.split("\t") for line in lines_of(text[:100_000]) if line.strip() and line[0] != "#"]
    if rows and len(set(filter(None, map(languages.of_column, rows[0])))) > 1:
        # A line that names languages says of which its columns are, and entries have none.
        return False
    fitting = [len(row) == _COLUMNS and row[1] in POS for row in rows[:_LOOKED_AT]]
    return bool(fitting) and sum(fitting) * 2 > len(fitting)


def read(text: str, given: tuple[str, str], collection: Collection) -> tuple[str, ...]:
    """Take the entries; return their languages. Raises SettingsError where too many are there."""
    wanted = given if all(given) else LANGUAGES
    seen: set[tuple[str, str]] = set()
    for number, line in enumerate(lines_of(text), 1):
        if not line.strip() or line.startswith("#"):
            continue
        place = f"line {number}"
        try:
            entry = parse(line.rstrip("\n"))
        except SettingsError as error:
            collection.tell(place, str(error))
            continue
        if order(entry) in seen:
            collection.tell(place, f"{entry.english} ({entry.pos}) is there twice; join the lines")
            continue
        seen.add(order(entry))
        columns = zip(LANGUAGES, entry.columns, strict=True)
        collection.add(place, {code: words for code, words in columns if code in wanted})
    return tuple(code for code in LANGUAGES if code in wanted)
