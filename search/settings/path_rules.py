"""Rules that make days and fields out of the paths of files: ``speeches/{year}/{country}/*``.

A rule matches the end of a path, from any folder on. Does not depend on an index or file formats.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from coopsearch.search.errors import SettingsError

#: What a name in braces matches, where it is one of these; any other name is a field.
_DATES: Final = {
    "year": r"[12]\d{3}",
    "month": r"(?:0?[1-9]|1[0-2])",
    "day": r"(?:0?[1-9]|[12]\d|3[01])",
    "date": r"[12]\d{3}(?:-\d{2}-\d{2}|\d{4})",
}
#: Names that mean something else in a query.
_TAKEN: Final = frozenset({"text", "title", "heading", "path", "lang", "type", "modified", "folder", "ocr"})
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SIGNS: Final = re.compile(r"\{([^{}]*)\}|(\*+)|(\?)|([^{}*?]+)|(.)", re.DOTALL)
#: Signs of one folder of a rule that may match many characters: more would take long on a name that they do
#: not match.
_OPEN: Final = 3
#: Characters of a path; a longer one is not looked at, as rules would take long on it.
_FURTHEST: Final = 1024
#: Folders in each other, likewise.
_DEEPEST: Final = 100
#: Characters of a rule, and how many rules there may be.
_LONGEST: Final = 300
_MOST: Final = 200


class Given(NamedTuple):
    """What the rules say of a path."""

    day: str = ""
    """ISO 8601; the first day of what is known, where only the year or the month is. "" for none."""
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def mark(self) -> str:
        """A short text that is another where anything of this is another; "" where nothing is said."""
        if self == NOTHING:
            return ""
        # Imported here: a search of a project with settings does without it.
        import hashlib

        return hashlib.blake2b(repr(tuple(self)).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


#: What is said of a path that no rule matches.
NOTHING: Final = Given()


class PathRules:
    """Some rules; those that stand first count more."""

    def __init__(self, rules: Iterable[str] = ()) -> None:
        """Read the rules. Raises SettingsError for one that makes no sense."""
        self.rules = tuple(rules)
        if len(self.rules) > _MOST:
            raise SettingsError(f"there are {len(self.rules):,} rules for paths; {_MOST} at most are allowed")
        self._parts = [_parts(rule) for rule in self.rules]

    def given(self, address: str) -> Given:
        """Return what the rules say of the address of a file."""
        if not self._parts or len(address) > _FURTHEST:
            return NOTHING
        folders = unicodedata.normalize("NFC", address).lstrip("/").split("/")
        if len(folders) > _DEEPEST:
            return NOTHING
        day = ""
        fields: dict[str, str] = {}
        for parts in self._parts:
            if (said := _said(parts, folders)) is not None:
                dates = {name: said.pop(name, "") or "" for name in _DATES}
                day = day or _day(dates)
                for name, value in said.items():
                    fields.setdefault(name, value)
        return Given(day, tuple(sorted(fields.items()))) if day or fields else NOTHING


def _day(said: dict[str, str]) -> str:
    if found := said["date"].replace("-", ""):
        year, month, day = found[:4], found[4:6], found[6:]
    elif said["year"]:
        year, month = said["year"], said["month"] or "1"
        day = (said["month"] and said["day"]) or "1"
    else:
        return ""
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""  # 2023-02-30 is not a day, whatever it was meant for


#: A rule, folder by folder; None stands for any number of folders.
_Parts = tuple[re.Pattern[str] | None, ...]


def _parts(rule: str) -> _Parts:
    """Return what matches the folders of a rule."""
    if len(rule) > _LONGEST or not rule.strip("/ ") or not rule.isprintable():
        raise SettingsError(f"the rule {rule!r:.60} is empty, too long or not printable; write another")
    text = unicodedata.normalize("NFC", rule)
    if text.endswith("/"):
        text += "**"
    names: set[str] = set()
    parts = tuple(_folder(rule, folder, names) for folder in text.lstrip("/").split("/"))
    if not names:
        raise SettingsError(
            f"the rule {rule!r} names no field; write one in braces, as in speeches/{{year}}/{{country}}/*"
        )
    return parts


def _said(parts: _Parts, folders: list[str]) -> dict[str, str] | None:
    """Return what a rule finds in a path, from the first folder on from which it matches to the end.

    Each folder is matched by itself and each place once, so that no rule takes long on any path.
    """
    known: dict[tuple[int, int], dict[str, str] | None] = {}

    def rest(part: int, at: int) -> dict[str, str] | None:
        if (part, at) not in known:
            known[part, at] = find(part, at)
        return known[part, at]

    def find(part: int, at: int) -> dict[str, str] | None:
        if part == len(parts) or at >= len(folders):
            return {} if part == len(parts) and at == len(folders) else None
        wanted = parts[part]
        if wanted is None:
            if part == len(parts) - 1:
                return {}
            return found if (found := rest(part + 1, at)) is not None else rest(part, at + 1)
        if (match := wanted.fullmatch(folders[at])) is None:
            return None
        others = rest(part + 1, at + 1)
        return None if others is None else {**match.groupdict(), **others}

    starts = range(len(folders)) if None in parts else [len(folders) - len(parts)]
    return next((found for at in starts if at >= 0 and (found := rest(0, at)) is not None), None)


def _folder(rule: str, folder: str, names: set[str]) -> re.Pattern[str] | None:
    """Return what matches one folder of a rule, and note the names in it."""
    if folder == "**":
        return None
    parts, wide = [], 0
    for name, stars, mark, plain, other in (match.groups() for match in _SIGNS.finditer(folder)):
        if plain:
            parts.append(re.escape(plain))
        elif stars:
            wide += 1
            parts.append(".*")
        elif mark:
            parts.append(".")
        elif other or name is None:
            raise SettingsError(
                f"the rule {rule!r} has a brace without its other one; write names as {{year}}"
            )
        else:
            _check_name(rule, name, names)
            wide += name not in _DATES
            parts.append(f"(?P<{name}>{_DATES.get(name, '.+?')})")
            names.add(name)
    if wide > _OPEN:
        raise SettingsError(
            f"the rule {rule!r} has more than {_OPEN} open places in one folder; leave some out"
        )
    return re.compile("".join(parts), re.DOTALL)


def _check_name(rule: str, name: str, names: set[str]) -> None:
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f"the rule {rule!r} has the field {name!r}; a field is named by small letters, digits and _"
        )
    if name in _TAKEN:
        raise SettingsError(
            f"the rule {rule!r} has the field {name!r}, which means something else in a query"
        )
    if name in names:
        raise SettingsError(f"the rule {rule!r} has the field {name!r} twice; name it once")
