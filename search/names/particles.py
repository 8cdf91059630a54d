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


def parts(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a name that tell it from others: without particles and initials, if any is left."""
    told = tuple(word for word in words if len(word) > 1 and word not in PARTICLES)
    return told or tuple(word for word in words if len(word) > 1) or words
