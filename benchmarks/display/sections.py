"""The shorter parts of the report: whole processes, growth, parsing, and the bounds. See report.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.bounds import LEAST, held
from benchmarks.display.layout import title
from benchmarks.peers import PEERS


def starting(row: dict[str, Any]) -> Iterator[str]:
    """Yield the lines about whole processes of a search."""
    yield from title("Whole processes, milliseconds")
    yield f"{'':52}{'median':>9}{'best':>9}{'worst':>9}{'ratio':>9}"
    for name, label, against in (
        ("typer", "python -c 'import typer'", ""),
        ("seeds", 'coopsearch "smuggling routes", one document', "typer"),
        ("big", 'coopsearch "smuggling routes", the whole corpus', "seeds"),
    ):
        ratio = f"{row[name]['median'] / row[against]['median']:>9.2f} of {against}" if against else ""
        yield f"{label:52}{_process(row[name])}{ratio}"


def adding(row: dict[str, Any]) -> Iterator[str]:
    """Yield the lines about adding a document."""
    yield f"{'coopsearch index, one document added to the corpus':52}{_process(row)}"


def files(row: dict[str, Any]) -> Iterator[str]:
    """Yield the lines about a look over files that did not change."""
    label = f"coopsearch index, {row['files']:,} files unchanged"
    yield f"{label:52}{_process(row['unchanged'])}"
    memory = f", peak {row['memory'] / 1e6:,.0f} MB" if row["memory"] else ""
    yield f"The same text as {row['files']:,} files was indexed in {row['index']:.1f} s{memory}."


def _process(row: dict[str, float]) -> str:
    return "".join(f"{row[name] * 1e3:9.0f}" for name in ("median", "best", "worst"))


def growth(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines about how figures grow."""
    yield from title("How it grows (query text to ten stored hits, warm, milliseconds at 50 and 99 %)")
    kinds = list(next(iter(rows[0]["engines"].values()))["queries"])
    yield (
        f"{'documents':>9}  {'':11}{'index s':>8}{'docs/s':>8}{'MB':>6}{'peak MB':>8}"
        + "".join(f"{kind:>16}" for kind in kinds)
        + f"{'add one s':>11}"
    )
    for row in rows:
        for name, figures in row["engines"].items():
            label = PEERS[name].label
            memory = f"{figures['memory'] / 1e6:,.0f}" if figures["memory"] else "-"
            times = "".join(f"{ms[0]:>8.3f}{ms[2]:>8.2f}" for ms in figures["queries"].values())
            add = f"{row['add']['median']:>11.2f}" if name == "coopsearch" and "add" in row else ""
            yield (
                f"{row['documents']:>9,}  {label:11}{figures['seconds']:>8.1f}{figures['rate']:>8,.0f}"
                f"{figures['bytes'] / 1e6:>6.0f}{memory:>8}{times}{add}"
            )


def parsing(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines about reading queries."""
    yield from title("Reading a query, microseconds")
    yield f"{'':52}{'coopsearch':>12}{'Whoosh':>9}{'ratio':>9}"
    for row in rows:
        yield f"{row['query']:52}{row['ours']:>12.1f}{row['whoosh']:>9.1f}{row['ours'] / row['whoosh']:>9.2f}"


def bounds(results: dict[str, Any]) -> Iterator[str]:
    """Yield the lines about what was promised."""
    found = held(results)
    if not found:
        return
    small = results["corpus"]["documents"] < LEAST
    yield from title("What is promised" + (", though not of so few documents" if small else ""))
    yield f"{'':52}{'measured':>10}{'floor':>9}{'goal':>9}"
    for bound, value, verdict in found:
        yield f"{bound.what:52}{value:>10.2f}{bound.floor:>9g}{bound.goal:>9g}   {verdict}"
    if any("tantivy" in bound.what and "%" in bound.what for bound, _, _ in found):
        yield "Query times are those without snippets; ours count all matches, tantivy's row does not."
