"""Calendars (ics, vcs): each event with its title, time, place, agenda and people; its files as members.

A calendar of one event is one document; of several, each is one, called by its number.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import partial
from itertools import chain, islice
from typing import Final, NamedTuple

from coopsearch.indexer.extract.base import Member, Source
from coopsearch.indexer.extract.dates import iso_day
from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.encoding import decode
from coopsearch.indexer.extract.mail.content_lines import ContentLine, content_lines
from coopsearch.indexer.extract.mail.transfer import unbased
from coopsearch.indexer.extract.metadata import About
from coopsearch.indexer.extract.reasons import empty, no_text
from coopsearch.indexer.extract.text.html import page_blocks
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

_KINDS: Final = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VAVAILABILITY"})
#: What hangs on an event and says nothing of its own.
_DEEPEST: Final = 16
_TIME: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(?:\d\d)?(Z)?)?")
_MAIL: Final = re.compile(r"(?i)mailto:\s*")
_TEXTS: Final = {
    "LOCATION": "place", "DESCRIPTION": "agenda", "COMMENT": "more", "CONTACT": "people", "RESOURCES": "more",
    "CATEGORIES": "more", "URL": "more", "CONFERENCE": "more", "REQUEST-STATUS": "more",
}  # fmt: skip
_PEOPLE: Final = frozenset({"ORGANIZER", "ATTENDEE"})
#: People of one event; a list of more is a mailing list.
_MOST_PEOPLE: Final = 5_000
_FIELD: Final = 4_000


class Event(NamedTuple):
    """An entry of a calendar."""

    title: str
    day: str
    blocks: list[str]
    """Its text but for the title, in the order in which a person asks: when, where, what, who."""
    organizer: str
    attendees: list[str]
    files: list[tuple[str, str]]
    """Names, and contents in base64."""


def extract(source: Source) -> Iterator[Document | Member]:
    """Yield the events of a calendar. Raises ExtractionError for what is none."""
    text = decode(source.read())
    if not text.strip():
        raise empty()
    if "BEGIN:VCALENDAR" not in text[:10_000].upper():
        raise ExtractionError("damaged: no calendar, as it does not begin as one")
    found = events(text)
    first = list(islice(found, 2))
    if not first:
        raise no_text()
    for number, event in enumerate(chain(first, found), 1):
        several = len(first) > 1
        flow = Flow(source.limit)
        add(flow, event)
        if flow.texts():
            document = flow.document(source, "ics", About(event.title, "", event.day))
            said = {
                "from": event.organizer,
                "to": ", ".join(event.attendees)[:_FIELD],
                "subject": event.title,
            }
            yield document._replace(
                path=f"{source.address}!{number}" if several else source.address,
                fields={name: value for name, value in said.items() if value},
            )
        for name, coded in event.files:
            within = f"{number}!{name}" if several else name
            yield Member(within, partial(_file, coded))


def add(flow: Flow, event: Event) -> None:
    """Add an event to the text of a document."""
    flow.add(event.title, 1)
    for block in event.blocks:
        for paragraph in block.split("\n\n"):
            flow.add(paragraph)


def _file(coded: str) -> io.BytesIO:
    return io.BytesIO(unbased(coded.encode("ascii", "ignore")))


def events(text: str) -> Iterator[Event]:
    """Yield the events of a calendar's text."""
    above: list[str] = []
    held: list[ContentLine] = []
    for line in content_lines(text):
        if line.name == "BEGIN":
            kind = line.value.strip().upper()
            if kind in _KINDS:
                # One that was not ended is ended by the next.
                if held:
                    yield _event(held)
                above, held = [], []
            if len(above) < _DEEPEST:
                above.append(kind)
        elif line.name == "END":
            kind = line.value.strip().upper()
            if kind in above:
                del above[above.index(kind) :]
            if kind in _KINDS and held:
                yield _event(held)
                held = []
        elif above and above[-1] in _KINDS:
            held.append(line)
    if held:
        yield _event(held)


def _event(lines: list[ContentLine]) -> Event:
    found: dict[str, list[str]] = {"when": [], "place": [], "agenda": [], "people": [], "more": []}
    title = day = organizer = page = ""
    attendees: list[str] = []
    files: list[tuple[str, str]] = []
    for line in lines:
        if line.name == "SUMMARY":
            title = title or " ".join(line.text.split())
        elif line.name in {"DTSTART", "DTEND", "DUE"}:
            shown, one = _time(line)
            day = day or one
            found["when"] += [shown] if shown else []
        elif line.name in _PEOPLE:
            person = _person(line)
            if line.name == "ORGANIZER":
                organizer = organizer or person
            elif person and len(attendees) < _MOST_PEOPLE:
                attendees.append(person)
        elif line.name == "X-ALT-DESC":
            page = page or line.text
        elif line.name == "ATTACH":
            files += _attached(line, len(files) + 1)
        elif line.name in _TEXTS:
            found[_TEXTS[line.name]].append(line.text)
    if page and not any(found["agenda"]):
        found["agenda"] = _shown(page)
    people = list(dict.fromkeys(one for one in [organizer, *attendees] if one))
    found["people"] = ["\n".join([*people, *found["people"]])]
    found["when"] = [" – ".join(dict.fromkeys(found["when"]))]
    blocks = [text for texts in found.values() for text in texts if text]
    return Event(title, day, blocks, organizer, attendees, files)


def _time(line: ContentLine) -> tuple[str, str]:
    """Return a time as it is shown, and its day."""
    match = _TIME.match(line.value.strip())
    if match is None or not (day := iso_day(f"{match[1]}-{match[2]}-{match[3]}")):
        return "", ""
    if not match[4]:
        return day, day
    zone = "UTC" if match[6] else line.parameters.get("TZID", "").strip("/")[:60]
    return f"{day} {match[4]}:{match[5]}{f' {zone}' if zone else ''}", day


def _person(line: ContentLine) -> str:
    """Return a person as mails name them."""
    mail = _MAIL.sub("", line.value, count=1).strip()
    mail = mail if "@" in mail else line.parameters.get("EMAIL", "")
    name = " ".join(line.parameters.get("CN", "").split())
    return f"{name} <{mail}>" if name and mail and name != mail else name or mail


def _attached(line: ContentLine, number: int) -> list[tuple[str, str]]:
    parameters = line.parameters
    if parameters.get("ENCODING", "").upper() not in {"BASE64", "B"}:
        return []
    told = next(
        (parameters[one] for one in ("FILENAME", "X-FILENAME", "X-APPLE-FILENAME") if parameters.get(one)), ""
    )
    name = told.replace("\\", "/").rpartition("/")[2].strip()
    return [(name or f"part {number}", line.value)]


def _shown(page: str) -> list[str]:
    try:
        return [block.text for block in page_blocks(b"\xef\xbb\xbf" + page.encode("utf-8", "replace"))]
    except ExtractionError:
        return []
