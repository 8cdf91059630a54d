"""An index that is damaged, or of another version, is told in a line, and --rebuild mends it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.search import CoopsearchError, Hit, open_index
from coopsearch.search.indexdir.checksummed import sealed, unsealed
from tests.cli.index.indexing import index
from tests.conftest import Run


def test_versions(run: Run, project: Path) -> None:
    """An index of another version says so and what to do; doing that mends it."""
    index(run, project)
    page = project / "index_data" / "index.json"
    for key in ("schema", "analysis"):
        value = unsealed(page.read_bytes())
        page.write_bytes(sealed(json.dumps({**value, key: 99})))
        done = run("smuggling", cwd=project)
        assert (done.code, len(done.err.splitlines())) == (2, 1)
        assert f"{key} version 99" in done.err
        assert "coopsearch index --rebuild" in done.err
        assert run("index", "--rebuild", "-q", cwd=project).code == 0
        assert run("smuggling", "-n0", cwd=project).code == 0


def asked(folder: Path) -> tuple[int, list[Hit], str]:
    """Return what the command would: exit code, hits, error."""
    try:
        with open_index(folder) as opened:
            return 0, list(opened.search("smuggling routes")), ""
    except CoopsearchError as error:
        return 2, [], str(error)


@pytest.mark.parametrize("engine", ["whoosh", "columns"])
def test_damage(run: Run, project: Path, engine: str) -> None:
    """A cut, changed or missing file gives the right answer or a clear error, and a rebuild mends it."""
    index(run, project, "--engine", engine)
    folder = project / "index_data"
    whole = project / "whole"
    shutil.copytree(folder, whole)
    printed = run("--json", "smuggling routes", cwd=project).out
    code, right, _ = asked(folder)
    assert (code, bool(right)) == (0, True)
    files = [path for path in whole.rglob("*") if path.is_file() and path.stat().st_size]
    assert len(files) >= 4
    damages = {
        "cut": lambda data: data[: len(data) // 2],
        "empty": lambda data: b"",
        "flipped": lambda data: (
            data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 0x55]) + data[len(data) // 2 + 1 :]
        ),
        "gone": None,
    }
    errors = 0
    for file in files:
        for name, damage in damages.items():
            shutil.rmtree(folder)
            shutil.copytree(whole, folder)
            target = folder / file.relative_to(whole)
            if damage is None:
                target.unlink()
            else:
                target.write_bytes(damage(target.read_bytes()))
            code, out, err = asked(folder)
            if name == "cut":
                done = run("--json", "smuggling routes", cwd=project)
                told = f"coopsearch: {err}\n" if err else ""
                if file.name.startswith(("coverage-", "listing-")):
                    # It answers, and says that it is not known of how much, or what changed since.
                    what = (
                        "how much was searched" if file.name.startswith("coverage-") else "what changed since"
                    )
                    assert f"it is not known {what}" in done.err
                    assert file.name in done.err
                    told = done.err
                assert (done.code, done.err) == (code, told)
            if code == 0:
                assert out == right
            else:
                errors += 1
                assert "\n" not in err
                assert "`coopsearch index" in err, f"{name} {file.name}: {err}"
    assert errors >= len(files)
    assert run("index", "--rebuild", "-q", "seeds", cwd=project).code == 0
    assert run("--json", "smuggling routes", cwd=project).out == printed


PAGES: list[tuple[str, str, int, int]] = [
    ("not json", "{", 2, 2),
    ("a list", "[]", 2, 2),
    ("deep", "[" * 100_000, 2, 2),
    ("no bytes", "", 2, 2),
    ("another format", '{"format": "other"}', 2, 2),
    ("an unknown engine", "engine=paper", 2, 2),
    ("an engine that is a number", "engine=5", 2, 2),
    ("a source that is a number", "sources=[1]", 2, 2),
    ("data outside", "data=../x", 2, 2),
    ("data that is gone", "data=data-7", 2, 2),
]


@pytest.mark.parametrize(("name", "page", "search", "again"), PAGES, ids=[row[0] for row in PAGES])
def test_pages(run: Run, project: Path, name: str, page: str, search: int, again: int) -> None:
    """Whatever stands in index.json, searching and indexing say in a line to rebuild, and that mends it."""
    index(run, project)
    file = project / "index_data" / "index.json"
    if "=" in page:
        key, value = page.split("=")
        value = json.loads(value) if value[0] in "[5" else value
        page = sealed(json.dumps({**unsealed(file.read_bytes()), key: value})).decode()
    file.write_text(page, encoding="utf-8")
    for arguments, code in ((["smuggling"], search), (["index"], again)):
        done = run(*arguments, cwd=project)
        assert (done.code, len(done.err.splitlines())) == (code, 1), done
        assert "coopsearch index --rebuild" in done.err
    assert run("index", "--rebuild", "-q", "seeds", cwd=project).code == 0
    assert run("smuggling", "-n0", cwd=project).code == 0


@pytest.mark.parametrize("left", ["lock", "data-1"])
def test_cut_before_the_first_page(run: Run, project: Path, left: str) -> None:
    """What a run leaves that was cut before it made an index is not an obstacle to the first question."""
    (project / "index_data").mkdir()
    (project / "index_data" / left).mkdir() if left == "data-1" else (project / "index_data" / left).touch()
    done = run("smuggling", "-n0", cwd=project)
    assert done.code == 0, done
    assert "building" in done.err


def test_damaged_manifest(run: Run, project: Path) -> None:
    """A changed byte in the list of files never makes a traceback, and --rebuild mends it."""
    index(run, project)
    data = project / "index_data" / "data-1"
    file = next(path for path in data.glob("manifest-*") if b"seeds/000" in path.read_bytes())
    whole = file.read_bytes()
    spots = [0, 20, 60, len(whole) // 2, len(whole) - 10]
    spots += [at for word in (b"files", b"seeds/000") for at in [whole.index(word) + 5]]
    for at in spots:
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        with pytest.raises(CoopsearchError, match="coopsearch index --rebuild"):
            sync(index_dir=project / "index_data")
    file.write_bytes(whole[:100])
    done = run("index", cwd=project)
    assert (done.code, len(done.err.splitlines())) == (2, 1), done
    assert "coopsearch index --rebuild" in done.err
    assert index(run, project, "--rebuild")["added"] == 1
