"""Every hit of a query, printed as it is made: an answer of any length begins at once and needs no memory."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from coopsearch.search.cli.display import render
from coopsearch.search.cli.display.terminal import ADDRESS, safe, wrapped
from coopsearch.search.cli.exits import Exit
from coopsearch.search.cli.forms.form import Form, put
from coopsearch.search.desk.last_answer import MOST, remember
from coopsearch.search.errors import SettingsError
from coopsearch.search.index import Index
from coopsearch.search.model import Hit

#: What ``-n`` is where nobody gave it.
LIMIT: Final = 10


def refuse(form: Form | None, *, all_hits: bool, limit: int, apart: dict[str, bool]) -> None:
    """Raise SettingsError for options that do not go together.

    ``apart`` says of other options whether they were given: those that print lines beside the hits, which a
    form has no room for, or that look at all hits together.
    """
    given = [name for name, wanted in apart.items() if wanted]
    if given and (form is not None or all_hits):
        option = form.option if form is not None else "--all-hits"
        raise SettingsError(f"{given[0]} does not go together with {option}; leave one of them out")
    if all_hits and limit != LIMIT:
        raise SettingsError("--all-hits prints every hit, and -n so many; leave one of them out")


def print_all(
    opened: Index, query: str, form: Form | None, *, as_json: bool, options: Mapping[str, Any]
) -> int:
    """Print every hit in a form, as JSON, or for a person, and return the exit code.

    ``options`` are those of ``Index.iterate``.
    """
    snippets = form is None or form.snippets
    with opened.iterate(query, snippets=snippets, **options) as walk:
        hits: Iterable[Hit] = walk
        if snippets:
            hits = _remembered(walk, opened, query, walk.total, options)
        if form is not None:
            for text in form.text(hits, str(opened.folders[0])):
                put(text)
        else:
            for line in _json(hits, walk.notes) if as_json else _lines(hits, opened.labels):
                print(line)
        sys.stdout.flush()
        if not as_json:
            tell(walk.notes)
        if form is None and not as_json:
            documents = render.counted(opened.documents, "document")
            print(f"{walk.total:,} of {documents} match, all of them shown", file=sys.stderr)
        return Exit.FOUND if walk.total else Exit.NOTHING


def tell(notes: Iterable[str]) -> None:
    """Say on stderr how the query was read, where that may not be what was meant, below what is printed."""
    sys.stdout.flush()
    for note in notes:
        print(wrapped(safe(f"note: {note}", ADDRESS), sys.stderr), file=sys.stderr)


def _json(hits: Iterable[Hit], notes: tuple[str, ...]) -> Iterator[str]:
    return (render.json_line(hit, notes) for hit in hits)


def _lines(hits: Iterable[Hit], labels: Mapping[str, str]) -> Iterator[str]:
    for hit in hits:
        if hit.rank > 1:
            yield ""
        yield from render.hit_lines(hit, sys.stdout, labels.get(hit.index_folder, ""))


def _remembered(
    hits: Iterable[Hit], opened: Index, query: str, total: int, options: Mapping[str, Any]
) -> Iterator[Hit]:
    """Yield the hits, and keep the first of them as the last answer of this terminal."""
    first: list[Hit] = []
    for hit in hits:
        if len(first) < MOST:
            first.append(hit)
        yield hit
    remember(
        query,
        first,
        index=opened.folders,
        generations=opened.generations,
        total=total,
        options={
            name: value for name, value in options.items() if name not in ("sort", "names") and value != []
        },
    )
