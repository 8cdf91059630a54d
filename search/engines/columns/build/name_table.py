"""Writing which words of a segment can be names, by their keys: of new segments, and of merged ones.

Does not depend on queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from coopsearch.search.engines.columns.arrays import I64, distinct, narrow, starts_of
from coopsearch.search.engines.columns.storage.column_writer import ColumnWriter
from coopsearch.search.engines.columns.storage.name_table import FIRST, KEY, WORD, NameTable
from coopsearch.search.engines.columns.storage.string_table import decode_all, encode
from coopsearch.search.engines.columns.storage.string_writer import merge_strings, write_strings
from coopsearch.search.names.keys import keys_of_all


def write_names(out: ColumnWriter, words: Sequence[bytes], named: Iterable[int]) -> None:
    """Write the table of a segment; ``named`` are the places of its words that can be names."""
    places: dict[str, list[int]] = {}
    order = sorted(named)
    for place, found in zip(order, keys_of_all(decode_all([words[place] for place in order])), strict=True):
        for key in found:
            places.setdefault(key, []).append(place)
    names = sorted(places)
    write_strings(out, KEY, list(map(encode, names)))
    counts = np.fromiter((len(places[key]) for key in names), np.int64, len(names))
    out.add(FIRST, narrow(starts_of(counts)))
    out.add(WORD, narrow(np.array([place for key in names for place in places[key]], np.int64)))


def merge_names(out: ColumnWriter, tables: Sequence[NameTable], moved: Sequence[I64], used: I64) -> None:
    """Write the union of several tables.

    ``moved`` says of each where the words of its segment stand among those of all, and ``used`` which of
    these are kept: the words that only deleted documents held are not.
    """
    read = [table.all() for table in tables]
    names, key_of = merge_strings([one for one, _, _ in read])
    parts: list[I64] = []
    for (_, first, words), own, places in zip(read, key_of, moved, strict=True):
        begins: I64 = np.array(first, np.int64)
        counts = begins[1:] - begins[:-1]
        parts.append((np.repeat(own, counts) << 32) | places[np.array(words, np.int64)])
    pairs = distinct(np.concatenate(parts))
    mine = pairs & 0xFFFFFFFF
    place = used.searchsorted(mine)
    kept = place < len(used)
    kept[kept] = used[place[kept]] == mine[kept]
    place, owner = place[kept], (pairs >> 32)[kept]
    lengths = np.bincount(owner, minlength=len(names))
    filled = np.flatnonzero(lengths)
    write_strings(out, KEY, [names[at] for at in filled.tolist()])
    out.add(FIRST, narrow(starts_of(lengths[filled])))
    out.add(WORD, narrow(place))
