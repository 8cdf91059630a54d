"""Numbers and codes meet in any grouping, typed either way, in texts and in fields, on both engines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.search import Index, open_index
from tests.indexed import indexed

GROUPS = {
    "iban": ["FR76", "3000", "6000", "0112", "3456", "7890", "189"],
    "phone": ["06", "12", "34", "56", "78"],
    "abroad": ["+216", "71", "123", "456"],
    "passport": ["12", "AB", "34567"],
    "plate": ["AB", "123", "CD"],
    "number": ["1", "250", "000"],
}
WAYS = {"compact": "", "spaced": " ", "dashed": "-", "dotted": ".", "nbsp": "\u00a0", "nnbsp": "\u202f"}
OTHER = {
    "grouped.txt": "The phone is 0612 34 5678 in other groups. In 2019 2020 men came.",
    "years.txt": "Between 2019 and 2020, and 20192020 is one number. Total 3250 or 3 250.",
    "list.txt": "Items 1, 250 and 000 of AB or CD. Version 76 and 3000 of 6000.",
}


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Index each code in each way, in a text and in a field."""
    folder = tmp_path_factory.mktemp(request.param)
    docs = folder / "docs"
    docs.mkdir()
    records = []
    for (kind, groups), (way, sign) in product(GROUPS.items(), WAYS.items()):
        written = sign.join(groups)
        (docs / f"{kind}-{way}.txt").write_text(f"The note says {written} there.", encoding="utf-8")
        records.append({"_id": f"{kind}-{way}", "title": "Record", "text": "Nothing.", kind: written})
    for name, text in OTHER.items():
        (docs / name).write_text(text, encoding="utf-8")
    (docs / "records.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    sync([docs], folder / "index", engine=request.param)
    with open_index(folder / "index") as opened:
        yield opened


def names(index: Index, query: str, *, require_all: bool = False) -> set[str]:
    """Return the documents that a query finds."""
    found = index.search(query, limit=None, require_all=require_all)
    return {Path(hit.path).name.removesuffix(".txt").rpartition("!")[2] for hit in found}


@pytest.mark.parametrize("kind", GROUPS)
@pytest.mark.parametrize("way", WAYS)
def test_any_grouping(index: Index, kind: str, way: str) -> None:
    """However a code is typed, it is found however it is written, as a word, in quotes and in its field."""
    written = WAYS[way].join(GROUPS[kind])
    every = {f"{kind}-{other}" for other in WAYS}
    assert names(index, written, require_all=True) >= every
    assert names(index, written) >= every
    assert names(index, f'"{written}"') >= every
    assert names(index, f'"{written}"') - every <= {"grouped"}
    assert names(index, f'{kind}:"{written}"') == every
    assert not names(index, f'record -{kind}:"{written}"') & every


def test_other_groups(index: Index) -> None:
    """Groups of other sizes are the same code, too; years, decimals and lists are no codes."""
    assert names(index, "0612345678") == {"grouped", *(f"phone-{way}" for way in WAYS)}
    assert names(index, "3250") == names(index, '"3 250"') == {"years"}
    assert "years" not in names(index, '"2019 2020"')
    assert "list" not in names(index, "AB123CD") | names(index, "1250000")


def test_best_first(index: Index) -> None:
    """What holds the code comes before what holds a group of it."""
    found = [Path(hit.path).stem for hit in index.search("06 12 34 56 78", limit=7)]
    assert set(found) == {"grouped", *(f"phone-{way}" for way in WAYS)}
    assert index.search("06 12 34 56 78").total_all == 7


def test_exact_is_as_it_is_written(index: Index) -> None:
    """An exact word stands in one piece."""
    assert names(index, "=AB123CD") == {"plate-compact"}


@pytest.mark.parametrize("way", WAYS)
def test_marked(index: Index, way: str) -> None:
    """The whole code is marked, whatever its groups are."""
    (hit,) = [hit for hit in index.search("FR7630006000011234567890189") if hit.path.endswith(f"-{way}.txt")]
    marked = "".join(hit.snippet[start:end] for start, end in hit.matches)
    assert "".join(filter(str.isalnum, marked)) == "".join(GROUPS["iban"])


def test_explained(index: Index) -> None:
    """The explanation names the grouping, and sums up to the score."""
    for hit in index.search("FR7630006000011234567890189", explain=True):
        assert sum(met.score for met in hit.explanation) == pytest.approx(hit.score, rel=1e-5)
        assert "any grouping" in {met.kind for met in hit.explanation}


def test_list_of_codes(index: Index) -> None:
    """A pasted list of many codes is answered: what would take too long is looked for as it is written."""
    codes = " ".join(f"{number}12345{number}" for number in range(10, 70))
    assert names(index, f"{codes} FR7630006000011234567890189") >= {"iban-compact"}


#: Codes as they are typed, which documents hold in other groups.
TYPED = [
    "12 AB 34567",
    "3250",
    "FR76 300060 00011234567 890189",
    "ABC 1234 567",
    "abc 1234 567",
    "+ABC +1234 +567",
    "number ABC 1234 567",
    "ref. TN59 1000 6035 1835 9847 8831",
    "19992000",
    "5558675309",
    "9987 65-43",
]


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def codes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Index codes in one grouping each, and numbers that are like their groups."""
    files = {
        "plate.txt": "Plate 12AB34567, reference abc1234567, account TN5910006035183598478831.",
        "iban.txt": "IBAN FR7630006000011234567890189 and a total of 3 250 in number.",
        "like.txt": "In 1999 and 2000: 4567, 100, 250, 555, 8675309, 1000, 1235, 568, abd, 99876544.",
        "again.txt": "Of 250 and 555 and 4567 and 100 and 1000 and 1235 and 568 and abd by number.",
    }
    with indexed(tmp_path_factory.mktemp("codes"), files, request.param) as opened:
        yield opened


@pytest.mark.parametrize("query", TYPED)
def test_no_other_number_is_suggested(codes: Index, query: str) -> None:
    """Digits are not put right, and no group of a code that was met is told as absent."""
    found = codes.diagnose(query)
    assert not found.suggestion
    if codes.search(query).total:
        assert all(part.documents for part in found.parts if part.text != "ref.")


def test_words_beside_codes(codes: Index) -> None:
    """A word beside a code is put right, and told as absent; so are the groups of a code that is in none."""
    found = codes.diagnose("acount TN59 1000 6035 1835 9847 8831")
    assert found.suggestion == "account TN59 1000 6035 1835 9847 8831"
    assert [part.text for part in found.parts if not part.documents] == ["acount"]
    absent = codes.diagnose("TN59 1000 6035 1835 9847 8832")
    assert {part.text for part in absent.parts if not part.documents} >= {"TN59", "8832"}
    rest = codes.diagnose("zyzzyva ABC 1234 567", require_all=True).without
    assert [part.text for part in rest][:1] == ["zyzzyva"]


LISTED = {
    "list.txt": "Les catégories 1, 2, 3, 4, 5, 6, 7 de la loi. Years 1999, 2000; pages 12, 34567 and 98, 76.",
    "arabic.txt": "الأرقام ١، ٢، ٣، ٤، ٥ هنا",
    "column.txt": "7\n4\n9\n1\n3\n8",
    "closed.txt": "Of 7,4,9,1,3,8 and 6;2;9;4;1 and 4 5 6 7 8 9 and [8] [2] [7] [1] [6].",
    "form.txt": "Passport 8 2 4 7 5 and 5-1-9-2-4 and B 7 3 1 9.",
    "thousands.txt": "In all 1,250,750 came, and ١٬٢٥٠٬٨٥٠, and 12,34,567.",
    "both.txt": "Of 2, 4, 6, 8, 1 it is 24 681.",
    "phone.txt": "Call +216\u00a071\u00a0983\n476 or (0)6.12.34 or №\u200b44\u200b556.",
}


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def listed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Index lists of numbers, and codes in groups."""
    with indexed(tmp_path_factory.mktemp("listed"), LISTED, request.param) as opened:
        yield opened


@pytest.mark.parametrize(
    ("code", "documents"),
    [
        ("123456", set()),
        ("2345678", set()),
        ("12345", set()),
        ("19992000", set()),
        ("1234567", {"thousands"}),
        ("9876", set()),
        ("749138", set()),
        ("62941", set()),
        ("456789", set()),
        ("82716", set()),
        ("82475", {"form"}),
        ("51924", {"form"}),
        ("B7319", {"form"}),
        ("1250750", {"thousands"}),
        ("1250850", {"thousands"}),
        ("24681", {"both"}),
        ("21671983476", {"phone"}),
        ("061234", {"phone"}),
        ("44556", {"phone"}),
    ],
)
def test_lists_are_no_codes(listed: Index, code: str, documents: set[str]) -> None:
    """A list of numbers spells no code, whatever parts them; groups with signs or blanks between do."""
    found = {Path(hit.path).stem for hit in listed.search(code)}
    assert found == documents
    assert {Path(hit.path).stem for hit in listed.search(f"{code} AND *")} == documents
    assert {Path(hit.path).stem for hit in listed.search(f'"{code}"')} == documents


def test_row_of_numbers(codes: Index) -> None:
    """Many numbers, each in no document, are not made other numbers."""
    assert not codes.diagnose(" ".join(str(number) for number in range(123450, 123800))).suggestion


def test_many_codes(listed: Index) -> None:
    """Of very many codes the first are looked for in any grouping, and the answer says so."""
    codes = " ".join(f"12345{number}" for number in range(200))
    found = listed.search(f"82475 {codes} 1250750")
    assert {Path(hit.path).stem for hit in found} >= {"form"}
    assert any("looked for in any grouping, and the others" in note for note in found.notes)
    assert not any("any grouping" in note for note in listed.search("82475 1250750").notes)
