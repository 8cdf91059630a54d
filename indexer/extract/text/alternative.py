"""Alternative texts: what a picture shows, as somebody wrote it for those who do not see it.

Programs fill them as well, with the file that the picture came from, or with a guess.
"""

from __future__ import annotations

import re
from typing import Final

#: What programs put behind their own guesses.
_GUESSED: Final = re.compile(
    r"[\s.;,]*(?:(?:graphical user interface, )?description automatically generated(?: with \w+ confidence)?|"
    r"description générée automatiquement(?: avec un niveau de confiance \w+)?|"
    r"automatisch generierte beschreibung|descripción generada automáticamente(?: con confianza \w+)?|"
    r"descrição gerada automaticamente(?: com confiança \w+)?|descrizione generata automaticamente|"
    r"automatisch gegenereerde beschrijving|تم إنشاء الوصف تلقائي[\w\u064b]*|"
    r"ai-generated content may be incorrect|le contenu généré par l.ia peut être incorrect|"
    r"قد يكون المحتوى الذي تم إنشاؤه بواسطة الذكاء الاصطناعي غير صحيح)[\s.]*$",
    re.IGNORECASE,
)
#: So far from the end of a text do these begin at the earliest.
_BEHIND: Final = 200
#: The name of a file, or of the kind of thing that it is, with a number.
_NAME: Final = re.compile(
    r"\S*\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|svg|webp|ico|heic|pdf|pict)|(?:[a-z]:|file:|https?:|/|\\\\)\S.*|"
    r"(?:picture|image|img|photo|graphics?|graphique|chart|shape|object|objet|diagram|text ?box|"
    r"zone de texte|rectangle|placeholder|cover|couverture|page|logo|icon|icône|thumbnail|"
    r"spacer|صورة|مربع نص|bild|imagen|imagem|immagine|afbeelding)?[\W\d_]*",
    re.IGNORECASE,
)


def alternative_text(*values: str) -> str:
    """Return what is said of a picture in its title and its description, "" where nobody said anything."""
    found: dict[str, None] = {}
    for value in values:
        text = " ".join(value.split())
        text = text[:-_BEHIND] + _GUESSED.sub("", text[-_BEHIND:])
        if not _NAME.fullmatch(text):
            found[text] = None
    return "\n".join(found)
