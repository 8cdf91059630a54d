"""The lines of calendars and address books (``NAME;PARAMETER=value:value``): unfolded and decoded.

[RFC 5545], [RFC 6350] and what came before them (vCalendar 1.0, vCard 2.1), whose values are in
quoted-printable and any charset.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from coopsearch.indexer.extract.mail.headers import charset_text

_LINE: Final = re.compile(r"[^\r\n]+")
_HEAD: Final = re.compile(r'(?:[\w-]{1,60}\.)?([\w-]{1,60})((?:;[^":;]*(?:"[^"]*"[^":;]*)*)*):')
_PARAMETER: Final = re.compile(r';([\w-]+)(?:=((?:"[^"]*"|[^";])*))?')
#: The longest name with its parameters; what is longer is no line of these.
_HEAD_LENGTH: Final = 10_000
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_CARET: Final = re.compile(r"\^([n^'])")
_CODED: Final = "QUOTED-PRINTABLE"


class ContentLine(NamedTuple):
    """A property."""

    name: str
    """In capitals, without the group before it."""
    parameters: dict[str, str]
    """By their names in capitals; one without a value is there with ""."""
    value: str
    """As it stands there, escapes and all."""

    def texts(self, between: str = ",") -> list[str]:
        """Return the texts that the value is a list of."""
        parts = re.split(rf"(?<!\\){between}", self.value) if between in self.value else [self.value]
        return [one for part in parts if (one := unescaped(part))]

    @property
    def text(self) -> str:
        """The value as one text."""
        return unescaped(self.value)


def unescaped(value: str) -> str:
    """Return a text without the escapes of its line ends, commas and semicolons."""
    if "\\" in value:
        value = _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)
    return value.strip()


def content_lines(text: str) -> Iterator[ContentLine]:
    """Yield the properties of a text. What is not a property is passed over."""
    for line in _unfolded(text):
        head = _HEAD.match(line[:_HEAD_LENGTH])
        if head is None:
            continue
        parameters = {
            name.upper(): _CARET.sub(_uncaret, (value or "").strip('"'))
            for name, value in _PARAMETER.findall(head[2])
        }
        value = line[head.end() :]
        if _is_coded(parameters):
            data = quopri.decodestring(value.encode("utf-8", "surrogateescape"))
            value = charset_text(data, parameters.get("CHARSET")) if data else ""
        yield ContentLine(head[1].upper(), parameters, value)


def _uncaret(match: re.Match[str]) -> str:
    return {"n": "\n", "^": "^", "'": '"'}[match[1]]


def _is_coded(parameters: dict[str, str]) -> bool:
    return _CODED in parameters or parameters.get("ENCODING", "").upper() == _CODED


def _unfolded(text: str) -> Iterator[str]:
    held: list[str] = []
    soft = False
    for match in _LINE.finditer(text):
        line = match[0]
        if held and line[0] in " \t":
            held.append(line[1:])
        elif held and soft:
            # A value in quoted-printable that goes on.
            held.append(line)
        else:
            if held:
                yield "".join(held)
            held = [line]
            soft = _CODED in line[:200].upper().partition(":")[0]
            if not soft:
                continue
        if soft and held[-1].endswith("="):
            held[-1] = held[-1][:-1]
        else:
            soft = False
    if held:
        yield "".join(held)
