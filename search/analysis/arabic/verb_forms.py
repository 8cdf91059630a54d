"""Arabic derived verbs: the noun, the tenses and the participles of one form make each other.

Forms II to X as the grammars count them (W. Wright, I 29 ff.; K. Ryding, chapters 22 to 31), those with a
long vowel or a doubled letter in the root too. A light stem is read as every form that it may be; what is
made of it is real if the index holds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopsearch.search.analysis.arabic.exceptions import NO_CAUSES, NO_PARTICIPLES, NO_PASSIVES, NO_VERBS
from coopsearch.search.analysis.derivation import Relative

_LONG: Final = "اوي"
_RULE: Final = "افتعال/يفتعل"


def derived(word: str, stem: str) -> Iterator[Relative]:
    """Yield what a noun of action, its verb and its participles make of each other; ``word`` has no article."""
    if stem in NO_PARTICIPLES:
        return
    for found in (*_first(stem), *_augmented(stem), *_second(stem), *_third(stem), *_fourth(word, stem)):
        if found.stem != stem and found.stem not in NO_PARTICIPLES:
            yield found


def _first(stem: str) -> Iterator[Relative]:
    """Yield what the plain verb makes: دخول, يدخل; منع, ممنوع. Its past is a broken plural's noun as well."""
    match tuple(stem):
        case (a, b, "و", c) if not {a, b, c} & set(_LONG) and b != c:
            yield Relative(f"ي{a}{b}{c}", "يفعل/فعول")  # and not تفعل: تدخل is an intervention
        case ("ي", a, b, c) if not {a, b, c} & set(_LONG) and b != c:
            yield Relative(f"{a}{b}و{c}", "يفعل/فعول")
        case ("م", a, b, "و", c) if stem not in NO_PASSIVES:
            yield Relative(a + b + c, "فعل/مفعول")
        case (a, b, c) if (passive := f"م{a}{b}و{c}") not in NO_PASSIVES:
            yield Relative(passive, "فعل/مفعول")
        case _:
            pass


def _augmented(stem: str) -> Iterator[Relative]:
    """Yield the paradigm of the forms that begin with ا: اعتقال, اعتقلت, يعتقل, معتقل; VII, VIII and X."""
    if len(stem) == 4 and stem[0] in "ايم" and stem[1] == "ن":  # ينضم, انضمام
        yield Relative(f"ا{stem[1:]}ا{stem[-1]}", _RULE)
    for core in dict.fromkeys(_cores(stem)):
        if not _is_short(core):  # استقال is not a form of استقلال
            yield Relative(f"ا{core[:-1]}ا{core[-1]}", _RULE)
        if len(core) == 4 and core[2] == "ا":  # يختار, اختيار
            yield Relative(f"ا{core[:2]}يا{core[3]}", _RULE)
        if core[-2] == core[-1] and len(core) == 4:  # انضمام, ينضم
            for start in ("ا", "ي", "م"):
                yield Relative(start + core[:-1], _RULE)
        if core.startswith("ستئ"):  # استئناف, استأنف
            for start in ("ا", "ي", "م"):
                yield Relative(f"{start}ستا{core[3:]}", _RULE)
        elif core.startswith("ستا") and len(core) == 5:
            yield Relative(f"استئ{core[3]}ا{core[4]}", _RULE)
        if core.startswith("ستو"):  # استورد, استيراد
            yield Relative(f"استي{core[3:-1]}ا{core[-1]}", _RULE)
        if _is_short(core):  # يحتل, احتلال; يختفي, اختفاء
            yield Relative(f"ا{core}ا{core[-1]}", _RULE)
            yield Relative(f"ا{core}اء", _RULE)
        for start in ("ا", "ي", "م", "سي"):
            yield Relative(start + core, _RULE)
        yield Relative("ت" + core, _RULE, needs="ي" + core)
        yield Relative(f"ا{core}ت", _RULE)


def _cores(stem: str) -> Iterator[str]:
    """Yield what follows the first letter of the past of VII, VIII or X, if the stem may be of one."""
    made = []
    if stem[0] == "ا" and len(stem) >= 6:
        if stem.endswith("اء"):
            made.append(stem[1:-2])
        elif stem[-2] == "ا":
            if _is_long(core := stem[1:-2] + stem[-1]):
                made.append(core)
            if stem[-3] == stem[-1]:
                made.append(stem[1:-2])
            if len(stem) == 6 and stem[3] == "ي":
                made.append(f"{stem[1:3]}ا{stem[5]}")
            if stem.startswith("استي"):
                made.append(f"ستو{stem[4:-2]}{stem[-1]}")
    elif stem[0] == "ا" and len(stem) == 5 and stem[1] == "ت" and stem[3] == "ا":  # اتفاق
        made.append(stem[1:3] + stem[4])
    if len(stem) >= 4:
        if stem[0] in "ايم" or (stem[0] == "ت" and len(stem) >= 5):
            made.append(stem[1:])
        if stem[0] == "ا" and stem[-1] == "ت":
            made.append(stem[1:-1])
        if stem.startswith(("سي", "ست")):
            made.append(stem[2:])
    for core in made:
        if core not in NO_VERBS and (_is_long(core) or _is_short(core) or _is_assimilated(core)):
            yield core


def _is_long(core: str) -> bool:
    if core.startswith("ست"):
        return len(core) == 5
    return len(core) == 4 and (
        core[1] == "ت" or (core[0] == "ن" and core[3] != "ه") or core[:2] in ("صط", "ضط", "زد")
    )


def _is_short(core: str) -> bool:
    """Say whether the root ends in a doubled or a weak letter, as in يحتل and يستدعي."""
    return (len(core) == 3 and core[1] == "ت") or (len(core) == 4 and core.startswith("ست"))


def _is_assimilated(core: str) -> bool:
    """Say whether the first letter of the root went into the ت, as in يتفق."""
    return len(core) == 3 and core[0] == "ت" and core[1] not in _LONG and core[2] not in _LONG


def _second(stem: str) -> Iterator[Relative]:
    """Yield تفعيل for يفعل and what belongs to it: تهديد, يهدد, هددت."""
    rule = "تفعيل/يفعل"
    match tuple(stem):
        case ("ت", a, b, "ي", c) if b not in "اي" and a + b + c not in NO_CAUSES:
            root = a + b + c
            yield Relative("ي" + root, rule)
            yield Relative("سي" + root, rule)
            yield Relative("ت" + root, rule, needs="ي" + root)
            yield Relative(root + "ت", rule, needs="ي" + root)
            yield Relative(root, rule, needs=f"ي{root} ت{root}")
            if a == "و" or b == c:  # of no other form: the first says يقع and يهد
                yield Relative(root, rule)
                yield Relative("م" + root, rule)
        case ("ي" | "ت" | "م" as start, a, b, c) if (
            b not in "اي" and a not in "اي" and a + b + c not in NO_CAUSES
        ):
            noun = f"ت{a}{b}ي{c}"
            needs = f"{noun} ال{noun} وال{noun} لل{noun} بال{noun} ل{noun} ب{noun} و{noun}"
            if start == "م":
                yield Relative(f"ي{a}{b}{c}", rule, needs=needs)
            elif start == "ي":
                yield Relative(f"م{a}{b}{c}", rule, needs=needs)
            if start != "م" or b == c:
                yield Relative(f"ت{a}{b}ي{c}", rule, needs="" if start == "ي" else f"ي{a}{b}{c}")
            if b == c:
                for other in ("ي", "م", ""):
                    yield Relative(other + a + b + c, rule)
        case (a, b, c, "ت") if not {a, b, c} & set(_LONG) or a == "و":
            yield Relative(f"ت{a}{b}ي{c}", rule, needs=f"ي{a}{b}{c}")
        case (a, b, c) if b == c or a == "و":
            yield Relative(f"ت{a}{b}ي{c}", rule)
        case (a, b, c) if not {a, b, c} & set(_LONG):
            yield Relative(f"ت{a}{b}ي{c}", rule, needs=f"ي{a}{b}{c} ت{a}{b}{c}")
        case _:
            pass


def _third(stem: str) -> Iterator[Relative]:
    """Yield the verb of مفاعلة: يراقب, راقبت; and of its sixth form: يتفاوض."""
    rule = "مفاعلة/يفاعل"
    match tuple(stem):
        case ("م" | "ي", a, "ا", b, c) if a not in _LONG:
            core = f"{a}ا{b}{c}"
            for start in ("م", "ي", "يت", "مت"):
                yield Relative(start + core, rule)
            yield Relative("ت" + core, rule, needs="ي" + core)
            yield Relative(core + "ت", rule, needs="ي" + core)
        case ("ي" | "م", "ت", a, "ا", b, c):
            core = f"{a}ا{b}{c}"
            for start in ("م", "ي"):
                yield Relative(start + core, rule)
        case (a, "ا", b, c, "ت"):
            yield Relative(f"م{stem[:-1]}", rule, needs="ي" + stem[:-1])
        case _:
            pass


def _fourth(word: str, stem: str) -> Iterator[Relative]:
    """Yield the verb of إفعال: أنقذت, ينقذ; of إيقاف: أوقف, يوقف; of إدانة: مدان, مدير."""
    rule = "إفعال/يفعل"
    match tuple(stem):
        case ("ا", "ي", b, "ا", c):
            for start in "ايم":
                yield Relative(f"{start}و{b}{c}", rule)
            yield Relative(f"او{b}{c}ت", rule)
        case ("ا", a, b, "ا", c) if a not in _LONG and b not in _LONG:
            yield Relative(f"ا{a}{b}{c}ت", rule)
            yield Relative(f"ي{a}{b}{c}", rule, needs=f"ا{a}{b}{c} ا{a}{b}{c}ت")
        case ("ا" | "ي" | "م", "و", b, c):
            yield Relative(f"اي{b}ا{c}", rule)
        case ("ا", "و", b, c, "ت"):
            yield Relative(f"اي{b}ا{c}", rule)
        case ("ا", a, b, c, "ت") if not {a, b, c} & set(_LONG):
            yield Relative(f"ا{a}{b}ا{c}", rule)
        case ("ي", a, b, c) if not {a, b, c} & set(_LONG):
            yield Relative(f"ا{a}{b}ا{c}", rule, needs=f"ا{a}{b}{c} ا{a}{b}{c}ت")
        case ("ا", a, "ا", c) if word == stem + "ه":
            for long in "اي":
                yield Relative(f"م{a}{long}{c}", rule)
        case ("م", a, "ا" | "ي", c) if a not in _LONG:
            noun = f"ا{a}ا{c}"
            yield Relative(noun, rule, needs=f"{noun}ه ال{noun}ه وال{noun}ه {noun}ته {noun}تها")
        case _:
            pass
