"""The day of a document: not that of the template it was made from, nor of the form that was filled in."""

from __future__ import annotations

from pathlib import Path

import pytest

from coopsearch.indexer.extract.dates import document_day, is_stamp
from coopsearch.indexer.extract.metadata import about
from tests.conftest import Run
from tests.extract import nested
from tests.extract.office.office_files import docx, packed, paragraph, read
from tests.extract.office.test_odf import SPACES, content
from tests.extract.pdf.pdf_files import lines, pdf

FLAT: str = (
    '<?xml version="1.0"?><w:wordDocument xmlns:w="urn:w" xmlns:o="urn:o"><o:DocumentProperties>'
    "<o:Title>Old form</o:Title><o:Author>Amel</o:Author><o:Created>2004-01-05T10:00:00Z</o:Created>"
    "<o:LastSaved>2004-02-01T10:00:00Z</o:LastSaved></o:DocumentProperties><w:body><w:p><w:r><w:t>text</w:t>"
    "</w:r></w:p></w:body></w:wordDocument>"
)


def properties(created: str, modified: str) -> str:
    """Return the two times of a package of Office, as it has them."""
    return (
        '<p:coreProperties xmlns:p="urn:p" xmlns:d="urn:d">'
        f"<d:created>{created}</d:created><d:modified>{modified}</d:modified></p:coreProperties>"
    )


def word(created: str, modified: str, text: str = "smuggling") -> bytes:
    """Return a Word document with its two times."""
    return docx(paragraph(text), {"core.xml": properties(created, modified)})


@pytest.mark.parametrize(
    ("value", "stamp"),
    [
        ("2013-12-23T23:15:00Z", True),
        ("2013-01-27T09:14:16Z", True),
        ("2013-01-27T09:15:58Z", True),
        ("2006-08-16T00:00:00Z", True),
        ("2006-09-16T00:00:00", True),
        ("1996-10-14T23:33:28.123456789Z", True),
        ("1996-10-15T01:33:28+02:00", True),
        ("2015-06-05T18:17:20Z", True),
        ("2015-06-05T18:19:39Z", True),
        ("2015-06-05T18:17:19Z", False),
        ("2015-06-05T19:17:20Z", False),
        ("2006-09-16", False),
        ("2006-08-16T10:00:00Z", False),
        ("yesterday, at noon", False),
        ("", False),
    ],
)
def test_stamps(value: str, stamp: bool) -> None:
    """Times of templates are known in any zone and with fractions; another hour of that day is not one."""
    assert is_stamp(value) == stamp


@pytest.mark.parametrize(
    ("created", "modified", "expected"),
    [
        ("2011-03-04", "2023-05-06", "2023-05-06"),
        ("2019-01-07", "2019-02-01", "2019-01-07"),
        ("2019-01-07", "2019-07-05", "2019-01-07"),
        ("2019-01-07", "2019-07-07", "2019-07-07"),
        ("2019-01-07", "2011-01-01", "2019-01-07"),
        ("", "2019-01-07", "2019-01-07"),
        ("2019-01-07", "", "2019-01-07"),
        ("", "", ""),
    ],
)
def test_chosen(created: str, modified: str, expected: str) -> None:
    """The creation counts, unless the last change came more than half a year later."""
    assert document_day(created, modified) == expected


@pytest.mark.parametrize(
    ("created", "modified", "day", "fields"),
    [
        ("2015-06-05T18:17:20Z", "2022-03-08T19:24:34Z", "2022-03-08", {"modified": "2022-03-08"}),
        ("2015-06-05T18:19:34Z", "2015-09-01T10:00:00Z", "2015-09-01", {"modified": "2015-09-01"}),
        ("2013-12-23T23:15:00Z", "2013-12-23T23:15:00Z", "2001-02-03", {}),
        ("2011-05-02T08:00:00Z", "2023-11-20T09:00:00Z", "2023-11-20",
         {"created": "2011-05-02", "modified": "2023-11-20"}),
        ("2019-05-02T08:00:00Z", "2019-06-20T09:00:00Z", "2019-05-02",
         {"created": "2019-05-02", "modified": "2019-06-20"}),
        ("2019-05-02T08:00:00Z", "2999-06-20T09:00:00Z", "2019-05-02", {"created": "2019-05-02"}),
        ("1601-01-01T00:00:00Z", "", "2001-02-03", {}),
    ],
)  # fmt: skip
def test_word(created: str, modified: str, day: str, fields: dict[str, str]) -> None:
    """A document is of its own day, else of its file's last change; both of its own days are kept."""
    document = read(word(created, modified))
    assert (document.date, dict(document.fields)) == (day, fields)


def test_open_document() -> None:
    """The same of OpenDocument."""
    meta = (
        f"<o:document-meta {SPACES}><o:meta><o:creation-date>2009-04-16T11:32:48.390000000</o:creation-date>"
        "<dc:date>2021-03-04T10:00:00</dc:date></o:meta></o:document-meta>"
    )
    body = content("presentation", "<d:page><d:text-box><t:p>text</t:p></d:text-box></d:page>")
    document = read(packed({"content.xml": body, "meta.xml": meta}), "a.odp")
    assert (document.date, dict(document.fields)) == ("2021-03-04", {"modified": "2021-03-04"})


def test_word_2003() -> None:
    """Word documents that are one file of XML say their title, author and times too."""
    document = read(FLAT.encode(), "a.xml")
    assert (document.title, document.date, dict(document.fields)) == (
        "Old form",
        "2004-01-05",
        {"author": "Amel", "created": "2004-01-05", "modified": "2004-02-01"},
    )


def test_pdf(tmp_path: Path) -> None:
    """A PDF form that was filled in years later is of that year; a library's constant time is of no year."""
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(lines("smuggling"), info=b"/CreationDate(D:20110502)/ModDate(D:20231120090000Z)"))
    (document,), problems = nested.read(path)
    assert not problems
    assert (document.date, dict(document.fields)) == (
        "2023-11-20",
        {"created": "2011-05-02", "modified": "2023-11-20"},
    )
    path.write_bytes(pdf(lines("smuggling"), info=b"/CreationDate(D:20000101000000+00'00')"))
    (document,), _ = nested.read(path)
    assert (document.date, dict(document.fields)) == ("", {"modified": "2001-02-03"})


def test_template_author() -> None:
    """Who made a library's template did not write what was made from it."""
    made = about("", "Steve Canny", created="2013-01-27T09:14:16Z", modified="2013-01-27T09:15:58Z")
    assert (made.author, made.day) == ("", "")
    own = about("", "Steve Canny", created="2020-01-27T09:14:16Z")
    assert (own.author, own.day) == ("Steve Canny", "2020-01-27")


def test_one_day() -> None:
    """Formats with a single day have it, and say nothing of a creation or a change."""
    assert about("", "", "2019-05-02T10:00:00Z").fields == {}
    assert about("", "", "2019-05-02T10:00:00Z").day == "2019-05-02"


def test_from_the_shell(tmp_path: Path, run: Run) -> None:
    """`date:` finds a filled form in the year in which it was filled in; `created:` finds the form's year."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "form.docx").write_bytes(word("2011-05-02T08:00:00Z", "2023-11-20T09:00:00Z", "smuggling form"))
    (docs / "book.docx").write_bytes(word("2006-09-16T00:00:00Z", "2020-01-02T09:00:00Z", "smuggling book"))
    assert run("index", "docs", "--index", "ix", cwd=tmp_path).code == 0

    def found(query: str) -> list[str]:
        hits = run(query, "--index", "ix", "--json", cwd=tmp_path).objects()
        return sorted(one["shown"] for one in hits)

    assert found("smuggling date:2023") == ["docs/form.docx"]
    assert found("smuggling date:2011") == []
    assert found("smuggling created:2011") == ["docs/form.docx"]
    assert found("smuggling modified:2020") == found("smuggling date:2020") == ["docs/book.docx"]
    assert found("smuggling date:2006") == found("smuggling created:2006") == []
