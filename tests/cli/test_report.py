"""How a run is reported: files without text by their state, and no failure; and how that looks."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.extract.office.office_files import compound


def test_lacking(run: Run, tmp_path: Path) -> None:
    """Files without text and encrypted ones are named by their state and make no failure of a run."""
    (tmp_path / "seeds").mkdir()
    for number in range(12):
        (tmp_path / "seeds" / f"{number:02}.txt").touch()
    (tmp_path / "seeds" / "locked.docx").write_bytes(compound({"EncryptedPackage": b""}))
    for _ in range(2):
        report = run("index", "--json", cwd=tmp_path).objects()[0]
        assert (report["failed"], report["documents"]) == ([], 12)
        states = Counter(one["state"] for one in report["lacking"])
        assert states == {"no text": 12, "encrypted": 1}
    done = run("index", cwd=tmp_path)
    assert done.code == 0
    assert done.out.startswith("13 unchanged, 12 without text, 1 encrypted: 12 documents")
    told = done.err.splitlines()
    assert told[0] == "no text: seeds/00.txt: it holds no text"
    assert "encrypted: seeds/locked.docx: it opens with a password only; store it without one" in told
    assert told[-1] == "no text: 7 more; `coopsearch status --state no-text` lists them"
    assert len(told) == 5 + 1 + 1
    quiet = run("index", "-q", cwd=tmp_path)
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")


def test_turns_binary(run: Run, tmp_path: Path) -> None:
    """A file that turns out to be no text is told as unsupported; one kept in part is not also failed."""
    (tmp_path / "seeds").mkdir()
    turned = b"A line about smuggling.\n" * 50_000 + bytes(8) * 200_000 + b"end\n" * 9000
    (tmp_path / "seeds" / "turn.foo").write_bytes(turned)
    (tmp_path / "seeds" / "turn.txt").write_bytes(turned)
    (tmp_path / "seeds" / "broken.pdf").write_bytes(b"%PDF-1.7 cut off")
    for _ in range(2):
        report = run("index", "--json", cwd=tmp_path).objects()[0]
        assert report["unsupported"] == {".foo": 1}
        assert [one["shown"] for one in report["failed"]] == ["seeds/broken.pdf", "seeds/turn.txt"]
    done = run("index", cwd=tmp_path)
    assert done.code == 2
    assert "1 failed, 1 in part: 1 document" in done.out
    assert "not read, as their format is not supported: 1 .foo\n" in done.out
    status = run("status", cwd=tmp_path).out
    assert ".foo" in status


def test_no_files(run: Run, tmp_path: Path) -> None:
    """An empty folder is told as that by a run and by an answer."""
    (tmp_path / "docs").mkdir()
    done = run("index", "docs", "--index", "ix", cwd=tmp_path)
    assert (done.code, done.out[:29]) == (0, "nothing to index: 0 documents")
    said = run("smuggling", "--index", "ix", cwd=tmp_path)
    assert (said.code, said.err) == (1, "no match in 0 documents; there was no file to search\n")


@pytest.mark.skipif(os.name == "nt", reason="there are no such terminals")
def test_on_a_terminal(command: Sequence[str], clean_env: dict[str, str], tmp_path: Path) -> None:
    """On a terminal long lines are broken between words; in a pipe they are one."""
    import pty

    (tmp_path / "docs").mkdir()
    for number, suffix in enumerate((".exe", ".jpg", ".bin", ".mp4", ".mkv", ".dwg", ".iso")):
        (tmp_path / "docs" / f"{number}{suffix}").touch()
    (tmp_path / "docs" / "a.txt").write_text("smuggling", encoding="utf-8")
    (tmp_path / "docs" / "b.txt").touch()

    def shown(*arguments: str) -> list[str]:
        ours, theirs = pty.openpty()
        subprocess.run(
            [*command, *arguments], cwd=tmp_path, env=clean_env | {"COLUMNS": "60", "TERM": "dumb"},
            stdin=theirs, stdout=theirs, stderr=theirs, check=False, timeout=60,
        )  # fmt: skip
        os.close(theirs)
        said = b""
        try:
            while piece := os.read(ours, 4096):
                said += piece
        except OSError:
            pass  # Nobody has the other end any more.
        finally:
            os.close(ours)
        return said.decode().splitlines()

    lines = shown("index", "docs", "--index", "ix")
    assert "1 file is a picture (1 .jpg): `coopsearch index --ocr` reads" in lines
    assert "  them, with the program tesseract" in lines
    assert max(map(len, lines)) <= 60
    lines = shown("smuggling", "--index", "ix")
    assert lines[-2:] == ["1 of 2 documents match", "searched 1 of 9 files: 1 without text, 7 unsupported"]
