"""The commands of `dev.py`: what each is called with, what it does, and what runs it.

A table that any Python can read before there is an environment. Does not depend on coopsearch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Command(NamedTuple):
    """A command, for a person and for `dev.py`."""

    usage: str
    """What may stand behind its name."""
    what: str
    program: str
    """A script of the project; else "coopsearch" or "pytest", which are run as they are installed."""
    first: tuple[str, ...] = ()
    """Arguments before those of the caller."""
    locks: str = "dev"
    """What has to be installed: "run", "dev" or "bench" of `dev.py`; "" for a script that needs nothing."""
    project: bool = True
    """Whether coopsearch itself has to be."""


COMMANDS: Mapping[str, Command] = {
    "search": Command(
        '"smuggling routes"',
        "set up if need be, then run coopsearch with these arguments",
        "coopsearch",
        locks="run",
    ),
    "test": Command("[PYTEST ARGUMENTS]", "build the wheel, install it, test what was installed", "pytest"),
    "pictures": Command(
        "",
        "keep new pictures of the pages, after a change that was meant",
        "pytest",
        ("tests/web/browser/test_pictures.py", "--keep-pictures"),
    ),
    "lint": Command("", "ruff: rules and layout (`format` puts both right)", "tools/lint.py", project=False),
    "format": Command(
        "", "ruff: mend what can be mended, lay out the rest", "tools/lint.py", ("--mend",), project=False
    ),
    "types": Command(
        "[MYPY ARGUMENTS]", "mypy, strict, over code, tests and tools", "tools/typecheck.py", project=False
    ),
    "docs": Command("[ARGUMENTS]", "write the generated pages of docs/ anew", "docs/generate.py"),
    "screens": Command("", "draw the pictures of docs/screens/ from real output", "docs/screens.py"),
    "web-picture": Command("", "take the picture of docs/screens/web.png in Chromium", "docs/web_picture.py"),
    "web-bench": Command(
        "[ARGUMENTS]", "an answer in a browser and over HTTP, beside tantivy", "benchmarks/web/service.py"
    ),
    "bench": Command(
        "[ARGUMENTS]", "measure beside other engines (`bench --help`)", "benchmarks/run.py", locks="bench"
    ),
    "words": Command(
        "[en fr ar]", "score the tables of words that must and must not meet", "benchmarks/quality/words.py"
    ),
    "languages": Command(
        "[--shared DIR]",
        "how often the language of a passage is told right",
        "benchmarks/quality/languages.py",
    ),
    "relatives": Command(
        "[--shared DIR] [--show N]",
        "how many words of another meaning the commonest words meet",
        "benchmarks/quality/relatives.py",
    ),
    "recall": Command(
        "[--peer PYTHON] [--show N]",
        "how many words of real files are read, beside markitdown",
        "benchmarks/quality/recall.py",
    ),
    "tune": Command(
        "[ARGUMENTS]",
        "choose the settings of the ranking on judged collections",
        "benchmarks/quality/tune.py",
    ),
    "rerank": Command(
        "--models PYTHON [ARGUMENTS]",
        "whether a small model of meaning would better the first hits",
        "benchmarks/quality/rerank.py",
    ),
    "places": Command("", "write the names of places anew from CLDR (needs Babel)", "tools/place_names.py"),
    "rescoring": Command(
        "[ARGUMENTS]", "what ranking the best documents anew costs", "benchmarks/parts/rescoring.py"
    ),
    "cold": Command(
        "[ARGUMENTS]", "what a command costs from its start to its end", "benchmarks/parts/cold.py"
    ),
    "warm": Command(
        "[ARGUMENTS]", "the same in a resident process, beside recollq", "benchmarks/parts/warm.py"
    ),
    "first-phrase": Command(
        "[ARGUMENTS]", "the first phrase after an index was opened", "benchmarks/parts/first_phrase.py"
    ),
    "keystroke": Command(
        "[ARGUMENTS]", "a keystroke of `coopsearch -i`, to the screen", "benchmarks/parts/keystroke.py"
    ),
    "batch": Command("[ARGUMENTS]", "how long a list of 10,000 names takes", "benchmarks/parts/batch.py"),
    "cluster-failover": Command(
        "[ARGUMENTS]", "how long an answer takes when a node dies", "benchmarks/opensearch/failover.py"
    ),
    "cluster-scale": Command(
        "[ROW]... [ARGUMENTS]",
        "an index in a cluster as it grows and is divided",
        "benchmarks/opensearch/scale.py",
    ),
    "cluster-queries": Command(
        "[ARGUMENTS]",
        "a question to an index in a cluster, beside the cluster's own",
        "benchmarks/opensearch/queries.py",
    ),
    "patterns": Command(
        "[ARGUMENTS]", "what patterns cost that fit few words, many, or all", "benchmarks/parts/patterns.py"
    ),
    "compiled": Command(
        "[ARGUMENTS]", "Whoosh's queries over arrays, beside its own matchers", "benchmarks/parts/compiled.py"
    ),
    "isolation": Command(
        "[ARGUMENTS]", "what reading files in a process of their own costs", "benchmarks/parts/isolation.py"
    ),
    "analysis": Command(
        "[COMMIT]", "how fast text is taken apart, beside an earlier state", "benchmarks/parts/analysis.py"
    ),
    "pdf": Command(
        "[FOLDER]", "how long a page of PDFs takes, beside plain PDFium", "benchmarks/parts/pdf.py"
    ),
    "trust": Command(
        "[--long] [ARGUMENTS]",
        "test the promises and write docs/reliability.md anew",
        "benchmarks/trust/trust.py",
    ),
    "cost": Command(
        "[COMMIT]",
        "what this state costs beside an earlier one, bounds included",
        "benchmarks/trust/trust_cost.py",
    ),
    "audit": Command(
        "[--offline]", "hashes, versions, licences and advisories of the locks", "benchmarks/trust/audit.py"
    ),
    "wheel": Command(
        "[FOLDER]",
        "build the wheel and the sdist (into dist/)",
        "tools/wheel.py",
        locks="run",
        project=False,
    ),
    "opensearch": Command(
        "start|stop|status [OPTIONS]",
        "a real OpenSearch on this machine (`opensearch --help`)",
        "tools/opensearch/command.py",
        locks="",
    ),
    "cluster-indexing": Command(
        "[ARGUMENTS]", "how fast an index in a cluster is made", "benchmarks/opensearch/indexing.py"
    ),
    "lock": Command(
        "[UV ARGUMENTS]", "write requirements/ anew from pyproject.toml (needs uv)", "tools/lock.py", locks=""
    ),
    "schemathesis": Command(
        "",
        "install what makes up requests of the API's description, for its test",
        "tools/fuzzing.py",
        locks="",
    ),
    "clean": Command("", "remove all that these commands made", "tools/clean.py", locks=""),
}
