"""AsciiDoc: the text without its marks, with the headings, the title, the author and the day that it gives.

Includes are not followed and attributes not put in: a file's text is what stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.dates import stated_day
from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.encoding import decode
from coopsearch.indexer.extract.metadata import about
from coopsearch.search.model import Document

_HEADING: Final = re.compile(r"(={1,6}|#{1,6})[ \t]+(\S.*?)(?:[ \t]+\1)?[ \t]*")
_ATTRIBUTE: Final = re.compile(r":!?([\w-]{1,60})!?:(?:[ \t]+(.*))?")
#: Lines around blocks: listings, examples, quotes, sidebars, passed text, tables.
_FENCE: Final = re.compile(r"(?:-{4,}|={4,}|\.{4,}|_{4,}|\*{4,}|\+{4,}|```\w*|--|[|,:!]={3,})[ \t]*")
_COMMENT: Final = re.compile(r"/{4,}[ \t]*")
#: What a block is, or is called by: ``[source,java]``, ``[[anchor]]``.
_STYLE: Final = re.compile(r"\[{1,2}[\w ,.#%=\"'|:<>^;*/-]{0,300}\]{1,2}[ \t]*")
_DIRECTIVE: Final = re.compile(r"(?:include|ifdef|ifndef|ifeval|endif|toc)::.*\[.*\]|<<<|'''|\+")
_ITEM: Final = re.compile(r"[ \t]*(?:\*{1,5}|-|\.{1,5}|\d{1,4}\.|[a-z]\.)[ \t]+(?:\[[ x*]\][ \t]+)?")
_TERM: Final = re.compile(r"[ \t]*(\S.{0,200}?)(?:::{1,3}|;;)(?:[ \t]+(.*)|[ \t]*)")
_MACRO: Final = re.compile(
    r"(?:(?:link|mailto|xref|image|video|audio|kbd|btn|menu|footnote|footnoteref|icon|pass):{1,2}"
    r"[^\s\[\]]{0,500}|https?://[^\s\[\]<>]{1,500})\[([^\[\]]{0,500})\]"
)
_REFERENCE: Final = re.compile(r"<<[^<>,]{1,200}(?:,[ ]?([^<>]{1,200}))?>>")
_ANCHOR: Final = re.compile(r"\[\[[^\[\]]{1,200}\]\]")
_MARKS: Final = (
    re.compile(r"\[[\w.# -]{1,60}\](?=[#*_`])"),
    re.compile(r"(?<![\w\\])([*_`#]{1,2})(?=\S)(.{1,1000}?)(?<=\S)\1(?!\w)"),
)
#: The line below the title: who wrote it, and the version and day below that.
_AUTHOR: Final = re.compile(r"([^\W\d][\w.' -]{1,100}?)(?:[ \t]+<[^<>]{1,200}>)?(?:;.*)?")
_REVISION: Final = re.compile(r"(?:v[\d.]+,?[ \t]*)?(\d{4}-\d\d-\d\d)?.{0,100}")


def extract(source: Source) -> Iterator[Document]:
    """Yield the one document that the file is. Raises ExtractionError if it has no text, or is not text."""
    lines = decode(source.read()).splitlines()
    flow = Flow(2 * source.limit)
    said: dict[str, str] = {}
    start = _header(lines, said, flow)
    _body(lines, start, flow)
    yield flow.document(
        source, "adoc", about(said.get("title", ""), said.get("author", ""), stated_day(said.get("date", "")))
    )


def _header(lines: list[str], said: dict[str, str], flow: Flow) -> int:
    """Read the title and what stands below it up to the first empty line; return where the body begins."""
    at = 0
    while at < len(lines) and (not lines[at].strip() or lines[at].startswith(("//", ":"))):
        _attribute(lines[at], said)
        at += 1
    heading = _HEADING.fullmatch(lines[at]) if at < len(lines) else None
    if heading is None or len(heading[1]) > 1:
        return at
    said["title"] = plain(heading[2])
    flow.add(said["title"], 1, line=at + 1)
    at += 1
    if at < len(lines) and (author := _AUTHOR.fullmatch(lines[at].strip())):
        said.setdefault("author", author[1])
        at += 1
        if at < len(lines) and (day := _REVISION.fullmatch(lines[at].strip())) and day[1]:
            said.setdefault("date", day[1])
            at += 1
    while at < len(lines) and lines[at].strip():
        _attribute(lines[at], said)
        at += 1
    return at


def _attribute(line: str, said: dict[str, str]) -> None:
    attribute = _ATTRIBUTE.fullmatch(line.rstrip())
    if attribute:
        name = {"revdate": "date", "doctitle": "title"}.get(attribute[1].lower(), attribute[1].lower())
        said.setdefault(name, plain(attribute[2] or ""))


def _body(lines: list[str], start: int, flow: Flow) -> None:
    block: list[str] = []
    begun = 0
    hidden = False

    def end() -> None:
        if block:
            flow.add(plain(" ".join(block)), line=begun)
            block.clear()

    for number, line in enumerate(lines[start:], start + 1):
        if _COMMENT.fullmatch(line):
            hidden = not hidden
        elif hidden or (line.startswith("//") and not line.startswith("///")):
            continue
        elif not line.strip() or _FENCE.fullmatch(line) or _STYLE.fullmatch(line):
            end()
        elif _DIRECTIVE.fullmatch(line.strip()) or (not block and _ATTRIBUTE.fullmatch(line.rstrip())):
            continue
        elif heading := _HEADING.fullmatch(line):
            end()
            flow.add(plain(heading[2]), len(heading[1]), line=number)
        elif line.startswith("|"):
            end()
            flow.row([plain(cell) for cell in line.split("|")[1:]], line=number)
        else:
            item = _ITEM.match(line)
            term = None if item else _TERM.fullmatch(line)
            if item or term or (line.startswith(".") and line[1:2].isalnum()):
                end()
            if not block:
                begun = number
            text = line[item.end() :] if item else line.lstrip(".") if line.startswith(".") else line
            block.append(f"{term[1]}: {term[2] or ''}" if term else text.strip().removesuffix(" +"))
    end()


def plain(text: str) -> str:
    """Return a line as it reads, without its marks."""
    text = _MACRO.sub(lambda match: match[1].split(",")[0].strip('"'), text)
    text = _ANCHOR.sub("", _REFERENCE.sub(lambda match: match[1] or "", text))
    if any(sign in text for sign in "*_`#"):
        text = _MARKS[0].sub("", text)
        for _ in range(2):
            # Marks may stand in each other: bold in italics.
            text = _MARKS[1].sub(r"\2", text)
    return " ".join(text.split())
