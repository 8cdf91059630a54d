"""The text of a glossary, with the encoding that it was read in, and the lines and licence in it.

Does not depend on files.
"""

from __future__ import annotations

import re
from typing import Final

from coopsearch.search.errors import SettingsError

#: What a licence is known by in running text: its name, or the sentence that speaks of one.
_NAMED: Final = re.compile(
    r"[^.;:\n]{0,80}\b(?:GNU (?:Lesser |Free |Affero )?(?:General|Documentation)|Creative Commons|"
    r"CC[ -]?BY|CC0|public domain|domaine public|MIT Licen[cs]e|Apache Licen[cs]e|GPL|LGPL|Open Database)\b"
    r"(?:[^.\n]|\.(?=\d)|\.(?= ?\d)){0,120}",
    re.IGNORECASE,
)
_SPOKEN: Final = re.compile(
    r"[^.;:\n]{0,80}(?:\blicen[cs]e|\bcopyright|©|all rights reserved|ترخيص|حقوق)[^\n]{0,120}", re.IGNORECASE
)
#: What a comment calls it.
_HEADING: Final = re.compile(r"(?:licen[cs]e|license|الترخيص)\s*:\s*", re.IGNORECASE)
#: Characters of a licence or a title that are kept.
_KEPT: Final = 200


def decoded(data: bytes, name: str, encoding: str = "") -> tuple[str, str]:
    """Return the text of a glossary, and the name of its encoding: the one given, or else what it shows.

    Raises SettingsError for what is not text, or not in the encoding that was given.
    """
    if encoding:
        try:
            return data.decode(encoding).removeprefix("\ufeff"), encoding
        except LookupError:
            raise SettingsError(
                f"--encoding {encoding!r:.40} is not known; try utf-8, utf-16, cp1256 or latin-1"
            ) from None
        except UnicodeError as error:
            line = data.count(b"\n", 0, getattr(error, "start", 0)) + 1
            raise SettingsError(
                f"{name} line {line}: this is not {encoding}; give another --encoding, or leave it out"
            ) from None
    # Imported here: neither is needed to list lexicons, or to remove one.
    from coopsearch.indexer.extract.codepages import guess
    from coopsearch.indexer.extract.encoding import NotText, decode, is_wide

    try:
        if is_wide(data):
            return decode(data), "utf-16"
        text = decode(data)
    except NotText as error:
        raise SettingsError(f"{name} is {error}; name a glossary or a dictionary") from None
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    if "\ufffd" in text:
        raise SettingsError(
            f"{name} line {line}: this is neither UTF-8 nor another encoding throughout; save it as UTF-8, "
            "or say what it is, as in --encoding cp1256"
        )
    return text, guess(data)


def licence_in(text: str) -> str:
    """Return what a text says of its licence, in a line; "" if it says nothing."""
    # Sentences run on over the ends of lines.
    paragraphs = [" ".join(one.split()) for one in re.split(r"\n\s*\n", text[:100_000])]
    for pattern in (_NAMED, _SPOKEN):
        for paragraph in paragraphs:
            if match := pattern.search(paragraph):
                return shortened(_HEADING.sub("", match[0].strip()))
    return ""


def shortened(text: str) -> str:
    """Return a text in one line, cut at a length at which it is still shown whole."""
    text = " ".join("".join(one if one.isprintable() else " " for one in text).split()).strip(" ,;:")
    return text if len(text) <= _KEPT else f"{text[: _KEPT - 1]}…"
