"""Queries over a real node that are answered otherwise than most: small pages, odd words, few clauses."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search import schema
from coopsearch.search.analysis.model import AnalysedDocument, Run
from coopsearch.search.analysis.tokenizer import tokens
from coopsearch.search.engines import as_written
from coopsearch.search.engines.as_written import AsWritten
from coopsearch.search.engines.base import ORDERS
from coopsearch.search.engines.folders import folder_of
from coopsearch.search.engines.nodes import (
    AllWordsFirst,
    And,
    AndMaybe,
    Checked,
    Everything,
    Filter,
    Group,
    Near,
    Neighbours,
    Not,
    Or,
    Phrase,
    Rescored,
    Spelled,
    WholeTitle,
)
from coopsearch.search.engines.nodes import Node as Query
from coopsearch.search.engines.opensearch import mapping
from coopsearch.search.engines.opensearch.evaluate import Evaluator
from coopsearch.search.engines.opensearch.queries import deciding, documents, places, ranked
from coopsearch.search.errors import QueryTooCostly
from coopsearch.search.model import Document
from coopsearch.search.ranking import DEFAULT
from tests.engines.brute import Brute
from tests.engines.opensearch.queries.evaluating import Histories, History, Node
from tests.engines.opensearch.queries.test_evaluation import check, close, few
from tests.engines.strategies import histories, queries
from tests.engines.test_rescoring import analysed
from tests.engines.test_sorting import key


@pytest.fixture(scope="module")
def index(opensearch_url: str) -> Iterator[Histories]:
    """Make an index of two shards."""
    node = Node(opensearch_url)
    made = Histories(node, f"evaluation-{secrets.token_hex(6)}", 2)
    yield made
    made.remove()
    node.close()


def group(*terms: str, field: str = schema.STEMS) -> Group:
    """Return words as one word of a query."""
    return Group(field, tuple((term, 1.0) for term in terms))


def paths(evaluator: Evaluator, query: Query, limit: int = 100) -> list[str]:
    """Return the paths of the best, best first."""
    return [path for _, path, _ in evaluator.search(query, limit).best]


@few
@given(history=histories, asked=st.lists(queries, min_size=1, max_size=6), limit=st.sampled_from([1, 3, 100]))
def test_looked_at(index: Histories, history: History, asked: list[Query], limit: int) -> None:
    """All that can be decided on our side is, over pages of two documents, and gives the same answers."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(places, "_MOST_ROWS", 0)
        for module in (ranked, deciding):
            patched.setattr(module, "PAGE", 2)
        patched.setattr(documents, "MOST", 2)
        evaluator, truth = index.evaluator(history)
        patched.setattr(evaluator._compiler, "_most", 1)
        for query in asked:
            check(evaluator, truth, query, limit)
            for order in ORDERS[1:]:
                wanted = sorted(truth.scores(query), key=lambda path: key(truth.documents[path], order))
                found = evaluator.search(query, limit, order)
                assert [path for _, path, _ in found.best] == wanted[:limit]


class Sums:
    """Counts over several readers."""

    def __init__(self, members: Iterable[Evaluator]) -> None:
        self._counts = [one.statistics for one in members]

    @property
    def documents(self) -> int:
        """Documents in all."""
        return sum(one.documents for one in self._counts)

    def weighed_frequency(self, group: Group) -> int:
        """Return what a group is weighed by: that of its full terms, if documents hold any."""
        full = [term for term, weight in group.terms if weight == 1.0]
        return self.max_document_frequency(group.field, full) or self.max_document_frequency(
            group.field, [term for term, _ in group.terms]
        )

    def max_document_frequency(self, field: str, terms: Iterable[str]) -> int:
        """Return the document frequency of the most frequent."""
        every = list(terms)
        return max(
            (sum(one.document_frequency(field, term) for one in self._counts) for term in every), default=0
        )

    def average_length(self, field: str) -> float:
        """Return the mean length."""
        extents = [one.extent(field) for one in self._counts]
        return sum(tokens for tokens, _ in extents) / max(1, sum(count for _, count in extents)) or 1.0


@few
@given(history=histories, other=histories, asked=st.lists(queries, min_size=1, max_size=4))
def test_weighed_together(index: Histories, history: History, other: History, asked: list[Query]) -> None:
    """Two indexes that answer together score as one that holds the documents of both."""
    one, own = index.evaluator(history)
    two, others = index.evaluator(other)
    renamed = [
        document._replace(document=document.document._replace(path=f"other/{path}"))
        for path, document in others.documents.items()
    ]
    whole = Brute([*own.documents.values(), *renamed])
    one.join(Sums((one, two)))
    for query in asked:
        bare = query.child if isinstance(query, Rescored) else query
        if "PATH_WORDS" in repr(bare) or "path" in repr(bare):
            # What was renamed has other words in its address.
            continue
        scores = whole.scores(bare)
        found = one.search(bare, 100)
        assert {path for _, path, _ in found.best} == own.scores(bare).keys()
        assert all(close(score, scores[path]) for _, path, score in found.best)


def odd(path: str, words: list[str], **fields: str) -> AnalysedDocument:
    """Make a document of words as they are."""
    runs = (Run("body", 0, words, words),) if words else ()
    return AnalysedDocument(Document(path, path, "", " ".join(words), (), "txt", fields=fields), runs, ())


ODD = [
    "a b",
    "\x1c",
    "\ue000",
    "\ue0003",
    "\ue001x",
    "\ue002",
    "\ue003",
    "x\u2028y",
    "é" * 20_000,
    "\ue0035e\ue003",
]


@pytest.mark.parametrize("word", ODD, ids=ascii)
def test_odd_words(index: Histories, word: str) -> None:
    """A word that looks like a sign of ours, has blanks, or is longer than Lucene takes is a word."""
    others = [other for other in ODD if other != word]
    history: History = [
        [("one", [odd("one", ["x", word, "y", word])]), ("others", [odd("others", ["x", *others, "y"])])]
    ]
    evaluator, truth = index.evaluator(history)
    asked: list[Query] = [
        group(word),
        Phrase(schema.WORDS, (("x",), (word,), ("y",))),
        Rescored(group("x"), (Near((group("x"), group(word))),)),
    ]
    for query in asked:
        check(evaluator, truth, query, 10)
    assert paths(evaluator, group(word)) == ["one"]
    assert evaluator.statistics.document_frequency(schema.WORDS, word) == 1


def test_odd_fields(index: Histories) -> None:
    """Fields of any name and length are counted as they are written."""
    name, long = 'of "this" [.*] ünd\n~&', "lông " * 9_000
    rows = [odd("a", [], **{name: "x"}), odd("b", [], **{name: "x"}), odd("c", [], **{name: long, "x": "y"})]
    evaluator, _ = index.evaluator([[(one.document.path, [one]) for one in rows]])
    assert evaluator.values(Everything(), name) == {"x": 2, long: 1}
    assert evaluator.values(Everything(), "x") == {"y": 1}
    assert evaluator.values(Everything(), "of") == {}
    term = next(iter(tokens("lông"))).word
    assert paths(evaluator, group(f"{name}={term}", field=schema.META)) == ["c"]


@pytest.mark.parametrize("file", ["", "a", "/a", "/k/l/a", "k/l/m/a"])
def test_folders(index: Histories, file: str) -> None:
    """Folders are counted whole and by their beginnings."""
    evaluator, _ = index.evaluator([[(file, [odd(file, ["x"])])]])
    for facet in ("folder", "folder:1", "folder:2"):
        assert evaluator.count(Everything(), facet) == {folder_of(file, facet): 1}  # type: ignore[arg-type]


TEXTS = [
    "a b c d e",
    "e d c b a",
    "a x b x c x d x e",
    "a b x c d",
    "a a b b c c d d e e",
    "b c d e x x x x x a",
]
FIVE = tuple((word,) for word in "abcde")


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("slop", [0, 2, 4, 9])
def test_five_words(index: Histories, ordered: bool, slop: int) -> None:
    """Five words in any order have more orders than are told apart, and are looked at."""
    rows = [analysed(f"{number}.txt", text) for number, text in enumerate(TEXTS)]
    evaluator, truth = index.evaluator([[(one.document.path, [one]) for one in rows]])
    phrase = Phrase(schema.STEMS, FIVE, slop, ordered)
    for query in (phrase, Not(phrase), And((group("x"), Not(phrase))), Or((phrase, group("x")))):
        check(evaluator, truth, query, 3)


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("slop", [0, 3])
def test_a_word_asked_for_twice(index: Histories, ordered: bool, slop: int) -> None:
    """A word that stands once and counts more, being in a title, does not stand beside itself."""
    rows = [
        analysed("once.txt", "x"), analysed("twice.txt", "a a"), analysed("near.txt", "a x a"),
        analysed("far.txt", "a x x x x a"),
    ]  # fmt: skip
    rows[0] = rows[0]._replace(runs=(Run("title", 0, ["a", "b"], ["a", "b"]), *rows[0].runs))
    evaluator, truth = index.evaluator([[(one.document.path, [one]) for one in rows]])
    phrase = Phrase(schema.STEMS, (("a",), ("a",)), slop, ordered)
    single = Phrase(schema.STEMS, (("a",),))
    spelled = Spelled(schema.STEMS, ((0, 1, "a"), (1, 2, "a")), 2)
    for query in (phrase, Neighbours(((single,), (single,)), slop, ordered), spelled):
        check(evaluator, truth, query, 10)
        assert "once.txt" not in paths(evaluator, query)


def test_codes_in_lists(index: Histories) -> None:
    """Of documents whose words spell a code those do not match that list numbers."""
    rows = [analysed("code.txt", "x 12 34 5"), analysed("list.txt", "1 2 3 4 5"), analysed("no.txt", "12 35")]
    rows[1] = rows[1]._replace(document=rows[1].document._replace(text="1, 2, 3, 4, 5"))
    evaluator, _ = index.evaluator([[(one.document.path, [one]) for one in rows]])
    text = "12345"
    edges = tuple((at, end, text[at:end]) for at in range(5) for end in range(at + 1, 6))
    code = Spelled(schema.WORDS, edges, 5, 1.0, text)
    assert paths(evaluator, code) == ["code.txt"]
    assert set(paths(evaluator, code._replace(text=""))) == {"code.txt", "list.txt"}
    assert paths(evaluator, And((Everything(), Not(code)))) == ["list.txt", "no.txt"]
    ids = [one for one, _, _ in evaluator.search(Everything(), 10).best]
    assert len(evaluator.matching(code, ids)) == 1


def test_what_is_read(index: Histories, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts are read for few documents alone: of those that all else has left."""
    rows = [analysed(f"{number}.txt", "WHO x" if number else "who y") for number in range(6)]
    evaluator, truth = index.evaluator([[(one.document.path, [one]) for one in rows]])
    monkeypatch.setattr(as_written, "MOST", 3)
    monkeypatch.setattr(deciding, "MOST_READ", 3)
    checked = Checked(group("who", "WHO"), AsWritten(schema.WORDS, "WHO"))
    with pytest.raises(QueryTooCostly, match="6 documents"):
        evaluator.search(checked, 10)
    for query in (And((checked, group("y"))), And((group("y"), Not(And((checked, group("y"))))))):
        check(evaluator, truth, query, 10)


def test_pages_of_large_documents() -> None:
    """Each page that is looked at has twice as many documents as the one before, but for large ones."""
    small = [documents.Hit(str(number), str(number), 1.0, [], "x" * 1_000) for number in range(200)]
    large = [hit._replace(packed="x" * 40_000) for hit in small]
    assert deciding.next_size(small) == 400
    assert deciding.next_size(small * 10) == 2_000
    assert deciding.next_size(large) == 200


def test_what_is_looked_at(index: Histories, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where too many documents had to be looked at, that is said."""
    rows = [analysed(f"{number}.txt", "a x b") for number in range(9)]
    evaluator, _ = index.evaluator([[(one.document.path, [one]) for one in rows]])
    for module in (ranked, deciding):
        monkeypatch.setattr(module, "PAGE", 2)
        monkeypatch.setattr(module, "MOST_LOOKED", 4)
    with pytest.raises(QueryTooCostly, match="9 documents"):
        evaluator.search(Phrase(schema.STEMS, (("a",), ("b",)), 3), 9)
    assert evaluator.search(Phrase(schema.STEMS, (("a",), ("b",)), 3), 0).total == 9
    monkeypatch.setattr(places, "_MOST_ROWS", 0)
    with pytest.raises(QueryTooCostly, match="9 documents"):
        evaluator.search(Phrase(schema.STEMS, (("a",), ("b",)), 3), 0)


@pytest.mark.parametrize("words", [3, 400, 1_200])
def test_words_of_many_terms(index: Histories, words: int) -> None:
    """Words that stand for more terms than a cluster takes in one query are scored as all are."""
    terms = [f"w{number:04}" for number in range(words)]
    rows = [analysed(f"{number}.txt", " ".join(terms[number::9] + ["x"] * number)) for number in range(9)]
    evaluator, truth = index.evaluator([[(one.document.path, [one]) for one in rows]])
    many = Group(schema.STEMS, tuple((term, 1.0 if number % 3 else 0.5) for number, term in enumerate(terms)))
    for query in (many, Or((many, many._replace(field=schema.WORDS), group("x"))), And((many, group("x")))):
        check(evaluator, truth, query, 4)
    few = Phrase(schema.STEMS, ((terms[0],), tuple(terms)))
    check(evaluator, truth, few, 4)


def test_too_many_clauses(index: Histories) -> None:
    """More words side by side than a cluster takes in one query are refused before it is asked."""
    terms = [f"w{number:04}" for number in range(90)]
    row = analysed("a.txt", " ".join(terms))
    evaluator, _ = index.evaluator([[("a.txt", [row])]])
    rows = tuple(Phrase(schema.STEMS, ((terms[at],), tuple(terms[: 60 + at]))) for at in range(30))
    with pytest.raises(QueryTooCostly, match="words side by side"):
        evaluator.search(Or(rows), 4)


def test_few_requests(index: Histories) -> None:
    """A plain query asks for counts, then for the best, with titles and all words; the next one once."""
    rows = [analysed(f"{number:02}.txt", "a b c" if number % 2 else "a b") for number in range(20)]
    parameters = DEFAULT._replace(rescored=5)
    evaluator, truth = index.evaluator([[(one.document.path, [one]) for one in rows]], parameters)
    words = tuple(map(group, "ab"))
    title = WholeTitle(("a", "b"), 9.0)
    more = (group("a", field=schema.WORDS), Near(words), title)
    child = Rescored(Or(words), more, (title,))
    node = AllWordsFirst(child, Rescored(AndMaybe(Filter(And(words)), Or(words)), more), 30)
    for limit, requests in ((10, 2), (10, 1), (5, 1)):
        before = index.node.requests
        found = evaluator.search(node, limit)
        assert index.node.requests - before == requests + (limit > parameters.rescored)
        assert found.total == 20
        assert all(close(score, truth.scores(child)[path]) for _, path, score in found.best)


def test_mapping_is_strict(index: Histories) -> None:
    """A field that the mapping does not have is no part of a body."""
    found = index.node.ask(f"/{index.index}/_mapping", method="GET")[index.index]["mappings"]
    assert found["dynamic"] == "strict"
    assert found["_meta"] == {"coopsearch": {"version": mapping.VERSION}}
