"""The folder by which a facet counts a file. Does not depend on the rest of coopsearch."""

from __future__ import annotations

import posixpath
import re
from typing import Final

#: A facet of folders down to a depth: ``folder:2`` counts by the first two folders of each address.
_DEPTH: Final = re.compile(r"folder[:/]([1-9]\d?)")


def folder_depth(facet: str) -> int:
    """Return how many folders of an address a facet counts by, 0 for another facet or for all of them."""
    found = _DEPTH.fullmatch(facet)
    return int(found[1]) if found else 0


def folder_of(file: str, facet: str) -> str:
    """Return the folder by which a facet counts a file: all of it, or its beginning."""
    folder, depth = posixpath.dirname(file), folder_depth(facet)
    if not depth:
        return folder
    start = "/" if folder.startswith("/") else ""
    return start + "/".join(folder.lstrip("/").split("/")[:depth])
