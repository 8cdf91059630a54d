"""What English is to the project: each part is imported where it is first needed.

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
    from coopsearch.search.analysis.english.stemming import stem

    return stem(word)


def _relatives(word: str, stem: str) -> Iterator[Relative]:
    from coopsearch.search.analysis.english.derivation import english

    return english(word, stem)


def _beginnings() -> str:
    from coopsearch.search.analysis.english.other_beginnings import BEGINNINGS

    return BEGINNINGS


def _profile() -> Profile:
    from coopsearch.search.analysis.english.profile import PROFILE

    return PROFILE


def _dates() -> DateWords:
    from coopsearch.search.analysis.english.dates import DATES

    return DATES


_FUNCTION_WORDS: Final = """
    a an the and or nor but if then than so as at by for from in into of off on onto out over per to toward
    towards under until unless up upon via with within without about above across after again against along
    although among amongst around because before behind below beneath beside besides between beyond despite down
    during except near since though through throughout whereas whether while i me my mine myself we us our ours
    ourselves you your yours yourself he him his himself she her hers herself it its itself they them their
    theirs themselves this that these those who whom whose which what when where why how am is are was were be
    been being have has had having do does did doing done can could may might must shall should will would ought
    cannot not no any all both each either neither every few more most much many some such other another same
    own only just very too also even still yet ever never however therefore thus hence there here s t d ll re ve
    don didn doesn isn aren wasn weren hasn haven hadn couldn shouldn wouldn won
"""
#: Those that are something else in another language: on their own they do not say which one a question is in.
_SHARED: Final = "a an as can d in may me might mine on or ours own per s t us will"

LANGUAGE: Final = Language(
    stem=_stem,
    names="english anglais إنجليزي إنجليزية",
    function_words=_FUNCTION_WORDS,
    shared=_SHARED,
    relatives=_relatives,
    beginnings=_beginnings,
    profile=_profile,
    dates=_dates,
    ocr="eng",
)
