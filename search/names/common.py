"""Which words are common ones, so that nobody means a name by them.

Does not depend on an index or on engines.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from coopsearch.search.analysis.function_words import is_function_word
from coopsearch.search.analysis.langid.listed import is_listed

#: Ordinary words that begin sentences and titles: a sample, for as long as no lexicon is asked.
_SAMPLE: Final = frozenset(
    (
        "annex annexe area article background border calm case chapter city coast country crime document "
        "economy family field figure force government group history home house human index information "
        "international letter life list market meeting member mesh migration money month name nation net "
        "network note number office order page paper part people place plan police policy port power "
        "president problem project question record region report result right road route rule sea "
        "security service smuggling state summary support system table territory text title trade "
        "trafficking union water week word work world mediterranean mediterranee "
        "المهربون المهربين حدود الحدود البحر الساحل الهجره الشرطه الحكومه الدوله"
    ).split()
)


@cache
def is_common(word: str) -> bool:
    """Say whether a folded word is a function word, or a frequent one, of any language.

    Lexicons know more of them; this is the one place where they are asked.
    """
    return is_function_word(word) or is_listed(word) or word in _SAMPLE
