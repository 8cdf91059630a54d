"""Full names: who is met, who is not, and that the name as it was typed comes first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from coopsearch.search import Index, QueryError
from coopsearch.search.names.compounds import parts_of
from tests.indexed import indexed

TEXTS = {
    "m-tebboune": "Le ministre a rencontré M. Tebboune hier soir dans la capitale.",
    "a-rencontre": "Il a rencontré Tebboune hier et a Tebboune il a parlé.",
    "ahmed-tebboune": "Mr Ahmed Tebboune spoke in the house.",
    "a-dot": "The paper by A. Tebboune was read in the house.",
    "tebboune-a": "See Tebboune, A. in the list of authors.",
    "met-smith": "I met Smith at the station in the morning.",
    "y-smith": "Il y a Smith dans la maison et y Smith travaille.",
    "smith5m": "The wall of Smith 5 m high fell down.",
    "mary-smith": "Mary Smith wrote a book about walls.",
    "mary-j-smith": "Mary J. Smith wrote another book.",
    "k-smith": "We talked to K Smith about it.",
    "others-may": "The others may go, and others may stay at home.",
    "theresa-may": "Theresa May spoke to the House of Commons.",
    "rose-may": "Rose May lives in a house by the sea.",
    "may-rose": "He may have said rose.",
    "putin": "Vladimir Putin arrived in the town on Monday.",
    "poutine": "Vladimir Poutine est venu lundi.",
    "ru": "Владимир Путин прибыл в понедельник.",
    "putin-ar": "وصل فلاديمير بوتين",
    "kais": "Kais Saied spoke on Monday in the town.",
    "qais": "تحدث قيس سعيد",
    "qays": "Qais Saied a parlé.",
    "muammar": "Muammar Gaddafi ruled the land.",
    "moammar-ar": "كان معمر القذافي يحكم البلاد",
    "mouammar": "Mouammar Kadhafi est mort.",
    "abdelmajid": "Abdelmajid Tebboune spoke on Monday.",
    "abd-ar": "تحدث عبد المجيد تبون في العاصمة",
    "abd-ar1": "تحدث عبدالمجيد تبون",
    "abdel-majid": "Abdel-Majid Tebboune a parlé.",
    "abdelmadjid": "Le president Abdelmadjid Tebboune est venu.",
    "younes": "Abdel Fattah Younes was killed.",
    "younes-ar": "قتل عبد الفتاح يونس",
    "younes1": "Abdelfattah Younis was a general.",
    "baghdadi": "Abu Bakr al-Baghdadi was killed.",
    "baghdadi-ar": "قتل أبو بكر البغدادي",
    "baghdadi1": "Aboubakr el Baghdadi est mort.",
    "benali": "Zine Benali est mort",
    "ben-ali": "Zine Ben Ali est mort.",
    "ben-ali-ar": "مات زين العابدين بن علي",
    "abderrahmane": "Abderrahmane Youssoufi est mort.",
    "abd-rahman": "مات عبد الرحمن اليوسفي",
    "abdur": "Abdur Rahman Youssoufi died.",
    "abdallah": "King Abdullah Saleh died.",
    "abdallah-ar": "مات عبد الله صالح",
    "abdoullah": "Abdallah Saleh est mort.",
    "signed": "It was signed by M. O. Ghazouani.",
    "gh": "GHAZOUANI, Mohamed Cheikh El",
    "m-gh": "The report of M. Ghazouani was read in the house.",
    "te": "T.E. Lawrence wrote it.",
}
# What looks like an initial, and like a name.
TEXTS |= {
    "small": "s. smith et d. smith",
    "on-saleh": "تحدث على لصالح البلد وعلى صالح العام",
    "ali-saleh": "مات علي صالح",
    "sam-smith": "S. SMITH: see the annex.",
    "and-diallo": "وعبد الله ديالو في باماكو",
    "by-salman": "التقى بمحمد بن سلمان ليلا",
    "salman": "Mohammed bin Salman left.",
    "mohammed": "قال محمد شيئا",
    "benflis-ar": "قال علي بن فليس اليوم",
    "benflis": "Ali Benflis said no.",
    "ben-bella-ar": "الرئيس أحمد بن بلة",
    "ben-bella": "Ahmed Ben Bella agreed.",
    "abu-zeid-ar": "رحل أبو زيد",
    "abu-zeid": "Abou Zeid fled.",
    "sid": "Monsieur Sid stayed.",
}


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of small texts with full names."""
    files = {f"{name}.txt": f"{text}\n" for name, text in TEXTS.items()}
    with indexed(tmp_path_factory.mktemp("full"), files, request.param) as opened:
        yield opened


def found(index: Index, query: str) -> list[str]:
    """Return the names of the files that a query finds, the best first."""
    return [hit.path.rsplit("/", 1)[1].removesuffix(".txt") for hit in index.search(query, limit=None).hits]


@pytest.mark.parametrize(
    ("query", "first", "others"),
    [
        ('~"Ahmed Tebboune"', "ahmed-tebboune", "tebboune-a a-dot"),
        ('~"Idris Smith"', "", ""),
        ('~"Yves Smith"', "", ""),
        ('~"Mary Smith"', "mary-smith mary-j-smith", ""),
        ('~"Karl Smith"', "", "k-smith"),
        ('~"Theresa May"', "theresa-may", ""),
        ('~"Rose May"', "rose-may", "may-rose"),
        ('~"Vladimir Putin"', "putin", "putin-ar poutine ru"),
        ('~"Владимир Путин"', "ru", "putin putin-ar poutine"),
        ('~"Kais Saied"', "kais", "qais qays"),
        ('~"قيس سعيد"', "qais", "kais qays"),
        ('~"Muammar Gaddafi"', "muammar", "mouammar moammar-ar"),
        ('~"معمر القذافي"', "moammar-ar", "mouammar muammar"),
        ('~"Abdelmajid Tebboune"', "abdelmajid abdel-majid", "abd-ar1 abdelmadjid abd-ar tebboune-a a-dot"),
        ('~"عبد المجيد تبون"', "abd-ar", "abdel-majid abd-ar1 abdelmajid abdelmadjid"),
        ('~"عبدالمجيد تبون"', "abd-ar1", "abdel-majid abd-ar abdelmajid abdelmadjid"),
        ('~"Abdel Fattah Younes"', "younes", "younes1 younes-ar"),
        ('~"عبد الفتاح يونس"', "younes-ar", "younes1 younes"),
        ('~"Abdelfattah Younis"', "younes1", "younes-ar younes"),
        ('~"Aboubakr el Baghdadi"', "baghdadi1", "baghdadi-ar baghdadi"),
        ('~"Abu Bakr al-Baghdadi"', "baghdadi", "baghdadi-ar baghdadi1"),
        ('~"أبو بكر البغدادي"', "baghdadi-ar", "baghdadi1 baghdadi"),
        ('~"Zine Ben Ali"', "ben-ali", "benali ben-ali-ar"),
        ('~"Zine Benali"', "benali", "ben-ali-ar ben-ali"),
        ('~"Abderrahmane Youssoufi"', "abderrahmane", "abd-rahman abdur"),
        ('~"عبد الرحمن اليوسفي"', "abd-rahman", "abderrahmane abdur"),
        ('~"Abdallah Saleh"', "abdoullah", "abdallah abdallah-ar"),
        ('~"عبد الله صالح"', "abdallah-ar", "abdallah abdoullah"),
        ('~"Mohamed Ould Ghazouani"', "gh", "signed m-gh"),
        ('~"Thomas Edward Lawrence"', "", "te"),
        ('~"Sam Smith"', "", "sam-smith"),
        ('~"Ali Saleh"', "", "ali-saleh"),
        ('~"علي صالح"', "ali-saleh", ""),
    ],
)
def test_who_is_met(index: Index, query: str, first: str, others: str) -> None:
    """The name as typed first, then its other spellings, and nobody else."""
    met = found(index, query)
    assert set(met) == {*first.split(), *others.split()}
    assert set(met[: len(first.split())]) == set(first.split())


def test_monsieur_is_no_first_name(index: Index) -> None:
    """In French *M.* is a title, beside whatever name; elsewhere it is an initial."""
    assert "m-tebboune" not in found(index, '~"Mohamed Tebboune"')
    assert "m-gh" in found(index, '~"Mohamed Ghazouani"')


@pytest.mark.parametrize(
    ("query", "others"),
    [
        ("~Abdelmajid", "abdelmajid abdel-majid abdelmadjid abd-ar abd-ar1"),
        ("~Muammar", "muammar mouammar moammar-ar"),
        ("~معمر", "muammar mouammar moammar-ar"),
    ],
)
def test_one_name_of_two_words(index: Index, query: str, others: str) -> None:
    """A given name alone is met as one word and as two, in both directions."""
    assert set(found(index, query)) == set(others.split())


@pytest.mark.parametrize(
    ("name", "typed", "rests"),
    [
        ("mohamed ould ghazouani", "mohamed ghazouani", ""),
        ("abdel fattah el sisi", "abdel fattah sisi", "fattah"),
        ("abderrahmane youssoufi", "abderrahmane youssoufi", "rahmane"),
        ("abdennour x", "abdennour", "nour"),
        ("abdallah saleh", "abdallah saleh", "allah"),
        ("عبد الله صالح", "عبد الله صالح", "allah"),
        ("عبد الرحمن", "عبد الرحمن", "رحمن"),
        ("aboubakr baghdadi", "aboubakr baghdadi", "bakr"),
        ("abu bakr baghdadi", "bakr baghdadi", ""),
        ("benali", "benali", "ali"),
        ("ben", "ben", ""),
        ("abdou diouf", "abdou diouf", ""),
        ("", "", ""),
    ],
)
def test_parts(name: str, typed: str, rests: str) -> None:
    """What is written before a name is a part of it where it makes another name."""
    told = parts_of(tuple(name.split()))
    assert " ".join(word for part in told for word in part.typed) == typed
    assert " ".join(part.rest for part in told if part.rest) == rests


@pytest.mark.parametrize(
    "query", ["~Om*", "~Omar~1", "name:Om*", "name:/om.*/", "name:[a TO b]", "name:*", "name:>a"]
)
def test_a_pattern_of_names_is_refused(index: Index, query: str) -> None:
    """It would find any words."""
    with pytest.raises(
        QueryError, match="stands before a pattern or a range, and a name is found by its sound"
    ):
        index.search(query)


@pytest.mark.parametrize("query", ["title:~Omar", "~title:Omar", 'heading:~"Omar Ali"', "text:~Omar"])
def test_a_name_in_a_field_is_refused(index: Index, query: str) -> None:
    """Names are looked for in the whole text."""
    with pytest.raises(
        QueryError, match="names are looked for in the whole text; write ~ before the name alone"
    ):
        index.search(query)


def test_names_in_parentheses(index: Index) -> None:
    """The sign is of each of them."""
    assert set(found(index, "~(Muammar OR Abdelmajid)")) == {
        *found(index, "~Muammar"),
        *found(index, "~Abdelmajid"),
    }


@pytest.mark.parametrize(
    ("query", "note"),
    [('~"Vladimir Putin"~3', "~3 is left out"), ('name:="Vladimir Putin"', "= is left out")],
)
def test_what_says_nothing_of_a_name_is_told(index: Index, query: str, note: str) -> None:
    """A distance and a sign for what is written."""
    results = index.search(query)
    assert results.hits
    assert any(one.startswith(note) for one in results.notes), results.notes


def test_parts_of_a_name_are_named_as_they_can_be_typed(index: Index) -> None:
    """Below a full name that nobody has, each part stands as a name."""
    told = str(index.diagnose('~"Muammar Xyzzy"'))
    assert "~Muammar" in told
    assert "=Muammar" not in told


@pytest.mark.parametrize(
    ("query", "others"),
    [
        ('~"عبد الله ديالو"', "and-diallo"),
        ('~"Abdullah Diallo"', "and-diallo"),
        ('~"محمد بن سلمان"', "by-salman salman"),
        ('~"Mohammed bin Salman"', "by-salman salman"),
    ],
)
def test_a_name_behind_a_particle(index: Index, query: str, others: str) -> None:
    """What Arabic writes together with the first word of a name hides it in neither direction."""
    assert set(found(index, query)) == set(others.split())


@pytest.mark.parametrize(
    ("query", "others"),
    [
        ('~"Ali Benflis"', "benflis benflis-ar"),
        ('~"علي بن فليس"', "benflis benflis-ar"),
        ('~"Ahmed Ben Bella"', "ben-bella ben-bella-ar"),
        ('~"أحمد بن بلة"', "ben-bella ben-bella-ar"),
    ],
)
def test_a_part_that_may_be_other_words(index: Index, query: str, others: str) -> None:
    """Beside other parts of a name, what is near is met whatever else its letters mean: فليس, *so is not*."""
    assert set(found(index, query)) == set(others.split())


@pytest.mark.parametrize("query", ['~"Abu Zeid"', '~"أبو زيد"', "~Abouzeid"])
def test_a_father_by_his_son_alone(index: Index, query: str) -> None:
    """*Father of* belongs to a name that has nothing else: Abu Zeid is nobody who is called Sid."""
    assert set(found(index, query)) == {"abu-zeid", "abu-zeid-ar"}
