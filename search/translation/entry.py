"""One line of a lexicon: an English word, what part of speech it is, and its French and Arabic translations.

    smuggling<TAB>n<TAB>contrebande; trafic illicite<TAB>تهريب

The best translation comes first, and any of them may be of several words. Does not depend on an index or the
terminal.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from coopsearch.search.analysis.language import ARABIC, LATIN
from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.errors import SettingsError

#: The languages of the columns, in their order.
LANGUAGES: Final = ("en", "fr", "ar")
#: What the second column may be: a noun, a verb, an adjective, an adverb, a number, anything else.
POS: Final = ("n", "v", "adj", "adv", "num", "name", "other")
#: What a name is: a place, mostly.
NAME: Final = "name"
#: Translations of one word into one language, and words of one of them.
MOST: Final = 16
LONGEST: Final = 8
#: Characters of a line.
_LINE: Final = 2_000
_COLUMNS: Final = 4
_BETWEEN: Final = "; "
#: Signs that stand in a word of several parts, beside letters, digits and blanks.
_SIGNS: Final = frozenset("-'’&./")


class Entry(NamedTuple):
    """A word in three languages."""

    english: str
    pos: str
    french: tuple[str, ...]
    """The best first, as all translations."""
    arabic: tuple[str, ...]

    @property
    def columns(self) -> tuple[tuple[str, ...], ...]:
        """Its words by language, in the order of ``LANGUAGES``."""
        return (self.english,), self.french, self.arabic

    def __str__(self) -> str:
        """Return the line that says the same."""
        return "\t".join((self.english, self.pos, _BETWEEN.join(self.french), _BETWEEN.join(self.arabic)))


def folded(text: str) -> tuple[str, ...]:
    """Return the folded words of a word or term, as documents and queries have them."""
    return read(text).slots


def parse(line: str) -> Entry:
    """Read a line without its end. Raises SettingsError that says what is wrong with it."""
    if len(line) > _LINE:
        raise SettingsError(f"the line has {len(line):,} characters; {_LINE:,} are the most")
    columns = line.split("\t")
    if len(columns) != _COLUMNS:
        raise SettingsError(
            f"the line has {len(columns)} columns and not {_COLUMNS}: English, part of speech, French and "
            "Arabic, with tabs between them"
        )
    english, pos, french, arabic = columns
    if pos not in POS:
        raise SettingsError(f"there is no part of speech {pos!r:.40}; there are: {', '.join(POS)}")
    entry = Entry(english, pos, tuple(french.split(_BETWEEN)), tuple(arabic.split(_BETWEEN)))
    for code, words in zip(LANGUAGES, entry.columns, strict=True):
        _check(words, code)
    return entry


def _check(words: tuple[str, ...], code: str) -> None:
    if len(words) > MOST:
        raise SettingsError(f"there are {len(words)} translations into {code}; {MOST} are the most")
    known: dict[tuple[str, ...], str] = {}
    for word in words:
        check_word(word, code)
        if (same := known.setdefault(tuple(normalize(word).split()), word)) is not word:
            raise SettingsError(f"{word!r} is there twice: it folds as {same!r} does")


def check_word(word: str, code: str) -> None:
    """Raise SettingsError, which says what is wrong with it, for what is not a word or term of a language."""
    shown = f"{word!r:.60}"
    if not word or word != " ".join(word.split()):
        raise SettingsError(f"{shown} is empty, or has blanks around it or side by side")
    if word != unicodedata.normalize("NFC", word) or not word.isprintable():
        raise SettingsError(f"{shown} is not composed (NFC), or holds what cannot be seen")
    low, high = ARABIC if code == "ar" else LATIN
    for letter in normalize(word).replace(" ", ""):
        if not (letter.isdecimal() or letter in _SIGNS or (letter.isalpha() and low <= letter <= high)):
            raise SettingsError(f"{shown} holds {letter!r}, which stands in no word of {code}")
    parts = folded(word)
    if not any(any(map(str.isalpha, part)) for part in parts):
        raise SettingsError(f"{shown} has no letters")
    if len(parts) > LONGEST or not all(map(str.isalnum, parts)):
        raise SettingsError(f"{shown} is not a term of at most {LONGEST} words")


def order(entry: Entry) -> tuple[str, str]:
    """Return by what entries are sorted in a file, and what no two of them share."""
    return entry.english, entry.pos


def read_entries(lines: Iterable[str], name: str, *, ordered: bool = True) -> Iterator[Entry]:
    """Yield the entries of a file; empty lines and those that begin with # are passed over.

    Raises SettingsError with the file's ``name`` and the line, also for an entry that is there twice or, of
    ``ordered`` files, out of order.
    """
    before: tuple[str, str] | None = None
    seen: set[tuple[str, str]] = set()
    for number, line in enumerate(lines, 1):
        text = line.rstrip("\r\n")
        if not text or text.startswith("#"):
            continue
        try:
            entry = parse(text)
        except SettingsError as error:
            raise SettingsError(f"{name} line {number}: {error}") from None
        key = order(entry)
        if key in seen:
            raise SettingsError(
                f"{name} line {number}: {entry.english} ({entry.pos}) is there twice; join the lines"
            )
        if ordered and before is not None and key < before:
            raise SettingsError(
                f"{name} line {number}: {entry.english} ({entry.pos}) stands behind {before[0]} "
                f"({before[1]}); sort the file by its first two columns"
            )
        seen.add(key)
        before = key
        yield entry
