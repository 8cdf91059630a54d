"""What the words of a query stand for beside themselves, as a caller chooses: translations, names.

Does not depend on an index or the terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, Self

from coopsearch.search.errors import SettingsError

#: The languages that the lexicons join.
LANGUAGES: Final = ("ar", "en", "fr")
_ONE: Final = "of en, fr and ar"


class Expanding(NamedTuple):
    """What is looked for beside the words of a query."""

    into: tuple[str, ...] | None = None
    """Languages, ISO 639-1; None for those that the index holds, empty for none."""
    spoken: str = ""
    """The language of the query, "" where that is to be seen from its words."""
    names: bool = True
    """Whether words that look like names stand for other spellings in the index, too."""

    @property
    def untranslated(self) -> Self:
        """The same without translations."""
        return self._replace(into=())


#: What a caller gives of it, as ``expanding_of`` calls it.
_GIVEN: Final = ("translate", "query_language", "names")
#: As a search does it where nobody says otherwise.
AUTO: Final = Expanding()


def expanding_of(
    translate: str | Iterable[str] | None = None,
    query_language: str | None = None,
    names: str | None = None,
    usual: Expanding = AUTO,
) -> Expanding:
    """Return the choice that a caller gives; None for any of them takes what is ``usual``.

    ``translate`` is "auto", "no", or languages, in a list or with commas between them; ``names`` is "auto" or
    "no". Raises SettingsError for a language that no lexicon knows, and for other names.
    """
    into, spoken, spelled = usual
    if translate is not None:
        named = translate.split(",") if isinstance(translate, str) else list(translate)
        words = [one.strip().lower() for one in named]
        if words == ["auto"]:
            into = None
        elif words == ["no"]:
            into = ()
        elif alone := next((one for one in words if one in {"no", "auto"}), ""):
            raise SettingsError(
                f"translate is {','.join(words)!r:.60}; {alone} stands alone: give it, or languages {_ONE}"
            )
        else:
            into = tuple(sorted({_checked(one, "translate takes no, auto, or languages") for one in words}))
    if query_language is not None:
        language = query_language.strip().lower()
        spoken = _checked(language, "the language of a query is one") if language else ""
    if names is not None:
        if names not in ("auto", "no"):
            raise SettingsError(f"names is {names!r:.60}; it must be auto or no")
        spelled = names == "auto"
    return Expanding(into, spoken, spelled)


def given_in(options: Mapping[str, object]) -> dict[str, str]:
    """Return what kept options of a search say of it, as ``expanding_of`` takes it."""
    return {name: str(options[name]) for name in _GIVEN if name in options}


def _checked(language: str, what: str) -> str:
    if language not in LANGUAGES:
        raise SettingsError(f"{what} {_ONE}; there is no {language!r:.40} among them")
    return language
