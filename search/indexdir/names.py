"""Which names in the folder of an index are ours: what may be read as a page, and what may be removed.

An index can come from anybody, and can lie among a person's own files. So a page names files by plain names
of fixed patterns alone, and nothing is ever removed whose name does not fit one of them. Does not depend on
files.
"""

from __future__ import annotations

import re
from typing import Final

from coopsearch.search.lazy import expression

#: The page that says what the folder is.
META_FILE: Final = "index.json"
#: The first page of an index that is being rebuilt, inside its data folder, until it takes its place.
PENDING: Final = "pending.json"
#: What ends the name of a file that is being written, until it takes the place of the one that it replaces.
PART: Final = ".part"
#: What a person keeps beside the index, and the lock of whoever writes it.
DESK: Final = "desk.sqlite"
DESK_LOCK: Final = "desk.lock"
#: The desk that a restore took the place of.
ASIDE: Final = "desk.before-restore.sqlite"
#: What begins the name of a file that holds columns while they grow, on systems that cannot do without one.
SPOOL: Final = "spool-"

_DATA: Final = expression(r"data-[1-9][0-9]{0,8}", re.ASCII)
#: What a run leaves beside the documents, each time under a name that was never used before.
PAGE: Final = re.compile(
    r"(manifest|coverage|listing|copies)-[0-9a-f]{1,16}-[0-9a-f]{1,8}-[0-9a-f]{1,8}\.(json|tsv)", re.ASCII
)
#: Columns: made by the one writer, or as parts by any process.
COLUMNS: Final = re.compile(r"p?[0-9a-f]{1,16}-[0-9a-f]{1,16}(-[0-9a-f]{1,8}){1,2}\.col", re.ASCII)
#: Files in Whoosh's own format.
WHOOSH: Final = re.compile(r"_MAIN_[0-9]{1,18}\.toc|MAIN_[0-9a-z]{1,32}\.[a-z]{3}|MAIN_WRITELOCK", re.ASCII)
#: The tables of the engines, what is to become of a folder, and learned stems of the stock engine.
TABLES: Final = ("columns.toc", "whoosh.json", "opensearch.json")
_FIXED: Final = expression(
    r"columns\.toc|whoosh\.json|opensearch\.json|pending\.json|forms-[0-9a-f]{1,16}-[0-9a-f]{1,8}-[0-9a-f]{1,8}\.tsv",
    re.ASCII,
)
#: What versions of before made.
_OLDER: Final = expression(
    r"manifest\.sqlite(-journal|-wal|-shm)?|coverage\.json|listing\.json|copies\.tsv|forms\.tsv|seal\.json",
    re.ASCII,
)
#: What stands in a new folder before its table does.
_FIRST: Final = expression(
    r"_MAIN_[01]\.toc(\.part)?|columns\.toc\.part|whoosh\.json\.part|opensearch\.json\.part|MAIN\.tmp",
    re.ASCII,
)
_SPOOL: Final = expression(rf"{SPOOL}[a-z0-9_]{{1,16}}", re.ASCII)
#: How the names begin of what a person may put beside an index, and of its lock.
_BESIDE: Final = expression(r"\..*|README.*|lock(\.json.*)?|desk\..*|index\.json\.part|data-.*", re.DOTALL)


def is_data(name: str) -> bool:
    """Say whether this can be the name of a folder that holds the files of an engine."""
    return _DATA().fullmatch(name) is not None


def is_ours(name: str) -> bool:
    """Say whether a file of this name in a data folder is of our making, to be removed when it is old."""
    name = name.removesuffix(PART)
    return any(pattern.fullmatch(name) for pattern in (COLUMNS, PAGE, WHOOSH)) or any(
        pattern().fullmatch(name) for pattern in (_FIXED, _SPOOL)
    )


def is_older(name: str) -> bool:
    """Say whether a version of before made files of this name."""
    return _OLDER().fullmatch(name.removesuffix(PART)) is not None


def is_first(name: str) -> bool:
    """Say whether this can stand in a data folder in which nothing was committed yet."""
    return _FIRST().fullmatch(name) is not None or _SPOOL().fullmatch(name) is not None


def is_foreign(name: str) -> bool:
    """Say whether a name beside the place of ``index.json`` shows that the folder serves something else."""
    return _BESIDE().fullmatch(name) is None
