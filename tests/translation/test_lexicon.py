"""Which words of a lexicon a word is a form of, by language."""

from __future__ import annotations

import subprocess
import sys

import pytest

from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.translation.bundled import bundled
from coopsearch.search.translation.compiling import compiled
from coopsearch.search.translation.entry import parse
from coopsearch.search.translation.lexicon import Lexicon
from coopsearch.search.translation.table import Table

LINES = [
    "route\tn\troute; filière\tطريق; طرق",
    "seek\tv\tchercher\tبحث",
    "study\tn\tétude\tدراسة",
    "stop\tv\tarrêter\tأوقف",
    "arrive\tv\tarriver\tوصل",
    "new\tadj\tnouveau\tجديد",
    "smuggler\tn\tpasseur; trafiquant\tمهرب",
    "channel\tn\tcanal; réseau\tقناة",
    "refugee\tn\tréfugié\tلاجئ; لاجئون",
    "rescue\tv\tsecourir\tأنقذ; إنقاذ",
    "human trafficking\tn\ttraite des êtres humains\tالاتجار بالبشر",
    "smuggling route\tn\tfilière de passeurs\tطريق التهريب; طرق التهريب",
]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    """A lexicon of a few entries."""
    return Lexicon(Table(compiled(map(parse, LINES)), "test"))


FORMS = [
    ("en", "routes", "route"),
    ("en", "sought", "seek"),
    ("en", "seeking", "seek"),
    ("en", "studies", "study"),
    ("en", "stopped", "stop"),
    ("en", "stopping", "stop"),
    ("en", "arriving", "arrive"),
    ("en", "arrived", "arrive"),
    ("en", "refugees", "refugee"),
    ("fr", "routes", "route"),
    ("fr", "filières", "filiere"),
    ("fr", "canaux", "canal"),
    ("fr", "réseaux", "reseau"),
    ("fr", "nouvelles", "nouveau"),
    ("fr", "passeuses", "passeur"),
    ("fr", "cherchaient", "chercher"),
    ("fr", "réfugiées", "refugie"),
    ("ar", "الطريق", "طريق"),
    ("ar", "والمهربين", "مهرب"),
    ("ar", "لاجئا", "لاجئ"),
]


@pytest.mark.parametrize(("language", "word", "base"), FORMS)
def test_forms_are_known(lexicon: Lexicon, language: str, word: str, base: str) -> None:
    """A form of a word leads to the word."""
    assert base in lexicon.bases(normalize(word), language)
    assert lexicon.knows(normalize(word), language)


STRANGERS = [
    ("en", "news"),  # a word of its own, and no plural
    ("en", "ghazouani"),
    ("en", "routine"),
    ("en", "طريق"),
    ("en", ""),
    ("en", "x" * 5_000),
    ("en", "\ud800"),
    ("en", "a\tb\n"),
    ("fr", "chercheurs2"),
    ("ar", "الغزواني"),
    ("ar", "route"),
    ("de", "route"),
    ("", "route"),
]


@pytest.mark.parametrize(("language", "word"), STRANGERS)
def test_strangers_are_not(lexicon: Lexicon, language: str, word: str) -> None:
    """What only looks like a form, names, other scripts and languages are not known."""
    assert lexicon.bases(word, language) == ()
    assert not lexicon.knows(word, language)


TERMS = [
    ("en", "human trafficking", "human trafficking"),
    ("en", "smuggling routes", "smuggling route"),
    ("fr", "filières de passeurs", "filiere de passeurs"),
    ("ar", "طرق التهريب", "طرق التهريب"),
    ("ar", "الاتجار بالبشر", "الاتجار بالبشر"),
    ("en", "route smuggling", ""),
    ("de", "human trafficking", ""),
]


@pytest.mark.parametrize(("language", "text", "term"), TERMS)
def test_terms(lexicon: Lexicon, language: str, text: str, term: str) -> None:
    """A term of several words is known in its regular forms, in its order alone."""
    words = tuple(map(normalize, text.split()))
    assert lexicon.term(words, language) == normalize(term)
    if term:
        assert lexicon.longest_term(words[0], language) >= len(words)


def test_names_begin_no_term(lexicon: Lexicon) -> None:
    """Of a word that begins no term, no further word is asked."""
    assert lexicon.longest_term("ghazouani", "en") == 0
    assert lexicon.longest_term("human", "fr") == 0


def test_plurals_with_an_entry_of_their_own() -> None:
    """They are also forms of their singular where both have a translation in common, and only there."""
    own = Lexicon(bundled())
    assert own.bases("soldats", "fr") == ("soldats", "soldat")
    assert own.bases("armes", "fr") == ("armes", "arme")
    for language, word in (("fr", "nouvelles"), ("fr", "fois"), ("fr", "cours"), ("en", "goods")):
        assert own.bases(word, language) == (word,)


def test_our_own_lexicon() -> None:
    """Our own table is there, and knows words of the field in three languages."""
    lexicon = Lexicon(bundled())
    for language, word in [
        ("en", "smuggling"),
        ("en", "borders"),
        ("fr", "passeurs"),
        ("ar", normalize("المهاجرين")),
    ]:
        assert lexicon.knows(word, language), word


def test_regular_forms_load_no_stemmer() -> None:
    """Words in regular forms and names are looked up without NLTK, its stemmers, NumPy or typer."""
    code = (
        "import sys; from coopsearch.search.translation.bundled import bundled; "
        "from coopsearch.search.translation.lexicon import Lexicon; lexicon = Lexicon(bundled()); "
        "assert lexicon.knows('routes', 'en') and not lexicon.knows('ghazouani', 'en'); "
        "print(*sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)  # makes the table of a checkout
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, encoding="utf-8")
    loaded = set(done.stdout.split())
    wanted = {"nltk", "numpy", "typer", "coopsearch.search.analysis.english.stemming"}
    assert not loaded & wanted
