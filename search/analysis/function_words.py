"""Function words: words that hold a question together and say nothing of what it is about.

*What*, *quelle* and *متى* are rare in reports and so look telling to a ranking that goes by rarity. They are
still searched for; a query only counts them for less. Closed classes alone (articles, prepositions,
pronouns, conjunctions, question words, auxiliaries), in English, French and Arabic, as ``fold`` writes
them. This file knows no index and no ranking.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

_WORDS: Final = {
    "en": """a an the and or nor but if then than so as at by for from in into of off on onto out over per to toward
        towards under until unless up upon via with within without about above across after again against along
        although among amongst around because before behind below beneath beside besides between beyond despite down
        during except near since though through throughout whereas whether while i me my mine myself we us our ours
        ourselves you your yours yourself he him his himself she her hers herself it its itself they them their
        theirs themselves this that these those who whom whose which what when where why how am is are was were be
        been being have has had having do does did doing done can could may might must shall should will would ought
        cannot not no any all both each either neither every few more most much many some such other another same
        own only just very too also even still yet ever never however therefore thus hence there here s t d ll re ve
        don didn doesn isn aren wasn weren hasn haven hadn couldn shouldn wouldn won""",
    "fr": """le la les l un une des de d du au aux a en dans par pour sur sous avec sans vers chez entre contre depuis
        pendant durant avant apres des jusque jusqu lors lorsque lorsqu selon parmi malgre afin comme et ou ni mais
        donc or car si puis puisque puisqu que qu qui quoi dont lequel laquelle lesquels lesquelles duquel auquel
        auxquels auxquelles desquels desquelles quel quelle quels quelles quand comment pourquoi combien ce cet cette
        ces c ca cela ceci celui celle ceux celles ci je j tu il elle on nous vous ils elles me m te t se s lui leur
        leurs eux moi toi soi y mon ma mes ton ta tes son sa ses notre nos votre vos etre suis es est sommes etes sont
        etait etaient ete etant sera seront serait seraient soit soient fut furent avoir ai as avons avez ont avait
        avaient eu ayant aura auront aurait auraient ait aient faire fait font faut peut peuvent pouvait doit doivent
        devait ne n pas plus moins tres trop aussi ainsi alors encore deja meme memes tout toute tous toutes autre
        autres aucun aucune chaque quelque quelques certain certains certaine certaines plusieurs tel telle tels
        telles la ici""",
    "ar": """من الي عن علي في منذ خلال حتي بين تحت فوق امام خلف حول دون ضد نحو عند عندما لدي مع قبل بعد اثناء عبر ثم او ام
        بل لكن ولكن ان انه انها انهم وان بان لان لانه لانها كان ليت لعل اذا اذ لو لولا قد لقد وقد سوف لم لن لا ولا ولم ما
        ليس ليست كانت كانوا وكان وكانت يكون تكون يكن تكن غير سوي كل كلا كلتا بعض جميع اي ايه هو هي هم هن هما وهو وهي انا نحن
        انت انتم هذا هذه هذان هاتان هولاء ذلك تلك اولئك الذي التي الذين اللذان اللتان اللذين اللتين اللاتي اللواتي
        هنا هناك متي كيف اين لماذا لما كم هل ماذا ماهي ماهو ماهيه فما وما بما مما عما فيما لمن بمن ممن فيمن ايهما ايهم لاي باي فاي
        به بها بهم له لها لهم لك لنا فيه فيها فيهم منه منها منهم عليه عليها عليهم عنه عنها اليه اليها معه معها كما بينما حيث
        حين حينما ايضا فقط جدا كذلك مثل تم يتم فقد""",
}
#: Words of the lists that are something else in another of the languages: on their own they do not say
#: which language a question is in.
_SHARED: Final = frozenset(
    "a an as au ca can car certain certains comment d donc es eu fait font fut ici in ma may me might mine moi"
    " moins ni notre on or ours own per plus puis s sa sans sera si soit son sous t te tel ton tout tu us will".split()
)
#: What French hangs on a verb in a question: trouve-t-on, est-ce, viendront-ils.
_HUNG: Final = frozenset("je tu il elle on nous vous ils elles ce".split())


@cache
def _known(language: str) -> frozenset[str]:
    return frozenset(_WORDS.get(language, "").split())


@cache
def _all() -> frozenset[str]:
    """Return the function words of all languages: most queries hold none."""
    return frozenset().union(*map(_known, _WORDS))


def is_function_word(word: str) -> bool:
    """Say whether a folded word is a function word of any language."""
    return word in _all()


def asked_in(words: Iterable[str], languages: Iterable[str]) -> str:
    """Return the language that a query is asked in, as far as its function words show it; else "".

    ``words`` are folded; ``languages`` (ISO 639-1) those that the index holds. Of equals, none is chosen.
    """
    asked = frozenset(words)
    if asked.isdisjoint(_all()):
        return ""
    counts = sorted((len((_known(language) & asked) - _SHARED), language) for language in languages)
    if not counts or not counts[-1][0] or (len(counts) > 1 and counts[-2][0] == counts[-1][0]):
        return ""
    return counts[-1][1]


def function_words(words: Iterable[str], language: str) -> frozenset[str]:
    """Return which folded words of a query in a language are function words.

    None where the query holds nothing else: then they are what it is about.
    """
    asked = frozenset(words)
    found = asked & _known(language)
    return found if len(found) < len(asked) else frozenset()


def unhung(slots: tuple[str, ...], language: str) -> tuple[str, ...]:
    """Return the parts of a hyphenated French word without a pronoun that hangs on it.

    *Où trouve-t-on* (trouve, t, on) asks for *trouve*, which no report writes with its pronoun.
    """
    if language == "fr" and len(slots) > 1 and slots[-1] in _HUNG:
        slots = slots[:-1]
        if len(slots) > 1 and slots[-1] == "t":
            slots = slots[:-1]
    return slots
