"""Words that look alike and share no meaning do not find each other, in an index of three languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.search import Index
from tests.indexed import indexed

#: Sentences that tell their language, each with a word at a time.
SENTENCES = {
    "en": "The word that we were looking for in this report of the ministry is {}.",
    "fr": "Le mot que nous cherchions dans ce rapport du ministère est {}.",
}
WORDS = {
    "en": """
        refugee refugees refuge parity Paris chat chateau threats three several severe agenda agency
        statistics authors unity units smugglers passage passed part parties state authorities
    """,
    "fr": """
        chat chats châtiment châtier réfugié réfugiées refuge Paris parité passeur passeurs passe
        passage passant quelqu'un un impôts impossible parlement parler collège collection francs
        français classement classique génération général né née naître ne nez encore encourent commune
        communiqué presse pression
    """,
}
APART = """
    chat châtiment; châtiment chats; Paris parity; Paris parité; parity Paris; passeurs passe; passeurs
    passage; passeurs passant; passeurs passed; passage passeurs; quelqu'un un; un quelqu'un; three
    threats; several severe; agency agenda; state statistics; authorities authors; impôts impossible;
    impossible impôts; parlement parler; collège collection; francs français; classement classique;
    génération général; né ne; ne né; né nez; encore encourent; presse pression
"""
TOGETHER = """
    refugee refugees; refugee réfugié; réfugié refugee; réfugiés refugees; réfugiées refugee; passeurs
    passeur; châtiment châtier; né née; naître né; né naître; chat chats; passe passage
"""


def pairs(table: str) -> list[tuple[str, str]]:
    """Read a table: pairs apart by semicolons."""
    return [(one, other) for entry in table.split(";") for one, other in [entry.split()]]


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index with a document for each word."""
    files = {
        f"{language}-{number}.txt": SENTENCES[language].format(word)
        for language, words in WORDS.items()
        for number, word in enumerate(words.split())
    }
    with indexed(tmp_path_factory.mktemp("relatives"), files, request.param) as opened:
        yield opened


def found(index: Index, query: str) -> set[str]:
    """Return the words of the documents that a query finds."""
    last = set()
    for hit in index.search(query, limit=200):
        language, _, number = Path(hit.path).stem.partition("-")
        last.add(WORDS[language].split()[int(number)])
    return last


@pytest.mark.parametrize(("asked", "other"), pairs(APART))
def test_apart(index: Index, asked: str, other: str) -> None:
    """What shares no meaning with a word is not found by it."""
    assert other not in found(index, f"+{asked}")


@pytest.mark.parametrize(("asked", "other"), pairs(TOGETHER))
def test_together(index: Index, asked: str, other: str) -> None:
    """What is the same word, in its forms and in two languages, is found."""
    assert other in found(index, f"+{asked}")
