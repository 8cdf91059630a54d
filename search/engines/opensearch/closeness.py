"""How close together the words of a query stand, told by the cluster: the stems of a document in a row.

Each position is a number of four bytes, made of the stem there: what a script of the cluster compares in a
microsecond, where sending the tokens of two hundred documents takes longer than finding them. Two stems have
the same number once in two thousand millions; what is shown is looked at on our side once more, unless no two
of the index have (see ``queries.apart``). Does not depend on the client of a cluster.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

from coopsearch.search import schema
from coopsearch.search.analysis.model import Run
from coopsearch.search.engines.nodes import Near
from coopsearch.search.engines.opensearch import mapping
from coopsearch.search.engines.opensearch.terms import written
from coopsearch.search.ranking import BOUNDS, Parameters

#: A position without a stem.
HOLE: Final = 0
#: Set where a stem shares the position of the one before it.
TOGETHER: Final = 1 << 31
_BITS: Final = TOGETHER - 1
#: No closeness reaches over so many holes.
HOLES: Final = int(BOUNDS["window"][1]) + 1
#: Positions of a document that a script looks at, and terms of a query: what a script may do has a bound.
MOST_POSITIONS: Final = 20_000
_MOST_TERMS: Final = 40
#: What a script says of a document that is too long for it: more than any score.
TOO_LONG: Final = 1e9


def pack(runs: Iterable[Run]) -> str | None:
    """Return the stems of a document by position, in base64; None for one that is too long."""
    rows: list[tuple[int, str]] = []
    for run in runs:
        steps = range(len(run.stems)) if run.steps is None else run.steps
        rows += zip([run.position + step for step in steps], run.stems, strict=True)
    if len(rows) > MOST_POSITIONS:
        return None
    rows.sort(key=lambda row: row[0])
    numbers: list[int] = []
    before = -1
    for position, stem in rows:
        if position == before:
            numbers.append(number_of(stem) | TOGETHER)
            continue
        if before >= 0:
            numbers += [HOLE] * min(HOLES, position - before - 1)
        numbers.append(number_of(stem))
        before = position
    # An empty value would be none: a document without a stem has one hole.
    numbers = numbers or [HOLE]
    return base64.b64encode(struct.pack(f">{len(numbers)}I", *numbers)).decode()


@lru_cache(maxsize=1 << 17)
def number_of(stem: str) -> int:
    """Return the number of a stem."""
    return (zlib.crc32(written(stem).encode()) & _BITS) or 1


def query_of(near: Near, weights: Sequence[float], parameters: Parameters) -> dict[str, Any] | None:
    """Return the query that scores closeness; None where that has to be told on our side.

    ``weights`` are the inverse document frequencies of the groups.
    """
    pairs = [(number_of(term), word) for word, group in enumerate(near.groups) for term, _ in group.terms]
    if max(len(pairs), len(near.groups)) > _MOST_TERMS or any(
        group.field != schema.STEMS for group in near.groups
    ):
        return None
    script = {
        "source": _SCRIPT,
        "params": {
            "field": mapping.CLOSE,
            "numbers": [number for number, _ in pairs],
            "words": [word for _, word in pairs],
            "weights": list(map(float, weights)),
            "window": parameters.window,
            "most": parameters.closeness,
            "k": parameters.closeness_k,
            "long": TOO_LONG,
        },
    }
    return {"script_score": {"query": {"match_all": {}}, "script": script}}


#: ``Local.near``, over the numbers: see ``ranking.Parameters.close`` for the formula. Most positions are
#: passed over by the last six bits of their number, which are those of none that is looked for.
_SCRIPT: Final = """
if (doc[params.field].size() == 0) { return params.long; }
def value = doc[params.field].value;
byte[] bytes = value.bytes;
int from = value.offset;
int end = from + value.length;
int many = params.numbers.size();
int[] numbers = new int[many];
int[] words = new int[many];
long likely = 0L;
for (int i = 0; i < many; ++i) {
  int number = params.numbers.get(i);
  numbers[i] = number;
  words[i] = params.words.get(i);
  likely |= 1L << (number & 63);
}
int groups = params.weights.size();
double[] weights = new double[groups];
double[] gained = new double[groups];
for (int i = 0; i < groups; ++i) { weights[i] = params.weights.get(i); }
int window = params.window;
int at = -1;
int last = -1;
int lastAt = 0;
boolean any = false;
long here = 0L;
for (int o = from; o <= end; o += 4) {
  int first = o < end ? bytes[o] : 0;
  if (first >= 0) {
    if (here != 0L) {
      for (int word = 0; word < groups; ++word) {
        if ((here & (1L << word)) == 0L) { continue; }
        int distance = at - lastAt;
        if (last >= 0 && last != word && distance > 0 && distance <= window) {
          double square = (double) distance * distance;
          gained[last] += weights[word] / square;
          gained[word] += weights[last] / square;
          any = true;
        }
        last = word;
        lastAt = at;
      }
      here = 0L;
    }
    at += 1;
  }
  if (o == end) { break; }
  if (((likely >>> (bytes[o + 3] & 63)) & 1L) == 0L) { continue; }
  int x = first & 127;
  for (int i = 1; i < 4; ++i) { x = x * 256 + (bytes[o + i] & 255); }
  for (int i = 0; i < many; ++i) {
    if (numbers[i] == x) { here |= 1L << words[i]; }
  }
}
if (!any) { return 0; }
double total = 0;
for (int i = 0; i < groups; ++i) {
  double a = gained[i];
  total += params.most * Math.min(1.0, weights[i]) * a * (params.k + 1.0) / (a + params.k);
}
return total;
"""
