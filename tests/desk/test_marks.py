"""Marks and notes: who put what where, what is taken back, and what a query makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.search import open_index
from coopsearch.search.desk import marks, store
from coopsearch.search.desk.moves import follow
from coopsearch.search.errors import CoopsearchError, QueryError, SettingsError
from tests.indexed import indexed

ENGINES = pytest.mark.parametrize("engine", ["columns", "whoosh"])
TEXTS = {
    "a.txt": "boats smuggling migrants",
    "b.txt": "smuggling of migrants by boat",
    "c.txt": "les passeurs et le trafic de migrants, smuggling",
    "d.txt": "تهريب المهاجرين smuggling",
}


@pytest.fixture
def me(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The user is amal until somebody says otherwise."""
    monkeypatch.setenv("LOGNAME", "amal")
    return monkeypatch


def tags(index: Path) -> set[tuple[str, str, str]]:
    return {(one.path, one.tag, one.who) for one in marks.marks(index)}


def test_judgements(tmp_path: Path, me: pytest.MonkeyPatch) -> None:
    """Whoever judges a document has seen it, holds one judgement of it, and leaves those of others alone."""
    assert marks.mark(tmp_path, ["a.txt", "a.txt"], "Relevant") == 1
    assert marks.mark(tmp_path, ["a.txt"], "relevant") == 0
    me.setenv("LOGNAME", "jean")
    marks.mark(tmp_path, ["a.txt"], "not")
    marks.mark(tmp_path, ["a.txt"], "relevant")
    assert tags(tmp_path) == {
        ("a.txt", "relevant", "amal"), ("a.txt", "seen", "amal"),
        ("a.txt", "relevant", "jean"), ("a.txt", "seen", "jean"),
    }  # fmt: skip
    assert marks.unmark(tmp_path, ["a.txt"], "relevant") == 1
    assert marks.unmark(tmp_path, ["a.txt"], None, everyone=True) == 3
    assert tags(tmp_path) == set()
    with store.reading(tmp_path) as desk:
        said = desk.execute("SELECT who, act, value FROM log ORDER BY id").fetchall()
    assert said[0] == ("amal", "mark", "seen")
    assert ("jean", "unmark", "relevant of amal") in said


def test_addresses(tmp_path: Path) -> None:
    """An address is kept relative to the project where the document lies in it, and as it is elsewhere."""
    index = tmp_path / "index"
    index.mkdir(0o700)
    marks.mark(index, [str(tmp_path / "docs" / "a.txt"), "docs/b.txt", "/elsewhere/c.txt"], "seen")
    assert [one.path for one in marks.marks(index)] == ["/elsewhere/c.txt", "docs/a.txt", "docs/b.txt"]
    assert marks.absolute(index, "docs/a.txt") == str(tmp_path / "docs" / "a.txt")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Follow-Up", "follow-up"), (" vu ", "vu"), ("E\u0301tude", "étude"), ("مهم", "مهم"),
        ("2024", "2024"),
        ("", None), ("two words", None), ("-seen", None), ("a:b", None), ('a"b', None), ("a*", None),
        ("x" * 65, None), ("a\x1b[31m", None), ("a\u202eb", None), ("(a)", None),
    ],
)  # fmt: skip
def test_names_of_tags(given: str, kept: str | None) -> None:
    """A tag is a word in small letters that a query can name; anything else is refused in one line."""
    if kept is not None:
        assert marks.checked_tag(given) == kept
        return
    with pytest.raises(SettingsError) as raised:
        marks.checked_tag(given)
    assert str(raised.value).isprintable()


def test_notes(tmp_path: Path) -> None:
    """A note is kept with its place, found by the end of its id, and gone once it is removed."""
    name = marks.add_note(tmp_path, "a.txt", "  à vérifier: مهم ", (3, 9))
    other = marks.add_note(tmp_path, "b.txt", "second")
    assert [(one.path, one.start, one.stop, one.text) for one in marks.notes(tmp_path)] == [
        ("a.txt", 3, 9, "à vérifier: مهم"),
        ("b.txt", None, None, "second"),
    ]
    marks.remove_note(tmp_path, name[-8:])
    assert [one.id for one in marks.notes(tmp_path)] == [other]
    for bad in ("", name, "zz"):
        with pytest.raises(SettingsError, match="mark --list"):
            marks.remove_note(tmp_path, bad)
    for text in ("", " \n", "x" * 10_001):
        with pytest.raises(SettingsError, match="note"):
            marks.add_note(tmp_path, "a.txt", text)


#: A query, tags that are asked for beside it, the documents found, and a part of the note.
ASKED = [
    ("smuggling tag:relevant", [], "a", ""),
    ("smuggling -tag:seen", [], "d", ""),
    ("-tag:seen", [], "d", ""),
    ("tag:seen", [], "abc", ""),
    ("tag:SEEN -tag:follow-up", [], "ab", ""),
    ('tag:"follow-up"', [], "c", ""),
    ("tag:etude", [], "c", ""),
    ("tag:étude", [], "c", ""),
    ("tag:*", [], "abc", ""),
    ("tag:re*", [], "a", ""),
    ("smuggling tag:(relevant OR follow-up)", [], "ac", ""),
    ("tag:nothing", [], "", "no document has the tag 'nothing'; there are: follow-up, "),
    ("boats -tag:nothing", [], "ab", "no document has the tag"),
    ("smuggling", ["-seen"], "d", ""),
    ("smuggling OR boats", ["relevant"], "a", ""),
    ('"migrants by boat" OR passeurs', ["seen", "-follow-up"], "b", ""),
    ("boats migrants", ["seen"], "abc", ""),
]


@ENGINES
def test_queries(tmp_path: Path, engine: str) -> None:
    """Tags narrow like any filter, in both engines; an unknown tag is an empty set, with a note."""
    with indexed(tmp_path, TEXTS, engine) as index:
        assert index.search("smuggling", tags=["-seen"]).notes == ()
        for name, tag in (
            ("a", "relevant"),
            ("b", "seen"),
            ("c", "seen"),
            ("c", "follow-up"),
            ("c", "étude"),
        ):
            marks.mark(index.folder, [f"docs/{name}.txt"], tag)
        for query, wanted, found, note in ASKED:
            results = index.search(query, tags=wanted)
            assert "".join(sorted(hit.path[-5] for hit in results)) == found, query
            assert results.total == len(found), query
            assert results.total_all <= results.total, query
            assert bool(results.notes) == bool(note), query
            assert note in "".join(results.notes), query
        alone, narrowed = index.search("boats migrants"), index.search("boats migrants", tags=["-nothing"])
        assert [hit.score for hit in alone] == [hit.score for hit in narrowed]
        for bad in ("tag:", "tag:[a TO b]", "tag:/a/", "tag:see~1"):
            with pytest.raises(QueryError):
                index.search(bad)


def test_own_field(tmp_path: Path) -> None:
    """Where documents have a field called tag, a query means both; the options mean marks alone."""
    (tmp_path / "docs").mkdir()
    lines = (
        '{"title": "one", "text": "boats", "tag": "seen"}\n{"title": "two", "text": "boats", "tag": "x y"}\n'
    )
    (tmp_path / "docs" / "r.jsonl").write_text(lines, encoding="utf-8")
    sync([tmp_path / "docs"], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        paths = [hit.path for hit in index.search("boats")]
        marks.mark(index.folder, paths[1:], "mine")
        assert [hit.title for hit in index.search("tag:seen")] == ["one"]
        assert [hit.title for hit in index.search('tag:"x y"')] == ["two"]
        assert index.search("boats tag:mine").total == 1
        assert index.search("boats", tags=["-seen"]).total == 2
        assert index.search("boats", tags=["-mine"]).total == 1


def test_a_desk_is_opened_for_tags_alone(tmp_path: Path) -> None:
    """A damaged desk, as a received folder may hold, does not touch a search that asks for no tag."""
    with indexed(tmp_path, TEXTS, "columns") as index:
        store.desk_path(index.folder).write_bytes(b"no desk")
        assert index.search("smuggling").total == 4
        with pytest.raises(CoopsearchError, match=r"desk\.sqlite"):
            index.search("tag:seen")


def test_a_change_is_seen(tmp_path: Path) -> None:
    """An open index sees marks that were put meanwhile."""
    with indexed(tmp_path, TEXTS, "columns") as index:
        for name in "abcd":
            before = index.search("tag:seen").total
            marks.mark(index.folder, [f"docs/{name}.txt"], "seen")
            assert index.search("tag:seen").total == before + 1


def test_a_rebuild_and_a_new_place(tmp_path: Path) -> None:
    """A rebuild leaves the desk alone, byte for byte, and in a project that was moved the marks still fit."""
    project = tmp_path / "project"
    (project / "docs").mkdir(parents=True)
    for name, text in TEXTS.items():
        (project / "docs" / name).write_text(text, encoding="utf-8")
    sync([project / "docs"], project / "index")
    marks.mark(project / "index", [str(project / "docs" / "a.txt")], "relevant")
    before = store.desk_path(project / "index").read_bytes()
    sync([], project / "index", rebuild=True)
    assert store.desk_path(project / "index").read_bytes() == before
    moved = project.rename(tmp_path / "elsewhere")
    with open_index(moved / "index") as index:
        assert [hit.path for hit in index.search("tag:relevant")] == [str(moved / "docs" / "a.txt")]


@pytest.mark.parametrize(
    ("moves", "place"),
    [
        ([("a.txt", "b.txt")], "b.txt"),
        ([("a.txt", "b.txt"), ("b.txt", "c/d.txt")], "c/d.txt"),
        ([("x.txt", "y.txt")], "a.txt"),
    ],
)
def test_moved_files(tmp_path: Path, moves: Sequence[tuple[str, str]], place: str) -> None:
    """Marks and notes go with a file to its new place, and those on its members do."""
    for path in ("a.txt", "a.txt!one.eml", "a.txtual"):
        marks.mark(tmp_path, [path], "seen")
        marks.add_note(tmp_path, path, "kept")
    for move in moves:
        follow(tmp_path, [move])
    wanted = sorted([place, f"{place}!one.eml", "a.txtual"])
    assert [one.path for one in marks.marks(tmp_path)] == wanted
    assert sorted(one.path for one in marks.notes(tmp_path)) == wanted
