"""What dictionaries of articles have in common: headwords that share one, and languages by their titles.

Does not depend on files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from coopsearch.indexer.lexicons import languages, prose
from coopsearch.indexer.lexicons.collecting import Collection, functional, is_functional
from coopsearch.search.errors import SettingsError

#: Bytes of the longest headword.
HEADWORD: Final = 1_024


def direction(name: str, given: tuple[str, str], *titles: str) -> tuple[str, str]:
    """Return from which language into which a dictionary translates: as given, else by its titles.

    ``name`` is that of its file. Raises SettingsError where neither tells.
    """
    found = given if all(given) else languages.of_titles(*titles)
    if not all(found):
        raise SettingsError(
            f"{name}: neither its title nor its name says between which languages it translates; say so, "
            "as in --from en --to ar"
        )
    return found


def take(
    collection: Collection, place: str, headwords: Sequence[str], article: str, between: tuple[str, str]
) -> None:
    """Take an article of a dictionary; the first headword is the one under which it stands."""
    written, rest = prose.headword(article[: prose.READ], headwords[0])
    several = prose.parts(written) or [written]
    several += [one for one in headwords if not prose.same(one, written)]
    heads = [*dict.fromkeys(several)]
    words = prose.translations(rest, between[1])
    if all(is_functional(one, between[0]) for one in heads):
        # What it is translated by is of no use, either.
        collection.tell(place, functional(written), misread=False)
    elif not words:
        collection.tell(place, f"the article {written!r:.60} holds no translation: it refers or explains")
    else:
        collection.add(place, {between[0]: heads, between[1]: words})
