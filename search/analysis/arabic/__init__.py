"""What Arabic is to the project: each part is imported where it is first needed.

A search loads this file, which therefore holds the function words and nothing else that is long.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from coopsearch.search.analysis.language import Language

if TYPE_CHECKING:
    from coopsearch.search.analysis.date_words import DateWords
    from coopsearch.search.analysis.derivation import Relative


def _stem(word: str) -> str:
    from coopsearch.search.analysis.arabic.stemming import light

    return light(word)


def _relatives(word: str, stem: str) -> Iterator[Relative]:
    from coopsearch.search.analysis.arabic.derivation import arabic

    return arabic(word, stem)


def _dates() -> DateWords:
    from coopsearch.search.analysis.arabic.dates import DATES

    return DATES


_FUNCTION_WORDS: Final = """
    من الي عن علي في منذ خلال حتي بين تحت فوق امام خلف حول دون ضد نحو عند عندما لدي مع قبل بعد اثناء عبر ثم او ام
    بل لكن ولكن ان انه انها انهم وان بان لان لانه لانها كان ليت لعل اذا اذ لو لولا قد لقد وقد سوف لم لن لا ولا ولم ما
    ليس ليست كانت كانوا وكان وكانت يكون تكون يكن تكن غير سوي كل كلا كلتا بعض جميع اي ايه هو هي هم هن هما وهو وهي انا نحن
    انت انتم هذا هذه هذان هاتان هولاء ذلك تلك اولئك الذي التي الذين اللذان اللتان اللذين اللتين اللاتي اللواتي
    هنا هناك متي كيف اين لماذا لما كم هل ماذا ماهي ماهو ماهيه فما وما بما مما عما فيما لمن بمن ممن فيمن ايهما ايهم لاي باي فاي
    به بها بهم له لها لهم لك لنا فيه فيها فيهم منه منها منهم عليه عليها عليهم عنه عنها اليه اليها معه معها كما بينما حيث
    حين حينما ايضا فقط جدا كذلك مثل تم يتم فقد
"""

LANGUAGE: Final = Language(
    stem=_stem,
    names="arabic arabe عربي عربية",
    function_words=_FUNCTION_WORDS,
    relatives=_relatives,
    dates=_dates,
    ocr="ara",
)
