"""XML is read by its text, with titles, whatever its vocabulary; entities expand to nothing."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from coopsearch.search.model import Document
from tests.conftest import Run
from tests.extract.bad_files import EXTERNAL, LAUGHS
from tests.extract.nested import read

SAMPLES = Path(__file__).with_name("samples")
JATS = (SAMPLES / "article.nxml").read_text(encoding="utf-8")
TEI = (SAMPLES / "letters.tei").read_text(encoding="utf-8")
RSS = (SAMPLES / "news.rss").read_text(encoding="utf-8")
ATOM = (SAMPLES / "routes.atom").read_text(encoding="utf-8")
XBRL = (SAMPLES / "report.xbrl").read_text(encoding="utf-8")
SANCTIONS = (SAMPLES / "sanctions.xml").read_text(encoding="utf-8")
SVG = (SAMPLES / "map.svg").read_text(encoding="utf-8")
DOCBOOK = (SAMPLES / "handbook.xml").read_text(encoding="utf-8")
WORD = (SAMPLES / "word2003.xml").read_text(encoding="utf-8")


def document(folder: Path, name: str, data: str | bytes) -> Document:
    """Return the one document of a file."""
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    ((found,), problems) = read(path)
    assert not problems
    return found


def parts(found: Document) -> list[str]:
    """Return the passages, a heading with its level before it, and all with the headings above them."""
    return [
        " > ".join((*one.heading, f"{'#' * one.level} {found.text[one.start : one.end]}".strip()))
        for one in found.passages
    ]


def test_jats(tmp_path: Path) -> None:
    """An article has its own title, author and day; sections are headings; inline marks split no word."""
    found = document(tmp_path, "a.xml", JATS)
    assert (found.title, found.fields["author"], found.date) == (
        "Crossing the sea",
        "Amal Ben Ali",
        "2019-03-07",
    )
    assert parts(found)[-7:] == [
        "# Methods",
        "Methods > Boats were counted [1] at Zarzis.",
        "Methods > ## Sources",
        "Methods > Sources > Reports & notes of the coast guard.",
        "# Results",
        "Results > Many.",
        "Results > 2018 | 44",
    ]
    assert "We count boats." in found.text
    assert {"Ben Ali Amal", "7 3 2019"} <= set(found.text.split("\n\n"))
    lines = {found.text[one.start : one.end]: one.line for one in found.passages}
    assert (lines["Methods"], lines["Many."]) == (10, 12)


def test_tei(tmp_path: Path) -> None:
    """A TEI text has the title of its header; heads are headings, and verses lines of their own."""
    found = document(tmp_path, "a.tei", TEI)
    assert (found.title, found.fields["author"], found.date) == (
        "Lettres de Tunis",
        "Léa Martin",
        "1998-05-06",
    )
    assert parts(found)[-4:] == [
        "# Première lettre",
        "Première lettre > Le bateau est parti.",
        "Première lettre > Un vers",
        "Première lettre > un autre",
    ]


def test_tei_editions(tmp_path: Path) -> None:
    """Words that a line breaks are whole, of two readings the editor's stands, and old days are believed."""
    text = (
        "<TEI><teiHeader><fileDesc><titleStmt><title>Letters</title></titleStmt><publicationStmt>"
        '<date when="1862-05-01">May</date></publicationStmt></fileDesc></teiHeader><text><body><p>'
        'Il é<lb break="no"/>tait sur le con-\n<lb break="no"/>tinent<lb/>avec '
        "<choice><sic>recieved</sic>\n<corr>received</corr></choice>, "
        "<choice><abbr>Dr</abbr><expan>Docteur</expan></choice> "
        '<hi>Mar<pb break="no"/>tin</hi>'
        "</p></body></text></TEI>"
    )
    found = document(tmp_path, "a.tei", text)
    assert found.date == "1862-05-01"
    assert "Il était sur le continent avec received, Docteur Martin" in found.text


def test_fiction_book(tmp_path: Path) -> None:
    """A FictionBook has the title and the author of its description, and no pictures."""
    text = (
        '<?xml version="1.0"?><FictionBook><description><title-info><author><first-name>Ana</first-name>'
        "<last-name>Poe</last-name></author><book-title>The Routes</book-title><date>1998</date></title-info>"
        "</description><body><section><title><p>One</p></title><p>The text.</p></section></body>"
        f"<binary id='a.png' content-type='image/png'>{('QUJD' * 18 + chr(10)) * 30}</binary></FictionBook>"
    )
    found = document(tmp_path, "a.fb2", text)
    assert (found.title, found.fields["author"], found.date) == ("The Routes", "Ana Poe", "1998-01-01")
    assert "QUJD" not in found.text


@pytest.mark.parametrize(
    "text",
    [
        '<topic id="a"><title>Routes</title><body><p>The text.</p></body></topic>',
        '<!DOCTYPE topic PUBLIC "a" "topic.dtd">\n<topic><title>Routes</title><p>The text.</p></topic>',
        "<!-- made by hand -->\n<gpx version='1.1'>\n <title>Routes</title><desc>The text.</desc></gpx>",
    ],
)
def test_without_a_declaration(tmp_path: Path, text: str) -> None:
    """XML that does not say so under an ending that nobody knows is read without its tags."""
    found = document(tmp_path, "a.dita", text)
    assert (found.type, found.title) == ("xml", "Routes")
    assert "The text." in found.text
    assert "<" not in found.text


@pytest.mark.parametrize(
    "text", ["<template>\n  <p>The text.</p>\n</template>", "<a> or <b>, he said", "<3 <b"]
)
def test_no_xml(tmp_path: Path, text: str) -> None:
    """Components of programs, and text that begins with such a sign, stay text."""
    assert document(tmp_path, "a.thing", text).type == "txt"


def test_feeds(tmp_path: Path) -> None:
    """An item of a feed is a heading with its text below, also where that is HTML in disguise."""
    found = document(tmp_path, "a.rss", RSS)
    assert (found.title, found.date) == ("Border news", "2019-03-05")
    told = parts(found)
    assert "Border news > ## Boat lands" in told
    assert "Border news > Boat lands > The boat landed." in told
    assert told[-2:] == ["Border news > Boat leaves > It left Tunis", "Border news > Boat leaves > at night"]
    assert "<" not in found.text
    found = document(tmp_path, "a.atom", ATOM)
    assert (found.title, found.date, found.fields["author"]) == ("Routes", "2020-01-02", "Amal")
    assert parts(found)[-2:] == ["Routes > ## One route", "Routes > One route > summary: It is long."]


def test_xbrl(tmp_path: Path) -> None:
    """A report is called by its company, kind and period; values stand under their names, texts as text."""
    found = document(tmp_path, "a.xbrl", XBRL)
    assert (found.title, found.date) == ("Boats Inc. 10-K 2019-09-28", "2019-09-28")
    assert "Revenues: 265595000000" in found.text
    assert "Revenue is recognised later." in found.text
    assert "c1" not in found.text


def test_note_marks(tmp_path: Path) -> None:
    """The mark of a note stays raised behind its word, in JATS, DocBook and TEI."""
    text = (
        "<p>The traffickers<xref ref-type='fn'><sup>3</sup></xref> left, kidnappers"
        "<superscript>a</superscript> came and <b>m<sup>2</sup></b> 1<hi rend='sup'>er</hi> "
        "passeurs<hi rend='superscript'>12</hi> x.</p>"
    )
    found = document(tmp_path, "a.xml", f"<?xml version='1.0'?><article><body>{text}</body></article>")
    assert parts(found) == ["The traffickers³ left, kidnappersᵃ came and m² 1er passeurs¹² x."]


def test_data(tmp_path: Path) -> None:
    """Of data what stands in attributes is read under its name, but for numbers of the program's own."""
    found = document(tmp_path, "a.xml", SANCTIONS)
    for said in (
        "designation: trader",
        "wholeName: Omar the Boatman",
        "birthdate: 1937-04-28",
        "remark: listed",
    ):
        assert said in found.text
    assert "13" not in found.text


def test_svg(tmp_path: Path) -> None:
    """A drawing gives its title and its text; pieces on one line are one word, styles are no text."""
    found = document(tmp_path, "a.svg", SVG)
    assert (found.title, found.type) == ("Map of routes", "svg")
    assert found.text == "Map of routes\n\nSmuggling by sea\n\nTunis"


def test_others(tmp_path: Path) -> None:
    """DocBook is read likewise, what Word stores as one XML file as a document, a page as a page."""
    found = document(tmp_path, "a.xml", DOCBOOK)
    assert (found.title, found.fields["author"], found.date) == ("Handbook", "Amal", "2015-02-03")
    assert parts(found)[-3:] == [
        "# Boats",
        "Boats > Text of it.",
        "Boats > first",
    ]
    assert document(tmp_path, "word.xml", WORD).text == "flat words"
    page = '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>a page</p></body></html>'
    assert document(tmp_path, "page.xml", page).text == "a page"


@pytest.mark.parametrize(
    "data",
    [
        "<doc><p>Le bateau d'Amélie</p></doc>".encode("utf-16"),
        '<?xml version="1.0" encoding="ISO-8859-1"?><doc><p>Le bateau d\'Amélie</p></doc>'.encode("latin-1"),
        '<?xml version="1.0" encoding="UTF-8"?><doc><p>Le bateau d\'Amélie</p></doc>'.encode("cp1252"),
        b"<doc><p>Le bateau d'Am&eacute;lie</p></doc>",
        "<doc><p>Le bateau d'Amélie<p></doc>".encode(),
        b"<doc>\n<p>Le bateau\x0b d'Am&#233;lie</p></doc>",
        '<!DOCTYPE doc [\n<!ENTITY x "y">\n]><doc><p>Le bateau d\'Amélie</p></doc>'.encode(),
        "<doc><p>Le bateau d'<b>A</b>mélie</b></p></doc><!-- never closed".encode(),
        "<doc><p><![CDATA[Le bateau d'Amélie</doc>".encode(),
        b"<a>" * 5000 + "Le bateau d'Amélie".encode(),
    ],
)
def test_never_lost(tmp_path: Path, data: bytes) -> None:
    """Whatever is wrong with an encoding, the entities or the nesting, the text is read."""
    assert "Le bateau d'Amélie" in " ".join(document(tmp_path, "a.xml", data).text.split())


@pytest.mark.parametrize("start", [LAUGHS, EXTERNAL])
def test_entities(tmp_path: Path, start: str) -> None:
    """Declared entities neither expand nor open anything: their names stay."""
    name = "j" if start is LAUGHS else "x"
    found = document(tmp_path, "a.xml", f"{start}<d><p>so many &{name};</p></d>")
    assert found.text == f"so many &{name};"


def test_hostile_in_time(tmp_path: Path) -> None:
    """Marks that never close, and angles without end, take time that is linear in them."""
    began = time.monotonic()
    for data in (
        "<!--" * 300_000,
        "<![CDATA[" * 200_000,
        "<!DOCTYPE[" * 100_000,
        "<a " * 300_000,
        "<?" * 300_000,
    ):
        path = tmp_path / "a.xml"
        path.write_text(f"<d>words {data}", encoding="utf-8")
        ((found,), _) = read(path)
        assert found.text.startswith("words")
    assert time.monotonic() - began < 60


def test_no_text(tmp_path: Path) -> None:
    """A drawing without text says so."""
    (tmp_path / "a.svg").write_bytes(b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>')
    documents, problems = read(tmp_path / "a.svg")
    assert not documents
    assert [one.state for one in problems] == ["no text"]


def test_found(tmp_path: Path, run: Run) -> None:
    """By the command they are found by text, title and type, under any ending and none."""
    docs = tmp_path / "docs"
    docs.mkdir()
    for name, data in (("a.xml", JATS), ("b.weird", TEI), ("feed", RSS), ("c.svg", SVG)):
        (docs / name).write_text(data, encoding="utf-8")
    assert run("index", "docs", "--index", "ix", cwd=tmp_path).code == 0
    for query, name in (
        ("title:sea type:xml", "a.xml"),
        ("bateau", "b.weird"),
        ('"boat landed"', "feed"),
        ("type:svg smuggling", "c.svg"),
    ):
        hits = run(query, "--translate=no", "--index", "ix", "--json", cwd=tmp_path).objects()
        assert [Path(one["shown"]).name for one in hits][:1] == [name]
