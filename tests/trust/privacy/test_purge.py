"""What is taken out of an index is in none of its files any more."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.indexer import check, purge, sync
from coopsearch.indexer.manifest.manifest import TRACES
from coopsearch.search import open_index
from coopsearch.search.engines import NAMES, engine
from coopsearch.search.engines.columns.storage.column_file import ColumnFile
from coopsearch.search.errors import SettingsError
from tests.conftest import Run
from tests.trust.conftest import Ledger

ENGINES = pytest.mark.parametrize("name", NAMES)
#: Words that one document alone holds, in its title, a heading, its text and its name.
SECRETS = ("zanzibarish", "quokkaberg", "réquisitionnée", "الزنجبيلي", "wombatville")
SECRET = (
    "# Zanzibarish report\n\n## Quokkaberg\n\nLes routes furent réquisitionnée par le passeur. "
    "التقرير الزنجبيلي عن الطرق.\n\n" + "The border police met at wombatville. " * 40
)


def folder_of(tmp_path: Path, name: str) -> Path:
    """A folder of documents in three languages and its index, the secret one among them."""
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(12):
        text = f"# Report {number}\n\nThe border police and the routes of number{number}.\n"
        text += "Les passeurs de la frontière. "
        (docs / f"a{number}.md").write_text(text + "المهربون على الحدود. " * 30, encoding="utf-8")
    (docs / "kangaroo.md").write_text(SECRET, encoding="utf-8")
    sync([docs], tmp_path / "index_data", engine=name)
    return docs


def contents(index: Path) -> Iterator[tuple[str, str]]:
    """Yield each file of an index with all that can be read in it, by ways that purging does not take."""
    for path in sorted(index.rglob("*")):
        if not path.is_file():
            continue
        yield path.name, path.read_bytes().decode("utf-8", "replace")
        if path.suffix == ".col":
            file = ColumnFile(path)
            for array in file._arrays:
                yield path.name, file[array].data.tobytes().decode("utf-8", "replace")
    (data,) = index.glob("data-*")
    kept = "columns" if (data / "columns.toc").exists() else "whoosh"
    with engine(kept).open(data) as reader:
        for number in range(reader.documents):
            yield "stored", str(reader.document(number))


def traces(index: Path) -> list[tuple[str, str]]:
    """Return the files in which something of the secret document is, and what."""
    wanted = [*SECRETS, "kangaroo"]
    return [(name, word) for name, text in contents(index) for word in wanted if word in text.casefold()]


@ENGINES
def test_nothing_is_left(tmp_path: Path, name: str, ledger: Ledger) -> None:
    """After a purge no file of the index holds a word, a stem or the name of the document."""
    docs = folder_of(tmp_path, name)
    index = tmp_path / "index_data"
    assert traces(index)
    (docs / "kangaroo.md").unlink()
    sync([], index)
    assert traces(index), "deleting alone leaves something for some runs"
    (docs / "kangaroo.md").write_text(SECRET, encoding="utf-8")
    sync([], index)
    done = purge([docs / "kangaroo.md"], index)
    left = traces(index)
    looked = done.looked
    ledger("private", f"purge, {name}: files looked into", tried=looked, wrong=len(left), note="by two ways")
    assert left == []
    assert (done.documents, done.left, done.there) == (1, (), (str(docs / "kangaroo.md"),))
    assert done.words >= len(SECRETS)
    assert not check(index).damages
    with open_index(index) as opened:
        assert opened.search("zanzibarish").total == 0
        assert opened.search("police").total == 12


@ENGINES
def test_deleting_is_followed_by_a_purge(tmp_path: Path, name: str, ledger: Ledger) -> None:
    """A deleted document is in no file any more after the stated number of runs, that of its end included."""
    docs = folder_of(tmp_path, name)
    index = tmp_path / "index_data"
    (docs / "kangaroo.md").unlink()
    runs = 0
    while traces(index) and runs < TRACES + 5:
        runs += 1
        sync([], index)
    ledger(
        "private",
        f"deletion alone, {name}",
        tried=1,
        wrong=int(runs > TRACES),
        note=f"gone after {runs} runs",
    )
    assert runs <= TRACES
    assert not check(index).damages


def test_folders_and_what_cannot_be_purged(run: Run, tmp_path: Path) -> None:
    """A folder is purged with all files in it; a copy not without its twin, nor what the index has not."""
    docs = folder_of(tmp_path, "columns")
    index = tmp_path / "index_data"
    (docs / "sub").mkdir()
    (docs / "sub" / "b.txt").write_text("numbat", encoding="utf-8")
    (docs / "sub" / "c.txt").write_text("bilby", encoding="utf-8")
    shutil.copy(docs / "sub" / "c.txt", docs / "copy.txt")
    sync([], index)
    for place in (docs / "sub", docs / "copy.txt"):
        with pytest.raises(SettingsError, match="holds the same as"):
            purge([place], index)
    with pytest.raises(SettingsError, match="is not in the index"):
        purge([docs / "nothing.txt"], index)
    done = run("purge", "docs/sub", "docs/copy.txt", cwd=tmp_path)
    assert (done.code, len(done.err.splitlines())) == (0, 3), done
    assert "purged 3 files: 2 documents" in done.out
    assert "nothing of it is left" in done.out
    assert "is there still" in done.err
    (found,) = run("purge", "--json", "docs/kangaroo.md", cwd=tmp_path).objects()
    assert (found["files"], found["left"]) == (["docs/kangaroo.md"], [])
    assert run("purge", "docs/kangaroo.md", cwd=tmp_path).code == 2
    assert run("numbat", cwd=tmp_path).code == 1


@ENGINES
def test_what_was_deleted_before(run: Run, tmp_path: Path, name: str) -> None:
    """A document that was deleted first is purged by its old name; a name that never was is refused."""
    docs = folder_of(tmp_path, name)
    index = tmp_path / "index_data"
    (docs / "kangaroo.md").unlink()
    sync([], index)
    assert traces(index)
    done = run("purge", "docs/kangaroo.md", cwd=tmp_path)
    assert (done.code, done.err) == (0, ""), done
    assert "nothing of it is left" in done.out
    assert traces(index) == []
    assert run("purge", "docs/kangaroo.md", cwd=tmp_path).code == 2


@ENGINES
def test_a_source_is_purged_with_its_name(tmp_path: Path, name: str) -> None:
    """A file that is a source of its own leaves neither its words nor its name among the sources."""
    folder_of(tmp_path, name)
    index = tmp_path / "index_data"
    single = tmp_path / "dingoland.txt"
    single.write_text("numbatville is far away", encoding="utf-8")
    sync([single], index)
    done = purge([single], index)
    assert (done.left, done.there) == ((), ())
    assert not [text for _, text in contents(index) if "dingoland" in text or "numbatville" in text]
    assert sync([], index).documents == 13


#: Plays a purge that is killed just before it removes its n-th file.
KILLED = """
import os, sys
from coopsearch.search.indexdir import durable
remove, count = durable._Names.unlink, int(sys.argv[1])
def unlink(self, name):
    global count
    if os.path.lexists(self._folder / name):
        count -= 1
        if count < 0:
            os.kill(os.getpid(), 9)
    remove(self, name)
durable._Names.unlink = unlink
from coopsearch.indexer import purge
purge([sys.argv[2]], sys.argv[3])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills its own process")
@ENGINES
def test_killed_while_it_removes(tmp_path: Path, name: str, ledger: Ledger) -> None:
    """A purge that was killed while it removed files leaves nothing once it is given again."""
    docs = folder_of(tmp_path, name)
    secret = docs / "kangaroo.md"
    secret.unlink()
    sync([], tmp_path / "index_data")
    shutil.move(tmp_path / "index_data", tmp_path / "whole")
    tried = unknown = 0
    wrong: list[str] = []
    for count in range(100):
        index = tmp_path / "index_data"
        shutil.rmtree(index, ignore_errors=True)
        shutil.copytree(tmp_path / "whole", index)
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, str(count), secret, index], capture_output=True, check=False
        )
        if killed.returncode == 0:
            break
        assert killed.returncode == -9, killed.stderr
        tried += 1
        notices: list[str] = []
        try:
            purge([secret], index, notice=notices.append)
        except SettingsError:
            # It was taken out before: what is left of it is told of, as it is not known by its name any more.
            unknown += 1
            assert notices
        wrong += [f"{count}: {word} in {file}" for file, word in traces(index)]
        assert not check(index).damages
    ledger("private", f"purge killed and given again, {name}", tried=tried, wrong=len(wrong))
    assert tried >= unknown > 0
    assert wrong == []


@ENGINES
def test_words_that_are_values_too(tmp_path: Path, name: str) -> None:
    """A word that is also the code of a language or a format, a day or a field of others is no trace."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "en.txt").write_text("Reports on the border and the police of the region.", encoding="utf-8")
    (docs / "fr.txt").write_text("Les rapports sur la frontière et la police de la région.", encoding="utf-8")
    (docs / "rows.jsonl").write_text(
        '{"_id": "a", "text": "Ports are open.", "author": "Zed", "date": "2019-03-04"}', encoding="utf-8"
    )
    gone = docs / "gone.eml"
    gone.write_text(
        "From: Quillfeather <q@example.org>\nSubject: en fr txt\n\nIn jsonl: author 20190304, fr.\n", "utf-8"
    )
    index = tmp_path / "index_data"
    sync([docs], index, engine=name)
    gone.unlink()
    done = purge([gone], index)
    assert (done.documents, done.left) == (1, ())
    assert not [file for file, text in contents(index) if "quillfeather" in text.casefold()]
