"""From the tree of a query to what an engine answers: words become groups of terms.

Here the query meets the index: which languages it holds, which fields its documents have, which words fit a
wildcard. Does not depend directly on a particular engine or ranking formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from coopsearch.search import schema
from coopsearch.search.analysis.function_words import asked_in, function_words
from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.engines.as_written import AsWritten, matters
from coopsearch.search.engines.base import Pattern, Reader
from coopsearch.search.engines.nodes import (
    And,
    Broad,
    Checked,
    Everything,
    Filter,
    Group,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Spelled,
    Terms,
)  # fmt: skip
from coopsearch.search.errors import QueryError
from coopsearch.search.query import fields, syntax
from coopsearch.search.query.among import HighlightTerm, Words
from coopsearch.search.query.combine import every_of, is_filter, joined, narrowed, row_of, together
from coopsearch.search.query.cost import Cost
from coopsearch.search.query.expansion.compounds import Compounds
from coopsearch.search.query.expansion.families import Member
from coopsearch.search.query.expansion.fitting import FittingWords
from coopsearch.search.query.expansion.foreign import with_others
from coopsearch.search.query.expansion.identifiers import MARKED_CODES, Run, code, groupings, runs, spelled
from coopsearch.search.query.expansion.synonyms import Synonyms, first_met
from coopsearch.search.query.expansion.words import FormsOf, Kin, kin_of
from coopsearch.search.query.near import near
from coopsearch.search.query.notes import doubled_sign, dropped_signs, many_codes, signs_in_quotes
from coopsearch.search.query.order.rescoring import MOST, Asked, is_long, ordered, texts
from coopsearch.search.query.planned import Plan
from coopsearch.search.query.syntax import Clause, Fuzzy, Leaf, Regex, Row, Tree, Wildcard, Word

if TYPE_CHECKING:
    from coopsearch.search.desk.tags import TagReader
    from coopsearch.search.query.expansion.names import Names
    from coopsearch.search.query.expansion.voices import Voices
    from coopsearch.search.query.interpretation import Readings


class Planner:
    """Plans queries over one state of an index."""

    def __init__(  # noqa: PLR0913 - all that the state of an index knows, by name
        self,
        reader: Reader,
        forms_of: FormsOf,
        *,
        languages: Sequence[str] = (),
        readings: Readings | None = None,
        copies: Callable[[], Iterable[tuple[str, str]]] | None = None,
        tags: TagReader | None = None,
        compounds: Compounds | None = None,
        synonyms: Synonyms | None = None,
        names: Names | None = None,
        spellings: Names | None = None,
        narrowing: Node | None = None,
        foreign: Callable[[Sequence[str]], Voices | None] | None = None,
    ) -> None:
        """Take what an index knows, and what a query is narrowed to.

        ``forms_of`` says what a word stands for, in a query of a language. ``readings`` is where to note how
        each leaf was read. ``copies`` gives files that were indexed and others of the same content, where
        there are any. ``names`` is for bare words that look like one, ``spellings`` for those who ask for one
        by that. ``foreign`` gives what translates the folded words of a query, if lexicons are asked.
        """
        self.reader, self.forms_of, self.languages, self.readings = reader, forms_of, languages, readings
        self.copies, self.tags, self.compounds, self.synonyms = copies, tags, compounds, synonyms
        self.names, self.spellings, self.narrowing, self.foreign = names, spellings, narrowing, foreign
        self._asked: list[Asked] = []
        self._language = ""
        self._long = False
        """Whether a query has so many words that these name its subject without their families."""
        self._functional: frozenset[str] = frozenset()
        self._wanted: list[HighlightTerm] = []
        self._leaves: list[Node] = []
        self._negated = False
        self._closed: dict[int, str] = {}
        self._cost = Cost(reader.effort)
        self._fitting = FittingWords(reader, self._cost)
        self._notes: dict[str, None] = {}
        self._kin: list[Kin] = []
        self._voices: Voices | None = None
        """What translates the words of this query, if anything does."""
        self._codes = False
        """Whether a leaf is of several words, or of one code in their stead."""

    def plan(self, tree: Tree) -> Plan:
        """Plan a query. Raises QueryError for an unknown field or a bad value, with the place."""
        words = [word for text in texts(tree) for word in read(text).slots]
        self._long = len(words) > MOST or is_long(tree)
        self._language = asked_in(words, self.languages)
        if self.foreign is not None and not self._long:
            self._voices = self.foreign(words)
        # The language of the query need not be one of the index.
        spoken = (self._voices and self._voices.language) or self._language
        self._functional = function_words(words, spoken)
        node = self._node(tree)
        if node is None:
            raise QueryError("the query holds no letters or digits to search for; give at least one word")
        node, leaves = narrowed(node, together(self._leaves), self.narrowing)
        every = every_of(node, leaves, codes=self._codes)
        node = ordered(node, self._asked, leaves, tree, self.reader)
        for fault in self._voices.faults if self._voices is not None else ():
            self._say(fault)
        return Plan(
            node,
            every,
            tuple(dict.fromkeys(self._wanted)),
            self.readings,
            tuple(self._notes),
            tuple(self._kin),
            translated=self._voices is not None and self._voices.used,
        )

    def _node(self, tree: Tree) -> Node | None:
        """Return the node of a tree, None for one without letters (a lone dash)."""
        match tree:
            case Row(clauses):
                return self._row(clauses)
            case syntax.All(children):
                return joined(And, [self._node(child) for child in children])
            case syntax.Any(children):
                return joined(Or, [self._node(child) for child in children])
            case syntax.Without(child):
                node = self._negative(child)
                return None if node is None else Not(node)
            case syntax.Near():
                node = self._near(tree)
                if not self._negated:
                    self._leaves.append(node)
                return node
            case _:
                if fields.is_filter(tree, self.reader):
                    node = fields.filter_of(tree, self.reader, self.tags, self._say)
                else:
                    node = self._leaf(tree)
                if node is not None and not self._negated:
                    self._leaves.append(node)
                return node

    def _row(self, clauses: tuple[Clause, ...], *, whole: bool = False) -> Node | None:
        """Read words side by side; ``whole`` if they are the groups of a code already."""
        grouped = {} if whole or self._long or len(clauses) < 2 else {run.start: run for run in runs(clauses)}  # noqa: PLR2004 - one alone has no neighbour
        terms = [] if whole or self._negated or self._long else [self.synonyms, self._voices]
        must: list[Node] = []
        should: list[Node] = []
        without: list[Node] = []
        if len(clauses) > 1 and not self._long:
            self._closed |= (self.compounds or Compounds(self.reader)).closed(clauses)
        passed = 0
        for at, clause in enumerate(clauses):
            if at < passed:
                continue
            if (run := grouped.get(at)) is not None:
                node, passed = self._grouped(clauses[at : run.end], run), run.end
            elif (met := first_met(terms, clauses, at)) is not None:
                first, passed, self._codes = len(self._leaves), met.end, True
                node = met.either(
                    self._row(clauses[at:passed], whole=True), self._leaves, first, self.readings
                )
                self._wanted += met.wanted
            else:
                node = self._negative(clause.tree) if clause.occur == "not" else self._node(clause.tree)
            if node is None:
                continue
            if clause.occur == "not":
                without.append(node)
            elif clause.occur == "must" or is_filter(node):
                # A filter among words narrows: `smuggling lang:fr` asks for French passages, not for either.
                must.append(node)
            else:
                should.append(node)
        return row_of(must, should, without)

    def _grouped(self, clauses: tuple[Clause, ...], run: Run) -> Node | None:
        """Read the groups of a code, which may stand in other groups, or in none."""
        before = len(self._leaves)
        node = self._row(clauses, whole=True)
        first = clauses[0].tree
        assert isinstance(first, Word)
        place = fields.place_of(first, self.reader)
        others = [other for text in run.texts if (other := self._spelled(text, place, first)) is not None]
        if node is None or not others:
            return node
        if not self._negated:
            leaves = self._leaves[before:]
            self._leaves[before:] = [Or((And(tuple(leaves)), *others))]
            self._codes = True
        either = Or((node, *others))
        return either if place.shown else Filter(either)

    def _spelled(self, text: str, place: fields.FieldTarget, leaf: Word | syntax.Phrase) -> Spelled | None:
        """Return what finds a code in other groups than it is written in, None for no code."""
        if not text:
            return None
        if not self._cost.code():
            self._say(many_codes(self._cost.most_codes))
            return None
        if (found := spelled(text, place.words, place.prefix, self.reader)) is None:
            return None
        frequency = self.reader.document_frequency
        # One engine reads the places of what goes on with it only where a code begins; another all of them.
        wide = self.reader.effort > 1
        looks = {term: frequency(place.words, term) for start, _, term in found.edges if wide or not start}
        if not self._cost.affords(sum(looks.values()), self.reader.documents):
            return None
        if place.shown and not self._negated:
            for row in groupings(found, place.prefix, few=self._cost.codes > MARKED_CODES):
                self._want(tuple(frozenset({word}) for word in row), tuple(frozenset[str]() for _ in row))
        return found._replace(boost=leaf.boost, text=text if place.words == schema.WORDS else "")

    def _any_grouping(
        self, node: Node | None, tree: Word | syntax.Phrase, place: fields.FieldTarget
    ) -> Node | None:
        """Return the node of a leaf, and what finds it in other groups if it is a code."""
        as_written = tree.exact if isinstance(tree, Word) else tree.as_written or tree.slop > 0
        if node is None or as_written or not any(map(str.isdigit, tree.text)):
            return node
        found = self._spelled(code(tree.text), place, tree)
        if found is None or len(found.edges) <= len(read(tree.text).slots):
            return node
        return Or((*(node.children if isinstance(node, Or) else (node,)), found))

    def _negative(self, tree: Tree) -> Node | None:
        before, self._negated = self._negated, True
        try:
            return self._node(tree)
        finally:
            self._negated = before

    def _leaf(self, tree: Leaf) -> Node | None:
        if isinstance(tree, syntax.Span):
            return self._span(tree)
        if tree.field is not None and ".." in tree.text:
            # Imported for those who ask for a range.
            from coopsearch.search.query.filters.ranges import dotted

            if (span := dotted(tree)) is not None:
                return self._span(span)
        if tree.field is None:
            fields.refuse_empty(tree)
        elif self.spellings is not None and fields.is_name(tree, self.reader):
            from coopsearch.search.query import names  # few ask for a name

            return names.node_of(tree, self.spellings, self._cost, self.reader, self._note, self._say)
        place = fields.place_of(tree, self.reader)
        match tree:
            case Regex():
                node = self._expanded(tree, place, fields.expression(tree, place))
            case Wildcard():
                node = self._expanded(tree, place, fields.wildcard(tree, place))
            case Fuzzy():
                pattern = Pattern("fuzzy", normalize(tree.text), tree.distance, place.prefix)
                node = self._expanded(tree, place, pattern)
            case Word() if not tree.exact and place.stems is not None:
                node = self._any_grouping(self._word(tree, place), tree, place)
            case _:
                node = self._any_grouping(self._exact(tree, place), tree, place)
        # What a document is called or says of itself narrows an answer and does not rank it.
        if node is None or place.shown:
            return node
        if self.copies is not None and place.pattern == schema.PATH:
            # Imported here: few ask by path in an index that holds copies.
            from coopsearch.search.query.filters.path_filter import at_any_place, at_no_other

            among = at_no_other if self._negated else at_any_place
            node = among(node, tree, self.copies())
        return Filter(node)

    def _span(self, span: syntax.Span) -> Node:
        """Read a range of numbers, or of words: as all words of the index that lie in it."""
        from coopsearch.search.query.filters import ranges

        if (terms := ranges.numbers(span, self.reader)) is not None:
            self._cost.look(Pattern("wildcard", "="), span.position)
            key = span._replace(position=0)
            return Filter(Broad(schema.META, Terms(key, sorted(terms))) if terms else Nothing())
        place = fields.place_of(span, self.reader)
        self._cost.look(Pattern("wildcard", "="), span.position)
        terms = ranges.words(span, place, self.reader)
        fitting = self._fitting.among(span._replace(position=0), place, terms, span)
        self._note(span, place, (fitting.words,), (frozenset(),))
        return fitting.node if place.shown or isinstance(fitting.node, Nothing) else Filter(fitting.node)

    def _word(self, tree: Word, place: fields.FieldTarget) -> Node | None:
        """Read a bare word in all its forms."""
        assert place.stems is not None
        self._cost.words(tree.text, tree.position)
        self._say(dropped_signs(tree.text, tree.field))
        # What is not wanted is the word in its own forms: a rule that errs must not take answers away.
        wide = not self._negated
        forms = self.forms_of(tree.text, self._language, alone=self._long or not wide)
        words = forms.words
        if not words:
            return None
        if wide and len(words) == 1 and (whole := self._closed.get(tree.position)) is not None:
            forms = forms.with_whole(self.forms_of(whole, self._language), self.reader.parameters.relative)
        functional = bool(self._functional) and self._functional.issuperset(words)
        if wide and not functional and not self._long:
            forms = with_others(forms, self._voices, self.names, tree.text)
        terms, marked = (forms.related, forms.marked) if wide else (forms.own, forms.stems)
        told = self.reader.parameters.function_word if functional else 1.0
        wanted = HighlightTerm(forms.exact, marked, told)
        self._note(tree, place, forms.exact, forms.stems, wanted=wanted, family=forms.told)
        if forms.joined:
            self._want((frozenset(forms.whole),), (frozenset(forms.joined),))
        boost = tree.boost * told
        in_text = wide and place.stems == schema.STEMS
        rows = forms.rows(boost, self.reader.parameters.compound) if in_text else []
        for one in forms.beside(in_text=in_text):
            self._wanted.append(one.mark())
        if len(words) == 1:
            group = Group(place.stems, terms)
            self._ask(place, Asked(words, (group,), tree.boost, functional))
            if wide and not functional and (kin := kin_of(forms, tree.text, place.stems)) is not None:
                self._kin.append(kin)
            group = group if boost == 1.0 else Group(place.stems, terms, boost)
            others: list[Node] = [*rows, *forms.as_words(boost)] if in_text else []
            return Or((*others, group)) if others else group
        self._cost.slots([(place.stems, slot) for slot in forms.slots], self.reader, tree.position)
        groups = tuple(Group(place.stems, tuple((stem, 1.0) for stem in slot)) for slot in forms.slots)
        self._ask(place, Asked(words, groups, tree.boost, functional))
        phrase = Phrase(place.stems, forms.slots, boost=boost * self.reader.parameters.compound)
        parts: tuple[Node, ...] = (phrase, *forms.of_compound(place.stems, boost), *rows)
        return Or(parts) if len(parts) > 1 else phrase

    def _near(self, tree: syntax.Near) -> Node:
        """Read what stands near each other."""
        asked = len(self._asked)  # What is asked for is the whole: a word of it alone says nothing.
        node = near(tree, self._hyphened, self._cost, self.reader)
        del self._asked[asked:]
        return node

    def _hyphened(self, leaf: Leaf) -> Node | None:
        """Return the node of a leaf of NEAR, and of a word what it is with a hyphen: two places wide."""
        node = self._leaf(leaf)
        if not isinstance(leaf, Word) or not isinstance(node, Group) or node.field != schema.STEMS:
            return node
        if not self._cost.opens():
            return node
        whole = tuple(term for term, _ in node.terms)
        rows = []
        for rest in (self.compounds or Compounds(self.reader)).ends(normalize(leaf.text)):
            slots = whole, self.forms_of(rest, self._language, alone=True).slots[0]
            self._want((frozenset(), frozenset()), tuple(map(frozenset, slots)))
            rows.append(Phrase(schema.STEMS, slots))
        return Or((*rows, node)) if rows else node

    def _ask(self, place: fields.FieldTarget, asked: Asked) -> None:
        if not self._negated and place.stems == schema.STEMS:
            self._asked.append(asked)

    def _exact(
        self, tree: Word | syntax.Phrase, place: fields.FieldTarget, *, written: str = ""
    ) -> Node | None:
        """Read quoted words, or a word of a field that has no stems: as they stand."""
        if tree.as_written and matters(tree.text):
            text = tree.text.strip()
            node = self._exact(tree._replace(as_written=False), place, written=text)
            self._say(doubled_sign(tree.text))
            wanted = AsWritten(place.words, text, place.prefix.rstrip("="))
            return None if node is None else Checked(node, wanted)
        self._cost.words(tree.text, tree.position)
        slots = tuple((place.prefix + word,) for word in read(tree.text).slots)
        if not slots:
            return None
        words = tuple(frozenset({slot[0][len(place.prefix) :]}) for slot in slots)
        slop = tree.slop if isinstance(tree, syntax.Phrase) else 0
        if isinstance(tree, syntax.Phrase) and ("*" in tree.text or "?" in tree.text):
            self._say(signs_in_quotes(tree))
        elif not written:
            self._say(dropped_signs(tree.text, tree.field))
        stems = tuple(frozenset[str]() for _ in slots)
        marked = HighlightTerm(words, stems, 1.0, written)
        self._note(tree, place, words, stems, apart=slop > 0, wanted=marked)
        if len(slots) == 1:
            return Group(place.words, ((slots[0][0], 1.0),), tree.boost)
        placed = [(place.words, slot) for slot in slots]
        self._cost.slots(placed, self.reader, tree.position, ordered=slop == 0)
        # "a b"~5 allows any order, as Lucene does; without a distance the order is the phrase.
        phrase = Phrase(place.words, slots, slop, ordered=slop == 0, boost=tree.boost)
        if slop or written or place.words != schema.WORDS or not isinstance(tree, syntax.Phrase):
            return phrase
        rows = (self.compounds or Compounds(self.reader)).rows(tree.text)
        for row in rows:
            self._want(tuple(frozenset({word}) for word in row), tuple(frozenset[str]() for _ in row))
        others = [phrase._replace(slots=tuple((word,) for word in row)) for row in rows]
        return Or((phrase, *others)) if others else phrase

    def _expanded(
        self, tree: Wildcard | Fuzzy | Regex, place: fields.FieldTarget, pattern: Pattern
    ) -> Node | None:
        """Read a pattern as all words of the index that fit it, scored as one."""
        if tree.field in (None, "text") and isinstance(tree, Wildcard) and not tree.text.strip("*"):
            return Everything()
        fitting = self._fitting.of(tree, place, pattern)
        self._note(tree, place, (fitting.words,), (frozenset(),))
        node = fitting.node
        return node._replace(boost=tree.boost) if isinstance(node, Group) else node

    def _note(
        self,
        tree: Leaf,
        place: fields.FieldTarget,
        words: tuple[Words, ...],
        stems: tuple[frozenset[str], ...],
        *,
        apart: bool = False,
        wanted: HighlightTerm | None = None,
        family: Sequence[Member] = (),
    ) -> None:
        """Remember what to mark in the text: these, or ``wanted``; and say how the leaf was read."""
        if self._negated:
            return
        if self.readings is not None:
            self.readings.note(tree, place, words, stems, family)
        if not place.shown:
            return
        if apart:
            for one in words:
                self._want((one,), (frozenset(),))
        else:
            self._wanted.append(wanted or HighlightTerm(words, stems, 1.0))

    def _say(self, note: str | None) -> None:
        if note is not None:
            self._notes[note] = None

    def _want(self, words: tuple[Words, ...], stems: tuple[frozenset[str], ...]) -> None:
        if not self._negated:
            self._wanted.append(HighlightTerm(words, stems, 1.0))
