"""An open index: ask it, refresh it, close it. The face that scripts and the command line share.

Ties together parsing, planning, the engine and snippets. Writes nothing. Does not depend on the terminal.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from coopsearch.search.arguments import checked_document, whole_number
from coopsearch.search.counting import Counting
from coopsearch.search.engines.base import Order
from coopsearch.search.errors import QueryTooCostly
from coopsearch.search.indexdir.location import index_folder, path_text
from coopsearch.search.model import Diagnosis, Document, Passage, Results, WhyNot
from coopsearch.search.opened import OpenIndex, SynonymsLike
from coopsearch.search.query.expanding import expanding_of
from coopsearch.search.query.filters.tagged import narrowed
from coopsearch.search.query.parser import parse
from coopsearch.search.query.syntax import Tree
from coopsearch.search.query.totals import holding_all
from coopsearch.search.results.facets import checked_names, counts, facets_of, order_of
from coopsearch.search.results.highlighter import Highlighter
from coopsearch.search.results.hits import HitMaker, Shown, shown_part
from coopsearch.search.searcher import Searcher
from coopsearch.search.settings.synonyms import synonyms_for

if TYPE_CHECKING:
    from coopsearch.search.engines.nodes import Node
    from coopsearch.search.query.expansion.words import Kin
    from coopsearch.search.query.filters.narrowing import Given, Narrowing
    from coopsearch.search.results.places import Places
    from coopsearch.search.walk import Lent, Walk

#: More hits than anyone reads; a script that wants all asks for them in `limit`, up to this.
MOST_HITS: Final = 100_000
#: Hits beyond those shown that are looked at where they are folded.
FURTHER: Final = 50


class Index(OpenIndex, Counting):
    """An index, open for searching. Safe for many threads; a context manager.

    It keeps answering from the state that it was opened on until ``refresh`` is called.
    """

    def search(  # noqa: PLR0913 - the options of a search, by name
        self,
        query: str,
        *,
        limit: int | None = 10,
        require_all: bool = False,
        explain: bool = False,
        plain: bool = False,
        snippets: bool = True,
        sort: Order = "relevance",
        facets: Iterable[str] = (),
        fold: bool = False,
        offset: int = 0,
        passages: int = 1,
        context: int = 0,
        since: str | None = None,
        until: str | None = None,
        types: Iterable[str] = (),
        languages: Iterable[str] = (),
        folders: Iterable[str | os.PathLike[str]] = (),
        tags: Sequence[str] = (),
        names: str | None = None,
        translate: str | Iterable[str] | None = None,
        query_language: str | None = None,
    ) -> Results:
        """Rank the documents that match a query and return the best ``limit`` of them.

        Words side by side match any of them, unless ``require_all``. ``limit`` 0 only counts, and None is for
        all, up to 100,000. ``plain`` takes the text as words alone: no sign and no AND in it is an operator.
        ``explain`` says in ``Results.explanation`` how each part of the query was read, and in
        ``Hit.explanation`` what it gave to the score. Without ``snippets`` the hits say which documents they
        are, and not where in them the words stand. ``sort`` puts the hits in another order: by day ("newest"
        or "oldest" first), "path" or "title", ties by path. ``facets`` ("lang", "type", "year", "folder",
        "folder:2" for the first two folders of each, or a field that documents have) are counted over all
        documents that match, into ``Results.facets``. ``fold`` puts documents that say nearly the same as a
        better hit into its ``near``; the counts stay those of all documents. ``offset`` passes over the best
        hits; ranks go on. ``passages`` above 1 gives the best ones of each document in ``Hit.passages``, and
        ``context`` so many sentences around each in ``before`` and ``after``. Only documents are found whose
        day lies between ``since`` and ``until`` (in any form that ``date:`` takes), of one of the ``types``,
        with a passage in one of the ``languages``, and below one of the ``folders``. ``tags`` are marks of
        the desk that all of them must have, or must not for ``-seen``. ``names`` "no" takes words that look
        like names as they are typed; with "auto" they stand for other spellings in the index, in any script,
        too. ``translate`` says into which languages of the index the words of the query are translated, by
        lexicons: "auto" for all that the query is not in, "no", or "fr,ar". ``query_language`` ("en") is the
        language of the query where its words do not tell. None for any of the three is as the index was
        opened. Raises QueryError for a query that cannot be read, SettingsError for a number out of range and
        for an order, a facet, a day, a format, a language or a folder that there is not, and IndexUnreadable
        for damage.
        """
        limit, shown = _part(limit, offset, passages, context)
        order, wanted = order_of(sort), checked_names(facets)
        expanding = expanding_of(translate, query_language, names, self._expanding)
        within = _narrowing((since, until, types, languages, folders))
        started = time.perf_counter()
        tree = _tree(query, require_all=require_all, plain=plain)
        tree = narrowed(tree, tags) if tags else tree
        with self._held() as state:
            reader = state.reader
            counted = facets_of(wanted, reader)
            # What the same text means in another way of asking is another plan.
            text = "" if require_all or plain or within or tags else query
            plan = state.plan(
                tree,
                text=text,
                explain=explain,
                within=within and self._filter(state, within),
                expanding=expanding,
            )
            if plain and plan.notes:
                # Imported here: nearly all texts that are asked are queries.
                from coopsearch.search.query.notes import without_signs

                plan = plan._replace(notes=without_signs(plan.notes))
            last = min(shown.offset + limit, MOST_HITS) if limit else 0
            found = reader.search(plan.node, min(last + (FURTHER if fold and limit else 0), MOST_HITS), order)
            total_all = holding_all(reader, plan, found.total)
            marking = Highlighter(plan.wanted, state.table) if snippets and found.best else None
            reasons = state.reasons(plan.node, plan.readings) if plan.readings else None
            hits = self._hits(state).of(
                found, marking, reasons, folded_to=last if fold else None, shown=shown
            )
            if plan.translated and hits:
                best: Sequence[tuple[int, float]] = found.best[shown.offset :][: len(hits)]
                if fold:
                    numbers = {self._absolute(reader.path(one[0])): one for one in found.best}
                    best = [numbers[hit.path] for hit in hits]
                # Imported here: most queries are in the language of their index.
                from coopsearch.search.results.only_translated import told

                itself = state.plan(tree, text=text, expanding=expanding.untranslated)
                typed = Highlighter(itself.wanted, state.table)
                hits, notes = told(reader, plan.node, itself.node, best, hits, typed)
                plan = plan._replace(notes=(*plan.notes, *notes))
            related: tuple[Kin, ...] = ()
            if plan.kin and found.total:
                # Imported here: a query for one exact text does without.
                from coopsearch.search.results.only_related import note, only_related

                first = found.best[0][0] if found.best else None
                related = tuple(only_related(reader, plan, found.total, first))
                plan = plan._replace(
                    notes=(*plan.notes, *(note(kin, hits, state.stems_of) for kin in related))
                )
            return Results(
                query=query,
                hits=hits,
                total=found.total,
                total_all=total_all,
                documents=reader.documents,
                explanation=tuple(plan.readings.lines) if plan.readings else (),
                seconds=time.perf_counter() - started,
                coverage=state.coverage,
                notes=plan.notes,
                only_related=tuple(kin.text for kin in related),
                warning=state.warning,
                facets=counts(reader, plan.node, counted),
            )

    def iterate(  # noqa: PLR0913 - the options of a search, by name
        self,
        query: str,
        *,
        require_all: bool = False,
        plain: bool = False,
        snippets: bool = True,
        sort: Order = "relevance",
        offset: int = 0,
        batch: int = 500,
        since: str | None = None,
        until: str | None = None,
        types: Iterable[str] = (),
        languages: Iterable[str] = (),
        folders: Iterable[str | os.PathLike[str]] = (),
        tags: Sequence[str] = (),
        names: str | None = None,
        translate: str | Iterable[str] | None = None,
        query_language: str | None = None,
    ) -> Walk:
        """Return all hits of a query, in the order of ``search``, to be gone through once.

        The query is evaluated at once, and its answer stays that of the state of now while others commit and
        ``refresh`` is called. Hits are made ``batch`` at a time, so that memory does not grow with them; the
        first ``offset`` are left out, and ranks go on from there. The other options, and what is raised, are
        those of ``search``.
        """
        # Imported here: a search has a limit.
        from coopsearch.search.walk import Walk

        order, wanted = order_of(sort), _narrowing((since, until, types, languages, folders))
        tree = narrowed(_tree(query, require_all=require_all, plain=plain), tags)
        return Walk(
            self._lend(),
            tree,
            order,
            snippets=snippets,
            offset=offset,
            batch=batch,
            within=None if wanted is None else lambda state: self._filter(state, wanted),
            expanding=expanding_of(translate, query_language, names, self._expanding),
        )

    def _lend(self) -> Lent:
        """Hold the state of now for several questions; ``iterate`` and ``ask_each`` are made of it."""
        from coopsearch.search.walk import Lent

        with self._lock:
            self._check_open()
            state = self._state
            state.users += 1
        return Lent(state, self._folder, self._hits(state), lambda: self._release(state))

    def rank(
        self,
        query: str,
        *,
        limit: int | None = 100,
        require_all: bool = False,
        plain: bool = False,
        names: str | None = None,
    ) -> tuple[tuple[str, float], ...]:
        """Return addresses and scores of the best documents, without reading them: ``search`` for measuring.

        An address is as ``Document.path`` is: relative to the index's parent where the document lies in it.
        """
        limit, expanding = _checked(limit), expanding_of(names=names, usual=self._expanding)
        tree = _tree(query, require_all=require_all, plain=plain)
        with self._held() as state:
            best = state.reader.search(state.plan(tree, expanding=expanding).node, limit).best
            return tuple((state.reader.path(number), score) for number, score in best)

    def similar(
        self,
        document: str | os.PathLike[str] | Document,
        *,
        limit: int | None = 10,
        explain: bool = False,
        offset: int = 0,
        translate: str | Iterable[str] | None = None,
    ) -> Results:
        """Rank the documents that are like a given one, which is left out itself.

        ``document`` is the path of an indexed file, the address of a member (``mails.mbox!3``), or a Document
        that need not be in the index. ``offset`` passes over the best hits; ranks go on. ``translate``
        is for its words as ``search`` has it for those of a query. Raises SettingsError for one that the
        index does not hold, and for a number out of range or a language that no lexicon knows.
        """
        limit, shown = _part(limit, offset)
        expanding = expanding_of(translate, usual=self._expanding)
        if isinstance(document, Document):
            checked_document(document)
        else:
            document = path_text(document)
        started = time.perf_counter()
        # Imported here: a search needs neither.
        from coopsearch.search.analysis.analyzer import analyse
        from coopsearch.search.results.more_like_this import likeness

        with self._held() as state:
            reader = state.reader
            inside = not isinstance(document, Document)
            given = self._stored(state, document) if not isinstance(document, Document) else document
            like = likeness(
                reader,
                analyse(given, state.table),
                state.stems_of,
                itself=given.path if inside else "",
                voices=lambda words, told: state.voices(words, expanding._replace(spoken=told), alike=True),
            )
            found = reader.search(like.node, min(shown.offset + limit, MOST_HITS) if limit else 0)
            hits = self._hits(state).of(
                found,
                Highlighter(like.wanted, state.table),
                state.reasons(like.node) if explain else None,
                shown=shown,
            )
            hits, notes = like.told(reader, found.best[shown.offset :], hits)
            return Results(
                query=given.path,
                hits=hits,
                notes=notes,
                total=found.total,
                total_all=found.total,
                documents=reader.documents,
                explanation=like.lines if explain else (),
                words=like.words,
                seconds=time.perf_counter() - started,
                coverage=state.coverage,
                warning=state.warning,
            )

    def diagnose(self, query: str, *, require_all: bool = False, names: str | None = None) -> Diagnosis:
        """Say why a query finds nothing or little: what its parts find, and what was probably meant.

        The options are those of ``search``, and so is what is raised.
        """
        # Imported here: most searches find something.
        from coopsearch.search.asking import asking_of
        from coopsearch.search.results.diagnosis import diagnose

        expanding = expanding_of(names=names, usual=self._expanding)
        tree = _tree(query, require_all=require_all, plain=False)
        with self._held() as state:
            asking = asking_of(state, self._hits(state), expanding)

            def search(other: str) -> Results:
                return self.search(other, require_all=require_all, limit=20, names=names)

            try:
                found = diagnose(asking, query, tree, search)
            except QueryTooCostly:
                # The query was answered, and its parts alone ask for more.
                return Diagnosis((), ())
            best = (one._replace(best=one.best and self._absolute(one.best)) for one in found.without)
            return found._replace(without=tuple(best))

    def why_not(self, query: str, path: str | os.PathLike[str], *, require_all: bool = False) -> WhyNot:
        """Say why a document is not a hit of a query, or at which rank it is one.

        Raises SettingsError for a path that the index does not hold, and what ``search`` raises.
        """
        from coopsearch.search.asking import asking_of
        from coopsearch.search.results.diagnosis import why_not

        tree = _tree(query, require_all=require_all, plain=False)
        text = path_text(path)
        with self._held() as state:
            given = self._stored(state, text).path
            found = why_not(
                asking_of(state, self._hits(state), self._expanding),
                query,
                tree,
                state.plan(tree).node,
                given,
            )
            return found._replace(path=self._absolute(found.path))

    def matches(
        self, query: str, document: Document, passage: Passage, *, require_all: bool = False
    ) -> list[tuple[int, int]]:
        """Return the ranges of a document's text that a query matches within a passage.

        Raises what ``search`` raises.
        """
        from coopsearch.search.results.snippets import matches_in

        tree = _tree(query, require_all=require_all, plain=False)
        with self._held() as state:
            return matches_in(document, passage, Highlighter(state.plan(tree).wanted, state.table))

    def places(
        self,
        path: str | os.PathLike[str] | Document,
        query: str,
        *,
        require_all: bool = False,
        plain: bool = False,
        within: tuple[int, int] | None = None,
    ) -> Places:
        """Return all places of a document that hold something of what a query wants, in their order.

        The document, named by its path or given as ``document`` returned it, need not be a hit of the query.
        With ``within``, only passages are looked at that begin in this range of ``Document.text``. Raises
        what ``search`` and ``document`` raise.
        """
        # Imported here: a search does without.
        from coopsearch.search.results.places import places

        document = path if isinstance(path, Document) else self.document(path)
        tree = _tree(query, require_all=require_all, plain=plain)
        with self._held() as state:
            return places(document, Highlighter(state.plan(tree).wanted, state.table), within)

    def _filter(self, state: Searcher, wanted: Narrowing) -> Node:
        """Return what every document must match beside a query."""
        from coopsearch.search.query.filters.narrowing import Places, filter_of

        copies = state.copies.files if state.copies is not None else None
        return filter_of(wanted, state.reader, Places(self._addresses, self._base, copies))

    def _hits(self, state: Searcher) -> HitMaker:
        return HitMaker(state.reader, state.copies, self._absolute)


def _checked(limit: int | None) -> int:
    """Return how many hits are wanted. Raises SettingsError for a number that makes no sense."""
    return MOST_HITS if limit is None else whole_number("the limit", limit, 0, MOST_HITS)


def _part(limit: int | None, offset: int, passages: int = 1, context: int = 0) -> tuple[int, Shown]:
    """Return how many hits are wanted, all behind the offset for None, and what is shown of each."""
    most = _checked(0 if limit is None else limit)
    shown = shown_part(most, offset, passages, context)
    return (most if limit is not None else MOST_HITS - shown.offset), shown


def _narrowing(given: Given) -> Narrowing | None:
    """Return what an answer is narrowed to, None for nothing. Raises TypeError and SettingsError."""
    if given == (None, None, (), (), ()):
        return None
    # Imported here: most searches are not narrowed.
    from coopsearch.search.query.filters.narrowing import Narrowing

    return Narrowing.of(*given)


def _tree(query: str, *, require_all: bool, plain: bool) -> Tree:
    if not isinstance(query, str):
        raise TypeError(f"a query is a str, not {type(query).__name__}")
    if not plain:
        return parse(query, require_all=require_all)
    from coopsearch.search.query.plain_words import plain as plain_words

    return plain_words(query, require_all=require_all)


def open_index(
    path: str | os.PathLike[str] | None = None,
    *,
    synonyms: SynonymsLike | None = None,
    translate: str | Iterable[str] = "auto",
    query_language: str = "",
    names: str = "auto",
) -> Index:
    """Open the index at ``path``, or the one that the command line would use from here.

    ``synonyms`` are as ``Index`` takes them; None takes those of the settings, as the command line does.
    ``translate``, ``query_language`` and ``names`` are for all that is asked of it: see ``Index.search``.
    Raises IndexMissing where there is none, IndexOutdated or IndexDamaged where it cannot be used.
    """
    folder = index_folder(path)
    return Index(
        folder,
        synonyms=synonyms_for(folder) if synonyms is None else synonyms,
        translate=translate,
        query_language=query_language,
        names=names,
    )
