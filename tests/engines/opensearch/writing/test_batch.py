"""Documents that go to a cluster many at a time are the same as those that go one by one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search import schema
from coopsearch.search.analysis.analyzer import analyse
from coopsearch.search.analysis.langid.earlier import Earlier
from coopsearch.search.analysis.model import AnalysedDocument
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines.columns.build.text_buffer import Vocabulary
from coopsearch.search.engines.opensearch.batch import Batch, Words
from coopsearch.search.engines.opensearch.beside import keywords_of, others_of
from coopsearch.search.engines.opensearch.bodies import body_of, value_of
from coopsearch.search.engines.opensearch.closeness import MOST_POSITIONS
from coopsearch.search.engines.opensearch.mapping import BORN, CLOSE, DOCUMENT, TITLE_ORDER, VALUES
from coopsearch.search.engines.opensearch.terms import written
from coopsearch.search.engines.opensearch.tokens import Tokens
from coopsearch.search.engines.opensearch.vocabulary import NAMES, terms_of
from coopsearch.search.model import Document
from coopsearch.search.ranking import ROLE_WEIGHTS
from tests.engines.columns.test_text_buffer import documents
from tests.engines.opensearch.documents import document

FILES = st.sampled_from(["a", "reports/b é.jsonl", "x" * 40_000])


@st.composite
def batches(draw: st.DrawFn) -> list[Document]:
    """Draw documents of a few files, each with a path and perhaps a day of its own."""
    return [
        one._replace(
            file=(file := draw(FILES)),
            path=f"{file}!{number}",
            date=draw(st.sampled_from(["", "2019-05-01"])),
        )
        for number, one in enumerate(draw(st.lists(documents(), max_size=5)))
    ]


def words() -> Words:
    """Return words of which none is known."""
    return Words(Vocabulary(StemTable(lambda _: {}), Earlier()))


def one_by_one(given_documents: Iterable[Document], earlier: Earlier) -> list[AnalysedDocument]:
    """Return each document with its tokens."""
    table = StemTable(lambda _: {})
    return [analyse(one, table, earlier) for one in given_documents]


@given(st.lists(batches(), max_size=2))
def test_the_same_bodies(given_batches: list[list[Document]]) -> None:
    """A document has the body that it has by itself, whatever came before it."""
    known, earlier = words(), Earlier()
    for some in given_batches:
        batch = Batch(known, some)
        analysed = one_by_one(some, earlier)
        assert [body.json for body in batch.bodies(7)] == [body_of(one, 7) for one in analysed]
        assert [body.document for body in batch.bodies(7)] == [one.document for one in analysed]
        assert batch.languages == {language for one in analysed for language in one.languages}


@given(batches())
def test_the_same_vocabulary(some: list[Document]) -> None:
    """What is counted of each file is what is counted of its documents; of names only which there are."""
    found = Batch(words(), some).counts()
    wanted: dict[str, dict[str, Counter[str]]] = {}
    for one in one_by_one(some, Earlier()):
        for table, terms in terms_of(one).items():
            wanted.setdefault(one.document.file, {}).setdefault(table, Counter()).update(terms)
    names = {file: set(tables.pop(NAMES, ())) for file, tables in wanted.items()}
    told = {file: set(tables.pop(NAMES, ())) for file, tables in found.items()}
    assert {
        file: {table: counts for table, counts in tables.items() if counts} for file, tables in found.items()
    } == wanted
    # A word that is written as a name anywhere is one wherever it stands.
    assert set().union(*told.values()) == set().union(*names.values())
    assert all(told[file] >= names[file] for file in names)


def test_a_document_that_is_too_long_for_closeness() -> None:
    """A document of more positions than a script looks at has none of them, and its neighbour has its own."""
    some = [document("long", "word " * (MOST_POSITIONS + 1)), document("short", "word")]
    first, second = (json.loads(body.json) for body in Batch(words(), some).bodies(7))
    assert CLOSE not in first
    assert CLOSE in second


def test_signs_of_json() -> None:
    """Signs that JSON writes otherwise, in any part of a document, come to the cluster as they are."""
    odd = 'a "b" \\c \n\t\x01\x7f é و \U0001f600'
    one = document("odd", f"{odd} résource-based")._replace(
        path=f"f!{odd}", file=odd, title=odd, type=odd, fields={odd: odd}
    )
    (body,) = Batch(words(), [one]).bodies(7)
    assert "\n" not in body.json
    found = json.loads(body.json)
    assert found[schema.PATH] == one.path
    assert (found[schema.FILE], found[schema.TYPE], found[schema.META_NAMES]) == ([odd], [odd], [odd])
    assert found[TITLE_ORDER] == odd.casefold()
    assert found[VALUES] == [value_of(odd, odd)]
    assert found[BORN] == 7
    assert Tokens(found[DOCUMENT]).document == body.document


@given(documents())
def test_tokens_come_back(one: Document) -> None:
    """What was packed with a document says of each term what the document's tokens say."""
    (analysed,) = one_by_one([one], Earlier())
    packed = json.loads(body_of(analysed, 7))[DOCUMENT]
    assert isinstance(packed, str)
    tokens = Tokens(packed.rstrip("="))
    assert tokens.document == analysed.document
    places: dict[tuple[str, str], set[int]] = {}
    weights: Counter[tuple[str, str]] = Counter()
    for run in analysed.runs:
        steps = range(len(run.words)) if run.steps is None else run.steps
        for field, terms in ((schema.WORDS, run.words), (schema.STEMS, run.stems)):
            for step, term in zip(steps, terms, strict=True):
                places.setdefault((field, written(term)), set()).add(run.position + step)
                weights[field, written(term)] += ROLE_WEIGHTS[run.role]
    for field, plain in others_of(one).items():
        for term, position in plain:
            places.setdefault((field, term), set()).add(position)
            weights[field, term] += 1
    for (field, term), at in places.items():
        assert tokens.of(field, term) == (sorted(at), weights[field, term])
    for field, keywords in keywords_of(analysed.document, analysed.languages).items():
        assert list(tokens.keywords(field)) == list(keywords)
    assert tokens.of(schema.WORDS, "nowhere-to-be-found").frequency == 0
