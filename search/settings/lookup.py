"""What settings say for a folder or for an index, over all files that count there.

What is about an index (sources, rules for paths, synonyms) is read from the project in which the index
stands; all else from that of the working directory. Does not depend on an index or the terminal.
"""

from __future__ import annotations

from pathlib import Path

from coopsearch.search.settings.files import Page, pages, present, project_file, read
from coopsearch.search.settings.values import (
    Synonyms,
    indexes_of,
    rules_of,
    sources_of,
    synonyms_of,
    viewers_of,
)


def viewers(directory: Path) -> dict[str, str]:
    """Return the programs that open files, by format, from the user's own file. Raises SettingsError."""
    found: dict[str, str] = {}
    for page in pages(directory) if present(directory) else ():
        found = {**viewers_of(page), **found}
    return found


def index_names(directory: Path) -> dict[str, Path]:
    """Return the short names of indexes; those of the project count more. Raises SettingsError."""
    found: dict[str, Path] = {}
    for page in pages(directory):
        found = {**indexes_of(page), **found}
    return found


def sources(index: Path) -> list[Path]:
    """Return the sources that the project of an index names. Raises SettingsError."""
    page = _project_of(index)
    return [] if page is None else sources_of(page)


def path_rules(index: Path) -> tuple[str, ...] | None:
    """Return the rules for paths of the project of an index; None where it has no file of settings.

    A file without rules says that there are none. Raises SettingsError.
    """
    page = _project_of(index)
    return None if page is None else rules_of(page) or ()


def synonyms(index: Path) -> Synonyms:
    """Return the synonyms for an index: those of its project and the user's own. Raises SettingsError."""
    return tuple(one for page in pages(index.parent) for one in synonyms_of(page))


def _project_of(index: Path) -> Page | None:
    path = project_file(index.parent)
    return None if path is None else read(path, own=False)
