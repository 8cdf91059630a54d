"""What indexes are called: in answers, and by those who ask them.

Looks at no index. Does not depend on engines or the terminal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from coopsearch.search.indexdir.location import FOLDER

_NONE: Final[Mapping[str, str]] = {}


def labelled(folders: Sequence[Path], given: Mapping[str, str] = _NONE) -> dict[str, Path]:
    """Return folders of indexes, no two the same, by short names, no two the same.

    A name is that of the folder; of the usual ``index_data/``, that of the folder which holds it. Where two
    would have the same name, as many folders above are named too as tell them apart. ``given`` has names for
    some of the folders, by their paths.
    """
    found: dict[str, Path] = {}
    for folder in folders:
        if (name := given.get(str(folder), "")) and name not in found:
            found[name] = folder
            continue
        parts = _parts(folder)
        others = [_parts(other) for other in folders if other != folder]
        length = next(
            (size for size in range(1, len(parts)) if all(one[-size:] != parts[-size:] for one in others)),
            len(parts),
        )
        name = str(Path(*parts[-length:]))
        # Of a folder and the index_data/ in it both have the same name.
        found[str(folder) if name in found else name] = folder
    return found


def _parts(folder: Path) -> tuple[str, ...]:
    parts = folder.parts
    return parts[:-1] if folder.name == FOLDER and len(parts) > 2 else parts  # noqa: PLR2004 - the root stays
