"""The documents that are indexed: read a corpus, cut it, lay it out as an engine wants to find it.

Does not depend on coopsearch.
"""

from __future__ import annotations

import json
import lzma
import os
import shutil
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import Any, NamedTuple

#: The keys of a document that every engine indexes and stores.
KEYS = ("_id", "title", "text")


class Corpus(NamedTuple):
    """A corpus on disk, unpacked, and its measure."""

    path: Path
    documents: int
    text: int
    """Bytes of its texts in UTF-8, without titles and identifiers: what sizes are compared with."""


def unpack(source: Path, target: Path, limit: int | None, *, whole: bool = False) -> Corpus:
    """Write the first ``limit`` documents of a corpus (JSON Lines, packed or not) as plain JSON Lines.

    Each document has the keys ``_id``, ``title`` and ``text``, whatever else the corpus says of it. ``whole``
    makes one document of passages that belong together (``NAME#1``, ``NAME#2``), a paragraph of each.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    documents = text = 0
    opener = lzma.open if source.suffix == ".xz" else open
    with opener(source, "rt", encoding="utf-8") as lines, target.open("w", encoding="utf-8") as out:
        entries = map(json.loads, lines)
        for number, entry in enumerate(islice(_joined(entries) if whole else entries, limit)):
            kept = {key: str(entry.get(key, "")) for key in KEYS}
            kept["_id"] = kept["_id"] or str(number)
            out.write(json.dumps(kept, ensure_ascii=False) + "\n")
            documents += 1
            text += len(kept["text"].encode())
    return Corpus(target, documents, text)


def _joined(entries: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield passages that follow each other in a corpus and belong together as one document."""
    for name, group in groupby(entries, key=lambda entry: str(entry["_id"]).partition("#")[0]):
        parts = list(group)
        yield {**parts[0], "_id": name, "text": "\n\n".join(part["text"] for part in parts)}


def cut(corpus: Corpus, target: Path, limit: int) -> Corpus:
    """Return the first ``limit`` documents of an unpacked corpus; itself if it has no more."""
    return corpus if limit >= corpus.documents else unpack(corpus.path, target, limit)


def documents(path: Path, limit: int | None = None) -> Iterator[dict[str, str]]:
    """Yield the documents of an unpacked corpus."""
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, islice(lines, limit))


def link(source: Path, target: Path) -> None:
    """Put a file in a second place without its bytes, or with them where the disk cannot do that."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def write_files(corpus: Corpus, folder: Path) -> int:
    """Write passages that belong together (``NAME#1``, ``NAME#2``) as one text file; return how many files.

    Passages of one document follow each other in the corpus.
    """
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    name, parts = "", list[str]()
    for entry in documents(corpus.path):
        of = entry["_id"].partition("#")[0]
        if of != name and parts:
            _write(folder, count, parts)
            count, parts = count + 1, []
        name = of
        parts.append(entry["text"])
    if parts:
        _write(folder, count, parts)
        count += 1
    return count


def _write(folder: Path, number: int, parts: list[str]) -> None:
    (folder / f"{number:06}.txt").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def size(path: Path) -> int:
    """Return the bytes of a file, or of all files below a folder."""
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def save(path: Path, value: Any) -> None:
    """Write a value as JSON, whole or not at all."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    new.replace(path)
