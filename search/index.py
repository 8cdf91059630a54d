"""An open index: ask it, refresh it, close it. The face that scripts and the command line share.

Ties together parsing, planning, the engine and snippets. Writes nothing. Does not depend on the terminal.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from coopsearch.search.arguments import checked_document, whole_number
from coopsearch.search.counting import Counting
from coopsearch.search.engines.as_written import one_question
from coopsearch.search.engines.base import Order, Reader
from coopsearch.search.errors import CoopsearchError, QueryTooCostly, SettingsError
from coopsearch.search.indexdir.addresses import is_added
from coopsearch.search.indexdir.coverage import changed_since
from coopsearch.search.indexdir.location import index_folder, path_text
from coopsearch.search.indexdir.meta import IndexMeta, read_meta
from coopsearch.search.indexdir.reading import reading
from coopsearch.search.model import Changed, Coverage, Diagnosis, Document, Passage, Results, WhyNot
from coopsearch.search.newest import open_newest
from coopsearch.search.query.expansion.synonyms import declared_of
from coopsearch.search.query.parser import parse
from coopsearch.search.query.syntax import Tree
from coopsearch.search.query.tagged import narrowed
from coopsearch.search.query.totals import holding_all
from coopsearch.search.ranking import DEFAULT, Parameters
from coopsearch.search.results.facets import checked_names, counts, facets_of, order_of
from coopsearch.search.results.highlighter import Highlighter
from coopsearch.search.results.hits import HitMaker, shown_part
from coopsearch.search.searcher import Searcher
from coopsearch.search.settings.files import present

if TYPE_CHECKING:
    from coopsearch.search.engines.nodes import Node
    from coopsearch.search.query.expansion.words import Kin
    from coopsearch.search.query.narrowing import Given, Narrowing
    from coopsearch.search.results.places import Places
    from coopsearch.search.walk import Lent, Walk

#: Synonyms as a caller gives them.
SynonymsLike = Mapping[str, Iterable[str]] | Iterable[Iterable[str]]
#: More hits than anyone reads; a script that wants all asks for them in `limit`, up to this.
MOST_HITS: Final = 100_000
#: Hits beyond those shown that are looked at where they are folded.
FURTHER: Final = 50

_CLOSED: Final = "the index was closed; open it again"


class Index(Counting):
    """An index, open for searching. Safe for many threads; a context manager.

    It keeps answering from the state that it was opened on until ``refresh`` is called.
    """

    def __init__(
        self, folder: Path, *, parameters: Parameters = DEFAULT, synonyms: SynonymsLike | None = None
    ) -> None:
        """Open the index in a folder (``open_index`` finds it), to be ranked with some parameters.

        ``synonyms`` are those of a table (``{"boat": ["dinghy"]}``: who looks for a boat finds a dinghy) or
        groups of words that mean the same; None has none.
        """
        self._synonyms = declared_of(synonyms) if synonyms else ()
        self._folder, self._parameters = folder, parameters
        self._base = os.path.join(folder.parent, "")  # noqa: PTH118 - joined for every hit
        # The garbage collector may give a state back in the middle of anything.
        self._lock = threading.RLock()
        self._closed = False
        self._state = self._open()

    @property
    def documents(self) -> int:
        """Documents that are searched."""
        return self._state.reader.documents

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of their passages, ISO 639-1, sorted."""
        return tuple(filter(None, self._state.languages))

    @property
    def coverage(self) -> Coverage | None:
        """What of the sources is searched; None for an index that does not know."""
        return self._state.coverage

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields that a query may name, as in ``title:report``."""
        # Imported here: a search looks for the fields that its query names.
        from coopsearch.search.query.fields import known

        return tuple(known(self._state.reader))

    @property
    def folder(self) -> Path:
        """The folder of the index."""
        return self._folder

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders of the indexes that are asked: this one."""
        return (self._folder,)

    @property
    def generations(self) -> dict[str, str]:
        """By the folder of each index that is asked, which of its states is searched."""
        return {str(self._folder): self.generation}

    @property
    def generation(self) -> str:
        """Which state of the index is searched: another text after each commit, and after a rebuild."""
        state = self._state
        return f"{state.data}.{state.reader.generation}"

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
        the desk that all of them must have, or must not for ``-seen``. Raises QueryError for a query that
        cannot be read, SettingsError for a number out of range and for an order, a facet, a day, a format, a
        language or a folder that there is not, and IndexUnreadable for damage.
        """
        limit, shown = _checked(limit), shown_part(limit, offset, passages, context)
        order, wanted = order_of(sort), checked_names(facets)
        within = _narrowing((since, until, types, languages, folders))
        started = time.perf_counter()
        tree = _tree(query, require_all=require_all, plain=plain)
        tree = narrowed(tree, tags) if tags else tree
        with self._held() as state:
            reader = state.reader
            counted = facets_of(wanted, reader)
            # What the same text means in another way of asking is another plan.
            usual = not (require_all or plain or within or tags)
            plan = state.plan(
                tree,
                text=query if usual else "",
                explain=explain,
                within=within and self._filter(state, within),
            )
            last = min(shown.offset + limit, MOST_HITS) if limit else 0
            found = reader.search(plan.node, min(last + (FURTHER if fold and limit else 0), MOST_HITS), order)
            total_all = holding_all(reader, plan, found.total)
            marking = Highlighter(plan.wanted, state.table) if snippets and found.best else None
            reasons = state.reasons(plan.node, plan.readings) if plan.readings else None
            hits = self._hits(state).of(
                found, marking, reasons, folded_to=last if fold else None, shown=shown
            )
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

    def iterate(
        self,
        query: str,
        *,
        require_all: bool = False,
        plain: bool = False,
        snippets: bool = True,
        sort: Order = "relevance",
        offset: int = 0,
        batch: int = 500,
    ) -> Walk:
        """Return all hits of a query, in the order of ``search``, to be gone through once.

        The query is evaluated at once, and its answer stays that of the state of now while others commit and
        ``refresh`` is called. Hits are made ``batch`` at a time, so that memory does not grow with them; the
        first ``offset`` are left out, and ranks go on from there. Raises what ``search`` raises.
        """
        # Imported here: a search has a limit.
        from coopsearch.search.walk import Walk

        order, tree = order_of(sort), _tree(query, require_all=require_all, plain=plain)
        return Walk(self.lend(), tree, order, snippets=snippets, offset=offset, batch=batch)

    def lend(self) -> Lent:
        """Hold the state of now for several questions; ``iterate`` and ``ask_each`` are made of it."""
        from coopsearch.search.walk import Lent

        with self._lock:
            self._check_open()
            state = self._state
            state.users += 1
        return Lent(state, self._folder, self._hits(state), lambda: self._release(state))

    def rank(
        self, query: str, *, limit: int | None = 100, require_all: bool = False, plain: bool = False
    ) -> tuple[tuple[str, float], ...]:
        """Return addresses and scores of the best documents, without reading them: ``search`` for measuring.

        An address is as ``Document.path`` is: relative to the index's parent where the document lies in it.
        """
        limit = _checked(limit)
        tree = _tree(query, require_all=require_all, plain=plain)
        with self._held() as state:
            best = state.reader.search(state.plan(tree).node, limit).best
            return tuple((state.reader.path(number), score) for number, score in best)

    def similar(
        self, document: str | os.PathLike[str] | Document, *, limit: int | None = 10, explain: bool = False
    ) -> Results:
        """Rank the documents that are like a given one, which is left out itself.

        ``document`` is the path of an indexed file, the address of a member (``mails.mbox!3``), or a Document
        that need not be in the index. Raises SettingsError for one that the index does not hold.
        """
        limit = _checked(limit)
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
                reader, analyse(given, state.table), state.stems_of, itself=given.path if inside else ""
            )
            found = reader.search(like.node, limit)
            return Results(
                query=given.path,
                hits=self._hits(state).of(
                    found,
                    Highlighter(like.wanted, state.table),
                    state.reasons(like.node) if explain else None,
                ),
                total=found.total,
                total_all=found.total,
                documents=reader.documents,
                explanation=like.lines if explain else (),
                seconds=time.perf_counter() - started,
                coverage=state.coverage,
                warning=state.warning,
            )

    def diagnose(self, query: str, *, require_all: bool = False) -> Diagnosis:
        """Say why a query finds nothing or little: what its parts find, and what was probably meant.

        Raises what ``search`` raises.
        """
        # Imported here: most searches find something.
        from coopsearch.search.results.diagnosis import Asking, diagnose

        tree = _tree(query, require_all=require_all, plain=False)
        with self._held() as state:
            asking = Asking(state.reader, state.node, state.stems_of, state.languages)
            try:
                found = diagnose(
                    asking, query, tree, lambda other: self.search(other, require_all=require_all, limit=20)
                )
            except QueryTooCostly:
                # The query was answered, and its parts alone ask for more.
                return Diagnosis((), ())
            best = (one._replace(best=one.best and self._absolute(one.best)) for one in found.without)
            return found._replace(without=tuple(best))

    def why_not(self, query: str, path: str | os.PathLike[str], *, require_all: bool = False) -> WhyNot:
        """Say why a document is not a hit of a query, or at which rank it is one.

        Raises SettingsError for a path that the index does not hold, and what ``search`` raises.
        """
        from coopsearch.search.results.diagnosis import Asking, why_not

        tree = _tree(query, require_all=require_all, plain=False)
        text = path_text(path)
        with self._held() as state:
            given = self._stored(state, text).path
            asking = Asking(state.reader, state.node, state.stems_of, state.languages)
            found = why_not(asking, tree, state.plan(tree).node, given)
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

    def changed(self) -> Changed | None:
        """Return how many files of the sources changed since, by a glance that takes 20 ms at most.

        None where that does not suffice: for more than some hundred files, or where ignore files rule.
        ``coopsearch.indexer.status`` looks at all of them.
        """
        with self._held() as state:
            return changed_since(state.listing, self._folder.parent)

    def refresh(self) -> bool:
        """See what was committed since; return whether there was anything."""
        with self._lock:
            self._check_open()
            state = self._state
            if read_meta(self._folder).data == state.data:
                if state.reader.is_current():
                    return False
                if (other := self._followed(state)) is not None:
                    return other
        fresh = self._open()
        with self._lock:
            if self._closed:
                fresh.reader.close()
                raise CoopsearchError(_CLOSED)
            old, self._state = self._state, fresh
        self._release(old)
        return True

    def _followed(self, state: Searcher) -> bool | None:
        """Take over new pages beside the same documents; return whether they tell of other copies.

        None where the documents are others, or where the next commit came before the pages were read.
        """
        try:
            with reading(self._folder):
                if not state.reader.follow():
                    return None
            return state.look()
        except CoopsearchError:
            # A rebuild can take the folder away at any moment; whoever opens the index anew is told the rest.
            return None

    def close(self) -> None:
        """Let the files go; searches that are running end first."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._release(self._state)

    def __enter__(self) -> Self:
        """Return the index itself."""
        self._check_open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def _check_open(self) -> None:
        if self._closed:
            raise CoopsearchError(_CLOSED)

    def _open(self) -> Searcher:
        def look(meta: IndexMeta, reader: Reader) -> Searcher:
            return Searcher(reader, self._folder, meta.data, self._synonyms)

        with reading(self._folder):
            # A page that is not there any more is that of a state that was replaced meanwhile.
            return open_newest(
                self._folder, look, is_whole=lambda state: not state.warning, parameters=self._parameters
            )[0]

    def state(self) -> AbstractContextManager[Searcher]:
        """Give the state of now to those who ask more of it than a search; it is not closed meanwhile."""
        return self._held()

    @contextmanager
    def _held(self) -> Iterator[Searcher]:
        """Give the state of now, which is not closed as long as it is used."""
        with self._lock:
            self._check_open()
            state = self._state
            state.users += 1
        try:
            with one_question(), reading(self._folder):
                yield state
        finally:
            self._release(state)

    def _release(self, state: Searcher) -> None:
        with self._lock:
            state.users -= 1
            last = state.users == 0
        if last:
            state.reader.close()

    def holds(self, path: str | os.PathLike[str]) -> bool:
        """Say whether a file, or a member of one, is in the index."""
        text = path_text(path)
        with self._held() as state:
            return any(state.documents_at(one) for one in self._addresses(text))

    def document(self, path: str | os.PathLike[str]) -> Document:
        """Return a document as it is stored, by the path of its file or the address that hits give.

        Raises SettingsError for one that the index does not hold, and for a file of several documents.
        """
        text = path_text(path)
        with self._held() as state:
            found = self._stored(state, text)
            return found._replace(path=self._absolute(found.path), file=self._absolute(found.file))

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

    def _addresses(self, address: str) -> list[str]:
        """Return what a path may be called in the index."""
        # Imported here: few ask for one document.
        from coopsearch.search.indexdir.addresses import address as written

        base = f"{self._folder.parent}{os.sep}"
        inside = os.path.abspath(address).removeprefix(base)  # noqa: PTH100 - links stay as they are
        named = (inside, address.removeprefix(base), address)
        # Of a file that has the name of a member of another, the member has the address.
        return list(dict.fromkeys((*named, *map(written, named))))

    def _stored(self, state: Searcher, given: str) -> Document:
        """Return the document at a path or address. Raises SettingsError if there is none, or several."""
        for one in self._addresses(given):
            found = state.documents_at(one)
            if len(found) == 1:
                return found[0]
            if found:
                members = ", ".join(document.path for document in found[:3])
                raise SettingsError(f"{one} holds {len(found):,} documents; name one of them: {members}, ...")
        raise SettingsError(
            f"{given or 'an empty path'} is not in the index; run `coopsearch index` if it should be"
        )

    def _filter(self, state: Searcher, wanted: Narrowing) -> Node:
        """Return what every document must match beside a query."""
        from coopsearch.search.query.narrowing import Places, filter_of

        copies = state.copies.pairs if state.copies is not None else None
        return filter_of(wanted, state.reader, Places(self._addresses, self._base, copies))

    def _hits(self, state: Searcher) -> HitMaker:
        return HitMaker(state.reader, state.copies, self._absolute)

    def _absolute(self, address: str) -> str:
        if os.path.isabs(address) or is_added(address):  # noqa: PTH117
            return address
        return self._base + address


def _checked(limit: int | None) -> int:
    """Return how many hits are wanted. Raises SettingsError for a number that makes no sense."""
    return MOST_HITS if limit is None else whole_number("the limit", limit, 0, MOST_HITS)


def _narrowing(given: Given) -> Narrowing | None:
    """Return what an answer is narrowed to, None for nothing. Raises TypeError and SettingsError."""
    if given == (None, None, (), (), ()):
        return None
    # Imported here: most searches are not narrowed.
    from coopsearch.search.query.narrowing import Narrowing

    return Narrowing.of(*given)


def _tree(query: str, *, require_all: bool, plain: bool) -> Tree:
    if not isinstance(query, str):
        raise TypeError(f"a query is a str, not {type(query).__name__}")
    if not plain:
        return parse(query, require_all=require_all)
    from coopsearch.search.query.plain_words import plain as plain_words

    return plain_words(query, require_all=require_all)


def open_index(path: str | os.PathLike[str] | None = None, *, synonyms: SynonymsLike | None = None) -> Index:
    """Open the index at ``path``, or the one that the command line would use from here.

    ``synonyms`` are as ``Index`` takes them; None takes those of the settings, as the command line does.
    Raises IndexMissing where there is none, IndexOutdated or IndexDamaged where it cannot be used.
    """
    folder = index_folder(path)
    return Index(folder, synonyms=settings_synonyms(folder) if synonyms is None else synonyms)


def settings_synonyms(folder: Path) -> Mapping[str, Iterable[str]]:
    """Return the synonyms that the settings declare for an index. Raises SettingsError."""
    if not present(folder.parent):
        return {}
    # Imported here: most projects have no settings.
    from coopsearch.search.settings.lookup import synonyms

    found: dict[str, tuple[str, ...]] = {}
    for word, members in synonyms(folder):
        found[word] = (*found.get(word, ()), *members)
    return found
