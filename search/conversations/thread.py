"""The conversation that a mail is of: the other mails of an index that answer it, or that it answers.

What belongs together is told by the ids that mails have of each other, of which the indexer keeps words, and
never by their subjects. Does not depend on query syntax, a particular engine or the terminal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import Group
from coopsearch.search.model import MAILS, THREAD, Document
from coopsearch.search.schema import META

#: Mails of a conversation that are read, and how often others are looked for that these name.
MOST: Final = 500
_ROUNDS: Final = 4
#: Ids by which others are looked for at a time.
_TOGETHER: Final = 256
#: Conversations that go deeper are shown as if they did not.
_DEEPEST: Final = 1_000


class Reply(NamedTuple):
    """A mail of a conversation."""

    document: Document
    depth: int
    """0 for a mail that answers none of those that are here, 1 for an answer to one, and so on."""


class MailThread(NamedTuple):
    """A conversation, its mails in order: each behind the one that it answers, and answers by their days."""

    mails: tuple[Reply, ...] = ()
    whole: bool = True
    """Whether there are no more mails than these."""


def thread_of(reader: Reader, document: Document) -> MailThread:
    """Return the conversation of a document, with itself; none of what is not a mail, or is alone."""
    words = _words(document)
    if not words:
        return MailThread()
    found = {document.path: document}
    seen: set[str] = set()
    waiting = set(words)
    whole = True
    for _ in range(_ROUNDS):
        asked = sorted(waiting - seen)[:_TOGETHER]
        if not asked or len(found) >= MOST:
            break
        seen.update(asked)
        node = Group(META, tuple((f"{THREAD}={word}", 1.0) for word in asked))
        answer = reader.search(node, MOST, "path")
        whole = whole and answer.total <= MOST
        for number, _ in answer.best:
            one = reader.document(number)
            # A field of that name that some other format has says something else.
            if one.path not in found and (named := _words(one)):
                found[one.path] = one
                waiting.update(named)
    mails = list(found.values())
    whole = whole and len(mails) <= MOST and waiting <= seen
    if len(mails) == 1:
        return MailThread(whole=whole)
    return MailThread(tuple(_ordered(mails, document))[:MOST], whole)


def _words(document: Document) -> list[str]:
    """Return the words of a mail's own id and of those before it; none of what is not a mail."""
    return document.fields.get(THREAD, "").split() if document.type in MAILS else []


def _ordered(mails: list[Document], wanted: Document) -> Iterator[Reply]:
    """Yield mails with how deep each stands. Ids may come from anybody, and answer each other in circles."""
    mails.sort(key=lambda one: (one.date or "9", len(_words(one)), one.path))
    # Of a mail that is there twice, the one that is wanted stands for it.
    own: dict[str, Document] = {}
    for one in mails:
        if one.path == wanted.path or _words(one)[0] not in own:
            own[_words(one)[0]] = one
    below: dict[str, list[Document]] = {}
    for one in mails:
        below.setdefault(_answered(one, own), []).append(one)
    given: set[str] = set()
    # What no root leads to answers itself in a circle: it begins with its first mail.
    for root in [*below.get("", ()), *mails]:
        waiting = [(root, 0)]
        while waiting:
            one, depth = waiting.pop()
            if one.path in given:
                continue
            given.add(one.path)
            yield Reply(one, min(depth, _DEEPEST))
            waiting += [(answer, depth + 1) for answer in reversed(below.get(one.path, ()))]


def _answered(one: Document, own: Mapping[str, Document]) -> str:
    """Return the path of the nearest mail before one that is here, "" for none."""
    mine, *before = _words(one)
    return next((own[word].path for word in before if word in own and word != mine), "")
