"""From entries to a table, with the words folded and stemmed once and for all.

A table is lines of UTF-8 behind a line that says what it is, sorted by their bytes, each ended by its own
checksum: ``table`` finds a line by halving. Three kinds of keys stand in it:

    en=smuggling    what the word or term is in other languages
    en+sought       the words of the lexicon that an irregular form is one of
    en~smuggl       the words of the lexicon that have a stem, or, of terms, a row of stems

The same entries give the same bytes, whatever the order of their lines. Does not depend on an index or the
terminal.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Final

from coopsearch.search.analysis import ANALYSIS_VERSION
from coopsearch.search.analysis.stems import fits, stem
from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.translation import votes
from coopsearch.search.translation.entry import LANGUAGES

MAGIC: Final = "coopsearch-lexicon"
#: Raised whenever lines of a table mean something else; the rest of what a table depends on is the analysis.
VERSION: Final = 1
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
    for line, words in stems.items():
        lines[line] = ";".join(sorted(words))
    for code in LANGUAGES:
        for form in _listed_forms(code):
            if f"{code}={form}" not in lines and fits(form, code):
                # What has no word of the lexicon behind it is noted too: no rule is to find it one.
                lines[f"{code}+{form}"] = ";".join(sorted(stems.get(f"{code}~{stem(form, code)}", ())))
    body = b"".join(_line(key, lines[key]) for key in sorted(lines, key=str.encode))
    head = (
        f"{MAGIC} {VERSION} analysis={ANALYSIS_VERSION} longest={longest} bytes={len(body)} source={source}\n"
    )
    return head.encode() + body


def _line(key: str, value: str) -> bytes:
    content = f"{key}\t{value}".encode()
    return b"%b\t%08x\n" % (content, zlib.crc32(content))


def _keys(text: str) -> Iterator[str]:
    """Yield how a word or a term is asked for: its folded words and, of a compound, the whole."""
    reading = read(text)
    yield " ".join(reading.slots)
    if len(reading.joined) == 1 and len(text.split()) == 1:
        yield reading.joined[0]


def _translation(text: str, code: str) -> str:
    """Return a translation as it stands in a table: words/stems, and /stem of a compound's whole."""
    reading = read(text)
    if not reading.slots:
        return ""
    found = f"{' '.join(reading.slots)}/{' '.join(stem(one, code) for one in reading.slots)}"
    if len(reading.joined) == 1 and len(text.split()) == 1:
        found += f"/{stem(reading.joined[0], code)}"
    return found


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
