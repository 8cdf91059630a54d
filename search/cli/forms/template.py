"""The text of ``--format``: names of what a hit has in braces, and whatever stands around them.

It is not given to ``str.format``, which reaches attributes and makes text of any length. Does not depend on
an index.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from string import Formatter
from typing import Final, NamedTuple

from coopsearch.search.cli.display.terminal import safe
from coopsearch.search.cli.forms.cells import HIT, hit_cells
from coopsearch.search.errors import SettingsError
from coopsearch.search.model import Hit

#: Stands before the name of a field of the document's own.
_FIELDS: Final = "fields."
#: Where a value stands in its room, how many characters that has, and how many of the value are shown.
_ROOM: Final = re.compile(r"([<>^]?)([1-9]\d{0,2})?(?:\.([1-9]\d{0,2}))?")
#: Signs that a shell passes on as they are typed, and that nobody types into a template otherwise.
_SIGNS: Final[Mapping[str, str]] = {r"\t": "\t", r"\n": "\n", r"\\": "\\"}
_SIGN: Final = re.compile(r"\\[tn\\]")
_KEPT: Final = re.compile(r"([\t\n])")


class _Piece(NamedTuple):
    """A text, and the value that follows it."""

    before: str
    name: str | None
    side: str = ""
    room: int = 0
    most: int | None = None


class Template:
    """A line for each hit."""

    def __init__(self, text: str) -> None:
        """Read a template. Raises SettingsError for one that cannot be read, or for an unknown name."""
        if not text:
            raise SettingsError("--format is empty; give what a line shows, as in '{path}:{line}: {snippet}'")
        try:
            parsed = list(Formatter().parse(text))
        except ValueError as error:
            raise SettingsError(
                f"--format {text!r:.80}: {error}; write {{{{ and }}}} for the braces themselves"
            ) from None
        self._pieces = [
            _value(_literal(before), name, spec, conversion, text)
            for before, name, spec, conversion in parsed
        ]

    def line(self, hit: Hit, index: str = "") -> str:
        """Return the line of a hit. ``index`` is the folder of the only index asked."""
        values = dict(zip(HIT, hit_cells(hit, index), strict=True))
        line = []
        for before, name, side, room, most in self._pieces:
            line.append(before)
            if name is None:
                continue
            value = hit.fields.get(name.removeprefix(_FIELDS)) if name.startswith(_FIELDS) else values[name]
            shown = "" if value is None else safe(str(value), most)
            line.append(
                _PLACED[side or ("" if isinstance(value, str) or value is None else ">")](shown, room)
            )
        return "".join(line)


_PLACED: Final[Mapping[str, Callable[[str, int], str]]] = {
    "": str.ljust,
    "<": str.ljust,
    ">": str.rjust,
    "^": str.center,
}


def _literal(text: str) -> str:
    signs = _SIGN.sub(lambda match: _SIGNS[match[0]], text)
    return "".join(piece if piece in {"\t", "\n"} else safe(piece) for piece in _KEPT.split(signs))


def _value(before: str, name: str | None, spec: str | None, conversion: str | None, text: str) -> _Piece:
    if name is None:
        return _Piece(before, None)
    if name not in HIT and not (name.startswith(_FIELDS) and name != _FIELDS):
        known = ", ".join((*HIT, f"{_FIELDS}NAME"))
        raise SettingsError(f"--format knows no {{{name:.80}}}; there are: {known}")
    room = _ROOM.fullmatch(spec or "")
    if conversion or room is None:
        raise SettingsError(
            f"--format {text!r:.80}: what follows {name:.80} is not a width; give 1 to 999, with <, > or ^ "
            "before it, and behind a dot how much is shown, as in {title:<40.40}"
        )
    return _Piece(before, name, room[1], int(room[2] or 0), int(room[3]) if room[3] else None)
