"""One committed state of an index, and what is remembered of it while it is open.

Plans queries over the engine's reader. Does not depend on snippets; ``newest`` finds the newest state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import Group, Node
from coopsearch.search.errors import QueryError
from coopsearch.search.indexdir.coverage import COPIES, Known, read_known
from coopsearch.search.model import Document
from coopsearch.search.query.expanding import AUTO, Expanding
from coopsearch.search.query.expansion.compounds import Compounds
from coopsearch.search.query.expansion.families import Families
from coopsearch.search.query.expansion.foreign import Foreign
from coopsearch.search.query.expansion.names import Names
from coopsearch.search.query.expansion.synonyms import Declared, Synonyms
from coopsearch.search.query.expansion.words import WordForms
from coopsearch.search.query.plan import Planner
from coopsearch.search.query.planned import Plan
from coopsearch.search.query.syntax import Tree
from coopsearch.search.schema import LANGUAGE, PATH

if TYPE_CHECKING:
    from coopsearch.search.added import Added, Days, Found
    from coopsearch.search.desk.tags import Tagged, Tags
    from coopsearch.search.indexdir.duplicates import Copies
    from coopsearch.search.query.expansion.voices import Voices
    from coopsearch.search.query.interpretation import Readings
    from coopsearch.search.results.explain import Reasons

#: Plans that are remembered.
_PLANS: Final = 1024
#: Characters of the longest query of which that is done, and signs of patterns, ranges and fields.
_LONGEST: Final = 200
_EXPANDING: Final = frozenset("*?~/:[{<>.")


class _Beside:
    """Says what is not in the postings: see ``desk.tags.TagReader``."""

    __slots__ = ("_tagged", "added")

    def __init__(self, tagged: Callable[[str], Tagged], added: Callable[[Days | None], Found]) -> None:
        self._tagged, self.added = tagged, added

    def __call__(self, tag: str) -> Tagged:
        return self._tagged(tag)


class Searcher:
    """One committed state, and what is known of it. Closed when its last user lets it go."""

    def __init__(
        self,
        reader: Reader,
        folder: Path,
        data: str,
        synonyms: Declared = (),
        expanding: Expanding = AUTO,
    ) -> None:
        """Take what reads it, the index's folder, the name of the data folder within, and synonyms.

        ``expanding`` is for queries of which nobody says otherwise.
        """
        self.expanding = expanding
        self.reader = reader
        self.data = data
        self.languages = tuple(language for language, _ in reader.terms(LANGUAGE))
        self.table = StemTable(reader.stems)
        families = Families(reader, self.languages, self.table.stem)
        #: A word's stems in all languages of the index, and the word itself.
        self.stems_of = partial(self.table.stems_in, languages=self.languages)
        self._compounds = Compounds(reader)
        self._synonyms = Synonyms(reader, synonyms, self.stems_of) if synonyms else None
        self._foreign = Foreign(reader, self.languages)
        self._forms_of = WordForms(self.stems_of, families, self._compounds.opened, self._synonyms)
        self.names = Names(reader, self.stems_of)
        self.users = 1
        self.folder = folder / data
        self.copies: Copies | None = None
        self._tags: Tags | None = None
        self._times: Added | None = None
        self._take(self._known())

    def look(self) -> bool | None:
        """Read what is committed beside the documents by now; return whether other copies are known.

        None where not all of it can be read: then nothing is taken over, as others may be searching.
        """
        known = self._known()
        return None if known.warning else self._take(known)

    def _known(self) -> Known:
        return read_known(self.folder, self.reader.pages)

    def _found_copies(self) -> Copies | None:
        pages = self.reader.pages
        if COPIES not in pages:
            return None
        # Imported here: most indexes hold none.
        from coopsearch.search.indexdir.duplicates import copies_of

        return copies_of(self.folder, pages)

    def _take(self, known: Known) -> bool:
        #: What the state covers, what small sources held, and why that is not known.
        self.coverage, self.listing, self.warning = known
        before, copies = self.copies, self._found_copies()
        #: Queries -> their plans; what is asked by path depends on the copies.
        self._plans: dict[tuple[str, Expanding], Plan] = {}
        self.copies = copies
        self._times = None
        return (before and before.page) != (copies and copies.page)

    def plan(
        self,
        tree: Tree,
        *,
        text: str = "",
        explain: bool = False,
        within: Node | None = None,
        expanding: Expanding | None = None,
    ) -> Plan:
        """Plan a query over this state; ``within`` is what every document must match beside it.

        ``expanding`` is for this query, if not that of the state. The plan of plain words is remembered by
        their ``text``, if that is given. What expands to many words of the index would take much room, and is
        planned each time.
        """
        expanding = self.expanding if expanding is None else expanding
        if explain:
            # Imported here: a search that need not explain itself does without.
            from coopsearch.search.query.interpretation import Readings

            return self._planner(within, expanding, Readings(self.reader)).plan(tree)
        plans = self._plans
        text = text if within is None else ""
        key = text, expanding
        plan = plans.get(key) if text else None
        if plan is None:
            plan = self._planner(within, expanding).plan(tree)
            if text and len(text) <= _LONGEST and _EXPANDING.isdisjoint(text):
                if len(plans) >= _PLANS:
                    plans.clear()
                plans[key] = plan
        return plan

    def _planner(
        self,
        within: Node | None,
        expanding: Expanding,
        readings: Readings | None = None,
    ) -> Planner:
        copies = self.copies.pairs if self.copies is not None else None
        return Planner(
            self.reader,
            self._forms_of,
            languages=self.languages,
            readings=readings,
            copies=copies,
            compounds=self._compounds,
            synonyms=self._synonyms,
            tags=_Beside(self._tagged, self._added),
            names=self.names if expanding.names else None,
            spellings=self.names,
            narrowing=within,
            foreign=partial(self._foreign.voices, choice=expanding),
        )

    def voices(self, words: Sequence[str], expanding: Expanding, *, alike: bool = False) -> Voices | None:
        """Return what translates folded words; None where nothing does. ``alike`` is as for ``Foreign``."""
        return self._foreign.voices(words, expanding, alike=alike)

    def _tagged(self, tag: str) -> Tagged:
        """Return the documents of a tag."""
        if self._tags is None:
            # Imported here: a query that names no tag never looks at the desk.
            from coopsearch.search.desk.tags import Tags

            self._tags = Tags(self.folder.parent)
        return self._tags(tag)

    def _added(self, days: Days | None) -> Found:
        """Return the files that were added in a span of days, or since somebody last looked."""
        if self._times is None:
            # Imported here: few ask for it.
            from coopsearch.search.added import Added

            self._times = Added(self.folder.parent, self.folder, self.reader.pages)
        return self._times(days)

    def node(
        self,
        tree: Tree,
        within: Node | None = None,
        expanding: Expanding | None = None,
    ) -> Node | None:
        """Return the node of a part of a query, None if it holds nothing to search for."""
        try:
            return self.plan(tree, within=within, expanding=expanding).node
        except QueryError:
            return None

    def reasons(self, node: Node, readings: Readings | None = None) -> Reasons:
        """Return what says of a hit why it is one."""
        from coopsearch.search.results.explain import Reasons

        return Reasons(self.reader, node, readings.rules if readings else {}, self.table)

    def documents_at(self, address: str) -> list[Document]:
        """Return the document at an address, or all of a file."""
        one = self.reader.document_at(address)
        return [one] if one is not None else self.reader.documents_in_file(address)

    def documents_of_copy(self, address: str) -> list[Document]:
        """Return the same of an address in a file that is a copy: the file that was indexed holds them."""
        return next(map(self.documents_at, self._originals(address)), [])

    def holds(self, address: str) -> bool:
        """Say whether there is anything at an address, in a copy or not, without reading it."""
        return self._is_there(address) or any(map(self._is_there, islice(self._originals(address), 1)))

    def _is_there(self, address: str) -> bool:
        one = Group(PATH, ((address, 1.0),))
        return bool(self.reader.search(one, 0).total or self.reader.count_of(address))

    def _originals(self, address: str) -> Iterator[str]:
        """Yield the addresses, in files that were indexed, of what is at an address in a copy."""
        if self.copies is None:
            return
        # Imported here: few ask for one document.
        from coopsearch.search.indexdir.addresses import files_in

        files = set(files_in(address))
        for held, copy in self.copies.files():
            if copy in files:
                yield held + address[len(copy) :]
