"""``coopsearch eval``: how well the ranking does on questions whose answers are known.

Reads the options and prints the tables; ``search.evaluation`` measures.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from coopsearch.search.cli.app import Command, ResultOption, app, folder_of
from coopsearch.search.cli.display.render import as_json
from coopsearch.search.cli.display.terminal import QUOTED, safe
from coopsearch.search.cli.exits import Exit
from coopsearch.search.errors import SettingsError
from coopsearch.search.evaluation.collection import QRELS, Collection, corpus_of, read_collection
from coopsearch.search.evaluation.judgements import FOLDER
from coopsearch.search.evaluation.run import Measured, measure, parse_settings
from coopsearch.search.evaluation.significance import p_value
from coopsearch.search.index import Index
from coopsearch.search.indexdir.location import index_folder
from coopsearch.search.ranking import DEFAULT
from coopsearch.search.settings.synonyms import synonyms_for

#: Columns of a value: +0.0000.
_WIDTH: Final = 7


@app.command(
    "eval",
    cls=Command,
    epilog="Examples: coopsearch eval; coopsearch eval collection --against k1=1.5 --per-query. A "
    "collection is a folder of corpus.jsonl (or .xz, .gz), queries.jsonl and qrels.tsv. Questions are "
    "asked as plain words; those without a relevant document are left out. p is of a paired randomization "
    "test.",
)
def evaluate(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DIR]",
            show_default=False,
            help="A collection. Default: what `coopsearch judge` kept, on the index itself.",
        ),
    ] = None,
    json_: ResultOption = False,
    per_query: Annotated[bool, typer.Option("--per-query", help="Give each query's values too.")] = False,
    against: Annotated[
        list[str] | None,
        typer.Option(
            "--against",
            metavar="SETTING",
            help="Rank once more with name=number, several joined by commas, and compare; may be repeated. "
            "Names: k1, b, rescored, function_word, compound, exact, closeness, closeness_k, window, "
            "all_words, first_by_score.",
        ),
    ] = None,
    measures: Annotated[
        list[str] | None,
        typer.Option(
            "--measure",
            metavar="NAME",
            help="One measure more, as ir-measures names it (P@5); needs coopsearch[eval]. May be repeated.",
        ),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep", metavar="DIR", help="Keep the collection's index here, and use it if it is there."
        ),
    ] = None,
    index: Annotated[
        str | None,
        typer.Option(
            "--index", metavar="DIR", callback=folder_of, help="The index whose own judgements are used."
        ),
    ] = None,
) -> int:
    """Measure the ranking: nDCG@10, MAP, recall@100 and MRR@10."""
    others = [(text, parse_settings(text)) for text in against or ()]
    if folder is not None and index is not None:
        raise SettingsError("--index is for your own judgements; leave it out, or the folder")
    with _asked(folder, index, keep) as (place, collection, name):
        runs = []
        # Own judgements are measured as one asks, with the synonyms of the settings; a collection without.
        synonyms = synonyms_for(place) if folder is None else {}
        for text, parameters in [("", DEFAULT), *others]:
            with Index(place, synonyms=synonyms, parameters=parameters) as opened:
                documents = opened.documents
                runs.append(Measured(text, measure(opened, collection, name, measures or ())))
    if json_:
        print(as_json(_value(runs, collection, documents, per_query=per_query)))
    else:
        _print(runs, collection, documents, per_query=per_query)
    return Exit.FOUND


@contextmanager
def _asked(
    folder: Path | None, index: str | None, keep: Path | None
) -> Iterator[tuple[Path, Collection, Callable[[str], str]]]:
    """Give the index to ask, the questions, and what a document is called in the judgements."""
    if folder is None:
        place = index_folder(index)
        if not (place / FOLDER).is_dir():
            raise SettingsError(
                f"nothing was judged yet on {place}; run `coopsearch judge QUERY`, or name a collection"
            )
        collection = read_collection(place / FOLDER)
        with Index(place) as opened:
            _check(collection, place / FOLDER, opened.holds)
        yield place, collection, lambda path: path
        return
    corpus = corpus_of(folder)
    collection = read_collection(folder)
    with tempfile.TemporaryDirectory(prefix="coopsearch-eval-") as scratch:
        place = (keep or Path(scratch) / "index").absolute()
        # Imported here: measuring one's own index needs no indexer.
        from coopsearch.indexer import sync

        report = sync([corpus], place)
        for failure in report.failed:
            raise SettingsError(f"{failure.path}: {failure.reason}")
        with Index(place) as opened:
            base = next((path for path, _ in opened.rank("*", limit=1)), "!").partition("!")[0]
            held = base + "!"
            _check(collection, folder, lambda document: opened.holds(held + document))
        yield place, collection, lambda path: path.removeprefix(held)


def _check(collection: Collection, folder: Path, holds: Callable[[str], bool]) -> None:
    """Raise SettingsError for the first document that is judged and not there."""
    for grades in collection.judged.values():
        for document in grades:
            if not holds(document):
                raise SettingsError(
                    f"{folder / QRELS} line {collection.lines[document]}: there is no document {document!r}; "
                    "correct the line, or remove it"
                )


def _value(
    runs: Sequence[Measured], collection: Collection, documents: int, *, per_query: bool
) -> dict[str, object]:
    first = runs[0]
    value: dict[str, object] = {
        "queries": len(collection.queries),
        "left_out": collection.unanswered,
        "documents": documents,
        "measures": _means(first),
    }
    if len(runs) > 1:
        value["against"] = [
            {
                "settings": run.settings,
                "measures": _means(run),
                "difference": {name: round(run.mean(name) - first.mean(name), 6) for name in first.values},
                "p": {name: round(_p(first, run, name), 6) for name in first.values},
            }
            for run in runs[1:]
        ]
    if per_query:
        value["per_query"] = {
            query: {
                "text": text,
                **{name: round(values[query], 6) for name, values in first.values.items()},
                **({"against": [_row(run, query) for run in runs[1:]]} if len(runs) > 1 else {}),
            }
            for query, text in collection.queries.items()
        }
    return value


def _means(run: Measured) -> dict[str, float]:
    return {name: round(run.mean(name), 6) for name in run.values}


def _row(run: Measured, query: str) -> dict[str, float]:
    return {name: round(values[query], 6) for name, values in run.values.items()}


def _p(first: Measured, run: Measured, name: str) -> float:
    return p_value(list(first.values[name].values()), list(run.values[name].values()))


def _print(runs: Sequence[Measured], collection: Collection, documents: int, *, per_query: bool) -> None:
    first = runs[0]
    names = list(first.values)
    asked = [safe(run.settings or "as it is", QUOTED) for run in runs]
    left = max(12, *map(len, asked))
    if per_query:
        for run, settings in zip(runs, asked, strict=True):
            print(f"{settings}:")
            for query, text in collection.queries.items():
                row = "".join(f"  {run.values[name][query]:>{max(len(name), _WIDTH)}.4f}" for name in names)
                print(f"{row}  {safe(query, QUOTED)}  {safe(text, QUOTED)}")
        print()
    print(" " * left + "".join(f"  {name:>{_WIDTH}}" for name in names))
    for run, settings in zip(runs, asked, strict=True):
        print(f"{settings:{left}}" + _cells(names, [run.mean(name) for name in names]))
        if run is not first:
            print(f"{'difference':{left}}" + _cells(names, [run.mean(n) - first.mean(n) for n in names], "+"))
            print(f"{'p':{left}}" + _cells(names, [_p(first, run, name) for name in names]))
    sys.stdout.flush()
    left_out = (
        f"; {collection.unanswered:,} without a relevant document left out" if collection.unanswered else ""
    )
    questions = "query" if len(collection.queries) == 1 else "queries"
    print(f"{len(collection.queries):,} {questions} on {documents:,} documents{left_out}", file=sys.stderr)


def _cells(names: Sequence[str], values: Sequence[float], sign: str = "") -> str:
    return "".join(
        f"  {value:{sign}{max(len(name), _WIDTH)}.4f}" for name, value in zip(names, values, strict=True)
    )
