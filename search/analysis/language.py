"""The languages: one table, a row for each, and what a language declares of itself.

A language of its own package declares a ``Language`` there and has one row here. Nothing of a package is
imported until something of its language is asked for, and then what is asked for alone: the row holds what
is asked of every word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from coopsearch.search.analysis.date_words import DateWords
    from coopsearch.search.analysis.derivation import Relative
    from coopsearch.search.analysis.langid.profiles import Profile

#: The first and the last letter of a script, as ``normalize`` writes letters.
LATIN: Final = ("a", "\u024f")
ARABIC: Final = ("\u0620", "\u06ff")
CYRILLIC: Final = ("\u0400", "\u04ff")


class Row(NamedTuple):
    """Where a language is declared: in a package beside this file, or by NLTK alone."""

    package: str = ""
    """Its ``LANGUAGE`` is imported when it is first needed."""
    snowball: str = ""
    """Where there is no package: NLTK's name of the language, by whose Snowball stemmer it is served."""
    script: tuple[str, str] = LATIN


#: Every language that has stems of its own, by its ISO 639-1 code. Of packages, the first are preferred where
#: nothing tells two languages apart.
TABLE: Final = {
    "en": Row("english"),
    "fr": Row("french"),
    "ar": Row("arabic", script=ARABIC),
    "da": Row(snowball="Danish"),
    "de": Row(snowball="German"),
    "es": Row(snowball="Spanish"),
    "fi": Row(snowball="Finnish"),
    "hu": Row(snowball="Hungarian"),
    "it": Row(snowball="Italian"),
    "nl": Row(snowball="Dutch"),
    "no": Row(snowball="Norwegian"),
    "pt": Row(snowball="Portuguese"),
    "ro": Row(snowball="Romanian"),
    "ru": Row(snowball="Russian", script=CYRILLIC),
    "sv": Row(snowball="Swedish"),
}


def _no_relatives(_word: str, _stem: str) -> Iterator[Relative]:
    return iter(())


class Language(NamedTuple):
    """What a language declares. Only a stemmer and a name are needed; words are as ``normalize`` writes them.

    Functions import what they call when they are called.
    """

    stem: Callable[[str], str]
    """Returns the stem of a folded word of two letters or more, all of them of the language's script."""
    names: str
    """What people write after ``lang:``, in any language; apart by spaces."""
    function_words: str = ""
    """Words that hold a question together and say nothing of what it is about; apart by white space."""
    shared: str = ""
    """Those of them that are something else in another language, so that they tell nothing of a query's."""
    relatives: Callable[[str, str], Iterator[Relative]] = _no_relatives
    """Yields what rules of word formation join with a folded word and its stem, real or not."""
    unhung: Callable[[tuple[str, ...]], tuple[str, ...]] | None = None
    """Returns the parts of a hyphenated word of a query without what only hangs on it, such as a pronoun."""
    beginnings: Callable[[], str] | None = None
    """Returns how words begin whose stem begins otherwise (sank: *sink*): see ``other_beginnings``."""
    profile: Callable[[], Profile] | None = None
    """Returns what tells it from other languages; None where its script does, or ``langid`` has a profile."""
    dates: Callable[[], DateWords] | None = None
    """Returns the words in which dates are said; None if they are not understood."""
    ocr: str = ""
    """Tesseract's code of the language where scans are read in it, else ""."""


@cache
def declared(code: str) -> Language:
    """Return what a language of the table declares. Raises KeyError for one that is not in it."""
    row = TABLE[code]
    if row.package:
        found: Language = import_module(f"{__package__}.{row.package}").LANGUAGE
        return found
    return Language(partial(_snowball, row.snowball), row.snowball.lower())


def packaged() -> dict[str, Language]:
    """Return the languages that have a package, by code, in the order of the table."""
    return {code: declared(code) for code, row in TABLE.items() if row.package}


def relatives(word: str, stem: str, code: str) -> Iterator[Relative]:
    """Yield the family of a folded word and its stem in a language, real or not; no order is promised.

    Its members are stems that rules of word formation join, and inflection does not: smuggle and smuggler,
    sécuriser and sécurité, تهريب and مهرب.
    """
    return declared(code).relatives(word, stem) if code in TABLE else iter(())


@cache
def other_beginnings(code: str) -> Mapping[str, tuple[str, ...]]:
    """Return, by the first two letters of stems, how words begin that have such a stem without them."""
    declare = declared(code).beginnings if code in TABLE else None
    rows = declare().split("|") if declare is not None else []
    return {row.partition(":")[0].strip(): tuple(row.partition(":")[2].split()) for row in rows}


def _snowball(name: str, word: str) -> str:
    from coopsearch.search.analysis._nltk import stem

    return stem(name, word)
