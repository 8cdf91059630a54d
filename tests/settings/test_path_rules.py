"""Days and fields out of paths: what rules match, and what an index makes of them."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import cast

import pytest

from coopsearch.indexer import compare, sync
from coopsearch.search import Facet, open_index
from coopsearch.search.engines import NAMES
from coopsearch.search.errors import SettingsError
from coopsearch.search.settings.path_rules import NOTHING, PathRules
from tests.conftest import Run

SPEECHES = "speeches/{year}/{country}/*"


@pytest.mark.parametrize(
    ("rule", "path", "day", "fields"),
    [
        (SPEECHES, "speeches/1975/TUN/a.txt", "1975-01-01", {"country": "TUN"}),
        (SPEECHES, "corpus/speeches/1975/TUN/a.txt", "1975-01-01", {"country": "TUN"}),
        (SPEECHES, "/srv/data/speeches/1975/TUN/a.txt", "1975-01-01", {"country": "TUN"}),
        (SPEECHES, "my-speeches/1975/TUN/a.txt", "", {}),
        (SPEECHES, "speeches/1975/TUN/deep/a.txt", "", {}),
        (SPEECHES, "speeches/75/TUN/a.txt", "", {}),
        (SPEECHES, "speeches/1975/a.txt", "", {}),
        ("speeches/{year}/", "speeches/1975/TUN/deep/a.txt", "1975-01-01", {}),
        ("speeches/**/{country}.txt", "speeches/1975/x/TUN.txt", "", {"country": "TUN"}),
        ("speeches/**/{country}.txt", "speeches/TUN.txt", "", {"country": "TUN"}),
        ("{date}-{office}.pdf", "reports/2024-01-31-Tunis.pdf", "2024-01-31", {"office": "Tunis"}),
        ("{date}-{office}.pdf", "reports/20240131-Tunis-2.pdf", "2024-01-31", {"office": "Tunis-2"}),
        ("{date}-{office}.pdf", "reports/2024-02-31-Tunis.pdf", "", {"office": "Tunis"}),
        ("{date}_*", "20240131_note.md", "2024-01-31", {}),
        ("{year}/{month}/*", "2024/3/a.txt", "2024-03-01", {}),
        ("{year}/{month}/{day}/*", "2024/03/9/a.txt", "2024-03-09", {}),
        ("{year}-{month}-{day} *", "notes/2024-13-01 a.txt", "", {}),
        ("{month}/{day}/*", "3/9/a.txt", "", {}),
        ("{pays}/*.txt", "Algérie/a.txt", "", {"pays": "Algérie"}),
        ("{pays}/*.txt", "تونس/تقرير.txt", "", {"pays": "تونس"}),
        ("{case}?.txt", "AB1.txt", "", {"case": "AB"}),
        ("a.b/{x}", "aXb/c", "", {}),
        ("[a]+/{x}", "[a]+/c", "", {"x": "c"}),
        ("**/{a}/**/b/**", "x/y/b/c/d", "", {"a": "x"}),
        ("**/{a}/**", "x", "", {}),
    ],
)
def test_rules(rule: str, path: str, day: str, fields: dict[str, str]) -> None:
    """A rule matches the end of a path, from any folder on, and nothing else."""
    assert PathRules([rule]).given(path) == (day, tuple(sorted(fields.items())))


def test_several_rules() -> None:
    """All rules that match count, and the first of two that give the same."""
    rules = PathRules(["{year}/{country}/*", "{region}/{date}*", "{country}/{date}*"])
    assert rules.given("2019/TUN/2020-02-03.txt") == ("2019-01-01", (("country", "TUN"), ("region", "TUN")))
    assert rules.given("2019/TUN/a.txt").mark != rules.given("2019/LBY/a.txt").mark
    assert rules.given("a.txt") == NOTHING
    assert NOTHING.mark == ""


@pytest.mark.parametrize(
    "rule",
    [
        "", "/", "a/b/*", "{year", "year}", "{}", "{Year}", "{a b}", "{title}", "{path}", "{x}/{x}", "{_a}",
        "{a}*{b}*", "{a}" + "x" * 400, "a\n{b}", "{(?P<a>b)}",
    ],
)  # fmt: skip
def test_bad_rules(rule: str) -> None:
    """A rule that makes no sense is refused, in one line that shows it."""
    with pytest.raises(SettingsError) as caught:
        PathRules([rule])
    assert "\n" not in str(caught.value)


def test_a_long_path_is_quick() -> None:
    """No rule takes long on a path that it does not match: names of 255 characters, three open places."""
    rules = PathRules(["**/{a}x{b}x{c}/**/{year}", "{a}x{b}x{c}/{d}x{e}x{f}/**/{g}x{h}x{i}/{year}"])
    assert rules.given("/".join(["x" * 255] * 4)) == NOTHING
    assert rules.given("/".join(["x" * 255] * 15)) == NOTHING
    assert rules.given("/".join("x" * 500)) == NOTHING
    assert PathRules(["**/{a}/**/b/**/c/**/{d}/*"]).given("/".join("b" * 100)) == NOTHING


@pytest.fixture(params=NAMES)
def corpus(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder of speeches by year and country, with an index made by rules, kept with each engine."""
    for place, text in (
        ("1975/TUN/a.txt", "The assembly speaks of fisheries."),
        ("1980/DZA/b.txt", "L'assemblée parle de la pêche."),
        ("1980/TUN/c.txt", "تتحدث الجمعية عن الصيد."),
        ("none.txt", "The assembly of nobody."),
    ):
        path = tmp_path / "speeches" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    head = '<head><title>T</title><meta name="date" content="2001-05-06"></head>'
    page = f"<html>{head}<body>assembly</body></html>"
    (tmp_path / "speeches" / "1980" / "DZA" / "d.html").write_text(page, encoding="utf-8")
    records = [
        {"_id": "1", "text": "assembly", "date": "1999-01-02", "country": "MAR"},
        {"_id": "2", "text": "assembly"},
    ]
    (tmp_path / "speeches" / "1980" / "DZA" / "e.jsonl").write_text(
        "\n".join(map(json.dumps, records)), encoding="utf-8"
    )
    (tmp_path / "coopsearch.toml").write_text(f'[paths]\nrules = ["{SPEECHES}"]\n', encoding="utf-8")
    sync([tmp_path / "speeches"], tmp_path / "index_data", engine=request.param)
    return tmp_path


def found(folder: Path, query: str) -> set[str]:
    with open_index(folder / "index_data") as index:
        return {Path(hit.path).name for hit in index.search(query, limit=None)}


def test_index(corpus: Path) -> None:
    """Fields and days of folders are searched; a record keeps its own, and a page takes the folder's."""
    assert found(corpus, "country:tun") == {"a.txt", "c.txt"}
    assert found(corpus, "year:1975") == found(corpus, "date:1975") == {"a.txt"}
    assert found(corpus, "year:1980..1989") == {"b.txt", "c.txt", "d.html", "e.jsonl!2"}
    assert found(corpus, "country:mar") == found(corpus, "year:1999") == {"e.jsonl!1"}
    assert found(corpus, "country:dza") == {"b.txt", "d.html", "e.jsonl!2"}
    assert found(corpus, "modified:*") == {"none.txt"}
    with open_index(corpus / "index_data") as index:
        counted = index.search("*", facets=["year", cast("Facet", "folder:2")]).facets
        assert counted["year"] == {"1980": 4, "": 1, "1975": 1, "1999": 1}
        assert counted["folder:2"] == {"speeches/1980": 5, "speeches": 1, "speeches/1975": 1}


def test_other_rules(corpus: Path) -> None:
    """When the rules change, the files are read anew of which they say something else, and no others."""
    assert sync((), corpus / "index_data").updated == 0
    page = corpus / "coopsearch.toml"
    page.write_text(f'[paths]\nrules = ["{SPEECHES}", "{{name}}.txt"]\n', encoding="utf-8")
    report = sync((), corpus / "index_data")
    assert (report.updated, report.unchanged) == (4, 2)
    assert found(corpus, "name:none") == {"none.txt"}
    assert compare(corpus / "index_data").differences == ()
    # The index remembers them where there is no file, and forgets them where that has none.
    page.unlink()
    assert sync((), corpus / "index_data").updated == 0
    sync((), corpus / "index_data", rebuild=True)
    assert found(corpus, "name:none") == {"none.txt"}
    page.write_text("", encoding="utf-8")
    assert sync((), corpus / "index_data").updated == 6
    assert found(corpus, "modified:*") == {"a.txt", "b.txt", "c.txt", "none.txt", "e.jsonl!2"}
    assert found(corpus, "year:2001") == {"d.html"}


def test_moved_and_copied(corpus: Path) -> None:
    """A file that moves takes the fields of its new folder; a copy is not read again each time."""
    os.renames(corpus / "speeches/1975/TUN/a.txt", corpus / "speeches/1976/LBY/a.txt")
    sync((), corpus / "index_data")
    assert found(corpus, "country:lby year:1976") == {"a.txt"}
    copy = corpus / "speeches/1990/EGY/copy.txt"
    copy.parent.mkdir(parents=True)
    copy.write_bytes((corpus / "speeches/1980/TUN/c.txt").read_bytes())
    sync((), corpus / "index_data")
    report = sync((), corpus / "index_data")
    assert (report.updated, report.added, report.unchanged) == (0, 0, 7)


def test_file_times_are_no_dates(run: Run, tmp_path: Path) -> None:
    """What says no date has none: neither the time of its file nor that of a member of an archive."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("a boat\n", encoding="utf-8")
    os.utime(tmp_path / "docs" / "a.txt", (1_600_000_000, 1_600_000_000))
    with zipfile.ZipFile(tmp_path / "docs" / "z.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("in.txt", (2011, 2, 3, 4, 5, 6)), "a boat inside\n")
    assert run("index", "docs", cwd=tmp_path).code == 0
    hits = {Path(one["path"]).name: one for one in run("boat", "--json", cwd=tmp_path).objects()}
    assert [(one["date"], one["modified"]) for _, one in sorted(hits.items())] == [
        ("", "2020-09-13"),
        ("", "2011-02-03"),
    ]
    assert run("boat", "year:2020", cwd=tmp_path).code == 1
    assert run("boat", "date:*", cwd=tmp_path).code == 1
    assert run("boat", "modified:2020-09..2020-10", "--json", cwd=tmp_path).objects()[0]["rank"] == 1
    assert run("boat", "-n0", "--facet=year", cwd=tmp_path).out == "year: no date 2\n"
