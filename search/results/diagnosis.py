"""Why a query finds nothing, or little: what each part finds alone, which part is to blame, what was meant.

Takes a query apart and asks for its parts. Does not depend on the terminal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from coopsearch.search import schema
from coopsearch.search.analysis.function_words import asked_in, function_words
from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import And, Group, Node, Or, Spelled, demanded
from coopsearch.search.model import Diagnosis, Hit, PartCount, Results, WhyNot
from coopsearch.search.query import syntax
from coopsearch.search.query.expansion.identifiers import code, runs
from coopsearch.search.query.syntax import (
    All,
    Any,
    Clause,
    Fuzzy,
    Leaf,
    Near,
    Phrase,
    Regex,
    Row,
    Span,
    Tree,
    Wildcard,
    Without,
    Word,
)
from coopsearch.search.results import spelling

if TYPE_CHECKING:
    from coopsearch.search.results.translated_parts import Abroad

#: Parts of a query that are counted; of a longer one, the first.
_MOST: Final = 20
#: Parts that are demanded, each of which is left out for a try, whatever the others find.
_FEW: Final = 4
#: Characters of a code from which on it has many groupings.
_LONG_CODE: Final = 5
#: Words of a query, up to which those of them are looked for that are one code together.
_MOST_CODES: Final = 60
_WORD: Final = re.compile(r"\w+")


class _Code(Clause):
    """Words of a row that are the groups of one code, in the place of which it stands."""

    __slots__ = ()

    @property
    def groups(self) -> tuple[Clause, ...]:
        """The words."""
        assert isinstance(self.tree, Row)
        return self.tree.clauses

    @property
    def places(self) -> Iterator[int]:
        """Where each of them stands in the query, from 0."""
        return (group.tree.position - 1 for group in self.groups if isinstance(group.tree, Word))


class Asking(NamedTuple):
    """What parts of a query are asked with."""

    reader: Reader
    plan: Callable[[Tree], Node | None]
    """Returns what a part asks of the engine, None if it holds nothing to search for."""
    stems_of: Callable[[str], Iterable[str]]
    languages: tuple[str, ...] = ()
    """Those that the index holds."""
    spelled: Callable[[str], Collection[str]] = lambda _: ()
    """Gives the words of the index that spell a word otherwise, if it looks like a name."""

    abroad: Callable[[Sequence[str]], Abroad | None] = lambda _: None
    """Gives what says of the folded words of a query what they are in other languages, if anything does."""
    itself: Callable[[Tree], Node | None] = lambda _: None
    """Returns what a part asks of the engine without translations."""

    def fits(self, word: str, others: Iterable[str]) -> bool:
        """Say whether other words may have been meant by one.

        Who asks for Ghazwani and finds Ghazouani was answered: he meant no other name.
        """
        known = self.spelled(word)
        if not known:
            return True
        # Imported here: few words are put right.
        from coopsearch.search.names.common import is_common

        return any(other in known or is_common(other) for other in others)

    def count(self, tree: Tree) -> int:
        """Count the documents that a part of a query finds."""
        node = self.plan(tree)
        return 0 if node is None else self.reader.search(node, 0).total

    def counted(self, query: str, part: Tree | Clause, abroad: Abroad | None) -> PartCount:
        """Count the documents of a part of a query, and if its words are in none, of its translations."""
        tree, forbidden = _alone(part), _is_forbidding(part)
        found = PartCount(_typed(query, part), self.count(tree), forbidden=forbidden)
        if abroad is None or forbidden or not isinstance(tree, Word):
            return found
        node = self.itself(tree)
        if node is None or self.reader.search(node, 0).total:
            return found
        documents, words = abroad.found(tree)
        return found._replace(translated=documents, translations=words)

    def best(self, tree: Tree) -> str:
        """Return the address of the best document for a query, "" if there is none."""
        node = self.plan(tree)
        found = () if node is None else self.reader.search(node, 1).best
        return self.reader.path(found[0][0]) if found else ""


def diagnose(asking: Asking, query: str, tree: Tree, search: Callable[[str], Results]) -> Diagnosis:
    """Say what the parts of a query find, what it would find without one, and what was probably meant."""
    if asking.plan(tree) is None:
        # What is refused as a whole is not taken apart: its parts may be as costly as they are many.
        return Diagnosis((), ())
    total = asking.count(tree)
    asked = list(spelling.tokens(query, tree))
    # What holds a question together is neither to blame for anything nor put right.
    words = [token.word for token in asked]
    functional = function_words(words, asked_in(words, asking.languages))
    parts = [part for part in _met_codes(asking, _parts(tree)) if not _is_one_of(part, functional)]
    parts = _first(parts, _MOST // asking.reader.effort)
    abroad = asking.abroad(words)
    counts = [asking.counted(query, part, abroad) for part in parts]
    without: list[PartCount] = []
    if not total and len(parts) > 1:
        rests = [(_typed(query, part), _rest(tree, part)) for part in _blamed(parts, counts)]
        left = [(text, rest, asking.count(rest)) for text, rest in rests if rest is not None]
        # The part that costs most comes first, with what could be read without it.
        left.sort(key=lambda one: -one[2])
        without = [PartCount(text, found, asking.best(rest)) for text, rest, found in left if found]
    if not total and len(parts) == 1 and not _is_forbidding(parts[0]):
        pieces, how = _loosened(_alone(parts[0]))
        if len(pieces) > 1:
            told = [piece for piece in pieces if not _is_function(piece, functional)]
            counts += [PartCount(written(piece), asking.count(piece)) for piece in told[:_MOST]]
            rest = All(pieces)
            if left_over := asking.count(rest):
                without.append(PartCount(how, left_over, asking.best(rest)))
    found = Diagnosis(tuple(counts), tuple(without))
    of_codes = {place for part in parts if isinstance(part, _Code) for place in part.places}
    doubted = [token for token in asked if token.word not in functional and token.start not in of_codes]
    if abroad is not None:
        # Who asks in another language than that of the documents has misspelt nothing.
        doubted = [token for token in doubted if not abroad.holds(token.word)]
    for found_better in spelling.corrections(query, doubted, asking.reader, asking.stems_of):
        better = {token: words for token, words in found_better.items() if asking.fits(token.word, words)}
        if not better:
            continue
        # Words that stand side by side two by two need not do so all together, as a phrase has it.
        if (suggested := _suggested(asking, found, query, better, total, search)) is not None:
            return suggested
    return found


def _suggested(
    asking: Asking,
    found: Diagnosis,
    query: str,
    words: dict[spelling.Token, tuple[str, ...]],
    total: int,
    search: Callable[[str], Results],
) -> Diagnosis | None:
    """Return a diagnosis with what other words make of a query, if that is better; None for nothing found."""
    results = search(spelling.replaced(query, words, {}))
    if not results.total:
        return None
    if others := _other_names(query, words, results):
        # What is written like a name, and is none that documents hold, is left as it is.
        words = {token: meant for token, meant in words.items() if token not in others}
        return _suggested(asking, found, query, words, total, search) if words else found
    # What puts a word right that is in no document is worth saying, whatever it finds.
    lost = any(not asking.count(Word(token.word, 1, None)) for token in words)
    if not (lost or results.total > total or results.total_all):
        return found
    # The index folds its words; documents have them with accents.
    accents = {normalize(word): word.lower() for hit in reversed(results.hits) for word in _marked(hit)}
    suggestion = spelling.replaced(query, words, accents)
    return found._replace(suggestion=suggestion, suggested=results.total_all or results.total)


def _other_names(
    query: str, words: dict[spelling.Token, tuple[str, ...]], results: Results
) -> set[spelling.Token]:
    """Return the words of a query that are written as names, and would become words that are none."""
    asked = {token for token in words if query[token.start].isupper()}
    doubted = {token for token in asked if not spelling.is_slip(token.word, words[token])}
    if not doubted:
        return doubted
    held: dict[str, list[bool]] = {}
    for word in (word for hit in results.hits for word in _marked(hit)):
        held.setdefault(normalize(word), []).append(word[:1].isupper())
    return {
        token
        for token in doubted
        if 2 * sum(held.get(words[token][0], ())) <= len(held.get(words[token][0], ()))
    }


def why_not(asking: Asking, query: str, tree: Tree, node: Node, path: str) -> WhyNot:
    """Say which parts of a query a document lacks, or at which rank it is a hit."""
    only: Node = Group(schema.PATH, ((path, 1.0),))
    number = asking.reader.search(only, 1).best[0][0]
    # A document has a rank if the query finds it; only then are the others looked at.
    rank = 0
    if asking.reader.search(And((node, only)), 0).total:
        best = asking.reader.search(node, asking.reader.documents).best
        rank = 1 + [one for one, _ in best].index(number)
    parts, forbidden = [], set()
    translated = []
    abroad = asking.abroad([token.word for token in spelling.tokens(query, tree)])
    for part in _parts(tree)[:_MOST]:
        wanted = asking.plan(_tree(part))
        if wanted is not None:
            met = asking.reader.search(And((wanted, only)), 0).total
            parts.append((_typed(query, part), bool(met)))
            if (count := asking.counted(query, part, abroad)).translations:
                translated.append(count)
            if _is_forbidding(part):
                forbidden.add(_typed(query, part))
    return WhyNot(path, rank, tuple(parts), frozenset(forbidden), tuple(translated))


def _marked(hit: Hit) -> Iterator[str]:
    """Yield the words of a hit that met the query, as the document writes them."""
    for start, end in hit.matches:
        yield from _WORD.findall(hit.snippet[start:end])


def _parts(tree: Tree) -> list[Tree | Clause]:
    match tree:
        case Row(clauses):
            return list(clauses)
        case All(children):
            return list(children)
        case _:
            return [tree]


def _first(parts: list[Tree | Clause], numbers: int) -> list[Tree | Clause]:
    """Return the parts that are counted, of them so many numbers and codes: any grouping takes its time."""
    found: list[Tree | Clause] = []
    for part in parts[: 2 * _MOST]:
        tree = _alone(part)
        if isinstance(tree, Word | Phrase) and len(code(tree.text)) >= _LONG_CODE:
            numbers -= 1
            if numbers < 0:
                continue
        found.append(part)
    return found[:_MOST]


def _blamed(parts: list[Tree | Clause], counts: list[PartCount]) -> list[Tree | Clause]:
    """Return the parts of a query that finds nothing without which it may find something.

    A word that is only wanted keeps nothing away. Of many parts that are demanded none is asked for without
    one that others in no document keep from finding anything.
    """
    wanted = [part for part in parts if isinstance(part, Clause) and part.occur == "should"]
    # A filter is demanded without a sign.
    narrow = any(getattr(_alone(part), "field", "") is not None for part in wanted if type(part) is Clause)
    blamed = parts if narrow else [part for part in parts if not any(part is one for one in wanted)]
    if len(blamed) <= _FEW:
        return blamed
    absent = [
        part
        for part, count in zip(parts, counts, strict=True)
        if not count.documents and not count.forbidden and not any(part is one for one in wanted)
    ]
    return blamed if not absent else absent if len(absent) == 1 else []


def _met_codes(asking: Asking, parts: list[Tree | Clause]) -> list[Tree | Clause]:
    """Return the parts of a query, where one takes the place of the groups of a code that a document holds.

    The groups by themselves may be in no document: 12 AB 34567 is met as 12AB34567.
    """
    clauses = [part for part in parts if isinstance(part, Clause)]
    if len(clauses) < len(parts) or not 1 < len(clauses) <= _MOST_CODES:
        return parts
    found: list[Tree | Clause] = []
    at = 0
    for run in runs(clauses):
        groups = tuple(clauses[run.start : run.end])
        if _is_met(asking, groups, set(map(len, run.texts))):
            found += [*clauses[at : run.start], _Code(groups[-1].occur, Row(groups))]
            at = run.end
    return [*found, *clauses[at:]]


def _is_met(asking: Asking, groups: tuple[Clause, ...], lengths: set[int]) -> bool:
    """Say whether a document holds a code of one of some lengths in other groups."""
    node = asking.plan(Row(groups))
    node = None if node is None else demanded(node)
    codes = [one for one in (node.children if isinstance(node, Or) else ()) if isinstance(one, Spelled)]
    return any(one.length in lengths and asking.reader.search(one, 0).total for one in codes)


def _loosened(part: Tree) -> tuple[tuple[Tree, ...], str]:
    """Return what a phrase or a NEAR holds together, and the name of what does."""
    match part:
        case Phrase(text, position, field):
            words = [word for word in text.split() if read(word).slots]
            named = field in (syntax.NAME, syntax.NAMED)
            return tuple(Word(word, position, field, exact=not named) for word in words), "the quotes"
        case Near(children, slop, ordered):
            return children, f"{'O' if ordered else ''}NEAR/{slop}"
        case _:
            return (), ""


def _alone(part: Tree | Clause) -> Tree:
    """Return what a part names, whether that is wanted or forbidden."""
    tree = part.tree if isinstance(part, Clause) else part
    return tree.child if isinstance(tree, Without) else tree


def _is_forbidding(part: Tree | Clause) -> bool:
    return isinstance(part, Without) or (isinstance(part, Clause) and part.occur == "not")


def _is_one_of(part: Tree | Clause, functional: frozenset[str]) -> bool:
    word = _alone(part)
    return isinstance(word, Word) and not word.exact and _is_function(word, functional)


def _is_function(part: Tree, functional: frozenset[str]) -> bool:
    return isinstance(part, Word) and functional.issuperset(read(part.text).slots)


def _tree(part: Tree | Clause) -> Tree:
    if not isinstance(part, Clause):
        return part
    return Without(part.tree) if part.occur == "not" else part.tree


def _rest(tree: Tree, part: Tree | Clause) -> Tree | None:
    """Return a query without one of its parts."""
    match tree:
        case Row(clauses):
            gone = part.groups if isinstance(part, _Code) else (part,)
            rest = tuple(one for one in clauses if not any(one is other for other in gone))
            # What only forbids finds nearly everything, which helps nobody.
            return Row(rest) if any(one.occur != "not" for one in rest) else None
        case All(children):
            kept = tuple(one for one in children if one is not part)
            return None if all(isinstance(one, Without) for one in kept) else All(kept)
        case _:
            return None


def _typed(query: str, part: Tree | Clause) -> str:
    """Write a part of a query as it stands there: where all words are demanded, no + need have been typed."""
    text = written(part)
    return text.removeprefix("+") if text not in query else text


def written(tree: Tree | Clause) -> str:
    """Write a part of a query as it could be typed."""
    match tree:
        case _Code():
            return " ".join(map(written, tree.groups))
        case Clause(occur, inner):
            return {"must": "+", "not": "-", "should": ""}[occur] + written(inner)
        case Row(clauses):
            return f"({' '.join(map(written, clauses))})"
        case All(children):
            return f"({' AND '.join(map(written, children))})"
        case Any(children):
            return f"({' OR '.join(map(written, children))})"
        case Without(child):
            return f"NOT {written(child)}"
        case Near(children, slop, ordered):
            return f" {'O' if ordered else ''}NEAR/{slop} ".join(map(written, children))
        case _:
            return syntax.before(tree.field) + _leaf(tree)


def _leaf(leaf: Leaf) -> str:
    match leaf:
        case Word(text, exact=exact):
            return f"={text}" if exact else text
        case Phrase(text, slop=slop):
            return f'"{text}"' + (f"~{slop}" if slop else "")
        case Wildcard(text):
            return text
        case Regex(text):
            return f"/{text}/"
        case Fuzzy(text, distance=distance):
            return f"{text}~{distance}"
        case Span(low, high, _, _, include_low, include_high):
            return f"{'[' if include_low else '{'}{low or '*'} TO {high or '*'}{']' if include_high else '}'}"
