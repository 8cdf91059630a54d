"""Pages of a document as somebody names them: by what is printed on them, or by their numbers.

Does not depend on the web's libraries.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from coopsearch.search.model import Document
from coopsearch.search.page_labels import labels_of

#: Characters of what somebody names.
NAMED: Final = 60
#: Pages of which what is printed on them is compared.
_PAGES: Final = 200_000
#: What may stand before a page: as a person says it, and as our own pages do before the number in brackets.
_BEFORE: Final = re.compile(r"(?:pages?|p\.|صفحة|ص\.)\s*(?=.)", re.IGNORECASE)
_NUMBER: Final = re.compile(r"(?:.*\s)?\(([0-9]{1,9})\)|([0-9]{1,9})")


def last(document: Document) -> int:
    """Return the number of the last page that has text, 0 where pages are not known."""
    return max((one.page or 0 for one in document.passages), default=0)


def start_of(document: Document, named: str) -> int | None:
    """Return where the text of a page begins, None where there is no such page.

    What is printed on pages counts before their numbers, and capitals are told apart where both stand on
    pages. Figures of any script are understood, and "iv (4)" as our pages write it. Of a page without text
    the next one that has some is meant.
    """
    end = last(document)
    name = _plain(named)
    for one in dict.fromkeys((name, _BEFORE.sub("", name, count=1))):
        page = _page(document, one, end)
        if page is not None:
            return next((each.start for each in document.passages if (each.page or 0) >= page), None)
    return None


def _page(document: Document, name: str, end: int) -> int | None:
    """Return the number of the page of a name."""
    folded = None
    pages = range(1, min(end, _PAGES) + 1)
    for page, label in zip(pages, labels_of(document.type, document.fields, pages), strict=True):
        printed = _plain(label) or str(page)
        if printed == name:
            return page
        if folded is None and printed.casefold() == name.casefold():
            folded = page
    if folded is not None:
        return folded
    found = _NUMBER.fullmatch(name)
    number = int(found[1] or found[2]) if found else 0
    return number if 0 < number <= end else None


def _plain(text: str) -> str:
    """Return a text with plain signs, figures and blanks."""
    plain = unicodedata.normalize("NFKC", text[:NAMED])
    figures = (str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in plain)
    return " ".join("".join(figures).split())
