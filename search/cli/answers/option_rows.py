"""The options of a search, each in one row: read by Typer, for help and mistakes, and without it.

The rows that other commands have, too, are theirs as well. Does not depend on the rest of coopsearch or
third-party libraries: every search loads it.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

#: What an option takes: nothing, one text, any number of them, or a whole number.
Kind = Literal["switch", "text", "texts", "number"]


class Row(NamedTuple):
    """An option."""

    key: str
    """What the function that searches calls it."""
    names: tuple[str, ...]
    kind: Kind
    help: str
    metavar: str | None = None
    default: str | int | None = None
    """None for no text; switches are off."""
    low: int = 0
    high: int = 0
    """Bounds of a number, both within."""

    @property
    def initial(self) -> object:
        """What holds where the option is not given."""
        return False if self.kind == "switch" else self.default


LIMIT: Final = Row(
    "limit",
    ("-n", "--limit"),
    "number",
    "Show at most so many hits; 0 only counts.",
    metavar="N",
    default=10,
    low=0,
    high=100_000,
)
REQUIRE_ALL: Final = Row("require_all", ("--all",), "switch", "Only documents that hold all words.")
AS_JSON: Final = Row(
    "as_json", ("--json",), "switch", "Print a JSON object a line for each hit; with -n 0 one of the totals."
)
COVERAGE: Final = Row(
    "coverage", ("--coverage",), "switch", "With --json: say on a last line what of the sources was searched."
)
SORT: Final = Row(
    "sort",
    ("--sort",),
    "text",
    "Which hits come first: relevance, newest (or date), oldest, path, title.",
    metavar="ORDER",
    default="relevance",
)
FACET: Final = Row(
    "facet",
    ("--facet",),
    "texts",
    "Count all documents that match by lang, type, year, folder or name (in the texts), or by a field "
    "that documents have (from, author; fields.type for one of these names). May be repeated; with "
    "--json on a last line.",
    metavar="NAME",
)
EXPLAIN: Final = Row(
    "explain",
    ("--explain",),
    "switch",
    "Say how each part of the query was read (on stderr), and why each hit is one.",
)
FOLD: Final = Row("fold", ("--fold",), "switch", "Show documents that say nearly the same as one hit.")
WHY_NOT: Final = Row(
    "why_not",
    ("--why-not",),
    "text",
    "Say why this document is not a hit, or at which rank it is one.",
    metavar="PATH",
)
CSV: Final = Row("csv", ("--csv",), "switch", "Print a table of comma-separated values, with a row of names.")
CSV_EXCEL: Final = Row(
    "csv_excel", ("--csv-excel",), "switch", "The same with the mark by which Excel knows UTF-8."
)
PATHS: Final = Row(
    "paths",
    ("--paths",),
    "switch",
    "Print the files of the hits and their copies alone, each once, a line for each.",
)
PATHS0: Final = Row(
    "paths0", ("--paths0",), "switch", "The same for xargs -0: names as they are, each ended by a NUL."
)
TEMPLATE: Final = Row(
    "template",
    ("--format",),
    "text",
    "Print a line for each hit: '{path}:{line}: {snippet}'. Names: rank, score, path, shown, title, "
    "language, heading, line, page, snippet, type, date, index, fields.NAME; {title:<40} gives a "
    "width, {{ is a brace.",
    metavar="TEMPLATE",
)
ALL_HITS: Final = Row("all_hits", ("--all-hits",), "switch", "Print every hit, in place of the first -n.")
SINCE: Final = Row(
    "since",
    ("--since",),
    "text",
    'Only documents of that day or later: 2019, 2019-05, 2019-05-01, "last year".',
    metavar="DATE",
)
UNTIL: Final = Row(
    "until", ("--until",), "text", "Only documents of that day, month or year, or earlier.", metavar="DATE"
)
TYPE: Final = Row(
    "types", ("--type",), "texts", "Only documents of these formats, as in pdf,docx.", metavar="TYPES"
)
LANG: Final = Row(
    "languages", ("--lang",), "texts", "Only documents in these languages, as in fr,ar.", metavar="LANGUAGES"
)
IN: Final = Row(
    "folders", ("--in",), "texts", "Only documents below this folder. May be repeated.", metavar="FOLDER"
)
CONTEXT: Final = Row(
    "context",
    ("--context",),
    "number",
    "Show N sentences before and after each passage.",
    metavar="N",
    default=0,
    low=0,
    high=100,
)
PASSAGES: Final = Row(
    "passages",
    ("--passages",),
    "number",
    "Show up to N passages of each document.",
    metavar="N",
    default=1,
    low=1,
    high=1_000,
)
PAGE: Final = Row(
    "page",
    ("--page",),
    "number",
    "Show the N-th page of -n hits.",
    metavar="N",
    default=1,
    low=1,
    high=100_000,
)
GROUP: Final = Row(
    "group",
    ("--group",),
    "text",
    "Show the hits in groups: by folder, language, year or type, each with a count of all documents "
    "that match.",
    metavar="NAME",
)
NAMES: Final = Row(
    "names",
    ("--names",),
    "text",
    "Whether words that look like names stand for other spellings, in any script, too: auto, no. "
    "Default: auto.",
    metavar="MODE",
)
NO_PAGER: Final = Row("no_pager", ("--no-pager",), "switch", "Print a long answer as it is, without a pager.")
TRANSLATE: Final = Row(
    "translate",
    ("--translate",),
    "text",
    "Find the words in these languages, too, by the lexicon, as in fr,ar; no for none. Default: auto, "
    "for all languages of the index but the query's own.",
    metavar="LANGUAGES",
)
QUERY_LANGUAGE: Final = Row(
    "query_language",
    ("--lang-of-query",),
    "text",
    "The language of the query (en, fr, ar), where its words do not tell.",
    metavar="LANGUAGE",
)
TAG: Final = Row(
    "tag",
    ("--tag",),
    "texts",
    "Only documents with this mark (see `coopsearch mark`); -TAG for those without. May be repeated.",
    metavar="TAG",
)
UNSEEN: Final = Row("unseen", ("--unseen",), "switch", "Only documents that nobody has marked as seen.")
INDEX: Final = Row(
    "index",
    ("--index",),
    "texts",
    "The index; repeat it to ask several as one. Default: $COOPSEARCH_INDEX, else the nearest "
    "index_data/, else the user's own.",
    metavar="DIR",
)
SKIP: Final = Row(
    "skip_unreadable",
    ("--skip-unreadable",),
    "switch",
    "Ask the other indexes where one is missing, damaged, outdated or not trusted, and say so.",
)

#: All of them, in the order of the help.
SEARCH: Final = (
    LIMIT,
    REQUIRE_ALL,
    AS_JSON,
    COVERAGE,
    SORT,
    FACET,
    EXPLAIN,
    FOLD,
    WHY_NOT,
    CSV,
    CSV_EXCEL,
    PATHS,
    PATHS0,
    TEMPLATE,
    ALL_HITS,
    SINCE,
    UNTIL,
    TYPE,
    LANG,
    IN,
    CONTEXT,
    PASSAGES,
    PAGE,
    GROUP,
    NAMES,
    NO_PAGER,
    TRANSLATE,
    QUERY_LANGUAGE,
    TAG,
    UNSEEN,
    INDEX,
    SKIP,
)
