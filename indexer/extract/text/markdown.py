"""Markdown: as text, with underlined headings, code between fences, and what the file says of itself.

The text stays raw, marks and all, so that ranges are those of the file. Front matter (lines ``key: value``
between ``---`` at the very top) becomes the document's fields. It is read as far as people write it, not as
YAML: lines that do not fit are kept, as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.dates import stated_day
from coopsearch.indexer.extract.encoding import decode
from coopsearch.indexer.extract.passages import passages, plain
from coopsearch.indexer.extract.titles import first_heading, meant, title_of
from coopsearch.search.model import Document

_OPEN: Final = re.compile(r"---[ \t]*\r?\n")
_CLOSE: Final = re.compile(r"^(?:---|\.\.\.)[ \t]*\r?$", re.MULTILINE)
#: Front matter is short; a rule at the top of a long text opens none.
_FRONT: Final = 16_384
_PAIR: Final = re.compile(r"([^\W\d][\w .-]{0,60}?)[ \t]*:(?:[ \t]+(.*))?")
_ITEM: Final = re.compile(r"\s*-[ \t]+(.*)")
_TITLE_LIMIT: Final = 500


def extract(source: Source) -> Iterator[Document]:
    """Yield the one document that the file is. Raises ExtractionError if it is not text or too large."""
    text = decode(source.read())
    start, fields = front_matter(text)
    found = tuple(passages(text, start=start, markdown=True))
    title = meant(fields.pop("title", ""))[:_TITLE_LIMIT]
    day = stated_day(fields.get("date", ""))
    if day:
        del fields["date"]
    yield Document(
        path=source.address,
        file=source.address,
        title=title
        or first_heading(text, found)
        or plain(title_of(text, found, source.address, start=start)),
        text=text,
        passages=found,
        type="md",
        date=day or source.date,
        fields=fields,
    )


def front_matter(text: str) -> tuple[int, dict[str, str]]:
    """Return where the text begins and the fields before it; (0, {}) if there is no front matter."""
    opening = _OPEN.match(text)
    closing = _CLOSE.search(text, opening.end(), _FRONT) if opening else None
    if opening is None or closing is None:
        return 0, {}
    values: dict[str, list[str]] = {}
    key = ""
    for line in text[opening.end() : closing.start()].splitlines():
        pair = None if line[:1].isspace() else _PAIR.fullmatch(line.rstrip())
        item = _ITEM.fullmatch(line)
        if pair:
            key = pair[1].lower()
            values[key] = [_scalar(pair[2] or "")]
        elif key and item:
            values[key].append(_scalar(item[1]))
        elif key and line[:1].isspace() and line.strip():
            # A value over several lines, or something nested: its words are kept.
            values[key] = [" ".join([*values[key], line.strip()])]
        elif line.strip() and not line.startswith("#"):
            return 0, {}
    fields = {key: ", ".join(part for part in parts if part) for key, parts in values.items()}
    return closing.end(), {key: value for key, value in fields.items() if value}


def _scalar(text: str) -> str:
    text = text.strip()
    if text in {"|", ">", "|-", ">-"}:
        return ""
    if text[:1] == "[" and text[-1:] == "]":
        return ", ".join(_scalar(part) for part in text[1:-1].split(","))
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text
