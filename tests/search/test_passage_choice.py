"""The passage that is shown of a long document is the one that a look at every passage would choose."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search import open_index
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines.base import Reader
from coopsearch.search.model import Document, Passage
from coopsearch.search.query.among import Among, HighlightTerm
from coopsearch.search.results.highlighter import Highlighter
from coopsearch.search.results.passage_choice import best_passage, value_of
from tests.indexed import indexed

_PIECES = (
    "border borders Border, (border) cross-border border-border smuggling smugglers routes route. the of "
    "réfugiés réfugié, l'immigration الحدود والحدود تعاون 1\u00a0250 1250 2019/20 2019 e-mail U.S. 中国人 a "
    "\u00ad soft\u00adly bor- der smug-\ngling"
).split(" ")
_WORDS = (
    "border borders crossborder smuggling routes the of refugies immigration الحدود 1250 2019 中国 us".split()
)
_STEMS = ["border", "smuggl", "rout", "the", "refugi", "immigr", "حدود", "1250"]

_word = st.sampled_from(_WORDS)
_forms = st.frozensets(_word, max_size=3) | st.just(Among(sorted(_WORDS), ""))
_slot = st.tuples(_forms, st.frozensets(st.sampled_from(_STEMS), max_size=2))


@st.composite
def _wanted(draw: st.DrawFn) -> HighlightTerm:
    slots = draw(st.lists(_slot, min_size=1, max_size=3))
    words, stems = zip(*slots, strict=True)
    return HighlightTerm(words, stems, draw(st.sampled_from([0.1, 0.3, 1.0, 2.0])))


@st.composite
def _document(draw: st.DrawFn) -> Document:
    passages: list[Passage] = []
    text = ""
    for pieces in draw(st.lists(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=12), max_size=12)):
        start = len(text)
        text += " ".join(pieces)
        language = draw(st.sampled_from(["en", "fr", "ar", ""]))
        level = draw(st.sampled_from([0, 0, 0, 1]))
        passages.append(Passage(start, len(text), None, None, (), level, language))
        # Few passages are cut where no white space is, or where a number may go on.
        text += draw(st.sampled_from(["\n\n", "\n\n", "\n", " ", "", "\u00a0"]))
    return Document("a.txt", "a.txt", "", text, tuple(passages), "txt")


def _stems() -> StemTable:
    return StemTable(lambda word: {language: word.rstrip("se")[:6] for language in ("en", "fr", "ar")})


@given(st.lists(_document(), min_size=1, max_size=3), st.lists(_wanted(), min_size=1, max_size=5))
def test_as_a_look_at_all_of_them(documents: list[Document], wanted: list[HighlightTerm]) -> None:
    """Whatever is wanted, the choice is the first of the passages of the highest value."""
    marking = Highlighter(wanted, _stems())
    for document in documents:
        alone = Highlighter(wanted, _stems())
        values = [
            value_of(document.text[passage.start : passage.end], passage, alone)
            for passage in document.passages
        ]
        expected = document.passages[values.index(max(values))] if values else None
        assert best_passage(document, marking) == expected


def test_few_are_taken_apart() -> None:
    """Of a thousand passages that hold a word, those with the others are looked at, and no more."""
    text, passages = "", list[Passage]()
    for number in range(1_000):
        start = len(text)
        text += "the border is closed" + (" to all smuggling routes" if number == 700 else "")
        passages.append(Passage(start, len(text), None, None, (), 0, "en"))
        text += "\n\n"
    document = Document("a.txt", "a.txt", "", text, tuple(passages), "txt")
    wanted = [
        HighlightTerm((frozenset([word]),), (frozenset(),), 1.0) for word in ("border", "smuggling", "routes")
    ]
    marking = Highlighter(wanted, _stems())
    asked: list[int] = []
    real = marking.of

    def counted(*arguments: object) -> object:
        asked.append(1)
        return real(*arguments)  # type: ignore[arg-type]

    marking.of = counted  # type: ignore[method-assign,assignment]
    assert best_passage(document, marking) == passages[700]
    assert len(asked) < 10


_SENTENCES = {
    "en": "Smugglers of people crossed the border. The smuggling routes of the region are known. "
    "E-mail the U.S. office. In 2019 the border was closed to co-operation. Nobody smuggles on that route.",
    "fr": "Les réfugiés arrivent à la frontière. Les routes des passeurs sont connues. "
    "L'immigration de 1\u00a0250 personnes. Aujourd'hui le réfugié attend. La coopération des régions.",
    "ar": "التعاون في الحدود مستمر. وصل المهربون إلى الحدود. طرق التهريب في المنطقة معروفة. "
    "اللاجئون في المخيم.",
}
_QUERIES = (
    "smuggling routes", "border", "the border of the region", '"smuggling routes"', "smugglers NEAR/5 border",
    "réfugiés", "immigration 1250", "coopération des régions", "طرق التهريب", "الحدود", "e-mail office",
    "U.S.",
    "smugg*", "=smuggling", "smuglers~", "title:annual", "border^3 routes", "route OR frontière OR الحدود",
    "co-operation 2019", "/rout.*/", "nobody knows the routes", "-closed border",
)  # fmt: skip


def _long(number: int) -> str:
    """Return a document of some fifty passages, most of them in one language, some without any word."""
    chance = random.Random(number)
    main = ("en", "fr", "ar")[number % 3]
    parts = [f"# Annual report {number}" if number % 4 else "# ---"]
    for at in range(chance.randint(30, 60)):
        language = main if chance.random() < 0.8 else chance.choice(("en", "fr", "ar"))
        some = _SENTENCES[language].split(". ")
        parts.append(". ".join(chance.choices(some, k=chance.randint(2, 6))) + ".")
        if not at % 9:
            parts.append(f"## Part {at} of the border" if number % 2 else "***")
    return "\n\n".join(parts) + "\n"


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_as_the_text_itself_would_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str) -> None:
    """What is shown of long documents is the same, whether positions or texts say which passage it is."""
    files = {f"{number}.md": _long(number) for number in range(12)}
    with indexed(tmp_path, files, engine) as index:
        found = [list(index.search(query, limit=12)) for query in _QUERIES]
        with monkeypatch.context() as patched:
            patched.setattr(Highlighter, "terms", lambda self: None)
            for query, hits in zip(_QUERIES, found, strict=True):
                assert [*index.search(query, limit=12)] == hits, query
    assert sum(map(len, found)) > 100


def test_a_long_document_is_not_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a long document that an ordinary query finds, the head and one passage are read."""
    with indexed(tmp_path, {"long.md": _long(1) * 30}, "columns"):
        pass
    with open_index(tmp_path / "index") as index:
        reader = type(index._state.reader)
        read: list[int] = []
        real = reader.document

        def document(self: Reader, number: int) -> Document:
            read.append(number)
            return real(self, number)

        monkeypatch.setattr(reader, "document", document)
        assert index.search("smuggling routes")[0].matches
        assert read == []
