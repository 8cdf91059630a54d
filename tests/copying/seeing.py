"""Everything of an index that somebody who reads it can see, as values that can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import strategies as st

from coopsearch.indexer import status
from coopsearch.search import Hit, Index, QueryError
from coopsearch.search.engines import engine_of
from coopsearch.search.engines.base import FACETS, Reader
from coopsearch.search.engines.nodes import Everything
from coopsearch.search.indexdir.meta import read_meta
from coopsearch.search.indexdir.pages import read_page
from coopsearch.search.names.keys import keys
from coopsearch.search.schema import FIELDS

TEXTS: Final = [field.name for field in FIELDS if field.kind == "text"]


def state(index: Path) -> dict[str, Any]:
    """Return what a state holds: documents, words and what is known of them, counts, pages, settings."""
    meta = read_meta(index)
    data = index / meta.data
    with engine_of(meta.engine, index).open(data) as reader:
        words = [word for word, _ in reader.terms("words")]
        return {
            "documents": sorted(reader.every(), key=lambda one: one.path),
            "terms": {field.name: [term for term, _ in reader.terms(field.name)] for field in FIELDS},
            "frequencies": {
                (field, term): reader.document_frequency(field, term)
                for field in TEXTS
                for term, _ in reader.terms(field)
            },
            "stems": {word: dict(reader.stems(word)) for word in words},
            "named": _named(reader, words),
            "extents": {field: reader.extent(field) for field in TEXTS},
            "facets": {facet: reader.count(Everything(), facet) for facet in FACETS},
            "pages": {role: (page, read_page(data, page)) for role, page in reader.pages.items()},
            "settings": meta._replace(engine="", data=""),
        }


def _named(reader: Reader, words: Iterable[str]) -> set[str]:
    return {name for word in words for name in reader.named(keys(word))}


def books(index: Path) -> dict[str, Any]:
    """Return what `coopsearch status` says, but for where the index is and what keeps it."""
    found = status(index)
    return {
        name: getattr(found, name)
        for name in found.__dataclass_fields__
        if name not in {"index", "engine", "size"}
    }


def answer(index: Index, query: str) -> tuple[Any, list[float]]:
    """Return all that a query is answered with, and all scores in it; what is said where it cannot be read.

    When the sources were looked through is left out: two indexes of the same sources are compared as well.
    """
    try:
        found = index.search(
            query, limit=None, facets=[*FACETS, "author"], explain=True, passages=2, context=1
        )
        diagnosis = index.diagnose(query)
    except QueryError as error:
        return str(error), []
    hits = sorted(found, key=lambda hit: hit.path)
    assert found.coverage is not None
    said = {
        "hits": list(map(_without_scores, hits)),
        "counts": (found.total, found.total_all, found.documents, found.coverage._replace(updated=None)),
        "facets": found.facets,
        "said": (found.explanation, found.notes, found.only_related, found.warning),
        "all": sorted(hit.path for hit in index.search(query, require_all=True, limit=None)),
        "ordered": [hit.path for hit in index.search(query, sort="oldest", limit=None)],
        "diagnosis": diagnosis,
    }
    return said, [score for hit in hits for score in _scores(hit)]


def _without_scores(hit: Hit) -> Hit:
    reasons = tuple(
        one._replace(
            idf=0.0, score=0.0, terms=tuple(sorted(term._replace(frequency=0.0) for term in one.terms))
        )
        for one in hit.explanation
    )
    # What has the same score but for a rounding may change places.
    return hit._replace(rank=0, score=0.0, explanation=reasons)


def _scores(hit: Hit) -> Iterator[float]:
    yield hit.score
    for one in hit.explanation:
        yield one.idf
        yield one.score
        yield from (term.frequency for term in sorted(one.terms))


def compare(one: Index, other: Index, query: str) -> None:
    """Fail where two indexes do not give the same answer, with scores to five digits."""
    (said, scores), (said_too, scores_too) = answer(one, query), answer(other, query)
    assert said_too == said
    assert scores_too == pytest.approx(scores, rel=1e-5, abs=1e-5)


_WORDS: Final = [
    "smuggling", "smugglers", "boat", "migrants", "desert", "coast", "islands", "routes", "case", "report",
    "passeurs", "migrant", "bateau", "désert", "réfugiés", "nuit", "cote", "traversée",
    "المهربون", "تهريب", "المهاجرين", "الساحل", "قوارب", "الصحراء", "الغزواني", "اللاجئون",
    "Ghazouani", "Ghazwani", "Agadez", "Sfax", "Sabha", "Gao", "cross-border", "12", "wheat", "nothing",
]  # fmt: skip
_MISSPELT: Final = ["smugling", "smugglign", "migrnats", "bateua", "Agades", "المهربونن", "desrt"]
_FILTERS: Final = ["lang:fr", "lang:ar", "type:md", "date:2020..2022", "path:docs", "author:ann", "year:2022"]


def queries() -> st.SearchStrategy[str]:
    """Return queries of words in three languages, with every operator."""
    word = st.sampled_from(_WORDS)
    one = st.one_of(
        word,
        st.sampled_from(_MISSPELT),
        st.sampled_from(_FILTERS),
        word.map(lambda text: f"{text[:4]}*"),
        word.map(lambda text: f"{text}~"),
        word.map(lambda text: f"={text}"),
        word.map(lambda text: f"title:{text}"),
        word.map(lambda text: f"~{text}"),
        word.map(lambda text: f"{text}^2"),
        word.map(lambda text: f"-{text}"),
        st.tuples(word, word).map(lambda pair: f'"{pair[0]} {pair[1]}"'),
        st.tuples(word, word).map(lambda pair: f"{pair[0]} NEAR/9 {pair[1]}"),
        st.tuples(word, word).map(lambda pair: f"({pair[0]} OR {pair[1]})"),
        st.tuples(word, word).map(lambda pair: f"({pair[0]} AND {pair[1]})"),
        st.tuples(word, word).map(lambda pair: f"({pair[0]} NOT {pair[1]})"),
    )
    return st.lists(one, min_size=1, max_size=3).map(" ".join)
