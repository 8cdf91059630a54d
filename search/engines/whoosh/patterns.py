"""Finding the terms of an index by their form: wildcards and spelling distance.

Works on sorted terms. Does not depend directly on Whoosh or queries.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

from coopsearch.search.engines import wildcards
from coopsearch.search.engines.base import Pattern


def fitting(pattern: Pattern, terms: Iterable[str]) -> list[str]:
    """Return the terms that fit, of sorted terms that begin at the pattern's literal prefix.

    A ``*`` stands for any run of characters, none included, a ``?`` for one.
    """
    start = pattern.literal_prefix
    inside = takewhile(lambda term: term.startswith(start), terms)
    if pattern.kind == "wildcard":
        return wildcards.fitting(pattern.text, list(inside), len(pattern.prefix))
    if pattern.kind == "regex":
        from coopsearch.search.engines import regular
        from coopsearch.search.engines.regular_syntax import read

        return regular.fitting(read(pattern.text), list(inside), len(pattern.prefix))
    # Imported when a fuzzy word is met: it costs as much as all the rest of a short query.
    from rapidfuzz.distance import OSA

    word, most, skip = pattern.text, pattern.distance, len(pattern.prefix)
    length = skip + len(word)
    likely = (term for term in inside if -most <= len(term) - length <= most)
    return [term for term in likely if OSA.distance(word, term[skip:], score_cutoff=most) <= most]
