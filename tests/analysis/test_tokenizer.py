"""The tokenizer: what is a word, where it stands, and how a query word is read."""

from __future__ import annotations

import subprocess
import sys
import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coopsearch.search.analysis import tokenizer
from coopsearch.search.analysis.tokenizer import CutText, advance, pieces, read, rows, tokens, words

#: text, then its tokens as word@position.
TABLE = [
    ("", ""),
    ("Smuggling routes", "smuggling@0 routes@1"),
    ("l'immigration", "immigration@0"),
    ("L’Immigration clandestine", "immigration@0 clandestine@1"),
    ("qu'il jusqu’au lorsqu'elle", "il@0 au@1 elle@2"),
    ("d'hommes n'y s’ensuit", "hommes@0 y@1 ensuit@2"),
    ("aujourd'hui", "aujourdhui@0"),
    ("quelqu'un dell'Europa all’ovest", "quelquun@0 europa@1 ovest@2"),
    ("N'Djamena D'Souza M’Bala", "ndjamena@0 dsouza@1 mbala@2"),
    ("Tunisia's Tunisia’s states' l'un's", "tunisia@0 tunisia@1 states@2 un@3"),
    ("O'Brien don't Qur’an", "obrien@0 dont@1 quran@2"),
    ("'quoted' ‘word’ «mot» \"x\"", "quoted@0 word@1 mot@2 x@3"),
    ("cross-border smuggling", "crossborder@0 cross@0 border@1 smuggling@2"),
    ("cross‐border cross‑border", "crossborder@0 cross@0 border@1 crossborder@2 cross@2 border@3"),
    ("l'après-midi", "apresmidi@0 apres@0 midi@1"),
    ("AK-47", "ak47@0 ak@0 47@1"),
    ("COVID-19", "covid19@0 covid@0 19@1"),
    ("2019-05-01", "20190501@0 2019@0 05@1 01@2"),
    ("word - word -- word—word", "word@0 word@1 word@2 word@3"),
    ("john.doe@example.org", "john.doe@example.org@0 john.doe@0 john@0 doe@1 example.org@2 example@2 org@3"),
    ("www.example.org.", "www.example.org@0 www@0 example@1 org@2"),
    ("https://example.org/a_b", "https@0 example.org@1 example@1 org@2 a@3 b@4"),
    ("AT&T", "at&t@0 at@0 t@1"),
    ("U.S.A. and U.N.", "usa@0 and@1 un@2"),
    ("the U.S.-led force", "the@0 usled@1 us@1 led@2 force@3"),
    ("the end.Next one", "the@0 end.next@1 end@1 next@2 one@3"),
    ("1,000,000 1.000.000 1\u00a0000\u202f000 ١٬٠٠٠٬٠٠٠", "1000000@0 1000000@1 1000000@2 1000000@3"),
    ("3,5 3.5 ٣٫٥ 0.125 1,234.56 1.234,56", "3.5@0 3.5@1 3.5@2 0.125@3 1234.56@4 1234.56@5"),
    ("192.168.1.1", "192.168.1.1@0 192@0 168@1 1@2 1@3"),
    ("v1.2.3", "v1.2.3@0 v1@0 2@1 3@2"),
    ("1,2,3", "1@0 2@1 3@2"),
    ("in 2019, 500 men", "in@0 2019@1 500@2 men@3"),
    ("2019\u00a0500", "2019@0 500@1"),
    ("1,000km 50% $3.5bn", "1000km@0 50@1 3.5bn@2"),
    ("3.5-fold", "3.5fold@0 3.5@0 fold@1"),
    ("the smugglers¹² left. ³See UN⁴, in 2019⁵", "the@0 smugglers@1 left@2 see@3 un@4 in@5 2019@6"),
    ("left.¹ “Paid”,² said Smith¹,²⁻⁴ 50%³ of", "left@0 paid@1 said@2 smith@3 50@4 of@5"),
    (
        "kidnappersᵃ l'immigration² المهربون¹ U.S.² a,³ b",
        "kidnappers@0 immigration@1 المهربون@2 us@3 a@4 b@5",
    ),
    (
        "m² km² 10⁶ CO² x² 1ᵉʳ 2ᵉ XIXᵉ xixᵉ Mᵐᵉ ¹⁴C",
        "m2@0 km2@1 106@2 co2@3 x2@4 1er@5 2e@6 xixe@7 xixe@8 mme@9 14c@10",
    ),
    ("cross-border¹ H₂O (10)²", "crossborder@0 cross@0 border@1 h2o@2 10@3 2@4"),
    ("中国人", "中@0 中国@0 国@1 国人@1 人@2"),
    ("iPhone中国", "iphone@0 中@1 中国@1 国@2"),
    ("2019年", "2019@0 年@1"),
    ("カメラ", "カ@0 カメ@0 メ@1 メラ@1 ラ@2"),
    ("ที่", "ที่@0"),
    ("한국어 단어", "한국어@0 단어@1"),
    ("وَالتَّعاونُ، المشترك؟", "والتعاون@0 المشترك@1"),
    ("في ٢٠١٩م", "في@0 2019م@1"),
    ("C++ C# .NET", "c@0 c@1 net@2"),
    ("ok🙂fin 🙂 👩‍🚀 ★", "ok@0 fin@1"),
    ("co\u00adoper\u00adation \u202bكلمة\u202c", "cooperation@0 كلمه@1"),
    ("\u0301 ـــ _ ... '' --", ""),
    ("हिन्दी भाषा", "हिन्दी@0 भाषा@1"),
    ("étudiant·e", "etudiant@0 e@1"),
    ("the coop-\neration pact", "the@0 cooperation@1 coop@1 eration@1 pact@2"),
    ("l'immi-\r\n   gration, ré­\nfugiés", "immigration@0 immi@0 gration@0 refugies@1 re@1 fugies@1"),
    ("inter-\nnatio-\nnal law", "international@0 inter@0 internatio@0 national@0 nal@0 law@1"),
    ("cross-bor-\nder raid", "crossborder@0 cross@0 border@1 bor@1 der@1 raid@2"),
    ("a long-\nterm plan", "a@0 longterm@1 long@1 term@2 plan@3"),
    ("pre- and post-\nwar, 2014-\n15", "pre@0 and@1 postwar@2 post@2 war@2 2014@3 15@4"),
    ("Franco-\nTunisian end -\nnext one--\ntwo", "franco@0 tunisian@1 end@2 next@3 one@4 two@5"),
    ("\x00NUL\x1b[31m", "nul@0 31m@1"),
    ("צה״ל", "צהל@0"),
    ("п'ять", "пять@0"),
]


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_table(text: str, expected: str) -> None:
    """Each text has the tokens given."""
    assert " ".join(f"{token.word}@{token.position}" for token in tokens(text)) == expected


#: text of a query, its slots, its joined words
READINGS = [
    ("smuggling", "smuggling", ""),
    ("cross-border", "cross border", "crossborder"),
    ("l'immigration", "immigration", ""),
    ("l'après-midi", "apres midi", "apresmidi"),
    ("don't", "dont", ""),
    ("john@example.org", "john example org", "john@example.org"),
    ("www.example.org", "www example org", "www.example.org"),
    ("中", "中", ""),
    ("中国", "中国", ""),
    ("中国人", "中国 国人", ""),
    ("中国abc", "中国 国 abc", ""),
    ("cross-border smuggling", "cross border smuggling", ""),
    ("1 000", "1 000", ""),
    ("1,000", "1000", ""),
    ("AK-47", "ak 47", "ak47"),
    ("coop-\neration", "cooperation", ""),
    ("coop-\neration agreement", "cooperation agreement", ""),
    ("long-\nterm", "long term", "longterm"),
    ("🙂", "", ""),
    ("", "", ""),
]


@pytest.mark.parametrize(("text", "slots", "joined"), READINGS)
def test_readings(text: str, slots: str, joined: str) -> None:
    """Each text of a query is read as given."""
    assert read(text) == (tuple(slots.split()), tuple(joined.split()))


def test_marks_and_offsets() -> None:
    """A match is shown without the article, the possessive or direction marks around it."""
    text = "L’immigration, \u202bTunisia’s\u202c côte-d’Ivoire"
    assert [text[token.start : token.end] for token in tokens(text)] == [
        "immigration",
        "Tunisia",
        "côte-d’Ivoire",
        "côte",
        "Ivoire",
    ]


PIECES = st.sampled_from(
    [
        "a",
        "É",
        "e\u0301",
        "ß",
        "l",
        "d",
        "s",
        "qu",
        "un",
        "1",
        "000",
        "٣",
        "中",
        "国",
        "が",
        "か\u3099",
        "ท",
        "ี่",
        "ﾞ",
        "'",
        "’",
        "-",
        "‑",
        ".",
        ",",
        "@",
        "&",
        "\u00a0",
        "\u202f",
        " ",
        "_",
        "\u00ad",
        "\u200d",
        "\u202e",
        "\u0301",
        "🙂",
        "ـ",
        "و",
        "ال",
        "ﷺ",
        "½",
        "한",
        "कि",
        "/",
        "·",
        "٫",
        "٬",
        "́",
        "\n",
        "-\n",
        "ab-\ncd",
        "­\n  ",
        "ʼ",
        "״",
        "x" * 70,
        "é" * 70,
    ]
)
TEXTS = st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=30)


@settings(max_examples=600, deadline=None)
@given(TEXTS)
def test_faces_agree(text: str) -> None:
    """The bulk face gives the words and positions of the face with offsets."""
    found = list(tokens(text))
    bulk, steps = words(text)
    assert bulk == [token.word for token in found]
    positions = [token.position for token in found]
    assert (list(range(len(bulk))) if steps is None else list(steps)) == positions
    assert advance(bulk, steps) == (positions[-1] + 1 if positions else 0)


@settings(max_examples=600, deadline=None)
@given(TEXTS)
def test_offsets(text: str) -> None:
    """Offsets lie within the text, starts and positions never fall, no position is left out."""
    start = position = 0
    for token in tokens(text):
        assert start <= token.start < token.end <= len(text)
        assert position <= token.position <= position + 1
        assert token.word and not any(map(str.isspace, token.word))
        start, position = token.start, token.position


@settings(max_examples=600, deadline=None)
@given(TEXTS)
@example("a中.\xad🙂 a中.\xad@b a-\xadl'a")
def test_surface_finds_its_word(text: str) -> None:
    """The characters of any token, given as a query, yield its word."""
    for token in tokens(text):
        surface = text[token.start : token.end]
        assert token.word in words(surface)[0], surface


@settings(max_examples=600, deadline=None)
@given(TEXTS)
@example("é" * 140)
@example("a.É 1.1É")
def test_normal_forms(text: str) -> None:
    """NFC and NFD of a text have the same words at the same positions."""
    one = words(unicodedata.normalize("NFC", text))
    other = words(unicodedata.normalize("NFD", text))
    assert one == other


@settings(max_examples=600, deadline=None)
@given(TEXTS)
def test_reading_is_found(text: str) -> None:
    """A text holds its own reading: the slots at successive positions, the joined words at the first."""
    places: dict[int, set[str]] = {}
    for token in tokens(text):
        places.setdefault(token.position, set()).add(token.word)
    reading = read(text)
    for position, word in enumerate(reading.slots):
        assert word in places[position]
    assert set(reading.joined) <= places.get(0, set())
    assert bool(reading.slots) == bool(places)


LARGE = {
    "one word": "a" * 1_000_000,
    "connectors": "-'.@&" * 20_000,
    "hyphened letters": "a-" * 50_000,
    "cut letters": "aa-\n" * 25_000,
    "dotted letters": "a." * 50_000,
    "addresses": "aa@b." * 20_000,
    "digits and commas": "111," * 25_000,
    "Han": "中国" * 50_000,
    "Zalgo": "a" + "\u0301\u0316" * 50_000,
    "emoji": "🙂a" * 50_000,
    "format marks": "\u202e\u200d" * 50_000,
}


@pytest.mark.parametrize("kind", LARGE)
def test_large(kind: str) -> None:
    """Text made to be slow takes seconds at most, and twice the text at most some thrice the time."""
    text = LARGE[kind]
    half, whole = _taken(text[: len(text) // 2]), _taken(text)
    assert whole < 10
    for _ in range(4):
        if whole < 3.5 * half + 0.3:
            break
        # Whatever else the machine does takes time away from either, and gives none.
        half, whole = min(half, _taken(text[: len(text) // 2])), min(whole, _taken(text))
    assert whole < 3.5 * half + 0.3


def _taken(text: str) -> float:
    begin = time.process_time()
    words(text)
    return time.process_time() - begin


def test_long_words_are_found() -> None:
    """A word of 300 letters is cut, and its own text finds every piece."""
    found = list(tokens("b" * 300))
    assert [len(token.word) for token in found] == [128, 128, 44]
    assert read("b" * 300).slots == tuple(token.word for token in found)


def test_import_is_light() -> None:
    """Importing the tokenizer brings in nothing that is not in the standard library."""
    code = (
        "import sys; before = set(sys.modules); import coopsearch.search.analysis.tokenizer; "
        "new = {name.split('.')[0] for name in set(sys.modules) - before}; "
        "print(sorted(new - set(sys.stdlib_module_names) - {'coopsearch'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@given(st.text("abAB01'.@&,-_/ \n\r\t"))
@example("coop-\n  eration, long-\nTerm 1,000 a.-b x@y.z")
def test_ascii_is_cut_as_all_text_is(text: str) -> None:
    """The expression for ASCII cuts the chunks that the one for all characters cuts."""
    assert tokenizer._ascii_chunks().findall(text) == tokenizer._all_chunks().findall(text)


@given(
    st.lists(
        st.sampled_from(["a", "ba", "a.", "«a»", "b-a", "l'a", "1", "2", "–", "a\u0301", "a-\nb", "ba-"])
    ),
    st.lists(st.sampled_from([" ", "  ", "\n", "\u00a0", "\u2009", "\t"])),
    st.sets(st.sampled_from(["a", "ba", "b", "12", "1", "2"])),
)
def test_tokens_among(parts: list[str], blanks: list[str], wanted: set[str]) -> None:
    """The tokens of wanted words are found at their places without looking at the others."""
    text = "".join(one + blank for one, blank in zip(parts, blanks * 20 or [" "] * 99, strict=False))
    cut = CutText(text)
    assert cut.tokens_among(wanted) == [token for token in tokens(text) if token.word in wanted]
    assert cut.words() == set(words(text)[0])


@given(st.text())
def test_pieces(text: str) -> None:
    """The words of a text are the words of its pieces, one after the other."""
    found = [word for piece in pieces(text) for word, _ in rows(piece)]
    assert found == [token.word for token in tokens(text)] == words(text)[0]
