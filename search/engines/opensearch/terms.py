"""How terms stand in the texts that a cluster takes apart: separated by blanks, with signs that no word has.

To the cluster all languages are one: it gets terms with frequencies (``smuggl<FREQUENCY>5``), and terms in
the order of their positions, where several may share one and others are empty. The signs are of Unicode's
private use; a term that has one of them, or a blank, is written otherwise, and differently from every other
term. Does not depend on the rest of coopsearch.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Final

#: Between a term and its frequency.
FREQUENCY: Final = "\ue000"
#: Between the terms of one position.
TOGETHER: Final = "\ue001"
#: A position without a term.
HOLE: Final = "\ue002"
#: Around the code of a character that a term cannot have.
_ESCAPE: Final = "\ue003"
#: Positions between two values of one field.
GAP: Final = 100
#: Bytes of the longest term that Lucene takes are 32,766; longer ones are known by a digest.
_LONGEST: Final = 30_000
_PER_CHARACTER: Final = 4
#: Characters of a digest.
_DIGEST: Final = 32
# What Java takes for white space is white space or a control character to Python.
_unfit: Final = re.compile(r"[\s\x00-\x1f\x7f\ue000-\ue003]")


def written(term: str) -> str:
    """Return a term as it stands in the texts; most terms stand as they are."""
    if _unfit.search(term) or not term:
        term = _unfit.sub(lambda match: f"{_ESCAPE}{ord(match[0]):x}{_ESCAPE}", term) or _ESCAPE
    return shortened(term)


def shortened(text: str) -> str:
    """Return a text that Lucene takes as one term: a very long one by its beginning and a digest."""
    if len(text) * _PER_CHARACTER <= _LONGEST or len(encoded := text.encode()) <= _LONGEST:
        return text
    digest = blake2b(encoded, digest_size=_DIGEST // 2).hexdigest()
    return f"{text[: _LONGEST // (2 * _PER_CHARACTER)]}{_ESCAPE}{digest}"


def frequencies_text(frequencies: Mapping[str, int]) -> str:
    """Return the text of terms (as written) with their frequencies."""
    return " ".join(
        term if count == 1 else f"{term}{FREQUENCY}{count}" for term, count in frequencies.items()
    )


def positions_texts(rows: Iterable[tuple[str, int]]) -> list[str]:
    """Return the texts of terms (as written) and their positions; each begins ``GAP`` after the one before.

    No term stands twice at one position: it is one occurrence there.
    """
    places: dict[int, list[str]] = {}
    for term, position in rows:
        held = places.setdefault(position, [])
        if term not in held:
            held.append(term)
    texts: list[str] = []
    current: list[str] = []
    before = -1
    for position in sorted(places):
        holes = position - before - 1
        while holes >= GAP + (not current):
            # A text that holds nothing would be left out: it has one of the holes itself.
            holes -= GAP + (not current)
            texts.append(" ".join(current or [HOLE]))
            current = []
        current += [HOLE] * holes
        current.append(TOGETHER.join(places[position]))
        before = position
    texts.append(" ".join(current))
    return texts


def is_shortened(text: str) -> bool:
    """Say whether a text is what ``shortened`` made of a longer one."""
    return text[-_DIGEST - 1 :].startswith(_ESCAPE) and text[-1:] != _ESCAPE and len(text) > _DIGEST


def digest_of(path: str) -> str:
    """Return what stands for the path of a document in its id; the same of a path that was shortened."""
    return blake2b(shortened(path).encode("utf-8", "surrogatepass"), digest_size=_DIGEST // 2).hexdigest()


def identifier_of(path: str, born: int) -> str:
    """Return the id of a document by its path and the commit that added it: the same whenever it is sent."""
    return f"{digest_of(path)}.{born:x}"
