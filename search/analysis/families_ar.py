"""Arabic families: broken plurals, verbs with their nouns, and one-letter prepositions.

The patterns are those of the grammars (W. Wright, "A Grammar of the Arabic Language", I 35 ff. and 304 ff.; K.
Ryding, "A Reference Grammar of Modern Standard Arabic", chapters 7, 21 to 31), those alone that seldom join two
words: a pattern of three bare letters, as in فعل and فعيل, joins too much, so such plurals stand in a table. Stems
are light ones, without the article. This file knows words and light stems alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopsearch.search.analysis.arabic import light
from coopsearch.search.analysis.families import Relative, by_table
from coopsearch.search.analysis.families_ar_data import (
    NO_IMPERFECTS,
    NO_PARTICIPLES,
    NO_PLURALS,
    OWN_LETTER,
    TABLE,
)

_TABLE: Final = by_table(TABLE)
_LONG: Final = "اوي"


def arabic(word: str, stem: str) -> Iterator[Relative]:
    """Yield the family of a folded Arabic word and its light stem."""
    bare = word[2:] if word.startswith("ال") and len(word) > 4 else word
    for other in _TABLE.get(stem, ()):
        if other != stem:
            yield Relative(other, "table")
    if stem.endswith("ئ"):
        yield Relative(stem[:-1] + "يء", "spelling", same=True)
    elif stem.endswith("يء"):
        yield Relative(stem[:-2] + "ئ", "spelling", same=True)
    root = stem.removesuffix("ه") if stem[0] == "م" else stem
    for form in dict.fromkeys((root, bare)):
        for other, rule in _plurals(form):
            if form not in NO_PLURALS and other not in NO_PLURALS and (found := light(other)) != stem:
                # سلاح, أسلحة: without its ه the plural looks like a comparative.
                yield Relative(found, rule, needs=other if other.endswith("ه") else "")
                if len(found) == 4 and found[0] == "م":
                    yield Relative(found + "ه", rule)  # منطقة, where منطق is another word
    yield from _verbs(stem)
    yield from _participles(stem)
    yield from _prepositions(stem, bare)


def _plurals(word: str) -> Iterator[tuple[str, str]]:
    """Yield broken plurals of a noun, and nouns of a broken plural."""
    match tuple(word):
        case (a, b):
            yield f"{a}{b}و{b}", "فعل/فعول"
        case (a, b, c):
            yield f"{a}{b}و{c}", "فعل/فعول"
            yield f"ا{a}{'و' if b == 'ا' else b}ا{'ء' if c in 'وي' else c}", "فعل/أفعال"
        case (a, b, "و", c):
            yield f"{a}{b}{c}", "فعل/فعول"
            if b == c:
                yield f"{a}{b}", "فعل/فعول"
        case (a, b, "ي" | "ا" as middle, c):
            yield f"{a}{b}ائ{c}", "فعيلة/فعائل"
            if middle == "ا":
                yield f"ا{a}{b}{'ي' if c == 'ء' else c}ه", "فعال/أفعلة"
            else:
                yield f"{a}{b}{c}اء", "فعيل/فعلاء"
                yield (f"ا{a}{b}اء" if b == c else f"ا{a}{b}{c}اء"), "فعيل/أفعلاء"
        case (a, "ا", b, c):
            yield f"{a}وا{b}{c}", "فاعل/فواعل"
        case ("ا", a, b, "ا", c):
            yield f"{a}{'ا' if b == 'و' else b}{c}", "فعل/أفعال"
            if b == "و":
                yield f"{a}{b}{c}", "فعل/أفعال"
            if c == "ء":
                yield f"{a}{b}و", "فعل/أفعال"
                yield f"{a}{b}ي{b}", "فعيل/أفعلاء"
        case (a, b, "ا", "ئ", c):
            yield f"{a}{b}ي{c}", "فعيلة/فعائل"
            yield f"{a}{b}ا{c}", "فعيلة/فعائل"
        case (a, b, c, "ا", "ء"):
            yield f"{a}{b}ي{c}", "فعيل/فعلاء"
        case ("ا", a, b, c, "ا", "ء"):
            yield f"{a}{b}ي{c}", "فعيل/أفعلاء"
        case ("ا", a, b, c, "ه"):
            yield f"{a}{b}ا{'ء' if c == 'ي' else c}", "فعال/أفعلة"
        case (a, "و", "ا", b, c):
            yield f"{a}ا{b}{c}", "فاعل/فواعل"
        case (a, b, "ا", c, d):
            yield f"{a}{b}{c}{d}", "مفعل/مفاعل"
        case (a, "و", "ا", b, "ي", c):
            yield f"{a}ا{b}و{c}", "فاعول/فواعيل"
        case (a, b, "ا", c, "ي", d):
            for long in _LONG:
                yield f"{a}{b}{c}{long}{d}", "مفعول/مفاعيل"
        case (a, "ا", b, "و", c):
            yield f"{a}وا{b}ي{c}", "فاعول/فواعيل"
        case (a, b, c, "و" | "ي" | "ا", d) if b not in _LONG and c not in _LONG:
            yield f"{a}{b}ا{c}ي{d}", "مفعول/مفاعيل"
        case (a, b, c, d) if b not in "اي" and c not in _LONG:
            yield f"{a}{b}ا{c}{d}", "مفعل/مفاعل"
        case _:
            pass


def _verbs(stem: str) -> Iterator[Relative]:
    """Yield the other tense, the future, and the past of the feminine."""
    rule = "فعل/يفعل"
    if len(stem) >= 3:
        yield Relative(stem + "ت", "فعل/فعلت")
        yield Relative("ي" + stem, rule) if "ي" + stem not in NO_IMPERFECTS else Relative("", rule)
        yield Relative("ت" + stem, rule, needs="ي" + stem)
        yield Relative("سي" + stem, rule)
    if len(stem) >= 4 and stem.endswith("ت"):
        yield Relative(stem[:-1], "فعل/فعلت")
    if len(stem) == 3 and stem[0] == "و":
        yield Relative("ي" + stem[1:], rule)
    if len(stem) == 3 and stem[1] == "ا":
        for long in "وي":
            yield Relative(f"ي{stem[0]}{long}{stem[2]}", rule)
    if len(stem) >= 4 and stem[0] == "ا" and stem[1] not in "لا":
        yield Relative("ي" + stem[1:], rule)
        yield Relative("ت" + stem[1:], rule, needs="ي" + stem[1:])
    if stem.startswith(("سي", "ست")) and len(stem) >= 5:
        yield Relative("ي" + stem[2:], rule)
        yield Relative(stem[2:], rule)
        yield Relative("ا" + stem[2:], rule)
    if stem[0] in "يت" and stem not in NO_IMPERFECTS:
        rest = stem[1:]
        other = "ت" if stem[0] == "ي" else "ي"
        needs = "" if stem[0] == "ي" else "ي" + rest
        if len(rest) >= 3:
            for beginning in (other, "", "ا", "سي"):
                yield Relative(beginning + rest, rule, needs=needs if beginning != "ي" else "")
            if len(rest) == 3 and rest[1] in "وي":
                yield Relative(f"{rest[0]}ا{rest[2]}", rule, needs=needs)
        elif len(rest) == 2:
            yield Relative(other + rest, rule)
            yield Relative("و" + rest, rule, needs=needs)


def _participles(stem: str) -> Iterator[Relative]:
    """Yield what a verbal noun, its verb and its participles make of each other, in the derived forms."""
    if stem in NO_PARTICIPLES:
        return
    found: list[tuple[str, str]] = []
    match tuple(stem):
        case ("ت", a, b, "ي", c):
            found.append((f"م{a}{b}{c}", "تفعيل/مفعل"))
        case ("م", a, b, c) if b not in _LONG:
            found.append((f"ت{a}{b}ي{c}", "تفعيل/مفعل"))
        case _:
            pass
    if stem[0] == "ا" and len(stem) >= 6 and stem[-2] == "ا":  # اعتقال, استثمار
        middle = stem[1:-2] + stem[-1]
        found += [("م" + middle, "افتعال/مفتعل"), ("ا" + middle, "افتعال/افتعل")]
    elif stem[0] in "ام" and len(stem) >= 5 and ("ت" in stem[1:4] or stem[1] == "ن"):  # معتقل, اعتقل
        found += [
            (f"ا{stem[1:-1]}ا{stem[-1]}", "افتعال/مفتعل"),
            (("م" if stem[0] == "ا" else "ا") + stem[1:], "افتعل/مفتعل"),
        ]
    if stem[0] == "ت" and len(stem) >= 4:
        found.append(("م" + stem, "تفاعل/متفاعل"))
    if stem.startswith("مت") and len(stem) >= 5:
        found.append((stem[1:], "تفاعل/متفاعل"))
    if len(stem) == 5 and stem[0] == stem[3] == "ا":
        found.append((stem[:3] + stem[4], "إفعال/أفعل"))
    for other, rule in found:
        if other not in NO_PARTICIPLES:
            yield Relative(other, rule)


def _prepositions(stem: str, word: str) -> Iterator[Relative]:
    """Yield the stem with ب، ل، ف or ك before it, or without: بحدود and حدود.

    The letter belongs to the word where the word has an article before it (البحرية), or stands in the table.
    """
    if stem[0] in "بلفك" and len(stem) >= 4 and stem not in OWN_LETTER:
        yield Relative(stem[1:], "preposition", unless="ال" + word)
        yield Relative(stem[1:] + "ه", "preposition", unless="ال" + word)
    if len(stem) >= 3:
        stem = stem.removesuffix("ه") if len(stem) > 3 else stem
        for letter in "بلفك":
            if letter + stem not in OWN_LETTER:
                yield Relative(letter + stem, "preposition", unless="ال" + letter + word)
