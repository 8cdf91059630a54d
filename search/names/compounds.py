"""The parts of a full name: of names that are written in one word or in two, both.

*Abdelmajid* is *Abdel Majid*, عبد المجيد and عبدالمجيد; *Aboubakr* is *Abu Bakr* and *Benali* is *Ben Ali*.
Does not depend on an index or on engines.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from coopsearch.search.lazy import expression
from coopsearch.search.names.particles import PARTICLES, parts
from coopsearch.search.names.scripts import ARABIC, WITH_ARTICLE, script_of

#: *Servant of*, with the article of what follows: a name is another one without it.
_SERVANT: Final = tuple(
    "abd abdel abdal abdul abdoul abdol abdil abder abdur abdour abdes abdus abden abdon "
    "عبد абд абдул абдель".split()
)
#: *Father of* and *son of*: they are written or not.
_FATHER: Final = tuple("abu abou abo abi aba abul aboul bu bou ابو ابي ابا بو абу".split())
_SON: Final = tuple("ben bin ibn بن ابن бен бин ибн".split())
_OF_FAMILY: Final = tuple("ould wuld weld uld ولد".split())
_ARTICLES: Final = frozenset("al el ul il as es ash esh ad ed at et an en ar er az ez ال".split())
#: The same where it is written together with the name; an article takes on the letter that it stands before.
_SERVANT_TOGETHER: Final = expression(
    "abd(?:[aeiou]{1,2}l|[aeiou]{1,2}([rsntdz])(?=\\1)|[aeiou]{1,2}(?=ch|sh))?-?(?=[a-z]{3})|عبد(?=..{3})|абд(?:ул|ель)(?=...)"
)
_FATHER_TOGETHER: Final = expression("ab(?:ou|u|o)l?(?=[bcdfghjkmnpqrstvwxz][a-z]{2})|اب[وي](?=...)")
_SON_TOGETHER: Final = expression("(?:ben|bin|ibn)(?=[a-z]{3})|بن(?=...)")
#: God, who has more spellings than keys.
_GOD: Final = ("allah", "ullah", "الله", "lah", "لله")
_OF_GOD: Final = ("abdallah", "abdullah", "عبدالله")
#: Of what an Arabic name is made in one word, so that its spellings in other scripts are near.
_WITH: Final = ("عبدل", "عبد")
#: Letters of a name that is left.
_LEFT: Final = 3


class Part(NamedTuple):
    """A word of a name by which it is told from others."""

    typed: tuple[str, ...]
    """As it was typed: several words where what stands before it is one."""
    alone: tuple[str, ...]
    """Words whose spellings are the part in one word."""
    before: tuple[str, ...] = ()
    """What is written before ``rest`` where the part is two words; empty where it is one alone."""
    rest: str = ""


def parts_of(words: tuple[str, ...]) -> list[Part]:
    """Return the parts of a name of folded words, in their order; without letters, none."""
    told = frozenset(parts(words))
    found: list[Part] = []
    at = 0
    while at < len(words):
        word = words[at]
        following = at + 1
        while following < len(words) - 1 and words[following] in _ARTICLES:
            following += 1
        rest = words[following] if following < len(words) and len(words[following]) > 1 else ""
        typed = (word, rest)
        if rest and word in _SERVANT:
            bare = _bare(rest)
            found.append(Part(typed, tuple(_joined(word, rest)), _SERVANT, bare))
            at = following
        elif rest and word in _FATHER and not at and following == len(words) - 1:
            # Nothing else tells this name from others: Abu Zeid is no Zeid.
            found.append(Part(typed, (word + rest,), _FATHER, rest))
            at = following
        elif rest and word in (*_FATHER, *_SON, *_OF_FAMILY) and (word in PARTICLES or len(words) > at + 2):
            found.append(Part((rest,), (rest, word + rest)))
            at = following
        elif word in told:
            found.append(_part(word))
        at += 1
    return found


def rest_words(part: Part) -> tuple[str, ...]:
    """Return words whose spellings may follow what stands before a part of two words."""
    if part.rest in _GOD:
        return _GOD
    return (part.rest, f"ال{part.rest}") if script_of(part.rest) == ARABIC else (part.rest,)


def _part(word: str) -> Part:
    """Return the part that a single word is."""
    for pattern, before in (
        (_SERVANT_TOGETHER, _SERVANT),
        (_FATHER_TOGETHER, _FATHER),
        (_SON_TOGETHER, _SON),
    ):
        if (match := pattern().match(word)) is not None:
            rest = word[match.end() :]
            if before == _SERVANT:
                rest = "allah" if rest in {"llah", "lah", "allah"} else _bare(rest)
                return Part((word,), (word, *_joined(before[0], rest, word)), before, rest)
            return Part((word,), (word,), before, rest)
    return Part((word,), (word,))


def _joined(word: str, rest: str, typed: str = "") -> Iterator[str]:
    """Yield how *servant of* is written together with a name."""
    if rest in _GOD:
        yield from _OF_GOD
    elif script_of(rest) == ARABIC:
        bare = _bare(rest)
        yield from (before + bare for before in _WITH)
        yield f"عبدال{bare}"
    elif not typed:
        yield word + rest
        if not word.endswith(("l", rest[0])):
            yield f"abdel{rest}"


def _bare(word: str) -> str:
    """Return a name without an article in Arabic, except where that is God's name."""
    if word in _GOD:
        return "allah"
    article = next(
        (one for one in WITH_ARTICLE if word.startswith(one) and len(word) - len(one) >= _LEFT), ""
    )
    return word.removeprefix(article) if script_of(word) == ARABIC else word
