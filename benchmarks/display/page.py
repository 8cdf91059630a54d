"""The figures of a run in a page of the documentation: tables between marks, and a plot beside it.

The prose is written by hand; what stands between ``<!-- NAME: ... -->`` and ``<!-- end -->`` is replaced.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.display import plot
from benchmarks.display.layout import megabytes
from benchmarks.display.report import REFERENCE
from benchmarks.growth import KINDS
from benchmarks.peers import PEERS

_PART = re.compile(r"(<!-- (\w+)[^>]*-->\n).*?(<!-- end -->)", re.DOTALL)


def write(page: Path, results: dict[str, Any]) -> None:
    """Replace the tables whose figures the results hold, and draw the plot if they say how it grows."""
    makers: dict[str, Callable[[dict[str, Any]], str]] = {
        "run": _run,
        "index": _index,
        "query": _query,
        "process": _process,
        "growth": _growth,
    }

    def fresh(match: re.Match[str]) -> str:
        made = makers[match[2]](results) if match[2] in makers else ""
        return f"{match[1]}{made}\n{match[3]}" if made else match[0]

    text = page.read_text(encoding="utf-8")
    page.write_text(_PART.sub(fresh, text), encoding="utf-8")
    if results.get("growth"):
        page.with_name(f"{page.stem}-growth.svg").write_text(plot.svg(results["growth"]), encoding="utf-8")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown; all columns but the first are flush right."""
    lines = [head, ["---", *("--:" for _ in head[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _run(results: dict[str, Any]) -> str:
    machine, corpus = results["machine"], results["corpus"]
    versions = ", ".join(f"{PEERS[name].label} {version}" for name, version in results["versions"].items())
    return (
        f"{machine['date']}, Python {machine['python']}, {machine['cores']} cores; "
        f"{corpus['documents']:,} documents, {megabytes(corpus['text'])} MB of text; {versions}."
    )


def _index(results: dict[str, Any]) -> str:
    found = results.get("index")
    if not found:
        return ""
    against = found.get(REFERENCE, {}).get("rate")
    whole = results["corpus"]["documents"]
    rows = []
    for name, row in found.items():
        part = row["documents"] < whole
        seconds = f"{row['seconds']:.1f}"
        rows.append(
            [
                PEERS[name].label + (f" (first {row['documents']:,})" if part else ""),
                f"{seconds} (all: about {whole / row['rate']:,.0f})" if part else seconds,
                f"{row.get('workers', 1)}",
                f"{row['rate']:,.0f}",
                f"{row['rate'] / against:.2f}" if against else "-",
                f"{row['ratio']:.2f}",
                f"{row['memory'] / 1e6:,.0f}" if row["memory"] else "-",
            ]
        )
    return table(
        ["engine", "seconds", "workers", "documents/s", "to tantivy", "index to text", "peak memory, MB"],
        rows,
    )


def _query(results: dict[str, Any]) -> str:
    """Return two tables, a row for each engine: milliseconds, and ratios to the reference."""
    groups = {kind: group["engines"] for kind, group in results.get("query", {}).items() if kind in KINDS}
    if not groups:
        return ""
    times, ratios = [], []
    for name in results["versions"]:
        for mode, label in (("hits", ""), ("steps", ", without snippets")):
            cells, shares = [], []
            for engines in groups.values():
                mine = _of(engines, name, mode)
                reference = _of(engines, REFERENCE, "hits")
                cells.append(" / ".join(f"{value:.2f}" for value in mine) if mine else "-")
                pairs = zip(mine, reference, strict=True) if mine and reference else ()
                shares.append(" / ".join(f"{a / b:.2f}" for a, b in pairs) or "-")
            if set(cells) != {"-"}:
                times.append([PEERS[name].label + label, *cells])
                ratios.append([PEERS[name].label + label, *shares])
    tables = [table(["milliseconds at 50 / 95 / 99 %", *groups], times)]
    if REFERENCE in results["versions"]:
        tables.append(table([f"times as long as {PEERS[REFERENCE].label}", *groups], ratios))
    return "\n\n".join(tables)


def _of(engines: dict[str, Any], name: str, mode: str) -> list[float]:
    figures = engines.get(name, {}).get("modes", {}).get(mode)
    return list(figures["ms"]) if figures else []


def _process(results: dict[str, Any]) -> str:
    rows = []
    if start := results.get("starting"):
        small, big = start["seeds"]["median"], start["big"]["median"]
        rows.append(['`coopsearch "smuggling routes"`, an index of one document', f"{small:.3f}"])
        rows.append([f"the same, the whole corpus ({big / small:.2f} times as long)", f"{big:.3f}"])
    if add := results.get("adding"):
        rows.append(["`coopsearch index` with one document new, the whole corpus", f"{add['median']:.2f}"])
    if files := results.get("files"):
        label = f"`coopsearch index` over {files['files']:,} unchanged files"
        rows.append([label, f"{files['unchanged']['median']:.2f}"])
    return table(["process, from start to end", "seconds"], rows) if rows else ""


def _growth(results: dict[str, Any]) -> str:
    rows = [
        [
            f"{row['documents']:,}",
            f"{figures['seconds']:.1f}",
            f"{figures['rate']:,.0f}",
            f"{figures['memory'] / 1e6:,.0f}" if figures["memory"] else "-",
            f"{figures['bytes'] / 1e6:.0f}",
            *(f"{ms[0]:.2f} / {ms[2]:.2f}" for ms in figures["queries"].values()),
            f"{row['add']['median']:.2f}" if "add" in row else "-",
        ]
        for row in results.get("growth", ())
        if (figures := row["engines"].get("coopsearch"))
    ]
    if not rows:
        return ""
    kinds = next(iter(results["growth"][0]["engines"].values()))["queries"]
    head = ["documents", "index, s", "documents/s", "peak, MB", "index, MB"]
    return table([*head, *(f"{kind}, ms at 50 / 99 %" for kind in kinds), "add one, s"], rows)
