"""TeX, AsciiDoc and notebooks are read as they look, not as they are written."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from coopsearch.search.model import Document
from tests.conftest import Run
from tests.extract.nested import read

SAMPLES = Path(__file__).with_name("samples")


def document(path: Path) -> Document:
    """Return the one document of a file."""
    ((found,), problems) = read(path)
    assert not problems
    return found


def parts(found: Document) -> list[tuple[int | None, int, str]]:
    """Return the line or page, the level and the text of each passage."""
    return [(one.page or one.line, one.level, found.text[one.start : one.end]) for one in found.passages]


def test_tex() -> None:
    """Of LaTeX the typeset text is read: accents are letters, divisions and labels are gone."""
    found = document(SAMPLES / "report.tex")
    assert (found.title, found.fields["author"], found.date, found.type) == (
        "Réfugiés et coopération",
        "Léa Martin",
        "2018-05-06",
        "tex",
    )
    assert parts(found) == [
        (3, 1, "Réfugiés et coopération"),
        (10, 2, "Façade & cooperation"),
        (
            11,
            0,
            (
                "Les réfugiés passèrent l'île, naïve : 50 % enfin — see . "
                "Smørrebrød œuvre, Œuvre, Straße. A note."
            ),
        ),
        (15, 0, "first thing"),
        (16, 0, "second the link"),
        (18, 3, "Results"),
        (20, 0, "Year | Boats"),
        (21, 0, "2018 | 44"),
        (23, 0, "Formula $E = mc^2$ here. “Quoted” text a_b. [In brackets.]"),
    ]  # fmt: skip
    assert "hidden" not in found.text


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        (r"R\'efugi\'es", "Réfugiés"),
        (r"coop\-eration", "cooperation"),
        (r"\'{E}tat, \'Etat, {\'E}tat, \' Etat", "État, État, État, État"),
        (r"c\oe ur, c{\oe}ur, c\oe{}ur", "cœur, cœur, cœur"),
        (r"Fran\c cois, Fran\c{c}ois", "François, François"),
        (r"na\"ive, na\"{\i}ve, na\"\i ve", "naïve, naïve, naïve"),
        (r"100\% \$5 a\_b \#1 R\&D \{x\}", "100% $5 a_b #1 R&D {x}"),
        ("a%comment\nb", "ab"),
        (r"\textbf{bold} and \emph{\textit{both}}", "bold and both"),
        (r"\og guillemets \fg{}", "«guillemets »"),
        ("one\\\\two", "one two"),
        (r"unclosed {brace and \command{", "unclosed brace and"),
        ("\\", ""),
        (r"\begin{document}words\end{document} more", "words"),
        (r"traffickers\textsuperscript{3} m\textsuperscript{2} 1\textsuperscript{er}", "traffickers³ m² 1er"),
    ],
)
def test_tex_words(tmp_path: Path, written: str, read_as: str) -> None:
    """Each way to write a word gives the word."""
    (tmp_path / "a.tex").write_text(f"x {written}", encoding="utf-8")
    assert document(tmp_path / "a.tex").text.removeprefix("x").strip() == read_as


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("March 12, 2021", "2021-03-12"),
        ("12 March 2021", "2021-03-12"),
        ("Friday, 12th of March, 2021", "2021-03-12"),
        ("Mar. 12, 2021", "2021-03-12"),
        ("12 mars 2021", "2021-03-12"),
        ("Paris, le 1\\ier{} avril 2021", "2021-04-01"),
        ("1er avril 2021", "2021-04-01"),
        ("août 2021", "2021-08-01"),
        (r"ao\^ut 2021", "2021-08-01"),
        ("Version 2.1, March 2021", "2021-03-01"),
        ("12 مارس 2021", "2021-03-12"),
        ("25/03/2021", "2021-03-25"),
        ("03/25/2021", "2021-03-25"),
        ("12.03.2021", "2021-03-12"),
        ("Draft of 2021-03-12", "2021-03-12"),
        ("2021", "2021-01-01"),
        ("12/03/2021", ""),
        (r"\today", ""),
        ("31 February 2021", ""),
        ("may be out soon", ""),
    ],
)
def test_tex_date(tmp_path: Path, written: str, day: str) -> None:
    """The date of a paper is read as people write it, and not guessed where it may be either of two days."""
    (tmp_path / "a.tex").write_text(f"\\title{{T}}\\date{{{written}}}\\begin{{document}}x", encoding="utf-8")
    found = document(tmp_path / "a.tex").date
    assert found == day if day else not found.startswith("2021")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a.md", "---\ndate: 12 mars 2021\n---\nThe text."),
        ("a.adoc", "= Title\n:revdate: March 12, 2021\n\nThe text."),
    ],
)
def test_written_dates(tmp_path: Path, name: str, written: str) -> None:
    """Other text formats that give a date are read alike."""
    (tmp_path / name).write_text(written, encoding="utf-8")
    assert document(tmp_path / name).date == "2021-03-12"


def test_tex_french_date_of_numbers(tmp_path: Path) -> None:
    """A French paper has the day before the month."""
    head = "\\usepackage[T1]{fontenc}\\usepackage[english,french]{babel}\\date{12/03/2021}"
    (tmp_path / "a.tex").write_text(f"{head}\\begin{{document}}x", encoding="utf-8")
    assert document(tmp_path / "a.tex").date == "2021-03-12"


def test_tex_people(tmp_path: Path) -> None:
    """Authors stand apart, and thanks are a note of their own, out of the title and the author."""
    head = "\\title{Routes\\thanks{Paid by a grant.}}"
    head += "\\author{Jane Doe\\thanks{Oslo.} \\and John Roe}\\author{Ann Poe}"
    (tmp_path / "a.tex").write_text(f"{head}\\begin{{document}}\\maketitle The text.", encoding="utf-8")
    found = document(tmp_path / "a.tex")
    assert (found.title, found.fields["author"]) == ("Routes", "Jane Doe, John Roe, Ann Poe")
    assert found.text.split("\n\n") == ["Routes", "Paid by a grant.", "Oslo.", "The text."]


def test_asciidoc() -> None:
    """AsciiDoc gives its title, author and day, headings, items and rows, and no marks."""
    found = document(SAMPLES / "guide.adoc")
    assert (found.title, found.fields["author"], found.date, found.type) == (
        "Guide to border crossings",
        "Amal Ben Ali",
        "2019-03-07",
        "adoc",
    )
    assert parts(found) == [
        (1, 1, "Guide to border crossings"),
        (7, 2, "First steps"),
        (9, 0, "Boats leave from Zarzis and the old port, see below."),
        (13, 0, "How it went"),
        (16, 0, "echo smuggling"),
        (24, 3, "Second"),
        (26, 0, "one item"),
        (27, 0, "another With a note."),
        (28, 0, "numbered"),
        (30, 0, "Term: its meaning"),
        (33, 0, "Year | Boats"),
        (34, 0, "2018 | 44"),
        (37, 0, "Map of the routes"),
    ]
    assert "hidden" not in found.text


def test_notebook(tmp_path: Path) -> None:
    """A notebook is read cell by cell, with what was printed; pictures are not."""
    found = document(SAMPLES / "analysis.ipynb")
    assert (found.title, found.type) == ("Boats of the year", "ipynb")
    assert parts(found) == [
        (1, 1, "Boats of the year"),
        (1, 0, "We *count* boats."),
        (2, 0, 'print("smuggling")'),
        (2, 0, "smuggling\nroutes"),
        (2, 0, "44 boats"),
        (2, 0, "ValueError: no boat"),
        (3, 2, "Results"),
        (3, 0, "Many."),
    ]
    assert found.passages[-1].heading == ("Boats of the year", "Results")
    old = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1\n", "y"]}]}]}
    (tmp_path / "old.ipynb").write_text(json.dumps(old), encoding="utf-8")
    assert document(tmp_path / "old.ipynb").text == "x = 1\ny"
    (tmp_path / "other.ipynb").write_text('{"key": "value"}', encoding="utf-8")
    assert document(tmp_path / "other.ipynb").text == "key: value"
    (tmp_path / "odd.ipynb").write_text('{"nbformat": 4, "cells": [1, {"source": 5}, {"source": "x"}]}')
    assert document(tmp_path / "odd.ipynb").text == "x"


def test_hostile_in_time(tmp_path: Path) -> None:
    """Marks without end take time that is linear in them."""
    began = time.monotonic()
    for name, data in (
        ("a.tex", "\\section{" * 20_000),
        ("b.tex", "{" * 300_000 + "x"),
        ("c.tex", "\\newcommand" * 50_000 + " x"),
        ("d.tex", "\\begin{tikzpicture}" * 20_000 + " x"),
        ("e.tex", "\\verb|" * 50_000 + " x"),
        ("f.adoc", "*_`#" * 100_000 + " x"),
        ("g.adoc", "<<a" * 100_000),
        ("h.adoc", "a::" * 100_000),
        ("i.adoc", "= " * 100_000),
        ("j.adoc", "http://" + "a[" * 100_000),
    ):
        (tmp_path / name).write_text(data, encoding="utf-8")
        before = time.monotonic()
        read(tmp_path / name)
        assert time.monotonic() - before < 20, name
    assert time.monotonic() - began < 60


def test_found(tmp_path: Path, run: Run) -> None:
    """By the command the words are found as they read, also where no name says what a file is."""
    docs = tmp_path / "docs"
    docs.mkdir()
    for name, sample in (
        ("a.tex", "report.tex"),
        ("b", "report.tex"),
        ("c.adoc", "guide.adoc"),
        ("d.ipynb", "analysis.ipynb"),
    ):
        (docs / name).write_bytes((SAMPLES / sample).read_bytes() + (b"\n" if name == "b" else b""))
    assert run("index", "docs", "--index", "ix", cwd=tmp_path).code == 0
    for query, names in (
        ('"réfugiés passèrent" cooperation', {"a.tex", "b"}),
        ('"zarzis and the old port"', {"c.adoc"}),
        ("type:ipynb routes", {"d.ipynb"}),
    ):
        hits = run(query, "--index", "ix", "--json", cwd=tmp_path).objects()
        found = {Path(path).name for one in hits for path in (one["shown"], *one.get("also", ()))}
        assert found == names
