"""Before NLTK's English stemmer (Porter2): one spelling for -ise and -ize, and the words it confuses.

M. F. Porter, "English (Porter2) stemming algorithm", snowballstem.org. It joins organ with organization and
international with internal; a list of such words says what they are. This file knows no NLTK.
"""

from __future__ import annotations

import re
from typing import Final

_ize: Final = re.compile(r"(?<=...)iz(?=(?:e[dr]?|es|ers|ing|ings|ation|ations|ational|able)\Z)").sub

#: Stem -> the words that have it, each family kept out of another's way.
_FAMILIES: Final = {
    "internation": "international internationally internationals",
    "internal": "internal internally",
    "universit": "university universities",
    "important": "important importantly importance",
    "department": "department departments departmental",
    "authorit": "authority authorities",
    "experiment": "experiment experiments experimental experimentally experimented experimenting",
    "emergenc": "emergency emergencies",
    "several": "several",
    "informal": "informal informally",
    "desert": "desert deserts",
    "policy": "policy policies",
    "politics": "politics",
    "organ": "organ organs",
    "customs": "customs",
    "arms": "arms",
    "general": "general generals generally",
    "animal": "animal animals",
    "capitalis": "capitalism capitalist capitalists",
    "woman": "woman women",
    "man": "man men",
    "child": "child children",
    "foot": "foot feet",
    "wife": "wife wives",
    "life": "life lives",
    "knife": "knife knives",
    "thief": "thief thieves",
    "crisis": "crisis crises",
    "analys": "analysis analyses analyse analyses analysed analysing analyze "
    "analyzes analyzed analyzing analyst analysts",
    "basis": "basis bases",
    "thesis": "thesis theses",
    "hypothes": "hypothesis hypotheses",
    "criteri": "criterion criteria",
    "phenomen": "phenomenon phenomena",
    "datum": "data datum",
    "medium": "media medium",
    "maritim": "maritime",
    "marit": "marital",
    "probe": "probe probes probed probing",
    "agre": "agree agrees agreed agreeing agreement agreements",
    "disagre": "disagree disagrees disagreed disagreeing disagreement disagreements",
    "ration": "ration rations rationed rationing",
    "rational": "rational rationally rationale",
    "execut": "execute executes executed executing execution executions",
    "executiv": "executive executives",
}
_STEMS: Final = {word: stem for stem, words in _FAMILIES.items() for word in words.split()}

#: Words in -ic that write ick before an ending.
_ICK: Final = ("trafficke", "traffickin", "panicke", "panickin", "mimicke", "mimickin")


def known(word: str) -> str | None:
    """Return the stem of a folded word that Porter2 gets wrong, None for all others."""
    return _STEMS.get(word)


def prepare(word: str) -> str:
    """Return what Snowball is to be given for a folded word: organise for organize, say."""
    if "iz" in word:
        word = _ize("is", word)
    return word.replace("ck", "c", 1) if word.startswith(_ICK) else word
