"""`coopsearch verify` on whole and on damaged indexes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_verify(run: Run, tmp_path: Path, engine: str) -> None:
    """A whole index is said to be; one flipped bit anywhere in its data is found, and the file named."""
    (tmp_path / "seeds").mkdir()
    for number in range(5):
        (tmp_path / "seeds" / f"{number}.txt").write_text(f"zander perch {number}", encoding="utf-8")
    assert run("index", "-q", "--engine", engine, "seeds", cwd=tmp_path).code == 0
    done = run("verify", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert "the index is whole" in done.out
    assert run("verify", "--json", cwd=tmp_path).objects()[0]["damages"] == []
    data = next((tmp_path / "index_data").glob("data-*"))
    files = [path for path in data.iterdir() if path.is_file()]
    assert len(files) > 5
    for file in files:
        whole = file.read_bytes()
        for place in (len(whole) // 3, len(whole) - 3):
            file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            done = run("verify", cwd=tmp_path)
            assert done.code == 2, (file, place)
            assert file.name in done.err
            assert "coopsearch index --rebuild" in done.err
        file.write_bytes(whole)
    for file in files:
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) // 2])
        assert file.name in run("verify", cwd=tmp_path).err
        file.unlink()
        assert file.name in run("verify", cwd=tmp_path).err
        file.write_bytes(whole)
    assert run("verify", cwd=tmp_path).code == 0


def test_nothing_to_verify(run: Run, tmp_path: Path) -> None:
    """Where there is no index, that is said."""
    done = run("verify", "--index", "nowhere", cwd=tmp_path)
    assert (done.code, len(done.err.splitlines())) == (2, 1)
