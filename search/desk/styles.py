"""Citations as text, Markdown, BibTeX and CSL-JSON, each with what ``claims`` needs to read them again.

What documents say is made safe first: nothing in it acts on a terminal, and no sign of it is markup. Does
not depend on an index.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from coopsearch.search.characters import safe
from coopsearch.search.desk.citations import Citation
from coopsearch.search.lazy import expression

STYLES: Final = ("text", "markdown", "bibtex", "csl-json")
#: What Markdown takes for its own, and what it takes so at the beginning of a line.
_MARKUP: Final = expression(r"[\\`*_\[\]<>#|~&$^{}]")
_BEGINNING: Final = expression(r"^([-+=:!@]|\d{1,9}(?=[.)]))")
#: What TeX takes for its own. Braces are written by name: BibTeX counts them, also behind a backslash.
TEX: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "$&#_%"},
}
_TEX: Final = expression(r"[\\{}~^$&#_%]")
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
#: Formats that are mails, and pages of the web; all else counts as a report.
_TYPES: Final = {
    **dict.fromkeys(("eml", "msg", "mbox"), "personal_communication"),
    **dict.fromkeys(("html", "mhtml"), "webpage"),
}


def written(citations: Sequence[Citation], style: str) -> Iterator[str]:
    """Yield the lines of citations in one of ``STYLES``."""
    if style == "csl-json":
        yield from _csl_lines(citations)
        return
    write = {"text": _text, "markdown": _markdown, "bibtex": _bibtex}[style]
    for number, citation in enumerate(citations):
        if number:
            yield ""
        yield from write(citation)


def place(citation: Citation) -> str:
    """Return where a quotation stands in its document, for a person."""
    return where(citation.page, citation.page_label, citation.line, citation.heading)


def where(page: int | None, label: str, line: int | None, heading: Iterable[str] = ()) -> str:
    """Return a page or a line, and the headings above, for a person; "" where neither is known."""
    parts = []
    if page is not None:
        parts.append(f"page {page}" if label in {"", str(page)} else f"page {page} (printed {label})")
    elif line is not None:
        parts.append(f"line {line:,}")
    if above := " › ".join(heading):
        parts.append(above)
    return ", ".join(parts)


def markdown(text: str) -> str:
    """Return a text as one line of Markdown in which no sign is markup."""
    escaped = _MARKUP().sub(r"\\\g<0>", safe(text))
    found = _BEGINNING().match(escaped)
    if not found:
        return escaped
    # A number is no markup; the point behind it makes it that of a list.
    at = found.end() if found[0][0].isdigit() else 0
    return f"{escaped[:at]}\\{escaped[at:]}"


def tex(text: str) -> str:
    """Return a text as one line of TeX in which no sign is markup."""
    return _TEX().sub(lambda sign: TEX[sign[0]], safe(text))


def _said(citation: Citation) -> Iterator[tuple[str, str]]:
    """Yield what is said of a citation in lines of its own, by name."""
    yield "source", citation.path
    if citation.part == "title":
        place_ = "the title of the document"
    else:
        place_ = f"characters {citation.start:,} to {citation.end:,} of its text"
    yield "place", place_ + ("; read by OCR" if citation.recognised else "")
    for name in ("author", "url", "query", "note"):
        if value := getattr(citation, name):
            yield name, value
    yield "cited", f"{citation.at}, from state {citation.generation} of the index"


def _head(citation: Citation) -> list[str]:
    return [one for one in (place(citation), citation.date) if one]


def _text(citation: Citation) -> Iterator[str]:
    yield f"“{safe(citation.quote)}”"
    # A title from the right on one line with a page would turn that round.
    yield from (f"  {safe(one)}" for one in (citation.title, ", ".join(_head(citation))) if one)
    for name, value in _said(citation):
        yield f"  {name}: {safe(value)}"
    yield f"  coopsearch:{safe(citation.id)}"
    yield f"  sha256:{safe(citation.sha256)}"


def _markdown(citation: Citation) -> Iterator[str]:
    yield f"> {markdown(citation.quote)}"
    yield ""
    if citation.title:
        yield f"- **{markdown(citation.title)}**"
    if head := _head(citation):
        yield "- " + markdown(", ".join(head))
    for name, value in _said(citation):
        yield f"- {name}: {markdown(value)}"
    yield f"- coopsearch:{safe(citation.id)} sha256:{safe(citation.sha256)}"


def _bibtex(citation: Citation) -> Iterator[str]:
    yield f"@misc{{coopsearch-{safe(citation.id)},"
    fields: dict[str, str] = {"title": f"{{{tex(citation.title)}}}"}
    if citation.author:
        fields["author"] = f"{{{tex(citation.author)}}}"
    date = citation.date.split("-")
    if date[0]:
        fields["year"] = tex(date[0])
    fields["howpublished"] = tex(citation.path)
    said = [
        place(citation),
        f"date of the document: {citation.date}" if citation.date else "",
        citation.note,
    ]
    if note := "; ".join(filter(None, said)):
        fields["note"] = tex(note)
    if citation.url:
        fields["url"] = _tex_address(citation.url)
        fields["urldate"] = citation.at[:10]
    if citation.language:
        fields["language"] = tex(citation.language)
    fields["quotation"] = tex(citation.quote)
    fields["part"] = tex(citation.part)
    fields["query"] = tex(citation.query)
    fields["cited"] = tex(citation.at)
    fields["generation"] = tex(citation.generation)
    fields["sha256"] = tex(citation.sha256)
    width = max(map(len, fields))
    for name, value in fields.items():
        yield f"  {name:{width}} = {{{value}}},"
        if name == "year" and len(date) > 1 and date[1].isdigit() and 1 <= int(date[1]) <= len(_MONTHS):
            yield f"  {'month':{width}} = {_MONTHS[int(date[1]) - 1]},"
    yield "}"


def _tex_address(address: str) -> str:
    """Return an address of the web for a field that TeX takes as it stands, but for its braces."""
    return re.sub(r"[\\{}%]", lambda sign: sign[0] if sign[0] == "%" else f"%{ord(sign[0]):02X}", address)


def _csl_lines(citations: Sequence[Citation]) -> Iterator[str]:
    # Imported here: the other styles do without.
    from coopsearch.search.cli.display.render import as_json

    yield "["
    for number, citation in enumerate(citations, 1):
        yield as_json(_csl(citation)) + ("," if number < len(citations) else "")
    yield "]"


def _csl(citation: Citation) -> dict[str, Any]:
    note = [f"“{citation.quote}”", place(citation), citation.path, citation.note]
    item: dict[str, Any] = {
        "id": f"coopsearch-{citation.id}",
        "type": _TYPES.get(citation.type, "report"),
        "title": citation.title,
        "author": [{"literal": citation.author}] if citation.author else [],
        "issued": _date(citation.date),
        "accessed": _date(citation.at[:10]),
        "language": citation.language,
        "URL": citation.url,
        "note": "; ".join(filter(None, note)),
        "custom": {"coopsearch": {**citation._asdict(), "heading": list(citation.heading)}},
    }
    return {name: value for name, value in item.items() if value}


def _date(day: str) -> Mapping[str, Any]:
    parts = day.split("-")
    if not all(part.isascii() and part.isdigit() for part in parts):
        return {}
    return {"date-parts": [[int(part) for part in parts]]}
