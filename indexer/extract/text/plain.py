"""Plain text: paragraphs, with Markdown's headings where people have pasted some.

The document's text is the file's own, decoded, so that ranges and lines are those an editor shows; but for
what tells a terminal of colours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.encoding import NotText, decode, is_wide
from coopsearch.indexer.extract.passages import passages
from coopsearch.indexer.extract.sniff import other_data
from coopsearch.indexer.extract.titles import title_of
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError, FileState
from coopsearch.search.model import Document

#: What tells a terminal of colours, of the titles of windows, and of places, which part words.
_ESCAPE: Final = re.compile(
    r"\x1b(?:\[[0-9:;<=>?]{0,100}[ -/]{0,4}(?:[mhlnKqt]|(?P<moves>[@-~]))"
    r"|\][^\x07\x1b\n]{0,1000}(?:\x07|\x1b\\)|[()*+][0-9A-Z]|[=>78cDEHMNOZ])"
)
#: Bytes of text before other data that are worth being found; less is the head of some format.
_ENOUGH: Final = 64 * 1024


def extract(source: Source, promised: tuple[str, ...] = ("",)) -> Iterator[Document | Problem]:
    """Yield the one document that a text file is. Raises ExtractionError if it is not text or too large.

    ``promised`` are the endings that promise text: a file of another that turns out not to be text is of a
    format that is not read. Of one that promised it, what stands before other data is kept.
    """
    data = source.read()
    text, fault = _decoded(data, promised=source.path.name.lower().endswith(promised))
    if "\x1b" in text:
        text = _ESCAPE.sub(lambda match: " " if match["moves"] else "", text)
    found = tuple(passages(text))
    yield Document(
        path=source.address,
        file=source.address,
        title=title_of(text, found, source.address),
        text=text,
        passages=found,
        type="txt",
        date=source.date,
    )
    if fault:
        yield Problem(source.address, fault)


def _decoded(data: bytes, *, promised: bool) -> tuple[str, str]:
    """Return the text of a file, and what is wrong with what follows it, "" if nothing is.

    Raises ExtractionError for what is not text.
    """
    text = None
    try:
        text = decode(data)
        fault = NotText("it turns into other data")
    except NotText as error:
        fault = error
    # Text in UTF-16 is full of what would be damage of other text.
    mixed, end = (False, -1) if text is not None and is_wide(data) else other_data(data)
    if text is not None and not mixed:
        return text, ""
    if not promised:
        raise ExtractionError(str(fault), FileState.UNSUPPORTED)
    if end >= _ENOUGH:
        text = decode(data[:end])
        lines = text.count("\n")
        return text, f"{fault} after line {lines:,}; what stands before is kept"
    if text is None:
        raise fault
    return text, ""
