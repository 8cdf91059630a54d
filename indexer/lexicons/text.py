"""The text of a glossary, with the encoding that it was read in, and the lines and licence in it.

Does not depend on files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
#: Encodings of one byte a character that are told by the bytes.
_TOLD: Final = ("cp1252", "cp1256")
#: Of lines beyond ASCII, one in so many is another encoding by chance at most.
_CHANCE: Final = 10
#: Lines that are named.
_NAMED_LINES: Final = 5
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
_ENDS: Final = re.compile(rb"\r\n|\r|\n")
#: What names the encoding of wide text; UTF-32 first, as its mark begins with that of UTF-16.
_WIDE: Final = ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"))


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
    from coopsearch.indexer.extract.encoding import NotText, decode, is_wide

    try:
        if is_wide(data):
            wide = next((one for mark, one in _WIDE if data.startswith(mark)), "utf-16")
            return decode(data), wide
        decode(data)
    except NotText as error:
        raise SettingsError(f"{name} is {error}; name a glossary or a dictionary") from None
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass
    return _one_byte(data, name)


def _one_byte(data: bytes, name: str) -> tuple[str, str]:
    """Return the text of data that is not UTF-8, and the name of its encoding.

    Raises SettingsError where some lines are UTF-8 and others are not, and for what no encoding fits that is
    told by the bytes.
    """
    from coopsearch.indexer.extract.codepages import guess

    sound: list[int] = []
    faulty: list[int] = []
    for number, line in enumerate(_ENDS.split(data), 1):
        if not line.isascii():
            (sound if _is_utf_8(line) else faulty).append(number)
    encoding = guess(data)
    if len(sound) * _CHANCE >= len(sound) + len(faulty) or data.startswith(b"\xef\xbb\xbf"):
        if len(sound) < len(faulty) and not data.startswith(b"\xef\xbb\xbf"):
            raise SettingsError(
                f"{name} is UTF-8 in {_lines(sound)} and another encoding elsewhere; save all of it as UTF-8"
            )
        raise SettingsError(
            f"{name} is UTF-8, but not in {_lines(faulty)}; save all of it as UTF-8, or mend "
            f"{'this line' if len(faulty) == 1 else 'these lines'}"
        )
    if encoding in _TOLD:
        text = data.decode(encoding, "replace")
        if "\ufffd" not in text:
            return text, encoding
        line = text.count("\n", 0, text.index("\ufffd")) + 1
        raise SettingsError(
            f"{name} line {line}: this is neither UTF-8 nor {encoding}, which the rest looks like; save it "
            "as UTF-8, or say what it is, as in --encoding cp1256"
        )
    raise SettingsError(
        f"{name} line {faulty[0]}: this is not UTF-8, and its encoding is not told by its bytes; if it is "
        f"{encoding}, say so with --encoding {encoding}, or save it as UTF-8"
    )


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _lines(numbers: list[int]) -> str:
    """Name some lines, the first of many."""
    if len(numbers) == 1:
        return f"line {numbers[0]:,}"
    named = ", ".join(f"{one:,}" for one in numbers[:_NAMED_LINES])
    more = len(numbers) - _NAMED_LINES
    return f"lines {named}" + (f" and {more:,} more" if more > 0 else "")


def lines_of(text: str) -> Iterator[str]:
    """Return the lines of a text, as an editor counts them: other signs that part lines end none."""
    return (one[0] for one in _LINE.finditer(text.replace("\r\n", "\n").replace("\r", "\n")))


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
