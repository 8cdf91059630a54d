"""Titles that programs put into files are not taken for titles, in whatever language; people's are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from coopsearch.indexer.extract.metadata import about, told
from tests.conftest import Run
from tests.extract import nested


@pytest.mark.parametrize(
    "title",
    [
        "Untitled", "Untitled document", "Untitled Document 2", "untitled-1", "UNTITLED 20190503", "No Title",
        "(No title)", "<No name>", "Title", "Title 1", "Document", "Document1", "Document 12", "New document",
        "Microsoft Word Document", "Word Document", "Microsoft Office Word", "Presentation1", "Presentation",
        "PowerPoint Presentation", "PowerPoint-Präsentation", "Slide 1", "Book1", "Sheet2", "Blank Page",
        "Untitled spreadsheet", "Untitled presentation - Google Slides", "null", "undefined", "-", "1.2", "",
        "Microsoft Word - x.doc", "Microsoft Word - Document1",
        "Microsoft PowerPoint - a.ppt [Compatibility Mode]",
        "Microsoft Office Word – rapport final.docx", "Microsoft Word - Rapport.doc [Mode de compatibilité]",
        "Microsoft Outlook - Memo Style", "Microsoft Publisher - plan.pub", "report-v2.indd", "IMG_2041.JPG",
        "Scan_0001", "Scanned Document", "Scanned from a Xerox Multifunction Device", "IMG 2041",
        "Sans titre", "Document sans titre", "Présentation sans titre", "Feuille de calcul sans titre",
        "Sans nom",
        "Présentation PowerPoint", "Diapositive 1", "Titre 1",
        "Classeur1", "Nouveau document", "Document Microsoft Word", "Document Word", "Sans-titre-1",
        "بدون عنوان", "مستند بدون عنوان", "عرض تقديمي في PowerPoint", "عرض تقديمي بدون عنوان", "الشريحة 1",
        "جدول بيانات بدون عنوان", "مستند جديد", "بلا عنوان", "مستند Microsoft Word",
        "Unbenanntes Dokument", "Ohne Titel", "Dokument1", "Folie 1", "Unbenannte Präsentation",
        "Documento sin título", "Sin título", "Presentación de PowerPoint", "Documento sem título",
        "Apresentação do PowerPoint", "Senza titolo", "Presentazione standard di PowerPoint",
        "Naamloos document", "Zonder titel", "Namnlöst dokument", "Nimetön", "Документ без названия",
        "Без имени",
        "Презентация PowerPoint", "Adsız belge", "PowerPoint Sunusu", "Dokument bez tytułu", "Bez názvu",
        "Prezentacja programu PowerPoint", "Χωρίς τίτλο", "Παρουσίαση του PowerPoint",
        "python-docx", "openpyxl", "PptxGenJS Presentation", "Un-named",
        "无标题文档", "無題", "PowerPoint 演示文稿", "PowerPoint プレゼンテーション", "제목 없음",
    ],
)  # fmt: skip
def test_programs(title: str) -> None:
    """What a program writes where nobody gave a title says nothing."""
    assert told(title) == ""


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Annual report 2019", None), ("Title 42 expulsions", None), ("Title 42", None), ("Titre IV", None),
        ("Presentation of the budget", None), ("Document on smuggling", None), ("Slide into war", None),
        ("The Book of Dede Korkut", None), ("Sans papiers", None), ("Sheet music", None),
        ("Document 2019-0512", None), ("Untitled: a life", None), ("Page blanche", None), ("No exit", None),
        ("عرض حول الهجرة", None), ("بدون أوراق", None), ("Une présentation des routes", None),
        ("Microsoft Word - Annual report", "Annual report"), ("Annual report - Google Docs", "Annual report"),
        ("Microsoft PowerPoint - Annual report [Read-Only]", "Annual report"), ("Report [draft]", None),
        ("Word and image", None), ("Microsoft and the law", None), ("New York", None), ("WHO", None),
        ("無題の歌", None), ("Unknown soldiers", None), ("Sin", None), ("Map", None),
    ],
)  # fmt: skip
def test_people(title: str, expected: str | None) -> None:
    """What people wrote is a title, without what a program put around it."""
    assert told(title) == (title if expected is None else expected)


def test_pages(tmp_path: Path) -> None:
    """The same of web pages and Markdown."""
    files = {
        "a.html": "<title>Untitled Document</title><h1>Routes</h1><p>text</p>",
        "a.md": "---\ntitle: Sans titre\n---\n# Routes\n\ntext",
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
        (document,), problems = nested.read(tmp_path / name)
        assert (document.title, problems) == ("Routes", []), name


def test_authors() -> None:
    """Who wrote a document is not told by the name that a library or a program puts there."""
    for name in ("anonymous", "(anonymous)", "Unknown", "python-docx", "Microsoft Office User"):
        assert about("Routes", name).author == "", name
    for name in ("A. Nonymous", "Collectif Anonymous Paris", "Leïla Trabelsi"):
        assert about("Routes", name).author == name


def test_from_the_shell(shared: Path, tmp_path: Path, run: Run) -> None:
    """A PDF that is called "Untitled document" is called by what stands in it."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.pdf").write_bytes((shared / "faults" / "documents" / "untitled.pdf").read_bytes())
    assert run("index", "docs", "--index", "ix", cwd=tmp_path).code == 0
    (hit,) = run("type:pdf", "--index", "ix", "--json", cwd=tmp_path).objects()
    assert hit["title"] != "Untitled document"
