"""A dossier as a table (CSV): a row for each hit, and no cell that a spreadsheet takes for a formula.

Does not depend on an index.
"""

from __future__ import annotations

import csv
import io
from typing import Final

from coopsearch.search.dossier.dossier import Dossier, plain

HEAD: Final = (
    "number", "title", "quote", "marked", "document", "place", "heading", "date", "language", "type",
    "sha256", "remark", "query", "made",
)  # fmt: skip
#: What begins a formula in one spreadsheet or another (OWASP, CSV injection), also in full width.
_FORMULA: Final = tuple("=+-@\t\r\n|%＝＋－＠")


def table(dossier: Dossier) -> bytes:
    """Return a dossier as CSV in UTF-8 with a mark at its beginning, without which Excel guesses wrong."""
    stream = io.StringIO(newline="")
    rows = csv.writer(stream)
    rows.writerow(HEAD)
    for entry in dossier.entries:
        marked = "; ".join(dict.fromkeys(one.text for one in entry.quote if one.marked))
        row = (
            entry.number, plain(entry.title), plain(entry.quote), marked, entry.path, entry.place,
            entry.heading, entry.date, entry.language, entry.type, entry.source.sha256,
            entry.source.remark, dossier.query, dossier.made,
        )  # fmt: skip
        rows.writerow([cell if isinstance(cell, int) else disarmed(cell) for cell in row])
    return stream.getvalue().encode("utf-8-sig", "replace")


def disarmed(cell: str) -> str:
    """Return a cell as text to every spreadsheet: an apostrophe before what would begin a formula."""
    return f"'{cell}" if cell.lstrip(" \u00a0").startswith(_FORMULA) else cell
