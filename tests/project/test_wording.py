"""What a person reads is plain English: turns of phrase that nobody would write are found by a search."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

#: Turns of phrase, and what an English writer says instead.
ODD: Final = {
    "is not a": re.compile(
        r"(?<!here )\b(?:is|are|was|were) no (?!longer\b|more\b|use\b|room\b|doubt\b|one\b)[a-z]"
    ),
    "with so many or more": re.compile(r"\bfrom which on\b"),
    "reported": re.compile(r"\b(?:is|are) told (?:as|with|wherever)\b|\bis told[);]"),
}
FOLDERS: Final = ("search", "indexer")


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the docstrings and messages of a module, or the lines of a page, with where they are."""
    content = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        yield from enumerate(content.splitlines(), 1)
        return
    for node in ast.walk(ast.parse(content)):
        if isinstance(node, ast.JoinedStr):
            # A message of several parts reads as one.
            parts = (part.value if isinstance(part, ast.Constant) else "x" for part in node.values)
            yield node.lineno, "".join(str(part) for part in parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def pages(repo: Path) -> list[Path]:
    """All that a user may read: messages and docstrings of the packages, and the documentation."""
    code = [path for folder in FOLDERS for path in sorted((repo / folder).rglob("*.py"))]
    return [*code, *sorted(repo.glob("*.md")), *sorted((repo / "docs").glob("*.md"))]


def test_odd_turns(repo: Path) -> None:
    """No message, docstring or page holds a turn of phrase that is a word-for-word translation."""
    found = [
        f"{path.relative_to(repo)}:{line}: {match[0]!r}; write {better!r}"
        for path in pages(repo)
        for line, text in texts(path)
        for better, odd in ODD.items()
        for match in odd.finditer(" ".join(text.split()))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("x is no setting", True), ("these are no numbers", True), ("there is no index", False),
        ("There are no", False),
        ("it is no longer there", False), ("from which on it is", True), ("which is told; so", True),
        ("are told apart", False), ("is not a hit", False),
    ],
)  # fmt: skip
def test_what_is_looked_for(text: str, odd: bool) -> None:
    """The search finds what it is for, and leaves alone what is English."""
    assert any(one.search(text) for one in ODD.values()) == odd
