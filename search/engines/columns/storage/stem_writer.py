"""Writing a file of learned stems, which ``stem_file`` reads. Does not depend on documents."""

from __future__ import annotations

from os.path import commonprefix
from pathlib import Path

import numpy as np

from coopsearch.search.engines.columns.arrays import narrow
from coopsearch.search.engines.columns.storage.column_writer import ColumnWriter
from coopsearch.search.engines.columns.storage.mapped_file import MappedFile
from coopsearch.search.engines.columns.storage.stem_file import Stems
from coopsearch.search.engines.columns.storage.string_table import encode
from coopsearch.search.engines.columns.storage.string_writer import write_strings
from coopsearch.search.engines.columns.storage.toc import StemEntry


def _shared(word: bytes, stem: bytes) -> int:
    """Return with how many bytes both begin; nearly always the stem is the beginning of the word."""
    return len(stem) if word.startswith(stem) else len(commonprefix((word, stem)))  # noqa: RUF071 - no paths


def write_stems(folder: Path, name: str, stems: Stems) -> StemEntry:
    """Write a file; return what a table says of it."""
    words = sorted(stems)
    languages = sorted({language for known in stems.values() for language in known})
    number = {language: place for place, language in enumerate(languages)}
    first, kinds, shared, rests = [0], [], [], []
    for word in words:
        key = encode(word)
        for language, stem in sorted(stems[word].items()):
            value = encode(stem)
            common = min(_shared(key, value), 255)
            kinds.append(number[language])
            shared.append(common)
            rests.append(value[common:])
        first.append(len(kinds))
    out = ColumnWriter(folder / name)
    write_strings(out, "word", [encode(word) for word in words])
    write_strings(out, "rest", rests)
    out.add("first", narrow(np.array(first)))
    out.add("language", narrow(np.array(kinds, np.int64)))
    out.add("shared", np.array(shared, np.uint8))
    out.finish({"words": len(words), "languages": languages})
    return StemEntry(name, len(words), MappedFile(folder / name).seal)
