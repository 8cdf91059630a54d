"""Before NLTK's French stemmer: what folding took from it.

NLTK's stemmer looks for accents (é, ée, èrent) that folded words no longer have; users type them or not.
So the endings that hang on an accent are brought to a form that the stemmer treats alike without one. This
file knows no NLTK and no other language.
"""

from __future__ import annotations

from typing import Final

#: Words that the rules below or Snowball's would bring together with another word: what is stemmed instead.
_INSTEAD: Final = {
    "travaux": "travail",
    "lois": "loi",
    "rois": "roi",
    "emplois": "emploi",
    "convois": "convoi",
    "tournois": "tournoi",
    "yeux": "oeil",
    "cieux": "ciel",
    "mesdames": "madame",
    "messieurs": "monsieur",
}
_STEMS: Final = {
    "marin": "marin",
    "marins": "marin",
    "marine": "marine",
    "marines": "marine",
    "organe": "organe",
    "organes": "organe",
    "part": "part",
    "parti": "parti",
    "partis": "parti",
    "partie": "partie",
    "parties": "partie",
    "mort": "mort",
    "port": "port",
    "ports": "port",
    "porte": "porte",
    "portes": "porte",
    "cours": "cours",
    "course": "course",
    "courses": "course",
    "police": "police",
    "polices": "police",
    "policier": "policier",
    "policiers": "policier",
    "politesse": "politesse",
    "armee": "armee",
    "armees": "armee",
    "mere": "mere",
    "meres": "mere",
    "aire": "aire",
    "aires": "aire",
    "parlement": "parlement",
    "parlements": "parlement",
    "temps": "temps",
    "pays": "pays",
    "paie": "paie",
}


def known(word: str) -> str | None:
    """Return the stem of a folded word that the rules get wrong, None for all others."""
    return _STEMS.get(word)


def prepare(word: str) -> str:
    """Return what Snowball is to be given for a folded word.

    -ee, -ees (réfugiée) become -e as in réfugié; -erent (arrivèrent) gets its accent back, by which alone
    Snowball takes it for a verb.
    """
    word = _INSTEAD.get(word, word)
    if len(word) > 4:
        if word.endswith("ees"):
            return word[:-2]
        if word.endswith("ee"):
            return word[:-1]
        if word.endswith("erent") and len(word) > 7:
            return word[:-5] + "èrent"
        if word.endswith(("tive", "tives", "sive", "sives")):
            return word[: word.rindex("ive")] + "if"
    return word


def finish(stem: str) -> str:
    """Return the stem for what Snowball gave: without the -ent of a plural verb, which it leaves.

    arrêtent meets arrêter. Nouns (président, document) lose it in all their forms alike; what is left
    must have five letters, or content would meet conte.
    """
    return stem[:-3] if stem.endswith("ent") and len(stem) >= 8 else stem
