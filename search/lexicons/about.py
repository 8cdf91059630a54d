"""The page of a lexicon: where it comes from, under what licence, and which table is its own.

A page is JSON with a checksum, and read as what anybody may have written. Does not depend on the terminal.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.search.errors import CoopsearchError, IndexUntrusted
from coopsearch.search.indexdir.checksummed import content, sealed
from coopsearch.search.indexdir.opening import names_in, read_file
from coopsearch.search.indexdir.pages import every, fitting, parse, record, text, whole
from coopsearch.search.lexicons.place import PAGE, TABLE, is_name
from coopsearch.search.translation.entry import LANGUAGES
from coopsearch.search.translation.table import Unusable

#: Bytes of the largest page.
_MOST: Final = 1 << 16
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SUM: Final = re.compile(r"[0-9a-f]{8}", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


class About(NamedTuple):
    """What is known of a lexicon."""

    name: str
    title: str
    """As its file states it, "" if it does not."""
    licence: str
    """The same."""
    file: str
    """The path that it was added from."""
    sha256: str
    """Of that file."""
    kind: str
    """The format of that file."""
    encoding: str
    languages: tuple[str, ...]
    entries: int
    pairs: int
    """Of words in two languages."""
    added: str
    """When, in UTC."""
    version: int
    """Of the format of the table."""
    analysis: int
    """Of the rules by which its words were folded and stemmed."""
    size: int
    """Bytes of the table."""
    crc32: str
    """Of the table, which its name holds."""

    @property
    def table(self) -> str:
        """The name of its table, beside the page."""
        return table_name(self.name, self.crc32)


_SHORT: Final = dict.fromkeys(("name", "title", "licence", "file", "kind", "encoding"), text)
_RECORD: Final = record(
    {
        **_SHORT,
        "sha256": fitting(_SHA256),
        "languages": every(fitting(re.compile("|".join(LANGUAGES)))),
        **dict.fromkeys(("entries", "pairs", "version", "analysis", "size"), whole),
        "added": fitting(_DAY),
        "crc32": fitting(_SUM),
    }
)


def table_name(name: str, crc32: str) -> str:
    """Return the name of a table of a lexicon: another content has another name."""
    return f"{name}-{crc32}{TABLE}"


def is_table(file: str) -> bool:
    """Say whether a file has the name of a table of ours."""
    stem, _, crc32 = file.removesuffix(TABLE).rpartition("-")
    return file.endswith(TABLE) and is_name(stem) and _SUM.fullmatch(crc32) is not None


def is_table_of(file: str, name: str) -> bool:
    """Say whether a file is a table of a lexicon, an old one maybe."""
    return is_table(file) and file.startswith(f"{name}-")


def written(about: About) -> bytes:
    """Return the page."""
    return sealed(json.dumps(about._asdict(), ensure_ascii=False))


def read(folder: Path, name: str) -> About:
    """Read the page of a lexicon. Raises Unusable for one that is missing, damaged or foreign."""
    path = folder / f"{name}{PAGE}"
    try:
        found: dict[str, object] = parse(path, content(read_file(path, most=_MOST)), _RECORD)
    except FileNotFoundError:
        raise Unusable(name, "is not there any more") from None
    except ValueError:
        raise Unusable(name, f"is damaged: {path.name} differs from what was written") from None
    except CoopsearchError as error:
        raise Unusable(name, f"cannot be read: {reason(error)}") from None
    about = About(**found)  # type: ignore[arg-type] # each was checked
    if about.name != name:
        raise Unusable(name, f"is damaged: {path.name} is the page of another one")
    return about


def reason(error: CoopsearchError) -> str:
    """Return why a file of a lexicon cannot be read, of what is said of files of an index."""
    if isinstance(error, IndexUntrusted):
        return "others may have changed it, as they may write there, or it belongs to them"
    return str(error.args[0]).removeprefix("the index is damaged: ")


def names(folder: Path) -> list[str]:
    """Return what the lexicons in a folder are called, sorted; none where there is no folder."""
    try:
        found = names_in(folder)
    except CoopsearchError:
        return []
    return [stem for one in found if one.endswith(PAGE) and is_name(stem := one.removesuffix(PAGE))]
