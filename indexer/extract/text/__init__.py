"""Formats that are text: pages, tables, records, prose. Each is declared here and read in a file of its own.

Every run loads the declarations; a reader is imported when the first file of its format is met.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.base import Format, Item, Source


def _plain(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.text.plain import extract

    # Another ending does not promise text.
    return extract(source) if source.path.name.lower().endswith(_TEXT) else extract(source, _TEXT)


def _markdown(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.text.markdown import extract

    return extract(source)


def _html(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.text.html import extract

    return extract(source)


def _rst(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.text.rst import extract

    return extract(source)


def _delimited(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.text.delimited import extract

    return extract(source)


def _json(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.text.json_records import extract

    return extract(source)


def _jsonl(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.text.jsonl import extract

    return extract(source)


def _srt(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.text.subtitles import extract

    return extract(source, "srt")


def _vtt(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.text.subtitles import extract

    return extract(source, "vtt")


def _tex(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.text.tex import extract

    return extract(source)


def _asciidoc(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.text.asciidoc import extract

    return extract(source)


def _notebook(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.text.notebook import extract

    return extract(source)


def _xml(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.text.xml import extract

    return extract(source, "xml")


def _svg(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.text.xml import extract

    return extract(source, "svg")


#: Endings that promise text.
_TEXT: Final = (".txt", ".text", ".log", ".asc", ".org")

#: How XML begins that does not say so: a type that is not HTML, a namespace, or one element right in another
#: that pages and components of programs do not begin with.
_XML: Final = (
    rb"\s*(?:<!--(?s:.{0,2000}?)-->\s*)?(?:<\?xml\b|<!DOCTYPE\s+(?!(?i:html|svg)\b)[\w:.-]+(?:\s|\[|>)"
    rb"|<(?:rss|feed|rdf:RDF|TEI|article|book|xbrl|kml|opml|tt)\b[^<>]{0,2000}>"
    rb"|<(?!(?i:html|head|body|svg|template|script|style|div|p|span|table|form|ul|ol|section|main|nav|header|meta)\b)"
    rb"[A-Za-z_][\w:.-]{0,100}(?:\s+[\w:.-]{1,100}\s*=\s*(?:\"[^\"<]{0,1000}\"|'[^'<]{0,1000}'))*\s*>"
    rb"\s*(?:<!--(?s:.{0,2000}?)-->\s*)?<[A-Za-z_])"
)

FORMATS: Final = (
    # Read as this is also what is text by its bytes and of no ending that is known.
    Format("txt", 3, _TEXT, _plain),
    Format("md", 3, (".md", ".markdown", ".mdown"), _markdown),
    Format(
        "html", 3, (".html", ".htm", ".xhtml"), _html,
        opening=rb"(?is)\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,400}?-->\s*)?<(?:!doctype\s+html|html)\b",
    ),
    Format("rst", 3, (".rst", ".rest"), _rst),
    Format(
        "tex", 2, (".tex", ".latex", ".ltx"), _tex,
        opening=rb"\s*(?:%[^\n]{0,500}\n\s*){0,40}\\(?:documentclass|documentstyle|begin\{document\})",
    ),
    Format("adoc", 2, (".adoc", ".asciidoc"), _asciidoc),
    Format("ipynb", 2, (".ipynb",), _notebook),
    Format("csv", 3, (".csv", ".tsv", ".tab"), _delimited),
    Format("json", 3, (".json",), _json),
    Format(
        "jsonl", 2, (".jsonl", ".ndjson", ".jsonl.xz", ".jsonl.gz", ".ndjson.xz", ".ndjson.gz"), _jsonl,
        also=frozenset({"packed"}), shared=True,
    ),
    Format(
        "srt", 2, (".srt", ".sbv", ".ass", ".ssa"), _srt,
        opening=rb"\d{1,6}\r?\n\d{1,3}:\d\d:\d\d[.,]\d{1,3}[ \t]*-->|\s*\[Script Info\]",
    ),
    Format(
        "xml", 2, (".xml", ".nxml", ".rss", ".atom", ".rdf", ".tei", ".xbrl", ".kml", ".opml",
         ".ttml", ".dfxp"), _xml,
        opening=_XML,
        risky=True,
    ),
    Format("svg", 2, (".svg",), _svg, opening=rb"\s*<svg\b", risky=True),
    Format("vtt", 2, (".vtt",), _vtt, signature=rb"(?:\xef\xbb\xbf)?WEBVTT(?:[ \t\r\n]|$)"),
)  # fmt: skip
