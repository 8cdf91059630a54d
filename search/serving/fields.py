"""The fields of a JSON object that a request brings, each of its type; none that is not known.

Does not depend on the web's libraries.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from coopsearch.search.serving.problems import Refused

#: Texts of a list at most, and the largest number that all programs read alike.
MOST: Final = 1_000
LARGEST: Final = (1 << 53) - 1


class Fields:
    """An object, whose fields are taken one by one. All raise Refused for a value of another type."""

    def __init__(self, value: Mapping[str, Any]) -> None:
        """Take the object."""
        self._value = dict(value)

    def text(self, name: str) -> str:
        """Return a text, "" where it is not given."""
        found = self._value.pop(name, "")
        if not isinstance(found, str):
            raise _other(name, "a text")
        # A lone surrogate is not text, and nothing that is kept could hold it.
        return found.encode("utf-8", "replace").decode()

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts, an empty one where it is not given."""
        found = self._value.pop(name, [])
        if not isinstance(found, list) or len(found) > MOST or not all(isinstance(one, str) for one in found):
            raise _other(name, "a list of texts")
        return tuple(one.encode("utf-8", "replace").decode() for one in found)

    def flag(self, name: str, *, usual: bool = False) -> bool:
        """Return true or false."""
        found = self._value.pop(name, usual)
        if not isinstance(found, bool):
            raise _other(name, "true or false")
        return found

    def number(self, name: str, usual: int, least: int, most: int) -> int:
        """Return a whole number between two bounds."""
        found = self._value.pop(name, usual)
        found = _whole(found)
        if not isinstance(found, int) or isinstance(found, bool) or not least <= found <= most:
            raise _other(name, f"a whole number from {least:,} to {most:,}")
        return found

    def span(self, name: str) -> tuple[int, int] | None:
        """Return a range of characters, None where it is not given."""
        if name not in self._value:
            return None
        found = self._value.pop(name)
        match [_whole(one) for one in found] if isinstance(found, list) else found:
            case [bool(), _] | [_, bool()]:
                pass
            case [int(low), int(high)] if 0 <= low <= high <= LARGEST:
                return low, high
        raise _other(name, "two numbers, the first not above the second")

    def done(self) -> None:
        """Raise Refused where a field is left."""
        if self._value:
            name = next(iter(self._value))
            raise Refused(HTTPStatus.BAD_REQUEST, "json", f"there is no field {name!r:.60} here")


def _whole(value: object) -> object:
    """Return a number as a whole one where it is one: JSON has one kind, and some write all with a point."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _other(name: str, wanted: str) -> Refused:
    return Refused(HTTPStatus.BAD_REQUEST, "json", f"the field {name!r} must be {wanted}")
