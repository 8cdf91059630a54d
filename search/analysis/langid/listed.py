"""Which language a single word is of, where a list of frequent words says so.

*Three* is English and *depuis* is French, whatever the rules of other languages would make of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from coopsearch.search.analysis.language import TABLE, declared
from coopsearch.search.analysis.normalize import normalize


def only_language(word: str, languages: Iterable[str]) -> str:
    """Return the one of some languages that lists a folded word as frequent; "" for none or several."""
    found = [code for code in languages if word in _listed(code)]
    return found[0] if len(found) == 1 and word not in _alike() else ""


def is_listed(word: str) -> bool:
    """Say whether any language lists a folded word as frequent."""
    return any(word in _listed(code) for code in TABLE)


@cache
def _listed(code: str) -> frozenset[str]:
    if code not in TABLE or (profile := declared(code).profile) is None:
        return frozenset()
    return frozenset(map(normalize, profile().words.split()))


@cache
def _alike() -> frozenset[str]:
    from coopsearch.search.analysis.langid.profiles import ALIKE

    return frozenset(ALIKE.split())
