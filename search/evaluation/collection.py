"""A test collection on disk: a corpus, queries, and which documents answer them.

The folder layout is that of BEIR: ``corpus.jsonl`` (or .xz, .gz), ``queries.jsonl`` and ``qrels.tsv``. What
is wrong in a file is reported with its line. Does not depend on an index.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.search.errors import SettingsError

CORPUS: Final = ("corpus.jsonl", "corpus.jsonl.xz", "corpus.jsonl.gz")
QUERIES: Final = "queries.jsonl"
QRELS: Final = "qrels.tsv"


class Judgement(NamedTuple):
    """One line of ``qrels.tsv``."""

    document: str
    grade: int
    line: int


class Collection(NamedTuple):
    """Queries and what answers them."""

    queries: dict[str, str]
    """Id -> text, those with a relevant document alone, in the file's order."""
    judged: dict[str, dict[str, int]]
    """Query id -> document -> grade."""
    lines: dict[str, int]
    """Document -> the line of ``qrels.tsv`` that first names it."""
    unanswered: int
    """Queries left out, as nothing is judged to answer them."""


def corpus_of(folder: Path) -> Path:
    """Return the corpus of a folder. Raises SettingsError if there is none."""
    if not folder.is_dir():
        raise SettingsError(f"{folder} is not a folder; name one with {CORPUS[0]}, {QUERIES} and {QRELS}")
    for name in CORPUS:
        if (folder / name).is_file():
            return folder / name
    raise SettingsError(f"{folder} has no {CORPUS[0]} (nor .xz, .gz); a collection needs one")


def read_collection(folder: Path) -> Collection:
    """Read queries and judgements. Raises SettingsError naming file and line for what cannot be read."""
    texts, every, lines = _read(folder)
    answered = {
        query: text
        for query, text in texts.items()
        if any(grade > 0 for grade in every.get(query, {}).values())
    }
    if not answered:
        raise SettingsError(f"{folder / QRELS} judges no document as relevant; there is nothing to measure")
    return Collection(
        answered, {query: every[query] for query in answered}, lines, len(texts) - len(answered)
    )


def read_all(folder: Path) -> tuple[dict[str, str], dict[str, dict[str, int]]]:
    """Return all queries and all judgements, those without a relevant document too."""
    texts, judged, _ = _read(folder)
    return texts, judged


def _read(folder: Path) -> tuple[dict[str, str], dict[str, dict[str, int]], dict[str, int]]:
    texts = dict(_queries(folder / QUERIES))
    judged: dict[str, dict[str, int]] = {}
    lines: dict[str, int] = {}
    for query, (document, grade, line) in _judgements(folder / QRELS):
        if query not in texts:
            raise SettingsError(f"{folder / QRELS} line {line}: there is no query {query!r} in {QUERIES}")
        judged.setdefault(query, {})[document] = grade
        lines.setdefault(document, line)
    return texts, judged, lines


def _queries(path: Path) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for line, text in _lines(path):
        try:
            entry = json.loads(text)
        except ValueError as error:
            raise SettingsError(f"{path} line {line}: no valid JSON ({error})") from None
        name = entry.get("_id", entry.get("id")) if isinstance(entry, dict) else None
        if not isinstance(name, str | int) or not isinstance(entry.get("text"), str):
            raise SettingsError(f'{path} line {line}: not of the form {{"_id": "1", "text": "..."}}')
        if str(name) in seen:
            raise SettingsError(f"{path} line {line}: the query {str(name)!r} is there twice")
        seen.add(str(name))
        yield str(name), entry["text"]


def _judgements(path: Path) -> Iterator[tuple[str, Judgement]]:
    for line, text in _lines(path):
        fields = text.rstrip("\r\n").split("\t")
        if len(fields) == 1:
            fields = text.split()
        if len(fields) == 4:  # noqa: PLR2004 - TREC's form has a column that says nothing
            del fields[1]
        if line == 1 and fields and not fields[-1].lstrip("-").isdigit():
            continue  # the names of the columns
        try:
            query, document, grade = fields
            yield query, Judgement(" ".join(document.split()), int(grade), line)
        except ValueError:
            raise SettingsError(
                f"{path} line {line}: not of the form query TAB document TAB grade (a whole number)"
            ) from None


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SettingsError(
            f"{path} is missing; a collection has {CORPUS[0]}, {QUERIES} and {QRELS}"
        ) from None
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not valid UTF-8 at byte {error.start + 1}") from None
    for line, content in enumerate(text.split("\n"), 1):
        if content.strip():
            yield line, content
