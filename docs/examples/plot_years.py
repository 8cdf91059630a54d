"""Hits by year and language, as bars on the terminal, or as a picture where matplotlib is installed.

python plot_years.py "smuggling routes"
python plot_years.py "smuggling routes" --picture hits.png
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Mapping

from coopsearch.search import CoopsearchError, Index, open_index

#: Characters of the longest bar, and the eighths of one.
WIDTH = 40
EIGHTHS = " ▏▎▍▌▋▊▉"

Table = Mapping[str, Mapping[str, int]]


def by_language_and_year(index: Index, query: str) -> Table:
    """Count the documents that match, for each language by year; "" is no year."""
    counts = {
        language: index.facets(f"({query}) AND lang:{language}", ["year"])["year"]
        for language in index.languages
    }
    return {language: years for language, years in counts.items() if years}


def bar(count: int, most: int) -> str:
    """Return a bar whose length is to that of the longest as the count is to the highest."""
    whole, part = divmod(round(count / most * WIDTH * 8), 8)
    return "█" * whole + EIGHTHS[part].strip()


def lines(table: Table) -> list[str]:
    """Return a line for each year and language."""
    years = sorted({year for counts in table.values() for year in counts})
    most = max((count for counts in table.values() for count in counts.values()), default=1)
    found = []
    for year in years:
        label = year or "none"
        for language, counts in table.items():
            if count := counts.get(year, 0):
                found.append(f"{label:>4}  {language}  {bar(count, most)} {count:,}")
                label = ""
    return found


def save_picture(table: Table, query: str, path: str) -> None:
    """Draw the same as a picture: a bar for each year, stacked by language."""
    try:
        plot = importlib.import_module("matplotlib.pyplot")
    except ImportError:
        sys.exit("a picture needs matplotlib: pip install matplotlib")
    years = sorted({year for counts in table.values() for year in counts})
    below = [0] * len(years)
    for language, counts in table.items():
        heights = [counts.get(year, 0) for year in years]
        plot.bar([year or "none" for year in years], heights, bottom=below, label=language)
        below = [low + height for low, height in zip(below, heights, strict=True)]
    plot.title(query)
    plot.ylabel("documents")
    plot.legend()
    plot.savefig(path)


def main() -> None:
    """Read the command line, count, and show."""
    parser = argparse.ArgumentParser(description="Show hits by year and language.")
    parser.add_argument("query")
    parser.add_argument("--index", help="folder of the index; found as `coopsearch` finds it if not given")
    parser.add_argument("--picture", metavar="FILE", help="save a picture instead (needs matplotlib)")
    given = parser.parse_args()
    try:
        with open_index(given.index) as index:
            table = by_language_and_year(index, given.query)
            total = index.count(given.query)
    except CoopsearchError as error:
        sys.exit(f"{error}")
    if given.picture:
        save_picture(table, given.query, given.picture)
        return
    print(f"{given.query}: {total:,} document{'' if total == 1 else 's'}")
    print("\n".join(lines(table)))


if __name__ == "__main__":
    main()
