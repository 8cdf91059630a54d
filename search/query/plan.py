"""From the tree of a query to what an engine answers: words become groups of terms.

Here the query meets the index: which languages it holds, which fields its documents have, which words fit a
wildcard. Does not depend directly on a particular engine or ranking formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from coopsearch.search import schema
from coopsearch.search.analysis.function_words import asked_in, function_words
from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.engines.base import Pattern, Reader
from coopsearch.search.engines.nodes import (
    And,
    AndMaybe,
    Broad,
    Everything,
    Filter,
    Group,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Terms,
)
from coopsearch.search.errors import QueryError
from coopsearch.search.query import fields, syntax
from coopsearch.search.query.among import Among, Words
from coopsearch.search.query.combine import is_conjunction, is_filter, joined, together
from coopsearch.search.query.cost import FEW, Cost, refuse_broad
from coopsearch.search.query.expansion.compounds import Compounds
from coopsearch.search.query.expansion.families import Member
from coopsearch.search.query.expansion.words import FormsOf
from coopsearch.search.query.rescoring import MOST, Asked, is_long, rescored, texts
from coopsearch.search.query.syntax import (
    All,
    Any,
    Clause,
    Fuzzy,
    Leaf,
    Regex,
    Row,
    Span,
    Tree,
    Wildcard,
    Without,
    Word,
)

if TYPE_CHECKING:
    from coopsearch.search.query.interpretation import Readings


class HighlightTerm(NamedTuple):
    """What to mark in a text: slots that follow each other, each filled by any of its words or stems."""

    words: tuple[Words, ...]
    stems: tuple[frozenset[str], ...]
    """Empty sets where only the exact words count."""
    weight: float
    """How much its presence says of a passage: below 1 for a function word."""


class _Fitting(NamedTuple):
    """What stands for a pattern, and what is marked of it."""

    node: Group | Broad | Nothing
    words: Words


class Plan(NamedTuple):
    """A query, ready to be answered."""

    node: Node
    every: Node | None
    """Documents that hold all its words; None where ``node`` says the same."""
    wanted: tuple[HighlightTerm, ...]
    readings: Readings | None
    """How each word was read, for a person; None where nobody asked."""


@dataclass(slots=True)
class Planner:
    """Plans queries over one state of an index."""

    reader: Reader
    forms_of: FormsOf
    """What a word stands for, in a query of a language."""
    languages: Sequence[str] = ()
    """Those of the index."""
    readings: Readings | None = None
    """Where to note how each leaf was read."""
    copies: Callable[[], Iterable[tuple[str, str]]] | None = None
    """Files that were indexed and others of the same content, where there are any."""
    compounds: Compounds | None = None
    """Those of the index, if they are kept from query to query."""
    _asked: list[Asked] = field(default_factory=list)
    _language: str = ""
    _long: bool = False
    """Whether a query has so many words that these name its subject without their families."""
    _functional: frozenset[str] = frozenset()
    _wanted: list[HighlightTerm] = field(default_factory=list)
    _leaves: list[Node] = field(default_factory=list)
    _negated: bool = False
    _closed: dict[int, str] = field(default_factory=dict)
    _patterns: dict[tuple[str, Pattern], _Fitting] = field(default_factory=dict)
    _cost: Cost = field(init=False)

    def __post_init__(self) -> None:
        self._cost = Cost(self.reader.effort)

    def plan(self, tree: Tree) -> Plan:
        """Plan a query. Raises QueryError for an unknown field or a bad value, with the place."""
        words = [word for text in texts(tree) for word in read(text).slots]
        self._long = len(words) > MOST or is_long(tree)
        self._language = asked_in(words, self.languages)
        self._functional = function_words(words, self._language)
        node = self._node(tree)
        if node is None:
            raise QueryError("the query holds no letters or digits to search for; give at least one word")
        leaves = together(self._leaves)
        every: Node | None = And(tuple(leaves)) if len(leaves) > 1 else None
        if every is not None and any(isinstance(leaf, Nothing) for leaf in leaves):
            every = Nothing()
        if is_conjunction(node) or (isinstance(node, And) and node.children == tuple(leaves)):
            every = None
        node = rescored(node, self._asked, self.reader.parameters)
        return Plan(node, every, tuple(dict.fromkeys(self._wanted)), self.readings)

    def _node(self, tree: Tree) -> Node | None:
        """Return the node of a tree, None for one without letters (a lone dash)."""
        match tree:
            case Row(clauses):
                return self._row(clauses)
            case All(children):
                return joined(And, [self._node(child) for child in children])
            case Any(children):
                return joined(Or, [self._node(child) for child in children])
            case Without(child):
                node = self._negative(child)
                return None if node is None else Not(node)
            case syntax.Near():
                node = self._near(tree)
                if node is not None and not self._negated:
                    self._leaves.append(node)
                return node
            case _:
                node = (
                    fields.filter_of(tree, self.reader) if tree.field in fields.FILTERS else self._leaf(tree)
                )
                if node is not None and not self._negated:
                    self._leaves.append(node)
                return node

    def _row(self, clauses: tuple[Clause, ...]) -> Node | None:
        must: list[Node] = []
        should: list[Node] = []
        without: list[Node] = []
        if len(clauses) > 1 and not self._long:
            self._closed |= (self.compounds or Compounds(self.reader)).closed(clauses)
        for clause in clauses:
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
        wanted = joined(Or, should)
        demanded = joined(And, must)
        if demanded is None:
            node = wanted
        elif wanted is None:
            node = demanded
        elif all(map(is_filter, must)):
            node = And((wanted, demanded))
        else:
            node = AndMaybe(demanded, wanted)
        if not without:
            return node
        return And((node or Everything(), *map(Not, without)))

    def _negative(self, tree: Tree) -> Node | None:
        before, self._negated = self._negated, True
        try:
            return self._node(tree)
        finally:
            self._negated = before

    def _leaf(self, tree: Leaf) -> Node | None:
        if isinstance(tree, Span):
            return self._span(tree)
        if tree.field is not None and ".." in tree.text:
            # Imported for those who ask for a range.
            from coopsearch.search.query.ranges import dotted

            if (span := dotted(tree)) is not None:
                return self._span(span)
        if tree.field is None:
            fields.refuse_empty(tree)
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
                node = self._word(tree, place)
            case _:
                node = self._exact(tree, place)
        # What a document is called or says of itself narrows an answer and does not rank it.
        if node is None or place.shown:
            return node
        if self.copies is not None and place.pattern == schema.PATH:
            # Imported here: few ask by path in an index that holds copies.
            from coopsearch.search.query.path_filter import at_any_place, at_no_other

            among = at_no_other if self._negated else at_any_place
            node = among(node, tree, self.copies())
        return Filter(node)

    def _span(self, span: Span) -> Node:
        """Read a range of numbers, or of words: as all words of the index that lie in it."""
        from coopsearch.search.query import ranges

        if (terms := ranges.numbers(span, self.reader)) is not None:
            self._cost.look(Pattern("wildcard", "="), span.position)
            key = span._replace(position=0)
            return Filter(Broad(schema.META, Terms(key, sorted(terms)))) if terms else Nothing()
        place = fields.place_of(span, self.reader)
        self._cost.look(Pattern("wildcard", "="), span.position)
        fitting = self._found(span._replace(position=0), place, ranges.words(span, place, self.reader), span)
        self._note(span, place, (fitting.words,), (frozenset(),))
        return fitting.node if place.shown or isinstance(fitting.node, Nothing) else Filter(fitting.node)

    def _word(self, tree: Word, place: fields.FieldTarget) -> Node | None:
        """Read a bare word in all its forms."""
        assert place.stems is not None
        self._cost.words(tree.text, tree.position)
        # What is not wanted is the word in its own forms: a rule that errs must not take answers away.
        wide = not self._negated
        forms = self.forms_of(tree.text, self._language, alone=self._long or not wide)
        words = forms.words
        if not words:
            return None
        if wide and len(words) == 1 and (whole := self._closed.get(tree.position)) is not None:
            forms = forms.with_whole(self.forms_of(whole, self._language), self.reader.parameters.relative)
        terms, marked = (forms.related, forms.marked) if wide else (forms.own, forms.stems)
        functional = bool(self._functional) and self._functional.issuperset(words)
        told = self.reader.parameters.function_word if functional else 1.0
        wanted = HighlightTerm(forms.exact, marked, told)
        self._note(tree, place, forms.exact, forms.stems, wanted=wanted, family=forms.family)
        if forms.joined:
            self._want((frozenset(forms.whole),), (frozenset(forms.joined),))
        boost = tree.boost * told
        if len(words) == 1:
            group = Group(place.stems, terms)
            self._ask(place, Asked(words, (group,), tree.boost, functional))
            group = group if boost == 1.0 else Group(place.stems, terms, boost)
            if not forms.opened or not wide or place.stems != schema.STEMS:
                return group
            self._want(tuple(frozenset[str]() for _ in forms.opened), tuple(map(frozenset, forms.opened)))
            return Or(
                (Phrase(schema.STEMS, forms.opened, boost=boost * self.reader.parameters.compound), group)
            )
        groups = tuple(Group(place.stems, tuple((stem, 1.0) for stem in slot)) for slot in forms.slots)
        self._ask(place, Asked(words, groups, tree.boost, functional))
        phrase = Phrase(place.stems, forms.slots, boost=boost * self.reader.parameters.compound)
        if not forms.joined:
            return phrase
        return Or((phrase, Group(place.stems, tuple((stem, 1.0) for stem in forms.joined), boost)))

    def _near(self, tree: syntax.Near) -> Node | None:
        """Read words that stand near each other: one slot for each child, in any of its forms."""
        slots: list[tuple[str, tuple[str, ...]]] = []
        for child in tree.children:
            slot = self._slot(child, tree.position)
            if slot is None:
                return Nothing()
            slots.append(slot)
        names = tuple(name for name, _ in slots)
        if not {schema.WORDS, schema.STEMS}.issuperset(names):
            raise QueryError(
                f"NEAR at character {tree.position} joins words of the text; leave out their fields",
                tree.position,
            )
        mixed = names if len(set(names)) > 1 else ()
        slop = tree.slop * (len(slots) - 1)
        self._place(slots, tree.position)
        return Phrase(names[0], tuple(terms for _, terms in slots), slop, tree.ordered, fields=mixed)

    def _slot(self, tree: Tree, position: int) -> tuple[str, tuple[str, ...]] | None:
        """Return the field and the terms that a child of NEAR stands for, None if nothing is like it."""
        children = tree.children if isinstance(tree, syntax.Any) else (tree,)
        found: list[Group] = []
        for child in children:
            if not isinstance(child, Word | Wildcard | Fuzzy | Regex):
                raise QueryError(
                    f"NEAR at character {position} joins single words, patterns and (one OR another); "
                    'for a row of words write "..."~5',
                    position,
                )
            # What is asked for is the whole: a word of it alone says nothing.
            asked = len(self._asked)
            node = self._leaf(child)
            del self._asked[asked:]
            if isinstance(node, Or):  # a compound, of which the closed form is one word
                node = [part for part in node.children if isinstance(part, Group)][-1]
            if isinstance(node, Phrase):
                raise QueryError(
                    f"{child.text!r} at character {child.position} is several words; NEAR joins single ones",
                    child.position,
                )
            if isinstance(node, Broad):
                refuse_broad(child.text, len(node.terms.terms), child.position)
            if isinstance(node, Group):
                found.append(node)
        if not found:
            return None
        if len({group.field for group in found}) > 1:
            raise QueryError(
                f"NEAR at character {position} cannot choose between exact words and forms of words; "
                "write all of a group as =word, or none",
                position,
            )
        return found[0].field, tuple(dict.fromkeys(term for group in found for term, _ in group.terms))

    def _place(self, slots: Sequence[tuple[str, tuple[str, ...]]], at: int) -> None:
        """Note what it costs to look at where the words of a phrase or a NEAR stand."""
        if len(slots) > 1:
            reader = self.reader
            several = sum(len(terms) > FEW for _, terms in slots)
            alone = [(name, terms) for name, terms in slots if len(terms) <= FEW]
            # Documents are intersected first: the rarest word says in how many the others are looked at.
            least = min(
                (sum(reader.document_frequency(name, term) for term in terms) for name, terms in set(alone)),
                default=reader.documents,
            )
            # One engine looks a word up once, however often it stands there; another each time.
            read = len(set(alone)) if reader.effort == 1 else len(alone)
            self._cost.places(least * read, several, reader.documents, at)

    def _ask(self, place: fields.FieldTarget, asked: Asked) -> None:
        if not self._negated and place.stems == schema.STEMS:
            self._asked.append(asked)

    def _exact(self, tree: Word | syntax.Phrase, place: fields.FieldTarget) -> Node | None:
        """Read quoted words, or a word of a field that has no stems: as they stand."""
        self._cost.words(tree.text, tree.position)
        slots = tuple((place.prefix + word,) for word in read(tree.text).slots)
        if not slots:
            return None
        words = tuple(frozenset({slot[0][len(place.prefix) :]}) for slot in slots)
        slop = tree.slop if isinstance(tree, syntax.Phrase) else 0
        self._note(tree, place, words, tuple(frozenset() for _ in slots), apart=slop > 0)
        if len(slots) == 1:
            return Group(place.words, ((slots[0][0], 1.0),), tree.boost)
        self._place([(place.words, slot) for slot in slots], tree.position)
        # "a b"~5 allows any order, as Lucene does; without a distance the order is the phrase.
        return Phrase(place.words, slots, slop, ordered=slop == 0, boost=tree.boost)

    def _expanded(
        self, tree: Wildcard | Fuzzy | Regex, place: fields.FieldTarget, pattern: Pattern
    ) -> Node | None:
        """Read a pattern as all words of the index that fit it, scored as one."""
        if tree.field in (None, "text") and isinstance(tree, Wildcard) and not tree.text.strip("*"):
            return Everything()
        fitting = self._fitting(tree, place, pattern)
        self._note(tree, place, (fitting.words,), (frozenset(),))
        node = fitting.node
        return node._replace(boost=tree.boost) if isinstance(node, Group) else node

    def _fitting(
        self, tree: Wildcard | Fuzzy | Regex, place: fields.FieldTarget, pattern: Pattern
    ) -> _Fitting:
        """Look a pattern up once, and not too many of them."""
        known = self._patterns.get((place.pattern, pattern))
        if known is None:
            self._cost.look(pattern, tree.position)
            try:
                terms = self.reader.expand(place.pattern, pattern)
            except QueryError as error:
                raise QueryError(
                    f"the expression at character {tree.position} of the query is too much: {error}; make it "
                    "simpler, or ask for less of it",
                    tree.position,
                ) from None
            known = self._found(pattern, place._replace(words=place.pattern), terms, tree)
            self._patterns[place.pattern, pattern] = known
        return known

    def _found(self, key: Hashable, place: fields.FieldTarget, terms: Sequence[str], leaf: Leaf) -> _Fitting:
        """Return what stands for the terms of a pattern or a range."""
        if not terms:
            return _Fitting(Nothing(), frozenset())
        skip = len(place.prefix)
        if self._cost.found(_text(leaf), len(terms), leaf.position):
            return _Fitting(Broad(place.words, Terms(key, terms)), Among(terms, place.prefix))
        group = Group(place.words, tuple((term, 1.0) for term in terms))
        return _Fitting(group, frozenset(term[skip:] for term in terms))

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

    def _want(self, words: tuple[Words, ...], stems: tuple[frozenset[str], ...]) -> None:
        if not self._negated:
            self._wanted.append(HighlightTerm(words, stems, 1.0))


def _text(leaf: Leaf) -> str:
    """Return a pattern or a range as a message names it."""
    return f"[{leaf.low or '*'} TO {leaf.high or '*'}]" if isinstance(leaf, Span) else leaf.text
