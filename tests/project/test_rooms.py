"""How the files are laid out: few beside each other, short ones, and no circle among those who import."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Final

import pytest

from tests.project.test_layers import FILES, MODULES, REPO, imports, module_of

#: Files that lie beside each other in one folder.
MOST: Final = 20
#: Lines of one test file. Code has its own limit, in ``test_layers``.
LONGEST_TEST: Final = 400


def imported(path: str, source: str, modules: frozenset[str]) -> set[str]:
    """Return the modules of ours that a file imports anywhere, also late and for the type checker alone.

    Who imports a module from a package needs that module and not what the package itself exports.
    """
    tree = ast.parse(source)
    name = module_of(path)
    package = name if path.endswith("/__init__.py") else name.rpartition(".")[0]
    through = {
        (node.module, node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and all(f"{node.module}.{alias.name}" in modules for alias in node.names)
    }
    return {
        one.module
        for one in imports(tree, package, modules)
        if one.module in modules and one.module != name and (one.module, one.line) not in through
    }


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """Return modules that import each other in a circle, the first twice; nothing if there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def test_no_circle() -> None:
    """No file imports one that imports it, at whatever distance and however late."""
    graph = {
        module_of(path): imported(path, (REPO / path).read_text(encoding="utf-8"), MODULES) for path in FILES
    }
    assert sum(map(len, graph.values())) > 500
    assert circle(graph) == []


def test_a_circle_is_seen() -> None:
    """A late import closes a circle as any other does."""
    sources = {
        "search/a.py": "from coopsearch.search import b",
        "search/b.py": "def f():\n    from coopsearch.search.c import g",
        "search/c.py": "if TYPE_CHECKING:\n    import coopsearch.search.a",
    }
    modules = frozenset(map(module_of, sources))
    graph = {module_of(path): imported(path, source, modules) for path, source in sources.items()}
    assert len(circle(graph)) == 4


@pytest.mark.parametrize("top", ["search", "indexer", "benchmarks", "tools", "tests"])
def test_few_files_beside_each_other(top: str) -> None:
    """A folder can be taken in at a look."""
    counts = Counter(str(path.parent.relative_to(REPO)) for path in (REPO / top).rglob("*.py"))
    assert counts
    assert {folder: number for folder, number in counts.items() if number > MOST} == {}


def too_long(lengths: Mapping[str, int]) -> list[str]:
    """Return the test files that are too long."""
    return [f"{path}: {length} lines" for path, length in lengths.items() if length > LONGEST_TEST]


def test_short_test_files() -> None:
    """A test file has one subject, so it is not long, and neither is what tests share."""
    lengths = {
        path.relative_to(REPO).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in (REPO / "tests").rglob("*.py")
    }
    assert len(lengths) > 200
    assert too_long(lengths) == []


def test_a_long_test_file_is_seen() -> None:
    """One line too many is enough; the last allowed one is not."""
    assert too_long({"tests/a.py": LONGEST_TEST, "tests/b.py": LONGEST_TEST + 1}) == ["tests/b.py: 401 lines"]
