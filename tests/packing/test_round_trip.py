"""``pack`` and ``unpack``: an index of a packed one answers as the index that was packed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.indexer import open_writer, status, sync
from coopsearch.search import Hit, IndexUnreadable, QueryError, Results, SettingsError, open_index
from coopsearch.search.desk import store
from coopsearch.search.indexdir.meta import read_meta, write_meta
from coopsearch.search.packing import making
from coopsearch.search.packing.making import pack
from coopsearch.search.packing.unpacking import unpack
from tests.conftest import Run
from tests.packing.conftest import TEXTS

QUERIES = [
    "smuggling",
    "migrants boat",
    '"la nuit"',
    "المهربون",
    "smuggl*",
    "title:routes",
    "lang:fr",
    "boats -coast",
]


def held(folder: Path) -> Iterator[bytes]:
    """Yield what each file of a folder holds."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.read_bytes()


def unplaced(results: Results) -> list[Hit]:
    """Return the hits without where they lie and in which order."""
    hits = sorted(results, key=lambda hit: hit.path)
    return [hit._replace(path="", file="", score=0.0, rank=0) for hit in hits]


def test_with_texts(index: Path, tmp_path: Path) -> None:
    """Hits, scores, snippets and places are the same; the partner's paths are of the partner's folder."""
    before = {path: path.stat().st_mtime_ns for path in index.rglob("*")}
    packed = pack(index, tmp_path / "out.coopsearch", name="Rome", note="for Tunis")
    assert {path: path.stat().st_mtime_ns for path in index.rglob("*")} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["docs", "index_data", "out.coopsearch"]
    done = unpack(packed.path, tmp_path / "partner")
    assert (done.manifest.name, done.manifest.note, done.manifest.documents) == ("Rome", "for Tunis", 6)
    assert done.digest == packed.digest
    with open_index(index) as mine, open_index(done.place) as theirs:
        for query in QUERIES:
            one, other = mine.search(query, limit=None), theirs.search(query, limit=None)
            assert one.total
            assert unplaced(one) == unplaced(other)
        assert other.coverage is not None
        assert theirs.changed() is None
        assert theirs.search("smuggling")[0].path.startswith(str(tmp_path / "partner"))


def test_without_texts(index: Path, tmp_path: Path) -> None:
    """The same documents are found with the same scores; hits have titles and places, and no text."""
    packed = pack(index, tmp_path / "out.coopsearch", texts=False)
    done = unpack(packed.path, tmp_path / "partner")
    assert not done.manifest.texts
    columns = "columns" in (index / "index.json").read_text()
    with open_index(index) as mine, open_index(done.place) as theirs:
        for query in [*QUERIES, '"desert tracks"', "smuggling NEAR migrants"]:
            one, other = mine.search(query, limit=None), theirs.search(query, limit=None)
            assert [Path(hit.path).name for hit in one] == [Path(hit.path).name for hit in other]
            for hit, bare in zip(one, other, strict=False):
                assert (bare.title, bare.snippet, bare.heading) == (hit.title, "", ())
                assert bare.span in (hit.span, (0, 0))
        (hit,) = theirs.search("islands", translate="no")
        assert hit.line == (3 if columns else None)
        assert mine.search("author:ann").total == 1
        with pytest.raises(QueryError, match="no field 'author'"):
            theirs.search("author:ann")
        assert theirs.document("docs/boats.txt").text == ""
    again = unpack(pack(done.place, tmp_path / "again.coopsearch").path, tmp_path / "again")
    assert not again.manifest.texts
    with open_index(done.place) as theirs, open_index(again.place) as others:
        assert theirs.search("smuggling").total == others.search("smuggling").total > 0
    with pytest.raises(SettingsError, match="leave out --relative"):
        pack(done.place, tmp_path / "other.coopsearch", relative=True)
    for data in held(tmp_path / "partner"):
        assert b"bring migrants by boat" not in data
        assert b"In the desert" not in data


@pytest.mark.parametrize("texts", [True, False])
def test_what_was_deleted_stays_behind(index: Path, tmp_path: Path, texts: bool) -> None:
    """Neither the text nor the words of deleted documents go along, nor where the sources lie."""
    done = unpack(pack(index, tmp_path / "out.coopsearch", texts=texts).path, tmp_path / "partner")
    for data in held(tmp_path / "partner"):
        assert b"ebedee" not in data
        assert b"secret.txt" not in data
    with open_index(done.place) as theirs:
        assert theirs.search("zebedee OR lighthouse").total == 0


def test_the_desk_stays_here(index: Path, tmp_path: Path) -> None:
    """Marks go along only where that is said, and then all of them."""
    with store.writing(index) as desk:
        desk.execute("INSERT INTO marks VALUES ('docs/boats.txt', 'seen', 'ann', '2026-01-01T00:00:00Z')")
    plain = unpack(pack(index, tmp_path / "plain.coopsearch").path, tmp_path / "plain")
    assert not store.exists(plain.place)
    done = unpack(pack(index, tmp_path / "desk.coopsearch", desk=True).path, tmp_path / "desk")
    assert done.manifest.desk
    with store.reading(done.place) as theirs:
        assert theirs.execute("SELECT tag FROM marks").fetchall() == [("seen",)]
    with pytest.raises(SettingsError, match="quotes"):
        pack(index, tmp_path / "other.coopsearch", desk=True, texts=False)
    store.desk_path(index).write_bytes(b"no desk")
    with pytest.raises(IndexUnreadable, match="the desk is damaged"):
        pack(index, tmp_path / "other.coopsearch", desk=True)
    assert not (tmp_path / "other.coopsearch").exists()


def test_what_cannot_be_packed(index: Path, tmp_path: Path) -> None:
    """A name that cannot be used, and an index that is damaged, are refused; nothing is left."""
    (tmp_path / "there.coopsearch").write_text("mine")
    for out, said in (
        ("out.zip", "does not end in"),
        ("there.coopsearch", "is there already"),
        ("no/out.coopsearch", "there is no folder"),
    ):
        with pytest.raises(SettingsError, match=said):
            pack(index, tmp_path / out)
    assert (tmp_path / "there.coopsearch").read_text() == "mine"
    big = max(index.glob("data-*/*"), key=lambda path: path.stat().st_size)
    data = bytearray(big.read_bytes())
    data[len(data) // 2] ^= 0xFF
    big.write_bytes(data)
    with pytest.raises(IndexUnreadable):
        pack(index, tmp_path / "out.coopsearch")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["docs", "index_data", "there.coopsearch"]


def test_a_commit_meanwhile(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the index changes while it is copied, the copy is begun anew."""
    copied, times = making._copied, []

    def once(source: Path, target: Path) -> bool:
        times.append(copied(source, target))
        return len(times) > 1 and times[-1]

    monkeypatch.setattr(making, "_copied", once)
    assert pack(index, tmp_path / "out.coopsearch").manifest.documents == 6
    assert len(times) == 2


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can become somebody else")
def test_read_only(index: Path, tmp_path: Path, run: Run) -> None:
    """An index that can only be read is packed, and one in a folder without rights is searched."""
    packed = pack(index, tmp_path / "out.coopsearch")
    done = unpack(packed.path, tmp_path / "partner")
    for path in (*done.place.rglob("*"), done.place, done.place.parent):
        path.chmod(0o500 if path.is_dir() else 0o400)
    assert run("smuggling", "--index", done.place, cwd=tmp_path).code == 0
    assert pack(done.place, tmp_path / "again.coopsearch").manifest.documents == 6
    shutil.rmtree(done.place.parent)


def test_commands(index: Path, tmp_path: Path, run: Run) -> None:
    """Both commands say what is inside, and the digest that the two can compare."""
    done = run(
        "pack", "out.coopsearch", "--without-texts", "--name", "Rome", "--note", "for Tunis", cwd=tmp_path
    )
    assert done.code == 0, done.err
    assert "packed 6 documents into out.coopsearch" in done.out
    assert "texts are not inside" in done.out.replace("\n", " ")
    digest = done.out.splitlines()[-1]
    assert digest.startswith("sha256: ")
    asked = run("smuggling", "--index", "out.coopsearch", cwd=tmp_path)
    assert (asked.code, "coopsearch unpack" in asked.err) == (2, True)
    done = run("unpack", "out.coopsearch", cwd=tmp_path)
    assert done.code == 0, done.err
    assert digest in done.out
    assert "unpacked Rome" in done.out
    assert "note: for Tunis" in done.out
    done = run("smuggling", "--index", "out/index_data", cwd=tmp_path)
    assert done.code == 0
    assert "out/docs/boats.txt" in done.out
    again = run("unpack", "out.coopsearch", cwd=tmp_path)
    assert (again.code, "is there already" in again.err) == (2, True)
    done = run("pack", "b.coopsearch", "--json", "--index", index, cwd=tmp_path)
    assert done.objects()[0]["texts"] is True
    done = run("unpack", "b.coopsearch", "other", "--json", cwd=tmp_path)
    assert done.objects()[0]["documents"] == 6
    for words in (
        ["pack", "x.coopsearch", "--note", "a\x1b[2J"],
        ["unpack", ""],
        ["unpack", "gone.coopsearch"],
    ):
        done = run(*words, cwd=tmp_path)
        assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_relative(tmp_path: Path, engine: str, run: Run) -> None:
    """Where the sources lie is told unless that is not wanted; then paths begin with names of the sources."""
    for place in ("x/reports", "y/reports", "mine"):
        (tmp_path / place / "in").mkdir(parents=True)
        (tmp_path / place / "in" / "a.txt").write_text(f"Boats of {place}", encoding="utf-8")
    index = tmp_path / "home" / "index_data"
    sync([tmp_path / place for place in ("x/reports", "y/reports", "mine")], index, engine=engine)
    done = run("pack", "plain.coopsearch", "--index", index, cwd=tmp_path)
    assert "tell where the sources lie" in done.out.replace("\n", " ")
    assert str(tmp_path / "x" / "reports") in done.out.replace("\n", "")
    done = run("pack", "out.coopsearch", "--index", index, "--relative", cwd=tmp_path)
    assert (done.code, "tell where" in done.out) == (0, False)
    unpacked = unpack(tmp_path / "out.coopsearch", tmp_path / "partner")
    with open_index(unpacked.place) as theirs:
        found = theirs.search("boats", sort="path")
        assert {Path(hit.path).relative_to(tmp_path / "partner").as_posix() for hit in found} == {
            "mine/in/a.txt",
            "reports/in/a.txt",
            "reports-2/in/a.txt",
        }
        assert all(hit.snippet.startswith("Boats of") for hit in found)
        assert theirs.search("path:reports").total == 2
    for data in held(tmp_path / "partner"):
        assert str(tmp_path).encode() not in data


def test_a_text_that_is_not_there_is_not_spoken_of(index: Path, tmp_path: Path, run: Run) -> None:
    """Without texts nothing is shown, counted or quoted as if it had been looked at."""
    pack(index, tmp_path / "out.coopsearch", texts=False)
    unpack(tmp_path / "out.coopsearch", tmp_path / "partner")
    env = {"COOPSEARCH_INDEX": "partner/index_data"}
    assert run("tracks", cwd=tmp_path, env=env).code == 0
    done = run("show", "1", cwd=tmp_path, env=env)
    assert (done.code, "is not in this index" in done.err, "as the index holds it" in done.err) == (
        0,
        True,
        False,
    )
    (path,) = (hit["path"] for hit in run("tracks", "--json", cwd=tmp_path, env=env).objects())
    for arguments in (["show", "1", "--places"], ["cite", "1"], ["cite", path, "--quote", "tracks"]):
        done = run(*arguments, cwd=tmp_path, env=env)
        assert (done.code, done.out) == (2, "")
        assert "is not in this index, so" in done.err.replace("\n", " ")


def test_what_is_handed_on_is_not_written_into(index: Path, tmp_path: Path, run: Run) -> None:
    """Status says what an unpacked index holds, and nothing that would lose its documents is done."""
    pack(index, tmp_path / "p.coopsearch")
    unpack(tmp_path / "p.coopsearch", tmp_path / "partner")
    theirs = tmp_path / "partner" / "index_data"
    before = {path: path.read_bytes() for path in theirs.rglob("*") if path.is_file()}
    mine, found = status(index), status(theirs)
    assert found.handed_on
    assert not mine.handed_on
    assert found.documents == mine.documents == 6
    assert (found.coverage.files, found.coverage.indexed, found.formats) == (5, 5, mine.formats)
    assert found.changed is None
    listed = run("status", "--state", "indexed", "--index", theirs, cwd=tmp_path).out.splitlines()
    assert listed == [f"partner/docs/{name}" for name in sorted(TEXTS)]
    shown = run("status", "--index", theirs, cwd=tmp_path).out
    assert "with whoever packed it" in shown
    assert run("status", "--json", "--index", theirs).objects()[0]["handed_on"] is True
    whole = run("verify", "--index", theirs).out
    for words, told in (
        (("index", "--index", theirs), "nothing else can be indexed into it"),
        (("index", "docs", "--index", theirs), "nothing else can be indexed into it"),
        (("index", "docs", "--rebuild", "--index", theirs), "which a rebuild would lose"),
        (("purge", "partner/docs/boats.txt", "--index", theirs), "none of them can be purged alone"),
        (("verify", "--sources", "--index", theirs), "nothing to compare them with"),
        (("watch", "docs", "--index", theirs), "nothing else can be indexed into it"),
    ):
        done = run(*words, cwd=tmp_path)
        assert (done.code, done.out.replace(whole, "")) == (2, ""), words
        assert told in done.err, words
        assert "holds 6 documents without their files" in done.err, words
    with pytest.raises(SettingsError, match="nothing else can be added"), open_writer(theirs) as writer:
        writer.add("case/1", "a boat")
    kept = {path: path.read_bytes() for path in theirs.rglob("*") if path.is_file()}
    assert {path: data for path, data in kept.items() if not path.name.startswith("lock")} == before


def test_a_rebuild_tells_what_it_does_without(index: Path, tmp_path: Path) -> None:
    """Documents of an index that lost its books do not go in silence."""
    pack(index, tmp_path / "p.coopsearch")
    unpack(tmp_path / "p.coopsearch", tmp_path / "partner")
    theirs = tmp_path / "partner" / "index_data"
    meta = read_meta(theirs)
    # As a version of before could leave it, which indexed into such an index.
    (tmp_path / "partner" / "mine").mkdir()
    (tmp_path / "partner" / "mine" / "a.txt").write_text("of my own")
    write_meta(theirs, meta._replace(sources=("mine",)))
    told: list[str] = []
    sync([], theirs, notice=told.append)
    assert told == []
    with open_index(theirs) as opened:
        assert opened.documents == 7
    sync([], theirs, rebuild=True, notice=told.append)
    assert any("documents of files that no source gives, such as docs/boats.txt" in one for one in told)
