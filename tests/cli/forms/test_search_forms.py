"""Answers in the forms that programs read: tables, paths, templates, and every hit."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import Run

#: The names of the columns, which programs rely on.
COLUMNS = "rank,score,path,shown,title,language,heading,line,page,snippet,type,date,index".split(",")
HITS = 60


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, command: Sequence[str]) -> Path:
    """A folder in three languages, with names and texts that could act, and its index."""
    folder = tmp_path_factory.mktemp("forms")
    docs = folder / "docs"
    docs.mkdir()
    (docs / "fr.md").write_text("# Réseaux\n\nLes passeurs, « route » du désert.\n", encoding="utf-8")
    (docs / "ar.md").write_text("# تهريب\n\nشبكات تهريب المهاجرين.\n", encoding="utf-8")
    (docs / "=evil.txt").write_text('=1+1\n\n-smuggling, "quoted" smugglers\n', encoding="utf-8")
    (docs / "two\nlines.txt").write_text("smuggling\n", encoding="utf-8")
    Path(os.fsdecode(os.fsencode(docs) + b"/bad\xff.txt")).write_text("smuggling\n")
    lines = [{"_id": f"n{number}", "text": f"record {number}", "author": "Ann"} for number in range(HITS)]
    (docs / "many.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    subprocess.run([*command, "index", "docs", "--index", "index_data"], cwd=folder, check=True)
    return folder


def table(text: str) -> list[dict[str, str]]:
    """Return the rows of a table by the names of its columns."""
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_csv(run: Run, project: Path) -> None:
    """A table has a row of names, then a row a hit, in UTF-8 with the ends of lines of RFC 4180."""
    done = run("--translate=no", "--csv", "passeurs تهريب", cwd=project)
    assert (done.code, done.err) == (0, "")
    assert done.out.count("\r\n") == done.out.count("\n") == 3
    rows = table(done.out)
    assert list(rows[0]) == COLUMNS
    assert {row["title"] for row in rows} == {"Réseaux", "تهريب"}
    objects = run("--translate=no", "--json", "passeurs تهريب", cwd=project).objects()
    for row, hit in zip(rows, objects, strict=True):
        assert (row["path"], row["shown"], row["snippet"]) == (hit["path"], hit["shown"], hit["snippet"])
        assert (int(row["rank"]), int(row["line"]), row["page"]) == (hit["rank"], hit["line"], "")
        assert Path(row["index"]) == project / "index_data"


def test_csv_holds_no_formula(run: Run, project: Path) -> None:
    """What would begin a formula stands behind an apostrophe."""
    rows = table(run("--translate=no", "--csv", '"smuggling quoted"', cwd=project).out)
    assert rows[0]["title"] == "'=1+1"
    assert rows[0]["snippet"] == '\'-smuggling, "quoted" smugglers'
    inside = table(
        run(
            "--translate=no", "--csv", '"smuggling quoted"', "--index", "../index_data", cwd=project / "docs"
        ).out
    )
    assert inside[0]["shown"] == "'=evil.txt"


def test_csv_for_excel(run: Run, project: Path) -> None:
    """--csv-excel begins with the mark of UTF-8, and is the same table otherwise."""
    assert (
        run("--translate=no", "--csv-excel", "تهريب", cwd=project).out
        == "\ufeff" + run("--translate=no", "--csv", "تهريب", cwd=project).out
    )


def test_csv_in_a_terminal_of_another_encoding(run: Run, project: Path) -> None:
    """A table is UTF-8 whatever the surroundings say."""
    odd = run(
        "--translate=no", "--csv", "passeurs", cwd=project, env={"PYTHONIOENCODING": "latin-1", "LC_ALL": "C"}
    )
    assert odd.out == run("--translate=no", "--csv", "passeurs", cwd=project).out


@pytest.mark.parametrize("form", ["--csv", "--paths", "--paths0", "--all-hits"])
def test_nothing_found(run: Run, project: Path, form: str) -> None:
    """An answer without hits has the exit code 1, and a table still names its columns."""
    done = run("--translate=no", form, "zyzzyva", cwd=project)
    assert done.code == 1
    assert done.out == (",".join(COLUMNS) + "\r\n" if form == "--csv" else "")


def test_paths(run: Run, project: Path) -> None:
    """--paths names each file once, a line for each, whatever its name holds."""
    done = run("--translate=no", "--paths", "smuggling", cwd=project)
    assert sorted(done.out.splitlines()) == ["docs/=evil.txt", "docs/bad\\xff.txt", "docs/two lines.txt"]
    assert run("--translate=no", "--paths", "-n", "50", "record", cwd=project).out == "docs/many.jsonl\n"


def test_paths0(run: Run, project: Path) -> None:
    """--paths0 gives names as they are on the disk, also such that are not UTF-8."""
    names = run("--translate=no", "--paths0", "smuggling", cwd=project).out.split("\0")
    assert names.pop() == ""
    assert len(names) == 3
    for name in names:
        assert (project / name).is_file()
    assert "docs/two\nlines.txt" in names


FORMATS = [
    ("{rank}:{shown}:{line}: {snippet}", "1:docs/fr.md:3: Les passeurs, « route » du désert.\n"),
    ("{title:<10}|{rank:>3}|{title:^9}|{rank:3}|{title:9}|", "Réseaux   |  1| Réseaux |  1|Réseaux  |\n"),
    ("{title:.4}|{title:6.4}|", "Rés…|Rés…  |\n"),
    (r"{type}\t{language}\n{{x}}\\", "md\tfr\n{x}\\\n"),
    ("[{page}{fields.author}{fields.a.b[0]}]", "[]\n"),
    ("\x1b[31m{type}", "\ufffd[31mmd\n"),
    (r"\\", "\\\n"),
]


@pytest.mark.parametrize(("template", "shown"), FORMATS)
def test_format(run: Run, project: Path, template: str, shown: str) -> None:
    """A template gives a line for each hit."""
    assert run("--translate=no", "--format", template, "passeurs", cwd=project).out == shown


def test_format_fields(run: Run, project: Path) -> None:
    """A template reaches the document's own fields."""
    assert (
        run("--translate=no", "--format", "{fields.author}", "-n", "1", "record", cwd=project).out == "Ann\n"
    )


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{nonsense}", "there are: rank, score"), ("{}", "there are:"), ("{0}", "there are:"),
        ("{path.__class__}", "there are:"), ("{path[0]}", "there are:"), ("{fields.}", "there are:"),
        ("{title!r}", "not a width"), ("{title:>9999}", "not a width"), ("{title:{rank}}", "not a width"),
        ("{score:.2e}", "not a width"), ("{title", "write {{ and }}"), ("}", "write {{ and }}"),
        ("", "--format is empty"),
    ],
)  # fmt: skip
def test_bad_format(run: Run, project: Path, template: str, words: str) -> None:
    """A template that cannot be read is an error of one line that says what there is."""
    done = run("--translate=no", "--format", template, "passeurs", cwd=project)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert words in done.err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--json", "--csv"], "--json and --csv"), (["--paths", "--paths0"], "--paths and --paths0"),
        (["--csv", "--csv-excel", "--format", "x"], "give one of them"),
        (["--csv", "--facet", "lang"], "--facet"),
        (["--paths", "--explain"], "--explain"), (["--format", "x", "--coverage"], "--coverage"),
        (["--all-hits", "--fold"], "--fold"), (["--all-hits", "-n", "3"], "-n"),
        (["--csv", "--why-not", "docs/fr.md"], "--why-not"),
        (["--all-hits", "--sort", "x"], "there is no order"),
    ],
)  # fmt: skip
def test_options_that_do_not_go_together(run: Run, project: Path, options: list[str], words: str) -> None:
    """Two forms of one answer, and what a form has no room for, are errors that name both."""
    done = run("--translate=no", *options, "passeurs", cwd=project)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert words in done.err


def test_all_hits(run: Run, project: Path) -> None:
    """--all-hits prints every hit in each form, in the order of the ranks."""
    objects = run("--all-hits", "--json", "record", cwd=project).objects()
    assert [hit["rank"] for hit in objects] == list(range(1, HITS + 1))
    assert objects[:10] == run("--translate=no", "--json", "record", cwd=project).objects()
    assert len(table(run("--all-hits", "--csv", "record", cwd=project).out)) == HITS
    shown = run("--all-hits", "record", cwd=project)
    assert shown.out.count("docs/many.jsonl!") == HITS
    assert shown.err == f"{HITS} of {HITS + 4} documents match, all of them shown\n"


NARROWED = [
    (["--lang", "fr"], ["fr.md"]),
    (["--lang", "fr,ar"], ["ar.md", "fr.md"]),
    (["--type", "md"], ["ar.md", "fr.md", "new.md"]),
    (["--type", "html", "--type", "md", "--in", "docs/part"], ["new.md", "old.html"]),
    (["--in", "docs/part"], ["new.md", "old.html"]),
    (["--since", "2020"], ["new.md"]),
    (["--until", "2015-06"], ["old.html"]),
    (["--since", "2010", "--until", "2030", "--lang", "en"], ["new.md", "old.html"]),
    (["--tag", "relevant"], ["fr.md", "old.html"]),
    (["--tag", "relevant", "--lang", "fr"], ["fr.md"]),
    (["--tag", "-relevant", "--in", "docs/part"], ["new.md"]),
    (["--unseen", "--since", "2010"], ["new.md"]),
]
ASKED = "passeurs OR تهريب OR patrol"


@pytest.fixture(scope="module")
def narrowed(tmp_path_factory: pytest.TempPathFactory, command: Sequence[str]) -> Path:
    """A folder of documents that differ in language, format, date, folder and mark, and its index."""
    folder = tmp_path_factory.mktemp("narrowed")
    part = folder / "docs" / "part"
    part.mkdir(parents=True)
    (folder / "docs" / "fr.md").write_text("Les passeurs du désert partent la nuit.\n", encoding="utf-8")
    (folder / "docs" / "ar.md").write_text("شبكات تهريب المهاجرين.\n", encoding="utf-8")
    (part / "new.md").write_text("---\ndate: 2021-03-04\n---\nA patrol of the coast.\n")
    (part / "old.html").write_text('<meta name="date" content="2015-05-06"><p>The patrol left the coast.</p>')
    for words in (["index", "docs"], ["mark", "docs/fr.md", "docs/part/old.html", "relevant"]):
        subprocess.run([*command, *words, "--index", "index_data"], cwd=folder, check=True)
    return folder


@pytest.mark.parametrize(("options", "names"), NARROWED)
def test_narrowed(run: Run, narrowed: Path, options: list[str], names: list[str]) -> None:
    """All hits, and the hits in each form, are those that the options leave."""
    for form in (
        ["--csv"],
        ["--all-hits", "--csv"],
        ["--all-hits", "--json"],
        ["--paths"],
        ["--format", "{path}"],
    ):
        done = run(*form, *options, ASKED, cwd=narrowed)
        if "--json" in form:
            found = [hit["path"] for hit in done.objects()]
        elif "--csv" in form:
            found = [row["path"] for row in table(done.out)]
        else:
            found = done.out.splitlines()
        assert sorted(Path(path).name for path in found) == names, form


def test_notes_stand_behind_the_hits(
    command: Sequence[str], clean_env: dict[str, str], project: Path
) -> None:
    """Where the hits and what is said about them go into one pipe, the note comes last."""
    for form in ("--paths", "--csv"):
        done = subprocess.run(
            [*command, form, "smuggling"],
            cwd=project,
            env=clean_env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="surrogateescape",
            check=True,
        )
        *hits, note = done.stdout.splitlines()
        assert note.startswith("note: "), form
        assert not any(line.startswith("note: ") for line in hits), form


def test_a_reader_that_stops(command: Sequence[str], clean_env: dict[str, str], project: Path) -> None:
    """A program that reads the first line of a table and goes ends it quietly."""
    asking = subprocess.Popen(
        [*command, "--all-hits", "--csv", "record"],
        cwd=project,
        env=clean_env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert asking.stdout is not None
    assert asking.stderr is not None
    assert asking.stdout.readline().startswith(b"rank,")
    asking.stdout.close()
    assert asking.stderr.read() == b""
    asking.stderr.close()
    assert asking.wait() == 0
