"""What is promised of a large index, and whether a run keeps it: a floor and a goal for each figure.

Ratios are to tantivy in the same run. The bounds are meant for the whole default corpus, on two cores.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

#: Documents from which the bounds are worth a look.
LEAST: Final = 300_000


class Bound(NamedTuple):
    """One promise."""

    what: str
    floor: float
    goal: float
    figure: Callable[[dict[str, Any]], float]
    """Takes results; raises KeyError where a step was left out."""
    more: bool = False
    """Whether more is better."""

    def verdict(self, value: float) -> str:
        """Return "goal", "floor" or "missed"."""
        for name, bound in (("goal", self.goal), ("floor", self.floor)):
            if value >= bound if self.more else value <= bound:
                return name
        return "missed"


def _index(key: str, scale: float = 1.0) -> Callable[[dict[str, Any]], float]:
    def figure(results: dict[str, Any]) -> float:
        value = results["index"]["coopsearch"][key]
        if value is None:
            raise KeyError(key)
        return float(value) * scale

    return figure


def _rate(other: str) -> Callable[[dict[str, Any]], float]:
    return lambda results: float(results["index"]["coopsearch"]["rate"] / results["index"][other]["rate"])


def _query(kind: str, place: int) -> Callable[[dict[str, Any]], float]:
    def figure(results: dict[str, Any]) -> float:
        engines = results["query"][kind]["engines"]
        ours, theirs = (engines[name]["modes"]["hits"]["ms"][place] for name in ("coopsearch", "tantivy"))
        return float(ours / theirs)

    return figure


BOUNDS: Final = (
    Bound("indexing, documents/s, to tantivy", 0.35, 1.0, _rate("tantivy"), more=True),
    Bound("indexing, documents/s, to Whoosh", 30, 60, _rate("whoosh"), more=True),
    Bound("union, 50 %, to tantivy", 3, 1, _query("union", 0)),
    Bound("union, 99 %, to tantivy", 1.5, 1, _query("union", 2)),
    Bound("phrase, 50 %, to tantivy", 2.5, 1, _query("phrase", 0)),
    Bound("phrase, 99 %, to tantivy", 2.5, 1, _query("phrase", 2)),
    Bound("intersection, 50 %, to tantivy", 4, 2, _query("intersection", 0)),
    Bound("size of the index to the text", 1.6, 1.0, _index("ratio")),
    Bound("peak memory while indexing, GB", 1.5, 0.8, _index("memory", 1e-9)),
    Bound(
        "whole process of a search, to one document",
        1.5,
        1.15,
        lambda results: results["starting"]["big"]["median"] / results["starting"]["seeds"]["median"],
    ),
    Bound("add one document, s", 1.0, 0.4, lambda results: results["adding"]["median"]),
    Bound("look over unchanged files, s", 2.0, 1.0, lambda results: results["files"]["unchanged"]["median"]),
)


def held(results: dict[str, Any]) -> list[tuple[Bound, float, str]]:
    """Return each bound whose figures were measured, its value, and the verdict."""
    found = []
    for bound in BOUNDS:
        try:
            value = bound.figure(results)
        except KeyError:
            continue
        found.append((bound, value, bound.verdict(value)))
    return found
