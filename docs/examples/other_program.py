"""Documents of another program, searched beside the files: rows of a CSV file or of an SQLite table.

    python other_program.py tickets.csv --key id --text body --title subject --date opened
    python other_program.py tickets.db --table tickets --key id --text body --query "status:open smuggling"

Each row becomes a document ``api://tickets/KEY``; its other columns are fields. What changed is replaced,
what is gone is deleted, all in one step; rows that are as they were cost nothing.
"""

from __future__ import annotations

import argparse
import csv
import re
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from coopsearch.indexer import IndexWriter, open_writer
from coopsearch.search import CoopsearchError, open_index

Row = Mapping[str, object]


def rows(path: Path, table: str) -> Iterator[Row]:
    """Yield the rows of a file, by the names of their columns."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield from csv.DictReader(stream)
        return
    # Opened so that nothing is written to the file of the other program.
    with closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)) as database:
        database.row_factory = sqlite3.Row
        name = table.replace('"', '""')
        for row in database.execute(f'SELECT * FROM "{name}"'):
            yield {column: row[column] for column in row.keys()}  # noqa: SIM118 - a row is no mapping


def field_name(column: str) -> str:
    """Return the name of a field for a column: small letters, digits and ``_``."""
    name = re.sub(r"\W+", "_", column.strip().lower()).strip("_")
    return name if name[:1].isalpha() else f"c_{name}"


def as_value(value: object) -> str | int | float | None:
    """Return what a field is to hold, None for nothing: a CSV file has texts alone, SQLite may have bytes."""
    if isinstance(value, str):
        return value.strip() or None
    return value if isinstance(value, (int, float)) else None


def bring_in_step(writer: IndexWriter, given: argparse.Namespace) -> tuple[int, int]:
    """Put all rows, and delete what is none any more; return how many there are, and how many went."""
    folder = given.file.stem
    named = {given.key, given.text, given.title, given.date}
    seen = set()
    for row in rows(given.file, given.table or folder):
        path = f"{folder}/{row[given.key]}"
        # Where a row of a CSV file has more cells than the first one, these have no name.
        others = {name: value for name, value in row.items() if name and name not in named}
        fields = {field_name(name): as_value(value) for name, value in others.items()}
        writer.put(
            path,
            str(row[given.text] or ""),
            title=str(row.get(given.title) or ""),
            date=str(row.get(given.date) or "")[:10],
            fields={name: value for name, value in fields.items() if value is not None},
        )
        seen.add(path)
    gone = [path for path in writer.paths(f"{folder}/") if path not in seen]
    for path in gone:
        writer.delete(path)
    return len(seen), len(gone)


def printable(text: str) -> str:
    """Return a text without what a terminal could take as a command: the rows may be anybody's."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def main() -> int:
    """Read the command line, bring the index in step, and ask it."""
    parser = argparse.ArgumentParser(description="Search the rows of a CSV file or an SQLite table.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--table", help="the table of an SQLite file; called as the file if not given")
    parser.add_argument("--key", default="id", help="the column that names a row")
    parser.add_argument("--text", default="text", help="the column that is the text")
    parser.add_argument("--title", default="title", help="the column that is the title")
    parser.add_argument("--date", default="date", help="the column that is the day, in ISO 8601")
    parser.add_argument("--index", help="folder of the index; found as `coopsearch` finds it if not given")
    parser.add_argument("--query", help="what to ask afterwards")
    given = parser.parse_args()
    try:
        with open_writer(given.index) as writer:
            there, gone = bring_in_step(writer, given)
        print(f"{there:,} rows, {gone:,} gone")
        if given.query:
            with open_index(given.index) as index:
                results = index.search(given.query)
                for hit in results:
                    print(f"{hit.rank}. {printable(hit.title)}  {printable(hit.path)}")
                print(f"{results.total:,} found")
    except KeyError as error:
        print(f"other_program: there is no column {error}", file=sys.stderr)
        return 2
    except (CoopsearchError, OSError, ValueError, sqlite3.Error) as error:
        print(f"other_program: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
