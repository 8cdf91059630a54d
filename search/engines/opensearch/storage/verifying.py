"""Looking whether all that a cluster keeps of an index is there, and can be read.

A cluster has checksums of its own files; here every document and every block of words is unpacked, and the
documents are counted. Does not depend on the client of a cluster.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from coopsearch.search.engines.base import Reader, Verified
from coopsearch.search.engines.nodes import Everything
from coopsearch.search.engines.opensearch.cluster.place import NAME
from coopsearch.search.errors import CoopsearchError, IndexDamaged, IndexMissing
from coopsearch.search.indexdir.opening import damaged
from coopsearch.search.indexdir.pages import read_page


def verify(folder: Path, opened: Callable[[Path], Reader]) -> Verified:
    """Read everything. Raises no IndexDamaged, but what ``open`` raises where the cluster cannot be asked."""
    try:
        reader = opened(folder)
    except (IndexDamaged, IndexMissing) as error:
        return Verified.of(1, 0, [error])
    with reader:
        errors: list[CoopsearchError] = []
        files, size = 1, (folder / NAME).stat().st_size
        for page in reader.pages.values():
            files, size = files + 1, size + page.size
            try:
                read_page(folder, page)
            except CoopsearchError as error:
                errors.append(error)
        for held in reader.held():
            files += 1
            try:
                size += sum(len(text) for text in held.texts)
                size += sum(len(term) for term in held.terms)
            except IndexDamaged as error:
                errors.append(error)
        errors += _lost(folder, reader)
    return Verified.of(files, size, errors)


def _lost(folder: Path, reader: Reader) -> list[CoopsearchError]:
    """Return what is wrong with the number of documents."""
    found = reader.search(Everything(), 0).total
    if found == reader.documents:
        return []
    return [damaged(folder, f"has {found:,} documents in the cluster instead of {reader.documents:,}")]
