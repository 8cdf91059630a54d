"""How terms stand in the texts that a cluster takes apart: separated by blanks, with signs that no word has.

To the cluster all languages are one: it gets terms in the order of their positions, where several may share
one and others are empty. The signs are of Unicode's private use; a term that has one of them, or a blank, is
written otherwise, and differently from every other term. Does not depend on the rest of coopsearch.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b
from json.encoder import encode_basestring
from typing import Final

#: Before each of several terms of one position.
TOGETHER: Final = "\x7f"
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


def escaped(text: str) -> str:
    """Return a text as it stands in JSON between the quotation marks."""
    return encode_basestring(text)[1:-1]


def shortened(text: str) -> str:
    """Return a text that Lucene takes as one term: a very long one by its beginning and a digest."""
    if len(text) * _PER_CHARACTER <= _LONGEST or len(encoded := text.encode()) <= _LONGEST:
        return text
    digest = blake2b(encoded, digest_size=_DIGEST // 2).hexdigest()
    return f"{text[: _LONGEST // (2 * _PER_CHARACTER)]}{_ESCAPE}{digest}"


def joined(terms: Sequence[str]) -> str:
    """Return terms as they are written, with a blank between two."""
    text = " ".join(terms)
    # One look at the whole instead of one at each: nearly all texts are of terms that stand as they are. What
    # is printable holds no white space but blanks, and no character of private use.
    if (
        text.isprintable()
        and text.count(" ") == len(terms) - 1
        and "" not in terms
        and (len(text) * _PER_CHARACTER <= _LONGEST or max(map(len, terms)) * _PER_CHARACTER <= _LONGEST)
    ):
        return text
    return " ".join(map(written, terms))


def is_shortened(text: str) -> bool:
    """Say whether a text is what ``shortened`` made of a longer one."""
    return text[-_DIGEST - 1 :].startswith(_ESCAPE) and text[-1:] != _ESCAPE and len(text) > _DIGEST


def digest_of(path: str) -> str:
    """Return what stands for the path of a document in its id; the same of a path that was shortened."""
    return blake2b(shortened(path).encode("utf-8", "surrogatepass"), digest_size=_DIGEST // 2).hexdigest()


def identifier_of(path: str, born: int) -> str:
    """Return the id of a document by its path and the commit that added it: the same whenever it is sent."""
    return f"{digest_of(path)}.{born:x}"
