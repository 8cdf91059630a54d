"""The port: what any engine must do for coopsearch.

An engine keeps analysed documents and answers the queries of ``nodes``. It does not tokenize, stem, parse
or read files of documents: what it gets is terms. ``tests/engines`` holds the one suite that every engine
passes.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Self

from coopsearch.search.engines.collection import Member
from coopsearch.search.engines.nodes import Everything, Group, Node
from coopsearch.search.errors import CoopsearchError, IndexDamaged, IndexOutdated, IndexUnreadable
from coopsearch.search.indexdir.pages import Page
from coopsearch.search.model import Document
from coopsearch.search.ranking import DEFAULT, Parameters
from coopsearch.search.schema import FILE

if TYPE_CHECKING:
    # Only writing needs them: a query starts without.
    from coopsearch.search.analysis.langid.earlier import Earlier
    from coopsearch.search.analysis.model import AnalysedDocument
    from coopsearch.search.analysis.stems import StemTable

#: In which order documents come: the best first, by day (those without one last), or by text; ties by path.
Order = Literal["relevance", "newest", "oldest", "path", "title"]
ORDERS: Final[tuple[Order, ...]] = ("relevance", "newest", "oldest", "path", "title")
#: By what documents are counted: the languages of their passages, their format, the year of their day, the
#: folder of their file.
Facet = Literal["lang", "type", "year", "folder"]
FACETS: Final[tuple[Facet, ...]] = ("lang", "type", "year", "folder")


class Capabilities(NamedTuple):
    """What an engine can do beyond the suite; callers ask here instead of for its name."""

    name: str
    persistent: bool = True
    parts: bool = False
    """Whether other processes can prepare documents for a writer (``Engine.parts``, ``Writer.adopt``)."""


class Found(NamedTuple):
    """The best documents of a query: their numbers and scores, best first, ties by path."""

    total: int
    """All documents that match."""
    best: tuple[tuple[int, float], ...]
    """(document number, score); numbers are valid for the reader that gave them."""
    gained: Mapping[int, float] = {}
    """What ``all_words`` added to the scores of documents, by their numbers."""


class Verified(NamedTuple):
    """What a check of all files of an index found."""

    files: int
    """Files that were read."""
    size: int
    """Bytes of these."""
    damages: tuple[str, ...]
    """Each file that is not as it was written: a line that names it and says how it differs."""
    unreadable: frozenset[str] = frozenset()
    """Those of these lines that only say that the system does not give a file out: it may be whole."""

    @classmethod
    def of(cls, files: int, size: int, errors: Iterable[CoopsearchError]) -> Self:
        """Return what the reading of some files came to, with what was raised."""
        return cls(files, size, ()).with_errors(errors)

    def with_errors(self, errors: Iterable[CoopsearchError]) -> Self:
        """Return the same with further errors; none is told twice, and a later one knows a better step."""
        found = {str(error): error for error in errors}
        faults = tuple(f"{error.fault}; " for error in found.values() if isinstance(error, IndexDamaged))
        known = [line for line in self.damages if not line.startswith(faults)]
        refused = {
            line for line, error in found.items() if not isinstance(error, IndexDamaged | IndexOutdated)
        }
        damages = tuple(dict.fromkeys((*known, *found)))
        return self._replace(damages=damages, unreadable=self.unreadable | refused)


class Held(NamedTuple):
    """What one file of an engine holds. Both can be gone through once."""

    name: str
    terms: Iterable[str]
    """Every entry of every table: terms, stems, paths; of learned stems the words."""
    texts: Iterable[str]
    """Stored text, and whatever else text is packed with."""


class Located(NamedTuple):
    """Where the terms that are wanted stand in one document, by the positions of its tokens."""

    runs: list[int]
    """Position of the first token of each of the document's texts that holds any: title, then passages."""
    slots: list[list[int]]
    """Positions of each slot's terms, sorted, none twice."""


class Pattern(NamedTuple):
    """Words to be looked up in the index by their form."""

    kind: Literal["wildcard", "fuzzy", "regex"]
    text: str
    """wildcard: the word with * (any run) and ? (one character); fuzzy: the word itself; regex: an
    expression for the whole word, as ``regular_syntax`` reads it."""
    distance: int = 0
    """fuzzy: the highest number of edits (insert, delete, replace, swap neighbours)."""
    prefix: str = ""
    """Only terms that begin so (``author=``); it is not part of ``text`` and is not given back."""

    @property
    def literal_prefix(self) -> str:
        """What every fitting term begins with."""
        if self.kind == "regex":
            # Imported here: few queries hold an expression.
            from coopsearch.search.engines.regular_syntax import read

            return self.prefix + read(self.text).literal
        return self.prefix + (re.split(r"[*?]", self.text, maxsplit=1)[0] if self.kind == "wildcard" else "")


class Open(ABC):
    """What is closed at the end of its block."""

    @abstractmethod
    def close(self) -> None:
        """Let go what is held."""

    def __enter__(self) -> Self:
        """Return it itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close it."""
        self.close()


class Reader(Member, Open):
    """One committed state of an index. It stays as it is while others write. Safe for many threads."""

    #: How much longer this engine takes for a question than one that answers a column at a time: what a query
    #: may cost is bounded by it.
    effort: int = 1
    #: What it ranks with, and what a query over it is planned with.
    parameters: Parameters = DEFAULT

    @property
    @abstractmethod
    def documents(self) -> int:
        """Documents in this state."""

    @property
    @abstractmethod
    def pages(self) -> Mapping[str, Page]:
        """The pages beside the documents that were committed with this state, by role."""

    @property
    def spare(self) -> tuple[Page, ...]:
        """Files of this state that no search reads; a writer makes them anew where they are damaged."""
        return ()

    @abstractmethod
    def terms(self, field: str) -> Iterable[tuple[str, int]]:
        """All terms of a field with their document frequency, sorted by code point.

        Frequencies may count documents deleted since, never fewer than there are.
        """

    @abstractmethod
    def document_frequency(self, field: str, term: str) -> int:
        """Documents that hold the term; 0 for a term that the index does not know."""

    def max_document_frequency(self, field: str, terms: Iterable[str]) -> int:
        """Return the document frequency of the most frequent of some terms; 0 for none."""
        return max((self.document_frequency(field, term) for term in terms), default=0)

    def weighed_frequency(self, group: Group) -> int:
        """Return the document frequency that a group is weighed by: see ``nodes.Group``."""
        full = tuple(term for term, weight in group.terms if weight == 1.0)
        highest = self.max_document_frequency(group.field, full)
        return highest or self.max_document_frequency(group.field, tuple(term for term, _ in group.terms))

    def among(self, field: str, terms: Iterable[str]) -> frozenset[str]:
        """Return those of the terms that documents hold."""
        return frozenset(term for term in terms if self.document_frequency(field, term) > 0)

    @abstractmethod
    def expand(self, field: str, pattern: Pattern) -> list[str]:
        """Terms of a field that fit a pattern, sorted.

        Raises TooComplex (of ``engines.regular``) for an expression that takes too long.
        """

    @abstractmethod
    def stems(self, word: str) -> Mapping[str, str]:
        """What is known of a folded word: its stem for each language; empty for an unknown word."""

    @abstractmethod
    def named(self, keys: Iterable[str]) -> list[str]:
        """Words of documents that were written as names can be, and have one of some keys; sorted.

        The keys are those of ``search.names``. A word that only documents deleted since wrote so may be among
        them, if others hold it otherwise.
        """

    @abstractmethod
    def search(self, query: Node, limit: int, order: Order = "relevance") -> Found:
        """Rank the documents that match; ``limit`` 0 only counts them.

        In an order other than relevance, what rescoring adds is added to all that are returned.
        """

    @abstractmethod
    def count(self, query: Node, facet: Facet) -> dict[str, int]:
        """Count the documents that match by a facet; "" stands for no language, day or folder.

        Each has one value but for the languages: a document counts once for each that it holds. No value has
        0, and they come in no order.
        """

    @abstractmethod
    def values(self, query: Node, name: str) -> dict[str, int]:
        """Count the documents that match by what they say of themselves in a field of their own.

        A value counts as it is written. Documents that do not have the field are left out.
        """

    @abstractmethod
    def weigh(self, node: Node, number: int) -> float:
        """Return what a node adds to the score of a document; 0 if the document does not match it."""

    @abstractmethod
    def frequency(self, field: str, term: str, number: int) -> float:
        """Return how often a document holds a term, weighted by role; of a keyword 1 or 0."""

    @abstractmethod
    def path(self, number: int) -> str:
        """Return the path of a document, without reading the rest of it."""

    @abstractmethod
    def document(self, number: int) -> Document:
        """Read a stored document by the number that ``search`` gave."""

    def head(self, number: int) -> Document:
        """Read a stored document; of a long one all but its text, where the engine keeps the two apart."""
        return self.document(number)

    def outline(self, number: int) -> Document:
        """Read what names a stored document: all but its text and its passages, where that is quicker."""
        return self.head(number)

    def passage(self, number: int, start: int, end: int) -> str:
        """Read characters ``start`` to ``end`` of a document's text."""
        return self.document(number).text[start:end]

    def locate(self, number: int, slots: Sequence[Sequence[tuple[str, str]]]) -> Located | None:
        """Return where (field, term) pairs stand in a document, None where only its text would say.

        Each slot is filled by any of its pairs.
        """
        del number, slots
        return None

    @abstractmethod
    def documents_in_file(self, file: str) -> list[Document]:
        """Read the stored documents of one file, sorted by path."""

    def count_of(self, file: str) -> int:
        """Count the stored documents of one file, without reading them."""
        return self.search(Group(FILE, ((file, 1.0),)), 0).total

    def paths_of(self, file: str) -> list[str]:
        """Return the paths of the documents of one file; a path that is there twice stands there twice."""
        node = Group(FILE, ((file, 1.0),))
        return [self.path(number) for number, _ in self.search(node, self.search(node, 0).total).best]

    def every(self) -> Iterator[Document]:
        """Read all stored documents, one after the other, in whatever order costs the least."""
        best = self.search(Everything(), self.documents, "path").best
        yield from map(self.document, sorted(number for number, _ in best))

    @abstractmethod
    def document_at(self, path: str) -> Document | None:
        """Read the stored document at a path, None if there is none, without a look at others."""

    @abstractmethod
    def held(self) -> Iterator[Held]:
        """Yield what each file of the engine holds: for a look whether something is left of a document.

        What deleted documents left is among it, if anything is.
        """

    @property
    @abstractmethod
    def generation(self) -> int:
        """The number of the commit that made this state; each commit adds one."""

    @abstractmethod
    def is_current(self) -> bool:
        """Say whether nothing was committed since this reader was opened. Cheap."""

    @abstractmethod
    def follow(self) -> bool:
        """Take over the pages of the newest state if that has the same documents; say whether it has.

        What is remembered of the documents stays then. Raises what ``Engine.open`` raises.
        """

    @abstractmethod
    def close(self) -> None:
        """Let the files go. Using the reader afterwards is an error."""


class Writer(Open):
    """The one writer of an index. Nothing is seen by readers before ``commit``."""

    #: What was damaged when it opened, and is as it should be since: files that it could make anew by itself.
    healed: tuple[IndexUnreadable, ...] = ()

    @property
    @abstractmethod
    def pages(self) -> Mapping[str, Page]:
        """The pages of the state that was committed last, by role."""

    @abstractmethod
    def stems(self, word: str) -> Mapping[str, str]:
        """As ``Reader.stems``, over what is committed and what was learned since."""

    @abstractmethod
    def learn(self, stems: Mapping[tuple[str, str], str]) -> None:
        """Keep the stems of words: (language, word) -> stem. They are committed with the documents."""

    @abstractmethod
    def add(self, document: AnalysedDocument) -> None:
        """Add a document. Its path must not be in the index: delete its file first."""

    def adopt(self, parts: Iterable[str], without: Collection[str] = ()) -> None:
        """Add the documents of parts that ``PartWriter.finish`` named; for engines that have parts.

        Those of the files ``without`` are left out.
        """
        raise NotImplementedError

    @abstractmethod
    def delete_file(self, file: str) -> None:
        """Delete all documents of a file, if there are any."""

    @abstractmethod
    def scrub(self) -> None:
        """Have the next commit write anew all that holds something of deleted documents.

        The stems go that were learned of words which no document holds any more.
        """

    @abstractmethod
    def commit(self, *, more: bool = False, pages: Mapping[str, Page] | None = None) -> None:
        """Make everything since the last commit visible at once and durable. The writer stays open.

        ``more`` says that other commits follow soon: work that can wait for them may be done meanwhile.
        ``pages`` are those of the new state; without, those of the last one stay. They lie in the folder
        already, durable but for their names, which were never used before; the table of the new state
        names them with their checksums, so that documents and pages change in one step. Pages that no state
        names any more are removed. Raises IndexUnwritable; the last state stands then.
        """

    @abstractmethod
    def close(self) -> None:
        """Drop what was not committed and let the index go."""


class PartWriter(ABC):
    """Prepares documents beside an index, in any process; a writer of that index adopts them."""

    @abstractmethod
    def add(self, document: Document) -> None:
        """Take a document. Its path must not be in the index; its passages may have no languages yet."""

    def hear(self, spoken: Mapping[str, int]) -> None:  # noqa: B027 - one that decides no language needs none
        """Be told how many documents of the index speak each language: a hint for texts that say nothing."""

    @abstractmethod
    def settle(self) -> frozenset[str]:
        """Decide the languages of what was added; return those that were met since the last call."""

    @abstractmethod
    def finish(self, languages: frozenset[str]) -> list[str]:
        """Make what was taken durable; return the names of the parts since the last call.

        The stems of all its words in each of the languages are then known, or noted as new, in the table of
        stems that it was made with.
        """

    @abstractmethod
    def discard(self) -> None:
        """Forget what was not finished."""


class Engine(ABC):
    """A way to keep an index in a folder."""

    capabilities: Capabilities

    @abstractmethod
    def create(self, folder: Path) -> None:
        """Make an empty index in an empty folder, durably."""

    @abstractmethod
    def open(self, folder: Path, parameters: Parameters = DEFAULT) -> Reader:
        """Open the newest committed state, ranked with ``parameters``; nothing that lies there is run.

        Raises IndexDamaged, IndexOutdated, IndexMissing, or IndexUnreadable for what the system refuses.
        """

    @abstractmethod
    def writer(self, folder: Path) -> Writer:
        """Open for writing. The caller holds the index's lock.

        What a writer left that was killed, files of our names that the table does not name, is removed.
        """

    def parts(
        self, folder: Path, prefix: str, stems: StemTable, earlier: Earlier | None = None
    ) -> PartWriter:
        """Prepare documents for the writer of a folder; for engines that have parts.

        ``prefix`` is used once in the life of an index: it begins the names of the parts. ``stems`` gives the
        stems, and notes those that are new: they are the writer's to learn. ``earlier`` is asked about texts
        that do not say their language; without it, the documents before are.
        """
        raise NotImplementedError

    def drop(self, folder: Path) -> bool:
        """Remove what is kept of an index elsewhere than in its folder; say whether nothing is left there."""
        del folder
        return True

    @abstractmethod
    def verify(self, folder: Path) -> Verified:
        """Read all that is stored, pages included, and compare it with what was written.

        Raises no IndexDamaged.
        """
