"""A paragraph that is too long for one passage is cut, and no phrase is lost where it is cut."""

from __future__ import annotations

import textwrap
from itertools import pairwise
from pathlib import Path

import pytest

from tests.indexed import indexed


def _words(count: int, start: str) -> list[str]:
    """Return words that stand nowhere else: letters alone, so that none is a number or a compound."""
    letters = "bcdfghjklm"
    return [start + "".join(letters[int(digit)] + "a" for digit in f"{number:04}") for number in range(count)]


def _paragraph(words: list[str], every: int, stop: str) -> str:
    """Return a hard-wrapped paragraph with a stop after so many words, none for 0."""
    marked = [word + stop if every and at % every == every - 1 else word for at, word in enumerate(words)]
    return "\n".join(textwrap.wrap(" ".join(marked), 70))


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
@pytest.mark.parametrize(
    ("every", "stop", "ending"), [(0, "", "txt"), (25, ".", "md"), (400, ".", "html"), (9, ",", "txt")]
)
def test_no_phrase_is_lost(tmp_path: Path, engine: str, every: int, stop: str, ending: str) -> None:
    """Each two words that follow each other in a long paragraph are found as a phrase and by NEAR."""
    words, others = _words(700, "q"), _words(300, "w")
    texts = [_paragraph(words, every, stop), _paragraph(others, every, stop)]
    whole = "\n\n".join(texts) if ending != "html" else "".join(f"<p>{text}</p>" for text in texts)
    with indexed(tmp_path, {f"a.{ending}": whole}, engine) as index:
        assert len(index.document(tmp_path / "docs" / f"a.{ending}").passages) > 4
        pairs = [*pairwise(words), *pairwise(others)]
        lost = [pair for pair in pairs if not index.search(f'"{pair[0]} {pair[1]}"', limit=0).total]
        assert lost == []
        assert index.search(f"{words[100]} NEAR/150 {words[240]}").total == 1
        # Two paragraphs stay apart.
        assert not index.search(f'"{words[-1]} {others[0]}"').total
        assert not index.search(f"{words[-1]} NEAR/20 {others[0]}").total


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_short_lines_are_no_cut_paragraph(tmp_path: Path, engine: str) -> None:
    """Rows of a table, headings and text on other pages are not joined, however near they stand."""
    rows = "name,place\n" + "\n".join(f"alpha{number},omega{number}" for number in range(50))
    with indexed(
        tmp_path, {"a.csv": rows, "a.md": f"{'word ' * 60}end\n# begin\n\n{'word ' * 60}"}, engine
    ) as index:
        assert not index.search('"omega3 alpha4"').total
        assert not index.search('"end begin"').total


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
@pytest.mark.parametrize("others", [0, 60])
def test_shown_over_a_cut(tmp_path: Path, engine: str, others: int) -> None:
    """A phrase over a cut is shown where it stands and marked, in a short document and in a long one."""
    line = "words without any end that go on and on over the line and the next one of this long text"
    rows = [f"{line} {number}" for number in range(120)]
    before = "\n\n".join(
        f"Another paragraph of the long document, number {number}. {line}." for number in range(others * 4)
    )
    with indexed(tmp_path, {"long.txt": f"{before}\n\nHead.\n\n" + "\n".join(rows)}, engine) as index:
        document = index.document(tmp_path / "docs" / "long.txt")
        cuts = [
            (one, two)
            for one, two in pairwise(document.passages)
            if document.text[one.end : two.start] == "\n"
        ]
        assert len(cuts) > 3
        for one, two in cuts[:3]:
            last = document.text[one.start : one.end].split()[-2:]
            first = document.text[two.start : two.end].split()[:2]
            hit = index.search('"' + " ".join(last + first) + '"')[0]
            marked = [hit.snippet[start:end] for start, end in hit.matches]
            assert marked == [" ".join(last + first)]
            assert hit.line == document.text[: one.end].count("\n") + 1
