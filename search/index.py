"""An open index: ask it, refresh it, close it. The face that scripts and the command line share.

Ties together parsing, planning, the engine and snippets. Writes nothing. Does not depend on the terminal.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from coopsearch.search.arguments import checked_document, whole_number
from coopsearch.search.engines.as_written import one_question
from coopsearch.search.engines.base import Facet, Order, Reader
from coopsearch.search.errors import CoopsearchError, QueryTooCostly, SettingsError
from coopsearch.search.indexdir.coverage import changed_since
from coopsearch.search.indexdir.location import index_folder, path_text
from coopsearch.search.indexdir.meta import IndexMeta, read_meta
from coopsearch.search.indexdir.reading import reading
from coopsearch.search.model import Changed, Diagnosis, Document, Results, WhyNot
from coopsearch.search.newest import open_newest
from coopsearch.search.query.parser import parse
from coopsearch.search.query.syntax import Tree
from coopsearch.search.query.totals import holding_all
from coopsearch.search.ranking import DEFAULT, Parameters
from coopsearch.search.results.facets import counts, facets_of, order_of
from coopsearch.search.results.highlighter import Highlighter
from coopsearch.search.results.hits import HitMaker
from coopsearch.search.searcher import Searcher

if TYPE_CHECKING:
    from coopsearch.search.query.expansion.words import Kin

#: More hits than anyone reads; a script that wants all asks for them in `limit`, up to this.
MOST_HITS: Final = 100_000
#: Hits beyond those shown that are looked at where they are folded.
FURTHER: Final = 50

_CLOSED: Final = "the index was closed; open it again"


class Index:
    """An index, open for searching. Safe for many threads; a context manager.

    It keeps answering from the state that it was opened on until ``refresh`` is called.
    """

    def __init__(self, folder: Path, *, parameters: Parameters = DEFAULT) -> None:
        """Open the index in a folder (``open_index`` finds it), to be ranked with some parameters."""
        self._folder, self._parameters = folder, parameters
        self._base = os.path.join(folder.parent, "")  # noqa: PTH118 - joined for every hit
        self._lock = threading.Lock()
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
        facets: Iterable[Facet] = (),
        fold: bool = False,
    ) -> Results:
        """Rank the documents that match a query and return the best ``limit`` of them.

        Words side by side match any of them, unless ``require_all``. ``limit`` 0 only counts, and None is for
        all, up to 100,000. ``plain`` takes the text as words alone: no sign and no AND in it is an operator.
        ``explain`` says in
        ``Results.explanation`` how each part of the query was read, and in ``Hit.explanation`` what it gave
        to the score. Without ``snippets`` the hits say which documents they are, and not where in them the
        words stand. ``sort`` puts the hits in another order: by day ("newest" or "oldest" first), "path" or
        "title", ties by path. ``facets`` ("lang", "type", "year", "folder") are counted over all documents
        that match, into ``Results.facets``. ``fold`` puts documents that say nearly the same as a better hit
        into its ``near``; the counts stay those of all documents. Raises QueryError for a query that cannot
        be read, SettingsError for a limit below 0 or an unknown order or facet, IndexUnreadable for damage.
        """
        limit = _checked(limit)
        order, wanted = order_of(sort), facets_of(facets)
        started = time.perf_counter()
        tree = _tree(query, require_all=require_all, plain=plain)
        with self._held() as state:
            reader = state.reader
            plan = state.plan(tree, explain=explain)
            found = reader.search(
                plan.node, min(limit + (FURTHER if fold and limit else 0), MOST_HITS), order
            )
            total_all = holding_all(reader, plan, found.total)
            marking = Highlighter(plan.wanted, state.table) if snippets and found.best else None
            reasons = state.reasons(plan.node, plan.readings) if plan.readings else None
            hits = self._hits(state).of(found, marking, reasons, folded_to=limit if fold else None)
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
                facets=counts(reader, plan.node, wanted),
            )

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
            return Searcher(reader, self._folder, meta.data)

        with reading(self._folder):
            # A page that is not there any more is that of a state that was replaced meanwhile.
            return open_newest(
                self._folder, look, is_whole=lambda state: not state.warning, parameters=self._parameters
            )[0]

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

    def _hits(self, state: Searcher) -> HitMaker:
        return HitMaker(state.reader, state.copies, self._absolute)

    def _absolute(self, address: str) -> str:
        return address if os.path.isabs(address) else self._base + address  # noqa: PTH117


def _checked(limit: int | None) -> int:
    """Return how many hits are wanted. Raises SettingsError for a number that makes no sense."""
    return MOST_HITS if limit is None else whole_number("the limit", limit, 0, MOST_HITS)


def _tree(query: str, *, require_all: bool, plain: bool) -> Tree:
    if not isinstance(query, str):
        raise TypeError(f"a query is a str, not {type(query).__name__}")
    if not plain:
        return parse(query, require_all=require_all)
    from coopsearch.search.query.plain_words import plain as plain_words

    return plain_words(query, require_all=require_all)


def open_index(path: str | os.PathLike[str] | None = None) -> Index:
    """Open the index at ``path``, or the one that the command line would use from here.

    Raises IndexMissing where there is none, IndexOutdated or IndexDamaged where it cannot be used.
    """
    return Index(index_folder(path))
