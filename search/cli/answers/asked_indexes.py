"""Opening the index that a command asks, or the several that it asks as one."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from coopsearch.search.index import Index
from coopsearch.search.indexdir.location import index_folder, working_directory
from coopsearch.search.settings.synonyms import synonyms_for

_NO_NAMES: Mapping[str, Path] = {}
_NO_CHOICE: Mapping[str, Any] = {}


def names_meant(options: Sequence[str] | None) -> Mapping[str, Path]:
    """Return the names that the settings give to indexes, where one of them may be meant."""
    if all(os.sep in one for one in options or ()):
        return _NO_NAMES
    # Imported here: most name a folder, or none.
    from coopsearch.search.settings.lookup import index_names

    return index_names(working_directory())


def open_asked(
    options: Sequence[str] | None,
    *,
    skip_unreadable: bool = False,
    names: Mapping[str, Path] = _NO_NAMES,
    translation: Mapping[str, Any] = _NO_CHOICE,
) -> Index:
    """Open what ``--index`` says, once or several times; without it the one that is found from here.

    ``names`` gives folders of indexes by names that may stand in their place; ``translation`` is what
    ``open_index`` takes of that. Raises what ``open_index``
    raises.
    """
    if not options or (len(options) == 1 and options[0] not in names and not skip_unreadable):
        return _one(index_folder(options[0] if options else None), translation)
    # Imported here: most commands ask one index.
    from coopsearch.search.federation.indexes import open_indexes
    from coopsearch.search.federation.names import named_folder

    if len(options) == 1 and not skip_unreadable:
        return _one(index_folder(named_folder(options[0], names)), translation)
    return open_indexes(
        [named_folder(option, names) for option in options],
        skip_unreadable=skip_unreadable,
        names={str(folder): name for name, folder in names.items()},
        **translation,
    )


def _one(folder: Path, translation: Mapping[str, Any]) -> Index:
    """Open one index, with the synonyms that the settings give it."""
    return Index(folder, synonyms=synonyms_for(folder), **translation)
