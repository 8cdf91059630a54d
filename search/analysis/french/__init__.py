"""What French is to the project: each part is imported where it is first needed.

A search loads this file, which therefore holds the function words and nothing else that is long.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from coopsearch.search.analysis.language import Language

if TYPE_CHECKING:
    from coopsearch.search.analysis.date_words import DateWords
    from coopsearch.search.analysis.derivation import Relative
    from coopsearch.search.analysis.langid.profiles import Profile


def _stem(word: str) -> str:
    from coopsearch.search.analysis.french.stemming import stem

    return stem(word)


def _relatives(word: str, stem: str) -> Iterator[Relative]:
    from coopsearch.search.analysis.french.derivation import french

    return french(word, stem)


def _beginnings() -> str:
    from coopsearch.search.analysis.french.other_beginnings import BEGINNINGS

    return BEGINNINGS


def _profile() -> Profile:
    from coopsearch.search.analysis.french.profile import PROFILE

    return PROFILE


def _dates() -> DateWords:
    from coopsearch.search.analysis.french.dates import DATES

    return DATES


#: What French hangs on a verb in a question: trouve-t-on, est-ce, viendront-ils.
_HUNG: Final = frozenset("je tu il elle on nous vous ils elles ce".split())


def _unhung(slots: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out a pronoun that hangs on a verb.

    *Où trouve-t-on* (trouve, t, on) asks for *trouve*, which no report writes with its pronoun.
    """
    if len(slots) > 1 and slots[-1] in _HUNG:
        slots = slots[:-1]
        if len(slots) > 1 and slots[-1] == "t":
            slots = slots[:-1]
    return slots


_FUNCTION_WORDS: Final = """
    le la les l un une des de d du au aux a en dans par pour sur sous avec sans vers chez entre contre depuis
    pendant durant avant apres des jusque jusqu lors lorsque lorsqu selon parmi malgre afin comme et ou ni mais
    donc or car si puis puisque puisqu que qu qui quoi dont lequel laquelle lesquels lesquelles duquel auquel
    auxquels auxquelles desquels desquelles quel quelle quels quelles quand comment pourquoi combien ce cet cette
    ces c ca cela ceci celui celle ceux celles ci je j tu il elle on nous vous ils elles me m te t se s lui leur
    leurs eux moi toi soi y mon ma mes ton ta tes son sa ses notre nos votre vos etre suis es est sommes etes sont
    etait etaient ete etant sera seront serait seraient soit soient fut furent avoir ai as avons avez ont avait
    avaient eu ayant aura auront aurait auraient ait aient faire fait font faut peut peuvent pouvait doit doivent
    devait ne n pas plus moins tres trop aussi ainsi alors encore deja meme memes tout toute tous toutes autre
    autres aucun aucune chaque quelque quelques quelquun quelquune certain certains certaine certaines plusieurs tel telle tels
    telles la ici
"""
#: Those that are something else in another language: on their own they do not say which one a question is in.
_SHARED: Final = (
    "a as au ca car certain certains comment d donc es eu fait font fut ici ma me moi moins ni notre on"
    " or plus puis s sa sans sera si soit son sous t te tel ton tout tu"
)

LANGUAGE: Final = Language(
    stem=_stem,
    names="french francais française فرنسي فرنسية",
    function_words=_FUNCTION_WORDS,
    shared=_SHARED,
    relatives=_relatives,
    unhung=_unhung,
    beginnings=_beginnings,
    profile=_profile,
    dates=_dates,
    ocr="fra",
)
