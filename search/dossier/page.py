"""A dossier as one page of HTML: no script, no network, and made to be printed.

What documents say is text: it is escaped, and a policy of the page forbids all but its own style, so that
even what escaping missed could load and run nothing. Does not depend on files or an index.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from coopsearch.search.dossier.dossier import Dossier, Entry, Piece, is_from_the_right, plain

#: Marks are bold and underlined, too: a printer without colour may leave the ground away.
_STYLE: Final = """
@page { size: A4; margin: 20mm 20mm 22mm;
  @bottom-right { content: counter(page) " / " counter(pages); font: 9pt sans-serif; color: #555 } }
:root { color-scheme: light }
body { font: 11pt/1.5 Georgia, "Noto Serif", "DejaVu Serif", "Noto Naskh Arabic", "Times New Roman", serif;
  color: #1a1a1a; background: #fff; max-width: 46rem; margin: 2rem auto; padding: 0 1.25rem }
h1, h2, h3, dl, table { font-family: system-ui, "Noto Sans", "DejaVu Sans", "Noto Sans Arabic", sans-serif }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 1rem; border-bottom: 2px solid #1a1a1a;
  padding-bottom: .5rem }
h2 { font-size: 1.2rem; margin: 2rem 0 .75rem; break-after: avoid }
h3 { font-size: 1rem; line-height: 1.35; margin: 0 0 .4rem; break-after: avoid }
dl { display: grid; grid-template-columns: 9.5rem 1fr; gap: .1rem .75rem; font-size: .8rem; line-height: 1.45;
  margin: .4rem 0 0 }
dt { color: #555 }
dd { margin: 0; overflow-wrap: anywhere }
article { break-inside: avoid; margin: 0 0 .9rem; padding: 0 0 .7rem; border-bottom: 1px solid #ccc }
blockquote { margin: .3rem 0; padding: .1rem .9rem; border-inline-start: 3px solid #999 }
blockquote[dir=rtl] { font-size: 1.1em; line-height: 1.7 }
mark { background: #ffe58a; color: inherit; font-weight: bold; text-decoration: underline;
  text-decoration-thickness: 1.5px; text-underline-offset: 2px; padding: 0 .06em;
  print-color-adjust: exact; -webkit-print-color-adjust: exact }
table { border-collapse: collapse; table-layout: fixed; width: 100%; font-size: .78rem; line-height: 1.4 }
th:nth-child(1) { width: 2.6rem } th:nth-child(3) { width: 20% } th:nth-child(4) { width: 40% }
th, td { text-align: start; vertical-align: top; padding: .3rem .5rem .3rem 0; border-bottom: 1px solid #ccc;
  overflow-wrap: anywhere }
thead { display: table-header-group }
tr { break-inside: avoid }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .92em }
a { color: inherit }
@media print {
  body { margin: 0; padding: 0; max-width: none; font-size: 10.5pt }
  a { text-decoration: none } }
"""


def html(dossier: Dossier) -> bytes:
    """Return a dossier as a page of HTML."""
    return "\n".join(_lines(dossier)).encode("utf-8", "replace")


def _lines(dossier: Dossier) -> Iterator[str]:
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="referrer" content="no-referrer">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="generator" content="coopsearch">'
    yield f"<title>{escape(dossier.title)}</title>"
    yield f"<style>{_STYLE}</style>"
    yield "</head>"
    yield "<body>"
    yield "<header>"
    yield f'<h1 dir="auto">{escape(dossier.title)}</h1>'
    yield from _facts(dossier.facts)
    yield "</header>"
    yield "<main>"
    yield "<h2>Hits</h2>"
    if not dossier.entries:
        yield "<p>Nothing was found.</p>"
    for entry in dossier.entries:
        yield from _entry(entry)
    yield "</main>"
    if dossier.sources:
        yield from _sources(dossier)
    yield "</body>"
    yield "</html>\n"


def _entry(entry: Entry) -> Iterator[str]:
    yield f'<article id="hit-{entry.number}">'
    direction = _direction(plain(entry.title), "")
    yield f"<h3 {direction}>{entry.number}. {_marked(entry.title)}</h3>"
    if entry.quote:
        language = f' lang="{escape(entry.language)}"' if entry.language else ""
        direction = _direction(plain(entry.quote), entry.language)
        yield f"<blockquote{language} {direction}>{_marked(entry.quote)}</blockquote>"
    else:
        yield "<p>Only the title holds what was asked for.</p>"
    yield from _facts(entry.facts, entry)
    yield "</article>"


def _facts(facts: Sequence[tuple[str, str]], entry: Entry | None = None) -> Iterator[str]:
    yield "<dl>"
    for name, value in facts:
        text, laid = escape(value), ' dir="auto"'
        if name == "SHA-256":
            text = f"<code>{text}</code>"
        elif name == "Document" and entry is not None:
            # A name in Arabic must not turn the number of the page round.
            place = f", {escape(entry.place)}" if entry.place else ""
            number = entry.source.number
            source = f'<a href="#source-{number}">source&nbsp;{number}</a>'
            text, laid = f"<bdi>{escape(entry.path)}</bdi>{place} ({source})", ""
        yield f"<dt>{name}</dt><dd{laid}>{text}</dd>"
    yield "</dl>"


def _sources(dossier: Dossier) -> Iterator[str]:
    yield "<section>"
    yield "<h2>Sources</h2>"
    yield "<table>"
    yield "<thead><tr><th>No.</th><th>File</th><th>Hits</th><th>SHA-256</th></tr></thead>"
    yield "<tbody>"
    hits = dossier.hits
    for source in dossier.sources:
        said = [f"<code>{source.sha256}</code>" if source.sha256 else "", escape(source.remark)]
        cells = [
            ("", str(source.number)),
            (' dir="auto"', escape(source.path)),
            ("", ", ".join(f'<a href="#hit-{one}">{one}</a>' for one in hits[source.number])),
            ("", "<br>".join(filter(None, said))),
        ]
        row = "".join(f"<td{laid}>{cell}</td>" for laid, cell in cells)
        yield f'<tr id="source-{source.number}">{row}</tr>'
    yield "</tbody>"
    yield "</table>"
    yield "</section>"


def _marked(parts: Sequence[Piece]) -> str:
    return "".join(f"<mark>{escape(one.text)}</mark>" if one.marked else escape(one.text) for one in parts)


def _direction(text: str, language: str) -> str:
    return 'dir="rtl"' if is_from_the_right(text, language) else 'dir="auto"'
