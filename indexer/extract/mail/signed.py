"""Files that are signed as a whole (``.p7m``): what was signed, as a member.

In a mail it is a part of a mail, in an office a document under its name and ``.p7m``.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from coopsearch.indexer.extract.base import Member, Source
from coopsearch.indexer.extract.budget import Bounds
from coopsearch.indexer.extract.mail.cms import content_of
from coopsearch.indexer.extract.reasons import empty

_SUFFIX: Final = re.compile(r"\.(?:p7m|p7|smime|pkcs7)$", re.IGNORECASE)
#: How a part of a mail begins.
_HEADERS: Final = re.compile(
    rb"(?i)\s*(?:content-[a-z-]+|mime-version|from|to|subject|date|message-id)[ \t]*:"
)


def extract(source: Source) -> Iterator[Member]:
    """Yield what was signed. Raises ExtractionError where it is locked, damaged or not there."""
    data = source.read()
    if not data.strip():
        raise empty()
    most = (source.budget.bounds if source.budget else Bounds()).member
    content = content_of(data, most)
    if source.budget and len(content) > len(data):
        source.budget.unpack(len(content))
    mail = _HEADERS.match(content) is not None
    name = _SUFFIX.sub("", source.path.name.rpartition("!")[2])
    name = "content" if mail or not name or name.lower() == "smime" else name
    yield Member(name, partial(io.BytesIO, content), len(content), format="eml" if mail else "")
