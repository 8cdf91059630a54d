"""What the tables of a file of settings say, checked: the index, sources, limits, rules, synonyms, viewers.

The defaults of options are tables by the names of the commands; the command line knows these. Does not
depend on an index or the terminal.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from coopsearch.search.errors import SettingsError
from coopsearch.search.settings.files import Page
from coopsearch.search.settings.path_rules import PathRules

#: What stands in a file beside the tables of commands, with what each of them is for.
GENERAL: Final = {
    "sources": "folders and files that `coopsearch index` reads where none is named",
    "indexes": "short names for indexes, to be used with --index",
    "limits": "what reading one file may take, as with --limit of `coopsearch index`",
    "paths": "rules that make fields and days out of the paths of files",
    "synonyms": "words that mean the same",
    "viewers": "programs that open files of a format",
}
#: The key of the index in the table of the command `index`.
FOLDER: Final = "folder"
#: Those of them that only the user's own file may set: they name programs.
OWN: Final = frozenset({"viewers"})
#: Words of a synonym, and members of a group.
_WORDS: Final = 12
_MEMBERS: Final = 100

#: Words that are searched for in place of others: each word with those that stand for it.
Synonyms = tuple[tuple[str, tuple[str, ...]], ...]


def index_of(page: Page) -> Path | None:
    """Return the folder of the index that a file names, None if it names none. Raises SettingsError."""
    keys: tuple[str, ...] = ("index",)
    value = page.values.get("index")
    if isinstance(value, dict):
        # The table of the command of that name: [index] folder = "index_data" beside its options.
        value, keys = value.get(FOLDER), ("index", FOLDER)
    return None if value is None else _folder(page, _text(page, value, *keys), *keys)


def sources_of(page: Page) -> list[Path]:
    """Return the sources that a file names. Raises SettingsError."""
    value = page.values.get("sources", [])
    texts = [value] if isinstance(value, str) else _texts(page, value, "sources")
    return [_folder(page, text, "sources") for text in texts]


def indexes_of(page: Page) -> dict[str, Path]:
    """Return the names that a file gives to indexes. Raises SettingsError."""
    return {
        name: _folder(page, _text(page, value, "indexes", name), "indexes", name)
        for name, value in _table(page, "indexes").items()
    }


def limits_of(page: Page) -> list[str]:
    """Return the limits that a file sets, each as ``--limit`` takes it. Raises SettingsError."""
    found = []
    for name, value in _table(page, "limits").items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise page.error(f"limits.{name} takes a number, not {_shown(value)}", "limits", name)
        found.append(f"{name}={value}")
    return found


def rules_of(page: Page) -> tuple[str, ...] | None:
    """Return the rules for paths that a file holds, None if it has no such table. Raises SettingsError."""
    if "paths" not in page.values:
        return None
    table = _table(page, "paths")
    refuse_unknown(page, table, ["rules"], "paths")
    rules = tuple(_texts(page, table.get("rules", []), "paths", "rules"))
    try:
        PathRules(rules)
    except SettingsError as error:
        raise page.error(str(error), "paths", "rules") from None
    return rules


def viewers_of(page: Page) -> dict[str, str]:
    """Return the programs that a file names for formats. Raises SettingsError, also for a project's file."""
    if page.values.get("viewers") and not page.own:
        raise refused(page, "viewers")
    return {name: _text(page, value, "viewers", name) for name, value in _table(page, "viewers").items()}


def synonyms_of(page: Page) -> Synonyms:
    """Return the synonyms that a file holds. Raises SettingsError.

    ``boat = ["dinghy"]`` has a search for boat find dinghy, too; each member of one of the ``groups`` finds
    all others.
    """
    found = []
    for name, value in _table(page, "synonyms").items():
        if name == "groups" and isinstance(value, list) and all(isinstance(one, list) for one in value):
            for group in value:
                members = _members(page, group, "groups")
                found += [(one, tuple(each for each in members if each != one)) for one in members]
        else:
            _checked_synonym(page, name, name)
            members = _members(page, [value] if isinstance(value, str) else value, name)
            found.append((name, members))
    return tuple(found)


def _members(page: Page, value: Any, key: str) -> tuple[str, ...]:
    members = tuple(dict.fromkeys(_texts(page, value, "synonyms", key)))
    if len(members) > _MEMBERS:
        raise page.error(
            f"synonyms.{key} has {len(members):,} members; {_MEMBERS} at most are allowed", "synonyms", key
        )
    for one in members:
        _checked_synonym(page, one, key)
    return members


def _checked_synonym(page: Page, text: str, key: str) -> None:
    if not any(map(str.isalnum, text)) or len(text.split()) > _WORDS:
        raise page.error(
            f"synonyms.{key}: {text!r:.60} is not a word or a phrase of at most {_WORDS} words",
            "synonyms",
            key,
        )


def check(page: Page, commands: Iterable[str]) -> None:
    """Check all that is not an option of a command. Raises SettingsError."""
    refuse_unknown(page, page.values, [*GENERAL, *commands])
    for look in (index_of, sources_of, indexes_of, limits_of, rules_of, viewers_of, synonyms_of):
        look(page)


def refused(page: Page, *keys: str) -> SettingsError:
    """Return the error for what only the user's own file may set."""
    from coopsearch.search.settings.files import user_file

    own = user_file()
    where = f"set it in {own}" if own is not None else "set it there"
    return page.error(
        f"{'.'.join(keys)} is allowed in your own settings only, as a project may come from somebody else; "
        f"{where}",
        *keys,
    )


def refuse_unknown(page: Page, table: Mapping[str, Any], known: Sequence[str], *above: str) -> None:
    """Raise SettingsError for a key that there is not, with the nearest one that there is."""
    for name in table:
        if name in known:
            continue
        # Imported for those who mistype.
        from difflib import get_close_matches

        like = get_close_matches(name, known, 1, 0.6)
        full = ".".join((*above, name))
        meant = f"did you mean {'.'.join((*above, like[0]))}?" if like else f"there are: {', '.join(known)}"
        raise page.error(f"there is no setting {full}; {meant}", *above, name)


def _table(page: Page, name: str) -> Mapping[str, Any]:
    value = page.values.get(name, {})
    if not isinstance(value, dict):
        raise page.error(f"{name} is a table, written [{name}], not {_shown(value)}", name)
    return value


def _text(page: Page, value: Any, *keys: str) -> str:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise page.error(f"{'.'.join(keys)} takes a text in quotes, not {_shown(value)}", *keys)
    return value


def _texts(page: Page, value: Any, *keys: str) -> list[str]:
    if not isinstance(value, list):
        raise page.error(f'{".".join(keys)} takes a list, as in ["one", "two"], not {_shown(value)}', *keys)
    return [_text(page, one, *keys) for one in value]


def _shown(value: Any) -> str:
    # As TOML writes it, for a person who wrote TOML.
    if isinstance(value, bool):
        return str(value).lower()
    return (
        f"{value!r:.60}"
        if isinstance(value, str | int | float)
        else "a list"
        if isinstance(value, list)
        else "a table"
        if isinstance(value, dict)
        else "a date"
    )


def _folder(page: Page, text: str, *keys: str) -> Path:
    """Return a path that a file gives: relative to its folder, in a project's file inside of that."""
    given = os.path.expanduser(text) if page.own else text  # noqa: PTH111
    # As text: links stay as they are.
    path = os.path.normpath(os.path.join(page.folder, given))  # noqa: PTH118
    if not page.own:
        inside = os.path.realpath(page.folder)
        # Neither dots nor links lead out of the project.
        if not _below(path, str(page.folder)) or not _below(os.path.realpath(path), inside):
            raise page.error(
                f"{'.'.join(keys)} = {text!r:.60} lies outside of the project, where a project's file may "
                "name nothing; set it in your own settings, or name it on the command line",
                *keys,
            )
    return Path(path)


def _below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(os.path.join(folder, ""))  # noqa: PTH118
