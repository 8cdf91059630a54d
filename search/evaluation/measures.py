"""Measures of a ranking for one query, and their means. Does not depend on an index or files.

The four that are always there are written out here, so that measuring needs nothing to be installed; the
tests hold them against ir-measures, which gives all others (``others``).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from coopsearch.search.errors import SettingsError

Judged = Mapping[str, int]
"""Document -> grade; 0 and less is not relevant, like a document without a judgement."""
Ranking = Sequence[str]
"""Documents, best first."""


def ndcg(ranking: Ranking, judged: Judged, depth: int = 10) -> float:
    """Normalised discounted cumulative gain; the grade is the gain, the discount log2(rank + 1).

    Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", TOIS 2002.
    """
    ideal = sorted((grade for grade in judged.values() if grade > 0), reverse=True)[:depth]
    gains = [max(0, judged.get(document, 0)) for document in ranking[:depth]]
    return _discounted(gains) / _discounted(ideal) if ideal else 0.0


def average_precision(ranking: Ranking, judged: Judged) -> float:
    """Mean of the precisions at the ranks of the relevant documents, 0 for those that are not there."""
    found, total = 0, 0.0
    for rank, document in enumerate(ranking, 1):
        if judged.get(document, 0) > 0:
            found += 1
            total += found / rank
    relevant = _relevant(judged)
    return total / relevant if relevant else 0.0


def recall(ranking: Ranking, judged: Judged, depth: int = 100) -> float:
    """Share of the relevant documents among the first ``depth``."""
    relevant = _relevant(judged)
    found = sum(judged.get(document, 0) > 0 for document in ranking[:depth])
    return found / relevant if relevant else 0.0


def reciprocal_rank(ranking: Ranking, judged: Judged, depth: int = 10) -> float:
    """1 / rank of the first relevant document, 0 if none is among the first ``depth``."""
    ranks = (rank for rank, document in enumerate(ranking[:depth], 1) if judged.get(document, 0) > 0)
    return 1.0 / next(ranks, math.inf)


#: Those that are always given, by name.
MEASURES: Final[Mapping[str, Callable[[Ranking, Judged], float]]] = {
    "nDCG@10": ndcg,
    "MAP": average_precision,
    "recall@100": recall,
    "MRR@10": reciprocal_rank,
}


def others(
    names: Sequence[str], rankings: Mapping[str, Ranking], judged: Mapping[str, Judged]
) -> dict[str, dict[str, float]]:
    """Return further measures by ir-measures (``P@5``, ``ERR@20``): name -> query -> value.

    Raises SettingsError for a name that it does not know, and where it is not installed.
    """
    if not names:
        return {}
    try:
        import ir_measures
    except ImportError:
        raise SettingsError(
            'a measure by name needs ir-measures; install it with: pip install "coopsearch[eval]"'
        ) from None
    wanted = {}
    for name in names:
        try:
            wanted[name] = ir_measures.parse_measure(name)
        except (NameError, ValueError, SyntaxError):
            raise SettingsError(f"there is no measure {name!r}; write it as ir-measures does: P@5") from None
    # Ties are not the measure's to break: scores that fall keep the order as it is.
    run = {
        query: {document: -float(rank) for rank, document in enumerate(ranking)}
        for query, ranking in rankings.items()
    }
    found: dict[str, dict[str, float]] = {name: dict.fromkeys(rankings, 0.0) for name in names}
    qrels = {query: dict(judged[query]) for query in rankings}
    for name, measure in wanted.items():
        for metric in ir_measures.iter_calc([measure], qrels, run):
            found[name][metric.query_id] = float(metric.value)
    return found


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def _relevant(judged: Judged) -> int:
    return sum(grade > 0 for grade in judged.values())
