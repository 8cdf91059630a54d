"""How dates are said in French, as ``normalize`` writes the words. Data only."""

from __future__ import annotations

from typing import Final

from coopsearch.search.analysis.date_words import DateWords

DATES: Final = DateWords(
    units={
        "day": "d jour jours j",
        "week": "semaine semaines sem",
        "month": "mois",
        "quarter": "trimestre trimestres",
        "year": "an ans annee annees",
        "decade": "decennie decennies",
    },
    said={
        "this": "cet cette ce",
        "last": "dernier derniere derniers dernieres passe passee passes passees precedent precedente",
        "next": "prochain prochaine",
        "today": "aujourdhui",
        "yesterday": "hier",
        "tomorrow": "demain",
        "ago": "ilya",
        "many": "dernier derniere derniers dernieres passe passes",
    },
    months=(
        "janvier janv",
        "fevrier fevr",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet juil",
        "aout",
        "septembre sept",
        "octobre",
        "novembre",
        "decembre",
    ),
    filling="a au ci cours d de des du en l la le les",
    ordinals="er e",
    rewritten=(("aujourd'hui", "aujourdhui"), (r"\bil y a\b", "ilya")),
)
