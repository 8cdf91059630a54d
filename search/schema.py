"""The fields of an index: their names, what they hold, and how a query may speak of them.

A field is named here once; what becomes of it is up to each engine. Does not depend on engines or query
syntax.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

#: Raised when an index written before cannot be read any more by this code.
SCHEMA_VERSION: Final = 1

Kind = Literal["text", "keyword", "number"]


class Field(NamedTuple):
    """One field of the index, as an engine sees it."""

    name: str
    kind: Kind
    """text: terms with positions and length, scored; keyword: terms only; number: a value to compare."""


# The text of a document stands in the index twice: as words (folded, for exact search, wildcards and
# corrections) and as stems (for ranking). Title and headings are in both, weighted, and once more on
# their own for `title:` and `heading:`.
WORDS: Final = "words"
STEMS: Final = "stems"
TITLE_WORDS: Final = "title_words"
TITLE_STEMS: Final = "title_stems"
HEADING_WORDS: Final = "heading_words"
HEADING_STEMS: Final = "heading_stems"
PATH: Final = "path"
PATH_WORDS: Final = "path_words"
FILE: Final = "file"
LANGUAGE: Final = "lang"
TYPE: Final = "type"
DATE: Final = "date"
#: Words of a document's other fields, each as ``name=word``; the names alone are in META_NAMES.
META: Final = "meta"
META_NAMES: Final = "meta_names"

FIELDS: Final = (
    Field(WORDS, "text"),
    Field(STEMS, "text"),
    Field(TITLE_WORDS, "text"),
    Field(TITLE_STEMS, "text"),
    Field(HEADING_WORDS, "text"),
    Field(HEADING_STEMS, "text"),
    Field(PATH, "keyword"),
    Field(PATH_WORDS, "text"),
    Field(FILE, "keyword"),
    Field(LANGUAGE, "keyword"),
    Field(TYPE, "keyword"),
    Field(DATE, "number"),
    Field(META, "text"),
    Field(META_NAMES, "keyword"),
)
