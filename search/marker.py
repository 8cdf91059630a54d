"""The page that says what an index folder is: its versions, its engine, where its data lies.

``index.json`` is replaced in one step, so a rebuilt index takes the place of the old one at once or not
at all. It holds the sources too, so that they outlive a change of everything else. This file knows no
engine and no document.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.search.errors import IndexDamaged, IndexMissing, IndexOutdated
from coopsearch.search.schema import SCHEMA_VERSION
from coopsearch.search.sealed import is_sealed, sealed, unsealed

NAME: Final = "index.json"
FORMAT: Final = "coopsearch-index"
#: How the names begin of what may stand in the folder of an index before its page does.
LEFT: Final = (".", "README", "lock", "data-")


class Marker(NamedTuple):
    """What ``index.json`` says."""

    schema: int
    analysis: int
    engine: str
    data: str
    """The folder, inside the index's, that holds the engine's files and the manifest."""
    sources: tuple[str, ...] = ()
    """Addresses of what is indexed: relative to the index's parent where they lie in it, else absolute."""
    ocr: bool = False
    """Whether scans are to be read by OCR."""


def read_marker(index: Path) -> Marker:
    """Read what an index folder says of itself, whatever its versions.

    Raises IndexMissing where there is no index, IndexDamaged where the page cannot be read.
    """
    try:
        data = (index / NAME).read_bytes()
        # Pages of before have no checksum.
        value = unsealed(data) if is_sealed(data) else json.loads(data)
        if value.pop("format") != FORMAT:
            raise KeyError
        marker = Marker(**{**value, "sources": tuple(value["sources"])})
        if not (marker.data and marker.data == Path(marker.data).name):
            raise ValueError
        if not all(isinstance(value, str) for value in (marker.engine, *marker.sources)):
            raise TypeError
        if not isinstance(marker.ocr, bool):
            raise TypeError
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissing(missing(index)) from None
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        raise IndexDamaged(
            f"the index is damaged: {index / NAME} cannot be read; run `coopsearch index --rebuild FOLDER`"
        ) from None
    return marker


def check_versions(index: Path, marker: Marker, analysis: int) -> None:
    """Raise IndexOutdated if the index was made by a version that wrote otherwise than this one reads."""
    for name, found, wanted in (
        ("schema", marker.schema, SCHEMA_VERSION),
        ("analysis", marker.analysis, analysis),
    ):
        if found != wanted:
            raise IndexOutdated(
                f"the index at {index} has {name} version {found}, this coopsearch reads version {wanted}; "
                "run `coopsearch index --rebuild`"
            )


def write_marker(index: Path, marker: Marker) -> None:
    """Write the page durably and in one step."""
    part = index / f"{NAME}.part"
    with part.open("wb") as stream:
        stream.write(sealed(json.dumps({"format": FORMAT, **marker._asdict()}, indent=1) + "\n"))
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(index / NAME)


def missing(index: Path) -> str:
    """Return the message for a place without an index, with the command that makes one."""
    if index.is_dir() and any(not entry.name.startswith(LEFT) for entry in index.iterdir()):
        return f"{index} is no coopsearch index; give another folder with --index, or leave it out"
    return f"there is no index at {index}; run `coopsearch index FOLDER` to make one"
