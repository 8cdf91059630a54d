"""``coopsearch batch``: a list of names in a file or a table, and the table of what they find."""

from __future__ import annotations

import csv
import io
import os
import pty
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.forms.test_search_forms import COLUMNS
from tests.conftest import Run

LIST = "smuggling routes\n\nRéseaux de passeurs\nتهريب المهاجرين\nNobody Here\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, command: Sequence[str]) -> Path:
    """A folder in three languages, its index, and a list."""
    folder = tmp_path_factory.mktemp("batch")
    docs = folder / "docs"
    docs.mkdir()
    (docs / "en.txt").write_text("Notes\n\nThe smuggling routes over the sea.\n")
    (docs / "two.txt").write_text("Routes of smuggling, and the smuggling routes.\n")
    (docs / "fr.md").write_text("# Réseaux\n\nLes réseaux de passeurs.\n", encoding="utf-8")
    (docs / "ar.md").write_text("# بحر\n\nشبكات تهريب المهاجرين.\n", encoding="utf-8")
    (folder / "names.txt").write_text(LIST, encoding="utf-8")
    subprocess.run([*command, "index", "-q", "docs", "--index", "index_data"], cwd=folder, check=True)
    return folder


def table(text: str) -> list[dict[str, str]]:
    """Return the rows of a table by the names of its columns."""
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_csv(run: Run, project: Path) -> None:
    """Each line that is not blank has a row: its number, its documents, its best hit."""
    done = run("batch", "names.txt", "--csv", cwd=project)
    assert (done.code, done.err) == (0, "3 of 4 lines found\n")
    rows = table(done.out)
    assert list(rows[0]) == ["number", "query", "documents", *COLUMNS, "notes", "error"]
    assert [(row["number"], row["documents"], row["shown"], row["line"]) for row in rows] == [
        ("1", "2", "docs/en.txt", "3"),
        ("3", "1", "docs/fr.md", "3"),
        ("4", "1", "docs/ar.md", "3"),
        ("5", "0", "", ""),
    ]
    assert rows[2]["snippet"] == "شبكات تهريب المهاجرين."


def test_several_hits(run: Run, project: Path) -> None:
    """With -n a line has as many rows as hits, with 0 it is only counted; --only-found drops the others."""
    rows = table(run("batch", "names.txt", "--csv", "-n", "5", "--only-found", cwd=project).out)
    assert [(row["number"], row["rank"]) for row in rows] == [("1", "1"), ("1", "2"), ("3", "1"), ("4", "1")]
    rows = table(run("batch", "names.txt", "--csv", "-n", "0", cwd=project).out)
    assert [(row["documents"], row["path"]) for row in rows] == [("2", ""), ("1", ""), ("1", ""), ("0", "")]


def test_json(run: Run, project: Path) -> None:
    """As JSON a line has its hits as a search gives them."""
    first, *_, last = run("batch", "names.txt", "--json", "-n", "2", cwd=project).objects()
    (hit, other) = first["hits"]
    assert (first["number"], first["query"], first["documents"]) == (1, "smuggling routes", 2)
    assert [hit, other] == run("--json", '"smuggling routes"', cwd=project).objects()
    assert (last["documents"], last["hits"], last["error"]) == (0, [], "")


def test_for_a_person(run: Run, project: Path) -> None:
    """Without a form each line has its count, and below it where the best hit stands and what it says."""
    done = run("batch", "names.txt", cwd=project)
    assert done.out.startswith("      2  smuggling routes\n         docs/en.txt:3\n")
    assert "         Les *réseaux de passeurs*.\n" in done.out
    assert done.out.endswith("      0  Nobody Here\n")


def test_readings(run: Run, project: Path) -> None:
    """Lines are phrases unless words or queries are asked for."""
    lines = "routes smuggling\nlang:fr\n"
    for options, found in ([], ["0", "0"]), (["--words"], ["2", "0"]), (["--query"], ["2", "1"]):
        rows = table(run("batch", "-", "--csv", "--translate=no", *options, cwd=project, input=lines).out)
        assert [row["documents"] for row in rows] == found


@pytest.mark.parametrize(
    "text",
    [
        'id,name,x\n1,smuggling routes,\n2,,\n3,"Nobody\n Here",\n',
        "id;name\n1;smuggling routes\n2; \n3;Nobody  Here",
        "name\tid\nsmuggling routes\t1\n\n\nNobody Here\t2\n",
        "\ufeff name ,id\r\nsmuggling routes\r\n,\r\nNobody Here,3\r\n",
    ],
)  # fmt: skip
def test_column(run: Run, project: Path, text: str) -> None:
    """A column of a table is asked, whatever its cells are parted by; empty cells are passed over."""
    rows = table(run("batch", "-", "--csv", "--column", "name", cwd=project, input=text).out)
    assert [(row["query"], row["documents"]) for row in rows] == [
        ("smuggling routes", "2"),
        ("Nobody Here", "0"),
    ]


BAD_LINES = [
    ("???", "no letters or digits"), ("nul\0here", "NUL"), ("ab " * 7_000, "21,000 characters"),
    ("x" * 15_000, "15,000 characters"), ("smuggling " * 1_500, "14,999 characters"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "words"), BAD_LINES)
@pytest.mark.parametrize("options", [[], ["--words"], ["--query"]])
def test_bad_lines(run: Run, project: Path, line: str, words: str, options: list[str]) -> None:
    """A line that cannot be asked has a row that says why, the next one is asked, and the exit code is 2."""
    done = run(
        "batch", "-", "--csv", "--translate=no", *options, cwd=project, input=f"{line}\nsmuggling routes\n"
    )
    bad, good = table(done.out)
    assert words in bad["error"]
    assert (bad["number"], bad["documents"], bad["path"]) == ("1", "", "")
    assert (good["number"], good["documents"], good["error"]) == ("2", "2", "")
    assert (done.code, done.err) == (2, "1 of 2 lines found; 1 line could not be asked\n")


def test_formulas(run: Run, project: Path) -> None:
    """What a list holds begins no formula, and acts on no terminal."""
    lines = "=1+1\n-smuggling routes\n@x\n\x1b]0;owned\x07 routes\n"
    for form in ([], ["--csv"], ["--json"]):
        done = run("batch", "-", *form, cwd=project, input=lines)
        assert "\x1b" not in done.out + done.err
        assert "\x07" not in done.out + done.err
    rows = table(run("batch", "-", "--csv", cwd=project, input=lines).out)
    assert [row["query"] for row in rows[:3]] == ["'=1+1", "'-smuggling routes", "'@x"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_marked_encodings(run: Run, project: Path, encoding: str) -> None:
    """A list that begins with a byte order mark is read as what that says."""
    rows = table(run("batch", "-", "--csv", cwd=project, input=LIST.encode(encoding)).out)
    assert [row["documents"] for row in rows] == ["2", "1", "1", "0"]


@pytest.mark.parametrize(
    ("encoding", "line"),
    [("cp1256", "تهريب المهاجرين"), ("cp1252", "Réseaux de passeurs"), ("utf-16-le", "smuggling routes")],
)
def test_other_encodings(run: Run, project: Path, encoding: str, line: str) -> None:
    """A list in another encoding is refused with the name that it seems to have, and read with that."""
    data = f"{line}\n".encode(encoding) * 3
    done = run("batch", "-", cwd=project, input=data)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert f"--encoding {encoding}" in done.err
    rows = table(run("batch", "-", "--csv", "--encoding", encoding, cwd=project, input=data).out)
    assert [row["documents"] != "0" for row in rows] == [True] * 3


def test_a_faulty_line(run: Run, project: Path) -> None:
    """Bytes of another encoding far down in a list cost their line."""
    data = b"routes\n" * 10_000 + b"R\xe9seaux\nroutes\n"
    done = run("batch", "-", "--csv", "-n", "0", cwd=project, input=data)
    *_, bad, good = table(done.out)
    assert (bad["number"], bad["documents"]) == ("10001", "")
    assert "not utf-8" in bad["error"]
    assert (good["number"], good["documents"], done.code) == ("10002", "2", 2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.txt"], "no such file"), ([""], "name a list"), (["docs"], "directory"),
        (["names.txt", "--column", "x"], "no column 'x'"), (["names.txt", "-n", "-1"], "-1"), ([], "LIST"),
        (["names.txt", "--encoding", "rot13"], "no encoding"),
        (["names.txt", "--encoding", "nonsense"], "no encoding"),
        (["names.txt", "--json", "--csv"], "--json and --csv"),
        (["names.txt", "--words", "--query"], "--words and --query"),
    ],
)  # fmt: skip
def test_bad_calls(run: Run, project: Path, arguments: list[str], words: str) -> None:
    """A list that cannot be read, and options that make no sense, are errors of one line."""
    done = run("batch", *arguments, cwd=project)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert words in done.err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n", "it has: a, b"), ("", "it is empty"), ("name,name\n1,2\n", "2 columns"),
        ('name\n"' + "x" * 200_000, "line 2"), ("name," + "x" * 2_000_000, "line 1"),
    ],
)  # fmt: skip
def test_bad_tables(run: Run, project: Path, text: str, words: str) -> None:
    """A table without the column, or one that is none, is an error of one line that says where."""
    done = run("batch", "-", "--column", "name", cwd=project, input=text)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert words in done.err


@pytest.mark.parametrize(("text", "code"), [("", 1), ("\n \n", 1), ("nobody\n", 1)])
def test_nothing_found(run: Run, project: Path, text: str, code: int) -> None:
    """A list of which nothing is found, or that is empty, has the exit code 1."""
    done = run("batch", "-", cwd=project, input=text)
    assert done.code == code
    assert done.err == ("0 of 1 line found\n" if text == "nobody\n" else "the list holds nothing to ask\n")


def test_streamed(command: Sequence[str], clean_env: dict[str, str], project: Path) -> None:
    """A list is answered as it is read: it may be of any length, and come from a program that goes on."""
    asking = subprocess.Popen(
        [*command, "batch", "-", "--json"],
        cwd=project,
        env={**clean_env, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert asking.stdin is not None
    assert asking.stdout is not None
    asking.stdin.write(b"x" * 8_000 + b"\nroutes\n" * 2_000)
    asking.stdin.flush()
    assert b'"number": 1' in asking.stdout.readline()
    asking.kill()
    asking.communicate()


@pytest.mark.parametrize("form", [[], ["--json"], ["--csv"]])
def test_output_that_is_closed(
    command: Sequence[str], clean_env: dict[str, str], project: Path, form: list[str]
) -> None:
    """A reader that quits early, or a full disk, is no fault of the list."""
    (project / "long.txt").write_text("smuggling routes\n" * 5_000, encoding="utf-8")
    with subprocess.Popen(
        [*command, "batch", "long.txt", *form],
        cwd=project, env=clean_env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as asking:  # fmt: skip
        assert asking.stdout is not None
        asking.stdout.close()
        assert asking.stderr is not None
        assert b"long.txt" not in asking.stderr.read()
    assert asking.returncode == 0


def test_progress(command: Sequence[str], clean_env: dict[str, str], project: Path) -> None:
    """On a terminal the counts are told at the end, without a trace of the progress."""
    main, side = pty.openpty()
    done = subprocess.run(
        [*command, "batch", "names.txt", "--csv"],
        cwd=project,
        env=clean_env,
        stdout=subprocess.PIPE,
        stderr=side,
        check=True,
    )
    os.close(side)
    assert len(table(done.stdout.decode())) == 4
    assert os.read(main, 4096).endswith(b"\r\x1b[2K3 of 4 lines found\r\n")
    os.close(main)
