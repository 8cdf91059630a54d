"""One committed state of an index, and what is remembered of it while it is open.

Plans queries over the engine's reader. Does not depend on snippets; ``newest`` finds the newest state.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import Node
from coopsearch.search.errors import QueryError
from coopsearch.search.indexdir.coverage import COPIES, Known, read_known
from coopsearch.search.model import Document
from coopsearch.search.query.expansion.compounds import Compounds
from coopsearch.search.query.expansion.families import Families
from coopsearch.search.query.expansion.words import WordForms
from coopsearch.search.query.plan import Plan, Planner
from coopsearch.search.query.syntax import Tree
from coopsearch.search.schema import LANGUAGE

if TYPE_CHECKING:
    from coopsearch.search.indexdir.duplicates import Copies
    from coopsearch.search.query.interpretation import Readings
    from coopsearch.search.results.explain import Reasons


class Searcher:
    """One committed state, and what is known of it. Closed when its last user lets it go."""

    def __init__(self, reader: Reader, folder: Path, data: str) -> None:
        """Take what reads it, the index's folder, and the name of the data folder within."""
        self.reader = reader
        self.data = data
        self.languages = tuple(language for language, _ in reader.terms(LANGUAGE))
        self.table = StemTable(reader.stems)
        families = Families(reader, self.languages, self.table.stem)
        #: A word's stems in all languages of the index, and the word itself.
        self.stems_of = partial(self.table.stems_in, languages=self.languages)
        self._compounds = Compounds(reader)
        self._forms_of = WordForms(self.stems_of, families, self._compounds.opened)
        self.users = 1
        self.folder = folder / data
        self.copies: Copies | None = None
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
        self.copies = copies
        return (before and before.page) != (copies and copies.page)

    def plan(self, tree: Tree, *, explain: bool = False) -> Plan:
        """Plan a query over this state."""
        readings = None
        if explain:
            # Imported here: a search that need not explain itself does without.
            from coopsearch.search.query.interpretation import Readings

            readings = Readings(self.reader)
        copies = self.copies.pairs if self.copies is not None else None
        planner = Planner(
            self.reader, self._forms_of, self.languages, readings, copies, compounds=self._compounds
        )
        return planner.plan(tree)

    def node(self, tree: Tree) -> Node | None:
        """Return the node of a part of a query, None if it holds nothing to search for."""
        try:
            return self.plan(tree).node
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
