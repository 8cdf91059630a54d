"""Many documents on their way into a cluster at once: words, stems and languages are found as columns.

Gives the bodies that ``bodies.body_of`` gives of the same documents one by one, in a fraction of the time,
and what they bring to the vocabulary. Does not depend on the client of a cluster.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, Final, NamedTuple

import numpy as np

from coopsearch.search import schema
from coopsearch.search.analysis.lexicon import Interner
from coopsearch.search.analysis.model import Role
from coopsearch.search.engines.columns.arrays import I64, Ints, first_of_runs, marked, starts_of
from coopsearch.search.engines.columns.build.text_buffer import TextBuffer
from coopsearch.search.engines.columns.build.text_buffer import Vocabulary as Numbered
from coopsearch.search.engines.columns.build.token_buffer import ROLES
from coopsearch.search.engines.opensearch.beside import others_of
from coopsearch.search.engines.opensearch.bodies import body_from
from coopsearch.search.engines.opensearch.closeness import HOLE, HOLES, MOST_POSITIONS, TOGETHER, number_of
from coopsearch.search.engines.opensearch.mapping import BY_ROLE
from coopsearch.search.engines.opensearch.terms import escaped, written
from coopsearch.search.engines.opensearch.texts import Break
from coopsearch.search.engines.opensearch.tokens import Terms
from coopsearch.search.engines.opensearch.vocabulary import NAMES, TERMS, named, terms_beside
from coopsearch.search.model import Document

#: People count as the text does, and nothing tells them from it here.
_ROLES: Final[dict[int, Role]] = {number: role for role, number in ROLES.items() if role != "people"}
#: Which bits of a pair hold the number of a term.
_TERM: Final = 32
_NUMBER: Final = (1 << _TERM) - 1


class Words:
    """The words and stems of all batches so far, by their numbers."""

    def __init__(self, numbered: Numbered) -> None:
        """Begin with the words that a vocabulary has numbered."""
        self.numbered = numbered
        self.words: list[str] = []
        self.stems: list[str] = []
        #: As they are written for a cluster, in JSON.
        self.written_words = _Written()
        self.written_stems = _Written()
        #: What stands for each stem where the cluster looks at closeness.
        self.close = np.zeros(0, np.uint32)

    def catch_up(self) -> None:
        """Take in what was numbered since the last call."""
        self._take(self.numbered.lexicon.words, self.words, self.written_words)
        self._take(self.numbered.stems, self.stems, self.written_stems)
        new = self.stems[len(self.close) :]
        self.close = np.concatenate((self.close, np.fromiter(map(number_of, new), np.uint32, len(new))))

    @staticmethod
    def _take(names: Iterable[str], known: list[str], as_written: _Written) -> None:
        new = list(islice(names, len(known), None))
        known += new
        as_written.add(new)


class _Written:
    """Terms by their numbers, as they are written for a cluster, in JSON."""

    def __init__(self) -> None:
        # NumPy looks up many of a batch in a third of the time that a list takes.
        self._texts: Any = np.zeros(0, object)

    def add(self, terms: Sequence[str]) -> None:
        """Take in those with the next numbers."""
        new = np.empty(len(terms), object)
        new[:] = [escaped(written(term)) for term in terms]
        self._texts = np.concatenate((self._texts, new))

    def of(self, numbers: Ints) -> list[str]:
        """Return those of some numbers."""
        found: list[str] = self._texts[numbers].tolist()
        return found


class Body(NamedTuple):
    """A document of a batch."""

    document: Document
    json: str


class _Buffer(TextBuffer):
    """Takes documents in, and keeps them."""

    def __init__(self, numbered: Numbered) -> None:
        super().__init__(lambda _: None, numbered)
        self.taken: list[tuple[Document, Sequence[str]]] = []

    def add_document(self, document: Document, languages: Sequence[str]) -> None:
        """Take in a document whose languages are known: its number is that of its path."""
        self.paths.append(document.path)
        self.taken.append((document, languages))


class Batch:
    """What some documents are to a cluster."""

    def __init__(self, words: Words, documents: Sequence[Document]) -> None:
        """Find the languages and the words of documents."""
        buffer = _Buffer(words.numbered)
        self.languages: Final = buffer.add(documents)
        """All that were met."""
        self._known, self._taken, self._names = words, buffer.taken, buffer.names
        self._others = [others_of(document) for document, _ in self._taken]
        columns = self._columns = buffer.columns()
        words.catch_up()
        self._ends = starts_of(columns.run_tokens)
        self._owner = np.repeat(np.asarray(columns.run_doc, np.int64), columns.run_tokens)
        """The document of each token."""

    def bodies(self, born: int) -> Iterator[Body]:
        """Yield the body of each document, in order; ``born`` is the commit that adds them."""
        columns, known = self._columns, self._known
        words = known.written_words.of(columns.words)
        stems = known.written_stems.of(columns.stems)
        ends = self._ends.tolist()
        breaks = self._breaks()
        position, role = columns.run_position.tolist(), columns.run_role.tolist()
        bounds = np.searchsorted(columns.run_doc, np.arange(len(self._taken) + 1)).tolist()
        close = self._close()
        for number, (document, languages) in enumerate(self._taken):
            runs = []
            for run in range(bounds[number], bounds[number + 1]):
                first, end = ends[run], ends[run + 1]
                text = " ".join(words[first:end])
                stemmed = " ".join(stems[first:end])
                runs.append(
                    Terms(_ROLES[role[run]], position[run], text, stemmed, end - first, breaks.get(run, ()))
                )
            others = self._others[number]
            yield Body(document, body_from(document, languages, runs, others, close[number], born))

    def counts(self) -> dict[str, dict[str, Counter[str]]]:
        """Return by file what its documents bring into each table of the vocabulary: see ``terms_of``."""
        columns, known = self._columns, self._known
        files: dict[str, dict[str, Counter[str]]] = {}
        numbers = Interner()
        of_document = np.array([numbers[document.file] for document, _ in self._taken], np.int64)
        names = list(numbers)
        beside: dict[str, dict[str, list[str]]] = {}
        for (document, languages), others in zip(self._taken, self._others, strict=True):
            tables = beside.setdefault(document.file, {})
            for table, terms in terms_beside(document, languages, others).items():
                tables.setdefault(table, []).extend(terms)
        # All terms of a table are counted in one go, which takes a quarter of the time.
        for name, lists in beside.items():
            files[name] = {table: Counter(held) for table, held in lists.items()}
        role = np.repeat(columns.run_role, columns.run_tokens)
        for wanted, words, stems in BY_ROLE:
            rows = np.flatnonzero(role == ROLES[wanted]) if wanted else slice(None)
            for field, numbered, texts in (
                (words, columns.words, known.words),
                (stems, columns.stems, known.stems),
            ):
                for file, held, counts in _counted(self._owner[rows], numbered[rows], of_document):
                    told = dict(zip(map(texts.__getitem__, held), counts, strict=True))
                    files[names[file]].setdefault(TERMS + field, Counter()).update(told)
                    if field == schema.WORDS:
                        called = (texts[term] for term in held if term in self._names)
                        files[names[file]][NAMES] = Counter(set(chain.from_iterable(map(named, called))))
        return files

    def _breaks(self) -> dict[int, list[Break]]:
        """Return of each run where the positions of its tokens do not go on by one, if there are such."""
        steps = np.asarray(self._columns.steps, np.int64)
        before = np.concatenate(([-1], steps[:-1]))[: len(steps)]
        before[self._ends[:-1]] = -1
        places = marked(steps != before + 1)
        runs = np.searchsorted(self._ends, places, "right") - 1
        found: dict[int, list[Break]] = {}
        rows = (runs.tolist(), (places - self._ends[runs]).tolist(), steps[places].tolist())
        for run, place, step in zip(*rows, strict=True):
            found.setdefault(run, []).append((place, step))
        return found

    def _close(self) -> list[str | None]:
        """Return ``closeness.pack`` of each document."""
        columns = self._columns
        at = np.repeat(columns.run_position, columns.run_tokens) + columns.steps
        order = np.lexsort((at, self._owner))
        owner, at = self._owner[order], at[order]
        numbers = self._known.close[columns.stems[order]].astype(np.int64)
        step = np.where(first_of_runs(owner), 1, np.diff(at, prepend=0))
        numbers[step == 0] |= TOGETHER
        # Before each token as many holes as there are positions without one.
        holes = np.minimum(HOLES, np.maximum(step - 1, 0))
        places = np.cumsum(holes + 1) - 1
        filled = np.full(int(places[-1]) + 1 if len(places) else 0, HOLE, ">u4")
        filled[places] = numbers
        taken = np.bincount(owner, holes + 1, len(self._taken)).astype(np.int64)
        tokens = np.bincount(owner, minlength=len(self._taken)).tolist()
        ends = (starts_of(taken) * filled.itemsize).tolist()
        data = filled.tobytes()
        # An empty value would be none: a document without a stem has one hole.
        return [
            None
            if tokens[number] > MOST_POSITIONS
            else base64.b64encode(data[ends[number] : ends[number + 1]] or bytes(filled.itemsize)).decode()
            for number in range(len(self._taken))
        ]


def _counted(owner: I64, terms: Ints, files: I64) -> Iterator[tuple[int, list[int], list[int]]]:
    """Yield for each file its terms, and how many of its documents hold each.

    ``owner`` is the document of each token, ``terms`` its term, ``files`` the file of each document.
    """
    held, _ = _runs(owner << _TERM | terms.astype(np.int64))
    pairs, counts = _runs(files[held >> _TERM] << _TERM | held & _NUMBER)
    which, sizes = _runs(pairs >> _TERM)
    ends = starts_of(sizes).tolist()
    for file, first, end in zip(which.tolist(), ends, ends[1:], strict=False):
        yield file, (pairs[first:end] & _NUMBER).tolist(), counts[first:end].tolist()


def _runs(values: I64) -> tuple[I64, I64]:
    """Return values, each once, sorted, and how often each is there."""
    # What NumPy has for it asks a table for each value, and takes five times as long.
    values = np.sort(values)
    first = marked(first_of_runs(values))
    return values[first], np.diff(first, append=len(values))
