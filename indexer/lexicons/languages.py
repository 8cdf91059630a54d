"""The languages of a glossary, by whatever name a file gives them: en, eng, English, anglais, en-US.

Does not depend on files.
"""

from __future__ import annotations

import re
from typing import Final

from coopsearch.search.errors import SettingsError
from coopsearch.search.translation.entry import LANGUAGES

#: What each language is called in a message.
NAMES: Final = {"en": "English", "fr": "French", "ar": "Arabic"}
_CALLED: Final = {
    "en": "en eng english anglais الإنجليزية الانجليزية إنجليزي انجليزي",
    "fr": "fr fra fre french français francais الفرنسية فرنسي",
    "ar": "ar ara arb arabic arabe العربية عربي عربية",
}
_CODES: Final = {name: code for code, names in _CALLED.items() for name in names.split()}
#: Other languages that glossaries have columns for: a header is known by them, too.
_OTHERS: Final = frozenset(
    """
    de deu ger german deutsch es spa spanish español espagnol it ita italian italiano pt por portuguese ru rus
    russian zh zho chi chinese nl nld dut dutch tr tur turkish fa fas per persian farsi he heb hebrew la lat
    latin el ell gre greek pl pol polish sv swe swedish uk ukr ukrainian ur urd urdu so som somali am amh
    amharic ku kur kurdish ja jpn japanese ko kor korean da dan danish fi fin finnish cs ces czech ro ron
    romanian hu hun hungarian bg bul bulgarian sw swa swahili ti tir tigrinya ps pus pashto hi hin hindi bn
    ben bengali id ind indonesian mt mlt maltese sq sqi albanian sr srp serbian hr hrv croatian ca cat catalan
    """.split()
)
#: What columns hold beside terms, though their headings name a language: "English definition".
_BESIDE: Final = frozenset(
    """
    definition def example examples exemple exemples note notes comment comments remark remarks commentaire
    remarque remarques context contexte pos gender genre number source sources reference references
    pronunciation prononciation transcription transliteration domain domaine date id status
    statut usage explanation description
    تعريف مثال ملاحظة ملاحظات شرح مصدر
    """.split()
)
_WORD: Final = re.compile(r"[^\W\d_]+")
#: Two languages side by side in the name or title of a dictionary.
_PAIR: Final = re.compile(r"([^\W\d_]+)[\s._-]*(?:-|–|—|_|>|→|to|/|2|\s)[\s._-]*([^\W\d_]+)")


def known(text: str) -> str:
    """Return the code of a language that is named in any way, as in xml:lang="en-US"; "" for others."""
    name = text.strip().casefold()
    return _CODES.get(name) or _CODES.get(re.split(r"[-_]", name)[0], "")


def of_option(text: str, option: str) -> str:
    """Return the code of a language that a user names. Raises SettingsError for one without a lexicon."""
    if code := known(text):
        return code
    raise SettingsError(
        f"{option} {text!r:.40}: lexicons translate between en (English), fr (French) and ar (Arabic) alone; "
        "name one of these"
    )


def of_column(text: str) -> str:
    """Return of which language a column is by its heading: "ar", "Arabic term", "term_fr"; "" for none."""
    words = _WORD.findall(text.casefold().replace("_", " "))
    codes = {code for word in words if (code := _CODES.get(word))}
    if len(codes) != 1 or len(words) > 3 or not _BESIDE.isdisjoint(words):  # noqa: PLR2004
        return ""
    return codes.pop()


def is_language(text: str) -> bool:
    """Say whether the heading of a column names any language."""
    words = _WORD.findall(text.casefold().replace("_", " "))
    return bool(of_column(text)) or (len(words) == 1 and words[0] in _OTHERS)


def of_titles(*titles: str) -> tuple[str, str]:
    """Return the two languages that a title or the name of a file puts side by side, ("", "") for none.

    Raises SettingsError for a title of two languages one of which has no lexicon.
    """
    for title in titles:
        text = title.casefold()
        for at in range(len(text)):
            # Each word may be the first of the pair: freedict-eng-ara.
            if at and text[at - 1].isalpha():
                continue
            if (match := _PAIR.match(text, at)) is None:
                continue
            one, other = match[1], match[2]
            codes = _CODES.get(one, ""), _CODES.get(other, "")
            if all(codes) and codes[0] != codes[1]:
                return codes
            if (codes[0] and other in _OTHERS) or (codes[1] and one in _OTHERS):
                raise SettingsError(
                    f"{title!r:.80} is a dictionary between {one} and {other}; lexicons translate between "
                    f"{' and '.join(LANGUAGES[:2])} and {LANGUAGES[2]} alone"
                )
    return "", ""
