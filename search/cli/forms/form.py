"""The form in which hits are printed for a program: which one was asked for, and how it is written.

Does not depend on snippets.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from coopsearch.search.cli.display.terminal import ADDRESS, safe
from coopsearch.search.cli.forms.cells import HIT, MARK, hit_cells, row
from coopsearch.search.cli.forms.template import Template
from coopsearch.search.errors import SettingsError
from coopsearch.search.indexdir.addresses import files_in, is_added, original
from coopsearch.search.model import Hit, shown_path


class Form(NamedTuple):
    """How hits are printed."""

    option: str
    """The option that asks for it."""
    text: Callable[[Iterable[Hit], str], Iterator[str]]
    """Gives the text for hits, piece by piece, with all ends of lines; the other is the index's folder."""
    snippets: bool = True
    """Whether what a hit shows is part of it."""
    raw: bool = False
    """Whether it is for programs alone, as it holds names as they are."""


def only_form(
    *,
    json: bool = False,
    csv: bool = False,
    csv_excel: bool = False,
    paths: bool = False,
    paths0: bool = False,
    template: str | None = None,
) -> Form | None:
    """Return the form that was asked for, None for that of a person or JSON. Raises SettingsError for two."""
    asked = {
        "--json": json,
        "--csv": csv,
        "--csv-excel": csv_excel,
        "--paths": paths,
        "--paths0": paths0,
        "--format": template is not None,
    }
    names = [name for name, wanted in asked.items() if wanted]
    if len(names) > 1:
        raise SettingsError(f"{' and '.join(names)} are two forms of one answer; give one of them")
    if template is not None:
        made = Template(template)
        return Form("--format", lambda hits, index: (f"{made.line(hit, index)}\n" for hit in hits))
    if csv or csv_excel:
        return Form(names[0], lambda hits, index: table(hits, index, mark=csv_excel))
    if paths:
        return Form("--paths", lambda hits, index: _paths(hits), snippets=False)
    if paths0:
        if sys.stdout.isatty():
            raise SettingsError("--paths0 gives names as they are, to a program; on a terminal use --paths")
        return Form("--paths0", lambda hits, index: _paths0(hits), snippets=False, raw=True)
    return None


def put(text: str) -> None:
    """Write text to standard output in UTF-8, whatever the terminal's encoding, with its ends of lines."""
    data = text.encode("utf-8", "surrogateescape")
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:
        sys.stdout.write(text)
        return
    sys.stdout.flush()
    buffer.write(data)


def table(hits: Iterable[Hit], index: str, *, mark: bool) -> Iterator[str]:
    """Yield the rows of a table of hits; with ``mark`` it begins with the sign that Excel looks for."""
    yield (MARK if mark else "") + row(HIT)
    for hit in hits:
        yield row(hit_cells(hit, index))


def _files(hits: Iterable[Hit]) -> Iterator[str]:
    """Yield the address of the file of each hit, and those of its copies, none twice."""
    seen: set[str] = set()
    for address in chain.from_iterable((hit.path, *hit.also) for hit in hits):
        # Which part of an address is the file, the disk says: its name may hold a "!" itself.
        named = files_in(address) if "!" in address else ()
        file = next((one for one in named if os.path.lexists(original(one))), address)
        if file not in seen:
            seen.add(file)
            yield file


def _paths(hits: Iterable[Hit]) -> Iterator[str]:
    for file in _files(hits):
        yield f"{safe(shown_path(file), ADDRESS)}\n"


def _paths0(hits: Iterable[Hit]) -> Iterator[str]:
    left = 0
    for file in _files(hits):
        if is_added(file):
            # A program that takes names opens files.
            left += 1
        else:
            yield f"{shown_path(original(file))}\0"
    if left:
        what = (
            "1 document that a script added has no file, and is"
            if left == 1
            else (f"{left:,} documents that scripts added have no file, and are")
        )
        print(f"note: {what} left out", file=sys.stderr)
