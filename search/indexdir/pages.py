"""Pages of an index: small files of JSON that are read by a schema, and named by the table with a checksum.

Whoever made an index may have written anything into its pages, with a right checksum. So each page is
checked against what such a page holds before any of it is used: a missing or an unknown key, a value of
another type or beyond its bounds, a text that no file system takes are one error, which names the page.
What a page holds is said by the file that reads it.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

from coopsearch.search.indexdir.names import PAGE
from coopsearch.search.indexdir.opening import MOST, damaged, map_file, read_file

#: Returns a value that is as it should be, maybe in another shape. Raises ValueError for any other.
Check = Callable[[Any], Any]
#: Whole numbers up to this fit everywhere.
LARGEST: Final = (1 << 63) - 1
_UNFIT: Final = re.compile("[\0\ud800-\udfff]")


class Page(NamedTuple):
    """A file that belongs to a state of an index, as the table of that state names it."""

    name: str
    size: int
    """Bytes."""
    crc32: int


def page_of(name: str, data: bytes) -> Page:
    """Return what a table says of a file with this content."""
    return Page(name, len(data), zlib.crc32(data))


def read_page(folder: Path, page: Page) -> bytes:
    """Return the content of a page. Raises IndexDamaged if it is not what was written, or is missing."""
    path = folder / page.name
    try:
        data = read_file(path, most=MOST)
    except FileNotFoundError:
        raise damaged(path, "is missing") from None
    _compare(path, page, data)
    return data


def map_page(folder: Path, page: Page) -> Any:
    """Return the content of a page as a memory map, unchecked: see ``checked``. Raises IndexDamaged."""
    path = folder / page.name
    try:
        return map_file(path)
    except FileNotFoundError:
        raise damaged(path, "is missing") from None


def checked(folder: Path, page: Page, data: Any) -> bytes:
    """Return the bytes of a mapped page. Raises IndexDamaged if they are not what was written."""
    content = bytes(data)
    _compare(folder / page.name, page, content)
    return content


def _compare(path: Path, page: Page, data: bytes) -> None:
    if len(data) != page.size:
        raise damaged(path, f"has {len(data):,} bytes instead of {page.size:,}")
    if zlib.crc32(data) != page.crc32:
        raise damaged(path, "differs from what was written")


def parse(path: Path, data: bytes | str, check: Check) -> Any:
    """Return the value of a page that a check accepts. Raises IndexDamaged, which names the page."""
    try:
        return check(json.loads(data, parse_constant=_refuse))
    except (ValueError, RecursionError, OverflowError, TypeError, KeyError, AttributeError):
        raise damaged(path, "cannot be read, as it does not hold what such a page holds") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def text(value: Any) -> str:
    """Accept a text without NUL and lone surrogates."""
    if not isinstance(value, str) or _UNFIT.search(value):
        raise ValueError(value)
    return value


def string(value: Any) -> str:
    """Accept any text: one that is shown alone, and names nothing."""
    if not isinstance(value, str):
        raise ValueError(value)
    return value


def flag(value: Any) -> bool:
    """Accept true and false."""
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def whole(value: Any) -> int:
    """Accept a whole number from 0 to ``LARGEST``."""
    if type(value) is not int or not 0 <= value <= LARGEST:
        raise ValueError(value)
    return value


def integer(value: Any) -> int:
    """Accept a whole number, negative ones included: a time before 1970, say."""
    if type(value) is not int or not -LARGEST <= value <= LARGEST:
        raise ValueError(value)
    return value


def number(value: Any) -> float:
    """Accept a number that is finite."""
    if type(value) not in {int, float} or not abs(value) <= LARGEST:
        raise ValueError(value)
    return float(value)


def fitting(pattern: re.Pattern[str]) -> Check:
    """Accept a text that fits a pattern as a whole."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or pattern.fullmatch(value) is None:
            raise ValueError(value)
        return value

    return check


def maybe(inner: Check) -> Check:
    """Accept null beside what another check accepts."""
    return lambda value: None if value is None else inner(value)


def mapping(value: Any) -> dict[str, Any]:
    """Accept an object of anything: one whose values are checked where they are used."""
    if not isinstance(value, dict):
        raise ValueError(value)
    return value


def every(inner: Check) -> Check:
    """Accept a list each of whose values another check accepts; give a tuple."""

    def check(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ValueError(value)
        return tuple(map(inner, value))

    return check


def table(keys: Check, values: Check) -> Check:
    """Accept an object whose keys and values two checks accept."""

    def check(value: Any) -> dict[Any, Any]:
        if not isinstance(value, dict):
            raise ValueError(value)
        return {keys(key): values(one) for key, one in value.items()}

    return check


def record(wanted: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """Accept an object with these keys, and no others but those that are optional."""
    known = {**wanted, **(optional or {})}

    def check(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or not wanted.keys() <= value.keys() <= known.keys():
            raise ValueError(value)
        return {key: known[key](one) for key, one in value.items()}

    return check


def row(*checks: Check) -> Check:
    """Accept a list of as many values as there are checks; give a tuple."""

    def check(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ValueError(value)
        return tuple([one(part) for one, part in zip(checks, value, strict=True)])

    return check


_page = row(fitting(PAGE), whole, whole)


def page(value: Any) -> Page:
    """Accept how a table writes a page."""
    return Page(*_page(value))
