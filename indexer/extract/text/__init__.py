"""Formats that are text: pages, tables, records, prose. Each is declared here and read in a file of its own.

Every run loads the declarations; a reader is imported when the first file of its format is met.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.base import Format, Item, Source


def _plain(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.text.plain import extract

    return extract(source)


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


FORMATS: Final = (
    Format("txt", 1, (".txt", ".text", ".log", ".asc", ".org", ".tex"), _plain),
    Format("md", 1, (".md", ".markdown", ".mdown"), _markdown),
    Format(
        "html", 1, (".html", ".htm", ".xhtml"), _html,
        opening=rb"(?is)\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,400}?-->\s*)?<(?:!doctype\s+html|html)\b",
    ),
    Format("rst", 1, (".rst", ".rest"), _rst),
    Format("csv", 1, (".csv", ".tsv", ".tab"), _delimited),
    Format("json", 1, (".json",), _json),
    Format(
        "jsonl", 1, (".jsonl", ".ndjson", ".jsonl.xz", ".jsonl.gz", ".ndjson.xz", ".ndjson.gz"), _jsonl,
        also=frozenset({"packed"}), shared=True,
    ),
)  # fmt: skip
