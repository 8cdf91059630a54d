"""XML of any vocabulary: the text that is in its elements, under the titles that it gives its parts.

Entities that a document declares are not looked at, so nothing expands; nothing outside is opened. What is
not well-formed, or nests beyond reason, is read as text without its tags.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html import unescape
from html.entities import html5
from typing import Final

from coopsearch.indexer.extract.base import Item, Source
from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.office.xml_reader import Element, tree
from coopsearch.indexer.extract.text.html_source import decode_html
from coopsearch.indexer.extract.text.subtitles import timed
from coopsearch.indexer.extract.text.xml_about import about_of
from coopsearch.indexer.extract.text.xml_text import Walk
from coopsearch.indexer.extract.titles import named
from coopsearch.search.errors import ExtractionError

_DOCTYPE: Final = re.compile(r"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)
_ENTITY: Final = re.compile(r"&([A-Za-z][\w.-]{0,60});")
_OWN: Final = frozenset(("amp", "lt", "gt", "quot", "apos"))
#: Signs that XML may not hold, and that programs write all the same.
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
#: Roots of documents of office programs that are one XML file.
_OFFICE: Final = frozenset(("wordDocument", "package"))
_TAG: Final = re.compile(r"<(/?)([A-Za-z_][\w:.-]{0,100})[^<>]*>")
#: Tags in running text: words on both sides of them may be one.
_INLINE: Final = frozenset(
    "a abbr b bold em emph ext-link hi i italic span strong sub sup tspan u xref".split()
)
#: What stands between such marks is not text, or is text as it is.
_MARKS: Final = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">"))


def extract(source: Source, kind: str) -> Iterator[Item]:
    """Yield the one document that a file is. Raises ExtractionError if it has no text, or is not text."""
    text = decode_html(source.read())
    lines: dict[Element, int] = {}
    try:
        root = tree(io.BytesIO(_prepared(text).encode()), encoding="utf-8", lines=lines)
    except ExtractionError:
        yield from _stripped(source, kind, text)
        return
    if root.tag in _OFFICE or (root.tag == "document" and root.find("body") is not None):
        from coopsearch.indexer.extract.by_signature import extract as extract_office

        yield from extract_office(source)
    elif root.tag == "html":
        from coopsearch.indexer.extract.text.html import extract as extract_page

        yield from extract_page(source)
    elif root.tag == "tt":
        yield timed(source, kind, root, lines)
    else:
        flow = Flow(4 * source.limit)
        Walk(flow, lines).read(root)
        about = about_of(root)
        title = about.title or _first_title(root) or named(source.address)
        yield flow.document(source, kind, about._replace(title=title))


def _first_title(root: Element) -> str:
    """Return the first title of a part, if it comes early enough to be that of all."""
    for number, element in enumerate(root.iter()):
        if number > 50:  # noqa: PLR2004
            break
        if element.tag in {"title", "head", "headline"} and (
            text := " ".join("".join(element.itertext()).split())
        ):
            return text[:150]
    return ""


def _prepared(text: str) -> str:
    """Return a document as the parser takes it: without declarations of its own, with the signs they name."""
    text = _CONTROLS.sub(" ", text).lstrip("\ufeff \t\r\n")
    at = text.find("<!DOCTYPE")
    if at >= 0 and (match := _DOCTYPE.match(text, at)):
        text = text[:at] + "\n" * match[0].count("\n") + text[match.end() :]
    return _ENTITY.sub(_resolved, text) if "&" in text else text


def _resolved(match: re.Match[str]) -> str:
    name = match[1]
    if name in _OWN:
        return match[0]
    sign = html5.get(f"{name};", "")
    return sign if sign and not set(sign) & set("<>&") else f"&amp;{name};"


def _stripped(source: Source, kind: str, text: str) -> Iterator[Item]:
    """Yield what stands between the tags of a document that no parser takes."""
    flow = Flow(4 * source.limit)
    pieces: list[str] = []
    at = 0
    missing: set[str] = set()
    while (opened := text.find("<", at)) >= 0:
        pieces.append(text[at:opened])
        at = opened
        for start, end in _MARKS:
            if not text.startswith(start, at):
                continue
            close = -1 if end in missing else text.find(end, at + len(start))
            if close < 0:
                missing.add(end)
                at += len(start)
                break
            if start == "<![CDATA[":
                pieces.append(text[at + len(start) : close])
            at = close + len(end)
            break
        else:
            tag = _TAG.match(text, at)
            at = tag.end() if tag else at + 1
            pieces.append(("" if tag[2].lower() in _INLINE else "\n\n") if tag else "<")
    pieces.append(text[at:])
    for part in re.split(r"\n\s*\n", unescape("".join(pieces))):
        flow.add(" ".join(part.split()))
    yield flow.document(source, kind, about_of(None))
