"""Citations read again from a file that they were written to, in whichever style.

The file may have been pasted together, laid out anew or altered, and may come from anybody: what it says is
a claim that ``checking`` compares with the sources. Does not depend on an index.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from coopsearch.search.desk.citations import Citation, from_json, from_value
from coopsearch.search.desk.quotes import LONGEST
from coopsearch.search.desk.styles import TEX
from coopsearch.search.errors import SettingsError

#: Bytes of the largest file of citations: 30,000 of the longest.
MOST: Final = 64 << 20
_IDENTIFIED: Final = re.compile(r"coopsearch:([0-9a-f]{12})\b\W{1,20}sha256:([0-9a-f]{64})\b")
_ENTRY: Final = re.compile(r"@\w+\s*\{\s*coopsearch-([0-9a-f]{12})\s*,")
_FIELD: Final = re.compile(r"\s*+,?\s*+(\w+)\s*+=\s*+")
_BARE: Final = re.compile(r"\w*")
_BRACE: Final = re.compile(r"[{}]")
_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_QUOTED: Final = re.compile(
    rf"^“(.{{0,{2 * LONGEST}}}?)”[ \t]*$(?=\s*^[ \t]+\S|\s*\Z)", re.MULTILINE | re.DOTALL
)
_BLOCK: Final = re.compile(r"(?:^>.*\n?)+", re.MULTILINE)
_SAID: Final = re.compile(r"^[ \t]*(- )?(source|place|query): (.*)$", re.MULTILINE)
_UNTEX: Final = {written: sign for sign, written in TEX.items()}
_TEX: Final = re.compile("|".join(re.escape(one) for one in _UNTEX))
_NONE: Final = (
    "holds no citation; name a file of what `coopsearch cite` printed, with the lines that give its "
    "identifier and SHA-256"
)


def read_claims(path: Path) -> list[Citation]:
    """Return the citations of a file. Raises SettingsError for one that holds none, or cannot be read."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise SettingsError(f"{path} cannot be read: {(reason or str(error)).lower()}") from None
    if len(data) > MOST:
        raise SettingsError(f"{path} is larger than {MOST >> 20} MB; split it, and check the parts")
    found = list(claims_in(data.decode("utf-8-sig", "replace")))
    if not found:
        raise SettingsError(f"{path} {_NONE}")
    return found


def claims_in(text: str) -> Iterator[Citation]:
    """Yield the citations of a text in any of the styles, or as lines of JSON."""
    beginning = text.lstrip()[:1]
    if beginning in {"[", "{"}:
        found = [*_of_values(_values(text))] or [
            one for line in text.splitlines() if (one := from_json(line)) is not None
        ]
        if found:
            yield from found
            return
    # A draft can hold some of each.
    yield from _of_bibtex(text)
    yield from _of_text(text)


def _values(text: str) -> list[Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return value if isinstance(value, list) else [value]


def _of_values(values: Iterable[Any]) -> Iterator[Citation]:
    for value in values:
        if not isinstance(value, dict):
            continue
        custom = value.get("custom")
        kept = custom.get("coopsearch") if isinstance(custom, dict) else value
        if (one := from_value(kept)) is not None:
            yield one


def _of_text(text: str) -> Iterator[Citation]:
    at = 0
    for found in _IDENTIFIED.finditer(text):
        chunk = text[at : found.start()]
        at = found.end()
        # The last of each: what stands before it belongs to the text around.
        blocks = list(_BLOCK.finditer(chunk))
        said = {name: _unescaped(value) if item else value for item, name, value in _SAID.findall(chunk)}
        if blocks:
            lines = (line.removeprefix(">").strip() for line in blocks[-1][0].splitlines())
            quote = _unescaped(" ".join(lines))
        else:
            quotes = _QUOTED.findall(chunk)
            quote = " ".join(quotes[-1].split()) if quotes else ""
        yield Citation(
            id=found[1],
            path=said.get("source", "").strip(),
            file="",
            sha256=found[2],
            quote=quote,
            part="title" if said.get("place", "").startswith("the title") else "text",
            query=said.get("query", "").strip(),
        )


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def _of_bibtex(text: str) -> Iterator[Citation]:
    entries = list(_ENTRY.finditer(text))
    # No entry lies within another, so each is looked through once. Without any, no end is needed.
    ends = [*(one.start() for one in entries[1:]), len(text)]
    for found, end in zip(entries, ends, strict=False):
        fields = dict(_fields(text[found.end() : end]))
        yield Citation(
            id=found[1],
            path=fields.get("howpublished", ""),
            file="",
            sha256=fields.get("sha256", ""),
            quote=fields.get("quotation", ""),
            part="title" if fields.get("part") == "title" else "text",
            query=fields.get("query", ""),
        )


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Yield the fields of an entry, from its first on."""
    at = 0
    while found := _FIELD.match(text, at):
        at = found.end()
        if not text.startswith("{", at):
            # The name of a month stands without braces.
            bare = _BARE.match(text, at)
            at = bare.end() if bare is not None else at
            continue
        start, depth = at + 1, 0
        for brace in _BRACE.finditer(text, at):
            depth += 1 if brace[0] == "{" else -1
            if not depth:
                at = brace.end()
                break
        else:
            return
        value = " ".join(text[start : at - 1].split())
        yield found[1].lower(), _TEX.sub(lambda one: _UNTEX[one[0]], value)
