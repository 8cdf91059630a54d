"""Where lexicons of the user are kept: whole or not at all, for their owner alone, and read as anybody's."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from coopsearch.indexer.lexicons.adding import add
from coopsearch.search.errors import SettingsError
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.checksummed import sealed
from coopsearch.search.lexicons import about as pages
from coopsearch.search.lexicons import kept, place
from coopsearch.search.lexicons.opened import user_lexicons
from coopsearch.search.translation.lexicon import Lexicon


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the lexicons of a new user."""
    found = tmp_path / "data" / "lexicons"
    monkeypatch.setenv(place.VARIABLE, str(found))
    return found


@pytest.fixture
def glossary(tmp_path: Path) -> Path:
    """A glossary of two lines."""
    path = tmp_path / "office.tsv"
    path.write_text("# Licence: ours alone\nen\tar\nsmuggling\tتهريب\nhub\tمركز; محور\n", encoding="utf-8")
    return path


def names() -> list[str]:
    """Return what the lexicons are called that can be asked."""
    return [table.name for table in user_lexicons().tables]


def test_added_and_removed(glossary: Path, folder: Path) -> None:
    """A lexicon can be asked from when it is added until it is removed, and nothing of it stays."""
    assert user_lexicons() == ((), ())
    about = add(glossary).about
    (table,) = user_lexicons().tables
    assert table.name == "office"
    assert [one.words for one in table.translations("hub", "en")["ar"]] == ["مركز", "محور"]
    assert Lexicon(table).knows("hubs", "en")
    assert (about.entries, about.pairs, about.licence) == (2, 3, "ours alone")
    assert user_lexicons().tables[0] is table
    add(glossary, "other")
    assert names() == ["office", "other"]
    kept.remove("OFFICE")
    assert names() == ["other"]
    kept.remove("other")
    assert names() == []
    assert [path.name for path in folder.iterdir()] == ["lock"]


def test_a_name_that_is_taken(glossary: Path, folder: Path) -> None:
    """A lexicon of a name is replaced only if that is said; then by the new table alone, in one step."""
    add(glossary)
    with pytest.raises(SettingsError, match=r"there is a lexicon office already.*--replace"):
        add(glossary)
    with pytest.raises(SettingsError, match="there is a lexicon office already"):
        add(glossary, "Office")
    before = user_lexicons().tables[0]
    glossary.write_text("en\tar\nhub\tعقدة\n", encoding="utf-8")
    add(glossary, "Office", replace=True)
    assert names() == ["Office"]
    assert [one.words for one in user_lexicons().tables[0].translations("hub", "en")["ar"]] == ["عقده"]
    # Whoever opened the old one goes on with it.
    assert [one.words for one in before.translations("hub", "en")["ar"]] == ["مركز", "محور"]
    assert len(list(folder.iterdir())) == 3


BAD_NAMES = [
    "../x",
    "a/b",
    "a\\b",
    ".hidden",
    "",
    "a b",
    "x" * 41,
    "con",
    "NUL.txt",
    "-a",
    "a.",
    "a\n",
    "coopsearch",
]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_bad_names(name: str) -> None:
    """What is no plain name of a file is refused, and so is that of our own lexicon."""
    with pytest.raises(SettingsError):
        place.checked_name(name)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("freedict-eng-ara.dict.dz", "freedict-eng-ara"),
        ("UN terms (2023).tsv.gz", "UN-terms-2023"),
        ("مصطلحات.csv", "مصطلحات"),
        ("...tsv", "lexicon"),
        ("x" * 90 + ".tbx", "x" * 40),
    ],
)
def test_names_of_files(file: str, name: str) -> None:
    """A lexicon is called as its file, as far as a name can be so."""
    assert place.name_of(file) == name
    assert place.checked_name(name) == name


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_modes(glossary: Path, folder: Path) -> None:
    """Lexicons are their owner's alone; where others could have written, none is used, and that is said."""
    add(glossary)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in folder.iterdir())
    folder.chmod(0o777)
    os.utime(folder, (1, 1))
    assert user_lexicons().tables == ()
    assert "others may write there" in user_lexicons().faults[0]
    assert "others may write there" in kept.listed()[0].fault
    assert "others may write there" in add(glossary, "more").fault
    folder.chmod(0o700)
    # What is in the folder stays as it was, and is used at once.
    assert names() == ["more", "office"]
    assert [one.fault for one in kept.listed()] == ["", ""]
    kept.remove("more")
    next(folder.glob("*.lexicon")).chmod(0o666)
    os.utime(folder, (2, 2))
    assert "others may have changed it" in user_lexicons().faults[0]


def _page(folder: Path, **changes: object) -> None:
    about = pages.read(folder, "office")._asdict()
    import json

    (folder / "office.json").write_bytes(sealed(json.dumps({**about, **changes}, ensure_ascii=False)))


def _table(folder: Path) -> Path:
    return next(folder.glob("*.lexicon"))


def _link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


DAMAGE: list[tuple[str, Callable[[Path], object], str]] = [
    ("no table", lambda folder: _table(folder).unlink(), "is missing"),
    ("a cut table", lambda folder: os.truncate(_table(folder), 100), "has 100 bytes instead of"),
    (
        "an empty page",
        lambda folder: (folder / "office.json").write_bytes(b""),
        "differs from what was written",
    ),
    (
        "a page of noise",
        lambda folder: (folder / "office.json").write_bytes(b"\xff" * 50),
        "differs from what",
    ),
    (
        "a large page",
        lambda folder: (folder / "office.json").write_bytes(b"x" * 100_000),
        "has 100,000 bytes",
    ),
    ("a page of another", lambda folder: _page(folder, name="x"), "is the page of another one"),
    ("a place in a page", lambda folder: _page(folder, name="../../x"), "is the page of another one"),
    ("a place in a sum", lambda folder: _page(folder, crc32="../../xx"), "does not hold what such a page"),
    ("numbers", lambda folder: _page(folder, size=-1), "does not hold what such a page"),
    ("a link to a page", lambda folder: _link(folder / "office.json"), "is a link"),
    ("a link to a table", lambda folder: _link(_table(folder)), "is a link"),
]


@pytest.mark.parametrize(("damage", "words"), [row[1:] for row in DAMAGE], ids=[row[0] for row in DAMAGE])
@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_damage(glossary: Path, folder: Path, damage: Callable[[Path], object], words: str) -> None:
    """A lexicon that is not as it was kept is left out and named with the next step; the others are used."""
    add(glossary)
    add(glossary, "other")
    kept.remove("other")
    damage(folder)
    add(glossary, "other")
    found = user_lexicons()
    assert [table.name for table in found.tables] == ["other"]
    assert words in found.faults[0]
    assert "lexicon add FILE --name office --replace" in found.faults[0]
    assert {one.name: bool(one.fault) for one in kept.listed()} == {"office": True, "other": False}
    add(glossary, replace=True)
    assert names() == ["office", "other"]


def test_another_version(glossary: Path, folder: Path) -> None:
    """A table of another version says that it is to be added again."""
    add(glossary)
    path = _table(folder)
    path.write_bytes(path.read_bytes().replace(b"coopsearch-lexicon 3", b"coopsearch-lexicon 9", 1))
    os.utime(folder, (1, 1))
    (fault,) = user_lexicons().faults
    assert "was made by another version" in fault
    assert "add FILE --name office --replace" in fault


def test_a_run_that_is_killed(glossary: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever a replacement is cut off, the old lexicon answers, and the next run leaves no strays."""
    add(glossary)
    before = _table(folder).read_bytes()
    glossary.write_text("en\tar\nhub\tعقدة\n", encoding="utf-8")

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(durable, "replace", killed)
        with pytest.raises(Killed):
            add(glossary, replace=True)
    assert [bytes(table._data) for table in user_lexicons().tables] == [before]
    assert len(list(folder.glob("*.lexicon"))) == 2
    (folder / "office-00000000.lexicon.part").write_bytes(b"")
    (folder / "notes.txt").write_bytes(b"mine")
    add(glossary, replace=True)
    assert len(list(folder.glob("*.lexicon*"))) == 1
    assert (folder / "notes.txt").exists()


def test_two_at_once(glossary: Path, folder: Path) -> None:
    """Processes that add side by side wait for each other, and all lexicons are there."""
    code = "import sys; from pathlib import Path; from coopsearch.indexer.lexicons.adding import add; "
    code += "add(Path(sys.argv[1]), sys.argv[2])"
    runs = [subprocess.Popen([sys.executable, "-c", code, glossary, f"n{one}"]) for one in range(4)]
    assert [run.wait(120) for run in runs] == [0] * 4
    assert names() == ["n0", "n1", "n2", "n3"]
    assert len(list(folder.glob("*.lexicon"))) == 4


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root and Windows may write anywhere")
def test_a_folder_that_cannot_be_written(glossary: Path, folder: Path) -> None:
    """What the system refuses is said of the lexicon, and with a next step."""
    folder.parent.mkdir()
    folder.parent.chmod(0o500)
    with pytest.raises(SettingsError, match="the lexicon cannot be written in"):
        add(glossary)


def test_no_room(glossary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is said of the lexicon and leaves none."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(SettingsError, match=r"the lexicon cannot be written in .*no space left"):
            add(glossary)
    assert names() == []


def test_no_lexicons_are_wanted(glossary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty variable stands for no lexicons: none is read, and none can be added."""
    add(glossary)
    monkeypatch.setenv(place.VARIABLE, "")
    assert user_lexicons() == ((), ())
    with pytest.raises(SettingsError, match="is empty"):
        add(glossary)


@pytest.mark.skipif(os.name != "posix", reason="links to folders need rights on Windows")
def test_a_folder_that_is_a_link(glossary: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever keeps the folder elsewhere, and a link in its place, has the lexicons in it."""
    add(glossary)
    link = folder.with_name("link")
    link.symlink_to(folder)
    monkeypatch.setenv(place.VARIABLE, str(link))
    assert names() == ["office"]
    add(glossary, "other")
    assert [one.name for one in kept.listed()] == ["office", "other"]


def test_a_file_in_place_of_the_folder(glossary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named by searches and by the list."""
    monkeypatch.setenv(place.VARIABLE, str(glossary))
    assert kept.listed() == []
    for said in (*user_lexicons().faults, kept.fault_of_all()):
        assert said == f"no lexicons are used, as {glossary} is not a folder; name one in {place.VARIABLE}"
    assert user_lexicons().faults


def test_the_usual_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is where the system has data of a user."""
    monkeypatch.delenv(place.VARIABLE)
    if sys.platform == "linux":
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
        assert place.folder() == tmp_path / "coopsearch" / "lexicons"
        monkeypatch.setenv("XDG_DATA_HOME", "relative")
        monkeypatch.setenv("HOME", str(tmp_path))
        assert place.folder() == tmp_path / ".local" / "share" / "coopsearch" / "lexicons"
    from platformdirs import user_data_path

    assert place.folder() == user_data_path("coopsearch", appauthor=False) / "lexicons"


def test_nothing_is_loaded_for_none(tmp_path: Path) -> None:
    """Who added no lexicon pays for one look at a folder: nothing is imported for it."""
    code = (
        "import sys; from coopsearch.search.lexicons.opened import user_lexicons; before = set(sys.modules); "
        "assert user_lexicons() == ((), ()); print(*(set(sys.modules) - before)); "
        "assert 'coopsearch.search.lexicons.about' not in sys.modules and 'nltk' not in sys.modules"
    )
    environment = {**os.environ, place.VARIABLE: str(tmp_path / "none")}
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, env=environment)
    assert done.stdout.strip() == b""
