"""A search from what is given of its options to the printed answer.

Holds the order of the steps; ``search.index`` searches, and ``display.render`` renders. The options are those
of ``option_rows``. Does not depend on Typer.
"""

from __future__ import annotations

import sys
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from coopsearch.search.cli.answers.asked_indexes import open_asked
from coopsearch.search.cli.answers.given_line import cure_of, expansion, joined, narrowing, tags_given
from coopsearch.search.cli.display import render
from coopsearch.search.cli.display.terminal import ADDRESS, safe
from coopsearch.search.cli.exits import Exit
from coopsearch.search.desk.last_answer import remember
from coopsearch.search.errors import IndexMissing, SettingsError
from coopsearch.search.index import MOST_HITS, Index
from coopsearch.search.indexdir.location import index_folder, project_seeds
from coopsearch.search.indexdir.meta import is_other
from coopsearch.search.model import Changed, Results, shown_path
from coopsearch.search.settings.synonyms import synonyms_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from coopsearch.search.engines.base import Facet, Order

#: Documents up to which an answer may be that to a word that few writers spell so.
_FEW = 2
#: Documents of an index from which on another spelling may be much more frequent.
_MANY = 6


def searched(
    *,
    query: list[str],
    limit: int,
    require_all: bool,
    as_json: bool,
    coverage: bool,
    sort: str,
    facet: list[str] | None,
    explain: bool,
    fold: bool,
    why_not: str | None,
    csv: bool,
    csv_excel: bool,
    paths: bool,
    paths0: bool,
    template: str | None,
    all_hits: bool,
    since: str | None,
    until: str | None,
    types: list[str] | None,
    languages: list[str] | None,
    folders: list[str] | None,
    context: int,
    passages: int,
    page: int,
    group: str | None,
    names: str | None,
    no_pager: bool,
    translate: str | None,
    query_language: str | None,
    tag: list[str] | None,
    unseen: bool,
    index: list[str] | None,
    skip_unreadable: bool,
    usual_translate: str | None = None,
) -> int:
    """Ask, print the answer, and return the exit code. Raises what ``Index.search`` raises.

    ``usual_translate`` is what files of settings say of ``translate``, if they do.
    """
    text, chosen = joined(query), expansion(translate, query_language, names)
    narrowed = narrowing(since, until, types, languages, folders)
    tags = tags_given(tag, unseen=unseen)
    form = None
    if csv or csv_excel or paths or paths0 or template is not None or all_hits:
        # Imported here: most answers are for a person.
        from coopsearch.search.cli.forms.all_hits import print_all, refuse, tell
        from coopsearch.search.cli.forms.form import only_form, put

        form = only_form(
            json=as_json, csv=csv, csv_excel=csv_excel, paths=paths, paths0=paths0, template=template
        )
        apart = {"--facet": bool(facet), "--explain": explain, "--coverage": coverage, "--fold": fold}
        apart["--fold"] &= all_hits
        apart |= {"--group": group is not None, "--page": page > 1 and all_hits}
        refuse(form, all_hits=all_hits, limit=limit, apart={**apart, "--why-not": why_not is not None})
    if page * limit > MOST_HITS:
        raise SettingsError(
            f"--page {page} with -n {limit} goes beyond the first {MOST_HITS:,} hits; give a lower page"
        )
    group_by = _group(group) if group is not None else None
    with _opened(index, skip_unreadable=skip_unreadable, chosen=chosen) as opened:
        if all_hits:
            order = cast("Order", "newest" if sort == "date" else sort)
            return print_all(
                opened, text, form, as_json=as_json,
                options={
                    "require_all": require_all, "sort": order, "tags": tags, **narrowed, **chosen,
                },
            )  # fmt: skip
        if why_not is not None:
            if narrowed or tags:
                raise SettingsError(
                    "--why-not looks at the query alone; leave out the options that narrow the answer, or "
                    "write them into the query, as in lang:fr -tag:seen"
                )
            return _why_not(
                opened,
                text,
                why_not,
                require_all=require_all,
                as_json=as_json,
                cure=cure_of(translate, usual_translate),
            )
        results = opened.search(
            text,
            limit=limit,
            require_all=require_all,
            explain=explain,
            sort=cast("Order", "newest" if sort == "date" else sort),
            facets=[*(facet or []), *([group_by] if group_by else [])],
            fold=fold,
            offset=(page - 1) * limit,
            passages=passages,
            context=context,
            tags=tags,
            **narrowed,
        )
        if limit:
            remember(
                text,
                results.hits,
                index=opened.folders,
                generations=opened.generations,
                total=results.total,
                options={
                    "require_all": require_all,
                    **narrowed,
                    **({"tags": tags} if tags else {}),
                    **chosen,
                },
            )
        lack: list[str] = []
        if as_json and not limit:
            lack.append(_totals(opened, results, text, require_all=require_all, diagnosed=not tags))
        elif not as_json and form is None and not tags:
            lack += _lack(
                opened,
                results,
                text,
                require_all=require_all,
                narrowed=bool(narrowed),
                cure=cure_of(translate, usual_translate),
            )
            lack += _past_the_end(results, limit, page)
        changed = opened.changed() if (not as_json and form is None) or coverage else None
        base = opened.folders[0].parent
    if form is not None:
        for piece in form.text(results, str(opened.folders[0])):
            put(piece)
        tell(results.notes)
        return Exit.FOUND if results.total else Exit.NOTHING
    for line in results.explanation:
        print(safe(line, ADDRESS), file=sys.stderr)
    asked = {name: results.facets[name] for name in facet or ()}
    if as_json:
        for line in chain(lack, _json_lines(results, group_by, base)):
            print(line)
        _print_beside(results, asked, changed, coverage=coverage)
    else:
        dates = sort in {"newest", "oldest", "date"} or "since" in narrowed or "until" in narrowed
        body = list(_body(results, group_by, base, dates=dates))
        if asked:
            from coopsearch.search.cli.display.facets_text import facet_lines

            body += facet_lines(asked, after_hits=bool(results.hits), stream=sys.stdout)
        # Imported here, as a program that reads JSON needs no layout.
        from coopsearch.search.cli.display.answer_text import show, status_lines

        status = status_lines(results, changed, require_all=require_all, lack=lack)
        show(body, status, pager=not no_pager)
    return Exit.FOUND if results.total else Exit.NOTHING


def _group(name: str) -> Facet:
    from coopsearch.search.results.groups import facet_of

    return facet_of(name)


def _body(results: Results, group_by: Facet | None, base: Path, *, dates: bool) -> Iterable[str]:
    """Return the lines of the hits, in groups if that is asked for."""
    if group_by is None or not results.hits:
        return render.text_lines(results, sys.stdout, dates=dates)
    from coopsearch.search.cli.display.answer_text import group_lines
    from coopsearch.search.cli.display.hit_text import Look
    from coopsearch.search.results.groups import grouped

    look = Look.of(sys.stdout, dates=dates)
    return group_lines(grouped(results, group_by, base), group_by, look, results[-1].rank)


def _json_lines(results: Results, group_by: Facet | None, base: Path) -> Iterable[str]:
    if group_by is None:
        return (render.json_line(hit, results.notes) for hit in results)
    from coopsearch.search.results.groups import grouped

    return (
        render.json_line(hit, results.notes, group=group.value)
        for group in grouped(results, group_by, base)
        for hit in group.hits
    )


def _print_beside(
    results: Results, facets: Mapping[str, object], changed: Changed | None, *, coverage: bool
) -> None:
    """Print what stands behind the hits for a program."""
    if facets:
        print(render.as_json({"facets": facets}))
    if coverage:
        print(render.coverage_line(results.coverage, changed, results.warning))
    if results.warning:
        print(render.warning_line(results), file=sys.stderr)


def _past_the_end(results: Results, limit: int, page: int) -> list[str]:
    if page == 1 or results.hits or not results.total or not limit:
        return []
    return [f"there is no page {page:,}; the last one is --page {-(-results.total // limit):,}"]


def _totals(opened: Index, results: Results, query: str, *, require_all: bool, diagnosed: bool) -> str:
    """Return how much was found, and why not all of it, as a line of JSON."""
    from coopsearch.search.cli.display.answer_json import totals_line

    wanted = diagnosed and not results.total_all
    diagnosis = opened.diagnose(query, require_all=require_all) if wanted else None
    return totals_line(results, diagnosis)


def _lack(
    opened: Index, results: Results, query: str, *, require_all: bool, narrowed: bool, cure: str
) -> list[str]:
    """Return what to say of an answer in which next to no document holds all that was asked for."""
    if narrowed:
        # What keeps an answer away is sooner what it was narrowed to than a word of it.
        everywhere = 0 if results.total else opened.search(query, limit=0, require_all=require_all).total
        if results.total or everywhere:
            of = f"{render.counted(everywhere, 'document')} without the options that narrow the answer"
            return [f"  {of}"] if everywhere else []
    if results.total_all > _FEW or (results.total_all and results.documents < _MANY):
        return []
    # Imported here: most searches find what they ask for.
    from coopsearch.search.cli.display.diagnosis_text import lack_lines

    found = opened.diagnose(query, require_all=require_all)
    return list(lack_lines(found, results, cure))


def _why_not(opened: Index, query: str, path: str, *, require_all: bool, as_json: bool, cure: str) -> int:
    if not path:
        raise SettingsError("the path of --why-not is empty; name a file")
    reason = opened.why_not(query, path, require_all=require_all)
    if as_json:
        from coopsearch.search.cli.display.answer_json import why_not_line

        print(why_not_line(reason))
    else:
        from coopsearch.search.cli.display.diagnosis_text import why_lines

        print(*why_lines(reason, cure), sep="\n")
    return Exit.FOUND if reason.rank else Exit.NOTHING


def _opened(options: list[str] | None, *, skip_unreadable: bool, chosen: Mapping[str, Any]) -> Index:
    folder = index_folder(options[0] if options else None)
    try:
        return open_asked(options, skip_unreadable=skip_unreadable, expansion=chosen)
    except IndexMissing:
        seeds = project_seeds(folder)
        if seeds is None or is_other(folder) or (options and len(options) > 1):
            raise
    # The first question in a fresh project is answered, not sent away.
    place, source = safe(shown_path(str(folder))), safe(shown_path(str(seeds)))
    print(f"coopsearch: no index yet; building {place} from {source}", file=sys.stderr)
    from coopsearch.indexer import Interrupted, sync
    from coopsearch.search.cli.signals import Ending

    with Ending() as ending:
        sync([seeds], folder, progress=lambda _: ending.check(Interrupted))
    return Index(folder, synonyms=synonyms_for(folder), **chosen)
