"""What `coopsearch index` says of files without text: each by its state, and no failure."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.conftest import Run
from tests.extract.office_files import compound


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
