"""JSON is whole and plain ASCII whatever a document says, and no cell of a table is a formula."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from coopsearch.search.cli.display import render
from coopsearch.search.cli.display.review_log import disarmed
from coopsearch.search.cli.display.terminal import safe
from coopsearch.search.model import (
    Hit,
)
from tests.trust.conftest import Ledger, Scale
from tests.trust.hostile.hostile import texts
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


@settings(max_examples=300)
@given(texts(30))
def test_cells(text: str) -> None:
    """No spreadsheet takes a cell for a formula, and no terminal acts on one; usual text stays as it is."""
    cell, said = disarmed(text), safe(text, len(text) + 1)
    assert not cell.startswith(FORMULA)
    assert cell in {said, f"'{said}"}
    assert disarmed("Voilà, مهم 3-4") == "Voilà, مهم 3-4"


#: What begins a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: Files that write tables, with every cell disarmed.
GUARDED = {"search/cli/display/review_log.py"}
#: Options that would choose a table of cells.
TABLES = {"--csv", "--tsv", "--excel", "--xlsx", "--table", "--format", "--output", "--export", "--html"}


def test_tables_are_guarded(repo: Path, ledger: Ledger) -> None:
    """CSV, where a cell could start a formula, is written where each cell is disarmed, and nowhere else.

    And only the command's own files print: whatever else speaks does so by an error, a notice or a hit.
    """
    writing: list[str] = []
    options: set[str] = set()
    for path in sorted([*repo.glob("search/**/*.py"), *repo.glob("indexer/**/*.py")]):
        name, text = path.relative_to(repo).as_posix(), path.read_text(encoding="utf-8")
        if name in GUARDED:
            assert "disarmed(" in text
        else:
            writing += [f"{name}: {found}" for found in re.findall(r"csv\w*\.(?:writer|DictWriter)", text)]
        if name.startswith("search/cli/"):
            options |= set(re.findall(r'"(--[a-z-]+)', text))
            continue
        writing += [
            f"{name}: {one}" for one in ("typer.echo", "sys.stdout", "sys.stderr") if f"{one}.w" in text
        ]
        for node in ast.walk(ast.parse(text)) if "print(" in text else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                writing.append(f"{name}:{node.lineno}: print")
    tables = options & TABLES - {"--csv"}
    wrong = len(writing) + len(tables)
    ledger("output", "ways of output that could hold a formula", tried=len(options), wrong=wrong)
    assert (writing, tables) == ([], set())
    assert {"--json", "--null"} <= options
