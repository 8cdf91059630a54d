"""Of which language the words of a query are, where more than one has them; lexicons that cannot be asked."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.search import Index
from coopsearch.search.query.expansion.foreign import Foreign
from coopsearch.search.query.parser import parse
from coopsearch.search.query.plain_words import plain
from coopsearch.search.translation import bundled
from coopsearch.search.translation.compiling import compiled
from coopsearch.search.translation.entry import parse as parse_entry
from coopsearch.search.translation.table import Table
from tests.indexed import indexed

LINES = [
    "bread\tn\tpain\tخبز",
    "coin\tn\tpièce; monnaie\tعملة",
    "corner\tn\tcoin\tزاوية",
    "exchange\tn\tchange; échange\tصرف",
    "hand\tn\tmain\tيد",
    "main\tadj\tprincipal\tرئيسي",
    "pain\tn\tdouleur\tألم",
    "sell\tv\tvendre\tباع; بيع",
    "traffic\tn\ttrafic; trafic routier\tمرور",
    "transport\tn\ttransport\tنقل",
]
ENGLISH = "The main hall was full, and they sold bread in the corner of it. The pain was gone."
FRENCH = "La main de la femme tenait le pain dans un coin de la salle. La douleur est partie."
ARABIC = "كان الخبز في يد المرأة، وقد زال الألم في زاوية القاعة الرئيسية"


@pytest.fixture(autouse=True)
def lexicon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a small lexicon in the place of ours."""
    table = Table(compiled(map(parse_entry, LINES)), bundled.NAME)
    monkeypatch.setitem(bundled._opened, bundled.NAME, table)


@pytest.fixture
def all_three(tmp_path: Path) -> Iterator[Index]:
    """An index of documents in three languages."""
    with indexed(tmp_path, {"en.txt": ENGLISH, "fr.txt": FRENCH, "ar.txt": ARABIC}, "columns") as opened:
        assert opened.languages == ("ar", "en", "fr")
        yield opened


SPOKEN = [
    ("pain", {"pain": ("en", "fr")}),  # of either, as the index holds both
    ("sell pain", {"pain": ("en",)}),
    ("vendre du pain", {"pain": ("fr",)}),
    ("the pain", {"pain": ("en",)}),
    ("le pain", {"pain": ("fr",)}),
    ("le pain خبز", {"pain": ("fr",), "خبز": ("ar",)}),
    ("transport", {"transport": ("en", "fr")}),
    ("Ghazouani", {"ghazouani": ()}),
]


@pytest.mark.parametrize(("query", "languages"), SPOKEN)
def test_which_language(all_three: Index, query: str, languages: dict[str, tuple[str, ...]]) -> None:
    """Function words tell the language, else the lexicon does; a word of another script is apart."""
    voices = all_three._state._foreign.voices([word.lower() for word in query.split()])
    assert voices is not None
    assert {word: voices._sources[word] for word in languages} == languages


def test_one_of_the_index_is_meant(tmp_path: Path) -> None:
    """A word that two languages have is of the one that the index holds."""
    with indexed(tmp_path, {"en.txt": ENGLISH, "ar.txt": ARABIC}, "columns") as opened:
        (met,) = [hit for hit in opened.search("pain") if hit.language == "ar"]
        assert [met.snippet[start:end] for start, end in met.matches] == ["الألم"]


def test_false_friends_count_least(all_three: Index) -> None:
    """A translation that is another word of a language of the index counts least, a true one fully."""
    (line,) = all_three.search("hand", explain=True).explanation
    assert "main (2) at 0.3 by translation" in line
    assert "يد (1) at 1 by translation" in line
    assert Path(all_three.search("the hand")[0].path).stem == "ar"
    (line,) = all_three.search("the pain", explain=True).explanation[1:]
    assert "douleur (1) at 1 by translation" in line


def test_a_term_counts_little_beside_its_word(tmp_path: Path) -> None:
    """Where a word of a term is a translation itself, the term does not lift its documents over the word."""
    texts = {"en.txt": "The traffic was heavy here.", "fr.txt": "Le trafic routier était dense."}
    with indexed(tmp_path, texts, "columns") as opened:
        results = opened.search("the traffic", explain=True)
        assert '"trafic routi" at 0.06 by translation (coopsearch)' in results.explanation[1]
        assert [Path(hit.path).stem for hit in results] == ["en", "fr"]


def test_a_mark_is_no_word_of_a_term(tmp_path: Path) -> None:
    """A question mark that stands alone does not make a term of the word before it."""
    texts = {"en.txt": "The traffic was heavy here.", "fr.txt": "Le trafic était dense, sa main."}
    with indexed(tmp_path, texts, "columns") as opened, opened._held() as state:
        with_mark = state.plan(plain("le trafic ?")).node
        assert with_mark == state.plan(plain("le trafic")).node


def test_words_side_by_side_are_not_one_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A compound may be one word of the lexicon; two words that somebody typed are not read as one."""
    lines = ["car park\tn\tparking\tموقف سيارات", "carpet\tn\ttapis\tسجادة"]
    monkeypatch.setitem(bundled._opened, bundled.NAME, Table(compiled(map(parse_entry, lines)), bundled.NAME))
    with indexed(tmp_path, {"en.txt": "A lorry.", "fr.txt": "Le tapis rouge."}, "columns") as opened:
        assert opened.search("car pet").total == 0
        assert [Path(hit.path).stem for hit in opened.search("car-pet")] == ["fr"]


def test_no_translation_is_a_function_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be met in every text, as a word or by its stem, is left out of translations."""
    lines = ["east\tn\test; orient\tشرق", "governor\tn\tgouverneur\tحاكم; والي"]
    monkeypatch.setitem(bundled._opened, bundled.NAME, Table(compiled(map(parse_entry, lines)), bundled.NAME))
    texts = {
        "est.txt": "Le mur est haut.",
        "orient.txt": "Un train vers l'orient lointain.",
        "ila.txt": "سافر إلى باريس",
        "hakim.txt": "حاكم المدينة",
    }
    with indexed(tmp_path, texts, "columns") as opened:
        assert {Path(hit.path).stem for hit in opened.search("east")} == {"orient"}
        assert {Path(hit.path).stem for hit in opened.search("governor")} == {"hakim"}


def test_one_word_does_not_tell_its_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word that is a function word of one language is translated as the word of another that it is."""
    table = Table(compiled(map(parse_entry, ["car\tn\tvoiture\tسيارة"])), bundled.NAME)
    monkeypatch.setitem(bundled._opened, bundled.NAME, table)
    with indexed(tmp_path, {"en.txt": "A lorry.", "ar.txt": "سيارة مسروقة"}, "columns") as opened:
        assert [Path(hit.path).stem for hit in opened.search("car")] == ["ar"]


def test_a_damaged_lexicon_is_left_out(all_three: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the table is damaged, a note says so and the search goes on without it."""
    whole = compiled(map(parse_entry, LINES))
    broken = Table(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:], bundled.NAME)
    monkeypatch.setitem(bundled._opened, bundled.NAME, broken)
    state = all_three._state
    state._foreign = Foreign(state.reader, state.languages)
    results = all_three.search("the hand", limit=5)
    (note,) = [one for one in results.notes if "lexicon" in one]
    assert note.startswith("the lexicon coopsearch is damaged at byte")
    assert "install coopsearch anew" in note
    assert "ar" not in {hit.language for hit in all_three.search("the hand")}


@pytest.mark.parametrize(
    "content", [b"", b"something else", b"coopsearch-lexicon 0 analysis=1 longest=1 bytes=0 source=\n"]
)
def test_a_table_of_another_version_is_left_out(
    all_three: Index, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes
) -> None:
    """Where the installed table cannot be used, or is gone, a note says so and words mean themselves."""
    monkeypatch.setattr(bundled, "_HERE", str(tmp_path))
    monkeypatch.setattr(bundled, "_opened", {})
    if content:
        (tmp_path / bundled.FILE).write_bytes(content)
    results = all_three.search("the hand")
    assert len([one for one in results.notes if one.startswith("the lexicon coopsearch")]) == 1
    assert results.total == 0 or {Path(hit.path).stem for hit in results} <= {"en"}


def test_a_table_is_made_where_it_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Beside entries without a table, one is made and kept; where nothing can be kept, it is made anyway."""
    (tmp_path / "entries").mkdir()
    for name, lines in zip(bundled.ENTRIES, (LINES, [], []), strict=True):
        (tmp_path / "entries" / name).write_text("".join(f"{one}\n" for one in lines), encoding="utf-8")
    monkeypatch.setattr(bundled, "_HERE", str(tmp_path))
    kept = tmp_path / "__pycache__" / bundled.FILE
    for _ in range(2):
        monkeypatch.setattr(bundled, "_opened", {})
        assert bundled.bundled().holds("hand", "en")
        assert kept.is_file()
    kept.write_bytes(b"damaged")
    (tmp_path / "entries" / "words.tsv").write_text("leg\tn\tjambe\tساق\n", encoding="utf-8")
    monkeypatch.setattr(bundled, "_opened", {})
    assert bundled.bundled().holds("leg", "en")
    assert not bundled.bundled().holds("hand", "en")
    assert [path.name for path in kept.parent.iterdir()] == [bundled.FILE]
    kept.unlink()
    kept.parent.rmdir()
    kept.parent.write_text("no folder", encoding="utf-8")
    monkeypatch.setattr(bundled, "_opened", {})
    assert bundled.bundled().holds("leg", "en")


CODE = """
import sys
from coopsearch.search import open_index
with open_index(sys.argv[1]) as index:
    total = index.search(sys.argv[2]).total
print(total, *[name for name in sys.modules if "translation" in name or name.endswith(("voices", "nltk"))])
"""


def test_an_index_of_one_language_loads_nothing(tmp_path: Path) -> None:
    """A query whose words stand in an index of one language imports no lexicon, and no stemmer ever."""
    with indexed(tmp_path, {"en.txt": ENGLISH}, "columns"):
        pass

    def loaded(query: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", CODE, tmp_path / "index", query],
            check=True,
            capture_output=True,
            encoding="utf-8",
        )
        return done.stdout.split()

    assert loaded("the main hall") == ["1"]
    assert loaded("sold") == ["1"]
    assert "coopsearch.search.translation.table" in loaded("dans le coin")
    assert "nltk" not in loaded("dans le coin")


def test_a_query_is_planned_alike_without_lexicons(all_three: Index) -> None:
    """What is not translated is planned as if there were no lexicon."""
    for query in ('"hand"', "=hand", "-hand main*", "lang:fr", "title:hall"):
        state = all_three._state
        plain = state.plan(parse(query), expanding=state.expanding._replace(into=()))
        assert state.plan(parse(query)) == plain
