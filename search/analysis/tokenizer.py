"""The one tokenizer, of documents and of queries: text -> folded words and their places.

A regular expression cuts text into chunks; ``word_delimiter`` says what a chunk means. There are three
faces over that one definition: ``words`` (no offsets), ``tokens`` (with offsets) and ``read`` (for
queries). No chunk reaches over white space, but for the groups of a number and a word that is cut at a
line's end; so ``words`` looks at the pieces between white space, each once, and a token of running text
costs one look into a dictionary. Does not depend on a particular language, stemming or the schema.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import compress
from typing import Any, Final, NamedTuple, cast

from coopsearch.search.analysis import note_marks
from coopsearch.search.analysis.line_cuts import ASCII_BREAK, has_break, line_break
from coopsearch.search.analysis.segmentation import INVISIBLE, LONGEST, Kind, Part
from coopsearch.search.analysis.word_delimiter import APOSTROPHES, COMMAS, HYPHENS, SPACES, parts

#: Everything but white space, ASCII signs and the blocks of signs. Rough on purpose: an exact class of
#: all letters and marks takes long to compile, and ``word_delimiter`` sorts out the few signs that remain.
#: Invisible characters (soft hyphen, joiners, direction marks) count as letters: folding removes them.
_LETTER: Final = (
    r"[^\s\x00-\x2f:-@\[-`{-\xa0\xa1-\xa9\xab\xac\xae-\xb1\xb4\xb6-\xb8\xbb\xbf\xd7\xf7\u02b9\u02bc"
    r"\u05be\u05f3\u05f4\u060c\u061b\u061f\u066a-\u066d\u06d4\u2000-\u200a\u2010-\u2029\u202f-\u205f"
    r"\u20a0-\u20cf\u2190-\u245f\u2500-\u2bff\u3000-\u3004\u3008-\u3020\u3030\ud800-\uf8ff"
    r"\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\ufffc\ufffd]"
)


# Compiled when they are first used, as an exact class of letters takes milliseconds. For the same reason it
# stands in the expression once: what joins letters may come before each run of them but the first.


@functools.cache
def _all_chunks() -> re.Pattern[str]:
    joins = rf"[{APOSTROPHES}.@&]|\.?[{HYPHENS}]|(?<=\d)[{COMMAS}{SPACES}](?=\d)"
    # A raised figure behind a word and its signs, or behind another one, is the mark of a note.
    joins += rf"|(?<=\w)[{note_marks.SIGNS}]{{1,3}}(?=[{note_marks.FIGURES}])"
    return re.compile(
        rf"(?![\s{APOSTROPHES}.@&{COMMAS}{note_marks.SIGNS}{HYPHENS}])(?:(?:{line_break()}|{joins})?{_LETTER}++)++"
    )


@functools.cache
def _ascii_chunks() -> re.Pattern[str]:
    return re.compile(
        rf"[0-9A-Za-z]++(?:(?:{ASCII_BREAK}|['.@&]|\.?-|(?<=\d),(?=\d))[0-9A-Za-z]++)*+", re.ASCII
    )


def _chunks(text: str) -> re.Pattern[str]:
    """Return what cuts a text into chunks: of ASCII it is compiled in no time."""
    return _ascii_chunks() if text.isascii() else _all_chunks()


@functools.cache
def _held_pieces() -> re.Pattern[str]:
    """Return what cuts into pieces, with the groups of a number held together as in chunks."""
    return re.compile(rf"\S++(?:(?:(?<=\d)[{SPACES}](?=\d)|{line_break(behind=True)})\S++)*+")


#: Pieces remembered in each of two generations, and the longest of them in characters: 40 MB at worst.
_REMEMBERED: Final = 1 << 17
LONGEST_REMEMBERED: Final = 64


_CONNECTORS: Final = APOSTROPHES + HYPHENS + COMMAS + SPACES + ".@&"
_EDGES: Final = INVISIBLE + _CONNECTORS


#: What stands around a word in ASCII and is never in it.
_SIGNS: Final = "".join(one for one in map(chr, range(128)) if not one.isalnum())


#: ASCII without signs that stand in no word: each is a blank.
_BARE: Final = "".join(one if one.isalnum() or one in _CONNECTORS else " " for one in map(chr, range(128)))


class Token(NamedTuple):
    """A word where it stands in a text."""

    word: str
    """Folded."""
    start: int
    """First character, in the text as it was given."""
    end: int
    """One past the last character."""
    position: int
    """0 for the first; parts of a compound share a position with its joined form."""


class Reading(NamedTuple):
    """How text of a query is to be looked for: all of ``slots``, one after the other, or a joined word."""

    slots: tuple[str, ...]
    """Words at successive positions; of a run without spaces the pairs of neighbouring characters."""
    joined: tuple[str, ...]
    """Single words that stand for the whole text: crossborder for cross-border, a mail address."""


def _parts(chunk: str) -> list[Part]:
    """Parts of a chunk; signs that ``_LETTER`` let through are white space here."""
    if chunk.isascii():
        return parts(chunk)
    if note_marks.is_raised(chunk):
        start, end = note_marks.span(chunk)
        if end - start < len(chunk):
            return _moved(_parts(chunk[start:end]), start, 0)
    if chunk.isalnum():
        return parts(chunk)
    if chunk[0] in INVISIBLE or chunk[-1] in INVISIBLE:
        inner = chunk.lstrip(_EDGES)
        if not (core := inner.rstrip(_EDGES)):
            return []
        return _moved(_parts(core), len(chunk) - len(inner), 0)
    clean = "".join(one if _fits(one) else " " for one in chunk)
    if clean == chunk:
        return parts(chunk)
    found: list[Part] = []
    for match in _chunks(clean).finditer(clean):
        found += _moved(_parts(match[0]), match.start(), found[-1].step + 1 if found else 0)
    return found


def _moved(found: list[Part], start: int, step: int) -> list[Part]:
    return [
        part._replace(start=part.start + start, end=part.end + start, step=part.step + step) for part in found
    ]


def _fits(character: str) -> bool:
    return (
        character.isalnum()
        or character in _CONNECTORS
        or character in " \t\r\n"
        or unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf")
    )


def pieces(text: str) -> list[str]:
    """Cut a text at its white space, as far as words may not reach over it.

    The words of a text are those of its pieces, one after the other.
    """
    return _held_pieces().findall(text) if _holds_blanks(text) else text.split()


def _holds_blanks(text: str) -> bool:
    """Say whether a piece of a text may hold blanks: the groups of a number, a word cut at a line's end."""
    return has_break(text) or not (text.isascii() or not any(map(text.__contains__, SPACES)))


def bare_pieces(text: str) -> list[str]:
    """Cut a text at its white space and, if it is ASCII, at signs that stand in no word.

    The words of a text are those of its pieces, one after the other.
    """
    return text.translate(_BARE).split() if text.isascii() and "\n" not in text else pieces(text)


class _Chunks(dict[str, "tuple[tuple[str, int], ...]"]):
    """Chunk -> its words and steps. Many pieces (peace, "peace" and peace.) hold the same chunk."""

    def __missing__(self, chunk: str) -> tuple[tuple[str, int], ...]:
        found = tuple((part.word, part.step) for part in _parts(chunk))
        if len(chunk) <= LONGEST_REMEMBERED:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[chunk] = found
        return found


_rows_of: Final = _Chunks()


def plain_word(piece: str) -> str:
    """Return the folded word that a piece is, with signs around it or none, "" if that needs a closer look.

    Most pieces that are met for the first time are a known word with other signs or capitals.
    """
    if piece.isascii():
        core = piece.strip(_SIGNS)
        if core.isalnum() and len(core) <= LONGEST:
            return core.lower()
    return ""


def rows(text: str) -> list[tuple[str, int]]:
    """Return the words of a text and the position of each, from 0, in order; positions never fall."""
    if word := plain_word(text):
        return [(word, 0)]
    found: list[tuple[str, int]] = []
    for chunk in _chunks(text).findall(text):
        if more := _rows_of[chunk]:
            if found:
                position = found[-1][1] + 1
                found += [(word, step + position) for word, step in more]
            else:
                found += more
    return found


class _Words(dict[str, "str | tuple[tuple[str, int], ...]"]):
    """Piece -> its one word, or the (word, step) of each; () for none.

    When it is full it begins anew and asks the full one first: words in use stay, others go.
    """

    def __init__(self) -> None:
        self._before: dict[str, str | tuple[tuple[str, int], ...]] = {}

    def __missing__(self, piece: str) -> str | tuple[tuple[str, int], ...]:
        entry = self._before.get(piece)
        if entry is None:
            found = rows(piece)
            entry = found[0][0] if len(found) == 1 else tuple(found)
        if len(piece) <= LONGEST_REMEMBERED:
            if len(self) >= _REMEMBERED:
                self._before = self.copy()
                self.clear()
            self[piece] = entry
        return entry


_words: Final = _Words()


def words(text: str) -> tuple[list[str], Sequence[int] | None]:
    """Return the folded words of a text and the position of each, from 0.

    The positions are None where they are 0, 1, 2, ... Positions never fall, and the next free one is
    ``advance(words, steps)``. The words are those of ``tokens``, in the same order.
    """
    entries: list[Any] = list(map(_words.__getitem__, pieces(text)))
    kinds = list(map(type, entries))
    if tuple not in kinds:
        return entries, None
    found: list[str] = []
    steps: list[int] = []
    done = position = 0
    for _ in range(kinds.count(tuple)):
        # What lies between two pieces of several words is copied as a slice: there are few of them.
        at = kinds.index(tuple, done)
        found += entries[done:at]
        steps += range(position, position + at - done)
        position += at - done
        for word, step in entries[at]:
            found.append(word)
            steps.append(position + step)
        position = steps[-1] + 1 if entries[at] else position
        done = at + 1
    found += entries[done:]
    steps += range(position, position + len(entries) - done)
    return found, (None if steps == list(range(len(steps))) else steps)


def words_of_pieces(cut: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the folded words of each of some pieces, as ``words`` of a text gives them."""
    return [
        (entry,) if isinstance(entry, str) else tuple([word for word, _ in entry])
        for entry in map(_words.__getitem__, cut)
    ]


def advance(found: Sequence[str], steps: Sequence[int] | None) -> int:
    """Return how many positions the words of ``words`` take."""
    return len(found) if not steps else steps[-1] + 1


def tokens(text: str) -> Iterator[Token]:
    """Yield the words of a text with their places, in order of position; starts never fall.

    Offsets are characters of ``text`` as given, without elided articles, possessive endings and marks of
    direction; so ``text[start:end]`` is what to show as the match.
    """
    position = 0
    for match in _chunks(text).finditer(text):
        start = match.start()
        found = _parts(match[0])
        for part in found:
            yield Token(part.word, start + part.start, start + part.end, position + part.step)
        if found:
            position += found[-1].step + 1


class CutText:
    """A text whose pieces were looked up once: asked which words it holds, and where some of them stand."""

    __slots__ = ("_cut", "_entries", "_kinds", "_several", "_text")

    def __init__(self, text: str) -> None:
        """Cut a text."""
        self._text = text
        self._cut = pieces(text)
        self._entries: list[Any] = list(map(_words.__getitem__, self._cut))
        self._kinds = set(self._entries)
        self._several = [entry for entry in self._kinds if isinstance(entry, tuple)]

    def words(self) -> set[str]:
        """Return its words."""
        if not self._several:
            return cast("set[str]", self._kinds)
        found = cast("set[str]", self._kinds.difference(self._several))
        found.update([word for entry in self._several for word, _ in entry])
        return found

    def tokens_among(self, wanted: AbstractSet[str]) -> list[Token]:
        """Return those ``tokens`` of the text whose word is wanted, in order; the others cost little."""
        met: AbstractSet[object] = self._kinds & wanted
        met |= {entry for entry in self._several if any(word in wanted for word, _ in entry)}
        if not met:
            return []
        found: list[Token] = []
        # A piece that holds a number's groups together holds blanks, too: there, no piece is passed over.
        ends = _ends(self._text, self._cut) if _holds_blanks(self._text) else None
        several = set(self._several)
        spread = _places_among(self._entries, several) if several else ()
        wide = [(index, self._entries[index][-1][1] if self._entries[index] else -1) for index in spread]
        at = more = passed = 0
        for index in _places_among(self._entries, met):
            while passed < len(wide) and wide[passed][0] < index:
                more += wide[passed][1]
                passed += 1
            piece = self._cut[index]
            at = _place(self._text, piece, at) if ends is None else ends[index] - len(piece)
            if word := plain_word(piece):
                start = at + piece.lower().index(word)
                found.append(Token(word, start, start + len(word), index + more))
            else:
                found += [
                    Token(word, start + at, end + at, step + index + more)
                    for word, start, end, step in tokens(piece)
                    if word in wanted
                ]
            at += len(piece)
        return found


def _places_among(entries: Sequence[object], wanted: AbstractSet[object]) -> Iterator[int]:
    """Yield the places of the entries that are wanted; the others are passed over at once."""
    return compress(range(len(entries)), map(wanted.__contains__, entries))


def _ends(text: str, cut: Sequence[str]) -> list[int]:
    """Return where each piece of a text ends."""
    ends: list[int] = []
    at = 0
    for piece in cut:
        at = text.index(piece, at) + len(piece)
        ends.append(at)
    return ends


def _place(text: str, piece: str, at: int) -> int:
    """Return where the next of equal pieces stands: between white space, from a place on."""
    while True:
        at = text.index(piece, at)
        end = at + len(piece)
        if (at == 0 or text[at - 1].isspace()) and (end == len(text) or text[end].isspace()):
            return at
        at += 1


def read(text: str) -> Reading:
    """Say how a word (or phrase) of a query is to be looked for.

    Examples: ``cross-border`` -> slots (cross, border), joined (crossborder,); ``l'immigration`` ->
    (immigration,), (); ``中国人`` -> (中国, 国人), (); ``john@example.org`` -> slots (john, example, org),
    joined (john@example.org,). A document that holds the text as written holds the slots at successive
    positions, and each of ``joined`` at the first. Joined words of parts of a longer text are left out.
    """
    return _read(text) if len(text) > LONGEST_REMEMBERED else _remembered(text)


def _read(text: str) -> Reading:
    plain = [plain_word(piece) for piece in pieces(text)] if text.isascii() else []
    if plain and all(plain):
        return Reading(tuple(plain), ())
    found: list[Part] = []
    chunks = position = 0
    for match in _chunks(text).finditer(text):
        if more := _parts(match[0]):
            found += [part._replace(step=part.step + position) for part in more]
            position = found[-1].step + 1
            chunks += 1
    # Where a pair begins, the single character says nothing more; the last of a run has no pair, and is
    # wanted only where something follows, to which the distance would be wrong without it.
    paired = {part.step for part in found if part.kind is Kind.PAIR}
    slots = [
        part
        for part in found
        if part.kind in (Kind.WORD, Kind.PAIR) or (part.kind is Kind.SINGLE and part.step not in paired)
    ]
    if (
        len(slots) > 1
        and slots[-1].kind is Kind.SINGLE
        and slots[-2].kind is Kind.PAIR
        and slots[-2].word.endswith(slots[-1].word)
        and slots[-2].step == slots[-1].step - 1
    ):
        slots.pop()
    joined = [
        part.word
        for part in found
        if part.kind is Kind.WHOLE
        and part.step == 0
        and all(part.start <= slot.start and slot.end <= part.end for slot in slots)
    ]
    return Reading(tuple(part.word for part in slots), tuple(joined) if chunks == 1 else ())


_remembered: Final = functools.lru_cache(4096)(_read)
