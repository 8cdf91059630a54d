"""Words that stand in a name and are none: *ould*, *ben*, *al*, *van*. One text has them, the next has not.

Does not depend on an index or on engines.
"""

from __future__ import annotations

from typing import Final

#: Folded. Sons, daughters, fathers and mothers; articles; what says where a family comes from.
PARTICLES: Final = frozenset(
    (
        "ould wuld weld uld ben bin ibn bint mint bent b abu abou abi aboul abul bou umm oum "
        "al el ul il as es ash esh ad ed at et an en ar er az ez dhu "
        "de del della dei degli di da das do dos du des la le las los y e of "
        "van von der den ter ten zu zum zur af av "
        "ولد بن ابن بنت منت ابو ابي ابا ام ال ذو "
        "фон дер ван де оглы кызы"
    ).split()
)


#: Those that are written between capitals within a name, in small letters.
INSIDE: Final = tuple(
    (
        "ould wuld ben bin ibn bint mint bou abu abou al el ul de del della di da das do dos du des la le "
        "van von der den ter af"
    ).split()
)
#: What is said before a name and is not part of it; folded.
TITLES: Final = frozenset(
    (
        "mr mrs ms miss dr prof sir lord sheikh shaykh cheikh sheik imam hajj haj hadj sidi lalla emir "
        "prince king president minister general colonel captain ambassador secretary "
        "m mme mlle docteur professeur maitre me ministre capitaine roi ambassadeur "
        "الشيخ الدكتور السيد السيده الرئيس الوزير العقيد اللواء الملك الامير الحاج الاستاذ السفير"
    ).split()
)


#: Those of them that are never a name themselves: what stands before one of them is none of the name.
OFFICES: Final = TITLES - frozenset(
    ("imam", "hajj", "haj", "hadj", "sheikh", "shaykh", "cheikh", "sheik", "prince", "king")
)


def parts(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a name that tell it from others: without particles and initials, if any is left."""
    told = tuple(word for word in words if len(word) > 1 and word not in PARTICLES)
    return told or tuple(word for word in words if len(word) > 1) or words
