"""Where the index is, and which folder a new one is made from.

The first that says so wins: the option, the environment, the project around the working directory, the
user's settings, the user's data folder. Nothing here depends on where coopsearch is installed, nothing is
made, and nothing but files of settings is opened.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from coopsearch.search.errors import SettingsError
from coopsearch.search.indexdir.names import META_FILE

VARIABLE: Final = "COOPSEARCH_INDEX"
FOLDER: Final = "index_data"
SEEDS: Final = "seeds"
#: The file of settings of a project, as ``settings.files`` names it.
SETTINGS: Final = "coopsearch.toml"


def index_folder(
    option: str | os.PathLike[str] | None = None,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
) -> Path:
    """Return the absolute path of the index to use; it need not exist.

    ``option``, else ``$COOPSEARCH_INDEX``, else the nearest ``index_data/`` from ``directory`` upwards
    (or beside the nearest ``seeds/``, or named in the nearest ``coopsearch.toml``, if that is nearer), else
    the one named in the user's own settings, else the user's data folder. An option or a variable may name
    the folder of a project, too: then it means the ``index_data/`` in it. Raises SettingsError for an empty
    option or variable, TypeError for an option that is not a path.
    """
    environment = os.environ if environment is None else environment
    if option is not None:
        return _given(file_text(option), "--index", directory)
    if VARIABLE in environment:
        return _given(file_text(environment[VARIABLE]), VARIABLE, directory)
    project = True
    for folder in _upwards(working_directory() if directory is None else directory):
        if project and os.path.lexists(folder / SETTINGS):
            project = False
            if (named := _named_in(folder / SETTINGS, own=False)) is not None:
                return named
        if (folder / FOLDER).is_dir() or (folder / SEEDS).is_dir():
            return _real(folder / FOLDER)
    # Imported here: a project or a variable answers first in nearly every call.
    from coopsearch.search.settings.files import user_file

    own = user_file(environment)
    if own is not None and own.is_file() and (named := _named_in(own, own=True)) is not None:
        return named
    from platformdirs import user_data_path

    return user_data_path("coopsearch", appauthor=False) / FOLDER


def _named_in(path: Path, *, own: bool) -> Path | None:
    """Return the index that a file of settings names, None if it names none. Raises SettingsError."""
    # Imported here: most projects have no such file.
    from coopsearch.search.settings.files import read
    from coopsearch.search.settings.values import index_of

    found = index_of(read(path, own=own))
    return None if found is None else _real(found)


def project_seeds(index: Path, directory: Path | None = None) -> Path | None:
    """Return the ``seeds/`` folder of the project, or None outside of one.

    The project is where the index stands, or else the nearest folder from ``directory`` upwards that has
    ``seeds/``.
    """
    directory = working_directory() if directory is None else directory
    for folder in (index.parent, *_upwards(directory)):
        if (folder / SEEDS).is_dir():
            return folder / SEEDS
    return None


def working_directory() -> Path:
    """Return the working directory. Raises SettingsError if it was deleted under the shell."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise SettingsError("the working directory no longer exists; change to another one") from None


def absolute(text: str, directory: Path | None = None) -> Path:
    """Return a path as it is written, made absolute, without resolving links; ~ is the user's home.

    Raises SettingsError for the home of a user that there is not, and for a relative path from a working
    directory that was deleted.
    """
    try:
        path = Path(text).expanduser()
    except RuntimeError:
        user = text.partition("/")[0]
        raise SettingsError(f"there is no home folder of {user}; write the path in full") from None
    if not path.is_absolute():
        path = (working_directory() if directory is None else directory) / path
    return Path(os.path.normpath(path))


def path_text(path: object) -> str:
    """Return the text of a path or an address that a caller gave. Raises TypeError, or else SettingsError.

    What no file can be called must not reach the files: it would pass for a fault of the index.
    """
    text = os.fspath(path) if isinstance(path, (str, os.PathLike)) else None
    if not isinstance(text, str):
        raise TypeError(f"a path is a str or an os.PathLike, not {type(path).__name__}: {path!r:.60}")
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        raise _impossible(text) from None
    return text


def file_text(path: object) -> str:
    """Return the text of the path of a file or a folder that a caller gave; raises what ``path_text`` does.

    A NUL ends the name of a file. In the address of a member, or of a record, one may stand.
    """
    text = path_text(path)
    if "\0" in text:
        raise _impossible(text)
    return text


def _impossible(text: str) -> SettingsError:
    return SettingsError(f"no file can be called {text!r:.60}; give another path")


def _given(value: str, name: str, directory: Path | None) -> Path:
    if not value.strip():
        raise SettingsError(f"{name} is empty; give the folder of an index, or leave it out")
    return _real(_within(absolute(value, directory)))


def _within(folder: Path) -> Path:
    """Return the index of a project whose folder was given; any other folder as it is."""
    inside = folder / FOLDER
    is_project = os.path.lexists(inside / META_FILE) and not os.path.lexists(folder / META_FILE)
    return inside if is_project else folder


def _real(index: Path) -> Path:
    """Return where an index is that is reached by a link: what it calls its sources, it calls from there."""
    try:
        return index.resolve() if index.is_symlink() else index
    except (OSError, RuntimeError):
        return index  # a link to itself: whoever opens it says so


def _upwards(directory: Path) -> Iterator[Path]:
    yield directory
    yield from directory.parents
