"""``coopsearch batch``: ask a whole list of names, numbers or phrases, and print a table of what they find.

Reads the options and counts the answers; ``search.batch`` asks.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Final

import typer

from coopsearch.search.cli.answers.asked_indexes import open_asked
from coopsearch.search.cli.answers.given_line import expansion
from coopsearch.search.cli.answers.search_options import NamesOption, QueryLanguageOption, TranslateOption
from coopsearch.search.cli.app import Command, IndexesOption, app
from coopsearch.search.cli.display.render import counted
from coopsearch.search.cli.display.terminal import wrapped
from coopsearch.search.cli.exits import Exit
from coopsearch.search.errors import SettingsError

if TYPE_CHECKING:
    from coopsearch.search.batch import Answer, Reading
    from coopsearch.search.cli.forms.answers import Answered
    from coopsearch.search.index import Index

#: Seconds between two looks of the progress.
_EVERY: Final = 0.2


@app.command(
    "batch",
    cls=Command,
    epilog="Examples: coopsearch batch names.txt --csv > found.csv; coopsearch batch people.csv --column "
    "surname -n 3; cut -f2 ids.tsv | coopsearch batch - --json. Exit code: 0 if any line is found, 1 if none "
    "is, 2 for an error, also where a line could not be asked (the others are).",
)
def batch(
    names: Annotated[
        str,
        typer.Argument(
            metavar="LIST", help="A text file with a name, number or phrase a line; - for standard input."
        ),
    ],
    words: Annotated[
        bool,
        typer.Option(
            "--words", help="Ask for documents that hold all words of a line, anywhere and in any form."
        ),
    ] = False,
    as_query: Annotated[
        bool, typer.Option("--query", help="Read each line as a query: with operators, fields and quotes.")
    ] = False,
    phrase: Annotated[
        bool,
        typer.Option("--phrase", help="Ask for the words of a line side by side, as in quotes: the default."),
    ] = False,
    column: Annotated[
        str | None,
        typer.Option(
            "--column", metavar="NAME", help="The list is a table (CSV, TSV): ask this column of it."
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(
            "--encoding", metavar="NAME", help="The encoding of the list, where it is not UTF-8: cp1256."
        ),
    ] = None,
    limit: Annotated[
        int,
        typer.Option(
            "-n", "--limit", min=0, max=1_000, help="Show so many hits of each line; 0 only counts."
        ),
    ] = 1,
    only_found: Annotated[
        bool, typer.Option("--only-found", help="Leave out lines that nothing is found for.")
    ] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print a table of comma-separated values.")] = False,
    csv_excel: Annotated[
        bool, typer.Option("--csv-excel", help="The same with the mark by which Excel knows UTF-8.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line for each line of the list.")
    ] = False,
    translate: TranslateOption = None,
    query_language: QueryLanguageOption = None,
    name_forms: NamesOption = None,
    index: IndexesOption = None,
) -> int:
    """Ask a list: for each line how many documents hold it, and the best passage."""
    # Imported here: `coopsearch --help` imports every command.
    from coopsearch.search.batch import Answer, Batch
    from coopsearch.search.cli.forms.answers import Answered
    from coopsearch.search.cli.forms.form import only_form
    from coopsearch.search.cli.forms.lists import opened as opened_list

    only_form(json=json, csv=csv, csv_excel=csv_excel)
    reading = _reading(phrase=phrase, words=words, as_query=as_query)
    chosen = expansion(translate, query_language, name_forms)
    with opened_list(names, encoding, column) as lines, open_asked(index, expansion=chosen) as opened:
        write = _writer(opened, csv=csv, csv_excel=csv_excel, json=json)
        counts = Counts()
        with Batch(opened, reading=reading, limit=limit) as asking:
            for line in lines:
                wrong = Answer(line.text, 0, (), error=line.error)
                answer = wrong if line.error else asking.ask(line.text)
                counts.add(answer)
                if answer.total or not only_found:
                    write(Answered(line.number, answer))
    sys.stdout.flush()
    counts.end()
    print(wrapped(counts.told(), sys.stderr), file=sys.stderr)
    if counts.wrong:
        return Exit.ERROR
    return Exit.FOUND if counts.found else Exit.NOTHING


class Counts:
    """What became of the lines so far, shown on a terminal while they are asked."""

    def __init__(self) -> None:
        """Show it where stderr is a terminal and nothing else is printed there."""
        self.asked = self.found = self.wrong = 0
        self._shown = sys.stderr.isatty() and not sys.stdout.isatty()
        self._next = time.monotonic() + _EVERY

    def add(self, answer: Answer) -> None:
        """Count an answer."""
        self.asked += 1
        self.found += bool(answer.total)
        self.wrong += bool(answer.error)
        if self._shown and time.monotonic() >= self._next:
            self._next = time.monotonic() + _EVERY
            self._say(self.told())

    def told(self) -> str:
        """Return the counts as a line."""
        if not self.asked:
            return "the list holds nothing to ask"
        wrong = f"; {counted(self.wrong, 'line')} could not be asked" if self.wrong else ""
        return f"{self.found:,} of {counted(self.asked, 'line')} found{wrong}"

    def end(self) -> None:
        """Take what is shown away."""
        if self._shown:
            self._say("")

    @staticmethod
    def _say(text: str) -> None:
        # To the beginning of the line, and what was there goes.
        print(f"\r\x1b[2K{text}", end="", file=sys.stderr, flush=True)


def _reading(*, phrase: bool, words: bool, as_query: bool) -> Reading:
    given = [
        name for name, wanted in (("--phrase", phrase), ("--words", words), ("--query", as_query)) if wanted
    ]
    if len(given) > 1:
        raise SettingsError(f"{' and '.join(given)} are two ways to read a line; give one of them")
    return "words" if words else "query" if as_query else "phrase"


def _writer(opened: Index, *, csv: bool, csv_excel: bool, json: bool) -> Callable[[Answered], None]:
    """Return what prints an answer in the form that is asked for."""
    from coopsearch.search.cli.forms import answers
    from coopsearch.search.cli.forms.cells import MARK, row
    from coopsearch.search.cli.forms.form import put

    if csv or csv_excel:
        put((MARK if csv_excel else "") + row(answers.COLUMNS))
        index = str(opened.folders[0])
        return lambda one: put("".join(answers.rows(one, index)))
    if json:
        return lambda one: print(answers.json_line(one))
    labels = opened.labels
    return lambda one: print(*answers.text_lines(one, labels), sep="\n")
