"""``coopsearch show``: a hit in its surroundings, all places of a query in one document, or all of its text.

Reads the options and says what is shown; ``display.document_text`` lays it out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import chain
from typing import Annotated

import typer

from coopsearch.search.cli.answers.given_line import expansion, joined
from coopsearch.search.cli.answers.search_options import NamesOption, QueryLanguageOption, TranslateOption
from coopsearch.search.cli.answers.target import Asked, asked, document_of, notes, span_of
from coopsearch.search.cli.app import IndexesOption, QueryCommand, app
from coopsearch.search.cli.display.document_text import (
    around_lines,
    head_lines,
    looks_on,
    place_lines,
    whole_lines,
)
from coopsearch.search.cli.display.pager import paged
from coopsearch.search.cli.display.render import counted
from coopsearch.search.cli.display.terminal import ADDRESS, page_text, safe, shown_path, wrapped
from coopsearch.search.cli.exits import Exit
from coopsearch.search.errors import SettingsError
from coopsearch.search.index import open_index
from coopsearch.search.model import Document
from coopsearch.search.page_labels import label_of
from coopsearch.search.query.expanding import given_in
from coopsearch.search.results.places import Places

#: Passages before and after that of a hit, where nobody says how many.
_CONTEXT = 2


@app.command(
    "show",
    cls=QueryCommand,
    epilog='Examples: coopsearch show 3; coopsearch show 3 --places; coopsearch show report.pdf "smuggling '
    'routes". Exit code: 0 shown, 1 no place found, 2 error.',
)
def show(
    what: Annotated[
        str,
        typer.Argument(
            metavar="N|ADDRESS",
            help="The number of a hit of the last answer in this terminal, or a document as hits name it: "
            "report.pdf, 'a.zip!mail.eml!annex.pdf' (in single quotes, as shells take ! for their own), ./3 "
            "for a file called 3.",
        ),
    ],
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="[QUERY...]", help="Show all places in the document that hold this."),
    ] = None,
    context: Annotated[
        int | None,
        typer.Option(
            "--context",
            metavar="N",
            min=0,
            max=100_000,
            help="Passages to show before and after each: 2 for a hit, 0 for places.",
        ),
    ] = None,
    whole: Annotated[bool, typer.Option("--all", help="Show the whole text, with the words marked.")] = False,
    in_places: Annotated[
        bool, typer.Option("--places", help="Show all places in the document of the hit, not only the best.")
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="Print one JSON object, with the passages and their places; of places, an object a line for "
            "each.",
        ),
    ] = False,
    no_pager: Annotated[bool, typer.Option("--no-pager", help="Print long output without a pager.")] = False,
    translate: TranslateOption = None,
    query_language: QueryLanguageOption = None,
    names: NamesOption = None,
    index: IndexesOption = None,
) -> int:
    """Show a hit of the last answer in its surroundings, or a document: its text, or all places of a query.

    The text is that of the index: the file may have changed since, or be gone.
    """
    one = asked(what, index)
    given = joined(query) if query else ""
    _check(one, given, context=context, whole=whole, in_places=in_places)
    text = given or (one.answer.query if one.answer is not None else "")
    in_places = in_places or bool(given and not whole)
    # The words of an answer are looked for as they were asked.
    options = one.answer.options if one.answer is not None and not given else {}
    chosen = {**given_in(options), **expansion(translate, query_language, names)}
    with open_index(one.folder, **chosen) as opened:
        document = document_of(opened, one)
        if in_places and document.is_bare:
            raise SettingsError(
                f"the text of {shown_path(document.path)} is not in this index, so its places cannot be "
                "shown; ask whoever packed the index for the file"
            )
        said = notes(opened, document, one)
        hit = range(0) if given else span_of(document, one)
        numbers = None
        if not in_places and not whole and one.hit is not None:
            numbers = _around(document, hit, _CONTEXT if context is None else context)
        found = Places(document, ())
        if text:
            plain = one.answer is not None and not given and bool(one.answer.options.get("plain"))
            found = opened.places(document, text, plain=plain, within=_range(document, numbers))
    lines: Iterable[str]
    if as_json:
        # Imported here: most who show something look at it.
        from coopsearch.search.cli.display.render import as_json as json_of
        from coopsearch.search.values import documents

        values = (
            (documents.place_value(found, place, text, said) for place in found.places)
            if in_places
            else [documents.document_value(found, numbers, hit, number=one.number, query=text, notes=said)]
        )
        lines = map(json_of, values)
    else:
        looks = looks_on(sys.stdout, document.title + _shown(found, numbers, in_places and not context))
        if in_places:
            about = f"{counted(len(found.places), 'place')} for {text}"
            lines = chain(head_lines(found, looks, about=about), place_lines(found, looks, context or 0))
        else:
            about = f"hit {one.number} for {given or _asked(one)}" if one.hit is not None else ""
            head = head_lines(found, looks, place=_place(document, one), about=about)
            body = (
                whole_lines(found, looks, hit)
                if numbers is None
                else around_lines(found, numbers, hit, looks)
            )
            gap = [""] if numbers is not None and document.passages[numbers[0]].heading else []
            lines = chain(head, gap, body)
    paged(lines, sys.stdout, wanted=False if no_pager or as_json else None)
    sys.stdout.flush()
    if in_places and not found.places:
        only = "; its title does" if found.title_matches else ""
        told = f"no passage of {shown_path(document.path)} holds {text}{only}"
        print(wrapped(safe(told, ADDRESS), sys.stderr), file=sys.stderr)
    for note in said:
        print(wrapped(safe(f"note: {note}", ADDRESS), sys.stderr), file=sys.stderr)
    return Exit.NOTHING if in_places and not found.places else Exit.FOUND


def _asked(one: Asked) -> str:
    return one.answer.asked if one.answer is not None else ""


def _check(one: Asked, query: str, *, context: int | None, whole: bool, in_places: bool) -> None:
    """Raise SettingsError for options that do not go together."""
    if whole and in_places:
        raise SettingsError("--all and --places do not go together; leave one of them out")
    if in_places and one.hit is None and not query:
        raise SettingsError(
            f'--places needs a query; give one, as in: coopsearch show {one.path} "some words"'
        )
    if context is not None and (whole or (one.hit is None and not query)):
        raise SettingsError("--context is of no use with the whole text; leave it out, or give a query")


def _around(document: Document, hit: range, context: int) -> range | None:
    """Return the numbers of the passages to show around a hit; of a hit in the title alone, of the first."""
    count = len(document.passages)
    if not count:
        return None
    first, last = (hit[0], hit[-1]) if hit else (0, 0)
    return range(max(0, first - context), min(count, last + 1 + context))


def _range(document: Document, numbers: range | None) -> tuple[int, int] | None:
    """Return where in the text the matches of some passages may stand; None for all of it."""
    if numbers is None:
        return None
    # The match of a phrase may begin in the passage before.
    first = document.passages[max(0, numbers[0] - 1)]
    return first.start, document.passages[numbers[-1]].end


def _shown(found: Places, numbers: range | None, only_places: bool) -> str:
    """Return the text that is shown, or more than that: a mark around matches must not stand in it."""
    if only_places:
        return "".join(place.text for place in found.places)
    document = found.document
    if numbers is None:
        return document.text
    return document.text[document.passages[numbers[0]].start : document.passages[numbers[-1]].end]


def _place(document: Document, one: Asked) -> str:
    """Return where in its document a hit stands, as it is shown behind the address."""
    if one.hit is None:
        return ""
    if one.hit.page is not None:
        return f", {page_text(one.hit.page, label_of(document.type, document.fields, one.hit.page))}"
    return "" if one.hit.line is None else f":{one.hit.line}"
