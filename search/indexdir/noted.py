"""Lists in the user's own settings, a line for each thing: what the user said once, and is not asked again.

Such a file lies with the user's settings and never in an index, which anybody may have written. Does not
depend on an index.
"""

from __future__ import annotations

from pathlib import Path

from coopsearch.search.errors import SettingsError


def noted(name: str) -> list[str]:
    """Return the lines of a list, none where it is not there or cannot be read."""
    try:
        text = _file(name).read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return []
    return [line for line in map(str.strip, text.splitlines()) if line]


def note(name: str, lines: list[str], otherwise: str) -> None:
    """Add lines to a list. Raises SettingsError, which says what can be done ``otherwise``."""
    path = _file(name)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", errors="surrogateescape") as stream:
            stream.write("".join(f"{line}\n" for line in lines))
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}; {otherwise}") from None


def _file(name: str) -> Path:
    # Imported here: nearly every index is its user's own.
    from platformdirs import user_config_path

    return user_config_path("coopsearch", appauthor=False) / name
