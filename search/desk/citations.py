"""Citations: what was quoted, where exactly it stood, and by what the source is known again.

A citation is made of a document as its index holds it, and kept in the desk. Does not depend on the terminal
or on engines.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from coopsearch.search.desk import store
from coopsearch.search.desk.quotes import Place
from coopsearch.search.errors import SettingsError
from coopsearch.search.lazy import expression
from coopsearch.search.model import Document

#: Characters of a note.
_NOTE: Final = 2_000
#: Hexadecimal digits of an identifier: two among a million citations are alike once in 500 collections.
ID_LENGTH: Final = 12
_ID: Final = expression(f"[0-9a-f]{{{ID_LENGTH}}}")
_SHA256: Final = expression("[0-9a-f]{64}")
#: Fields of documents that name who wrote them, and where they are on the web.
_AUTHORS: Final = ("author", "authors", "creator", "from")
_ADDRESSES: Final = ("url", "link", "source_url", "uri")


class Citation(NamedTuple):
    """A quotation and its source. The names of its fields are those of the JSON that is kept."""

    id: str
    path: str
    """The address of the document, relative to the parent of the index where it lies in there."""
    file: str
    """The file that holds it, likewise."""
    sha256: str
    """Of the bytes of that file when it was cited."""
    quote: str
    """Word for word, as it stands in the document's text."""
    part: str = "text"
    """Where it stands: in the "text", or "title" where the query matched nothing else."""
    start: int = 0
    """Its first character, counted in the document's text."""
    end: int = 0
    line: int | None = None
    page: int | None = None
    page_label: str = ""
    heading: tuple[str, ...] = ()
    title: str = ""
    type: str = ""
    language: str = ""
    date: str = ""
    author: str = ""
    url: str = ""
    recognised: bool = False
    """Whether the text was read by OCR."""
    query: str = ""
    note: str = ""
    at: str = ""
    """When it was cited: ISO 8601 in UTC."""
    generation: str = ""
    """Which state of the index it was cited from."""


class Source(NamedTuple):
    """What is cited from: a document with absolute addresses, and the state of the index that holds it."""

    document: Document
    folder: Path
    """That of its index."""
    generation: str

    def kept(self, address: str) -> str:
        """Return an absolute address as the index has it."""
        return address.removeprefix(os.path.join(self.folder.parent, ""))  # noqa: PTH118 - with its end


def cited(
    source: Source, quote: str, place: Place, *, sha256: str, query: str = "", note: str = "",
    part: str = "text",
) -> Citation:  # fmt: skip
    """Return a citation of a place in a document."""
    document, fields = source.document, source.document.fields
    return Citation(
        id=store.new_id()[:ID_LENGTH],
        path=source.kept(document.path),
        file=source.kept(document.file),
        sha256=sha256,
        quote=quote,
        part=part,
        start=place.start,
        end=place.end,
        line=place.line,
        page=place.page,
        page_label=place.page_label,
        heading=place.heading,
        title=document.title,
        type=document.type,
        language=place.language,
        date=document.date,
        author=_first(fields, _AUTHORS),
        url=_web(_first(fields, _ADDRESSES)),
        recognised=bool(fields.get("ocr")),
        query=query,
        note=note,
        at=store.now(),
        generation=source.generation,
    )


def checked_note(note: str) -> str:
    """Return a note. Raises SettingsError for one that is too long."""
    if len(note) > _NOTE:
        raise SettingsError(f"the note has {len(note):,} characters, and {_NOTE:,} are the most; shorten it")
    return note.strip()


def keep(index: Path, citations: list[Citation]) -> None:
    """Keep citations in the desk of an index. Raises what ``store.writing`` raises."""
    user = store.who()
    # Finer than what is printed, so that they are listed in the order in which they were made.
    moment = time.time_ns() // 1_000
    with store.writing(index) as desk:
        desk.executemany(
            "INSERT OR REPLACE INTO citations VALUES (?, ?, ?, ?, ?, ?)",
            [
                # ASCII, as a name on disk can hold what is not UTF-8.
                (one.id, _text(one.path), _text(one.quote), json.dumps(one._asdict()), user, at)
                for one, at in zip(citations, map(_moment, itertools.count(moment)), strict=False)
            ],
        )


def kept(index: Path) -> list[Citation]:
    """Return the citations in a desk, the oldest first. Raises what ``store.reading`` raises."""
    if not store.exists(index):
        return []
    with store.reading(index) as desk:
        rows = desk.execute("SELECT record FROM citations ORDER BY at, id")
        return [one for (record,) in rows if (one := from_json(record)) is not None]


def from_json(text: str) -> Citation | None:
    """Return the citation of a line of JSON, None for what is not one."""
    with contextlib.suppress(ValueError, TypeError, RecursionError):
        return from_value(json.loads(text))
    return None


def from_value(value: Any) -> Citation | None:
    """Return the citation that a JSON object holds, None for what is not one."""
    if not isinstance(value, dict):
        return None
    given = dict(_right(value))
    if "address" in value and isinstance(value["address"], str):
        given["path"] = value["address"]
    known = _ID().fullmatch(given.get("id", "")) and _SHA256().fullmatch(given.get("sha256", ""))
    if not (known and given.get("path") and given.get("quote")):
        return None
    return Citation(**{"file": "", **given})


def _right(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a citation that are of the right kind."""
    for name in Citation._fields:
        one = value.get(name)
        if name in {"line", "page"}:
            fits = one is None or (isinstance(one, int) and not isinstance(one, bool))
        elif name in {"start", "end"}:
            fits = isinstance(one, int) and not isinstance(one, bool) and one >= 0
        elif name == "recognised":
            fits = isinstance(one, bool)
        elif name == "heading":
            fits = isinstance(one, list) and all(isinstance(part, str) for part in one)
            one = tuple(one) if isinstance(one, list) else ()
        else:
            fits = isinstance(one, str)
        if fits:
            yield name, one


def _moment(microseconds: int) -> str:
    seconds, rest = divmod(microseconds, 1_000_000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{rest:06}Z"


def _text(value: str) -> str:
    """Return a text that a database can hold: a lone surrogate is not UTF-8."""
    return value.encode("utf-8", "backslashreplace").decode("utf-8")


def _first(fields: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((fields[name].strip() for name in names if fields.get(name, "").strip()), "")


def _web(address: str) -> str:
    """Return an address on the web, "" for whatever else a document gives as one."""
    plain = address.startswith(("https://", "http://")) and not any(
        sign.isspace() or not sign.isprintable() for sign in address
    )
    return address if plain else ""
