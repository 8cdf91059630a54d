"""Nothing that a document, a name or a query says acts on a terminal or forges a mark."""

from __future__ import annotations

import io
import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.characters import safe_pieces
from coopsearch.search.cli.display import diagnosis_text as lack
from coopsearch.search.cli.display import render
from coopsearch.search.cli.display.facets_text import facet_lines
from coopsearch.search.model import (
    Diagnosis,
    Document,
    Hit,
    PartCount,
    Passage,
    Results,
    WhyNot,
)
from coopsearch.search.query.among import HighlightTerm
from coopsearch.search.results.highlighter import Highlighter
from coopsearch.search.results.snippets import best_snippet
from tests.trust.conftest import Ledger, Scale
from tests.trust.hostile.hostile import faults, texts
from tests.trust.output.shown import Terminal, hits, marked


def test_hits(ledger: Ledger, scale: Scale, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hit is shown with nothing hostile, marks balanced; its snippet without marks is the safe text."""
    monkeypatch.setenv("TERM", "xterm")
    tried = 0

    @settings(max_examples=scale(80, 10_000))
    @example(marked("lمی\u200cخواهم", ((1, 3),)), False, "40")
    @example(marked("می\u200cخواهم", ((3, 7), (7, 8))), False, "40")
    @given(hits(), st.booleans(), st.sampled_from(["40", "72", "999"]))
    def check(hit: Hit, colour: bool, columns: str) -> None:
        nonlocal tried
        tried += 1
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COLUMNS", columns)
            patch.delenv("NO_COLOR", raising=False)
            if not colour:
                patch.setenv("NO_COLOR", "1")
            for stream in (Terminal(), io.StringIO()):
                shows = colour and stream.isatty()
                lines = list(render.hit_lines(hit, stream))
                assert all("\n" not in line for line in lines)
                assert not faults("\n".join(lines), colour=shows)
                bare = hit._replace(
                    title="t", path="p", language="", heading=(), also=(), near=(), explanation=()
                )
                lines = list(render.hit_lines(bare, stream))[2:]
                check_marks(hit, lines, colour=shows)

    wrong = 1
    try:
        check()
        wrong = 0
    finally:
        ledger("output", "hostile hits shown in colour, without, and in a pipe", tried=tried * 2, wrong=wrong)


def check_marks(hit: Hit, lines: list[str], *, colour: bool) -> None:
    """Check that marks are balanced, and that the snippet is there exactly, but for white space."""
    pieces = safe_pieces(hit.snippet, [place for match in hit.matches for place in match])
    shown = "\n".join(lines)
    if colour:
        for line in lines:
            assert re.fullmatch(r"[^\x1b]*(?:\x1b\[1;33m[^\x1b]*\x1b\[0m[^\x1b]*)*", line)
        marked = re.findall(r"\x1b\[1;33m([^\x1b]*)\x1b\[0m", shown)
        assert packed("".join(marked)) == packed("".join(pieces[1::2]))
        shown = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    else:
        mark = next(
            (mark for mark in ("*", "**", "***", "_", "^", "~", "|") if mark not in "".join(pieces)), ""
        )
        if mark:
            assert shown.count(mark) % 2 == 0
            shown = shown.replace(mark, "")
            # Beside a mark a joiner joins nothing, and goes.
            first, *others = pieces
            last = others.pop() if others else ""
            inner = [piece.strip(JOINERS) for piece in others]
            pieces = [first.rstrip(JOINERS), *inner, last.lstrip(JOINERS)] if hit.matches else [first]
    assert packed(shown) == packed("".join(pieces))


#: Characters of no width that Persian and others need between letters.
JOINERS = "\u200c\u200d"


def packed(text: str) -> str:
    """Return a text without blanks: lines are broken at them."""
    return "".join(text.split())


WORDS = ("smuggling", "routes", "passeurs", "réfugiés", "تعاون", "می‌خواهم", "الحدود")


def test_snippets(ledger: Ledger, scale: Scale) -> None:
    """A snippet is an exact run of its document, but for white space, and its matches lie in it in order."""
    tried = 0
    joint = st.one_of(
        st.sampled_from([" ", ". ", "\n", "\x01", "\x1b[0m", "*", "…", "\u200b", "\x85"]), texts(3)
    )

    @settings(max_examples=scale(100, 20_000))
    @given(
        st.lists(st.tuples(st.sampled_from(WORDS), joint), min_size=1, max_size=120),
        st.sets(st.sampled_from(WORDS), min_size=1),
        st.sampled_from(["en", "fr", "ar", ""]),
    )
    def check(parts: list[tuple[str, str]], asked: set[str], language: str) -> None:
        nonlocal tried
        tried += 1
        text = "".join(word + after for word, after in parts)
        document = Document("a", "a", "a", text, (Passage(0, len(text), 1, language=language),), "txt")
        wanted = [HighlightTerm((frozenset([word]),), (frozenset([word]),), 1.0) for word in sorted(asked)]
        snippet = best_snippet(
            document, Highlighter(wanted, StemTable(lambda word: dict.fromkeys(["en", "fr", "ar"], word)))
        )
        body = snippet.text
        if body not in re.sub(r"\s+", " ", text):
            body = body.removeprefix("… ").removesuffix(" …")
        assert body in re.sub(r"\s+", " ", text)
        at = 0
        for start, end in snippet.matches:
            assert at <= start < end <= len(snippet.text)
            at = end

    wrong = 1
    try:
        check()
        wrong = 0
    finally:
        ledger("output", "snippets compared with their documents", tried=tried, wrong=wrong)


@pytest.mark.parametrize(
    ("text", "mark"), [("a b", "*"), ("a*b", "**"), ("a** b", "***"), ("***a b", "_"), ("*** _ ^ a ~ b", "|")]
)
def test_marks_are_not_forged(text: str, mark: str) -> None:
    """Without colour, what stands around a match is something that the text does not hold."""
    at = text.index("b")
    hit = Hit(1, 1.0, "p", "t", "", (), None, None, text, ((at, at + 1),))
    (shown,) = list(render.hit_lines(hit, io.StringIO()))[2:]
    assert shown.strip() == f"{text[:at]}{mark}b{mark}{text[at + 1 :]}"


def test_what_is_lacking(ledger: Ledger, scale: Scale) -> None:
    """Nothing hostile of a query's parts, a suggestion, a path or a facet's value is shown."""
    tried = 0

    @settings(max_examples=scale(80, 10_000))
    @given(texts(12), texts(12))
    def check(one: str, other: str) -> None:
        nonlocal tried
        tried += 1
        parts = (PartCount(one, 0), PartCount(other, 2, one))
        empty = Results("", (), 0, 0, 5)
        lines = [
            *lack.lack_lines(Diagnosis(parts, parts, one, 3), empty),
            *lack.why_lines(WhyNot(other, 0, ((one, True), (other, False)))),
            *facet_lines({"folder": {one: 2, other: 1}}, after_hits=True),
        ]
        assert not faults("\n".join(lines))
        assert all("\n" not in line for line in lines)

    wrong = 1
    try:
        check()
        wrong = 0
    finally:
        ledger("output", "parts, suggestions, facets", tried=tried, wrong=wrong)


def test_long_lines(ledger: Ledger) -> None:
    """A title, a heading and an address of 10 MB are shown in bounded lines, within a second."""
    long = "é\u0301\u200b\x1b" * 2_500_000
    hit = Hit(1, 1.0, long, long, "en", (long, long), None, None, "text", (), also=(long,))
    began = time.process_time()
    lines = list(render.hit_lines(hit, Terminal()))
    seconds = time.process_time() - began
    wrong = int(sum(map(len, lines)) > 20_000 or seconds > 1)
    ledger("output", "titles, headings, addresses of 10 MB", tried=4, wrong=wrong, note=f"{seconds:.2f} s")
    assert not wrong
