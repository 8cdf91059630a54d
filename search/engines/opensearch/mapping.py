"""The one mapping of an index in a cluster: which fields a body has, and how the cluster keeps them.

Each field of text of ``schema`` becomes two: its terms by position, each as often as it counts (``words``,
see ``texts``), and its length (``words_len``). A similarity gives frequencies as scores, so that scores are
made by our formula, whatever shards, copies and deleted documents there are. Does not depend on the client of
a cluster.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from coopsearch.search import schema
from coopsearch.search.analysis.model import Role
from coopsearch.search.engines.opensearch.terms import GAP, HOLE, TOGETHER
from coopsearch.search.ranking import DEFAULT

#: Raised when bodies written before cannot be searched any more by this code.
VERSION: Final = 4

#: Fields of text, in the order of the schema.
TEXTS: Final = tuple(field.name for field in schema.FIELDS if field.kind == "text")
#: Fields of terms alone.
KEYWORDS: Final = frozenset(field.name for field in schema.FIELDS if field.kind == "keyword")

#: The fields of words and of stems, and the role of the runs that are in them; "" for all.
BY_ROLE: Final[tuple[tuple[Role | Literal[""], str, str], ...]] = (
    ("", schema.WORDS, schema.STEMS),
    ("title", schema.TITLE_WORDS, schema.TITLE_STEMS),
    ("heading", schema.HEADING_WORDS, schema.HEADING_STEMS),
)
_WORDS_OF: Final = {stems: words for _, words, stems in BY_ROLE}

#: The commit that added a document, and the one that deleted it.
BORN: Final = "born"
DIED: Final = "died"
#: The year of a document's day and the folder of its file, each "" where there is none.
YEAR: Final = "year"
FOLDER: Final = "folder"
#: A title as it is sorted by, and a digest of its words.
TITLE_ORDER: Final = "title_order"
TITLE_KEY: Final = "title_key"
#: What a document says of itself, each as it is in ``bodies.value_of``.
VALUES: Final = "values"
#: The document itself and its tokens, packed together, to show it and to look closely at it.
DOCUMENT: Final = "document"

#: The stems of a document by position, four bytes each, from which the cluster tells how close words stand.
CLOSE: Final = "close"

#: What the weight of a term is multiplied with that is to score by itself (see ``_RANKED_SIMILARITY``): a
#: power of two, which takes nothing from its precision, and far below all weights.
FAST: Final = 2.0**-60

#: Terms in one list of alternatives, and the most that the cluster takes by itself.
MOST_TERMS: Final = 65_000
_LONGEST_TOKEN: Final = 1_000_000


def frequencies(field: str) -> str:
    """Return where the terms of a field are, with their frequencies; of keywords and days the terms alone."""
    return field


def positions(field: str) -> str:
    """Return where the terms of a field of text are by position, up to ``GAP`` of which lie between two."""
    return field


def length(field: str) -> str:
    """Return where the length of a field of text is, in tokens weighted by role: stems have that of words."""
    return f"{_WORDS_OF.get(field, field)}_len"


def index_body(shards: int, replicas: int) -> dict[str, Any]:
    """Return the settings and the mapping that an index is made with."""
    return {
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "index": {
                "similarity": {"frequency": _SIMILARITY, "ranked": _RANKED_SIMILARITY},
                # A commit refreshes and flushes by itself, and nothing is seen before: see the writer. What a
                # node that is killed loses was part of no state, and the writer counts what it sent.
                "refresh_interval": "-1",
                "translog": {"durability": "async"},
            },
            "analysis": _ANALYSIS,
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"coopsearch": {"version": VERSION}},
            "properties": _properties(),
        },
    }


_SIMILARITY: Final = {"type": "scripted", "script": {"source": "return query.boost * doc.freq;"}}
#: The same; of a weight that was multiplied with ``FAST``, BM25 with the mean length of the shard. A length
#: is kept in a byte, rounded down. So one field tells frequencies, and lets whole blocks of documents that
#: score little be passed over.
_RANKED_SIMILARITY: Final = {
    "type": "scripted",
    "script": {
        "source": (
            f"if (query.boost > {2.0**-30}) {{ return query.boost * doc.freq; }} "
            "double mean = 1.0 * field.sumTotalTermFreq / field.docCount; "
            f"return query.boost * {1.0 / FAST} * doc.freq * {DEFAULT.k1 + 1.0} / (doc.freq + "
            f"{DEFAULT.k1} * ({1.0 - DEFAULT.b} + {DEFAULT.b} * doc.length / mean));"
        )
    },
}
_ANALYSIS: Final = {
    "tokenizer": {"blanks": {"type": "whitespace", "max_token_length": _LONGEST_TOKEN}},
    "filter": {
        "together": {
            "type": "pattern_capture",
            "preserve_original": False,
            "patterns": [f"([^{TOGETHER}]+)"],
        },
        # An expression for each token takes as long as all the rest of indexing; few share a position.
        "several": {
            "type": "condition",
            "filter": ["together"],
            "script": {"source": f"token.term.charAt(0) == (char) {ord(TOGETHER)}"},
        },
        "holes": {"type": "stop", "stopwords": [HOLE]},
    },
    "analyzer": {
        "positions": {"type": "custom", "tokenizer": "blanks", "filter": ["several", "holes"]},
    },
}


def _properties() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in TEXTS:
        found[field] = {
            "type": "text",
            "analyzer": "positions",
            "search_analyzer": "keyword",
            "index_options": "positions",
            "position_increment_gap": GAP,
            "norms": field == schema.STEMS,
            "similarity": "ranked" if field == schema.STEMS else "frequency",
        }
        found[length(field)] = {"type": "integer", "index": field in {schema.TITLE_WORDS, schema.TITLE_STEMS}}
    for field in (*sorted(KEYWORDS), YEAR, FOLDER, VALUES):
        found[field] = {"type": "keyword"}
    found[TITLE_ORDER] = {"type": "keyword", "index": False}
    found[TITLE_KEY] = {"type": "keyword", "doc_values": False}
    for field in (schema.DATE, BORN, DIED):
        found[field] = {"type": "integer"}
    found[DOCUMENT] = {"type": "binary", "doc_values": True}
    found[CLOSE] = {"type": "binary", "doc_values": True}
    return found
