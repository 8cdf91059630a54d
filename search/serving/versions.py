"""The same document in other languages, as far as names tell: ``report-en.pdf`` and ``report-fr.pdf``.

Nothing is compared of what they say. Does not depend on the web's libraries.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from coopsearch.search.index import Index
from coopsearch.search.indexdir.addresses import is_added
from coopsearch.search.serving.service import Service
from coopsearch.search.values.hits import addresses

#: How names call a language: each way has a name for every language, so that one is replaced by its like.
_WAYS: Final = (
    {"en": "en", "fr": "fr", "ar": "ar"},
    {"en": "eng", "fr": "fra", "ar": "ara"},
    {"en": "eng", "fr": "fre", "ar": "ara"},
    {"en": "english", "fr": "french", "ar": "arabic"},
    {"en": "anglais", "fr": "francais", "ar": "arabe"},
    {"en": "anglais", "fr": "français", "ar": "arabe"},
)
#: A part of a name, between what separates parts. Figures stand beside such names: ``A70E`` says nothing.
_PART: Final = re.compile(r"(?<![^\W_])[^\W\d_]{2,8}(?![^\W_])")
#: Folders of an address that are looked at, from the file upwards.
_FOLDERS: Final = 3


class Version(NamedTuple):
    """A document whose name differs by a language alone."""

    language: str
    path: str


def versions_of(index: Index, path: str) -> tuple[str, tuple[Version, ...]]:
    """Return the language that the name of a document says, and its other versions; "" and none for none."""
    if is_added(path):
        return "", ()
    found: dict[str, str] = {}
    own = ""
    for said, language, other in _candidates(path, _below(path, str(index.folder.parent))):
        if language not in found and index.holds(other):
            own = own or said
            if said == own:
                found[language] = other
    return own, tuple(Version(language, found[language]) for language in sorted(found))


def versions_value(service: Service, name: str) -> dict[str, Any]:
    """Return the versions of the document of an id as JSON has them. Raises Refused for an id of none."""
    index, path = service.located(name)
    own, others = versions_of(index, path)
    return {
        "id": name,
        "language": own,
        "versions": [
            {
                "id": service.identify(one.path, index.folder),
                **addresses(one.path),
                "language": one.language,
            }
            for one in others
        ],
    }


def _below(path: str, folder: str) -> int:
    """Return from which character on an address may name a language: below the folder of the index."""
    base = posixpath.join(folder, "")
    start = len(base) if path.startswith(base) else 0
    parts = path[start:].split("/")
    return start + sum(len(part) + 1 for part in parts[: -_FOLDERS - 1])


def _candidates(path: str, start: int) -> Iterator[tuple[str, str, str]]:
    """Yield the language that a part of an address names, another, and the address with that in its place.

    The last part comes first.
    """
    for match in reversed(list(_PART.finditer(path, start))):
        word = match[0]
        for way in _WAYS:
            for own, called in way.items():
                if called != word.lower():
                    continue
                for other in _others(own):
                    named = _cased(way[other], word)
                    yield own, other, path[: match.start()] + named + path[match.end() :]


def _others(own: str) -> Iterable[str]:
    return (one for one in _WAYS[0] if one != own)


def _cased(word: str, like: str) -> str:
    """Return a word in capitals as another has them."""
    return word.upper() if like.isupper() else word.title() if like.istitle() else word
