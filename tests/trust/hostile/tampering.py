"""What somebody can write into a page of JSON: every value in it replaced by what should not be there."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any, Final, TypeVar

_T = TypeVar("_T")

#: Stands for a text that `json.dumps` would not write.
_RAW: Final = "@raw@"
#: What takes the place of a value, as JSON, by name.
VALUES: Final[dict[str, str]] = {
    "null": "null",
    "true": "true",
    "minus one": "-1",
    "a fraction": "1.5",
    "huge": str(10**30),
    "more digits than are read": "9" * 5_000,
    "infinity": "1e999",
    "NaN": "NaN",
    "minus infinity": "-Infinity",
    "empty text": '""',
    "NUL": '"a\\u0000b"',
    "lone surrogate": '"\\ud800"',
    "control characters": '"\\u001b]0;x\\u0007\\u009b31m"',
    "upwards": '"../../x.col"',
    "list": "[]",
    "list in a list": "[[[1]]]",
    "object": "{}",
    "brackets": "[" * 100_000 + "]" * 100_000,
    "open brackets": "[" * 100_000,
    "braces": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "zero": "0",
    "other number": "7",
}
#: What stands instead of the whole page.
WHOLE: Final[dict[str, str]] = {
    "nothing": "",
    "empty object": "{}",
    "list": "[]",
    "text": '"x"',
    "number": "5",
    "null": "null",
    "words": "{no json}",
    "brackets": "[" * 100_000,
    "objects": '{"a":' * 100_000,
    "bad UTF-8": '{"a":"\udcff"}',
}


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each value in a page."""
    if at:
        yield at
    if isinstance(value, dict):
        for key, one in value.items():
            yield from places(one, (*at, key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from places(one, (*at, number))


def _holder(value: Any, at: tuple[Any, ...]) -> tuple[Any, Any]:
    for key in at[:-1]:
        value = value[key]
    return value, at[-1]


def tampered(text: bytes, chance: random.Random, most: int) -> Iterator[tuple[str, bytes]]:
    """Yield a name and the text of a page for each of some ways to change one."""
    page = json.loads(text)
    ways = [*places(page)]
    cases: list[tuple[str, tuple[Any, ...], str]] = [
        (name, at, raw) for at in ways for name, raw in VALUES.items()
    ]
    cases += [(kind, at, kind) for at in ways for kind in ("missing", "unknown", "twice", "renamed")]
    for name, at, raw in _some(cases, chance, most):
        changed = copy.deepcopy(page)
        holder, key = _holder(changed, at)
        if raw in {"unknown", "twice", "renamed", "missing"}:
            if raw in {"missing", "renamed"}:
                old = holder.pop(key)
                if raw == "renamed" and isinstance(holder, dict):
                    holder[f"{key}x"] = old
            elif isinstance(holder, dict):
                holder[f"{key}\0{raw}"] = holder[key]
            else:
                holder.append(holder[key])
            said = json.dumps(changed)
            said = said.replace("\\u0000twice", "").replace("\\u0000unknown", " of no version")
        else:
            holder[key] = _RAW
            said = json.dumps(changed).replace(f'"{_RAW}"', raw)
        yield f"{'.'.join(map(str, at))[:60]} {name}", said.encode()
    for name, said in _some([*WHOLE.items()], chance, max(2, most // 4)):
        yield f"whole page: {name}", said.encode("utf-8", "surrogateescape")


def _some(cases: list[_T], chance: random.Random, most: int) -> list[_T]:
    return cases if len(cases) <= most else chance.sample(cases, most)
