"""Address books (vcf): each person or body with their names, offices, numbers, addresses and notes.

A file of one card is one document; of several, each is one, called by its number. Pictures and keys in a card
are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import Final, NamedTuple

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.encoding import decode
from coopsearch.indexer.extract.mail.content_lines import ContentLine, content_lines, unescaped
from coopsearch.indexer.extract.metadata import About
from coopsearch.indexer.extract.reasons import empty, no_text
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

#: What is read of a card, in the order in which it is shown; what is of parts is joined by a comma.
_READ: Final = (
    "NICKNAME", "ORG", "TITLE", "ROLE", "EMAIL", "TEL", "ADR", "LABEL", "IMPP", "URL", "BDAY", "ANNIVERSARY",
    "MEMBER", "RELATED", "AGENT", "CATEGORIES", "NOTE", "X-SOCIALPROFILE", "X-SKYPE", "X-SKYPE-USERNAME",
    "X-TWITTER", "X-ICQ", "X-JABBER", "X-AIM", "X-MSN", "X-YAHOO", "X-PHONETIC-FIRST-NAME",
    "X-PHONETIC-LAST-NAME", "X-ABRELATEDNAMES", "X-ASSISTANT", "X-MANAGER", "X-SPOUSE",
)  # fmt: skip
_PARTS: Final = frozenset({"ORG", "ADR", "N"})
#: Values of a name in one card; more are no card's.
_MOST: Final = 1_000


class Card(NamedTuple):
    """A person or a body."""

    title: str
    blocks: list[str]


def extract(source: Source) -> Iterator[Document]:
    """Yield the cards of a file. Raises ExtractionError for what is none."""
    text = decode(source.read())
    if not text.strip():
        raise empty()
    if "BEGIN:VCARD" not in text[:10_000].upper():
        raise ExtractionError("damaged: no address book, as it does not begin as one")
    found = cards(text)
    first = list(islice(found, 2))
    if not first:
        raise no_text()
    for number, card in enumerate(chain(first, found), 1):
        flow = Flow(source.limit)
        flow.add(card.title, 1)
        for block in card.blocks:
            flow.add(block)
        document = flow.document(source, "vcf", About(card.title))
        yield document._replace(path=f"{source.address}!{number}" if len(first) > 1 else source.address)


def cards(text: str) -> Iterator[Card]:
    """Yield the cards of an address book's text that say anything."""
    depth = 0
    held: dict[str, list[str]] = {}
    for line in content_lines(text):
        if line.name == "BEGIN" and line.value.strip().upper() == "VCARD":
            # A card within a card is that of an agent, and is told with it; one not ended is ended here.
            if not held:
                depth = 0
            depth += 1
        elif line.name == "END" and line.value.strip().upper() == "VCARD":
            depth = max(0, depth - 1)
            if not depth:
                yield from _card(held)
                held = {}
        elif depth:
            values = held.setdefault(line.name, [])
            if len(values) < _MOST and (value := _value(line)):
                values.append(value)
    yield from _card(held)


def _value(line: ContentLine) -> str:
    if line.parameters.get("ENCODING", "").upper() in {"BASE64", "B"} or line.value.startswith("data:"):
        return ""
    if line.name in _PARTS:
        parts = line.texts(";")
        if line.name == "N":
            # Family, given and other names stand so; a person says the given name first.
            parts = [unescaped(one) for one in line.value.split(";")]
            parts = [one for one in [*parts[3:4], *parts[1:3], *parts[:1], *parts[4:5]] if one]
            return " ".join(parts)
        return ", ".join(parts)
    return line.text.removeprefix("tel:").removeprefix("mailto:")


def _card(held: dict[str, list[str]]) -> Iterator[Card]:
    names = [*held.get("FN", []), *held.get("N", [])]
    blocks = ["\n".join(dict.fromkeys(held[name])) for name in _READ if held.get(name)]
    title = next((" ".join(name.split()) for name in names if name.strip()), "")
    if names and (others := dict.fromkeys(" ".join(name.split()) for name in names)):
        others.pop(title, None)
        blocks[:0] = list(others)
    if not title and blocks:
        title = " ".join(blocks.pop(0).split())
    if title:
        yield Card(title, blocks)
