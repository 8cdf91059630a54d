"""The indexes that a command asks: one, or several as one.

The names that settings give to indexes are resolved by then: see ``app.folders_of``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coopsearch.search.errors import SettingsError
from coopsearch.search.indexdir.addresses import is_added
from coopsearch.search.indexdir.location import absolute, index_folder, working_directory
from coopsearch.search.indexdir.meta import check_there
from coopsearch.search.model import shown_path

if TYPE_CHECKING:
    from coopsearch.search.index import Index

_NO_CHOICE: Mapping[str, Any] = {}


def asked_folders(options: Sequence[str | Path] | None) -> list[Path]:
    """Return the folders that ``--index`` names, none twice; without it the one that is found from here."""
    return list(dict.fromkeys(map(index_folder, options))) if options else [index_folder()]


def folders_there(options: Sequence[str | Path] | None) -> list[Path]:
    """Return the same. Raises IndexMissing where there is no index."""
    return [check_there(folder) for folder in asked_folders(options)]


def open_asked(
    options: Sequence[str | Path] | None,
    *,
    skip_unreadable: bool = False,
    expansion: Mapping[str, Any] = _NO_CHOICE,
) -> Index:
    """Open what ``--index`` says, once or several times; without it the one that is found from here.

    ``expansion`` is what ``open_index`` takes of that. Raises what ``open_index`` raises.
    """
    if not options or (len(options) == 1 and not skip_unreadable):
        # Imported here: who only names an index, or asks its desk, need not load what a search does.
        from coopsearch.search.index import Index
        from coopsearch.search.settings.synonyms import synonyms_for

        folder = index_folder(options[0] if options else None)
        return Index(folder, synonyms=synonyms_for(folder), **expansion)
    # Imported here: most commands ask one index.
    from coopsearch.search.federation.indexes import open_indexes

    return open_indexes(options, skip_unreadable=skip_unreadable, labels=_names(), **expansion)


def labels_of(folders: Sequence[Path]) -> dict[str, str]:
    """Return how several indexes are called, by their folders; one is not called anything."""
    if len(folders) < 2:  # noqa: PLR2004 - several
        return {}
    # Imported here: most commands ask one index.
    from coopsearch.search.federation.names import labelled

    return {str(folder): name for name, folder in labelled(folders, _names()).items()}


def _names() -> dict[str, str]:
    """Return the names that settings give to indexes, by their folders."""
    from coopsearch.search.settings.lookup import index_names

    return {str(index_folder(folder)): name for name, folder in index_names(working_directory()).items()}


def holding(path: str, opened: Sequence[Index]) -> list[Index]:
    """Return which of some open indexes hold a document, by its address.

    Where the whole path is that of a document in one of them, others are not meant that hold one of the same
    address relative to another place.
    """
    named = [path] if is_added(path) else [str(absolute(path)), path]
    return next((found for one in named if (found := [index for index in opened if index.holds(one)])), [])


def holders(path: str, folders: Sequence[Path]) -> list[Path]:
    """Return the folders of those indexes that hold a document; the only one is not asked.

    Raises SettingsError where none does, and what ``open_index`` raises.
    """
    if len(folders) == 1 or not path:
        return list(folders[:1])
    from coopsearch.search.index import Index

    with ExitStack() as stack:
        found = holding(path, [stack.enter_context(Index(folder)) for folder in folders])
    if found:
        return [index.folder for index in found]
    of = " and ".join(shown_path(str(folder)) for folder in folders)
    raise SettingsError(f"{path} is in none of the indexes {of}; run `coopsearch index` if it should be")
