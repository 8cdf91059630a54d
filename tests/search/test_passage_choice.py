"""The passage that is shown of a long document is the one that a look at every passage would choose."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.model import Document, Passage
from coopsearch.search.query.among import Among
from coopsearch.search.query.plan import HighlightTerm
from coopsearch.search.results.highlighter import Highlighter
from coopsearch.search.results.passage_choice import best_passage, value_of

_PIECES = (
    "border borders Border, (border) cross-border border-border smuggling smugglers routes route. the of "
    "réfugiés réfugié, l'immigration الحدود والحدود تعاون 1\u00a0250 1250 2019/20 2019 e-mail U.S. 中国人 a "
    "\u00ad soft\u00adly"
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
