"""The query language, row by row: what is typed, what it means, which documents answer, on both engines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.search import Index
from tests.indexed import indexed

TEXTS = {
    "boat": "Boats at night\n\nSmugglers move people by boat across the sea. The guard stopped two boats.",
    "route": "Smuggling routes\n\nSmuggling routes cross the desert. Human traffickers use the old routes.",
    "border": "Cross-border cooperation\n\nCross-border police cooperation improves. Border guards share.",
    "asylum": "Asylum law\n\nThe asylum seekers wait for a decision. An appeal is lodged within 30 days.",
    "trade": "Trade\n\nTrade between Tunisia and Libya grew. Customs officers found 1,250 cartons.",
    "police": "Police training\n\nThe police academy trains officers. Ask desk@example.org, the U.S. team.",
    "words": "On words\n\nTo be or not to be, and so on: near or far.",
    "report": "Annual report\n\nThe annual report of the academy was not published. Costs: 42 dinars.",
    "mer": "Réfugiés en mer\n\nLes réfugiés traversent la Méditerranée. Les passeurs quittent la côte.",
    "accord": "Accord\n\nL'accord de coopération militaire protège les frontières. L'œuvre commune continue.",
    "enquete": "Enquête\n\nL'enquête sur les passeurs avance. Aujourd’hui, trois suspects sont arrêtés.",
    "loi": "Loi sur l'asile\n\nLa loi sur l'asile change. Le droit d'asile reste garanti.",
    "hudud": "أمن الحدود\n\nتعزز الشرطة أمن الحدود. التعاون بين البلدين مستمر.",
    "tahrib": "شبكات التهريب\n\nيستخدم المهربون طرقا قديمة في الصحراء. أوقفت الشرطة ١٢ شخصا.",
    "lajiin": "اللاجئون\n\nوصل اللاجئون إلى الساحل ليلا. يطلبون الحماية، والمساعدة.",
    "mixed": (
        "Communiqué\n\nThe minister spoke of fisheries to the press.\n\n"
        "Le ministre a parlé de la pêche à la presse.\n\nتحدث الوزير عن الصيد إلى الصحافة."
    ),
}
RECORDS = [
    {"_id": "r1", "title": "Tunis", "text": "A note about ports.", "country": "TN", "year": 2018,
     "date": "2018-03-04", "author": "Amal Benali"},
    {"_id": "r2", "title": "Tripoli", "text": "A note on harbours and ports.", "country": "LY", "year": 2020,
     "date": "2020-07-15", "author": "Omar Sassi"},
    {"_id": "r3", "title": "Marseille", "text": "Un billet sur le quai.", "country": "FR", "year": 2021,
     "date": "2021-01-10", "author": "Claire Benali", "price": "-4.5"},
]  # fmt: skip

#: What is typed; what it means; the documents that answer, in no order.
ROWS: list[tuple[str, str, str]] = [
    # Words.
    ("boat", "a word", "boat"),
    ("boats", "in another form", "boat"),
    ("BOAT", "in capitals", "boat"),
    ("smuggler", "one of a family of words", "boat route"),
    ("desert boat", "either word", "route boat"),
    ("zyzzyva", "a word that no document holds", ""),
    ("zyzzyva boat", "a missing word takes nothing away", "boat"),
    ("refugies", "accents left out", "mer"),
    ("RÉFUGIÉE", "another gender, in capitals", "mer"),
    ("mediterranee", "accents left out", "mer"),
    ("Méditerranée", "a word as it stands", "mer"),
    ("l'asile", "an article before it", "loi"),
    ("l’asile", "with a typographic apostrophe", "loi"),
    ("d'asile", "another article", "loi"),
    ("oeuvre", "a ligature spelt out", "accord"),
    ("œuvre", "a ligature", "accord"),
    ("aujourd'hui", "an apostrophe inside", "enquete"),
    ("frontière", "singular for plural", "accord"),
    ("passeur", "singular for plural", "mer enquete"),
    ("حدود", "without the article", "hudud"),
    ("الحدود", "with the article", "hudud"),
    ("والحدود", "with a conjunction", "hudud"),
    ("شرطة", "without the article", "hudud tahrib"),
    ("الشرطه", "heh for teh marbuta", "hudud tahrib"),
    ("التعــاون", "with tatweel", "hudud"),
    ("تَعَاوُن", "with vowel signs", "hudud"),
    ("امن", "alef without hamza", "hudud"),
    ("المهرب", "another form", "tahrib"),
    ("12", "a number in other digits", "tahrib"),
    ("١٢", "a number in its own digits", "tahrib"),
    ("1250", "a number without its comma", "trade"),
    ("1,250", "a number with its comma", "trade"),
    ("٤٢", "a number in Arabic digits", "report"),
    ("cross-border", "a compound", "border"),
    ("crossborder", "the compound as one word", "border"),
    ("cross‑border", "with a hyphen that does not break", "border"),
    ("desk@example.org", "an address", "police"),
    ("example.org", "a part of an address", "police"),
    ("US", "an abbreviation without dots", "police"),
    ("U.S.", "an abbreviation", "police"),
    # Exact.
    ("=boats", "the very form", "boat"),
    ("=boating", "a form that does not stand there", ""),
    ("=smuggler", "not its plural", ""),
    ("=smugglers", "the plural", "boat"),
    ("=réfugiés", "accents do not matter to a form", "mer"),
    ("=refugie", "the singular does", ""),
    ("=حدود", "without the article it is another form", ""),
    ("=الحدود", "with the article it is the form", "hudud"),
    ('"boats"', "one word in quotes is exact, too", "boat"),
    ('"boating"', "a form that does not stand there", ""),
    # Phrases.
    ('"smuggling routes"', "side by side", "route"),
    ('"routes smuggling"', "not the other way round", ""),
    ('"old routes"', "side by side", "route"),
    ('"the old routes"', "with a function word", "route"),
    ('"old the routes"', "in this order only", ""),
    ("“old routes”", "typographic quotes", "route"),
    ("„old routes“", "German quotes", "route"),
    ("«old routes»", "French quotes", "route"),
    ("« old routes »", "French quotes with blanks", "route"),
    ("‹old routes›", "single French quotes", "route"),
    ("«droit d'asile»", "a French phrase", "loi"),
    ('"droit asile"', "an article is no word of its own", "loi"),
    ('"أمن الحدود"', "an Arabic phrase", "hudud"),
    ("«أمن الحدود»", "an Arabic phrase in French quotes", "hudud"),
    ('"الحدود أمن"', "not the other way round", ""),
    ('"cross border police"', "a compound in parts", "border"),
    ('"cross-border police"', "a compound in a phrase", "border"),
    ('"boat. The"', "signs between words do not count", ""),
    ('"sea. The guard"', "a full stop does not part words", "boat"),
    ('"police officers"~4', "at most four words between", "police"),
    ('"police officers"~1', "one is too few", ""),
    ('"officers police"~4', "in either order", "police"),
    ('"desert routes"~3', "in either order, near enough", "route"),
    ('"desert routes"~0', "without slack as the phrase", ""),
    ('"smuggling routes" "old routes"', "two phrases, either", "route"),
    # Near.
    ("smuggling NEAR/2 desert", "at most two words between", ""),
    ("smuggling NEAR/3 desert", "at most three words between", "route"),
    ("desert NEAR/3 smuggling", "in either order", "route"),
    ("smuggling ONEAR/3 desert", "in this order", "route"),
    ("desert ONEAR/3 smuggling", "not in that", ""),
    ("police NEAR/0 cooperation", "side by side", "border"),
    ("cooperation NEAR/0 police", "side by side in either order", "border"),
    ("police ONEAR/0 cooperation", "side by side in this order", "border"),
    ("boat NEAR sea", "near without a number", "boat"),
    ("(boat OR ship) NEAR/4 sea", "one of several near another", "boat"),
    ("smugg* NEAR/6 sea", "a pattern near a word", "boat"),
    ("=boat NEAR/3 sea", "an exact word near any form", "boat"),
    ("=boats NEAR/1 sea", "the other form is too far", ""),
    ("passeurs NEAR/3 côte", "near in French", "mer"),
    ("الشرطة NEAR/1 الحدود", "near in Arabic", "hudud"),
    ("boat NEAR/9 desert", "two documents are never near", ""),
    # AND, OR, NOT.
    ("boat AND sea", "both", "boat"),
    ("boat AND desert", "both, in one document", ""),
    ("boat && sea", "both", "boat"),
    ("boat OR desert", "either", "boat route"),
    ("boat || desert", "either", "boat route"),
    ("police NOT academy", "one without the other", "border"),
    ("police AND NOT academy", "one without the other", "border"),
    ("police -academy", "one without the other", "border"),
    ("police !academy", "one without the other", "border"),
    ("police −academy", "with a true minus", "border"),
    ("police - academy", "a lone dash is nothing", "border police report"),
    ("NOT NOT boat", "twice not is yes", "boat"),
    ("officers AND police OR desert", "AND binds closer than OR", "police route"),
    ("desert OR officers AND police", "in either order", "police route"),
    ("(desert OR officers) AND police", "parentheses first", "police"),
    ("(desert OR officers) -police", "a group without a word", "route trade"),
    ("officers -(police OR boat)", "without any of a group", "trade"),
    ("officers -(police AND boat)", "without both together", "trade police"),
    ("((boat))", "parentheses around parentheses", "boat"),
    ("(boat AND sea) OR (desert AND routes)", "a group or another", "boat route"),
    ("(boat AND (sea OR desert)) OR asile", "groups in groups", "boat loi"),
    ("boat and sea", "and in small letters is a word", "boat trade words r2"),
    ("not boat", "not in small letters is a word", "boat words report"),
    ("far or boat", "or in small letters is a word", "boat words"),
    ('"or not"', "in quotes it is a word", "words"),
    ("=and", "and as it stands", "trade words r2"),
    ('boat AND "AND"', "an operator in quotes is a word", ""),
    ('Tunisia AND "AND"', "an operator in quotes is a word", "trade"),
    ("NEAR far", "NEAR before a word joins nothing", "words"),
    # + and -.
    ("+boat desert", "the first is demanded", "boat"),
    ("+police academy", "the first is demanded, the second ranks", "border police"),
    ("+police +academy", "both are demanded", "police"),
    ("+police -academy", "one demanded, one forbidden", "border"),
    ("academy +officers", "the second is demanded", "police trade"),
    ("+(boat desert) -sea", "a group is demanded", "route"),
    ('+"old routes" boat', "a phrase is demanded", "route"),
    ('officers -"police academy"', "a phrase is forbidden", "trade"),
    ("-boat -route", "all but some, and only patterns say all", "*-boat-route"),
    ("passeurs -enquête", "forbidden in French", "mer"),
    ("الشرطة -الحدود", "forbidden in Arabic", "tahrib"),
    ("+الشرطة +الصحراء", "demanded in Arabic", "tahrib"),
    ("cross-border -police", "the hyphen inside a word is none", ""),
    # Patterns.
    ("smugg*", "the beginning of a word", "boat route"),
    ("*ggling", "the end of a word", "route"),
    ("*ugg*", "the middle of a word", "boat route"),
    ("b?at", "one character", "boat"),
    ("b??t", "two characters", "boat"),
    ("bo?t*", "both signs", "boat"),
    ("réfug*", "the beginning with an accent", "mer"),
    ("refug*", "the beginning without it", "mer"),
    ("*uetes", "an end that no word has", ""),
    ("enqu?te", "a letter with an accent", "enquete"),
    ("المهرب*", "the beginning of an Arabic word", "tahrib"),
    ("*ربون", "the end of an Arabic word", "tahrib"),
    ("zyz*", "fits nothing", ""),
    ("smugg* -boat", "a pattern and a forbidden word", "route"),
    ("*", "every document", "*"),
    ("*:*", "every document, as in Lucene", "*"),
    ("* -boat", "every document but one", "*-boat"),
    # Fuzzy.
    ("smugling~", "a letter left out", "route"),
    ("smuglers~1", "a letter left out", "boat"),
    ("smgglers~1", "a vowel left out", "boat"),
    ("dessert~1", "a letter too many", "route"),
    ("dezzert~1", "two letters wrong", ""),
    ("dezzert~2", "two letters may be wrong", "route"),
    ("mediteranee~1", "a letter left out in French", "mer"),
    ("المهربن~1", "a letter left out in Arabic", "tahrib"),
    ("desert~0.8", "how much must stay, as in older Lucene", "route"),
    # Expressions.
    ("/smuggl(er|ing)s?/", "one of several endings", "boat route"),
    ("/b[aeo]+t/", "a set of letters", "boat"),
    ("/boat/", "a whole word", "boat"),
    ("/oat/", "not a part of one", ""),
    ("/.*oat/", "anything before", "boat"),
    ("/réfugi.*/", "with an accent", "mer"),
    ("/[0-9]{4}/", "four digits", "trade"),
    ("/المهرب.*/", "an Arabic expression", "tahrib"),
    ("title:/b.ats?/", "in a field", "boat"),
    ("police AND /acad.*/", "beside words", "police"),
    # Fields.
    ("title:boats", "in the title", "boat"),
    ("title:sea", "not in the text", ""),
    ("title:asile", "in a French title", "loi"),
    ("title:الحدود", "in an Arabic title", "hudud"),
    ("title:(asylum OR boats)", "a group in the title", "asylum boat"),
    ("title:(asylum AND boats)", "both in one title", ""),
    ('title:"asylum law"', "a phrase in the title", "asylum"),
    ("title:asyl*", "a pattern in the title", "asylum"),
    ("title:report~1", "a fuzzy word in the title", "report"),
    ("police title:training", "a word or one in the title", "police border"),
    ("+police +title:training", "a word and one in the title", "police"),
    ("-title:police officers", "not in the title", "trade"),
    ("text:boat", "in the text", "boat"),
    ("path:boat", "in the path", "boat"),
    ("path:*.jsonl*", "a pattern of the path", "r1 r2 r3"),
    ("lang:fr", "passages in French", "mer accord enquete loi mixed r3"),
    ("lang:ar", "passages in Arabic", "hudud tahrib lajiin mixed"),
    ("lang:french ministre", "a language by its name", "mixed"),
    ("lang:عربي الشرطة", "a language by its Arabic name", "hudud tahrib"),
    ("lang:ar lang:en", "both languages in one document", "mixed"),
    ("lang:fr -lang:ar passeurs", "one language and not another", "mer enquete"),
    ("type:jsonl", "a format", "r1 r2 r3"),
    ("type:jsonl harbours", "a format narrows", "r2"),
    ("country:TN", "a field of the documents", "r1"),
    ("country:tn", "in small letters", "r1"),
    ("country:(TN OR LY)", "a group of values", "r1 r2"),
    ("author:benali", "a word of a field", "r1 r3"),
    ('author:"amal benali"', "a value of several words", "r1"),
    ("author:ben*", "a pattern in a field", "r1 r3"),
    ("country:*", "has the field", "r1 r2 r3"),
    ("price:*", "has the field", "r3"),
    ("ports -country:TN", "not that value", "r2"),
    # Numbers and dates.
    ("year:2020", "a number", "r2"),
    ("year:[2018 TO 2020]", "a range with its bounds", "r1 r2"),
    ("year:{2018 TO 2020]", "without the lower bound", "r2"),
    ("year:[2018 TO 2020}", "without the upper bound", "r1"),
    ("year:[2019 TO *]", "open above", "r2 r3"),
    ("year:[* TO 2019]", "open below", "r1"),
    ("year:>2018", "more than", "r2 r3"),
    ("year:>=2020", "at least", "r2 r3"),
    ("year:<2020", "less than", "r1"),
    ("year:≤2020", "at most, with one sign", "r1 r2"),
    ("price:<0", "below zero", "r3"),
    ("price:[-5 TO -4]", "a range below zero", "r3"),
    ("year:>2018 ports", "a range narrows", "r2"),
    ("date:2018", "a year", "r1"),
    ("date:2018-03", "a month", "r1"),
    ("date:2018-03-04", "a day", "r1"),
    ("date:2018-03-05", "another day", ""),
    ("date:2018..2020", "years from to", "r1 r2"),
    ("date:..2019", "up to a year", "r1"),
    ("date:[2018 TO 2020-07]", "a range of dates", "r1 r2"),
    ("date:[2018-03-04 TO 2020-07-15}", "without the last day", "r1"),
    ("date:<2020", "before a year", "r1"),
    ('date:"July 2020"', "a month by its name", "r2"),
    ("date:mars 2018", "a month by its French name", "r1"),
    ("date:يوليو 2020", "a month by its Arabic name", "r2"),
    ("date:٢٠١٨", "a year in Arabic digits", "r1"),
    ("ports date:2020", "a date narrows", "r2"),
    ("type:jsonl -date:2020", "not that year", "r1 r3"),
    # Signs, directions, escapes.
    ("boat?", "a question mark at the end", "boat"),
    ("boat!", "an exclamation mark", "boat"),
    ("boat, desert; sea.", "commas and stops", "boat route"),
    ("الحدود، الصحراء؛", "Arabic commas", "hudud tahrib"),
    ("الصحراء؟", "an Arabic question mark", "tahrib"),
    ("\u202bالحدود\u202c", "marks of direction", "hudud"),
    ("\u200fboat\u200e", "marks of direction", "boat"),
    ("\u202eboat\u202c", "an override of direction", "boat"),
    ("boat الحدود", "two scripts", "boat hudud"),
    ("+police +cooperation -الحدود", "two scripts and signs", "border"),
    ('"أمن الحدود" OR "old routes"', "phrases in two scripts", "hudud route"),
    (r"boat\!", "an escaped sign", "boat"),
    (r"\+boat", "an escaped plus", "boat"),
    (r"cross\-border", "an escaped hyphen", "border"),
    (r"title\:boat", "an escaped colon is no field: both words side by side", ""),
    (r"\(boat\)", "escaped parentheses", "boat"),
    ("b̶o̶a̶t̶", "struck through", "boat"),
    ("the of", "function words alone are searched for", "boat route asylum police report mixed"),
    ("boat^3 desert", "a boost changes the order alone", "boat route"),
    ("(boat OR desert)^2", "a group's boost", "boat route"),
    ('"old routes"^2', "a phrase's boost", "route"),
]


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of the documents."""
    texts = {f"{name}.txt": text for name, text in TEXTS.items()}
    texts["records.jsonl"] = "\n".join(json.dumps(record, ensure_ascii=False) for record in RECORDS)
    with indexed(tmp_path_factory.mktemp("table"), texts, request.param) as opened:
        yield opened


def _names(index: Index, query: str) -> list[str]:
    paths = [Path(hit.path).name for hit in index.search(query, limit=100)]
    return [path.partition("!")[2] or path.removesuffix(".txt") for path in paths]


def _wanted(answer: str) -> set[str]:
    if not answer.startswith("*"):
        return set(answer.split())
    everything = {*TEXTS, *(str(record["_id"]) for record in RECORDS)}
    return everything - set(answer[1:].split("-"))


@pytest.mark.parametrize(("query", "meaning", "answer"), ROWS, ids=[repr(row[0]) for row in ROWS])
def test_row(index: Index, query: str, meaning: str, answer: str) -> None:
    """A query finds the documents that its meaning says, no more and no fewer."""
    assert set(_names(index, query)) == _wanted(answer), meaning


def test_length() -> None:
    """The table says much, in three languages, and nothing twice."""
    assert len(ROWS) >= 200
    assert len({query for query, _, _ in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    ("query", "first"),
    [("boat^9 desert", "boat"), ("boat desert^9", "route"), ("(boat)^9 desert", "boat"),
     ('boat "old routes"^9', "route")],
)  # fmt: skip
def test_boost(index: Index, query: str, first: str) -> None:
    """What is boosted comes first."""
    assert _names(index, query)[0] == first
