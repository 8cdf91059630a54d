"""The words of an index that fit a pattern, in a language that writes small words together with others.

``مهرب*`` asks for smugglers, and texts have المهربين and وللمهربين. What may stand before a word is for its
language to say; the index says which of it is there. Does not depend on query
syntax.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from coopsearch.search.analysis.language import ARABIC
from coopsearch.search.engines.base import Pattern, Reader

#: The letters with which a pattern has to begin.
_start: Final = re.compile(f"[{ARABIC[0]}-{ARABIC[1]}]{{2,}}(?=[*?])").match


def expand(reader: Reader, field: str, pattern: Pattern) -> Sequence[str]:
    """Return the words of a field that fit a pattern, sorted; of an Arabic one, with what hangs on them.

    Raises QueryError for an expression that asks for too much.
    """
    found = reader.expand(field, pattern)
    begins = _start(pattern.text) if pattern.kind == "wildcard" else None
    if begins is None:
        return found
    # Imported for those who ask in Arabic.
    from coopsearch.search.analysis.arabic.particles import beginnings, is_own, with_article

    every = set(found)
    doubtful: dict[str, str] = {}
    rest = pattern.text[begins.end() :]
    for start, may_be_another in beginnings(begins[0]):
        words = reader.expand(field, pattern._replace(text=start + rest))
        if not may_be_another:
            every.update(words)
            continue
        doubtful |= {word: pattern.prefix + with_article(word) for word in words if not is_own(word)}
    held = reader.among(field, doubtful.values())
    every.update(word for word, article in doubtful.items() if article not in held)
    return sorted(every)
