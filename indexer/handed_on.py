"""Indexes that somebody handed on: their documents are here, and the files that gave them are elsewhere.

A packed index has no sources and no manifest, so no run can tell what it holds: a rebuild would begin anew,
and what is added would be counted alone. So nothing is written into one. Does not depend on the walk or file
formats.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path

from coopsearch.indexer.manifest.manifest import ROLE, Manifest
from coopsearch.search.engines import engine_of
from coopsearch.search.engines.base import Reader
from coopsearch.search.errors import CoopsearchError, IndexMissing, SettingsError
from coopsearch.search.indexdir.meta import IndexMeta, read_meta
from coopsearch.search.indexdir.opening import names_in
from coopsearch.search.schema import FILE

#: Files that a message names.
_NAMED = 3


def is_handed_on(meta: IndexMeta, roles: Collection[str], documents: int) -> bool:
    """Say whether an index holds documents that no run of this program here has read.

    ``roles`` are those of the pages beside the documents.
    """
    return bool(documents) and _has_no_sources(meta) and not any(one.startswith(ROLE) for one in roles)


def _has_no_sources(meta: IndexMeta) -> bool:
    return not meta.sources and not meta.added


def refuse(index: Path, what: str, step: str = "") -> None:
    """Raise SettingsError for an index that somebody handed on.

    ``what`` says what cannot be done with it, and ``step`` what to do instead.
    """
    try:
        meta = read_meta(index)
    except IndexMissing:
        return
    except CoopsearchError:
        return  # whoever opens it says what is wrong
    if not _has_no_sources(meta):
        return
    try:
        with engine_of(meta.engine, index).open(index / meta.data) as reader:
            held = is_handed_on(meta, reader.pages, reader.documents)
            count = f"{reader.documents:,} document{'' if reader.documents == 1 else 's'}"
    except (CoopsearchError, OSError):
        # Of another version, or damaged: what it holds is not known, and what no source gives anew stays.
        held, count = bool(_files(index / meta.data)), "documents"
    if held:
        usual = (
            "index your own files into another folder and ask both (--index, twice), or remove this index if "
            "its documents are not needed any more"
        )
        raise SettingsError(
            f"the index at {index} was handed on by somebody else: it holds {count} without their files, "
            f"{what}; {step or usual}"
        )


def _files(data: Path) -> list[str]:
    try:
        return names_in(data)
    except (CoopsearchError, OSError):
        return []


def without_rows(reader: Reader, manifest: Manifest) -> list[str]:
    """Return some files that an index holds documents of, and that its manifest does not know: three at most.

    Such documents came with an index that was handed on, and would not outlive a rebuild.
    """
    return list(islice(_unknown(reader, manifest), _NAMED))


def _unknown(reader: Reader, manifest: Manifest) -> Iterator[str]:
    for file, _ in reader.terms(FILE):
        # A term may be that of a deleted document.
        if manifest.get(file) is None and reader.documents_in_file(file):
            yield file
