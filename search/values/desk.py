"""What is kept on the desk (marks, notes, saved searches and their news, citations) as values for JSON.

`docs/schema.json` describes them. Does not depend on the terminal or command-line options.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coopsearch.search.desk.marks import absolute
from coopsearch.search.values.hits import addresses, hit_value

if TYPE_CHECKING:
    from coopsearch.search.desk.citations import Citation
    from coopsearch.search.desk.known import Item, News
    from coopsearch.search.desk.marks import Mark, Note
    from coopsearch.search.desk.saved import Saved


def marked_value(
    folder: Path, path: str, marks: Iterable[Mark], notes: Iterable[Note], *, index: bool = False
) -> dict[str, Any]:
    """Return the marks and notes of a document, whose address is as the desk of an index has it.

    With ``index`` it says of which index, where several are asked.
    """
    return {
        **addresses(absolute(folder, path)),
        **({"index": str(folder)} if index else {}),
        "marks": [{"tag": one.tag, "who": one.who, "at": one.at} for one in marks],
        "notes": [
            {
                "id": one.id,
                "text": one.text,
                "start": one.start,
                "end": one.stop,
                "who": one.who,
                "at": one.at,
            }
            for one in notes
        ],
    }


def saved_value(home: Path, search: Saved, *, index: bool = False) -> dict[str, Any]:
    """Return a saved search; with ``index`` it says beside which index, where several are asked."""
    return {
        **search._asdict(),
        "options": dict(search.options),
        **({"index": str(home)} if index else {}),
    }


def news_value(news: News, item: Item, *, desk: bool = False) -> dict[str, Any]:
    """Return a document that is news; with ``desk`` it says beside which index its search is saved."""
    value: dict[str, Any] = {
        "search": news.search.name,
        "query": news.search.query,
        "kind": str(item.kind),
        "since": news.since,
        **({"desk": str(news.home)} if desk else {}),
        **addresses(item.path),
    }
    return {**value, **hit_value(item.hit)} if item.hit is not None else value


def citation_value(citation: Citation, index: Path) -> dict[str, Any]:
    """Return a citation from the index of a folder."""
    path, file = (
        one if Path(one).is_absolute() else str(index.parent / one) for one in (citation.path, citation.file)
    )
    value = {**citation._asdict(), "heading": list(citation.heading)}
    return {**value, **addresses(path), "file": file, "address": citation.path}
