"""Which folders are indexed, and where the index lies."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.cli.index.indexing import counts, found, index
from tests.conftest import Run


def test_sources(run: Run, project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Folders add up; one that is gone keeps its documents until it is named again."""
    other = tmp_path_factory.mktemp("other") / "reports"
    other.mkdir()
    (other / "r.txt").write_text("zander", encoding="utf-8")
    index(run, project)
    assert counts(index(run, project, other)) == (1, 0, 0, 0, 0, 0, 2)
    assert counts(index(run, project)) == (0, 0, 0, 0, 2, 0, 2)
    away = other.rename(other.with_name("away"))
    report = index(run, project, code=2)
    assert [failure["shown"] for failure in report["failed"]] == [str(other)]
    assert found(run, project, "zander") == [f"{other}/r.txt"]
    away.rename(other)
    assert counts(index(run, project)) == (0, 0, 0, 0, 2, 0, 2)
    shutil.rmtree(other)
    assert counts(index(run, project, other)) == (0, 0, 0, 1, 0, 0, 1)
    assert counts(index(run, project)) == (0, 0, 0, 0, 1, 0, 1)
    done = run("index", other, cwd=project)
    assert (done.code, "does not exist" in done.err, len(done.err.splitlines())) == (2, True, 1)


def test_places(run: Run, project: Path, clean_env: dict[str, str]) -> None:
    """--index, else the variable, else the nearest index_data upwards, else the user's data folder."""
    (project / "a" / "b").mkdir(parents=True)
    run("index", "-q", cwd=project)
    assert run("smuggling", "-n0", cwd=project / "a" / "b").code == 0
    env = {"COOPSEARCH_INDEX": str(project / "by_variable")}
    assert run("index", "-q", "seeds", cwd=project, env=env).code == 0
    assert (project / "by_variable" / "index.json").is_file()
    assert run("index", "-q", "seeds", "--index", "by_option", cwd=project, env=env).code == 0
    assert (project / "by_option" / "index.json").is_file()
    elsewhere = project.parent / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    for name in ("by_variable", "by_option"):
        assert run("--index", project / name, "-n0", "smuggling", cwd=elsewhere).code == 0
    own = {"HOME": str(elsewhere), "XDG_DATA_HOME": str(elsewhere / "data")}
    done = run("smuggling", cwd=elsewhere, env=own)
    assert (done.code, "coopsearch index" in done.err, len(done.err.splitlines())) == (2, True, 1)
    assert not (elsewhere / "data").exists()
    assert run("index", "-q", project / "seeds", cwd=elsewhere, env=own).code == 0
    assert (elsewhere / "data" / "coopsearch" / "index_data" / "index.json").is_file()
    assert run("smuggling", "-n0", cwd=elsewhere, env=own).code == 0
    assert run("x", cwd=project, env={"COOPSEARCH_INDEX": ""}).code == 2


def test_moved_project(run: Run, project: Path) -> None:
    """A project that is moved with its index answers, and nothing in it is read again."""
    old = project / "old"
    old.mkdir()
    shutil.move(project / "seeds", old / "seeds")
    os.utime(next((old / "seeds").iterdir()), (1_000_000_000, 1_000_000_000))
    index(run, old)
    new = old.rename(project / "new")
    assert found(run, new, "smuggling") == ["seeds/000_f152cf9774ad5dba.txt"]
    assert counts(index(run, new)) == (0, 0, 0, 0, 1, 0, 1)


def test_not_an_index(run: Run, project: Path) -> None:
    """A folder of other things is neither searched nor written into."""
    for arguments in (["x"], ["index", "seeds"], ["index", "--rebuild", "seeds"]):
        done = run(*arguments, "--index", "seeds", cwd=project)
        assert (done.code, len(done.err.splitlines())) == (2, 1)
        assert "is not a coopsearch index" in done.err
    assert [path.name for path in (project / "seeds").iterdir()] == ["000_f152cf9774ad5dba.txt"]


def test_quiet_and_lines(run: Run, project: Path) -> None:
    """With --quiet nothing is printed; in a pipe plain lines."""
    done = run("index", "--quiet", cwd=project)
    assert (done.code, done.out, done.err) == (0, "", "")
    done = run("index", cwd=project)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("1 unchanged: 1 document in ")
    assert "\x1b" not in done.out


def test_nothing_to_index(run: Run) -> None:
    """Where there is nothing to index, the command to type is given and nothing is made."""
    done = run("index", env={"XDG_DATA_HOME": None})
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "coopsearch index FOLDER" in done.err


@pytest.mark.parametrize(
    "arguments", [["--index", "~nobody-here/x", "smuggling"], ["index", "~nobody-here/x"]]
)
def test_unknown_home(run: Run, project: Path, arguments: list[str]) -> None:
    """The home of a user that there is not is told in one line."""
    done = run(*arguments, cwd=project)
    assert (done.code, len(done.err.splitlines())) == (2, 1), done


def test_unknown_engine_makes_nothing(run: Run, project: Path) -> None:
    """A wrong option is told before anything is made."""
    done = run("index", "--engine", "paper", cwd=project)
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "whoosh, columns" in done.err
    assert run("smuggling", "-n0", cwd=project).code == 0


def test_never_beside_the_package(
    run: Run, project: Path, repo: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Where nothing says where the index is, it is not the one beside the code."""
    home = tmp_path_factory.mktemp("own")
    done = run("smuggling", cwd=home, env={"HOME": str(home), "XDG_DATA_HOME": None})
    assert done.code == 2
    assert str(home / ".local" / "share" / "coopsearch" / "index_data") in done.err
    assert str(repo) not in done.err


def test_nearest_index(run: Run, project: Path) -> None:
    """Of two index_data folders upwards, the nearer one is asked, and indexed without PATH."""
    index(run, project)
    inner = project / "inner"
    (inner / "seeds").mkdir(parents=True)
    (inner / "seeds" / "a.txt").write_text("zander", encoding="utf-8")
    index(run, inner)
    (inner / "deep").mkdir()
    assert found(run, inner / "deep", "zander smuggling") == [str(inner / "seeds" / "a.txt")]
    assert counts(index(run, inner / "deep"))[-1] == 1
