"""``coopsearch cite``: what is quoted, and that it comes from the file whose SHA-256 is given."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

import pytest

from coopsearch.indexer import open_writer
from coopsearch.search.desk import store
from tests.cite.conftest import FILES, Cite


def test_hit(cite: Cite, tmp_path: Path) -> None:
    """A citation of a hit has its sentences word for word, and all by which they are found again."""
    assert cite('"new routes"').code == 0
    done = cite("cite", "1", "--note", "ask again", "--json")
    (one,) = done.objects()
    text = FILES["report.md"]
    assert one["quote"] == "Smugglers took\nnew routes in 2018."
    assert one["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert (one["line"], one["page"], one["heading"]) == (5, None, ["Report", "Sea"])
    assert (one["query"], one["note"], one["address"]) == ('"new routes"', "ask again", "docs/report.md")
    assert (one["path"], one["shown"]) == (str(tmp_path / "docs/report.md"), "docs/report.md")
    shown = cite("show", "docs/report.md", "--json").objects()[0]["text"]
    assert shown[one["start"] : one["end"]] == one["quote"]
    assert one["at"].endswith("Z")
    assert one["generation"]


def test_several(cite: Cite) -> None:
    """Several hits are cited in the order of their numbers, kept, and listed."""
    cite("ferry")
    first, second = (hit["snippet"] for hit in cite("ferry", "--json").objects())
    assert [one["quote"] for one in cite("cite", "2", "1", "--json").objects()] == [second, first]
    listed = cite("cite", "--list", "--json").objects()
    assert {one["quote"] for one in listed} == {"A loud ferry.", "A quiet ferry."}
    assert all("!" in one["address"] for one in listed)
    cite("cite", "1", "--no-keep")
    assert len(cite("cite", "--list", "--json").objects()) == 2
    items = json.loads(cite("cite", "--list", "--style", "csl-json").out)
    assert len(items) == 2


@pytest.mark.parametrize(
    ("file", "quote", "exact"),
    [
        ("report.md", "Smugglers took new routes", "Smugglers took\nnew routes"),
        ("note.txt", "Ils partent la nuit", "Ils\u00a0partent la nuit"),
        ("note.txt", "dit‑on", "dit-on"),
        ("ar.txt", "هذه الطرق خطيرة جدا", "هذه الطُّرُق خطيرة جدا"),
        ("ar.txt", "هذه\nالطُّرُقُ", "هذه الطُّرُق"),
    ],
)
def test_words(cite: Cite, file: str, quote: str, exact: str) -> None:
    """Words are quoted as the document has them, however they were typed."""
    (one,) = cite("cite", f"docs/{file}", "--quote", quote, "--json").objects()
    assert one["quote"] == exact


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["9"], "shows 1 hit, and none with the number 9"),
        (["0"], "none with the number 0"),
        ([], "name a hit"),
        (["1", "--quote", ""], "holds no word"),
        (["1", "--quote", "…"], "holds no word"),
        (["1", "--quote", "quite other words"], "does not hold these words"),
        (["1", "--quote", "smugglers took new routes"], "nearest is: Smugglers took"),
        (["1", "1", "--quote", "routes"], "about one document"),
        (["docs/note.txt"], "--quote"),
        (["docs/none.txt", "--quote", "a"], "is not in the index"),
        (["docs/mails.jsonl", "--quote", "a"], "holds 2 documents"),
        (["", "--quote", "a"], "path is empty"),
        (["1", "--style", "apa"], "is not a style"),
        (["--list", "--check"], "give one of them"),
        (["--list", "1"], "leave out '1'"),
        (["--check", "--note", "x"], "new citation"),
        (["--check", "docs/note.txt"], "holds no citation"),
        (["--check", "none.md"], "cannot be read"),
        (["1", "--note", "x" * 3000], "shorten it"),
    ],
)
def test_wrong(cite: Cite, arguments: list[str], message: str) -> None:
    """What cannot be cited is refused in one line that says what to do, and nothing is kept."""
    cite('"new routes"')
    done = cite("cite", *arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert done.err.count("\n") == 1
    assert cite("cite", "--list").code == 1


def test_changed_since(cite: Cite, tmp_path: Path) -> None:
    """A file that changed since it was indexed is cited only if it still says it; one that is gone never."""
    cite('"new routes"')
    path = tmp_path / "docs" / "report.md"
    path.write_text(FILES["report.md"] + "\nAn addition.\n", encoding="utf-8")
    (one,) = cite("cite", "1", "--json").objects()
    assert one["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_text("Something else.", encoding="utf-8")
    done = cite("cite", "1")
    assert done.code == 2
    assert "does not say this any more" in done.err
    path.unlink()
    assert "is not there any more" in cite("cite", "1").err


def test_stale(cite: Cite, tmp_path: Path) -> None:
    """After another run a hit is cited where it stands still, with a note; else one is to ask again."""
    cite('"new routes"')
    (tmp_path / "docs" / "other.txt").write_text("other", encoding="utf-8")
    cite("index", "-q")
    done = cite("cite", "1")
    assert done.code == 0
    assert "still stands there" in done.err
    (tmp_path / "docs" / "report.md").write_text("# New\n\nAll is new here.", encoding="utf-8")
    cite("index", "-q")
    done = cite("cite", "1")
    assert done.code == 2
    assert "ask again" in done.err


def test_title(cite: Cite, tmp_path: Path) -> None:
    """A hit that only the title makes one is cited by its title, which a check looks for there."""
    (tmp_path / "docs" / "t.html").write_text("<title>Okapi</title><p>Nothing.</p>", encoding="utf-8")
    cite("index", "-q")
    cite("okapi")
    (one,) = cite("cite", "1", "--json").objects()
    assert (one["quote"], one["part"]) == ("Okapi", "title")
    (tmp_path / "docs" / "t.html").write_text("<title>Okapi</title><p>More.</p>", encoding="utf-8")
    assert cite("cite", "--check").out.startswith("same words: docs/t.html")
    (tmp_path / "docs" / "t.html").write_text("<title>Zebra</title><p>Okapi.</p>", encoding="utf-8")
    assert cite("cite", "--check").code == 1


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root writes anywhere")
def test_read_only(cite: Cite, tmp_path: Path) -> None:
    """Beside an index that cannot be written a citation is printed, and said not to be kept."""
    cite("ferry")
    index = tmp_path / "index_data"
    index.chmod(0o500)
    try:
        done = cite("cite", "1")
    finally:
        index.chmod(0o700)
    assert (done.code, done.out.count("sha256:")) == (0, 1)
    assert "not kept, only printed" in done.err


def test_not_kept(cite: Cite, tmp_path: Path) -> None:
    """Beside a desk that is damaged a citation is printed, and the desk stays as it is."""
    cite("ferry")
    desk = store.desk_path(tmp_path / "index_data")
    desk.write_bytes(b"not a desk")
    desk.chmod(0o600)
    done = cite("cite", "1")
    assert (done.code, done.out.count("sha256:")) == (0, 1)
    assert "not kept, only printed: the desk is damaged" in done.err
    assert desk.read_bytes() == b"not a desk"


def test_no_answer(cite: Cite) -> None:
    """Without an answer in this terminal there is no hit to name, and none is kept."""
    assert "ask first" in cite("cite", "1").err
    done = cite("cite", "--check")
    assert done.code == 1
    assert "no citation is kept" in done.err


@pytest.mark.skipif(os.name == "nt" or sys.platform == "darwin", reason="names there are Unicode")
def test_odd_names(cite: Cite, tmp_path: Path) -> None:
    """A file whose name is not UTF-8, or looks escaped, is cited like any other, touched since or not."""
    data = b"An igloo of ice.\n"
    names = [b"\xff.txt", b"\\xff.txt", b"a.zip!b.txt"]
    for name in names:
        (tmp_path / "docs" / os.fsdecode(name)).write_bytes(data + name)
    cite("index")
    for _ in range(2):
        assert len(cite("igloo").out.split("igloo")) > len(names)
        done = cite("cite", *map(str, range(1, len(names) + 1)), "--json")
        assert {one["sha256"] for one in done.objects()} == {
            hashlib.sha256(data + name).hexdigest() for name in names
        }
        for path in (tmp_path / "docs").iterdir():
            path.touch()
    assert cite("cite", "--check").code == 0


def test_without_a_file(cite: Cite, tmp_path: Path) -> None:
    """A document that a script added has no file: nobody is told that one is gone, or to index again."""
    with open_writer(tmp_path / "index_data") as writer:
        writer.put("case/17", "An igloo of ice.")
    assert cite("igloo").code == 0
    assert cite("show", "1").err == ""
    for arguments in (["open", "1"], ["cite", "1"], ["cite", "api://case/17", "--quote", "igloo"]):
        done = cite(*arguments)
        assert (done.code, done.out) == (2, "")
        assert "api://case/17 was added by a script" in done.err
    assert cite("mark", "1", "seen").code == 0
    (one,) = cite("mark", "--list", "--json").objects()
    assert (one["absolute"], one["shown"]) == ("api://case/17", "api://case/17")
    assert "not there any more" not in cite("export", "igloo", "igloo.md").err
    assert "added by a script" in (tmp_path / "igloo.md").read_text(encoding="utf-8")
