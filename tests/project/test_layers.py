"""Who may import whom. The layers of the project, read from the source itself."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

REPO: Final = Path(__file__).resolve().parents[2]
FILES: Final = sorted(
    path.relative_to(REPO).as_posix() for top in ("search", "indexer") for path in (REPO / top).rglob("*.py")
)
LONGEST: Final = 450  # lines of one file


@dataclass(frozen=True)
class Home:
    """The only files or folders that may import a library."""

    places: Sequence[str]
    late: bool
    """Only inside functions: the library is slow to load, or seldom needed."""


HOMES: Final = {
    "whoosh": Home(["search/engines/whoosh/", "search/engines/columns/codec/"], late=False),
    "isal": Home(
        ["search/engines/columns/storage/doc_store_writer.py", "search/engines/opensearch/compression.py"],
        late=True,
    ),
    "numpy": Home(["search/engines/columns/", "search/engines/opensearch/batch.py"], late=False),
    "rapidfuzz": Home(["search/engines/whoosh/", "search/engines/columns/"], late=True),
    "nltk": Home(["search/analysis/"], late=True),
    "opensearchpy": Home(
        ["search/engines/opensearch/cluster/connection.py", "search/engines/opensearch/engine.py"],
        late=False,
    ),
    **dict.fromkeys(("typer", "click", "rich"), Home(["search/cli/"], late=False)),
    "platformdirs": Home(
        [
            "search/indexdir/location.py",
            "search/indexdir/noted.py",
            "search/desk/last_answer.py",
            "search/lexicons/place.py",
        ],
        late=True,
    ),
    "ir_measures": Home(["search/evaluation/measures.py"], late=True),
    "selectolax": Home(["indexer/extract/text/html.py"], late=True),
    "pypdfium2": Home(["indexer/extract/pdf/page.py"], late=True),
    "PIL": Home(["indexer/extract/image/decode.py"], late=True),
    "pillow_heif": Home(["indexer/extract/image/decode.py"], late=True),
    "charset_normalizer": Home(["indexer/extract/codepages.py"], late=True),
    "pathspec": Home(["indexer/walk/ignore.py"], late=True),
    "prompt_toolkit": Home(["search/interactive/"], late=False),
    **dict.fromkeys(
        ("starlette", "uvicorn", "h11", "jinja2", "markupsafe"), Home(["search/web/"], late=False)
    ),
    "filelock": Home(["indexer/locking/lock.py", "search/indexdir/exclusive.py"], late=True),
    "watchdog": Home(["indexer/watching.py"], late=True),
}


@dataclass(frozen=True)
class Wall:
    """Modules of ours that a file or folder must not import; `but` are the exceptions."""

    place: str
    forbidden: str
    why: str
    but: Sequence[str] = ()


OURS: Final = "coopsearch"
ENGINES: Final = "coopsearch.search.engines"
#: What handles the files of an index, whatever is in them.
FILES_ALONE: Final = ("durable", "modes", "names", "noted", "opening", "owner", "pages", "checksummed")
COLUMNS: Final = "search/engines/columns/"
#: What each room of the columns must not import.
ABOVE: Final = {
    "scalar": ("evaluate", "build", "codec", "reader", "writer", "engine", "arrays", "storage.column_file"),
    "storage": ("evaluate", "build", "codec", "reader", "writer", "engine"),
    "evaluate": ("build", "codec", "reader", "writer", "engine"),
    "build": ("evaluate", "codec", "reader", "writer", "engine"),
    "codec": ("build", "writer"),
}
#: The way of a file through a run: what each step must not import of the others.
STEPS: Final = {
    "adoption": ("outcome", "batch", "ingest", "run", "pipeline", "workers"),
    "outcome": ("adoption", "batch", "ingest", "run", "pipeline", "workers.pool", "workers.processes"),
    "batch": ("adoption", "outcome", "ingest", "run", "pipeline", "workers.pool", "workers.processes"),
    "ingest": ("run", "pipeline", "workers.processes"),
    "run": ("pipeline",),
}
WALLS: Final = [
    Wall("search/errors.py", OURS, "it imports nothing of ours"),
    Wall("search/model.py", OURS, "it imports nothing of ours"),
    *(
        Wall(
            f"search/indexdir/{place}.py",
            OURS,
            "it handles files, whatever is in them",
            [
                "coopsearch.search.errors",
                "coopsearch.search.lazy",
                *(f"coopsearch.search.indexdir.{name}" for name in FILES_ALONE),
            ],
        )
        for place in FILES_ALONE
    ),
    *(
        Wall(
            f"{COLUMNS}{room}/",
            f"{ENGINES}.columns.{other}",
            "codec asks evaluate, which reads storage; build writes it; scalar does without NumPy",
        )
        for room, others in ABOVE.items()
        for other in others
    ),
    *(
        Wall(
            f"indexer/{step}.py",
            f"coopsearch.indexer.{other}",
            "what a file is, becomes and leaves is told one way",
        )
        for step, others in STEPS.items()
        for other in others
    ),
    Wall(
        "indexer/extract/",
        "coopsearch.indexer.manifest",
        "an extractor reads each file as if for the first time",
    ),
    Wall("search/engines/", "coopsearch.search.query", "an engine answers nodes, which have no syntax left"),
    *(
        Wall("search/names/", f"{OURS}.search.{room}", "spellings are of words, and of no index")
        for room in ("query", "engines", "indexdir", "cli", "settings", "results")
    ),
    Wall("indexer/", ENGINES, "an index is reached through engines.base", [ENGINES, f"{ENGINES}.base"]),
    Wall("indexer/", "coopsearch.search.index", "an index is reached through engines.base"),
    Wall("indexer/", "coopsearch.search.query", "keeping an index needs no queries"),
    *(
        Wall("search/translation/", f"{OURS}.search.{room}", "a lexicon knows words and no index")
        for room in ("query", "engines", "indexdir", "cli", "settings")
    ),
    *(
        Wall("search/lexicons/", f"{OURS}.search.{room}", "a lexicon of the user knows files and no index")
        for room in ("query", "engines", "cli", "settings", "index")
    ),
    *(
        Wall("search/accounts/", f"{OURS}.search.{room}", "who may sign in is of no index, and no way to ask")
        for room in ("index", "query", "engines", "cli", "settings", "serving", "web", "desk")
    ),
    *(
        Wall("search/conversations/", f"{OURS}.search.{room}", "it asks a reader, and reads no query")
        for room in ("query", "index", "cli", "desk")
    ),
    Wall("search/translation/", f"{OURS}.search.lexicons", "a table knows nothing of who keeps it"),
    Wall("indexer/lexicons/", ENGINES, "a glossary goes into no index"),
    *(
        Wall(place, f"{OURS}.search.{room}", "what is asked knows nothing of who serves it")
        for place in ("indexer/", "search/values/", "search/results/", "search/desk/", "search/engines/")
        for room in ("serving", "web", "mcp")
    ),
    *(
        Wall(f"search/{one}/", f"{OURS}.search.{other}", "a room knows nothing of who serves it beside it")
        for one, other in (("serving", "web"), ("serving", "mcp"), ("web", "mcp"), ("mcp", "web"))
    ),
    Wall("search/values/", f"{OURS}.search.cli", "values are for all programs, however they ask"),
    *(
        Wall(place, f"{OURS}.search.cli", "no terminal")
        for place in ("search/web/", "search/serving/", "search/mcp/")
    ),
    Wall("indexer/", "coopsearch.search.cli", "it is used by the command line, not the other way round"),
    Wall("indexer/extract/", ENGINES, "a format knows no engine"),
    Wall("indexer/walk/walk.py", "coopsearch.indexer.extract", "it knows no format"),
    *(
        wall
        for page in ("entry", "rows", "manifest")
        for wall in (
            Wall(f"indexer/manifest/{page}.py", "coopsearch.indexer.extract", "it knows no format"),
            Wall(f"indexer/manifest/{page}.py", ENGINES, "it knows no engine"),
        )
    ),
]


@dataclass(frozen=True)
class Import:
    """One module that a file imports."""

    module: str
    line: int
    late: bool
    """Inside a function, or for the type checker alone: importing the file does not load it."""


def imports(tree: ast.Module, package: str, modules: frozenset[str]) -> Iterator[Import]:
    """Yield what a file imports, in whatever form. `modules` are ours: the others are not told from names."""
    waiting: list[tuple[ast.AST, bool]] = [(tree, False)]
    while waiting:
        node, late = waiting.pop()
        for name in _named(node, package, modules):
            yield Import(name, getattr(node, "lineno", 0), late)
        within = late or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        if isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            waiting += [(child, True) for child in node.body] + [(child, late) for child in node.orelse]
        else:
            waiting += [(child, within) for child in ast.iter_child_nodes(node)]


def _named(node: ast.AST, package: str, modules: frozenset[str]) -> list[str]:
    match node:
        case ast.Import():
            return [alias.name for alias in node.names]
        case ast.ImportFrom():
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, base] if base else parents)
            names = (f"{base}.{alias.name}" for alias in node.names)
            return [base, *(name for name in names if name in modules)]
        case ast.Call(
            func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module"),
            args=[ast.Constant(value=str(name)), *_],
        ):
            return [name]
    return []


def module_of(path: str) -> str:
    """Return the installed name of a file."""
    return f"{OURS}." + path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def faults(path: str, source: str, modules: frozenset[str]) -> list[str]:
    """Return what is wrong with a file, a line each."""
    tree = ast.parse(source)
    name = module_of(path)
    package = name if path.endswith("/__init__.py") else name.rpartition(".")[0]
    found = []
    if not ast.get_docstring(tree):
        found.append(f"{path}: no docstring says what the file is for")
    if (length := len(source.splitlines())) > LONGEST:
        found.append(f"{path}: {length} lines; {LONGEST} are the most")
    for imported in imports(tree, package, modules):
        found += [f"{path}:{imported.line}: {fault}" for fault in _wrong(path, imported)]
    return found


def _wrong(path: str, imported: Import) -> Iterator[str]:
    top = imported.module.partition(".")[0]
    if top == OURS:
        for wall in WALLS:
            walled = path == wall.place or (wall.place.endswith("/") and path.startswith(wall.place))
            if walled and _below(imported.module, wall.forbidden) and imported.module not in wall.but:
                yield f"imports {imported.module}: {wall.why}"
        if path.startswith("search/") and _below(imported.module, "coopsearch.indexer"):
            if not path.startswith("search/cli/"):
                yield f"imports {imported.module}: search never imports the indexer"
            elif not imported.late:
                yield f"imports {imported.module} outside of a command"
    elif home := HOMES.get(top):
        if not any(
            path == place or (place.endswith("/") and path.startswith(place)) for place in home.places
        ):
            yield f"imports {top}: only {' and '.join(home.places)} may"
        elif home.late and not imported.late:
            yield f"imports {top} outside of a function"
    elif top not in sys.stdlib_module_names:
        yield f"imports {top}, which no rule knows"


def _below(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


MODULES: Final = frozenset(map(module_of, FILES))


def test_there_are_files() -> None:
    """The rules look at something."""
    assert {"search/__init__.py", "search/errors.py", "indexer/__init__.py"} <= set(FILES)


@pytest.mark.parametrize("path", FILES)
def test_file(path: str) -> None:
    """A file keeps to its layer, says what it is for, and can be read in one go."""
    assert faults(path, (REPO / path).read_text(encoding="utf-8"), MODULES) == []
