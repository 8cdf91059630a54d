"""Whether the words of a query are translated, and into what: what a caller chooses.

Does not depend on an index or the terminal.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from coopsearch.search.errors import SettingsError

#: The languages that the lexicons join.
LANGUAGES: Final = ("ar", "en", "fr")
_ONE: Final = "of en, fr and ar"


class Translating(NamedTuple):
    """How the words of a query are translated."""

    into: tuple[str, ...] | None = None
    """Languages, ISO 639-1; None for those that the index holds, empty for none."""
    spoken: str = ""
    """The language of the query, "" where that is to be seen from its words."""


#: As a search does it where nobody says otherwise.
AUTO: Final = Translating()
#: Words stand for what they are.
NO: Final = Translating(())


def translating_of(
    translate: str | Iterable[str] | None, query_language: str | None, usual: Translating = AUTO
) -> Translating:
    """Return the choice that a caller gives; None for either takes what is ``usual``.

    ``translate`` is "auto", "no", or languages, in a list or with commas between them. Raises SettingsError
    for a language that no lexicon knows.
    """
    into, spoken = usual
    if translate is not None:
        named = translate.split(",") if isinstance(translate, str) else list(translate)
        words = [one.strip().lower() for one in named]
        if words == ["auto"]:
            into = None
        elif words == ["no"]:
            into = ()
        else:
            into = tuple(sorted({_checked(one, "translate takes no, auto, or languages") for one in words}))
    if query_language is not None:
        language = query_language.strip().lower()
        spoken = _checked(language, "the language of a query is one") if language else ""
    return Translating(into, spoken)


def _checked(language: str, what: str) -> str:
    if language not in LANGUAGES:
        raise SettingsError(f"{what} {_ONE}; there is no {language!r:.40} among them")
    return language
