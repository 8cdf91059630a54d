"""JSON is whole and plain ASCII whatever a document says, and no cell of a table begins a formula."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from coopsearch.search.cli.display import render
from coopsearch.search.cli.forms import cells
from coopsearch.search.model import (
    Hit,
)
from tests.trust.conftest import Ledger, Scale
from tests.trust.hostile.hostile import faults, texts
from tests.trust.output.shown import hits

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


#: Options that choose a table of cells, or that would.
TABLES = {
    "--csv", "--csv-excel", "--tsv", "--excel", "--xlsx", "--table", "--output", "--export", "--html",
}  # fmt: skip
#: The one file that writes such tables, and guards their cells.
CELLS = "search/cells.py"
FORMULA = tuple("=+-@\t\r\n|%＝＋－＠")
STARTS = st.sampled_from([*FORMULA, " =", "\u200b=", "\u202e+", "\x00-", "\xad@", "\ufeff=", '"=', "", "a"])


def test_cells(ledger: Ledger, scale: Scale) -> None:
    """No cell of a table begins a formula, hides a sign or ends its row, and a plain one is as it was."""
    tried = 0

    @settings(max_examples=scale(200, 20_000))
    @given(st.lists(st.tuples(STARTS, texts(8)).map("".join), min_size=1, max_size=6))
    def check(given: list[str]) -> None:
        nonlocal tried
        tried += 1
        line = cells.row(given)
        assert line.endswith("\r\n")
        (back,) = csv.reader(io.StringIO(line, newline=""), strict=True)
        assert len(back) == len(given)
        for cell, text in zip(back, given, strict=True):
            assert not cell.startswith(FORMULA)
            assert not faults(cell)
            if text.isascii() and text.isprintable() and not text.lstrip().startswith(FORMULA):
                assert cell == text

    wrong = 1
    try:
        check()
        wrong = 0
    finally:
        ledger("output", "cells of tables that could hold a formula", tried=tried, wrong=wrong)


def test_one_place_writes_cells(repo: Path, ledger: Ledger) -> None:
    """One file writes tables of cells, where a cell could start a formula: whoever adds another guards it.

    And only the command's own files print: whatever else speaks does so by an error, a notice or a hit.
    """
    writing: list[str] = []
    options: set[str] = set()
    for path in sorted([*repo.glob("search/**/*.py"), *repo.glob("indexer/**/*.py")]):
        name, text = path.relative_to(repo).as_posix(), path.read_text(encoding="utf-8")
        if name != CELLS:
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
    tables = options & TABLES - {"--csv", "--csv-excel"}
    wrong = len(writing) + len(tables)
    ledger("output", "ways of output that could hold a formula", tried=len(options), wrong=wrong)
    assert (writing, tables) == ([], set())
    assert {"--json", "--null", "--csv"} <= options
