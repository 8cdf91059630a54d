"""Arabic families: broken plurals, verbs with their nouns, and one-letter prepositions.

The patterns are those of the grammars (W. Wright, "A Grammar of the Arabic Language", I 35 ff. and 304 ff.;
K. Ryding, "A Reference Grammar of Modern Standard Arabic", chapters 7, 21 to 31), those alone that seldom
join two words: a pattern of three bare letters, as in فعل and فعيل, joins too much, so such plurals stand
in a table. Stems are light ones, without the article.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopsearch.search.analysis.arabic.exceptions import (
    NO_IMPERFECTS,
    NO_OFFICES,
    NO_PARTICIPLES,
    NO_PLURALS,
    OWN_LETTER,
    SHORT_NOUNS,
    TABLE,
)
from coopsearch.search.analysis.arabic.stemming import light, without_prefix
from coopsearch.search.analysis.arabic.verb_forms import derived
from coopsearch.search.analysis.derivation import Relative, by_table

_TABLE: Final = by_table(TABLE)
_LONG: Final = "اوي"
_PRONOUNS: Final = ("هم", "نا", "ها", "كم", "هما")


def arabic(word: str, stem: str) -> Iterator[Relative]:
    """Yield the family of a folded Arabic word and its light stem."""
    bare = without_prefix(word)
    for other in _TABLE.get(stem, ()):
        if other != stem:
            yield Relative(other, "table")
    if stem.endswith("ئ"):
        yield Relative(stem[:-1] + "يء", "spelling", same=True)
    elif stem.endswith("يء"):
        yield Relative(stem[:-2] + "ئ", "spelling", same=True)
    root = stem.removesuffix("ه") if stem[0] == "م" else stem
    forms = [root, bare]
    if stem[0] in "بلفك" and len(stem) >= 5 and stem not in OWN_LETTER:
        forms.append(stem[1:])  # بحقوقهم: of حقوق, and so of حق
    for form in dict.fromkeys(forms):
        for other, rule in _plurals(form):
            if rule == "فعل/فعول" and len(form) == 4 and bare[4:] in ("ه", "ات"):
                continue  # ضرورة is not a plural
            found = light(other)
            if other[0] == "و" != found[0]:
                continue  # the letter was taken for a conjunction
            if form not in NO_PLURALS and other not in NO_PLURALS and found != stem:
                # سلاح, أسلحة: without its ه the plural looks like a comparative, and حروب like ضرورة.
                sure = other.endswith("ه") or (rule == "فعل/فعول" and len(other) == 4)
                needs = _forms(other) if sure else ""
                yield Relative(found, rule, needs=needs)
                for letter in "بل":
                    if letter + found not in OWN_LETTER:
                        yield Relative(letter + found, rule, needs=needs, unless=f"ال{letter}{found}")
                if len(found) == 4 and found[0] == "م":
                    yield Relative(found + "ه", rule)  # منطقة, where منطق is another word
    yield from _defective(bare, stem)
    yield from _seats(stem)
    yield from _pronouns(bare, stem)
    yield from _verbs(stem)
    yield from _participles(stem)
    yield from derived(bare, stem)
    yield from _offices(bare, stem)
    yield from _prepositions(stem, bare)
    yield from _addressed(bare)
    yield from _accusative(bare)


def _plurals(word: str) -> Iterator[tuple[str, str]]:
    """Yield broken plurals of a noun, and nouns of a broken plural."""
    match tuple(word):
        case (a, b):
            yield f"{a}{b}و{b}", "فعل/فعول"
        case (a, b, "ه"):
            yield f"{a}{b}{b}", "فعلة/فعل"
        case (a, b, "ي"):
            yield f"ا{a}{b}ياء", "فعيل/أفعلاء"
        case (a, b, c):
            yield f"{a}{b}و{c}", "فعل/فعول"
            if b == c:
                yield f"{a}{b}ه", "فعلة/فعل"
            yield f"ا{a}{'و' if b == 'ا' else b}ا{'ء' if c in 'وي' else c}", "فعل/أفعال"
        case (a, b, "و", c):
            yield f"{a}{b}{c}", "فعل/فعول"
            if b == c:
                yield f"{a}{b}", "فعل/فعول"
        case (a, b, "ي" | "ا" as middle, c):
            if b == c:
                yield f"ا{a}{b}ه", "فعيل/أفعلة"
            yield f"{a}{b}ائ{c}", "فعيلة/فعائل"
            if middle == "ا":
                yield f"ا{a}{b}{'ي' if c == 'ء' else c}ه", "فعال/أفعلة"
                if c == "ء":
                    yield f"ا{a}{b}ئه", "فعال/أفعلة"
            else:
                yield (f"ا{a}{c}ه" if b == c else f"ا{a}{b}{c}ه"), "فعيل/أفعلة"
                yield f"{a}{b}{c}اء", "فعيل/فعلاء"
                yield (f"ا{a}{b}اء" if b == c else f"ا{a}{b}{c}اء"), "فعيل/أفعلاء"
        case (a, "ا", b, c):
            yield f"{a}وا{b}{c}", "فاعل/فواعل"
            if b not in _LONG:
                yield f"{a}{b}{c}اء", "فاعل/فعلاء"
        case ("ا", a, b, "ا", c):
            yield f"{a}{'ا' if b == 'و' else b}{c}", "فعل/أفعال"
            if b == "و":
                yield f"{a}{b}{c}", "فعل/أفعال"
            if c == "ء":
                yield f"{a}{b}و", "فعل/أفعال"
                yield f"{a}{b}ي{b}", "فعيل/أفعلاء"
                yield f"ا{a}ي{b}", "فعيل/فعلاء"
        case (a, b, "ا", "ئ", c):
            yield f"{a}{b}ي{c}", "فعيلة/فعائل"
            yield f"{a}{b}ا{c}", "فعيلة/فعائل"
            if b == "و":
                yield f"{a}ائ{c}", "فاعل/فواعل"
        case (a, b, c, "ا", "ء"):
            yield f"{a}{b}ي{c}", "فعيل/فعلاء"
            if b not in _LONG:
                yield f"{a}ا{b}{c}", "فاعل/فعلاء"
        case ("ا", a, b, c, "ا", "ء"):
            yield (f"{a}{b}ي" if c == "ي" else f"{a}{b}ي{c}"), "فعيل/أفعلاء"
        case ("ا", a, b, "ه"):
            yield f"{a}{b}ي{b}", "فعيل/أفعلة"
            yield f"{a}{b}ا{b}", "فعال/أفعلة"
        case ("ا", a, b, c, "ه"):
            yield f"{a}{b}ا{'ء' if c in 'يئ' else c}", "فعال/أفعلة"
            yield f"{a}{b}ي{c}", "فعيل/أفعلة"
        case (a, "و", "ا", b, c) if c != "ه" or b not in _LONG:
            yield f"{a}ا{b}{c}", "فاعل/فواعل"
            yield f"{a}و{b}{c}", "فوعل/فواعل"
        case (a, b, "ا", c, d) if d != "ه":
            yield f"{a}{b}{c}{d}", "مفعل/مفاعل"
        case (a, "ا", b, "ي", c):
            yield f"{a}وا{b}ي{c}", "فاعيل/فواعيل"
        case (a, "و", "ا", b, "ي", c):
            yield f"{a}ا{b}ي{c}", "فاعيل/فواعيل"
            yield f"{a}ا{b}و{c}", "فاعول/فواعيل"
        case (a, b, "ا", c, "ي", d):
            for long in _LONG:
                yield f"{a}{b}{c}{long}{d}", "مفعول/مفاعيل"
        case (a, "ا", b, "و", c):
            yield f"{a}وا{b}ي{c}", "فاعول/فواعيل"
        case (a, b, c, "و" | "ي" | "ا", d) if not {b, c, d} & set(_LONG):
            yield f"{a}{b}ا{c}ي{d}", "مفعول/مفاعيل"
        case (a, b, c, d) if b not in "اي" and c not in _LONG and d != "ه":
            yield f"{a}{b}ا{c}{d}", "مفعل/مفاعل"
        case _:
            pass
    if (len(word) == 5 and word[2] == "ا" and word[3] == "ئ") or len(word) < 3 or word[0] == "م":
        return
    match tuple(word):
        case (a, b, "ا", c, "ه"):
            yield (f"{a}ائ{c}" if b == "ي" else f"{a}ا{b}{c}"), "فعالة/فاعل"
        case (a, "ا", b, c) if b not in "اوي":
            yield (f"{a}يا{c}ه" if b == "ئ" else f"{a}{b}ا{c}ه"), "فعالة/فاعل"
        case _:
            pass


def _verbs(stem: str) -> Iterator[Relative]:
    """Yield the other tense, the future, and the past of the feminine."""
    rule = "فعل/يفعل"
    if len(stem) >= 3:
        yield Relative(stem + "ت", "فعل/فعلت")
        yield Relative("ي" + stem, rule) if "ي" + stem not in NO_IMPERFECTS else Relative("", rule)
        yield Relative("ت" + stem, rule, needs="ي" + stem)
        for future in ("سي", "ست", "سن"):
            yield Relative(future + stem, rule)
    if len(stem) >= 4 and stem.endswith("ت"):
        yield Relative(stem[:-1], "فعل/فعلت")
    if len(stem) == 3 and stem[0] == "و":
        for beginning in ("ي", "ت", "سي", "ست"):
            yield Relative(beginning + stem[1:], rule)
    if len(stem) == 3 and stem[1] == "ا":
        for long in "وي":
            present = f"ي{stem[0]}{long}{stem[2]}"
            yield Relative(present, rule)
            yield Relative("ت" + present[1:], rule, needs=present)
            yield Relative("س" + present, rule)
    if len(stem) >= 3 and stem[0] == "ا":  # أكد, يؤكد: the hamza takes another seat
        for letter in "يتن":
            yield Relative(f"{letter}ئ{stem[1:]}", rule)
    elif len(stem) >= 4 and stem[0] in "يتن" and stem[1] == "ئ":
        yield Relative("ا" + stem[2:], rule)
        for letter in "يتن":
            yield Relative(letter + stem[1:], rule)
    if len(stem) >= 4 and stem[0] == "ا" and stem[1] not in "لا":
        yield Relative("ي" + stem[1:], rule)
        yield Relative("ت" + stem[1:], rule, needs="ي" + stem[1:])
    match tuple(stem):  # أعاد, يعيد; استفاد, يستفيد
        case ("ا", *middle, a, "ا", b) if middle in ([], ["س", "ت"]):
            for letter in "يت":
                yield Relative(f"{letter}{''.join(middle)}{a}ي{b}", rule)
        case ("ي" | "ت", *middle, a, "ي", b) if middle in ([], ["س", "ت"]):
            yield Relative(f"ا{''.join(middle)}{a}ا{b}", rule)
        case _:
            pass
    if stem.startswith(("سي", "ست")) and len(stem) >= 5:
        yield Relative("ي" + stem[2:], rule)
        yield Relative(stem[2:], rule)
        yield Relative("ا" + stem[2:], rule)
        if len(stem) == 5 and stem[3] in "وي":
            yield Relative(f"{stem[2]}ا{stem[4]}", rule)
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
        case ("م", a, b, c) if b not in "اي":
            found.append((f"ت{a}{b}ي{c}", "تفعيل/مفعل"))
        case ("م", "ت", a, b, c) if b not in _LONG:
            found.append((f"ت{a}{b}ي{c}", "تفعيل/متفعل"))
        case _:
            pass
    match tuple(stem):
        case ("ت", a, b, "ي", c) if a != "م":
            found.append((f"مت{a}{b}{c}", "تفعيل/متفعل"))
        case _:
            pass
    if stem[0] == "ا" and len(stem) >= (7 if stem[1:3] == "ست" else 6) and stem[-2] == "ا":  # اعتقال, استثمار
        middle = stem[1:-2] + stem[-1]
        found += [("م" + middle, "افتعال/مفتعل"), ("ا" + middle, "افتعال/افتعل")]
        if middle[-1] == middle[-2]:
            found += [("م" + middle[:-1], "افتعال/مفتعل"), ("ا" + middle[:-1], "افتعال/افتعل")]
    elif stem[0] in "ام" and len(stem) >= 5 and ("ت" in stem[1:4] or stem[1] == "ن"):  # معتقل, اعتقل
        found += [
            (f"ا{stem[1:-1]}ا{stem[-1]}", "افتعال/مفتعل"),
            (("م" if stem[0] == "ا" else "ا") + stem[1:], "افتعل/مفتعل"),
        ]
        if len(stem) == 4:
            found.append((f"ا{stem[1:]}ا{stem[-1]}", "افتعال/مفتعل"))
    elif len(stem) == 4 and stem[0] in "ام" and stem[2] == "ت":  # محتج, احتجاج
        found.append((f"ا{stem[1:]}ا{stem[-1]}", "افتعال/مفتعل"))
    if len(stem) == 5 and stem[0] in "تم" and stem[2] == "ا":
        found.append((("م" if stem[0] == "ت" else "ت") + stem[1:], "تفاعل/مفاعلة"))
    if stem[0] == "ت" and len(stem) >= 4:
        found.append(("م" + stem, "تفاعل/متفاعل"))
    if stem.startswith("مت") and len(stem) >= 5:
        found.append((stem[1:], "تفاعل/متفاعل"))
    if len(stem) == 5 and stem[0] == stem[3] == "ا":
        found.append((stem[:3] + stem[4], "إفعال/أفعل"))
        found.append(("م" + stem[1:3] + stem[4], "إفعال/مفعل"))
    if len(stem) == 4 and stem[0] in "ام" and not set(stem[1:]) & set(_LONG):
        found.append((f"ا{stem[1:3]}ا{stem[3]}", "إفعال/مفعل" if stem[0] == "م" else "إفعال/أفعل"))
    if len(stem) == 4 and stem[1] == "ا" and stem[0] not in "ماي":  # حاول, محاولة
        yield Relative("م" + stem, "فاعل/مفاعلة", needs=_forms(f"م{stem}ه"))
    if len(stem) == 5 and stem[0] == "م" and stem[2] == "ا":
        yield Relative(stem[1:], "فاعل/مفاعلة", needs=_forms(f"{stem}ه"))
    for other, rule in found:
        if other not in NO_PARTICIPLES:
            yield Relative(other, rule)


def _offices(word: str, stem: str) -> Iterator[Relative]:
    """Yield the office of a person, and the person of an office: سفير, سفارة; and حصار, محاصرة."""
    rule = "فعيل/فعالة"
    match tuple(stem):
        case (a, b, "ي", c) if stem not in NO_OFFICES and word in (stem, stem + "ين", stem + "ون"):
            yield Relative(f"{a}{b}ا{c}", rule, needs=_forms(f"{a}{b}ا{c}ه"))
        case (a, b, "ا", c) if word.startswith((stem + "ه", stem + "ت", stem + "ات")):
            if (person := f"{a}{b}ي{c}") not in NO_OFFICES:
                yield Relative(person, rule)
        case (a, b, "ا", c) if word == stem and stem not in NO_OFFICES:
            yield Relative(f"م{a}ا{b}{c}", "فعال/مفاعلة", needs=_forms(f"م{a}ا{b}{c}ه"))
        case ("م", a, "ا", b, c) if f"{a}{b}ا{c}" not in NO_OFFICES:
            yield Relative(f"{a}{b}ا{c}", "فعال/مفاعلة", needs=f"{a}{b}ا{c} ال{a}{b}ا{c}")
        case _:
            pass


def _prepositions(stem: str, word: str) -> Iterator[Relative]:
    """Yield the stem with ب، ل، ف or ك before it, or without: بحدود and حدود.

    The letter belongs to the word where the word has an article before it (البحرية), or stands in the table.
    """
    if len(word) >= 5 and word[0] in "بلفك" and stem not in OWN_LETTER:
        yield Relative(light(word[1:]), "preposition", unless="ال" + word)
    if len(word) >= 4:
        base = word[:-1] + "ت" if word.endswith("ه") else word
        for letter in "بل":
            for form in (letter + word, *(letter + base + pronoun for pronoun in ("ه", "ها", "هم"))):
                found = light(form)
                if found not in OWN_LETTER and form not in OWN_LETTER:
                    yield Relative(found, "preposition", needs=form, unless=f"ال{letter}{word}")
    feminine = stem[1:] + "ه"
    if len(stem) == 3 and stem[0] in "بل" and stem not in OWN_LETTER and light(feminine) == feminine:
        yield Relative(feminine, "preposition", unless="ال" + word)  # بقوة
    if stem[0] in "بلفك" and len(stem) >= 4 and stem not in OWN_LETTER:
        yield Relative(stem[1:], "preposition", unless="ال" + word)
        yield Relative(stem[1:] + "ه", "preposition", unless="ال" + word)
    if len(stem) >= 3:
        if len(stem) == 3 and stem.endswith("ه"):
            for letter in "بل":
                if letter + stem[:2] not in OWN_LETTER:
                    yield Relative(letter + stem[:2], "preposition", unless=f"ال{letter}{word}")
        stem = stem.removesuffix("ه") if len(stem) > 3 else stem
        for letter in "بلفك":
            if letter + stem not in OWN_LETTER:
                yield Relative(letter + stem, "preposition", unless="ال" + letter + word)


def _defective(word: str, stem: str) -> Iterator[Relative]:
    """Yield nouns of a last radical ي with their plurals: ضحية and ضحايا, صحراء and صحراوي, قانون and قوانين."""
    match tuple(stem):
        case (a, b, "ي"):
            yield Relative(f"{a}{b}ا", "فعيلة/فعايا", needs=_forms(f"{a}{b}ايا"))
        case (a, b, "ا") if word.startswith(f"{stem}يا"):
            yield Relative(f"{a}{b}ي", "فعيلة/فعايا")
        case (a, "ا", "و") if word.startswith(f"{stem}ي"):
            yield Relative(f"{a}وا", "فاعلة/فواعل", needs=_forms(f"{a}وايا"))
        case (a, "و", "ا") if word.startswith(f"{stem}يا"):
            yield Relative(f"{a}او", "فاعلة/فواعل")
        case (*_, "ا", "ء") if len(stem) >= 4:
            yield Relative(stem[:-1] + "و", "nisba")
        case (*_, "ا", "و") if len(stem) >= 4 and word.startswith(stem + "ي"):
            yield Relative(stem[:-1] + "ء", "nisba")
        case (*_, "س", "ت") if word == stem + "ان":
            yield Relative(stem[:-2], "-ستان")
        case (a, b, "ا", c) if word.startswith(f"{stem}ين"):
            for long in _LONG:
                yield Relative(light(f"{a}{b}{c}{long}ن"), "فعلان/فعالين")
        case _:
            pass
    if len(stem) >= 3:
        yield Relative(stem + "ست", "-ستان", needs=_forms(stem + "ستان"))
    if len(word) == 5 and word[3] in _LONG and word[4] == "ن":
        plural = f"{word[:2]}ا{word[2]}ين"
        yield Relative(light(plural), "فعلان/فعالين", needs=_forms(plural))


def _seats(stem: str) -> Iterator[Relative]:
    """Yield spellings with and without the seat of a hamza: مؤتمر and موتمر, جرائم and جرايم."""
    if "ئ" in stem[1:]:
        for plain in "يو":
            yield Relative(stem.replace("ئ", plain), "spelling", same=True)
    elif len(stem) > 3:
        for at in (1, stem.find("اي") + 1):
            if at > 0 and stem[at] in "يو":
                yield Relative(f"{stem[:at]}ئ{stem[at + 1 :]}", "spelling", same=True)


def _pronouns(word: str, stem: str) -> Iterator[Relative]:
    """Yield a noun of two letters with a pronoun, or without: حق and حقهم, which the light stems part."""
    short = stem[1:] if len(stem) == 3 and stem[0] in "بل" else stem
    if short in SHORT_NOUNS:
        for start in ("", "ب", "ل"):
            for pronoun in ("", *_PRONOUNS):
                yield Relative(start + short + pronoun, "pronoun")
    for start in ("", "ب", "ل"):
        for pronoun in _PRONOUNS:
            if word.startswith(start) and word.endswith(pronoun):
                noun = word[len(start) : -len(pronoun)]
                if noun in SHORT_NOUNS:
                    yield Relative(noun, "pronoun")


def _addressed(word: str) -> Iterator[Relative]:
    """Yield a noun with ك (your), or without; not مشترك, which takes articles and endings of its own."""
    longer = word + "ك"
    if len(word) >= 3:
        yield Relative(light(longer), "pronoun", needs=longer, unless=_own(longer))
    if len(word) >= 4 and word.endswith("ك"):
        yield Relative(light(word[:-1]), "pronoun", unless=_own(word))


def _accusative(word: str) -> Iterator[Relative]:
    """Yield بيانا for بيان, and بيان for it: the light stems take our (نا) off, which nobody has there."""
    longer = word + "ا"
    if len(word) >= 4 and word.endswith("ن"):
        yield Relative(light(longer), "accusative", needs=longer, unless="ال" + word[:-1], same=True)
    elif len(word) >= 5 and word.endswith("نا"):
        noun = word[:-1]
        held = f"{noun} ال{noun} وال{noun} لل{noun} بال{noun} و{noun}"
        yield Relative(light(noun), "accusative", needs=held, unless="ال" + word[:-2], same=True)


def _own(word: str) -> str:
    return f"ال{word} {word}ه ال{word}ه {word}ات {word}ين ال{word}ين {word}ي ال{word}ي ال{word}يه"


def _forms(word: str) -> str:
    """Return a word as it stands in texts most often: bare, with article, preposition, pronoun."""
    return (
        f"{word} ال{word} وال{word} لل{word} بال{word} ب{word} ل{word} و{word} "
        f"{word}هم {word}ها {word}نا ب{word}هم ب{word}ها"
    )
