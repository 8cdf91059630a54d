"""From a document to runs: languages, roles, positions, stems."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopsearch.search.analysis.analyzer import analyse, complete
from coopsearch.search.analysis.model import RUN_GAP
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.analysis.tokenizer import words
from coopsearch.search.model import Document, Passage


def table() -> StemTable:
    """Return a table of an index that knows nothing."""
    return StemTable(lambda _: {})


def document(
    *texts: str, title: str = "", levels: tuple[int, ...] = (), languages: tuple[str, ...] = ()
) -> Document:
    """Make a document of passages, a blank line between two."""
    passages = []
    start = 0
    for place, text in enumerate(texts):
        level = levels[place] if levels else 0
        language = languages[place] if languages else ""
        passages.append(Passage(start, start + len(text), level=level, language=language))
        start += len(text) + 2
    return Document("a.txt", "a.txt", title, "\n\n".join(texts), tuple(passages), "txt")


ENGLISH = "The governments of both countries have agreed on cross-border patrols."
FRENCH = "Les réfugiées ont traversé la frontière avec l'aide des passeurs."
ARABIC = "قال الرئيس إن التعاون بين البلدين ضروري"


def test_languages_and_stems() -> None:
    """Each passage is stemmed in its own language, and the document tells all of them."""
    found = analyse(document(ENGLISH, FRENCH, ARABIC, title="The security of the region"), table())
    assert [passage.language for passage in found.document.passages] == ["en", "fr", "ar"]
    assert found.languages == ("ar", "en", "fr")
    stems = [dict(zip(run.words, run.stems, strict=True)) for run in found.runs]
    assert stems[1]["governments"] == "govern"
    assert stems[2]["refugiees"] == "refugi"
    assert stems[3]["التعاون"] == "تعاون"


def test_roles_and_positions() -> None:
    """The title comes first, headings are told from text, and a gap lies between two runs."""
    mixed = document("Patrols", ENGLISH, "...", FRENCH, title="Patrols", levels=(1, 0, 0, 0))
    found = analyse(mixed, table())
    assert [run.role for run in found.runs] == ["title", "heading", "body", "body"]
    assert [run.position for run in found.runs] == [0, 1 + RUN_GAP, 2 + 2 * RUN_GAP, 2 + 3 * RUN_GAP + 11]
    body = found.runs[2]
    assert body.steps is not None
    shared = [word for word, step in zip(body.words, body.steps, strict=True) if step == 8]
    assert shared == ["crossborder", "cross"]
    assert found.runs[3].steps is None


def test_given_language_stays() -> None:
    """A passage that has a language already keeps it; the others are told around it."""
    found = analyse(document("Nouakchott", ENGLISH, languages=("pt", "")), table())
    assert [passage.language for passage in found.document.passages] == ["pt", "en"]
    whole = document(ENGLISH, languages=("fr",))
    assert analyse(whole, table()).document == whole


@pytest.mark.parametrize(
    ("title", "language"), [("Nouakchott", "fr"), ("The end of the war", "en"), ("", "fr")]
)
def test_title_language(title: str, language: str) -> None:
    """A doubtful title is stemmed in the document's main language, a clear one in its own."""
    found = analyse(document(FRENCH, title=title), table())
    assert language in found.languages
    assert set(found.languages) <= {language, "fr"}


def test_empty() -> None:
    """A document without text has no runs and no languages."""
    found = analyse(document(), table())
    assert (found.runs, found.languages) == ((), ())
    assert analyse(document("", "  "), table()).runs == ()


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.text(max_size=30) | st.sampled_from([ENGLISH, FRENCH, ARABIC, "中国人", "1,000"]), max_size=5
    ),
    st.text(max_size=10),
)
def test_any_document(texts: list[str], title: str) -> None:
    """Runs never overlap, rows are complete, and the words are the tokenizer's."""
    found = analyse(document(*texts, title=title), table())
    free = 0
    for run in found.runs:
        assert run.position >= free
        assert run.words
        assert len(run.stems) == len(run.words)
        steps = range(len(run.words)) if run.steps is None else run.steps
        assert len(steps) == len(run.words)
        free = run.position + steps[-1] + 1 + RUN_GAP
    expected = [word for text in [title, *texts] for word in words(text)[0]]
    assert [word for run in found.runs for word in run.words] == expected


def test_complete_covers_a_query() -> None:
    """After completion a table knows every word in every language of its script without working it out."""
    first = table()
    analyse(document(ENGLISH, FRENCH, ARABIC), first)
    new = first.drain()
    complete(first, {word for _, word in new}, ("ar", "en", "fr"))
    new |= first.drain()
    known: dict[str, dict[str, str]] = {}
    for (language, word), stem in new.items():
        known.setdefault(word, {})[language] = stem
    second = StemTable(lambda word: known.get(word, {}))
    for word in known:
        for language in ("ar", "en", "fr"):
            second.stem(word, language)
    assert second.drain() == {}


def test_a_warm_table_works_nothing_out() -> None:
    """Of a text whose words the table has met, no stem is looked up or worked out again."""
    asked: list[str] = []

    def lookup(word: str) -> dict[str, str]:
        asked.append(word)
        return {}

    one = document(*[ENGLISH, FRENCH, ARABIC] * 3, title="Speed")
    stems = StemTable(lookup)
    analyse(one, stems)
    assert len(asked) == len(set(asked)) > 20
    stems.drain()
    asked.clear()
    analyse(one, stems)
    assert asked == []
    assert stems.drain() == {}
