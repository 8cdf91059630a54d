"""What the bare name of the command says: where the index stands, and how to begin.

It opens the index and no more: ``status`` looks at every file.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from coopsearch.search.cli.display.render import ago, counted
from coopsearch.search.cli.display.terminal import ADDRESS, BOLD, DIM, has_colour, safe, shown_path, styled
from coopsearch.search.errors import CoopsearchError, IndexMissing
from coopsearch.search.indexdir.location import index_folder, project_seeds
from coopsearch.search.model import Coverage

#: How to begin: what to type, and what it does.
_FIRST: Final[tuple[tuple[str, str], ...]] = (
    ("coopsearch index ~/reports", "make an index of a folder of documents"),
    ("coopsearch smuggling routes", "ask it: the best documents, each with the passage that answers"),
)
#: What to do with an index.
_NEXT: Final[tuple[tuple[str, str], ...]] = (
    ("coopsearch smuggling routes", "ask: the best documents, each with the passage that answers"),
    ('coopsearch "smuggling routes" lang:fr', "a phrase in quotes, in one language"),
    ("coopsearch show 1", "read the first hit in its surroundings"),
    ("coopsearch index", "bring the index up to date"),
    ("coopsearch status", "what was read, and what was not and why"),
)


def welcome() -> int:
    """Print it; return the exit code."""
    for line in _lines():
        print(line)
    return 0


def _lines() -> Iterator[str]:
    colour = has_colour(sys.stdout)
    yield styled("coopsearch: full-text search for a folder of reports, offline", BOLD, colour=colour)
    yield ""
    folder = index_folder()
    place = safe(shown_path(str(folder)), ADDRESS)
    try:
        yield f"The index is {place}: {_state(folder)}."
        steps = _NEXT
    except IndexMissing:
        seeds = project_seeds(folder)
        if seeds is None:
            yield "There is no index here yet. To begin:"
            steps = _FIRST
        else:
            source = safe(shown_path(str(seeds)), ADDRESS)
            yield f"There is no index here yet. The first question makes one of {source}:"
            steps = _FIRST[1:]
    except CoopsearchError as error:
        yield f"The index at {place} cannot be used: {safe(str(error), ADDRESS)}"
        steps = _FIRST
    yield ""
    wide = max(len(step) for step, _ in steps)
    for step, what in steps:
        yield f"  {step:{wide}}  {styled(what, DIM, colour=colour)}"
    yield ""
    yield "All commands: coopsearch --help. Options of one: coopsearch search --help."


def _state(folder: Path) -> str:
    # Imported here: what an index says of itself is not known without opening it.
    from coopsearch.search.index import Index

    with Index(folder) as index:
        covered, documents = index.coverage, index.documents
    return counted(documents, "document") + _age(covered)


def _age(covered: Coverage | None) -> str:
    if covered is None or covered.updated is None:
        return ""
    return f", brought up to date {ago(time.time() - covered.updated)}"
