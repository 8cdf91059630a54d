"""What an answer says of how its query was read, where somebody may have meant something else.

Whole sentences, for a person. Does not depend on an index.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.lazy import expression
from coopsearch.search.query import syntax

_STAR: Final = expression(r"\*|\?(?=\w)")
_ADDRESS: Final = expression(r"://|\?[\w.-]+=")
_ALONE: Final = expression(r"[*?]+")
#: What stands in notes on a query alone, and not in those on a line of words.
_IN_QUOTES: Final = "inside quotes "
_ADVICE: Final = expression(r"; (?:for words in between |for the pattern )?write ")


def signs_in_quotes(phrase: syntax.Phrase) -> str | None:
    """Say what * and ? do inside quotes, None for a text without them."""
    text = phrase.text
    if not ("*" in text or "?" in text) or _ADDRESS().search(text) or not (found := _STAR().search(text)):
        return None
    asked = " ".join(read(text).slots)
    if not asked:
        return None
    sign, pieces = found[0], text.split()
    gaps = [_ALONE().fullmatch(piece) is not None for piece in pieces]
    told = f'{_IN_QUOTES}{sign} is not a pattern and is left out: "{text}" is read as "{asked}"'
    words = [piece for piece, gap in zip(pieces, gaps, strict=True) if not gap]
    if len(words) < 2 or len(words) > 4:  # noqa: PLR2004 - as a suggestion has room for
        return told
    apart = max(1, sum(gaps)) if any(gaps) else 0
    why = "for words in between" if apart else "for the pattern"
    return f"{told}; {why} write {f' ONEAR/{apart} '.join(words)}"


#: What is around a word and not of it.
_AROUND: Final = "\"'«»“”‘’()[]{},;:!?…"
_INITIALS: Final = expression(r"(?:[^\W\d_]\.){2,}[^\W\d_]?\.?")
_SIGN: Final = expression(r"[+#@&$€£¥%§=]|^\.(?=[^\W\d_])")
#: Words of which it is told.
_TOLD: Final = 3


def many_codes(most: int) -> str:
    """Say that only some codes of a query are looked for in any grouping."""
    return (
        f"the first {most} numbers and codes of the query are looked for in any grouping, and the others as "
        "they are typed; ask in several queries for more"
    )


def dropped_signs(text: str, field: str | None = None) -> str | None:
    """Say which words of a text, of a field or not, are read without the signs in them; None if none are."""
    if text.isalnum() or _ADDRESS().search(text):
        return None
    told = []
    for piece in text.split():
        word = piece.strip(_AROUND)
        found = _SIGN().search(word)
        if word.isalnum() or not (found or _INITIALS().fullmatch(word)):
            continue
        reading = read(word)
        if reading.slots and not any(found and found[0] in whole for whole in reading.joined):
            told.append((word, " ".join(reading.slots)))
    if not told:
        return None
    words = " and ".join(f'{word} is read as "{asked}"' for word, asked in told[:_TOLD])
    # A = before a word is read as the sign that asks so, and not as one of its own.
    name, word = f"{field}:" if field else "", told[0][0].lstrip("=") or told[0][0]
    return f"signs are left out: {words}; write {name}={word} to ask for it as it is written"


def without_signs(notes: Iterable[str]) -> tuple[str, ...]:
    """Return notes on words that are not read as a query, without advice on how to write them in one."""
    told = (_ADVICE().split(note)[0].removeprefix(_IN_QUOTES) for note in notes)
    return tuple(dict.fromkeys(told))


def doubled_sign(text: str) -> str | None:
    """Say that a word behind = has a second one, which is then to stand in the text; None for any other."""
    word = text.strip().lstrip("=")
    if not word or word == text.strip():
        return None
    return f"=={word} asks for ={word} with its sign; write ={word} for the word as it is written"
