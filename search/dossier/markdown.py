"""A dossier as Markdown, in which no sign of a document is markup.

Does not depend on files or an index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from coopsearch.search.desk.styles import markdown as escaped
from coopsearch.search.dossier.dossier import Dossier, Entry, Piece, ranges


def markdown(dossier: Dossier) -> bytes:
    """Return a dossier as Markdown."""
    return ("\n".join(_lines(dossier)) + "\n").encode("utf-8", "replace")


def _lines(dossier: Dossier) -> Iterator[str]:
    yield f"# {escaped(dossier.title)}"
    yield ""
    for name, value in dossier.facts:
        yield f"- {name}: {escaped(value)}"
    yield ""
    yield "## Hits"
    if not dossier.entries:
        yield ""
        yield "Nothing was found."
    for entry in dossier.entries:
        yield ""
        yield from _entry(entry)
    if not dossier.sources:
        return
    yield ""
    yield "## Sources"
    yield ""
    yield "| No. | File | Hits | SHA-256 |"
    yield "|---|---|---|---|"
    hits = dossier.hits
    for source in dossier.sources:
        said = " ".join(filter(None, [source.sha256, escaped(source.remark)]))
        numbers = ranges(hits[source.number])
        yield f"| {source.number} | {escaped(source.path)} | {numbers} | {said} |"


def _entry(entry: Entry) -> Iterator[str]:
    yield f"### {entry.number}. {_marked(entry.title)}".rstrip()
    yield ""
    yield f"> {_marked(entry.quote)}" if entry.quote else "Only the title holds what was asked for."
    yield ""
    for name, value in entry.facts:
        yield f"- {name}: {escaped(value)}"


def _marked(parts: Sequence[Piece]) -> str:
    """Return pieces with what is marked in bold."""
    text = ""
    for number, one in enumerate(parts):
        piece = escaped(one.text) if number == 0 else escaped("x" + one.text)[1:]
        text += f"**{piece}**" if one.marked and piece.strip() == piece else piece
    return text
