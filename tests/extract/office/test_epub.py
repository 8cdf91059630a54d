"""Books: the pages of the spine, in their order."""

from __future__ import annotations

import pytest

from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document
from tests.extract.office.office_files import items, packed, read

CONTAINER = '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
BOOK = """<package xmlns:dc="urn:dc"><metadata><dc:title>Les routes</dc:title><dc:creator>Amin</dc:creator>
<dc:date>2011-05</dc:date><dc:subject>mer</dc:subject><dc:subject>ports</dc:subject>
<dc:description>Sur les ports</dc:description></metadata><manifest>
<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="b" href="text/two%20b.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="text/one.xhtml" media-type="application/xhtml+xml"/>
<item id="c" href="../../../etc/passwd" media-type="application/xhtml+xml"/>
<item id="i" href="cover.png" media-type="image/png"/></manifest>
<spine><itemref idref="n"/><itemref idref="c" linear="no"/><itemref idref="a"/>
<itemref idref="b"/></spine></package>"""
PAGE = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "x.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head><body><h1>{0}</h1>
<p>Le&nbsp;texte {0}</p></body></html>"""
PARTS = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": CONTAINER,
    "OEBPS/book.opf": BOOK,
    "OEBPS/nav.xhtml": PAGE.format("nav"),
    "OEBPS/text/one.xhtml": PAGE.format("un"),
    "OEBPS/text/two b.xhtml": PAGE.format("deux"),
}


def test_book() -> None:
    """The spine gives the order, the package the title; a page outside of the book is none."""
    document, problem = items(packed(PARTS), "a.epub")
    assert isinstance(document, Document)
    assert isinstance(problem, Problem)
    assert "etc/passwd is left out: damaged: its part etc/passwd is missing" in problem.reason
    assert document.text.replace("\xa0", " ").split("\n\n") == ["un", "Le texte un", "deux", "Le texte deux"]
    assert [(one.level, one.heading) for one in document.passages] == [
        (1, ()), (0, ("un",)), (1, ()), (0, ("deux",)),
    ]  # fmt: skip
    assert (document.type, document.title, document.date) == ("epub", "Les routes", "2011-05-01")
    assert document.fields == {
        "author": "Amin", "description": "Sur les ports", "keywords": "mer, ports",
    }  # fmt: skip


def test_pictures() -> None:
    """What a picture in a book is said to show is text."""
    page = PAGE.format("un").replace("</p>", '<img src="x.png" alt="A map of Sfax"/></p>')
    document, _ = items(packed(PARTS | {"OEBPS/text/one.xhtml": page}), "a.epub")
    assert isinstance(document, Document)
    assert "A map of Sfax" in document.text.split("\n\n")


def test_locked() -> None:
    """A book with a lock says so; one with disguised fonts is read."""
    lock = "<encryption><EncryptedData><CipherReference URI='{}'/></EncryptedData></encryption>".format
    parts = PARTS | {"META-INF/encryption.xml": lock("OEBPS/text/one.xhtml")}
    with pytest.raises(ExtractionError, match="encrypted"):
        items(packed(parts), "a.epub")
    fonts = PARTS | {"META-INF/encryption.xml": lock("OEBPS/fonts/a.otf")}
    assert items(packed(fonts), "a.epub")


def test_empty() -> None:
    """A book of pictures has no text."""
    book = BOOK.partition("<spine>")[0].partition("<manifest>")[0] + "</package>"
    with pytest.raises(ExtractionError, match="no text"):
        read(packed(PARTS | {"OEBPS/book.opf": book}), "a.epub")
