"""The report of a run, as text for a terminal and for benchmarks/runs/. Made from its results alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from benchmarks.display import layout, sections
from benchmarks.display.layout import megabytes, milliseconds, ratio, title
from benchmarks.peers import PEERS
from benchmarks.queries import MEANINGS

REFERENCE: Final = "tantivy"

#: What a row of a mode is called beside the engine's name.
_ROWS: Final = {
    "hits": ("hits", "steps", "count", "text", "exact"),
    "snippets": ("snippets",),
    "search": ("search",),
}
_HEADS: Final = {
    "hits": "query text to ten stored hits",
    "snippets": "query text to ten stored hits with snippets",
    "search": "the search alone, nothing read",
}
_SUFFIX: Final = {
    "steps": ", no snippets",
    "count": ", all counted",
    "text": ", no titles",
    "exact": ", exact words",
}


def text(results: dict[str, Any]) -> str:
    """Return the whole report."""
    return "\n".join(_lines(results))


def _lines(results: dict[str, Any]) -> Iterator[str]:
    yield from _head(results)
    parts: dict[str, Callable[[Any], Iterator[str]]] = {
        "index": _index,
        "query": lambda found: _queries(found, _fewer(results)),
        "starting": sections.starting,
        "adding": sections.adding,
        "files": sections.files,
        "growth": sections.growth,
        "parsing": sections.parsing,
    }
    for name, part in parts.items():
        if results.get(name):
            yield from part(results[name])
    yield from sections.bounds(results)
    if "seconds" in results:
        yield ""
        yield f"The whole run took {results['seconds'] / 60:.1f} minutes."


def _head(results: dict[str, Any]) -> Iterator[str]:
    machine, settings, corpus = results["machine"], results["settings"], results["corpus"]
    yield f"coopsearch beside other engines, {machine['date']}"
    yield "=" * layout.WIDTH
    joined = ", passages joined to whole documents" if settings.get("whole") else ""
    size = f"{corpus['documents']:,} documents, {megabytes(corpus['text'])} MB of text"
    yield f"{settings['corpus']}{joined}: {size}"
    yield f"{settings['queries']} and queries of everyday work"
    load = f", load {machine['load']:.1f} at the start" if machine.get("load") is not None else ""
    yield f"Python {machine['python']}, {machine['system']}, {machine['cores']} cores{load}"
    yield ""
    for name, version in results["versions"].items():
        yield f"  {PEERS[name].label + ' ' + version:22} {PEERS[name].setting}"


def _index(found: dict[str, Any]) -> Iterator[str]:
    yield from title("Indexing, each in a process of its own, from a file of JSON Lines to all on disk")
    heads = ("documents", "workers", "seconds", "CPU s", "docs/s", "MB", "x text", "peak MB", "x tantivy")
    yield f"{'':20}" + "".join(f"{head:>10}" for head in heads)
    against = found.get(REFERENCE, {}).get("rate")
    for name, row in found.items():
        part = row["documents"] < max(other["documents"] for other in found.values())
        memory = f"{row['memory'] / 1e6:,.0f}" if row["memory"] else "-"
        values = (
            f"{row['documents']:,}",
            f"{row.get('workers', 1)}",
            f"{row['seconds']:.1f}",
            f"{row['processor']:.1f}",
            f"{row['rate']:,.0f}",
            megabytes(row["bytes"]),
            f"{row['ratio']:.2f}",
            memory,
            ratio(row["rate"] / against) if against else "-",
        )
        label = PEERS[name].label + (" *" if part else "")
        yield f"{label:20}" + "".join(f"{value:>10}" for value in values)
    yield "x text: size of the index to the text. peak MB: memory (PSS) of all its processes together."
    yield "The best of up to three runs; the first is watched for its memory."
    yield "x tantivy: of documents/s, more is faster."
    yield from _extrapolated(found)


def _extrapolated(found: dict[str, Any]) -> Iterator[str]:
    whole = max(row["documents"] for row in found.values())
    for name, row in found.items():
        if row["documents"] < whole:
            label, seconds = PEERS[name].label, whole / row["rate"]
            yield f"* {label} was given the first {row['documents']:,} documents; at this rate (extrapolated)"
            yield f"  all {whole:,} would take it {seconds:,.0f} s."
            if ours := found.get("coopsearch"):
                times = ours["rate"] / row["rate"]
                yield f"  coopsearch indexes {times:.0f} times as many documents a second as {label}."


def _queries(found: dict[str, Any], fewer: set[str]) -> Iterator[str]:
    for kind, group in found.items():
        yield from title(f"{kind}: {MEANINGS[kind]} ({group['queries']} queries), milliseconds")
        yield f"{'':32}{'first look':>24}  {'warm, best of each':>24}  {'x tantivy':>16}"
        quantiles = "".join(f"{f'{percent} %':>8}" for percent in (50, 95, 99))
        yield f"{'':32}{quantiles}  {quantiles}  " + "".join(f"{f'{p} %':>6}" for p in (50, 95, 99))
        for section, modes in _ROWS.items():
            rows = list(_section(group["engines"], section, modes, fewer))
            if rows:
                yield _HEADS[section]
                yield from rows
        yield from _agreement(group)
    yield ""
    yield "First look: each query for the first time, in a process that answered another one before."
    yield "Warm: for each query the best of several passes. x tantivy: warm times to the row `tantivy` of the"
    yield "same way of asking, less is faster. * answers from fewer documents, see above."
    if any(figures["marks"] for group in found.values() for figures in group["engines"].values()):
        yield "coopsearch always marks snippets and counts all matches. `no snippets` and its search alone"
        yield "are inner steps of Index.search and not public; the row `coopsearch` is the one that counts."


def _fewer(results: dict[str, Any]) -> set[str]:
    """Return the engines that were given fewer documents than there are."""
    whole = results["corpus"]["documents"]
    return {name for name, row in results.get("index", {}).items() if row["documents"] < whole}


def _section(engines: dict[str, Any], section: str, modes: tuple[str, ...], fewer: set[str]) -> Iterator[str]:
    reference = engines.get(REFERENCE, {}).get("modes", {}).get(section, {}).get("ms")
    for name, figures in engines.items():
        # What always comes with snippets stands in both tables, measured once.
        found = dict(figures["modes"])
        if figures["marks"] and "snippets" not in found and _any_snippets(engines):
            found["snippets"] = found["hits"]
        for mode in modes:
            if mode not in found:
                continue
            label = PEERS[name].label + _SUFFIX.get(mode, "")
            if mode == "hits" and figures["marks"]:
                label += " (with snippets)"
            if name in fewer:
                label += " *"
            values = found[mode]["ms"]
            first = "".join(map(milliseconds, figures["first"])) if mode == "hits" else " " * 24
            ratios = (
                "".join(
                    f"{ratio(mine / theirs) if theirs else '-':>6}"
                    for mine, theirs in zip(values, reference, strict=True)
                )
                if reference
                else ""
            )
            failed = f"  {figures['failed']} failed" if figures["failed"] and mode == "hits" else ""
            yield f"  {label:30}{first}  {''.join(map(milliseconds, values))}  {ratios}{failed}".rstrip()


def _any_snippets(engines: dict[str, Any]) -> bool:
    return any("snippets" in figures["modes"] for figures in engines.values())


def _agreement(group: dict[str, Any]) -> Iterator[str]:
    same = group.get("agreement")
    if not same or not same["queries"]:
        return
    ours, theirs = same["sums"]
    near = f"{1 - same['apart'] / same['queries']:.0%}"
    if same["found"]:
        near += f", of the {same['found']} with any {1 - same['apart'] / same['found']:.0%}"
    yield f"counts within 5 % of each other: {near}; in all coopsearch {ours:,}, tantivy {theirs:,}"
    if same["examples"]:
        apart = "; ".join(f"{text} {a:,} / {b:,}" for text, a, b in same["examples"][:3])
        yield f"furthest apart: {apart}"
