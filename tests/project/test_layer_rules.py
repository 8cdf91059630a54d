"""The rules of the layers can fail: imports that are wrong are seen, and right ones are let pass."""

from __future__ import annotations

from typing import Final

import pytest

from tests.project.test_layers import LONGEST, faults

KNOWN: Final = frozenset(
    {
        "coopsearch.indexer",
        "coopsearch.indexer.pipeline",
        "coopsearch.search.engines",
        "coopsearch.search.engines.base",
        "coopsearch.search.engines.whoosh",
        "coopsearch.search.errors",
    }
)

BAD: Final = [
    ("search/serving/service.py", "def f():\n    from coopsearch.search.web import desk", "of who serves it"),
    ("search/mcp/tools.py", "from coopsearch.search.web.service import Service", "of who serves it"),
    ("search/web/running.py", "from coopsearch.search.mcp import tools", "of who serves it"),
    ("search/mcp/running.py", "from coopsearch.search.cli import failures", "no terminal"),
    ("search/errors.py", "from coopsearch.search import model", "nothing of ours"),
    ("search/model.py", "from .errors import CoopsearchError", "nothing of ours"),
    ("search/model.py", "if TYPE_CHECKING:\n    import coopsearch.search.errors", "nothing of ours"),
    ("search/index.py", "from coopsearch import indexer", "never imports the indexer"),
    ("search/index.py", "from .. import indexer", "never imports the indexer"),
    ("search/index.py", "def f():\n    import coopsearch.indexer.pipeline", "never imports the indexer"),
    ("search/cli/index.py", "from coopsearch.indexer import sync", "outside of a command"),
    ("indexer/pipeline.py", "from coopsearch.search.engines.whoosh.engine import E", "engines.base"),
    ("indexer/pipeline.py", "def f():\n    from coopsearch.search.engines import whoosh", "engines.base"),
    ("indexer/pipeline.py", "from coopsearch.search.index import open_index", "engines.base"),
    ("indexer/adoption.py", "from coopsearch.indexer.batch import Batch", "told one way"),
    ("indexer/adoption.py", "def f():\n    from coopsearch.indexer.workers.task import Task", "told one way"),
    ("indexer/outcome.py", "from coopsearch.indexer.adoption import Found", "told one way"),
    ("indexer/batch.py", "from coopsearch.indexer.workers.pool import Pool", "told one way"),
    ("indexer/ingest.py", "from coopsearch.indexer.workers.processes import Workers", "told one way"),
    ("indexer/run.py", "from coopsearch.indexer.pipeline import sync", "told one way"),
    ("indexer/extract/text/plain.py", "from coopsearch.search.engines.base import Writer", "knows no engine"),
    ("indexer/extract/base.py", "from coopsearch.indexer.manifest import manifest", "the first time"),
    ("indexer/walk/walk.py", "from coopsearch.indexer.extract import format_of", "knows no format"),
    ("search/engines/base.py", "from coopsearch.search.query.syntax import Word", "no syntax left"),
    ("indexer/pipeline.py", "import whoosh.index", "only search/engines/"),
    ("search/engines/columns/engine.py", "from whoosh import index", "only search/engines/"),
    *(
        (
            f"search/engines/columns/{room}/any.py",
            f"from coopsearch.search.engines.columns.{other} import any",
            "codec asks evaluate",
        )
        for room, other in (
            ("storage", "evaluate.postings"),
            ("scalar", "evaluate.postings"),
            ("scalar", "arrays"),
            ("storage", "build.part_writer"),
            ("evaluate", "codec.spans"),
            ("evaluate", "reader"),
            ("build", "evaluate.snapshot"),
            ("codec", "build.segment_writer"),
        )
    ),
    ("search/index.py", "def f():\n    import numpy as np", "only search/engines/"),
    ("search/analysis/stems.py", "from nltk.stem import snowball", "outside of a function"),
    ("search/analysis/stems.py", "class A:\n    import nltk", "outside of a function"),
    ("search/analysis/stems.py", "try:\n    import nltk\nexcept ImportError:\n    pass", "outside of a"),
    ("search/query/plan.py", "def f():\n    importlib.import_module('nltk.stem')", "only search/analysis/"),
    ("search/index.py", "def f():\n    __import__('rich')", "only search/cli/"),
    ("indexer/report.py", "from rich.progress import Progress", "only search/cli/"),
    ("indexer/extract/text/plain.py", "def f():\n    import selectolax", "only indexer/extract/text/html.py"),
    (
        "indexer/extract/text/html.py",
        "from selectolax.lexbor import LexborHTMLParser",
        "outside of a function",
    ),
    ("indexer/extract/text/plain.py", "import charset_normalizer", "only indexer/extract/codepages.py"),
    ("indexer/walk/walk.py", "def f():\n    import pathspec", "only indexer/walk/ignore.py"),
    ("indexer/pipeline.py", "def f():\n    import filelock", "only indexer/locking/lock.py"),
    ("search/suggest.py", "from rapidfuzz.distance import OSA", "only search/engines/"),
    ("search/index.py", "from search.model import Hit", "no rule knows"),
    ("search/index.py", "import requests", "no rule knows"),
]


@pytest.mark.parametrize(("path", "code", "words"), BAD)
def test_a_wrong_import_is_seen(path: str, code: str, words: str) -> None:
    """Each breach of a rule is found, and named with its line."""
    (fault, *_) = faults(path, f'"""A file."""\n{code}\n', KNOWN)
    assert words in fault
    assert fault.startswith(f"{path}:")


GOOD: Final = [
    ("search/cli/index.py", "def f():\n    from coopsearch.indexer import sync"),
    ("search/cli/app.py", "import typer, click\nfrom rich.console import Console"),
    ("indexer/pipeline.py", "from coopsearch.search.engines import DEFAULT, engine"),
    ("indexer/pipeline.py", "from coopsearch.search.engines.base import Writer"),
    ("indexer/pipeline.py", "from coopsearch.search.errors import IndexLocked"),
    ("search/engines/columns/engine.py", "import numpy"),
    ("search/engines/columns/codec/codec.py", "import numpy\nfrom whoosh import index"),
    (
        "search/engines/columns/codec/compiler.py",
        "from coopsearch.search.engines.columns.evaluate.maxscore import union",
    ),
    (
        "search/engines/columns/evaluate/maxscore.py",
        "from coopsearch.search.engines.columns.storage.toc import Toc",
    ),
    ("search/analysis/stems.py", "class A:\n    def f(self):\n        import nltk.stem"),
    ("search/analysis/stems.py", "if TYPE_CHECKING:\n    from nltk.stem import StemmerI"),
    ("search/errors.py", "import os\nfrom pathlib import Path"),
]


@pytest.mark.parametrize(("path", "code"), GOOD)
def test_a_right_import_is_let_pass(path: str, code: str) -> None:
    """What the rules allow is not a fault."""
    assert faults(path, f'"""A file."""\n{code}\n', KNOWN) == []


def test_a_file_without_docstring_is_seen() -> None:
    """A comment is not a docstring."""
    assert "no docstring" in faults("search/x.py", "# A file.\nimport os\n", KNOWN)[0]


def test_a_long_file_is_seen() -> None:
    """One line too many is enough; the last allowed one is not."""
    source = '"""A file."""\n' + "a = 1\n" * (LONGEST - 1)
    assert faults("search/x.py", source, KNOWN) == []
    assert f"{LONGEST + 1} lines" in faults("search/x.py", source + "a = 1\n", KNOWN)[0]
