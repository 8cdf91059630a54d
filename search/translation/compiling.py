"""From entries to a table, with the words folded and stemmed once and for all.

A table is lines of UTF-8, sorted by their bytes, in blocks that are compressed each by itself. Before them
stand a line that says what it is, the first key of each block, and where each ends, with its checksum:
``table`` finds a block by halving. Four kinds of keys stand in it:

    en=smuggling    what the word or term is in other languages
    en+sought       the words of the lexicon that an irregular form is one of
    en~smuggl       the words of the lexicon that have a stem, or, of terms, a row of stems
    en!tunis        a word that is a name and nothing else

The same entries give the same bytes, whatever the order of their lines. Does not depend on an index or the
terminal.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from coopsearch.search.analysis import ANALYSIS_VERSION
from coopsearch.search.analysis.stems import fits
from coopsearch.search.analysis.stems import stem as worked_out
from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.translation import votes
from coopsearch.search.translation.endings import without_ending
from coopsearch.search.translation.entry import LANGUAGES, NAME
from coopsearch.search.translation.table import PLACE

MAGIC: Final = "coopsearch-lexicon"
#: Raised whenever lines of a table mean something else; the rest of what a table depends on is the analysis.
VERSION: Final = 3
#: Bytes of a block before it is compressed: larger ones are smaller together, and take longer to look into.
_BLOCK: Final = 4_096
#: A vote of 1, as tables write it.
UNIT: Final = 1000


def compiled(entries: Iterable[votes.Line], source: str = "") -> bytes:
    """Return the table of some entries. ``source`` says what they were read from, without white space."""
    found = list(entries)
    known: dict[tuple[str, str], dict[str, dict[str, float]]] = {}
    for entry in sorted(found, key=lambda one: one.columns):
        for (code, text), (other, translation), vote in votes.of(entry):
            if not (target := _translation(translation, other)):
                continue
            for key in _keys(text):
                into = known.setdefault((code, key), {}).setdefault(other, {})
                into[target] = into.get(target, 0.0) + vote
    lines: dict[str, str] = {}
    for code, word in _names(found):
        lines[f"{code}!{word}"] = ""
    stem = cache(worked_out)
    stems: dict[str, set[str]] = {}
    longest = 1
    for (code, key), translations in known.items():
        parts = key.split()
        longest = max(longest, len(parts))
        lines[f"{code}={key}"] = "|".join(
            f"{other}:{_written(translations[other])}" for other in LANGUAGES if other in translations
        )
        row = " ".join(stem(part, code) for part in parts)
        stems.setdefault(f"{code}~{row}", set()).add(key)
    for line, several in stems.items():
        lines[line] = ";".join(sorted(several))
    for code in LANGUAGES:
        for form in _listed_forms(code):
            if f"{code}={form}" in lines or not fits(form, code):
                continue
            words = sorted(stems.get(f"{code}~{stem(form, code)}", ()))
            by_rule = next((one for one in without_ending(form, code) if f"{code}={one}" in lines), None)
            # Of a form that is no word's of the lexicon, that is noted where its ending would lead to one.
            if by_rule not in words and (words or by_rule is not None):
                lines[f"{code}+{form}"] = ";".join(words)
    firsts, places, blocks = _packed(
        [f"{key}\t{lines[key]}".encode() for key in sorted(lines, key=str.encode)]
    )
    index = b"\n".join(firsts) + b"".join(places)
    head = (
        f"{MAGIC} {VERSION} analysis={ANALYSIS_VERSION} longest={longest} blocks={len(firsts)} "
        f"keys={len(index) - len(firsts) * PLACE.size} bytes={len(blocks)} checksum={zlib.crc32(index):08x} "
        f"source={source}\n"
    )
    return head.encode() + index + blocks


def _packed(lines: Iterable[bytes]) -> tuple[list[bytes], list[bytes], bytes]:
    """Return of sorted lines the first key of each block, the place of each, and the blocks."""
    firsts: list[bytes] = []
    places: list[bytes] = []
    blocks = bytearray()
    for block in _parted(lines):
        firsts.append(block[0].partition(b"\t")[0])
        packed = zlib.compress(b"\n%b\n" % b"\n".join(block), 9)
        blocks += packed
        places.append(PLACE.pack(len(blocks), zlib.crc32(packed)))
    return firsts, places, bytes(blocks)


def _parted(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    block: list[bytes] = []
    size = 0
    for line in lines:
        block.append(line)
        size += len(line) + 1
        if size >= _BLOCK:
            yield block
            block, size = [], 0
    if block:
        yield block


def _names(entries: Iterable[votes.Line]) -> set[tuple[str, str]]:
    """Return the single words, with their languages, that stand only in entries of names."""
    found: dict[bool, set[tuple[str, str]]] = {True: set(), False: set()}
    for entry in entries:
        for code, words in zip(LANGUAGES, entry.columns, strict=True):
            keys = (key for word in words for key in _keys(word))
            found[getattr(entry, "pos", "") == NAME].update((code, key) for key in keys if " " not in key)
    return found[True] - found[False]


def _keys(text: str) -> Iterator[str]:
    """Yield how a word or a term is asked for: its folded words and, of a compound, the whole."""
    reading = read(text)
    yield " ".join(reading.slots)
    if len(reading.joined) == 1 and len(text.split()) == 1:
        yield reading.joined[0]


@cache
def _translation(text: str, code: str) -> str:
    """Return a translation as it stands in a table: words/stems and, of a compound, /stem of its whole."""
    reading = read(text)
    if not reading.slots:
        return ""
    parts = [" ".join(reading.slots), " ".join(_short(one, code) for one in reading.slots)]
    if len(reading.joined) == 1 and len(text.split()) == 1:
        parts.append(worked_out(reading.joined[0], code))
    return "/".join(parts)


def _short(word: str, code: str) -> str:
    """Return the stem of a word: of one that begins with it, how many letters it loses."""
    stem = worked_out(word, code)
    return f"{len(word) - len(stem)}" if word.startswith(stem) else stem


def _written(translations: dict[str, float]) -> str:
    return ";".join(f"{round(vote * UNIT)} {text}" for text, vote in votes.best(translations))


def _listed_forms(code: str) -> Iterator[str]:
    """Yield the words of which a language says itself what their stems are: no ending tells it."""
    if code == "en":
        from coopsearch.search.analysis.english.stemming import listed

        yield from listed()
    elif code == "fr":
        from coopsearch.search.analysis.french.stemming import listed

        yield from listed()
