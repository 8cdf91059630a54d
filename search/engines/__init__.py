"""The engines that can keep an index, by name. Each is imported when it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from coopsearch.search.errors import IndexOutdated, SettingsError

if TYPE_CHECKING:
    from coopsearch.search.engines.base import Engine

DEFAULT: Final = "columns"


#: Every engine there is.
NAMES: Final = ("whoosh", "columns")


def engine(name: str = DEFAULT) -> Engine:
    """Return an engine by name. Raises SettingsError, which lists those there are."""
    if name == "whoosh":
        from coopsearch.search.engines.whoosh.engine import WhooshEngine

        return WhooshEngine()
    if name == "columns":
        from coopsearch.search.engines.columns.engine import ColumnsEngine

        return ColumnsEngine()
    raise SettingsError(f"there is no engine {name!r}; there are: {', '.join(NAMES)}")


def generation_of(name: str, folder: Path) -> int:
    """Return the number of the newest state in a folder, from its table alone: no engine is loaded.

    Raises FileNotFoundError or what ``Engine.open`` raises.
    """
    if name == "columns":
        from coopsearch.search.engines.columns.storage.toc import read_toc

        return read_toc(folder).generation
    if name == "whoosh":
        from coopsearch.search.engines.whoosh.table import read_table

        return read_table(folder).table.generation
    raise FileNotFoundError(folder)


def engine_of(name: str, index: Path) -> Engine:
    """Return the engine that an index says it is kept with. Raises IndexOutdated if there is none such."""
    if name not in NAMES:
        raise IndexOutdated(
            f"the index at {index} is kept with {name!r}, which this coopsearch does not know; "
            "run `coopsearch index --rebuild`"
        )
    return engine(name)
