"""Documents taken in as texts become the same tokens as documents taken in word by word."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search.analysis.analyzer import analyse
from coopsearch.search.analysis.langid.detect import judge
from coopsearch.search.analysis.langid.earlier import Earlier
from coopsearch.search.analysis.lexicon import Lexicon
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.analysis.tokenizer import pieces
from coopsearch.search.engines.columns.arrays import starts_of
from coopsearch.search.engines.columns.build.language_batch import LanguageBatch
from coopsearch.search.engines.columns.build.text_buffer import TextBuffer, Vocabulary
from coopsearch.search.engines.columns.build.token_buffer import RunBuffer, Tokens
from coopsearch.search.model import Document, Passage

CUT = ["the smug-\nglers’", "ré\u00ad\nfugiées", "long-\n  term", "10\u00a0000 coop-\r\neration"]
PIECES = st.sampled_from(CUT) | st.sampled_from(
    """the smugglers’ routes, cross-border (U.S.-led) l'immigration 10\u00a0000 12\u202f500,5 — … AT&T
    والمهربين 中国人 john@example.org réfugiées e\u0301t\u0301e\u0301 \u200f \u00ad x\u00a0y 3\u2009 \u20094
    a\u2028b 9,\u00a01 http://example.org/a-b?c=d 1.5-fold «Été» ÉTÉ""".replace("\n    ", " ").split(" ")
)
TEXTS = st.one_of(st.lists(PIECES, max_size=12).map(" ".join), st.text(max_size=30))


def nothing(word: str) -> Mapping[str, str]:
    """Return no stems: none are known."""
    return {}


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Return a document of a few passages and headings in whatever language."""
    text, passages = "", []
    for part in draw(st.lists(TEXTS, max_size=4)):
        language = draw(st.sampled_from(["", "en", "fr", "ar", "xx"]))
        level = draw(st.sampled_from([0, 0, 1]))
        passages.append(Passage(len(text), len(text) + len(part), 1, None, (), level, language))
        text += part
    fields = draw(st.dictionaries(st.sampled_from(["from", "to", "cc", "author"]), TEXTS, max_size=3))
    return Document("a", "a", draw(TEXTS), text, tuple(passages), "txt", fields=fields)


def rows(tokens: Tokens, words: list[str], stems: list[str]) -> list[tuple[object, ...]]:
    """Return each token with all that is known of it."""
    run = np.repeat(np.arange(len(tokens.run_doc)), tokens.run_tokens)
    return [
        (
            words[word],
            stems[stem],
            int(step + tokens.run_position[at]),
            int(tokens.run_doc[at]),
            int(tokens.run_role[at]),
        )
        for word, stem, step, at in zip(tokens.words, tokens.stems, tokens.steps, run, strict=True)
    ]


@given(st.lists(documents(), max_size=4))
def test_same_tokens(given_documents: list[Document]) -> None:
    """Words, stems, places and roles are those that ``analyse`` gives."""
    table, earlier = StemTable(nothing), Earlier()
    vocabulary = Vocabulary(StemTable(nothing))
    for _ in range(2):  # the second segment meets words that are known
        stored: list[bytes] = []
        right = RunBuffer(stored.append)
        for document in given_documents:
            right.add(analyse(document, table, earlier))
        packed: list[bytes] = []
        bulk = TextBuffer(packed.append, vocabulary)
        bulk.add(given_documents)
        found = bulk.columns()
        assert rows(found, list(bulk.words), list(bulk.stems)) == rows(
            right.columns(), list(right.words), list(right.stems)
        )
        assert packed == stored


SENTENCES = st.sampled_from(
    [
        "The smugglers were seen on the road to the border with their boats",
        "Les passeurs sont sur la route de la frontière avec leurs bateaux",
        "los contrabandistas están en el camino de la frontera y no se sabe",
        "10\u00a0000 personnes sont arrivées en 2019 par la mer",
        "وصل المهربون إلى الحدود في الليل",
        "тысячи людей на границе",
        "Zürich 2019 (A/RES/60/1)",
        "o te ao e nga te koutou o te",
        "x/y/z the/of/and/to",
        '{"of": "the", "and": [1, 2]}',
        "état être été où",
    ]
)


@given(st.lists(st.one_of(st.lists(SENTENCES, max_size=6).map(" ".join), TEXTS), min_size=8, max_size=20))
def test_same_languages(texts: list[str]) -> None:
    """Many texts judged at once get what each gets alone."""
    lexicon = Lexicon()
    spoken = LanguageBatch(lexicon)
    for _ in range(2):  # the second time all is known
        found = [[lexicon[piece] for piece in pieces(text)] for text in texts]
        entries = np.array([entry for row in found for entry in row], np.uint32)
        counts = np.array(list(map(len, found)), np.int64)
        judged = spoken.judge(texts, entries, starts_of(counts)[:-1], counts)
        assert judged == list(map(judge, texts))
