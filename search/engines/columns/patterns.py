"""Finding terms by their form: wildcards and spelling distance, over sorted terms.

Works on strings.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from coopsearch.search.engines import wildcards
from coopsearch.search.engines.base import Pattern

#: With so many words or more an expression is held against all of them at once.
_MANY: Final = 2_000


def fitting(pattern: Pattern, terms: Sequence[str]) -> list[str]:
    """Return the terms that fit, out of terms that begin with the pattern's literal prefix."""
    skip = len(pattern.prefix)
    if pattern.kind == "wildcard":
        return wildcards.fitting(pattern.text, terms, skip)
    if pattern.kind == "regex":
        from coopsearch.search.engines import regular
        from coopsearch.search.engines.regular_syntax import read

        expression = read(pattern.text)
        if len(terms) < _MANY:
            return regular.fitting(expression, terms, skip)
        from coopsearch.search.engines.columns import expressions

        return expressions.fitting(expression, terms, skip)
    most, length = pattern.distance, skip + len(pattern.text)
    # No edit makes up for a word that is too short or too long, and very long ones would be compared at
    # length.
    likely = [term for term in terms if -most <= len(term) - length <= most]
    return sorted(near(pattern, likely, skip))


def near(pattern: Pattern, terms: Sequence[str], skip: int = 0) -> list[str]:
    """Return the terms that are spelt nearly like the text of a pattern, behind so many characters."""
    # Loaded when a misspelt word is met, and not before.
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    choices = [term[skip:] for term in terms] if skip else terms
    found = extract(
        pattern.text, choices, scorer=OSA.distance, processor=None, score_cutoff=pattern.distance, limit=None
    )
    return [terms[place] for _, _, place in found]
