"""What may not reach a terminal, written down apart from the code that sees to it, and text full of it."""

from __future__ import annotations

import random
import re
import unicodedata
from typing import Final

from hypothesis import strategies as st

_NO_CHARACTERS: Final = "".join(chr(plane << 16 | low) for plane in range(1, 15) for low in (0xFFFE, 0xFFFF))
#: Everything that acts or hides, but for the joiners, which have a place.
HOSTILE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ud800-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\ufffe\uffff\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    f"\U000f0000-\U0010ffff{_NO_CHARACTERS}]"
)
#: Marks above and below that a letter may carry at most.
MOST_MARKS: Final = 8
#: The only sequences that may be sent: the looks of terminal.py, and the end of each.
_LOOKS: Final = re.compile(r"\x1b\[(?:1|2|32|1;31|1;33|1;36)m([^\x1b]*)\x1b\[0m")

#: A link to a file, of which nothing but its own encoding of a path is sent.
_LINKS: Final = re.compile(r"\x1b\]8;id=hit\d+;file://[\w.~%/-]+\x1b\\([^\x1b]*)\x1b\]8;;\x1b\\", re.ASCII)

_SAMPLES: Final = (
    "\x00\x01\x02\x07\x08\t\n\r\x0b\x0c\x1b\x7f\x80\x85\x90\x9b\x9c\x9d\x9f\xad"
    "\u034f\u0301\u0489\u061c\u064b\u0651\u06dd\u115f\u1160\u17b4\u180e\u200b\u200c\u200d\u200e\u200f"
    "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2064\u2065\u2066\u2069\u206f\u20dd\u3164"
    "\udc80\udcff\ue000\uf0b7\ufdd0\ufe0e\ufe0f\ufeff\uffa0\ufff9\ufffb\uffff"
    "\U0001d173\U0001f469\U000e0001\U000e0041\U000e007f\U000e0100\U0010eeee\U0010ffff"
)
_LETTERS: Final = "abcé smuggling passeur ممی خواهم تعاون مهرب कश 漢字*_^~|[/]:;…’\"'%{}<>"
SEQUENCES: Final = (
    "\x1b[2J", "\x1b]0;owned\x07", "\x1b]8;;http://x\x1b\\y", "\x9b31m", "\x1bP+q\x1b\\", "\x1b[0m",
    "\x1b[1;33m", "\u202egpj.exe\u202c", "\u2066x", "\r\n", "[bold]x[/bold]", "a" + "\u0301\u0489" * 40,
    "می‌خواهم", "\u200c\u200c", "م\u200d", "x\u200dy", "\U0001f3f4\U000e0067\U000e0062\U000e007f", "*a*",
    "\x01forged\x02", "e\u00adx", "p\u200ba",
)  # fmt: skip

# A surrogate pair is one character in whatever reads UTF-16, so of surrogates only single ones are made.
_OTHERS: Final = "".join(
    sign for sign in map(chr, range(0, 0x110000, 97)) if not "\ud800" <= sign <= "\udfff"
)
_KINDS: Final = (_LETTERS, _LETTERS, _LETTERS, _SAMPLES, SEQUENCES, _OTHERS)


def texts(most: int = 40) -> st.SearchStrategy[str]:
    """Text of three scripts with all of that in it, and other characters now and then.

    Made of a number and a length: drawing each piece by itself takes most of a test's time.
    """
    return st.builds(_made, st.integers(0, 2**32), st.integers(0, most))


def _made(seed: int, pieces: int) -> str:
    chance = random.Random(seed)
    return "".join(chance.choice(chance.choice(_KINDS)) for _ in range(pieces))


def faults(shown: str, *, colour: bool = False) -> list[str]:
    """Return what is wrong with lines that were sent to a terminal; looks of our own are none with colour."""
    plain = _LINKS.sub(r"\1", _LOOKS.sub(r"\1", shown)) if colour else shown
    found = [f"U+{ord(sign[0]):04X}" for sign in HOSTILE.finditer(plain.replace("\n", ""))]
    marks = 0
    for at, sign in enumerate(plain):
        marks = marks + 1 if unicodedata.category(sign) in {"Mn", "Me"} else 0
        if marks > MOST_MARKS:
            found.append("marks")
        if sign in "\u200c\u200d" and not _stands_between_letters(plain, at):
            found.append(f"U+{ord(sign):04X} joins nothing")
    return found


def _stands_between_letters(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if not before or not after:
        return False
    return unicodedata.category(before)[0] in "LM" and after.isalpha() and after >= "\u0600"
