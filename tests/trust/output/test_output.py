"""Nothing that a document, a name or a query says acts on a terminal, forges a mark, or spoils JSON."""

from __future__ import annotations

import ast
import io
import json
import re
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.cli.display import diagnosis_text as lack
from coopsearch.search.cli.display import render
from coopsearch.search.cli.display.characters import safe, safe_pieces
from coopsearch.search.model import (
    Diagnosis,
    Document,
    Explanation,
    Hit,
    PartCount,
    Passage,
    Results,
    TermMatch,
    WhyNot,
)
from coopsearch.search.query.plan import HighlightTerm
from coopsearch.search.results.highlighter import Highlighter
from coopsearch.search.results.snippets import best_snippet
from tests.trust.conftest import Ledger, Scale
from tests.trust.hostile.hostile import HOSTILE, faults, texts

#: What languages need, and keep.
KEPT = (
    "می‌خواهم",  # Persian: a non-joiner within a word
    "نمی‌توانم به خانه‌ها بروم",
    "ه\u200dمزه",  # a joiner between letters
    "تَعَاوُنٌ مُشْتَرَكٌّ",  # vocalised Arabic
    "قُلْ هُوَ ٱللَّهُ أَحَدٌ \u06dd",  # with the sign of a verse's end
    "\u0600\u0661\u0662",  # the sign of a number
    "בְּרֵאשִׁ֖ית בָּרָ֣א",  # Hebrew with cantillation
    "ශ්‍රී ලංකා",  # a joiner makes one sign of two
    "क्‍ष क्‌ष",
    "ⵜⴰⵎⴰⵣⵉⵖⵜ 漢字 한국어 ไทย Việt e\u0323\u0302",
    "– “quoted” … 1\xa0000 € ½ ✓ 😀",
)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


#: Blocks of 1,024 characters in which the usual run looks at everything: the others hold one kind each.
VARIED = (
    *range(0x10),
    0x29,
    0x2A,
    *range(0x36, 0x43),
    *range(0x44, 0x50),
    0x6F,
    0x74,
    0x7C,
    0x7F,
    0x380,
    0x43F,
)


def test_every_character(ledger: Ledger, scale: Scale) -> None:
    """Every character is shown as it is, or acts and hides no more; letters always stay."""
    wrong = 0
    blocks = range(0x440) if scale(0, 1) else VARIED
    for block in (number << 10 for number in blocks):
        signs = list(map(chr, range(block, block + 0x400)))
        pieces = safe_pieces("x".join(signs), range(1, 2 * len(signs) - 1))[::2]
        for sign, shown in zip(signs, pieces, strict=True):
            category = unicodedata.category(sign)
            wrong += bool(HOSTILE.search(shown)) or shown in {"\u200c", "\u200d"}
            is_told = category in {"Cc", "Cs", "Co", "Zl", "Zp"} or bool(HOSTILE.match(sign))
            wrong += shown != sign and not is_told and sign not in "\u200c\u200d"
    ledger("output", "characters of Unicode, between letters", tried=len(blocks) << 10, wrong=wrong)
    assert not wrong


@pytest.mark.parametrize("text", KEPT)
def test_what_languages_need(text: str) -> None:
    """What Arabic, Persian, Hebrew and others need stays as it is."""
    assert safe(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", "a\ufffd[31mb"),
        ("a\tb\nc\r\u2028d", "a b c  d"),
        ("soft\xadhy\u200bphen\ufeff\u2060", "softhyphen"),
        ("a\u200cb \u200d م\u200d", "ab  م"),
        ("م\u200c\u200c\u200dم", "م\u200cم"),
        ("\u202eexe.txt", "\ufffdexe.txt"),
        ("\U0001f3f4\U000e0067\U000e007f", "\U0001f3f4"),
        ("\u3164\ue000\udc80\ufdd0\ufff9", "\ufffd" * 5),
        ("a" + "\u0301" * 50 + "b", "a" + "\u0301" * 6 + "b"),
        ("a" + "\u0301\u200b" * 50 + "b", "a" + "\u0301" * 6 + "b"),
    ],
)
def test_rules(text: str, shown: str) -> None:
    """What acts is seen as U+FFFD, what is never visible goes, and marks are bounded."""
    assert safe(text) == shown


def test_any_text(ledger: Ledger, scale: Scale) -> None:
    """No text leaves anything hostile, made safe whole, in pieces, or twice."""
    tried = 0

    @settings(max_examples=scale(300, 50_000))
    @given(texts(), st.data())
    def check(text: str, data: st.DataObject) -> None:
        nonlocal tried
        tried += 1
        shown = safe(text)
        assert not faults(shown)
        assert "\n" not in shown
        assert safe(shown) == shown
        assert len(safe(text, 10)) <= 10
        cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=4)))
        assert "".join(safe_pieces(text, cuts)) == shown

    wrong = 1
    try:
        check()
        wrong = 0
    finally:
        ledger("output", "texts made safe", tried=tried, wrong=wrong)


@st.composite
def hits(draw: st.DrawFn) -> Hit:
    """A hit that is hostile wherever a document, its name or its format speaks."""
    text = texts(12)
    snippet = draw(texts(60))
    places = sorted(draw(st.sets(st.integers(0, len(snippet)), max_size=8)))
    term = TermMatch(
        draw(text), draw(text).replace("{", "").replace("}", ""), 0.5, 2.0, (draw(text), draw(text))
    )
    met = Explanation(draw(text), draw(text), (term, term), 3, 1.5, 1.0, 0.25)
    return Hit(
        rank=draw(st.integers(1, 200)), score=1.0, path=draw(text), title=draw(text), language=draw(text),
        heading=tuple(draw(st.lists(text, max_size=3))), line=3, page=4, snippet=snippet,
        matches=tuple(zip(places[::2], places[1::2], strict=False)), type=draw(text), date=draw(text),
        fields={draw(text): draw(text)}, explanation=(met,), also=(draw(text),), near=(draw(text),),
    )  # fmt: skip


def marked(snippet: str, matches: tuple[tuple[int, int], ...]) -> Hit:
    """A hit with nothing but a snippet."""
    return Hit(
        rank=1, score=1.0, path="", title="", language="", heading=(), line=3, page=4, snippet=snippet,
        matches=matches,
    )  # fmt: skip


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
                bare = hit._replace(heading=(), also=(), near=(), explanation=())
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
            *render.facet_lines({"folder": {one: 2, other: 1}}, after_hits=True),
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


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts(12)
    | st.text(st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts(5), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def test_json(ledger: Ledger, scale: Scale) -> None:
    """JSON is one line of printable ASCII and loads as what it was, names that are no UTF-8 included."""
    tried = 0

    @settings(max_examples=scale(120, 20_000))
    @given(VALUES)
    def check(value: object) -> None:
        nonlocal tried
        tried += 1
        line = render.as_json(value)
        assert re.fullmatch("[ -~]*", line)
        assert json.loads(line) == value

    wrong = 1
    try:
        check()
        wrong = 0
    finally:
        ledger("output", "values written as JSON", tried=tried, wrong=wrong)


def test_hits_as_json(scale: Scale) -> None:
    """A hit as JSON is one line of printable ASCII, and gives back its title and snippet."""

    @settings(max_examples=scale(40, 5_000))
    @given(hits())
    def check(hit: Hit) -> None:
        line = render.json_line(hit)
        assert re.fullmatch("[ -~]*", line)
        loaded = json.loads(line)
        assert (loaded["title"], loaded["snippet"]) == (hit.title, hit.snippet)

    check()


#: Options that would choose a table of cells.
TABLES = {"--csv", "--tsv", "--excel", "--xlsx", "--table", "--format", "--output", "--export", "--html"}


def test_no_output_is_a_table_of_cells(repo: Path, ledger: Ledger) -> None:
    """No command writes CSV, where a cell could start a formula: whoever adds that guards its cells first.

    And only the command's own files print: whatever else speaks does so by an error, a notice or a hit.
    """
    writing: list[str] = []
    options: set[str] = set()
    for path in sorted([*repo.glob("search/**/*.py"), *repo.glob("indexer/**/*.py")]):
        name, text = path.relative_to(repo).as_posix(), path.read_text(encoding="utf-8")
        writing += [f"{name}: {found}" for found in re.findall(r"csv\.(?:writer|DictWriter)", text)]
        if name.startswith("search/cli/"):
            options |= set(re.findall(r'"(--[a-z-]+)', text))
            continue
        writing += [
            f"{name}: {one}" for one in ("typer.echo", "sys.stdout", "sys.stderr") if f"{one}.w" in text
        ]
        for node in ast.walk(ast.parse(text)) if "print(" in text else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                writing.append(f"{name}:{node.lineno}: print")
    tables = options & TABLES
    wrong = len(writing) + len(tables)
    ledger("output", "ways of output that could hold a formula", tried=len(options), wrong=wrong)
    assert (writing, tables) == ([], set())
    assert {"--json", "--null"} <= options
