"""Modules are held to what their docstrings say of their dependencies.

The sentence reads ``Does not depend on engines or the terminal.`` Each thing that it names has a row in the
table below. A sentence that no import can break is a fault as well: it is to be rewritten as what the module
does. A module is held to what it imports itself, in whatever form, also late or for the type checker alone;
``directly`` says that what it imports does depend on the thing.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pytest

from tests.project.test_layers import ENGINES, HOMES, MODULES, OURS, REPO, imports, module_of

FILES: Final = sorted(
    path.relative_to(REPO).as_posix()
    for top in ("search", "indexer", "tests", "benchmarks", "tools")
    for path in (REPO / top).rglob("*.py")
)
SEARCH: Final = f"{OURS}.search"
EXTRACT: Final = f"{OURS}.indexer.extract"


@dataclass(frozen=True)
class Thing:
    """What a module must not import or call that does not depend on this."""

    imports: tuple[str, ...]
    """Modules with all that is below them, or names of a package."""
    but: tuple[str, ...] = ()
    """Modules of those that may be imported all the same."""
    calls: frozenset[str] = frozenset()
    """Built-in functions."""


BOTH_ENGINES: Final = (f"{ENGINES}.columns", f"{ENGINES}.whoosh", "whoosh", "numpy")
TERMINAL: Final = ("typer", "click", "rich", "termios", "tty", "curses", "getpass", "readline")
COOPSEARCH: Final = Thing((OURS,))
THINGS: Final = {
    # What is ours.
    "coopsearch": COOPSEARCH,
    "rest of coopsearch": COOPSEARCH,
    "engines": Thing((ENGINES, "whoosh", "numpy")),
    "particular engine": Thing(BOTH_ENGINES),
    "index": Thing(
        (
            *(
                f"{SEARCH}.{name}"
                for name in ("index", "searcher", "newest", "indexdir", "open_index", "Index")
            ),
            *(ENGINES, f"{ENGINES}.engine", "whoosh", f"{OURS}.indexer.generation"),
        ),
        but=(ENGINES, f"{ENGINES}.nodes"),
    ),
    "queries": Thing((f"{SEARCH}.query", f"{ENGINES}.nodes", "whoosh.query", "whoosh.qparser")),
    "query syntax": Thing(
        tuple(f"{SEARCH}.query.{name}" for name in ("syntax", "lexer", "parser", "fast_path", "plain_words"))
    ),
    "syntax of expressions": Thing((f"{ENGINES}.regular_syntax",)),
    "ranking formulas": Thing((f"{SEARCH}.ranking", "whoosh.scoring")),
    "snippets": Thing((f"{SEARCH}.results.snippets",)),
    "numpy": Thing(
        (
            "numpy",
            *(f"{ENGINES}.columns.{name}" for name in ("arrays", "reader", "evaluate", "build", "codec")),
            *(f"{ENGINES}.columns.storage.{name}" for name in ("column_file", "segment", "inverted_index")),
        )
    ),
    "typer": Thing(
        (
            *("typer", "click", f"{SEARCH}.cli.app"),
            *(
                f"{SEARCH}.cli.answers.{name}"
                for name in ("typed_options", "search_options", "search_command")
            ),
        )
    ),
    "schema": Thing((f"{SEARCH}.schema",)),
    "documents": Thing(
        (
            *(f"{SEARCH}.{name}" for name in ("model", "analysis.model", "Document", "Passage")),
            *(f"{ENGINES}.columns.storage.{name}" for name in ("doc_store", "stored_document")),
            *(f"{ENGINES}.whoosh.{name}" for name in ("documents", "payload")),
            f"{EXTRACT}.document_builder",
        )
    ),
    "text analysis": Thing((f"{SEARCH}.analysis", "nltk")),
    "particular language": Thing(
        tuple(f"{SEARCH}.analysis.{name}" for name in ("english", "french", "arabic"))
    ),
    "stemming": Thing((f"{SEARCH}.analysis.stems", f"{SEARCH}.analysis._nltk", "nltk")),
    "file formats": Thing(
        (
            *(f"{EXTRACT}.{name}" for name in ("archive", "image", "mail", "office", "pdf", "text")),
            *(f"{EXTRACT}.by_signature", "selectolax", "pypdfium2", "PIL", "pillow_heif"),
            *("zipfile", "tarfile", "email", "mailbox", "csv"),
        )
    ),
    "manifest": Thing((f"{OURS}.indexer.manifest",)),
    "walk": Thing((f"{OURS}.indexer.walk", "pathspec")),
    "lock": Thing((f"{OURS}.indexer.locking", "filelock", "fcntl")),
    "clusters": Thing((f"{ENGINES}.opensearch.cluster", "opensearchpy")),
    "client of a cluster": Thing(("opensearchpy",)),
    # What is not.
    "third-party libraries": Thing(tuple(HOMES)),
    "web's libraries": Thing(("starlette", "uvicorn", "jinja2", "markupsafe")),
    "whoosh": Thing(("whoosh",)),
    "collectors": Thing(("whoosh.collectors", f"{ENGINES}.columns.codec.collectors")),
    "nltk": Thing(("nltk", f"{SEARCH}.analysis._nltk")),
    "pdfium": Thing(("pypdfium2",)),
    "tesseract": Thing(("subprocess", f"{OURS}.indexer.sandbox.ocr")),
    "selectolax": Thing(("selectolax",)),
    "files": Thing(
        ("os", "io", "pathlib", "shutil", "tempfile", "mmap", "glob", "fileinput"), calls=frozenset({"open"})
    ),
    "signals": Thing(("signal", f"{SEARCH}.cli.signals")),
    "terminal": Thing((f"{SEARCH}.cli", *TERMINAL), calls=frozenset({"print", "input"})),
    "command-line options": Thing(("typer", "click", "argparse", "optparse", "getopt")),
}

#: Those of the names above that are of a package and not modules.
NAMES: Final = frozenset(
    {f"{ENGINES}.engine", *(f"{SEARCH}.{name}" for name in ("open_index", "Index", "Document", "Passage"))}
)

#: How a module says what it does not depend on; the things follow, up to the next stop.
CLAIM: Final = re.compile(
    r"\b(?:does not (?:depend (?:directly )?on|know|import)|"
    r"(?:knows?|depends? on|imports?) (?:no|none|neither|nothing)\b)([^.;:()]*)",
    re.IGNORECASE,
)
#: What a module says that it knows, or knows alone: no import shows it.
BOAST: Final = re.compile(
    r"(?:(?:^|[.;:] )knows|\bthis (?:file|module) knows) (?!no\b|none\b|neither\b|nothing\b)[^.;]*",
    re.IGNORECASE,
)
SEPARATOR: Final = re.compile(r",? (?:and|or|nor) |, ")
LEADING: Final = re.compile(r"^(?:(?:no|of|on|the|an?|any) )+")


def claims(docstring: str) -> Iterator[str]:
    """Yield each thing on which the docstring says that its module does not depend."""
    text = " ".join(docstring.split())
    for claim in CLAIM.finditer(text):
        for thing in SEPARATOR.split(claim[1].strip()):
            yield LEADING.sub("", thing.casefold())


def broken(path: str, source: str) -> list[str]:
    """Return what a module says of itself that is not so, or that nobody can check, a line each."""
    tree = ast.parse(source)
    docstring = ast.get_docstring(tree) or ""
    found = [
        f"{path}: {boast[0]!r} cannot be checked" for boast in BOAST.finditer(" ".join(docstring.split()))
    ]
    for name in claims(docstring):
        if (thing := THINGS.get(name)) is None:
            found.append(f"{path}: does not depend on {name!r}, which is not in the table of things")
        else:
            found += [f"{path}:{line}: depends on {name}: {what}" for line, what in _uses(path, tree, thing)]
    return found


def _uses(path: str, tree: ast.Module, thing: Thing) -> Iterator[tuple[int, str]]:
    module = module_of(path)
    package = module if path.endswith("/__init__.py") else module.rpartition(".")[0]
    # The names of the table are told from other names of a package as modules are.
    for imported in imports(tree, package, MODULES | frozenset(thing.imports)):
        if _within(imported.module, thing.imports) and imported.module not in thing.but:
            yield imported.line, f"imports {imported.module}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in thing.calls:
            yield node.lineno, f"calls {node.func.id}()"


def _within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("path", FILES)
def test_file(path: str) -> None:
    """A module depends on nothing that its docstring says it does not depend on."""
    assert broken(path, (REPO / path).read_text(encoding="utf-8")) == []


def test_every_thing_is_named() -> None:
    """Each row of the table is for a sentence that stands somewhere."""
    said = {
        name
        for path in FILES
        for name in claims(ast.get_docstring(ast.parse((REPO / path).read_text(encoding="utf-8"))) or "")
    }
    assert said == set(THINGS)


@pytest.mark.parametrize("name", THINGS)
def test_what_is_forbidden_exists(name: str) -> None:
    """A row names modules that are there, so that a renamed module does not slip through."""
    thing = THINGS[name]
    for one in (*thing.imports, *thing.but):
        if one.partition(".")[0] == OURS:
            assert one in MODULES | NAMES or one == OURS
        else:
            assert one.partition(".")[0] in sys.stdlib_module_names | set(HOMES)


BROKEN: Final = [
    ("Does not depend on engines.", "from coopsearch.search.engines.base import Reader"),
    ("Does not depend on a particular engine.", "def f():\n    import numpy as np"),
    ("Does not depend on an index.", "from coopsearch.search import open_index"),
    ("Does not depend on an index.", "from coopsearch.search.engines import engine"),
    ("Does not depend directly on queries or the terminal.", "from whoosh import query"),
    ("Does not depend on queries or the terminal.", "from coopsearch.search.query.plan import plan"),
    ("Does not depend on the queries, files or the terminal.", "print(1)"),
    ("Does not depend on files: it works on text.", "def f(name):\n    return open(name)"),
    ("Does not depend on files.", "if TYPE_CHECKING:\n    from pathlib import Path"),
    ("One table. Does not depend\non the rest of\ncoopsearch.", "from coopsearch.search import model"),
    ("Does not depend on Tesseract.", "import subprocess"),
    ("This file knows no NLTK.", "importlib.import_module('nltk.stem')"),
    ("Knows neither an engine nor a thing.", ""),
    ("Knows nothing of snippets and no query syntax.", "from ..search.results import snippets"),
    ("Does not depend on luck.", ""),
    ("Knows no engine but the port.", ""),
    ("Knows strings alone.", ""),
    ("Tables. Knows names; no format.", ""),
    ("This file knows numbers, not what they count.", ""),
]  # fmt: skip


@pytest.mark.parametrize(("docstring", "code"), BROKEN)
def test_a_broken_claim_is_seen(docstring: str, code: str) -> None:
    """A module that imports what it says it does not depend on is found, and so is what cannot be checked."""
    (fault, *_) = broken("indexer/made_up.py", f'"""{docstring}"""\n{code}\n')
    assert fault.startswith("indexer/made_up.py:")


KEPT: Final = [
    ("Does not depend on an index.", "from coopsearch.search.engines import nodes"),
    ("Does not depend on a particular engine.", "from coopsearch.search.engines.base import Reader"),
    ("Does not depend on queries or the terminal.", "from whoosh import fields\nself.print()"),
    ("Does not depend on files.", "import re\nopen = 1"),
    ("What a user knows. Nothing is known of it, and it knows when.", "import os"),
]  # fmt: skip


@pytest.mark.parametrize(("docstring", "code"), KEPT)
def test_a_kept_claim_is_let_pass(docstring: str, code: str) -> None:
    """What a claim does not name may be imported."""
    assert broken("indexer/made_up.py", f'"""{docstring}"""\n{code}\n') == []
