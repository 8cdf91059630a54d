"""The command, as people use it: add, check, list, show, remove."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.lexicons.making import TBX2, dictd

OFFICE = (
    "# Terms of the office, licence CC BY 4.0\n"
    "English\tFrench\tArabic\n"
    "AVRR\taide au retour volontaire\tالعودة الطوعية\n"
    "SAR zone\tzone de recherche et de sauvetage\tمنطقة البحث والإنقاذ\n"
)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with the glossary of an office."""
    (tmp_path / "office.tsv").write_text(OFFICE, encoding="utf-8")
    return tmp_path


def test_add_show_list_remove(run: Run, office: Path) -> None:
    """A glossary is added, asked, listed with its licence, and removed."""
    added = run("lexicon", "add", "office.tsv", cwd=office)
    assert added.code == 0
    assert added.out.splitlines()[:3] == [
        "added office: 2 entries, 6 pairs of words between en, fr and ar",
        "  licence: Terms of the office, licence CC BY 4.0",
        "  origin: office.tsv (a table), SHA-256 " + added.out.split("SHA-256 ")[1].split("\n")[0],
    ]
    shown = run("lexicon", "show", "SAR", "zones", cwd=office)
    assert shown.out.splitlines() == [
        "sar zone (en), office:",
        "  fr  1. zone de recherche et de sauvetage  1.0",
        "  ar  1. منطقه البحث والانقاذ  1.0",
    ]
    assert run("lexicon", "show", "smuggling", cwd=office).out.startswith("smuggling (en), coopsearch:\n")
    listed = run("lexicon", "list", cwd=office)
    assert listed.out.startswith("office  2 entries, 6 pairs of words between en, fr and ar\n")
    assert f"from {office / 'office.tsv'}" in listed.out
    assert run("lexicon", "remove", "office", cwd=office).out == "removed the lexicon office\n"
    none = run("lexicon", "list", cwd=office)
    assert (none.code, none.out) == (1, "")
    assert "no lexicon was added" in none.err
    unknown = run("lexicon", "show", "AVRR", cwd=office)
    assert (unknown.code, unknown.err) == (1, "no lexicon knows 'AVRR'\n")


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("العودة الطوعية", "العوده الطوعيه (ar), office:"),
        ("aide au retour volontaire", "aide au retour volontaire (fr)"),
    ],
)
def test_other_languages_ask_too(run: Run, office: Path, word: str, first: str) -> None:
    """A lexicon is asked in each of its languages."""
    run("lexicon", "add", "office.tsv", cwd=office)
    shown = run("lexicon", "show", *word.split(), cwd=office)
    assert first in shown.out
    assert "avrr" in shown.out


def test_check_adds_nothing(run: Run, office: Path) -> None:
    """A check names each bad line with its number, and keeps nothing."""
    with (office / "office.tsv").open("a", encoding="utf-8") as stream:
        stream.write("border\tfrontière\nحدود\tx\tحدود\n")
    checked = run("lexicon", "check", "office.tsv", cwd=office)
    assert checked.code == 1
    assert checked.out.splitlines() == [
        "office.tsv: line 6: 'حدود' holds 'ح', which stands in no word of en",
        (
            "office.tsv: a table between en, fr and ar, 4 entries, 8 pairs of words; 1 word or line would be "
            "left out"
        ),
    ]
    assert run("lexicon", "list", cwd=office).code == 1
    assert run("lexicon", "check", "office.tsv", "--from", "en", "--to", "fr", cwd=office).code == 1
    added = run("lexicon", "add", "office.tsv", cwd=office)
    assert "left out: 1 word or line; line 6: 'حدود' holds" in added.out
    assert "`coopsearch lexicon check office.tsv` lists what is left out" in added.out


def test_the_encoding_is_named(run: Run, tmp_path: Path) -> None:
    """A file in another encoding than UTF-8 is read, and what it was taken for is said."""
    rows = "en\tar\nsmuggling\tتهريب\nborder\tحدود\n"
    (tmp_path / "g.tsv").write_bytes(rows.encode("cp1256"))
    checked = run("lexicon", "check", "g.tsv", cwd=tmp_path)
    assert checked.out.startswith("g.tsv: a table between en and ar, read as cp1256, 2 entries")
    assert "(a table, read as cp1256)" in run("lexicon", "add", "g.tsv", cwd=tmp_path).out


def test_what_is_kept_of_many(run: Run, tmp_path: Path) -> None:
    """Of a word with 200 translations it is said that the best 16 are kept, and they are."""
    letters = "بتثجحخدذرزسشصضطظعغفقكلم"
    words = [f"{one}{two}{one}ي" for one in letters for two in letters if one != two][:200]
    (tmp_path / "g.tsv").write_text(f"en\tar\nzyx\t{'; '.join(words)}\n", encoding="utf-8")
    added = run("lexicon", "add", "g.tsv", cwd=tmp_path)
    from coopsearch.indexer.lexicons.collecting import KEPT

    assert f"more than {KEPT} translations, of which the best {KEPT} are kept (zyx has 200)" in added.out
    shown = run("lexicon", "show", "zyx", "--json", cwd=tmp_path).objects()
    assert [one["rank"] for one in shown] == list(range(1, len(shown) + 1))
    assert 8 <= len(shown) <= KEPT


def test_json(run: Run, office: Path) -> None:
    """Programs are given what is known of a lexicon in full."""
    (office / "terms.tbx").write_text(TBX2, encoding="utf-8")
    (added,) = run("lexicon", "add", "terms.tbx", "--name", "terms", "--json", cwd=office).objects()
    assert (added["name"], added["kind"], added["languages"]) == ("terms", "tbx", ["en", "fr", "ar"])
    assert len(added["sha256"]) == 64
    assert added["file"] == str(office / "terms.tbx")
    (listed,) = run("lexicon", "list", "--json", cwd=office).objects()
    assert listed["fault"] == ""
    assert {key: listed[key] for key in added if key in listed} == {
        key: added[key] for key in added if key in listed
    }
    (removed,) = run("lexicon", "remove", "terms", "--json", cwd=office).objects()
    assert removed == {"removed": "terms"}


REFUSED = [
    (["lexicon"], "Missing argument"),
    (["lexicon", "find"], "lexicon has no action 'find'"),
    (["lexicon", "add"], "say which file"),
    (["lexicon", "add", "a.tsv", "b.tsv"], "one at a time"),
    (["lexicon", "add", "missing.tsv"], "missing.tsv cannot be read: no such file"),
    (["lexicon", "add", "office.tsv", "--name", "a/b"], "cannot be called 'a/b'"),
    (["lexicon", "add", "office.tsv", "--name", "Coopsearch"], "is the lexicon that comes with the program"),
    (["lexicon", "add", "office.tsv", "--from", "en"], "--from and --to belong together"),
    (["lexicon", "add", "office.tsv", "--from", "en", "--to", "en"], "are the same language"),
    (["lexicon", "add", "office.tsv", "--from", "en", "--to", "de"], "--to 'de': lexicons translate between"),
    (["lexicon", "add", "office.tsv", "--encoding", "klingon"], "is not known; try utf-8"),
    (["lexicon", "add", "office.tsv", "--name", ""], "a lexicon cannot be called ''"),
    (["lexicon", "list", "--name", ""], "--name belongs to `lexicon add`"),
    (["lexicon", "add", "office.tsv", "--encoding", ""], "--encoding is empty"),
    (["lexicon", "add", "office.tsv", "--from", "", "--to", ""], "--from is empty"),
    (["lexicon", "check", "."], "is a folder; name a file in it"),
    (["lexicon", "check", "nofile"], "nofile cannot be read: no such file"),
    (["lexicon", "list", "x"], "takes no name"),
    (["lexicon", "list", "--name", "x"], "--name belongs to `lexicon add`"),
    (["lexicon", "remove"], "say which lexicon"),
    (["lexicon", "remove", "x"], "there is no lexicon 'x'; none was added"),
    (["lexicon", "show"], "say which word"),
    (["lexicon", "check", "office.tsv", "--replace"], "--replace belongs to `lexicon add`"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "words"), REFUSED)
def test_refused(run: Run, office: Path, arguments: list[str], words: str) -> None:
    """What makes no sense is refused in one line, with the next step."""
    done = run(*arguments, cwd=office)
    assert done.code == 2
    assert words in done.err
    assert len(done.err.splitlines()) == 1


def test_a_damaged_lexicon_is_told(run: Run, office: Path, clean_env: dict[str, str]) -> None:
    """A damaged lexicon is named by list and show, and what the others say is printed."""
    env = {"COOPSEARCH_LEXICONS": str(office / "mine")}
    run("lexicon", "add", "office.tsv", cwd=office, env=env)
    table = next((office / "mine").glob("*.lexicon"))
    os.truncate(table, 50)
    shown = run("lexicon", "show", "smuggling", cwd=office, env=env)
    assert shown.code == 0
    assert "the lexicon office is damaged" in shown.err
    assert "not used: the lexicon office is damaged" in run("lexicon", "list", cwd=office, env=env).out


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_a_folder_of_others_is_told(run: Run, office: Path) -> None:
    """Where others may write, add and list say that no lexicon is used, and how to mend it."""
    (office / "mine").mkdir()
    (office / "mine").chmod(0o777)
    env = {"COOPSEARCH_LEXICONS": str(office / "mine")}
    for arguments in (["add", "office.tsv"], ["list"]):
        done = run("lexicon", *arguments, cwd=office, env=env)
        assert done.code == 0
        told = " ".join(done.out.split())
        assert "not used: the lexicons in" in told
        assert "chmod go-w" in told
    (listed,) = run("lexicon", "list", "--json", cwd=office, env=env).objects()
    assert "others may write there" in listed["fault"]
    (office / "mine").chmod(0o700)
    assert "not used" not in run("lexicon", "list", cwd=office, env=env).out


def test_nothing_acts_on_the_terminal(run: Run, tmp_path: Path) -> None:
    """What a glossary says of itself is shown as text."""
    (tmp_path / "g.tbx").write_text(TBX2.replace("Terms of an", "Terms\u202e of&#x9b;an"), encoding="utf-8")
    added = run("lexicon", "add", "g.tbx", cwd=tmp_path)
    assert added.code == 0
    assert not set(added.out) & set("\u202e\x9b\x1b")


def test_tab(run: Run, office: Path) -> None:
    """A shell is offered the actions, and the names of lexicons behind remove."""
    run("lexicon", "add", "office.tsv", cwd=office)
    for line, place, offered in [("lexicon re", "2", "remove"), ("lexicon remove off", "3", "office")]:
        env = {
            "_COOPSEARCH_COMPLETE": "complete_bash",
            "COMP_WORDS": f"coopsearch {line}".replace(" ", "\n"),
            "COMP_CWORD": place,
        }
        assert offered in run(cwd=office, env=env).out.split()


def test_real_dictionaries_of_freedict(run: Run, tmp_path: Path) -> None:
    """A dictionary as FreeDict packs it is added by any of its files."""
    index = dictd(tmp_path, "freedict-eng-ara")
    done = run("lexicon", "add", index.with_suffix(".dict.dz").name, "--json", cwd=tmp_path)
    (added,) = done.objects()
    assert (added["name"], added["entries"], added["left_out"]) == ("freedict-eng-ara", 3, 1)
    assert "GNU General Public License" in json.dumps(added["licence"])
