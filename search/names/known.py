"""What the lexicon knows of a name: what it is in other languages.

Does not depend on an index or on engines.
"""

from __future__ import annotations

from functools import cache

from coopsearch.search.names.scripts import ARABIC, script_of, without_clitics


@cache
def readings(word: str) -> tuple[str, ...]:
    """Return a folded word, and one of Arabic without what may be written before it."""
    return (word, *dict.fromkeys(without_clitics(word))) if script_of(word) == ARABIC else (word,)


@cache
def known_name(word: str) -> frozenset[str]:
    """Return what a folded word is in all languages if the lexicon has it as a name; itself, too."""
    # Imported here, as below: few words are asked about.
    from coopsearch.search.translation.bundled import bundled
    from coopsearch.search.translation.entry import LANGUAGES
    from coopsearch.search.translation.table import Unusable

    found: set[str] = set()
    try:
        table = bundled()
        for form in readings(word):
            for language in LANGUAGES:
                if table.names(form, language):
                    found.add(form)
                    for told in table.translations(form, language).values():
                        found.update(one.words for one in told)
            if found:
                break
    except Unusable:
        return frozenset()
    return frozenset(found)
