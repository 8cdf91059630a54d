"""Choose the settings of the ranking on collections with judged questions. `dev.py tune`.

From the settings as they are, one is changed at a time, and kept where the mean over all collections of
nDCG@10 divided by its present value grows; until a whole round changes nothing. Every setting that was tried
is then used for a cross-validation: for each collection, the settings that are best on the others are told
with what they give on this one, so that one sees what is chosen for single questions.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from coopsearch.indexer import sync
from coopsearch.search.evaluation.collection import Collection, corpus_of, read_collection
from coopsearch.search.evaluation.run import changed, measure
from coopsearch.search.index import Index
from coopsearch.search.ranking import BOUNDS

COLLECTIONS = Path(__file__).resolve().parents[3] / "shared" / "collections"
NAMES = ("time_en", "cranfield_en", "scifact_en", "piaf_fr_20k", "arcd_ar_10k")

#: What is tried of each setting, beside what it is.
STEPS: Mapping[str, tuple[float, ...]] = {
    "k1": (0.9, 1.05, 1.35, 1.5),
    "b": (0.65, 0.7, 0.8, 0.85),
    "function_word": (0.0, 0.1, 0.3, 0.4, 0.6),
    "compound": (0.3, 0.7),
    "exact": (0.15, 0.2, 0.25, 0.35, 0.4),
    "closeness": (0.5, 0.6, 0.8, 0.9),
    "closeness_k": (0.4, 0.5, 0.8, 1.0),
    "relative": (0.3, 0.4, 0.6),
}

Settings = tuple[tuple[str, float], ...]


class Figures(NamedTuple):
    """What some settings give on one collection."""

    ndcg: float
    recall: float


def main(arguments: list[str]) -> int:
    """Search, and print each step."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--collections", type=Path, default=COLLECTIONS, help="the folder that holds them")
    parser.add_argument("--only", nargs="*", default=NAMES, help="their names")
    parser.add_argument("--once", action="store_true", help="one round: each setting is changed once")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="coopsearch-tune-") as scratch:
        bench = Bench({name: given.collections / name for name in given.only}, Path(scratch))
        best: Settings = ()
        while True:
            before = best
            for name, values in STEPS.items():
                for value in values:
                    tried = tuple(sorted({**dict(best), name: value}.items()))
                    if bench.gain(tried) > bench.gain(best):
                        best = tried
                    bench.show(tried, best)
            if best == before or given.once:
                break
        print(f"\nbest: {_text(best)}: mean gain in nDCG@10: {bench.gain(best):.4f}")
        bench.validate()
    return 0


class Bench:
    """The collections, indexed once, and all figures so far."""

    def __init__(self, folders: Mapping[str, Path], scratch: Path) -> None:
        """Index them."""
        self._collections: dict[str, tuple[Collection, Path]] = {}
        self._known: dict[Settings, dict[str, Figures]] = {}
        for name, folder in folders.items():
            sync([corpus_of(folder)], scratch / name)
            self._collections[name] = read_collection(folder), scratch / name
        self._base = self.figures(())

    def figures(self, settings: Settings) -> dict[str, Figures]:
        """Return what settings give on each collection."""
        if settings not in self._known:
            self._known[settings] = dict(self._measured(settings))
        return self._known[settings]

    def _measured(self, settings: Settings) -> Iterator[tuple[str, Figures]]:
        for name, (collection, place) in self._collections.items():
            with Index(place, parameters=changed(dict(settings))) as index:
                values = measure(index, collection, lambda path: path.rpartition("!")[2])
            count = len(collection.queries)
            ndcg, recall = (sum(values[one].values()) / count for one in ("nDCG@10", "recall@100"))
            yield name, Figures(ndcg, recall)

    def gain(self, settings: Settings, left_out: str = "") -> float:
        """Return the mean gain over the collections but one, 0 where recall falls by more than 0.01."""
        mine = self.figures(settings)
        names = [name for name in mine if name != left_out]
        if any(mine[name].recall < self._base[name].recall - 0.01 for name in names):
            return 0.0
        return sum(mine[name].ndcg / self._base[name].ndcg for name in names) / len(names)

    def show(self, settings: Settings, best: Settings) -> None:
        """Print a row."""
        row = "  ".join(f"{one.ndcg:.4f} {one.recall:.4f}" for one in self.figures(settings).values())
        sign = "*" if settings == best else " "
        print(f"{sign} {self.gain(settings):.4f}  {row}  {_text(settings)}", flush=True)

    def validate(self) -> None:
        """Print, for each collection, what is best on the others and what that gives here."""
        print("\nleft out, best on the others, and what that gives on it against the settings as they are:")
        for name in self._collections:
            best = max(self._known, key=lambda settings: self.gain(settings, left_out=name))
            ratio = self.figures(best)[name].ndcg / self._base[name].ndcg
            print(f"{name:14} {_text(best):60} {ratio:.4f}")


def _text(settings: Iterable[tuple[str, float]]) -> str:
    return ",".join(f"{name}={value:g}" for name, value in settings) or "as they are"


if __name__ == "__main__":
    assert set(STEPS) <= set(BOUNDS)
    sys.exit(main(sys.argv[1:]))
