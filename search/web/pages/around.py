"""What stands around a document: what else is in its file, its conversation, and its other languages.

Does not depend on the web's libraries.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from coopsearch.search.index import Index
from coopsearch.search.model import Document
from coopsearch.search.serving.service import Service
from coopsearch.search.serving.versions import versions_of
from coopsearch.search.web.pages.results import LANGUAGES, Given, link

#: Documents of the same file that are listed, and mails of a conversation.
_MEMBERS: Final = 50
_MAILS: Final = 200
#: A conversation that goes deeper is indented no further.
_INDENTED: Final = 6


class Mail(NamedTuple):
    """A mail of a conversation."""

    title: str
    sender: str
    date: str
    link: str
    level: int
    """How far it is indented, from 1."""
    here: bool


def around(service: Service, index: Index, document: Document, given: Given) -> dict[str, Any]:
    """Return what a page links a document with; ``index`` is that which holds it."""
    query = [("q", dict(given).get("q", ""))]

    def to(path: str) -> str:
        return link(f"/document/{service.identify(path, index.folder)}", query)

    members = [one for one in index.members(document.path) if one != document.path]
    thread = index.thread(document.path)
    language, versions = versions_of(index, document.path)
    at = next((n for n, one in enumerate(thread.mails) if one.document.path == document.path), 0)
    # Of a long conversation what is shown is around this mail.
    begin = max(0, min(at - _MAILS // 2, len(thread.mails) - _MAILS))
    mails = [
        Mail(
            one.document.title,
            one.document.fields.get("from", ""),
            one.document.date,
            to(one.document.path),
            min(one.depth + 1, _INDENTED),
            one.document.path == document.path,
        )
        for one in thread.mails[begin : begin + _MAILS]
    ]
    return {
        "members": [
            (one.removeprefix(document.file).lstrip("!") or "the mail or file itself", to(one))
            for one in members[:_MEMBERS]
        ],
        "members_total": len(members),
        "thread": mails,
        "thread_total": len(thread.mails),
        "thread_whole": thread.whole,
        "name_language": LANGUAGES.get(language, language),
        "versions": [
            (one.language, LANGUAGES.get(one.language, one.language), to(one.path)) for one in versions
        ],
    }
