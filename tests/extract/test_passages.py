"""Passages: where they begin and end, on which line, under which headings."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.indexer.extract.passages import passages, plain
from coopsearch.indexer.extract.split import LONGEST
from coopsearch.indexer.extract.titles import named, title_of

#: Text made of what matters here: line ends of all kinds, marks, sentences, long words.
PARTS = (
    *("\n", "\r\n", "\r", "\n\n", " ", "\t", "\u2028", "\u2029", "\x0c", "\x85"),
    *("# ", "## Title", "**Bold:**", "**", "---", "===", "```"),
    *("Mot.", "é", "كلمة؟ ", "文。", "A sentence. " * 30, "x" * 1500, "a\u0301" * 700),
)
TEXTS = st.lists(st.one_of(st.sampled_from(PARTS), st.text(max_size=10)), max_size=25).map("".join)


def shown(text: str, *, markdown: bool = False) -> list[tuple[int | None, int, str]]:
    return [(one.line, one.level, text[one.start : one.end]) for one in passages(text, markdown=markdown)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t\r\n", []),
        ("one\ntwo\n\nthree", [(1, 0, "one\ntwo"), (4, 0, "three")]),
        ("one\r\n\r\ntwo\r\rthree", [(1, 0, "one"), (3, 0, "two"), (5, 0, "three")]),
        ("one\u2029two", [(1, 0, "one"), (1, 0, "two")]),
        ("  one  \n \t \n  two  ", [(1, 0, "one"), (3, 0, "two")]),
        ("- a\n- b\n- c", [(1, 0, "- a\n- b\n- c")]),
        ("# One #\ntext\n## Two", [(1, 1, "One"), (2, 0, "text"), (3, 2, "Two")]),
        ("   ## In\n    ## code", [(1, 2, "In"), (2, 0, "## code")]),
        ("#hashtag\n\n####### seven\n\n#", [(1, 0, "#hashtag"), (3, 0, "####### seven"), (5, 0, "#")]),
        ("# C#\n## **Fat**", [(1, 1, "C#"), (2, 2, "Fat")]),
        ("**Bold:**  \ntext", [(1, 1, "Bold:"), (2, 0, "text")]),
        ("## A\n**Bold**:\ntext", [(1, 2, "A"), (2, 3, "Bold"), (3, 0, "text")]),
        ("**a** and **b**", [(1, 0, "**a** and **b**")]),
        ("****\n\n** **", [(1, 0, "****"), (3, 0, "** **")]),
        ("**--**\n# --", [(1, 0, "**--**\n# --")]),
        ("Title\n=====\ntext", [(1, 0, "Title\n=====\ntext")]),
    ],
)
def test_table(text: str, expected: list[tuple[int, int, str]]) -> None:
    """Paragraphs and headings of plain text, with their lines and levels."""
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Title\n=====\ntext", [(1, 1, "Title"), (3, 0, "text")]),
        ("One\ntwo\n---\n", [(1, 2, "One\ntwo")]),
        ("---\n\n---\ntext", [(4, 0, "text")]),
        ("```\n# no\n```\n# yes", [(1, 0, "```\n# no\n```"), (4, 1, "yes")]),
        (
            "~~~ sh\n```\n# no\n\n# no\n~~~\n# yes",
            [(1, 0, "~~~ sh\n```\n# no"), (5, 0, "# no\n~~~"), (7, 1, "yes")],
        ),
    ],
)
def test_markdown(text: str, expected: list[tuple[int, int, str]]) -> None:
    """Markdown has underlined headings, and none between fences."""
    assert shown(text, markdown=True) == expected


def test_headings() -> None:
    """Each passage knows the headings above it, cleaned, outermost first."""
    text = "intro\n# A\n## [B](http://x) *c*:\ntext\n**D:**\ntext\n### E\ntext\n# F\ntext"
    assert [(text[one.start : one.end], one.heading) for one in passages(text) if not one.level] == [
        ("intro", ()),
        ("text", ("A", "B c")),
        ("text", ("A", "B c", "D")),
        ("text", ("A", "B c", "E")),
        ("text", ("F",)),
    ]
    assert [one.heading for one in passages(text) if one.level] == [
        (),
        ("A",),
        ("A", "B c"),
        ("A", "B c"),
        (),
    ]


@pytest.mark.parametrize("stop", [". ", "؟ ", "۔ ", "؛ ", "。", ".» ", "\n"])
def test_sentences(stop: str) -> None:
    """A long paragraph is cut at ends of sentences, in each script."""
    text = f"كلمة mot 文字 {'x' * 60}{stop}" * 60
    pieces = [text[one.start : one.end] for one in passages(text)]
    assert len(pieces) > 3
    assert all(200 <= len(piece) <= LONGEST for piece in pieces)
    assert all(piece.endswith(("x" * 60 + stop).strip()) for piece in pieces)


def test_marks() -> None:
    """A cut within a word does not part a letter from its accent."""
    text = "e\u0301" * 3000
    assert all(text[one.start] == "e" for one in passages(text))


@given(TEXTS, st.booleans())
def test_ranges(text: str, markdown: bool) -> None:
    """Passages are in order, apart, within the text, short, trimmed, and on the right lines."""
    last = 0
    for one in passages(text, markdown=markdown):
        assert last <= one.start < one.end <= len(text)
        assert one.end - one.start <= LONGEST
        piece = text[one.start : one.end]
        assert piece == piece.strip()
        before = text[: one.start].replace("\r\n", "\n").replace("\r", "\n")
        assert one.line == before.count("\n") + 1
        last = one.end


@given(TEXTS)
def test_nothing_missed(text: str) -> None:
    """Every character but white space is in a passage; only marks of headings are between them."""
    at, between = 0, []
    for one in passages(text):
        between.append(text[at : one.start])
        at = one.end
    between.append(text[at:])
    assert set("".join("".join(between).split())) <= set("#*:")


@given(st.text(st.sampled_from("ab \n\r.\u2029é؟"), max_size=400))
def test_all_characters(text: str) -> None:
    """Text without marks is in passages to the last character."""
    held = "".join(text[one.start : one.end] for one in passages(text))
    assert "".join(held.split()) == "".join(text.split())


@pytest.mark.parametrize(
    "unit", ["x", "mot ", "A sentence is here. ", "a\n\n", "\n", "# ", "**a\n", "[", "\r"]
)
def test_linear(unit: str) -> None:
    """A megabyte of anything take no more than a few seconds."""
    text = unit * (1_000_000 // len(unit))
    start = time.process_time()
    for _ in passages(text, markdown=True):
        pass
    assert time.process_time() - start < 8


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("## The *big* `plan`: ", "The big plan"),
        ("[Report](a.pdf) and ![map](m.png)", "Report and map"),
        ("snake_case_name", "snake_case_name"),
        ("_emphasis_ __strong__", "emphasis strong"),
        ("a <b>c</b> {#anchor}", "a c"),
        ("Question ?", "Question ?"),
        ("التعاون:", "التعاون"),
    ],
)
def test_plain(written: str, read: str) -> None:
    """Titles are shown without marks of Markdown and without a colon at their end."""
    assert plain(written) == read


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\n\n  First line:\nsecond", "First line"),
        ("=====\nTitle\n=====", "Title"),
        ("x " * 100 + "\n\n# Heading", "Heading"),
        ("x " * 100, "annual report 2020"),
        ("", "annual report 2020"),
        ("**Fat title:**  \ntext", "Fat title"),
        ("a\rb", "a"),
    ],
)
def test_title(text: str, title: str) -> None:
    """A text is called by its first line if short, else by its first heading, else by its file."""
    assert title_of(text, list(passages(text)), "a/b/annual_report-2020.txt") == title


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("a/b_c.d.txt", "b c d"),
        ("box.zip!mail.eml!the_report.pdf", "the report"),
        ("README", "README"),
        (".profile", "profile"),
        ("hurry!.txt", "hurry!"),
        ("a/تقرير_2020.txt", "تقرير 2020"),
    ],
)
def test_named(address: str, title: str) -> None:
    """A file's name, or a member's, is read as words."""
    assert named(address) == title
