"""The tables of pairs: which words find each other, and which must not. `python3 dev.py words [en fr ar]`.

There are two for each language: one that the rules grew up with, and a fresh one (pairs/fresh) that was
written without them. Every form of a table (tests/analysis/pairs) becomes a document of an index; a pair
meets if a query of either form, read as the command line reads it, finds the document of the other, by stem
or by family. Prints the score of each table and every pair that is wrong; ends with 1 if a score is below
the one that was reached.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from coopsearch.search.analysis.analyzer import analyse
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines import engine
from coopsearch.search.engines.base import Reader
from coopsearch.search.model import Document, Passage
from coopsearch.search.query.expansion.compounds import Compounds
from coopsearch.search.query.expansion.families import Families
from coopsearch.search.query.expansion.words import WordForms
from coopsearch.search.query.parser import parse
from coopsearch.search.query.plan import Planner

TABLES = Path(__file__).resolve().parents[2] / "tests" / "analysis" / "pairs"
LANGUAGES = ("en", "fr", "ar")

#: Pairs that may be wrong, (that must meet, that must not): what was reached. They only ever fall.
WRONG = {
    "en": (0, 0),
    "fr": (1, 0),
    "ar": (0, 0),
    "fresh/en": (4, 0),
    "fresh/fr": (7, 0),
    "fresh/ar": (20, 1),
}


class Pair(NamedTuple):
    """Two forms, and whether they must meet."""

    one: str
    other: str
    meet: bool


def read(path: Path) -> Iterator[Pair]:
    """Read a table: ``= head: form, form`` must meet, ``! head: form, form`` must not."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(("=", "!")):
            head, forms = _plain(line[1:]).split(":", 1)
            for form in forms.split(","):
                yield Pair(head.strip(), form.strip(), line[0] == "=")


def _plain(text: str) -> str:
    r"""Write out the \uXXXX of a table."""
    pieces = text.split("\\u")
    return pieces[0] + "".join(chr(int(piece[:4], 16)) + piece[4:] for piece in pieces[1:])


def score(table_name: str, kind: str = "columns") -> tuple[list[Pair], list[Pair]]:
    """Return all pairs of a table (``en``, ``fresh/en``) and those that are wrong."""
    language = table_name.rpartition("/")[2]
    pairs = list(read(TABLES / f"{table_name}.txt"))
    forms = list(dict.fromkeys(form for pair in pairs for form in (pair.one, pair.other)))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        engine(kind).create(folder)
        with engine(kind).writer(folder) as writer:
            table = StemTable(writer.stems)
            for form in forms:
                writer.add(analyse(_document(form, language), table))
            writer.learn(table.drain())
            writer.commit()
        with engine(kind).open(folder) as reader:
            found = {form: _found(reader, form, language) for form in forms}
    wrong = [
        pair
        for pair in pairs
        if (pair.one in found[pair.other], pair.other in found[pair.one]) != (pair.meet, pair.meet)
    ]
    return pairs, wrong


def _document(form: str, language: str) -> Document:
    passage = Passage(0, len(form), language=language)
    return Document(form, form, "", form, (passage,), "txt")


def _stems(word: str, table: StemTable, language: str) -> set[str]:
    return {word, table.stem(word, language)}


def _found(reader: Reader, query: str, language: str) -> set[str]:
    table = StemTable(reader.stems)
    families = Families(reader, [language], table.stem)
    stems = partial(_stems, table=table, language=language)
    forms = WordForms(stems, families, Compounds(reader).opened)
    planner = Planner(reader, forms)
    plan = planner.plan(parse(query, require_all=True))
    return {reader.document(number).path for number, _ in reader.search(plan.node, 1000).best}


def main(arguments: list[str]) -> int:
    """Print the scores; return 1 if one fell."""
    worse = False
    for table in (f"{start}{language}" for start in ("", "fresh/") for language in arguments or LANGUAGES):
        pairs, wrong = score(table)
        for meet, bound in zip((True, False), WRONG[table], strict=True):
            mine = [pair for pair in pairs if pair.meet is meet]
            bad = [pair for pair in wrong if pair.meet is meet]
            worse = worse or len(bad) > bound
            right = len(mine) - len(bad)
            name = "must meet" if meet else "must not meet"
            print(f"{table:8}  {name:13}  {right:3} of {len(mine):3} right  {100 * right / len(mine):5.1f} %")
            for pair in bad:
                print(f"      {pair.one} {'≠' if meet else '='} {pair.other}")
    return int(worse)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
