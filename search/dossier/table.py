"""A dossier as a table (CSV): a row for each hit, and no cell that a spreadsheet takes for a formula.

Does not depend on an index.
"""

from __future__ import annotations

from typing import Final

from coopsearch.search.cells import MARK, row
from coopsearch.search.dossier.dossier import Dossier, plain

HEAD: Final = (
    "number", "title", "quote", "marked", "document", "place", "heading", "date", "language", "type",
    "sha256", "remark", "query", "made", "index",
)  # fmt: skip


def table(dossier: Dossier) -> bytes:
    """Return a dossier as CSV in UTF-8 with a mark at its beginning, without which Excel guesses wrong."""
    rows = [row(HEAD)]
    for entry in dossier.entries:
        marked = "; ".join(dict.fromkeys(one.text for one in entry.quote if one.marked))
        cells = (
            entry.number, plain(entry.title), plain(entry.quote), marked, entry.path, entry.place,
            entry.heading, entry.date, entry.language, entry.type, entry.source.sha256,
            entry.source.remark, dossier.query, dossier.made, entry.index_name,
        )  # fmt: skip
        rows.append(row(cells))
    return f"{MARK}{''.join(rows)}".encode("utf-8", "replace")
