"""What a writer sees to when it opens an index: no strays, whole files, and the table for Whoosh.

Loads NumPy for that table alone. Does not depend directly on documents or queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from coopsearch.search.engines.columns.storage.mapped_file import ArrayFile
from coopsearch.search.engines.columns.storage.toc import Toc, read_toc, strays
from coopsearch.search.errors import IndexUnreadable
from coopsearch.search.indexdir.durable import remove
from coopsearch.search.indexdir.opening import damaged
from coopsearch.search.indexdir.pages import Page, read_page
from coopsearch.search.indexdir.reading import reading

#: Bytes of a file that is read to its end when a writer opens: damage is then told by the run that meets it.
_WHOLE: Final = 1 << 20


def cleared(folder: Path) -> Toc:
    """Return the table, once what no state names is removed. Raises what ``read_toc`` raises."""
    toc = read_toc(folder)
    # Only the one writer makes files here: what no state names, a writer that was killed left.
    remove(folder, strays(folder, toc))
    return toc


@contextmanager
def opening(folder: Path) -> Iterator[None]:
    """Have damage that is met while files are opened told as that, and a missing file as damage."""
    with reading(folder, others=OSError):
        try:
            yield
        except FileNotFoundError as error:
            raise damaged(Path(error.filename), "is missing") from None


def check_small(files: Iterable[ArrayFile[Any]]) -> None:
    """Read small files to their ends, as they cost little. Raises IndexDamaged.

    Of large ones a look at what they begin with has to do; their blocks are checked as they are read.
    """
    for file in files:
        if file.size <= _WHOLE:
            file.verify()


def whole_for_whoosh(folder: Path, toc: Toc) -> tuple[Page, tuple[IndexUnreadable, ...]]:
    """Return the page of the table for Whoosh, and what was wrong with it if it had to be made anew.

    It is the same for all indexes.
    """
    try:
        read_page(folder, toc.whoosh)
    except IndexUnreadable as error:
        # Imported here: it brings Whoosh.
        from coopsearch.search.engines.columns.codec.codec import write_whoosh_toc

        return write_whoosh_toc(folder), (error,)
    return toc.whoosh, ()
