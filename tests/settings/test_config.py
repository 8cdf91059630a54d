"""`coopsearch.toml` and the user's own settings, by the real command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from tests.conftest import Run

TEXTS = {
    "a.txt": "The boat went to sea with refugees.",
    "b.txt": "Un bateau de réfugiés est parti en mer.",
    "c.txt": "غادر قارب اللاجئين إلى البحر، boat",
    "d.txt": "A boat and its refugees came back.",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with an index of four texts."""
    folder = tmp_path / "project"
    (folder / "docs" / "deep").mkdir(parents=True)
    for name, text in TEXTS.items():
        (folder / "docs" / name).write_text(text + "\n", encoding="utf-8")
    sync([folder / "docs"], folder / "index_data")
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Callable[[str], dict[str, str]]:
    """Writes the user's own file and returns the environment in which it counts."""

    def write(text: str) -> dict[str, str]:
        path = tmp_path / "config" / "coopsearch" / "config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return {"XDG_CONFIG_HOME": str(tmp_path / "config")}

    return write


def put(project: Path, text: str) -> None:
    (project / "coopsearch.toml").write_text(text, encoding="utf-8")


def shown(ran_out: str) -> int:
    """Count the hits of an answer for programs."""
    return ran_out.count('"rank"')


def test_order(run: Run, project: Path, own: Callable[[str], dict[str, str]]) -> None:
    """The option counts most, then the project's file, then the user's, then the default."""
    env = own("[search]\nlimit = 2\njson = true\n")
    assert shown(run("boat", cwd=project).out) == 0
    assert shown(run("boat", cwd=project, env=env).out) == 2
    put(project, "[search]\nlimit = 1\n")
    assert shown(run("boat", cwd=project, env=env).out) == 1
    assert shown(run("boat", "-n", "3", cwd=project, env=env).out) == 3
    assert shown(run("boat", "--no-json", cwd=project, env=env).out) == 0
    # A file counts in all folders below its own.
    assert shown(run("boat", cwd=project / "docs" / "deep", env=env).out) == 1


def test_values(run: Run, project: Path) -> None:
    """Switches, lists and texts are set as well as numbers, and the help shows them."""
    put(project, '[search]\nall = true\nfacet = ["lang", "type"]\nsort = "path"\n')
    ran = run("boat refugees", "--translate=no", cwd=project)
    assert "lang: " in ran.out
    assert "2 of 4 documents match" in ran.err
    assert run("boat refugees", "--no-all", "--translate=no", cwd=project).err.startswith(
        "4 of 4 documents match"
    )
    text = run("search", "--help", cwd=project).out
    assert "--all / --no-all" in text
    assert "[default: path]" in text
    assert "[default: lang, type]" in " ".join(text.split())


def test_one_text_of_a_list(run: Run, project: Path) -> None:
    """An option that may be repeated takes a single text, too."""
    put(project, '[search]\nfacet = "lang"\n')
    assert "lang: " in run("boat", cwd=project).out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[search]\nlimt = 3\n", "2: there is no setting search.limt; did you mean search.limit?"),
        ("\n[serach]\nlimit = 3\n", "2: there is no setting serach; did you mean search?"),
        ("[search]\nxyzzy = 1\n", "2: there is no setting search.xyzzy; there are: limit, "),
        ('[search]\nlimit = "many"\n', "2: search.limit takes a whole number from 0 to 100,000, not"),
        ("[search]\nlimit = -1\n", "2: search.limit takes a whole number from 0 to 100,000, not -1"),
        ("[search]\nlimit = true\n", "search.limit takes a whole number from 0 to 100,000, not true"),
        ("[search]\nlimit = 2.5\n", "search.limit takes a whole number from 0 to 100,000, not 2.5"),
        ("[search]\nall = 1\n", "2: search.all takes true or false, not 1"),
        ("[search]\nsort = 3\n", "2: search.sort takes a text in quotes, not 3"),
        ("[search]\nfacet = [1]\n", "search.facet takes a list of texts, or a text in quotes, not [1]"),
        ("search = 3\n", "1: search is a table, written [search]"),
        ("[search]\nlimit = \n", "2: this is not TOML: "),
        ("[search]\n[search]\n", "2: this is not TOML: "),
        ("a = [", "1: this is not TOML: "),
        ("a = '''", "1: this is not TOML: "),
        ("sources = 3\n", "1: sources takes a list, as in"),
        ('sources = ["../.."]\n', "1: sources = '../..' lies outside of the project"),
        ('[index]\nfolder = "/etc"\n', "2: index.folder = '/etc' lies outside of the project"),
        ('[indexes]\nun = "/srv"\n', "2: indexes.un = '/srv' lies outside of the project"),
        ("[paths]\nrule = []\n", "2: there is no setting paths.rule; did you mean paths.rules?"),
        ('[paths]\nrules = ["a/b"]\n', "2: the rule 'a/b' names no field"),
        ('[synonyms]\nboat = ["!"]\n', "2: synonyms.boat: '!' is not a word"),
        ("[synonyms]\nboat = 3\n", "2: synonyms.boat takes a list"),
        ('[viewers]\npdf = "rm -rf ~"\n', "1: viewers is allowed in your own settings only"),
        ("[limits]\nmemory = 1e9\n", None),
        ("[index]\ngroup = true\n", None),
    ],
)  # fmt: skip
def test_bad_files(run: Run, project: Path, text: str, message: str | None) -> None:
    """An error names the file, the line and the nearest name, in one line, wherever it is met."""
    put(project, text)
    ran = run("boat", cwd=project)
    if message is None:
        # The table of another command is looked at when that is called.
        assert ran.code == 0
        ran = run("index", cwd=project)
        message = "is allowed in your own settings only"
    assert ran.code == 2
    assert ran.err.startswith("coopsearch: coopsearch.toml:"), ran.err
    # Those that begin with a digit begin with the line.
    assert (f"coopsearch.toml:{message}" if message[0].isdigit() else message) in ran.err
    assert ran.err.count("\n") == 1
    checked = run("config", "--check", cwd=project)
    assert (checked.code, checked.err) == (2, ran.err)


@pytest.mark.parametrize("kind", ["folder", "pipe", "link", "huge", "latin"])
def test_unreadable_files(run: Run, project: Path, kind: str) -> None:
    """What is no file of text in place of the settings is an error, and nothing is waited for."""
    import os

    path = project / "coopsearch.toml"
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "link":
            path.symlink_to(project / "nowhere")
        case "huge":
            path.write_text("#" * (1 << 21), encoding="utf-8")
        case _:
            path.write_bytes("# réfugiés".encode("latin-1"))
    ran = run("boat", cwd=project)
    assert ran.code == 2
    assert "coopsearch.toml" in ran.err
    assert ran.err.count("\n") == 1
    # The files can still be named, and the help be read.
    assert str(path) in run("config", "--path", cwd=project).out
    assert run("--help", cwd=project).code == 0


def test_project_is_not_trusted(run: Run, project: Path, own: Callable[[str], dict[str, str]]) -> None:
    """What gives rights, takes long or names a place is set in the user's own file alone."""
    lines = ("rebuild = true", "group = true", "max-size = 4000", 'limit = ["seconds=9"]', "workers = 60")
    for line in lines:
        put(project, f"[index]\n{line}\n")
        ran = run("index", cwd=project)
        assert ran.code == 2, line
        assert "your own settings only" in ran.err
    (project / "coopsearch.toml").unlink()
    env = own("[index]\nmax-size = 3\n[limits]\nseconds = 50\n[viewers]\npdf = 'xpdf {path}'\n")
    assert run("index", cwd=project, env=env).code == 0
    assert run("config", "viewers.pdf", cwd=project, env=env).out == "xpdf {path}\n"
    assert run("config", "index.limit", cwd=project, env=env).out == "seconds=50\n"


def test_a_link_leads_nowhere(run: Run, project: Path, tmp_path: Path) -> None:
    """A link inside of the project does not make another place the project's."""
    (tmp_path / "elsewhere").mkdir()
    (project / "inside").symlink_to(tmp_path / "elsewhere")
    put(project, '[index]\nfolder = "inside/index"\n')
    ran = run("index", "docs", cwd=project)
    assert ran.code == 2
    assert "lies outside of the project" in ran.err
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_which_index(run: Run, project: Path, own: Callable[[str], dict[str, str]]) -> None:
    """The settings name the index; the environment and the option count more, and the source is shown."""
    put(project, '[index]\nfolder = "other"\n')
    assert run("index", "docs/a.txt", cwd=project).code == 0
    assert (project / "other" / "index.json").exists()
    assert run("boat", cwd=project).err.startswith("1 of 1 document")
    assert "coopsearch.toml:2" in run("config", "index", cwd=project).out
    env = {"COOPSEARCH_INDEX": str(project / "index_data")}
    assert run("boat", "--translate=no", cwd=project, env=env).err.startswith("3 of 4 documents")
    assert "COOPSEARCH_INDEX" in run("config", "index", cwd=project, env=env).out
    assert run("boat", "--translate=no", "--index", "index_data", cwd=project).err.startswith(
        "3 of 4 documents"
    )
    (project / "coopsearch.toml").unlink()
    env = own(f'[index]\nfolder = "{project / "other"}"\n')
    # What lies near by counts more than what the user set for everywhere.
    assert run("boat", "--translate=no", cwd=project, env=env).err.startswith("3 of 4 documents")
    assert run("boat", env=env).err.startswith("1 of 1 document")


def test_sources(run: Run, project: Path) -> None:
    """The sources of the settings are read beside those that the index knows."""
    (project / "more").mkdir()
    (project / "more" / "e.txt").write_text("a new boat\n", encoding="utf-8")
    put(project, 'sources = ["more"]\n')
    ran = run("index", cwd=project)
    assert "1 added, 4 unchanged: 5 documents" in ran.out
    put(project, 'sources = ["gone"]\n')
    assert "5 unchanged" in run("index", cwd=project).out
    ran = run("index", "--index", "fresh/index_data", cwd=project)
    assert (ran.code, "gone does not exist, which the settings name as a source" in ran.err) == (2, True)


def test_config(run: Run, project: Path, own: Callable[[str], dict[str, str]]) -> None:
    """`config` shows each value and where it came from, for a person and for programs."""
    env = own("[search]\nsort = 'newest'\n")
    put(project, "# ours\n[search]\nlimit = 7\n")
    lines = run("config", cwd=project, env=env).out.splitlines()
    assert ["search.limit", "7", "coopsearch.toml:3"] in [line.split() for line in lines]
    assert any(line.split()[:2] == ["search.sort", "newest"] and "config.toml:2" in line for line in lines)
    assert run("config", "search.limit", cwd=project, env=env).out == "7\n"
    rows = {row["name"]: row for row in run("config", "--json", cwd=project, env=env).objects()}
    assert rows["search.limit"]["source"] == "project"
    assert (rows["search.limit"]["file"], rows["search.limit"]["line"]) == (
        str(project / "coopsearch.toml"),
        3,
    )
    assert (rows["search.sort"]["source"], rows["search.all"]["source"]) == ("user", "default")
    paths = run("config", "--path", cwd=project, env=env).out.splitlines()
    assert paths[0] == str(project / "coopsearch.toml")
    assert run("config", "--check", cwd=project, env=env).code == 0
    assert run("config", "search.facet", cwd=project).code == 1
    ran = run("config", "search.limti", cwd=project)
    assert (ran.code, "did you mean search.limit?" in ran.err) == (2, True)


def test_named_file(run: Run, project: Path, tmp_path: Path) -> None:
    """A variable names another file for the user's own; empty, there is none, and a lost one is an error."""
    mine = tmp_path / "mine.toml"
    mine.write_text("[search]\nlimit = 1\njson = true\n", encoding="utf-8")
    assert shown(run("boat", cwd=project, env={"COOPSEARCH_CONFIG": str(mine)}).out) == 1
    assert shown(run("boat", cwd=project, env={"COOPSEARCH_CONFIG": ""}).out) == 0
    ran = run("boat", cwd=project, env={"COOPSEARCH_CONFIG": str(tmp_path / "lost.toml")})
    assert (ran.code, "which does not exist" in ran.err) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["boat"], ["similar", "docs/a.txt"], ["status"], ["batch", "list.txt"], ["show", "docs/a.txt"],
        ["mark", "docs/a.txt", "seen"], ["desk", "where"], ["verify"], ["index"],
    ],
)  # fmt: skip
def test_names_of_indexes(run: Run, tmp_path: Path, arguments: list[str]) -> None:
    """Every command takes the name that the settings give to an index, and a path stays a path."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("A boat on the coast.", encoding="utf-8")
    (tmp_path / "list.txt").write_text("boat", encoding="utf-8")
    assert run("index", "docs", "--index", "kept", cwd=tmp_path).code == 0
    (tmp_path / "coopsearch.toml").write_text('[indexes]\nmine = "kept"\n', encoding="utf-8")
    named = run(*arguments, "--index", "mine", cwd=tmp_path)
    assert named.code in {0, 1}, named.err
    assert not (tmp_path / "mine").exists()
    if arguments == ["desk", "where"]:
        assert str(tmp_path / "kept") in named.out
    assert run("status", "--index", "./mine", cwd=tmp_path).code == 2
