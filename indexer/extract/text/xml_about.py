"""What XML says of itself, in the vocabularies that have a place for it: its title, its author, its day.

JATS, TEI, DocBook, DITA, FictionBook, RSS, Atom, XBRL, SVG, and whatever puts a title where these do.
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Final
from xml.etree.ElementTree import Element

from coopsearch.indexer.extract.metadata import About, about, edited_day

#: Where a title stands, by local names, the most certain first.
_TITLES: Final = (
    "description/title-info/book-title",
    "front/article-meta/title-group/article-title",
    "book-meta/book-title-group/book-title",
    "teiHeader/fileDesc/titleStmt/title",
    "channel/title",
    "info/title",
    "articleinfo/title",
    "bookinfo/title",
    "head/title",
    "header/title",
    "metadata/RDF/Work/title",
    "metadata/title",
    "title",
    "headline",
)
_AUTHORS: Final = (
    "description/title-info/author",
    "front/article-meta/contrib-group/contrib/name",
    "teiHeader/fileDesc/titleStmt/author",
    "info/author/personname",
    "info/author",
    "articleinfo/author",
    "author/name",
    "channel/creator",
    "author",
    "creator",
)
_DATES: Final = (
    "description/title-info/date",
    "description/publish-info/year",
    "front/article-meta/pub-date",
    "teiHeader/fileDesc/publicationStmt/date",
    "info/pubdate",
    "info/date",
    "articleinfo/pubdate",
    "channel/pubDate",
    "channel/lastBuildDate",
    "channel/date",
    "updated",
    "published",
    "pubDate",
    "pubdate",
    "DocumentPeriodEndDate",
    "metadata/RDF/Work/date",
    "date",
)
#: Attributes that have the day of such an element.
_WHEN: Final = ("iso-8601-date", "when", "when-iso", "notBefore", "from", "datetime", "value")
#: What stands before the last name in FictionBook.
_NAMES: Final = ("first", "middle")
#: What the title of a report in XBRL is made of.
_REPORT: Final = ("EntityRegistrantName", "DocumentType", "DocumentPeriodEndDate")


def about_of(root: Element | None) -> About:
    """Return what a document says of itself, "" where it says nothing that can be meant."""
    if root is None:
        return About()
    title = _first(root, _TITLES) or " ".join(filter(None, (_text(root.find(name)) for name in _REPORT)))
    days = (_day(element) for path in _DATES if (element := root.find(path)) is not None)
    return about(title, _author(root))._replace(day=next(filter(None, map(edited_day, days)), ""))


def _first(root: Element, paths: tuple[str, ...]) -> str:
    return next((text for path in paths if (text := _text(root.find(path)))), "")


def _text(element: Element | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())


def _author(root: Element) -> str:
    for path in _AUTHORS:
        element = root.find(path)
        given = _text(element.find("given-names")) if element is not None else ""
        if element is not None and given:
            return f"{given} {_text(element.find('surname'))}".strip()
        if element is not None and (last := _text(element.find("last-name"))):
            return " ".join(filter(None, (*(_text(element.find(f"{name}-name")) for name in _NAMES), last)))
        if text := _text(element):
            return text
    return ""


def _day(element: Element | None) -> str:
    """Return a day as ISO has it, or what may be one."""
    if element is None:
        return ""
    if year := _text(element.find("year")):
        rest = (_text(element.find(name)) for name in ("month", "day"))
        numbers = [part.zfill(2) for part in rest if part.isdecimal()]
        return "-".join([year, *numbers])
    for name in _WHEN:
        if value := element.get(name):
            return value
    text = _text(element)
    if text[:1].isalpha():
        # As mails have it, and RSS.
        try:
            return parsedate_to_datetime(text[:60]).date().isoformat()
        except (ValueError, TypeError, IndexError, OverflowError):
            return ""
    return text
